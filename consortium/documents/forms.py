"""The forms of documents: a new one, a new version, what is said of one, removing and bringing back."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.cases.pages import case_file
from consortium.codes import queries as codes
from consortium.documents import queries, schemas, services, words
from consortium.documents.door import blueprint, document_of
from consortium.documents.kinds_of_file import ACCEPT
from consortium.documents.models import Document
from consortium.documents.policy import Documents
from consortium.documents.services import Received
from consortium.storage.door import store
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form

# Two fields of a form: one for a file, one that opens the camera of a phone.
FIELDS = ("file", "photo")


def sent() -> Received | None:
    """The file that came with the request, under either field."""
    found = next((request.files[name] for name in FIELDS if name in request.files and request.files[name].filename), None)
    return Received(found.stream, found.filename or "") if found else None


def wrong(facts: dict[str, Any], kinds: list[tuple[str, str]]) -> dict[str, list[str]]:
    """What to say of a kind that is not one of the consortium's."""
    return {} if facts["kind"] in dict(kinds) else {"kind": [_("Choose one of the answers.")]}


def titled(facts: dict[str, Any], kinds: list[tuple[str, str]]) -> dict[str, Any]:
    """A document without a title is called as its kind."""
    return {**facts, "title": facts["title"] or dict(kinds)[facts["kind"]]}


def _complete(form: Form, kinds: list[tuple[str, str]] | None, received: Received | None) -> bool:
    """Everything that is missing or wrong, the file too, said at once."""
    well = form.accepted()
    if request.method == "POST" and received is None:
        form.refuse({"file": [_("Choose a file.")]})
    if well and kinds is not None:
        form.refuse(wrong(form.data, kinds))
    if form.errors and received is not None:
        with form.refusing():
            services.examine(received)
    return well and not form.errors


@blueprint.route("/cases/<uuid:case_id>/documents/new", methods=["GET", "POST"])
@requires(Documents.WRITE)
def new_document(case_id: UUID) -> ResponseReturnValue:
    file, back = case_file(case_id), url_for("documents.of_case", case_id=case_id)
    kinds, received = codes.options(words.SCHEME), sent()
    form = Form(schemas.FactsSchema())
    if _complete(form, kinds, received) and received:
        if answer := form.repeated():
            return answer
        with form.refusing():
            facts = titled(form.data, kinds)
            services.keep_document(store=store(), case_id=case_id, received=received, by=g.visitor.membership_id, **facts)
            flash(_("“%(title)s” is kept.", title=facts["title"]), "success")
            return form.done(back)
    return form.page("documents/new.html", file=case_file(case_id) if form.errors else file, kinds=kinds, back=back, accept=ACCEPT)


@blueprint.route("/documents/<uuid:document_id>/versions/new", methods=["GET", "POST"])
@requires(Documents.WRITE)
def new_version(document_id: UUID) -> ResponseReturnValue:
    """A newer file of the same document, with the days that are on it; the earlier ones stay."""
    document, back = document_of(document_id), url_for("documents.document", document_id=document_id)
    received, form = sent(), Form(schemas.VersionSchema(), _dates(document))
    if _complete(form, None, received) and received:
        if answer := form.repeated():
            return answer
        with form.refusing():
            by = g.visitor.membership_id
            version = services.add_version(store=store(), document=document, received=received, by=by, **form.data)
            flash(_("Version %(number)s is in force now.", number=version.number), "success")
            return form.done(back)
    now = document_of(document_id)
    in_force = None
    if form.status == services.DocumentChanged.status:
        form.values["revision"], in_force = now.revision, queries.versions_of(document_id)[0]
    return form.page("documents/new_version.html", document=now, in_force=in_force, back=back, accept=ACCEPT)


def _dates(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in ("dated_on", "expires_on", "revision")}


@blueprint.route("/documents/<uuid:document_id>/edit", methods=["GET", "POST"])
@requires(Documents.WRITE)
def edit(document_id: UUID) -> ResponseReturnValue:
    document, back = document_of(document_id), url_for("documents.document", document_id=document_id)
    kinds = codes.options(words.SCHEME, keep=(document.kind,))
    names = ("kind", "title", "dated_on", "expires_on", "revision")
    form = Form(schemas.EditSchema(), {name: getattr(document, name) for name in names})
    if form.accepted():
        form.refuse(wrong(form.data, kinds))
    if form.data and not form.errors:
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, document, back=back, names=lambda: codes.labels(words.SCHEME), parts=words.PARTS)
            form.data.pop("revision")
            services.edit_document(document=document, **titled(form.data, kinds))
            flash(_("Saved."), "success")
            return form.done(back)
    return form.page("documents/edit.html", document=document, kinds=kinds, back=back)


@blueprint.post("/documents/<uuid:document_id>/remove")
@requires(Documents.WRITE)
def remove(document_id: UUID) -> ResponseReturnValue:
    """Undone by a click on the page that follows."""
    document = services.remove_document(document=document_of(document_id))
    return redirect(url_for("documents.of_case", case_id=document.case_id, removed=document.id), 303)


@blueprint.post("/documents/<uuid:document_id>/restore")
@requires(Documents.WRITE)
def restore(document_id: UUID) -> ResponseReturnValue:
    document = services.restore_document(document=document_of(document_id))
    flash(_("“%(title)s” is back.", title=document.title), "success")
    return redirect(url_for("documents.of_case", case_id=document.case_id), 303)
