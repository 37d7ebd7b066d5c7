"""The room's door: its blueprint, the document of an address, and a file on its way to a browser."""

import unicodedata
from uuid import UUID

from flask import Blueprint, Response, abort, g, send_file

from consortium.documents import queries
from consortium.documents.models import Document
from consortium.documents.queries import Found
from consortium.storage.door import store

blueprint = Blueprint("documents", __name__, url_prefix="/<slug:tenant>", template_folder="templates")


def document_of(document_id: UUID) -> Document:
    """The document, if the visitor may see its case; else 404."""
    return queries.document(document_id, g.visitor) or abort(404)


def version_of(document_version_id: UUID) -> Found:
    return queries.version(document_version_id, g.visitor) or abort(404)


def attachment(version: Found) -> Response:
    """The file as it was received, never shown by the browser as a page of ours: saved, or opened by another program."""
    file = store().read(version.storage_key)
    response = send_file(
        file, version.media_type, as_attachment=True, download_name=unicodedata.normalize("NFC", version.filename), max_age=0
    )
    response.content_length = version.size
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
