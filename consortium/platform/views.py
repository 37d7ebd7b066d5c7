"""The operator's pages. No statement here touches a person: consortia, counts and archives are all there is to see."""

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from consortium.platform import exports, services
from consortium.platform.founding_page import Founding
from consortium.platform.lists import CONSORTIA, STATES, TONES
from consortium.platform.policy import Platform
from consortium.platform.schemas import DeletionSchema
from consortium.web import landing, layout
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing.door import respond
from consortium.web.policy import Role
from tenants import founding, registry
from tenants.database import db
from tenants.registry import Entry

blueprint = Blueprint("platform", __name__, url_prefix="/operator", template_folder="templates")


@blueprint.get("/")
@requires(Platform.MANAGE, door="operator")
def consortia() -> ResponseReturnValue:
    return respond(CONSORTIA, db.session(), registry.entries(), template="platform/consortia.html", who=g.visitor.account.name)


@blueprint.route("/consortia/new", methods=["GET", "POST"])
@requires(Platform.MANAGE, door="operator")
def found() -> ResponseReturnValue:
    page = Founding()
    if request.method == "POST" and (slug := page.found()):
        flash(_("The consortium is founded. Its people choose a password by “new password” on the page where one signs in."), "success")
        return redirect(url_for(".consortium", consortium=slug), 303)
    return page.form.page("platform/found.html", errors=page.errors)


@blueprint.get("/consortia/<slug:consortium>")
@requires(Platform.MANAGE, door="operator")
def consortium(consortium: str) -> ResponseReturnValue:
    entry = _entry(consortium)
    shown = {"state": (STATES[entry.state], TONES[entry.state]), "questions": _questions(entry), "fresh": registry.is_exported(entry.id)}
    return render_template("platform/consortium.html", entry=entry, exports=exports.shown(registry.archives(entry.id)), **shown)


@blueprint.route("/consortia/<slug:consortium>/<any(suspend, resume):verb>", methods=["GET", "POST"])
@requires(Platform.MANAGE, door="operator")
def turn(consortium: str, verb: str) -> ResponseReturnValue:
    """Suspend or resume; asked by GET, it asks back."""
    entry = _entry(consortium)
    if request.method != "POST":  # HEAD asks too
        return render_template("web/confirm.html", confirm=_questions(entry)[verb])
    (founding.suspend if verb == "suspend" else founding.resume)(entry.id)
    told = {"suspend": _("%(name)s is suspended.", name=entry.name), "resume": _("%(name)s is at work again.", name=entry.name)}
    return _back(entry, told[verb])


@blueprint.post("/consortia/<slug:consortium>/exports")
@requires(Platform.MANAGE, door="operator")
def export(consortium: str) -> ResponseReturnValue:
    entry = _entry(consortium)
    services.request_export(entry=entry)
    return _back(entry, _("The export is being written on the server. You can leave this page."))


@blueprint.route("/consortia/<slug:consortium>/delete", methods=["GET", "POST"])
@requires(Platform.MANAGE, door="operator")
def delete(consortium: str) -> ResponseReturnValue:
    entry = _entry(consortium)
    form = Form(DeletionSchema())
    if form.accepted():
        with form.refusing():
            services.delete(entry=entry, **form.data)
        if not form.errors:
            flash(_("%(name)s is deleted, with all that it had.", name=entry.name), "success")
            return redirect(url_for(".consortia"), 303)
    return form.page("platform/delete.html", entry=entry, fresh=registry.is_exported(entry.id))


def _entry(slug: str) -> Entry:
    return registry.entry(slug) or abort(404)


def _back(entry: Entry, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for(".consortium", consortium=entry.slug), 303)


def _questions(entry: Entry) -> dict[str, dict[str, str]]:
    """What is asked before a consortium is suspended or resumed."""
    words = {
        "suspend": (
            _("Suspend %(name)s?", name=entry.name),
            _("Its people see a page that says so, and cannot work until you resume it. Nothing is lost."),
            _("Suspend"),
        ),
        "resume": (_("Resume %(name)s?", name=entry.name), _("Its people can work again at once."), _("Resume")),
    }
    back = url_for(".consortium", consortium=entry.slug)
    return {
        verb: {"title": title, "text": text, "label": label, "action": f"{back}/{verb}", "cancel_url": back}
        for verb, (title, text, label) in words.items()
    }


def furnish(app: Flask) -> None:
    layout.navigation(app).add(_l("Consortia"), "platform.consortia", permission=Platform.MANAGE, order=10)
    with app.app_context():
        landing.at(Role.OPERATOR, "platform.consortia")
