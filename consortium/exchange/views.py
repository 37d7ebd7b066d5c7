"""The pages of imports: upload, look, check, apply, undo."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from consortium.exchange import batches, lists, pages, queries, rejects, words
from consortium.exchange.kinds import LAYOUTS
from consortium.exchange.models import BatchState, ImportBatch, ImportFile
from consortium.exchange.policy import Exchange
from consortium.post.services import defer
from consortium.web import layout
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing.door import respond
from tenants.database import db

blueprint = Blueprint("exchange", __name__, url_prefix="/<slug:tenant>/imports", template_folder="templates")


def furnish(app: Flask) -> None:
    layout.navigation(app).add(_l("Imports"), "exchange.imports", permission=Exchange.IMPORT, order=90)


@blueprint.get("")
@requires(Exchange.IMPORT)
def imports() -> ResponseReturnValue:
    return respond(lists.BATCHES, db.session(), queries.batches(), template="exchange/imports.html", who=g.visitor.account.name)


class UploadSchema(Schema):
    """The files come apart from the fields."""


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Exchange.IMPORT)
def upload() -> ResponseReturnValue:
    form = Form(UploadSchema())
    if form.accepted():
        uploads = [(each.filename or "file.csv", each.stream) for each in request.files.getlist("files") if each.filename]
        if not uploads:
            form.refuse({"files": [_("Choose at least one file.")]})
        elif again := form.repeated():
            return again
        else:
            with form.refusing():
                made = batches.receive(uploads=uploads)
                return form.done(url_for("exchange.batch", batch_id=made.id))
    return form.page("exchange/upload.html", layouts=LAYOUTS.values())


@blueprint.get("/<uuid:batch_id>")
@requires(Exchange.IMPORT)
def batch(batch_id: UUID) -> ResponseReturnValue:
    return _page(_found(batch_id))


@blueprint.get("/<uuid:batch_id>/progress")
@requires(Exchange.IMPORT)
def progress(batch_id: UUID) -> ResponseReturnValue:
    """The part of the page that follows the work; once it is done, the whole page is asked for."""
    found = _found(batch_id)
    if "HX-Request" not in request.headers:
        return redirect(url_for("exchange.batch", batch_id=batch_id))
    if found.state not in batches.AT_WORK:
        return Response(headers={"HX-Refresh": "true"})
    return render_template("exchange/progress.html", batch=found, **_work(found))


@blueprint.post("/<uuid:batch_id>/columns")
@requires(Exchange.IMPORT)
def columns(batch_id: UUID) -> ResponseReturnValue:
    """Tell what the files are; then, where asked, check them."""
    found = _found(batch_id)
    if found.state not in batches.STEPS[BatchState.CHECKING]:
        raise batches.StepRefused
    for file in queries.files_of(batch_id):
        _tell(file)
    if "check" in request.form:
        return _work_on(found, BatchState.CHECKING, "exchange.check")
    return redirect(url_for("exchange.batch", batch_id=batch_id), 303)


def _tell(file: ImportFile) -> None:
    """What the form says of a file; a kind that was just chosen brings its own guess of the columns."""
    kind = request.form.get(f"kind-{file.position}", "")
    if kind not in LAYOUTS:
        return
    told = {name: request.form.get(f"column-{file.position}-{name}", "") for name in LAYOUTS[kind].by_name}  # type: ignore[index]  # a StrEnum's key is found by its text
    chosen = {name: int(place) for name, place in told.items() if place.isdecimal() and int(place) < len(file.headings)}
    batches.tell_columns(file=file, kind=kind, columns=chosen if kind == file.kind and any(told.values()) else None)


@blueprint.post("/<uuid:batch_id>/check")
@requires(Exchange.IMPORT)
def check(batch_id: UUID) -> ResponseReturnValue:
    return _work_on(_found(batch_id), BatchState.CHECKING, "exchange.check")


@blueprint.post("/<uuid:batch_id>/apply")
@requires(Exchange.IMPORT)
def apply(batch_id: UUID) -> ResponseReturnValue:
    return _work_on(_found(batch_id), BatchState.APPLYING, "exchange.apply", good_only="good_only" in request.form)


@blueprint.route("/<uuid:batch_id>/undo", methods=["GET", "POST"])
@requires(Exchange.IMPORT)
def undo(batch_id: UUID) -> ResponseReturnValue:
    found = _found(batch_id)
    if request.method == "POST":
        return _work_on(found, BatchState.UNDOING, "exchange.undo")
    return _confirm(_("Undo the import?"), str(words.UNDO), _("Undo the import"), url_for("exchange.batch", batch_id=batch_id))


@blueprint.route("/<uuid:batch_id>/discard", methods=["GET", "POST"])
@requires(Exchange.IMPORT)
def discard(batch_id: UUID) -> ResponseReturnValue:
    found = _found(batch_id)
    if request.method == "POST":
        batches.step(batch=found, to=BatchState.DISCARDED)
        flash(_("The files were discarded; nothing was brought in."), "success")
        return redirect(url_for("exchange.imports"), 303)
    return _confirm(_("Discard the files?"), str(words.DISCARD), _("Discard"), url_for("exchange.batch", batch_id=batch_id))


@blueprint.get("/<uuid:batch_id>/rejected/<int:position>.csv")
@requires(Exchange.IMPORT)
def rejected(batch_id: UUID, position: int) -> ResponseReturnValue:
    """The rejected rows of a file as they came, but for health data, each with its errors: to be corrected and uploaded again."""
    file = next((each for each in queries.files_of(_found(batch_id).id) if each.position == position), None)
    if file is None or not file.rejected:
        abort(404)
    return rejects.attachment_of(file)


def _found(batch_id: UUID) -> ImportBatch:
    return queries.batch(batch_id) or abort(404)


def _work_on(found: ImportBatch, state: BatchState, task: str, *, good_only: bool = False) -> ResponseReturnValue:
    """Bring the batch to a state and leave the job that does its work; a second click finds it there."""
    if batches.step(batch=found, to=state, good_only=good_only):
        defer(task, batch_id=found.id)
    return redirect(url_for("exchange.batch", batch_id=found.id), 303)


def _confirm(title: str, text: str, label: str, cancel_url: str) -> str:
    confirm = {"title": title, "text": text, "action": request.path, "label": label, "cancel_url": cancel_url, "once": None}
    return render_template("web/confirm.html", confirm=confirm)


def _page(found: ImportBatch) -> str:
    files = queries.files_of(found.id)
    shown: dict[str, Any] = {
        "batch": found,
        "files": files,
        "totals": pages.totals(files),
        "unseen": pages.unseen(files),
        "problem": words.told(found),
        "words": words,
    }
    if found.state in batches.AT_WORK:
        shown |= _work(found)
    elif found.state in (BatchState.RECEIVED, BatchState.FAILED):
        shown |= {"mapping": pages.mapping, "preview": pages.preview, "layouts": LAYOUTS.values()}
    if found.state not in (*batches.AT_WORK, BatchState.RECEIVED, BatchState.DISCARDED):
        shown |= {"rejected": pages.rejected(found.id), "changed": pages.changed(found.id)}
    return render_template("exchange/batch.html", who=queries.who(found.account_id), **shown)


def _work(found: ImportBatch) -> dict[str, Any]:
    progress, now = queries.progress(found.id), datetime.now(UTC)
    return {
        "progress": progress,
        "label": words.WORK[BatchState(found.state)],
        "left": pages.time_left(progress, now),
        "silent": pages.is_silent(progress, now),
    }
