"""Looking after the store: what is nobody's is swept, what should be there is looked for, and a consortium's files are copied or forgotten.

In the scope of one consortium, but `forget`: then there is none any more.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from consortium.documents import queries
from consortium.documents.queries import Found
from consortium.storage.stores import PIECE, FileLost, Kept, Store, prefix_of
from consortium.web.listing.sheets import field as safe
from tenants.database import scope

# Younger ones may be of a request whose transaction is not over.
AGE = timedelta(days=1)
AT_ONCE = 500
INDEX = "index.csv"
_HEADINGS = ("file", "case", "title", "kind", "version", "filename", "media type", "bytes", "sha256", "uploaded at", "uploaded by")


@dataclass(frozen=True)
class Wrong:
    """A version whose file is not what its row says: its id, and why."""

    version_id: UUID
    reason: str


def sweep(store: Store, *, now: datetime | None = None) -> int:
    """Delete the consortium's files that no version names and that are older than AGE; how many there were. Raises StoreAway."""
    before = (now or datetime.now(UTC)) - AGE
    swept = 0
    for kept in _batches(each for each in store.under(_mine()) if each.written_at < before):
        known = queries.known_keys(each.key for each in kept)
        for each in kept:
            if each.key not in known:
                store.delete(each.key)
                swept += 1
    return swept


def _batches(found: Iterable[Kept]) -> Iterator[list[Kept]]:
    rest = iter(found)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def verify(store: Store) -> Iterator[Wrong | None]:
    """For each version in turn: None where its file is there and is what it was, else what is wrong. Raises StoreAway."""
    for version in queries.every_version():
        reason = _fault(store, version)
        yield Wrong(version.id, reason) if reason else None


def _fault(store: Store, version: Found, path: Path | None = None) -> str:
    """What is wrong with a version's file, which goes to `path` where there is one; "" where nothing is."""
    try:
        sha256 = _carry(store, version, path)
    except FileLost:
        return "the file is not in the store"
    return "" if sha256 == version.sha256 else "the file is not what was received"


def copy(store: Store, folder: Path) -> Iterator[Wrong | None]:
    """Write every version into a folder that is empty, with an index of them; for each what `verify` says. Only who runs this reads it."""
    with (folder / INDEX).open("w", encoding="utf-8-sig", newline="") as index:
        writer = csv.writer(index, delimiter=";")
        writer.writerow(_HEADINGS)
        for version in queries.every_version():
            name = f"{version.case_number}/{version.document_id}-{version.number}-{version.filename}"
            (folder / version.case_number).mkdir(exist_ok=True)
            reason = _fault(store, version, folder / name)
            writer.writerow([safe(str(cell)) for cell in (name if not reason else "", *_told(version))])
            yield Wrong(version.id, reason) if reason else None


def _told(version: Found) -> tuple[object, ...]:
    of_document = (version.case_number, version.title, version.kind, version.number, version.filename)
    return (*of_document, version.media_type, version.size, version.sha256, version.created_at.isoformat(), version.uploaded_by or "")


def _carry(store: Store, version: Found, path: Path | None) -> str:
    """Read a version's file through, into `path` where there is one; its SHA-256."""
    digest = hashlib.sha256()
    with store.read(version.storage_key) as file, path.open("xb") if path else nullcontext() as written:
        while piece := file.read(PIECE):
            digest.update(piece)
            if written:
                written.write(piece)
    return digest.hexdigest()


def forget(store: Store, tenant_id: UUID) -> int:
    """Delete all files of a consortium that is no more; how many there were. Raises StoreAway."""
    keys = [kept.key for kept in store.under(prefix_of(tenant_id))]
    for key in keys:
        store.delete(key)
    return len(keys)


def _mine() -> str:
    tenant_id = scope().tenant_id
    if tenant_id is None:
        raise LookupError("no consortium is in scope")
    return prefix_of(tenant_id)
