"""What jobs can do: rooms name their tasks here, the worker finds them by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Work = TypeVar("Work", bound=Callable[..., None])


@dataclass(frozen=True)
class Task:
    """A kind of job. `attempts` counts crashes of the worker too, so that a job that kills it does not do so for ever."""

    name: str
    work: Callable[..., None]
    queue: str
    attempts: int
    one_at_a_time: bool
    given_up: Callable[..., None] | None


_tasks: dict[str, Task] = {}
JOBS, MAIL = "jobs", "mail"  # queues: mail never waits for long work
ATTEMPTS = 5


def task(
    name: str,
    *,
    queue: str = JOBS,
    attempts: int = ATTEMPTS,
    one_at_a_time: bool = False,
    given_up: Callable[..., None] | None = None,
) -> Callable[[Work], Work]:
    """Name what a job does: `@task("exchange.run") def run(batch_id: str) -> None`. Arguments are JSON values: ids, no personal data.

    It is called in the scope in which the job was left (consortium, account, request), and committed when it returns; it may commit
    before, for long work. An error rolls back, and the job is tried again later (`attempts` times in all); a Problem is not tried
    again. After the last failure `given_up` is called with the same arguments, in a transaction of its own.
    `one_at_a_time`: jobs of this name of one consortium wait for each other, in the order in which they were left.
    """

    def register(work: Work) -> Work:
        _tasks[name] = Task(name, work, queue, attempts, one_at_a_time, given_up)
        return work

    return register


def find(name: str) -> Task:
    """The task of a name; KeyError where no room has named it."""
    return _tasks[name]


def all_tasks() -> list[Task]:
    return list(_tasks.values())
