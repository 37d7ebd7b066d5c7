"""Writes of imports: a folder is loaded in one transaction. Pages do the same in steps: see `batches`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from consortium.cases.services import reserve_case_numbers
from consortium.exchange import files, kinds
from consortium.exchange.assignments import Numbers
from consortium.exchange.loading import Source, Watcher, load
from consortium.exchange.models import BatchState, ImportBatch, ImportFile
from consortium.web.listing.formats import today
from tenants.database import bind, current_scope, db, scope
from tenants.errors import Problem
from tenants.models import new_id


class RowsRejected(Problem):
    """All or nothing: some rows were refused, so none was brought in."""

    status = 422
    title = _l("Some rows cannot be brought in, so none was")
    remedy = _l("Correct them and load again, or bring in only what is good.")


class NoFiles(Problem):
    status = 422
    title = _l("There is no CSV file here")
    remedy = _l("Give the folder that holds the exported files.")


class KindUnknown(Problem):
    status = 422
    title = _l("The columns of this file are not those of assignments, pathways or sessions")
    remedy = _l("Bring it in by the page, where columns can be told one by one.")


class AnotherImportRuns(Problem):
    title = _l("Another import of this consortium is running")
    remedy = _l("Wait until it has finished, then try again.")


def load_folder(folder: Path, *, good_only: bool = False, watchers: Sequence[Watcher] = (), numbers: Numbers | None = None) -> list[Source]:
    """Load the CSV files of a folder, all rows of all of them or none (`good_only`: the good ones), in the caller's transaction.

    Returns the files with their tallies. Raises FileRefused, NoFiles, KindUnknown, AnotherImportRuns, ChangedMeanwhile, RowsRejected:
    then the caller rolls back.
    """
    sources = read_folder(folder)
    batch_id = new_id()
    with traced(str(batch_id)):
        claim()
        record_batch(batch_id, folder.resolve().name, sources, good_only)
        fingerprint = load(sources, numbers or draw_numbers, watchers, today())
        if not good_only and any(source.tally.rejected for source in sources):
            raise RowsRejected
        _finish(batch_id, sources, fingerprint)
    return sources


def read_folder(folder: Path) -> list[Source]:
    """The CSV files of a folder, examined. Raises NoFiles, FileRefused, KindUnknown, naming the file."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".csv", ".tsv", ".txt")) if folder.is_dir() else []
    if not paths:
        raise NoFiles(str(folder))
    return [_source(path) for path in paths]


def _source(path: Path) -> Source:
    def opened() -> IO[bytes]:
        return path.open("rb")

    try:
        found = files.examine(opened)
    except files.FileRefused as refused:
        raise files.FileRefused(f"{path.name}: {refused.detail}", remedy=refused.remedy) from None
    kind, columns = kinds.recognise(found.headings)
    if kind is None:
        raise KindUnknown(path.name)
    return Source(path.name, kind, opened, columns, found)


@contextmanager
def traced(name: str) -> Iterator[None]:
    """The trail of what is done inside names this request (a batch's id): undoing reads it there."""
    outer = scope()
    inner = replace(outer, request_id=name)
    token = current_scope.set(inner)
    bind(db.session.connection(), inner)
    try:
        yield
    finally:
        current_scope.reset(token)
    # Not after an error: the transaction is of no more use, and the next one is bound anew.
    bind(db.session.connection(), outer)


def claim() -> None:
    """One import of a consortium at a time, until the transaction ends. Raises AnotherImportRuns."""
    key = func.hashtextextended(f"import {scope().tenant_id}", 0)
    if not db.session.scalar(select(func.pg_try_advisory_xact_lock(key))):
        raise AnotherImportRuns


def draw_numbers(year: int, count: int) -> list[str]:
    return reserve_case_numbers(year=year, count=count)


def placeholders(year: int, count: int) -> list[str]:
    """Numbers for a check, which is rolled back: real ones would be wasted, and their series locked meanwhile."""
    return [f"{year}-{new_id()}" for _ in range(count)]


def record_batch(batch_id: UUID, name: str, sources: Sequence[Source], good_only: bool) -> None:
    """Write down a batch and its files, before their rows."""
    batch = ImportBatch(id=batch_id, name=name, good_only=good_only, state=BatchState.APPLYING, account_id=scope().actor_id)
    db.session.add(batch)
    db.session.flush()
    db.session.add_all(file_of(batch_id, position, source) for position, source in enumerate(sources))
    db.session.flush()


def file_of(batch_id: UUID, position: int, source: Source) -> ImportFile:
    found = source.found
    return ImportFile(
        id=source.id,
        batch_id=batch_id,
        position=position,
        name=source.name,
        size=found.size,
        sha256=found.sha256,
        encoding=found.encoding,
        delimiter=found.delimiter,
        headings=found.headings,
        kind=source.kind,
        columns=dict(source.columns),
        rows=found.rows,
    )


def _finish(batch_id: UUID, sources: Sequence[Source], fingerprint: str) -> None:
    """The batch is applied, in the same transaction as its rows."""
    batch = db.session.execute(select(ImportBatch).where(ImportBatch.id == batch_id)).scalar_one()
    batch.state, batch.fingerprint, batch.applied_at = BatchState.APPLIED, fingerprint, func.now()
    kept = db.session.execute(select(ImportFile).where(ImportFile.batch_id == batch_id).order_by(ImportFile.position)).scalars()
    for file, source in zip(kept, sources, strict=True):
        note_tally(file, source)
    db.session.flush()
    db.session.execute(select(func.app.refresh_statistics()))


def note_tally(file: ImportFile, source: Source) -> None:
    """Write a file's tally down."""
    tally = source.tally
    file.rows_read, file.inserted, file.updated = tally.read, tally.inserted, tally.updated
    file.unchanged, file.rejected = tally.unchanged, tally.rejected
