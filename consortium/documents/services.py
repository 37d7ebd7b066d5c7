"""Writes of documents. A file's bytes are in the store before any row speaks of them; what no row speaks of is swept later.

So nothing is half there: where the store fails no row is written, and where the database fails the bytes are nobody's.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import IO
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.attributes import flag_modified

from consortium.documents import queries
from consortium.documents.kinds_of_file import KindOfFile, recognise
from consortium.documents.models import Document, DocumentVersion
from consortium.documents.refusals import FileRefused
from consortium.storage.stores import PIECE, Store, new_key
from consortium.web.listing.formats import today
from tenants.database import db, scope
from tenants.errors import Problem
from tenants.models import new_id

LARGEST = 20 * 1024 * 1024  # bytes
LONGEST_NAME = 150
# Other endings that files of a kind come with.
_ALSO = {".jpg": (".jpeg", ".jfif"), ".tif": (".tiff",), ".heic": (".heif",)}


class AlreadyRemoved(Problem):
    title = _l("This document was removed meanwhile")
    remedy = _l("Bring it back first, from the removed documents of the case.")


class DocumentChanged(Problem):
    title = _l("This document has changed meanwhile, and no version was added")
    remedy = _l("Look at how it stands now, then choose the file again if yours still has to go in.")


@dataclass(frozen=True)
class Received:
    """A file as it came: its bytes, which can be read again from the beginning, and the name that its sender gave it."""

    file: IO[bytes]
    name: str


def keep_document(
    *,
    store: Store,
    case_id: UUID,
    kind: str,
    title: str,
    received: Received,
    by: UUID | None,
    dated_on: date | None = None,
    expires_on: date | None = None,
) -> Document:
    """A new document of a case, with its first version. `by`: the membership that brings it. Raises FileRefused, StoreAway."""
    document_id = new_id()
    version = _stored(store, document_id, received, by)
    facts = {"case_id": case_id, "kind": kind, "title": title, "dated_on": dated_on, "expires_on": expires_on}
    document = Document(id=document_id, **facts)
    db.session.add(document)
    db.session.flush()
    version.number = 1
    db.session.add(version)
    db.session.flush()
    return document


def add_version(
    *,
    store: Store,
    document: Document,
    received: Received,
    by: UUID | None,
    revision: int,
    dated_on: date | None = None,
    expires_on: date | None = None,
) -> DocumentVersion:
    """A newer file of a document, with its days; the earlier ones stay. `revision`: of the document, as it was read.

    Raises FileRefused, StoreAway, AlreadyRemoved, DocumentChanged.
    """
    version = _stored(store, document.id, received, by)
    db.session.refresh(document, with_for_update=True)
    if document.removed_on:
        raise AlreadyRemoved
    if document.revision != revision:
        raise DocumentChanged
    document.dated_on, document.expires_on = dated_on, expires_on
    flag_modified(document, "title")  # its files are part of it: who has not seen this one finds a new revision, whatever the days
    version.number = queries.next_number(document.id)
    db.session.add(version)
    db.session.flush()
    return version


def _stored(store: Store, document_id: UUID, received: Received, by: UUID | None) -> DocumentVersion:
    """Looks a file through, writes it to the store, and returns its row, not yet in the session and without a number."""
    kind, size, sha256 = examine(received)
    tenant_id = scope().tenant_id
    if tenant_id is None:
        raise LookupError("documents are a consortium's")
    key = new_key(tenant_id)
    store.write(key, received.file)
    facts = {"media_type": kind.media_type, "size": size, "sha256": sha256, "storage_key": key, "uploaded_by_id": by}
    return DocumentVersion(document_id=document_id, filename=named(received.name, kind), **facts)


def examine(received: Received) -> tuple[KindOfFile, int, str]:
    """(kind, bytes, SHA-256) of a file. Raises FileRefused: empty, too large, or not what may be kept."""
    size, sha256 = _measured(received)
    return recognise(received.file, received.name), size, sha256


def _measured(received: Received) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    received.file.seek(0)
    while piece := received.file.read(PIECE):
        digest.update(piece)
        size += len(piece)
    if not size:
        raise FileRefused(_("“%(name)s” is empty.", name=received.name), field="file", remedy=_("Choose another file."))
    if size > LARGEST:
        remedy = _("Send a file of at most 20 MB, or split it.")
        raise FileRefused(_("“%(name)s” is too large.", name=received.name), field="file", remedy=remedy)
    return size, digest.hexdigest()


def named(name: str, kind: KindOfFile) -> str:
    """The name that a file is sent back under: its own, without signs that a file system reads, with the ending of what it is."""
    stem = PurePath(name.replace("\\", "/")).name
    for ending in (kind.ending, *_ALSO.get(kind.ending, ())):
        stem = stem[: -len(ending)] if stem.lower().endswith(ending) else stem
    stem = "".join(sign for sign in stem if sign.isprintable() and sign not in '<>:"/|?*').strip(". ")
    return (stem[:LONGEST_NAME].strip(". ") or "documento") + kind.ending


def edit_document(*, document: Document, kind: str, title: str, dated_on: date | None, expires_on: date | None) -> Document:
    """Correct what is said of a document."""
    document.kind, document.title, document.dated_on, document.expires_on = kind, title, dated_on, expires_on
    db.session.flush()
    return document


def remove_document(*, document: Document) -> Document:
    """Out of sight; nothing is lost, and it can be brought back."""
    document.removed_on = document.removed_on or today()
    db.session.flush()
    return document


def restore_document(*, document: Document) -> Document:
    document.removed_on = None
    db.session.flush()
    return document
