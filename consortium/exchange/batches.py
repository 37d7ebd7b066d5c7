"""Verbs of the pages: files are received, their columns told; the batch is checked, applied, undone, discarded."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import IO, Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, insert, select, update

from consortium.exchange import files, flows, kinds, queries, services
from consortium.exchange.assignments import Numbers
from consortium.exchange.files import Examined, FileRefused
from consortium.exchange.kinds import LAYOUTS
from consortium.exchange.loading import Source, Watcher, load
from consortium.exchange.models import BatchState, ImportBatch, ImportFile, ImportPiece, ImportRow, Kind
from consortium.web.listing.formats import today
from tenants.database import db, scope
from tenants.errors import Problem
from tenants.models import new_id

MOST_FILES = 3
KEPT = timedelta(days=7)  # files whose import nobody finished
AT_WORK = (BatchState.CHECKING, BatchState.APPLYING, BatchState.UNDOING)
# From which states a batch may be brought to another.
STEPS = {
    BatchState.CHECKING: (BatchState.RECEIVED, BatchState.CHECKED, BatchState.FAILED),
    BatchState.APPLYING: (BatchState.CHECKED,),
    BatchState.UNDOING: (BatchState.APPLIED,),
    BatchState.DISCARDED: (BatchState.RECEIVED, BatchState.CHECKED, BatchState.FAILED),
}


class TooManyFiles(Problem):
    status = 422
    title = _l("Too many files")
    remedy = _l("Upload at most three: assignments, pathways, sessions.")


class StepRefused(Problem):
    title = _l("This import has moved on meanwhile")
    remedy = _l("Look at its page: what can be done now is there.")


class ColumnsMissing(Problem):
    status = 422
    title = _l("Some columns are not told")
    remedy = _l("Say which column of the file each of them is.")


class FoundOtherwise(Problem):
    title = _l("What is here has changed since the check")
    remedy = _l("Check the files again, and look at what would change now.")


def receive(*, uploads: Sequence[tuple[str, IO[bytes]]]) -> ImportBatch:
    """Keep uploaded files (name, stream) as a batch, each examined and its kind guessed. Raises FileRefused, TooManyFiles."""
    if len(uploads) > MOST_FILES:
        raise TooManyFiles(field="files")
    expire()
    batch = ImportBatch(id=new_id(), name=", ".join(name for name, _ in uploads)[:200], account_id=scope().actor_id)
    db.session.add(batch)
    db.session.flush()
    for position, (name, stream) in enumerate(uploads):
        _keep(batch.id, position, name, flows.opener_of(stream))
    return batch


def _keep(batch_id: UUID, position: int, name: str, opened: files.Opener) -> None:
    try:
        found = files.examine(opened)
    except FileRefused as refused:
        raise FileRefused(f"{name}: {refused.detail}", field="files", remedy=refused.remedy) from None
    kind, columns = kinds.recognise(found.headings)
    file = services.file_of(batch_id, position, Source(name[:200], kind or Kind.ASSIGNMENTS, opened, columns, found))
    file.kind = kind
    db.session.add(file)
    db.session.flush()
    for place, piece in enumerate(files.pieces(opened)):
        db.session.execute(insert(ImportPiece), {"file_id": file.id, "position": place, "content": piece})


def tell_columns(*, file: ImportFile, kind: str, columns: Mapping[str, int] | None = None) -> None:
    """Say what a file is, and which of its columns is what (guessed by their headings, where `columns` is None)."""
    layout = LAYOUTS[Kind(kind)]
    file.kind = kind
    file.columns = dict(layout.mapped(file.headings) if columns is None else columns)
    db.session.flush()


def step(*, batch: ImportBatch, to: BatchState, good_only: bool = False) -> bool:
    """Bring a batch to a state; False where it is there already (a second click). Raises StepRefused, ColumnsMissing."""
    if batch.state == to:
        return False
    if batch.state not in STEPS[to]:
        raise StepRefused
    if to == BatchState.CHECKING:
        _insist_on_columns(batch.id)
    batch.state, batch.problem, batch.good_only = to, None, good_only
    if to == BatchState.DISCARDED:
        _drop(batch.id)
    db.session.flush()
    return True


def _insist_on_columns(batch_id: UUID) -> None:
    for file in queries.files_of(batch_id):
        missing = LAYOUTS[Kind(file.kind)].missing(file.columns) if file.kind else ()
        if file.kind is None or missing:
            names = ", ".join(str(each.label) for each in missing)
            raise ColumnsMissing(f"{file.name}: {names}" if names else file.name)


def begin(batch_id: UUID) -> None:
    """Forget what an earlier run found, before a new one (a job that was interrupted starts again from nothing)."""
    _forget_rows(batch_id)
    counts = dict.fromkeys(("rows_read", "inserted", "updated", "unchanged", "rejected"), 0)
    now = func.clock_timestamp()
    db.session.execute(update(ImportFile).where(ImportFile.batch_id == batch_id).values(started_at=now, seen_at=now, **counts))


def check(*, batch_id: UUID, watchers: Sequence[Watcher]) -> str:
    """Load a batch for the sake of what is found; returns the fingerprint. The caller rolls back, then calls `checked`."""
    services.claim()
    return load(sources_of(batch_id), services.placeholders, watchers, today())


def checked(*, batch_id: UUID, fingerprint: str) -> None:
    _mark(batch_id, BatchState.CHECKED, fingerprint=fingerprint, checked_at=func.clock_timestamp())


def apply(*, batch_id: UUID, watchers: Sequence[Watcher], numbers: Numbers) -> None:
    """Load a batch for good, if it comes to what the check found. Raises FoundOtherwise, RowsRejected, ChangedMeanwhile."""
    batch, sources = queries.batch(batch_id), sources_of(batch_id)
    if batch is None:
        raise StepRefused
    seen, good_only = batch.fingerprint, batch.good_only
    with services.traced(str(batch_id)):
        services.claim()
        if load(sources, numbers, watchers, today()) != seen:
            raise FoundOtherwise
        if not good_only and any(source.tally.rejected for source in sources):
            raise services.RowsRejected
        _mark(batch_id, BatchState.APPLIED, applied_at=func.now())
        drop_pieces(batch_id)


def fail(*, batch_id: UUID, problem: str, state: BatchState) -> None:
    """The work stopped: `problem` is the name of what happened (see `queries.PROBLEMS`), `state` where the batch stands now."""
    _mark(batch_id, state, problem=problem)


def undone(*, batch_id: UUID) -> None:
    _mark(batch_id, BatchState.UNDONE, undone_at=func.clock_timestamp())


def sources_of(batch_id: UUID) -> list[Source]:
    """The files of a batch as they can be loaded."""
    return [
        Source(
            name=file.name,
            kind=Kind(file.kind or Kind.ASSIGNMENTS),
            opened=flows.opener_of_kept(file.id),
            columns=file.columns,
            found=Examined(file.size, file.sha256, file.encoding, file.delimiter, file.headings, file.rows),
            id=file.id,
        )
        for file in queries.files_of(batch_id)
    ]


def drop_pieces(batch_id: UUID) -> None:
    """Files are kept no longer than they are needed: they are full of persons."""
    db.session.execute(delete(ImportPiece).where(ImportPiece.file_id.in_(queries.file_ids(batch_id))))


def expire() -> None:
    """Discard the imports that nobody finished within a week, with their files."""
    old = select(ImportBatch).where(ImportBatch.state.in_(STEPS[BatchState.DISCARDED]), ImportBatch.created_at < func.now() - KEPT)
    for batch in db.session.execute(old).scalars().all():
        step(batch=batch, to=BatchState.DISCARDED)


def _drop(batch_id: UUID) -> None:
    drop_pieces(batch_id)
    _forget_rows(batch_id)


def _forget_rows(batch_id: UUID) -> None:
    db.session.execute(delete(ImportRow).where(ImportRow.file_id.in_(queries.file_ids(batch_id))))


def _mark(batch_id: UUID, state: BatchState, **values: Any) -> None:
    db.session.execute(update(ImportBatch).where(ImportBatch.id == batch_id).values(state=state, **values))
