"""The pages of documents: the list, those of a case, one with its versions, and the files themselves."""

from uuid import UUID

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from consortium.cases import pages
from consortium.cases.pages import Tab
from consortium.documents import forms, lists, queries, words
from consortium.documents.door import attachment, blueprint, document_of, version_of
from consortium.documents.policy import Documents
from consortium.web.guard import requires
from consortium.web.listing.door import respond
from tenants.database import db

__all__ = ["blueprint", "forms"]


@blueprint.get("/documents")
@requires(Documents.READ)
def index() -> ResponseReturnValue:
    return respond(lists.DOCUMENTS, db.session(), lists.documents(), template="documents/index.html", who=g.visitor.account.name)


@blueprint.get("/cases/<uuid:case_id>/documents")
@requires(Documents.READ)
def of_case(case_id: UUID) -> str:
    """A tab of the case page. `removed`: what was just removed, to be brought back by a click."""
    context, found = pages.around(case_id), queries.of_case(case_id)
    removed = [row for row in found if row.Document.removed_on]
    return render_template(
        "documents/of_case.html",
        **context,
        documents=[row for row in found if not row.Document.removed_on],
        removed=removed,
        undo=next((row for row in removed if str(row.Document.id) == request.args.get("removed")), None),
        kinds=dict(words.KINDS.items()),
        words=words,
    )


@blueprint.get("/documents/<uuid:document_id>")
@requires(Documents.READ)
def document(document_id: UUID) -> str:
    found = document_of(document_id)
    return render_template(
        "documents/document.html",
        document=found,
        file=pages.case_file(found.case_id),
        versions=queries.versions_of(document_id),
        standing=queries.standing(found),
        kinds=dict(words.KINDS.items()),
        entries=words.history_of(found),
        words=words,
    )


@blueprint.get("/documents/versions/<uuid:document_version_id>")
@requires(Documents.READ)
def download(document_version_id: UUID) -> ResponseReturnValue:
    return attachment(version_of(document_version_id))


def furnish(app: Flask) -> None:
    """Called once, when the room opens."""
    pages.of(app).tabs.append(Tab(_l("Documents"), "documents.of_case", Documents.READ, 70))
