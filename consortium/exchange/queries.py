"""Reads of imports: batches, their files, the rows worth showing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select

from consortium.exchange.models import ImportBatch, ImportFile, ImportPiece, ImportRow, Verdict
from consortium.identity.models import Membership
from tenants.database import db

SHOWN = 50  # rows of each kind on the page of a batch


def batch(batch_id: UUID) -> ImportBatch | None:
    return db.session.execute(select(ImportBatch).where(ImportBatch.id == batch_id)).scalar_one_or_none()


def files_of(batch_id: UUID) -> Sequence[ImportFile]:
    return db.session.execute(select(ImportFile).where(ImportFile.batch_id == batch_id).order_by(ImportFile.position)).scalars().all()


def file_ids(batch_id: UUID) -> Select[UUID]:
    return select(ImportFile.id).where(ImportFile.batch_id == batch_id)


def first_piece(file_id: UUID) -> bytes:
    """The beginning of a file, for its preview; b"" once it is no longer kept."""
    found = select(func.substring(ImportPiece.content, 1, 65536)).where(ImportPiece.file_id == file_id, ImportPiece.position == 0)
    return db.session.scalar(found) or b""


def who(account_id: UUID | None) -> str:
    """The name, here, of whoever made a batch; "" for the command line."""
    if account_id is None:
        return ""
    return db.session.scalar(select(Membership.name).where(Membership.account_id == account_id)) or ""


def rows_of(batch_id: UUID, verdict: Verdict, limit: int = SHOWN) -> Sequence[Row[Any]]:
    """The first rows refused or changed: file, number, key, details."""
    return db.session.execute(
        select(ImportFile.name, ImportFile.kind, ImportRow.number, ImportRow.key, ImportRow.details)
        .join(ImportFile, and_(ImportFile.tenant_id == ImportRow.tenant_id, ImportFile.id == ImportRow.file_id))
        .where(ImportFile.batch_id == batch_id, ImportRow.verdict == verdict)
        .order_by(ImportFile.position, ImportRow.number)
        .limit(limit)
    ).all()


def rejected_rows(file_id: UUID) -> Iterator[Row[Any]]:
    """All rejected rows of a file (number, cells, details), through a cursor on the server."""
    statement = select(ImportRow.number, ImportRow.cells, ImportRow.details).where(
        ImportRow.file_id == file_id, ImportRow.verdict == Verdict.REJECTED
    )
    yield from db.session.execute(statement.order_by(ImportRow.number), execution_options={"yield_per": 500})


# What became of the rows of each batch, all of its files together.
COUNTS = (
    select(
        ImportFile.tenant_id,
        ImportFile.batch_id,
        *(func.sum(getattr(ImportFile, name)).label(name) for name in ("inserted", "updated", "rejected")),
    )
    .group_by(ImportFile.tenant_id, ImportFile.batch_id)
    .subquery("counts")
)


def batches() -> Select[Any]:
    """All batches, with their counts and who made them, for the list."""
    counted = and_(COUNTS.c.tenant_id == ImportBatch.tenant_id, COUNTS.c.batch_id == ImportBatch.id)
    made_by = and_(Membership.tenant_id == ImportBatch.tenant_id, Membership.account_id == ImportBatch.account_id)
    return select(ImportBatch.id).join(COUNTS, counted).outerjoin(Membership, made_by)


@dataclass(frozen=True)
class Progress:
    """How far a batch's work is: rows of all files, and when it was last heard of."""

    done: int
    total: int
    started_at: datetime | None
    seen_at: datetime | None


def progress(batch_id: UUID) -> Progress:
    found = db.session.execute(
        select(
            func.sum(ImportFile.rows_read), func.sum(ImportFile.rows), func.min(ImportFile.started_at), func.max(ImportFile.seen_at)
        ).where(ImportFile.batch_id == batch_id)
    ).one()
    return Progress(found[0] or 0, found[1] or 0, found[2], found[3])
