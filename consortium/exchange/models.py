"""Imports: a batch of files that is checked, applied and undone as a whole; what its rows were refused or changed for.

What a batch inserted and overwrote is not kept here: the trail has it, under the batch's id as request (see `undoing`).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base
from tenants.models import Tenanted, belongs_to, one_of


class BatchState(StrEnum):
    """received → checking → checked → applying → applied → undoing → undone; failed where the work broke; discarded, with its files."""

    RECEIVED = "received"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"
    DISCARDED = "discarded"


class Kind(StrEnum):
    """What a row of a file is, in the order in which files are loaded."""

    ASSIGNMENTS = "assignments"
    PATHWAYS = "pathways"
    SESSIONS = "sessions"


class Verdict(StrEnum):
    """What became of a row, where it is worth keeping: refused, or different from what was known."""

    REJECTED = "rejected"
    CHANGED = "changed"


class ImportBatch(Tenanted, Base):
    """Files brought in together: all of their rows or none, unless `good_only`.

    `fingerprint` is that of what the check found: what is applied must be what was seen. `problem` says why the work stopped.
    """

    __tablename__ = "import_batches"
    __table_args__ = (one_of("state", BatchState), Index("ix_import_batches_created_at", "tenant_id", "created_at"))

    name: Mapped[str]
    state: Mapped[str] = mapped_column(default=BatchState.RECEIVED)
    good_only: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[UUID | None] = mapped_column(Uuid)
    fingerprint: Mapped[str | None]
    problem: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportFile(Tenanted, Base):
    """One file of a batch: how it is written, which of its columns is what (`columns`: field → place), how far it has been read."""

    __tablename__ = "import_files"
    __table_args__ = (
        *belongs_to(batch_id="import_batches"),
        one_of("kind", Kind),
        CheckConstraint("rows_read <= rows", name="read_of_rows"),
        UniqueConstraint("tenant_id", "batch_id", "position"),
        {"info": {"trailed": False}},
    )

    batch_id: Mapped[UUID]
    position: Mapped[int]
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    encoding: Mapped[str]
    delimiter: Mapped[str]
    headings: Mapped[list[str]] = mapped_column(ARRAY(Text))
    kind: Mapped[str | None]
    columns: Mapped[dict[str, int]] = mapped_column(JSONB)
    rows: Mapped[int]
    rows_read: Mapped[int] = mapped_column(default=0)
    inserted: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ImportPiece(Tenanted, Base):
    """At most a megabyte of a file as it came, kept until the batch is over, so that reading it again takes little memory."""

    __tablename__ = "import_pieces"
    __table_args__ = (
        *belongs_to(file_id="import_files"),
        UniqueConstraint("tenant_id", "file_id", "position"),
        {"info": {"trailed": False, "personal": True}},
    )

    file_id: Mapped[UUID]
    position: Mapped[int]
    content: Mapped[bytes]


class ImportRow(Tenanted, Base):
    """A row refused (details: faults) or changed (details: field, before, after). `number` as a spreadsheet counts: the heading is 1."""

    __tablename__ = "import_rows"
    __table_args__ = (
        *belongs_to(file_id="import_files"),
        one_of("verdict", Verdict),
        Index("ix_import_rows_file", "tenant_id", "file_id", "verdict", "number"),
        {"info": {"trailed": False, "personal": True}},
    )

    file_id: Mapped[UUID]
    number: Mapped[int]
    verdict: Mapped[str]
    key: Mapped[str]
    cells: Mapped[list[str]] = mapped_column(ARRAY(Text))
    details: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
