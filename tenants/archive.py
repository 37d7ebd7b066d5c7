"""All that a consortium has, in one file: a zip of JSON lines, a file a table, and a manifest that says what must be in it.

It is written from one snapshot, row by row: memory stays flat, whatever is in there. Only who runs the server can read it (mode 0600).
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import BigInteger, CheckConstraint, Connection, Index, Row, Uuid, func, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, db, scope
from tenants.models import Tenant, new_id, one_of
from tenants.scope import operator_scope, tenant_scope

VERSION = 1


class ArchiveState(StrEnum):
    WAITING = "waiting"
    WRITTEN = "written"
    FAILED = "failed"


class Archive(Base):
    """An export: who asked, where it lies, and what it is checked by. No key refers to the consortium, which may be gone since.

    `changes`: entries of the trail that it holds; as the trail only grows, an equal number says that nothing has changed since.
    """

    __tablename__ = "archives"
    __table_args__ = (
        one_of("state", ArchiveState),
        CheckConstraint("(state = 'written') = (num_nonnulls(taken_at, changes, size, sha256) = 4)", name="written"),
        Index("ix_archives_consortium", "consortium_id", "asked_at"),
        {"info": {"kind": "local"}},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    consortium_id: Mapped[UUID]
    slug: Mapped[str]
    file: Mapped[str]
    state: Mapped[str] = mapped_column(default=ArchiveState.WAITING, server_default="waiting")
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    taken_at: Mapped[datetime | None]
    changes: Mapped[int | None] = mapped_column(BigInteger)
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]


@dataclass(frozen=True)
class Filed:
    """One file of the archive: its table, how many rows, and its checksum (SHA-256 of what is in it, unpacked)."""

    table: str
    file: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Written:
    """What became of an archive: the moment of its snapshot, entries of the trail in it, bytes and checksum of the whole."""

    taken_at: datetime
    changes: int
    size: int
    sha256: str


def ask(*, tenant_id: UUID, slug: str, file: str) -> Archive:
    """Note that an archive is wanted, in an operator's scope."""
    archive = Archive(id=new_id(), consortium_id=tenant_id, slug=slug, file=file, asked_by=scope().actor_id)
    db.session.add(archive)
    db.session.flush()
    return archive


def take(archive_id: UUID, path: Path) -> Written:
    """Write an archive that was asked for, and note it. Opens the scopes that it needs, one after the other, and commits.

    What lies at `path` is replaced. Raises LookupError where the consortium is gone.
    """
    with operator_scope():
        tenant = db.session.execute(
            select(Tenant.id, Tenant.region_id).join(Archive, Archive.consortium_id == Tenant.id).where(Archive.id == archive_id)
        ).one_or_none()
    if tenant is None:
        raise LookupError("no such consortium")
    with tenant_scope(tenant.id, tenant.region_id):
        written = write(path)
    with operator_scope():
        _note(archive_id, tenant.id, written)
        db.session.commit()
    return written


def file_of(archive_id: UUID) -> str:
    """The name of an archive's file, in an operator's scope. Raises NoResultFound."""
    return db.session.execute(select(Archive.file).where(Archive.id == archive_id)).scalar_one()


def give_up(archive_id: UUID) -> None:
    """Note that an archive could not be written, in an operator's scope."""
    waiting = (Archive.id == archive_id, Archive.state == ArchiveState.WAITING)
    db.session.execute(update(Archive).where(*waiting).values(state=ArchiveState.FAILED))


def _note(archive_id: UUID, tenant_id: UUID, written: Written) -> None:
    facts = {"state": ArchiveState.WRITTEN, **asdict(written)}
    db.session.execute(update(Archive).where(Archive.id == archive_id).values(**facts))
    db.session.execute(update(Tenant).where(Tenant.id == tenant_id).values(exported_at=written.taken_at))


def write(path: Path) -> Written:
    """Write the archive of the consortium in scope, whose transaction has not begun. A file is there whole, or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)  # left by a crash
    connection = db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        taken_at, changes = _fill(part, connection)
        part.replace(path)
        return Written(taken_at, changes, path.stat().st_size, _checksum(path))
    finally:
        part.unlink(missing_ok=True)


def _fill(part: Path, connection: Connection) -> tuple[datetime, int]:
    """Returns the moment of the snapshot, and how many entries of the trail it has."""
    with os.fdopen(_private(part), "wb") as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        tenant = connection.execute(_TENANT, {"tenant": scope().tenant_id}).one()
        filed = [_file(archive, "tenants", iter([tenant.row]))]
        filed += [_file(archive, each.name, _rows(connection, each)) for each in connection.execute(_TABLES).all()]
        head = {"version": VERSION, "slug": tenant.slug, "name": tenant.name, "taken_at": tenant.taken_at.isoformat()}
        archive.writestr("manifest.json", json.dumps({**head, "tables": [asdict(each) for each in filed]}, ensure_ascii=False, indent=1))
    return tenant.taken_at, sum(each.rows for each in filed if each.table == "trail")


def _private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


_TENANT = text("SELECT t.slug, t.name, now() AS taken_at, row_to_json(t)::text AS row FROM tenants t WHERE t.id = :tenant")
# Generated columns are made anew by whoever reads an archive in. Rows with bytes in them may have a megabyte each.
_TABLES = text("""
    SELECT c.relname AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns,
           bool_or(a.atttypid = 'bytea'::regtype) AS bulky
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped)
    GROUP BY c.relname ORDER BY c.relname
""")


def _rows(connection: Connection, table: Row[Any]) -> Iterator[str]:
    """The rows of a table, each as JSON made by the database: numbers keep all their digits."""
    # Names are the catalogue's own, quoted by it; the consortium is a parameter.
    statement = text(f"""
        SELECT row_to_json(r)::text FROM (SELECT {table.columns} FROM "{table.name}") r
        WHERE r.tenant_id = :tenant ORDER BY r.tenant_id, r.id
    """)
    at_once = {"yield_per": 4 if table.bulky else 500}
    return iter(connection.execute(statement, {"tenant": scope().tenant_id}, execution_options=at_once).scalars())


def _file(archive: ZipFile, table: str, rows: Iterator[str]) -> Filed:
    digest, count = hashlib.sha256(), 0
    with archive.open(f"{table}.jsonl", "w", force_zip64=True) as entry:
        for line in (f"{row}\n".encode() for row in rows):
            digest.update(line)
            entry.write(line)
            count += 1
    return Filed(table, f"{table}.jsonl", count, digest.hexdigest())


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
