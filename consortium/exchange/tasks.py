"""The long work of imports, done by the worker: check, apply, undo. One at a time in a consortium; what was found is seen while it runs."""

from collections.abc import Callable
from uuid import UUID

from flask_babel import force_locale

from consortium.exchange import batches, queries, services, undoing
from consortium.exchange.batches import FoundOtherwise
from consortium.exchange.models import BatchState
from consortium.exchange.notes import Notes
from consortium.post.tasks import aside, task
from tenants.database import db
from tenants.errors import Problem

ATTEMPTS = 3
INTERRUPTED = "Interrupted"


def numbers(year: int, count: int) -> list[str]:
    """New case numbers, in a short transaction of their own: a desk that opens a case meanwhile does not wait for the import."""
    with aside():
        return services.draw_numbers(year, count)


def _broken(batch_id: str) -> None:
    batches.fail(batch_id=UUID(batch_id), problem=INTERRUPTED, state=BatchState.FAILED)


def _undo_broken(batch_id: str) -> None:
    batches.fail(batch_id=UUID(batch_id), problem=INTERRUPTED, state=BatchState.APPLIED)


@task("exchange.check", attempts=ATTEMPTS, one_at_a_time=True, given_up=_broken)
def check(batch_id: str) -> None:
    """Load the batch, keep what was found, and roll the rest back."""
    key = UUID(batch_id)
    if not _begin(key, BatchState.CHECKING):
        return
    found: list[str] = []
    if _refused(key, lambda: found.append(batches.check(batch_id=key, watchers=[Notes(aside)])), BatchState.FAILED):
        return
    db.session.rollback()
    batches.checked(batch_id=key, fingerprint=found[0])


@task("exchange.apply", attempts=ATTEMPTS, one_at_a_time=True, given_up=_broken)
def apply(batch_id: str) -> None:
    """Load the batch for good."""
    key = UUID(batch_id)
    if not _begin(key, BatchState.APPLYING):
        return
    _refused(key, lambda: batches.apply(batch_id=key, watchers=[Notes(aside)], numbers=numbers), BatchState.FAILED)


@task("exchange.undo", attempts=ATTEMPTS, one_at_a_time=True, given_up=_undo_broken)
def undo(batch_id: str) -> None:
    key = UUID(batch_id)
    if not _stands(key, BatchState.UNDOING):
        return
    if not _refused(key, lambda: undoing.undo(batch_id=key), BatchState.APPLIED):
        batches.undone(batch_id=key)


def _begin(batch_id: UUID, state: BatchState) -> bool:
    with aside():
        wanted = _stands(batch_id, state)
        if wanted:
            batches.begin(batch_id)
    return wanted


def _stands(batch_id: UUID, state: BatchState) -> bool:
    """Whether the work is still to be done: a job that was interrupted after its commit comes again."""
    batch = queries.batch(batch_id)
    return batch is not None and batch.state == state


def _refused(batch_id: UUID, work: Callable[[], None], state: BatchState) -> bool:
    """Do the work; where a rule says no, roll back, and say so on the batch, which then stands at `state`."""
    try:
        with force_locale("it"):  # no request here to tell a language
            work()
    except Problem as problem:
        db.session.rollback()
        detail = "" if isinstance(problem, FoundOtherwise) else str(problem.detail)
        batches.fail(batch_id=batch_id, problem=f"{type(problem).__name__}:{detail}", state=state)
        return True
    return False
