"""What tests of mail and jobs start from: a mail server, workers, and a look at the jobs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from consortium.config import Config
from tests.post import trial as trial  # its tasks can be left here, as in the workers
from tests.post.mailbox import Mailbox
from tests.post.workers import Worker, environment, started

WAKE = """
    SELECT pg_notify('procrastinate_queue_v1#' || queue, '{"type": "job_inserted", "job_id": 0}') FROM unnest(ARRAY['mail', 'jobs']) queue
"""


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def start(config: Config, mailbox: Mailbox, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start a worker, with more options; those that still run at the end of the test are killed."""
    workers: list[Worker] = []

    def begin(*options: str) -> Worker:
        workers.append(started(tmp_path / f"worker-{len(workers)}.log", environment(config, mailbox), *options))
        workers[-1].wait_for("worker ready")
        return workers[-1]

    yield begin
    for worker in workers:
        worker.kill()


@pytest.fixture
def unscoped(config: Config) -> Iterator[Connection]:
    """The owner's connection, each statement committed at once."""
    engine = create_engine(config.owner_database_url or "", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def jobs(unscoped: Connection) -> Callable[[str], list[tuple[int, str]]]:
    """(number, status) of the jobs that meet a condition."""
    return lambda where: [tuple(row) for row in unscoped.execute(text(f"SELECT id, status::text FROM procrastinate_jobs WHERE {where}"))]


@pytest.fixture
def hasten(unscoped: Connection) -> Callable[[], None]:
    """Make the jobs that wait for their next attempt due, and wake the workers."""

    def act() -> None:
        unscoped.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND scheduled_at > now()"))
        unscoped.execute(text(WAKE))

    return act
