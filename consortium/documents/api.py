"""Documents for programs: the list, those of a case, one with its versions and its history; sending a file, and getting it back."""

from typing import Any
from uuid import UUID

from flask import g, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from consortium.cases.pages import case_file
from consortium.codes import queries as codes
from consortium.documents import lists, queries, schemas, services, words
from consortium.documents.door import attachment, document_of, version_of
from consortium.documents.forms import titled, wrong
from consortium.documents.models import Document
from consortium.documents.policy import Documents
from consortium.documents.queries import Found
from consortium.documents.services import Received
from consortium.storage.door import store
from consortium.trail.schemas import HistoryShape
from consortium.web.fields import RevisionSchema
from consortium.web.guard import requires
from consortium.web.programs import Blueprint, Facts, Made, refuse, unchanged

blueprint = Blueprint("documents-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="Documents of cases, and their files")


@blueprint.get("/documents")
@blueprint.lists(lists.DOCUMENTS)
@requires(Documents.READ)
def documents() -> Select[Any]:
    """The documents of the cases that one may see, those that expire first."""
    return lists.documents()


@blueprint.get("/cases/<uuid:case_id>/documents")
@blueprint.response(200, schemas.ListedShape(many=True))
@requires(Documents.READ)
def of_case(case_id: UUID) -> list[Document]:
    """The documents of a case, newest first; removed ones too, with the day."""
    case_file(case_id)
    return [row.Document for row in queries.of_case(case_id)]


@blueprint.get("/documents/<uuid:document_id>")
@blueprint.response(200, schemas.DocumentShape)
@requires(Documents.READ)
def document(document_id: UUID) -> dict[str, Any]:
    """A document, with its versions."""
    return whole(document_of(document_id))


@blueprint.get("/documents/<uuid:document_id>/history")
@blueprint.response(200, HistoryShape)
@requires(Documents.READ)
def history(document_id: UUID) -> dict[str, Any]:
    """What was corrected in a document, when and by whom, the newest first; its versions stand in the document itself."""
    return {"items": words.history_of(document_of(document_id))}


@blueprint.put("/documents/<uuid:document_id>")
@blueprint.takes(schemas.EditSchema, schemas.DocumentShape, about=document_of, status=200)
@requires(Documents.WRITE)
def edit(document: Document, facts: Facts) -> Made:
    """Correct what is said of a document: what is left out is empty from now on. Its files stay."""
    unchanged(document.revision, facts)
    kinds = codes.options(words.SCHEME, keep=(document.kind,))
    refuse(wrong(facts, kinds))
    return whole(services.edit_document(document=document, **titled(facts, kinds))), _address(document.id)


@blueprint.get("/documents/versions/<uuid:document_version_id>")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="*/*")
@requires(Documents.READ)
def download(document_version_id: UUID) -> ResponseReturnValue:
    """The file of a version, as it was received."""
    return attachment(version_of(document_version_id))


@blueprint.post("/cases/<uuid:case_id>/documents")
@blueprint.takes(schemas.SentSchema, schemas.DocumentShape, about=case_file, files=True)
@requires(Documents.WRITE)
def keep(file: Found, facts: Facts) -> Made:
    """Keep a file as a document of the case: PDF, images, office files without macros, plain text or CSV, of at most 20 MB."""
    kinds, received = codes.options(words.SCHEME), _received(facts)
    refuse(wrong(facts, kinds))
    kept = {"case_id": file.Case.id, "received": received, "by": g.visitor.membership_id}
    made = services.keep_document(store=store(), **kept, **titled(facts, kinds))
    return whole(made), _address(made.id)


@blueprint.post("/documents/<uuid:document_id>/versions")
@blueprint.takes(schemas.SentVersionSchema, schemas.DocumentShape, about=document_of, files=True)
@requires(Documents.WRITE)
def add_version(document: Document, facts: Facts) -> Made:
    """A newer file of the document, with its days: a day that is left out is empty from now on. The earlier files stay."""
    services.add_version(store=store(), document=document, received=_received(facts), by=g.visitor.membership_id, **facts)
    return whole(document), _address(document.id)


@blueprint.post("/documents/<uuid:document_id>/remove")
@blueprint.takes(RevisionSchema, schemas.DocumentShape, about=document_of, status=200)
@requires(Documents.WRITE)
def remove(document: Document, facts: Facts) -> Made:
    """Out of sight; nothing is lost."""
    unchanged(document.revision, facts)
    return whole(services.remove_document(document=document)), _address(document.id)


@blueprint.post("/documents/<uuid:document_id>/restore")
@blueprint.takes(schemas.NoFactsSchema, schemas.DocumentShape, about=document_of, status=200)
@requires(Documents.WRITE)
def restore(document: Document, facts: Facts) -> Made:
    """Bring a removed document back."""
    return whole(services.restore_document(document=document)), _address(document.id)


def _received(facts: Facts) -> Received:
    """The file, taken out of the other facts."""
    file = facts.pop("file")
    return Received(file.stream, file.filename or "")


def whole(document: Document) -> dict[str, Any]:
    """A document with its versions, for DocumentShape."""
    names = ("id", "revision", "case_id", "kind", "title", "dated_on", "expires_on", "removed_on")
    return {**{name: getattr(document, name) for name in names}, "versions": queries.versions_of(document.id)}


def _address(document_id: UUID) -> str:
    return url_for("documents-api.document", document_id=document_id)
