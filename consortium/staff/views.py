"""The staff's pages: the list at a day, a person with the history, invitations, changes and the end."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from consortium.identity.models import Membership
from consortium.identity.policy import Staff
from consortium.post.queries import messages_about
from consortium.staff import queries, services, words
from consortium.staff.door import member, pages
from consortium.staff.history import Told, since_revision, told
from consortium.staff.leaving import in_hand
from consortium.staff.listings import STAFF
from consortium.staff.schemas import ChangeSchema, InviteSchema
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.layout import crumb, navigation
from consortium.web.listing.door import respond
from consortium.web.listing.formats import day, moment, today
from tenants.database import db

blueprint = Blueprint("staff", __name__, url_prefix="/<slug:tenant>/staff", template_folder="templates")


def furnish(app: Flask) -> None:
    navigation(app).add(_l("Staff"), "staff.index", permission=Staff.READ, order=70)


@blueprint.get("")
@requires(Staff.READ)
def index() -> ResponseReturnValue:
    crumb(_("Staff"))
    return respond(STAFF, db.session(), queries.everybody(), template="staff/index.html", who=g.visitor.account.name)


@blueprint.route("/invite", methods=["GET", "POST"])
@requires(Staff.MANAGE)
def invite() -> Response:
    form = Form(InviteSchema(), {"valid_from": today(), "desks": []})
    if form.accepted():
        if again := form.repeated():
            return again
        with form.refusing():
            membership = services.invite(**form.data, pages=pages())
        if not form.errors:
            flash(_("%(name)s is on the staff list, and gets an invitation by e-mail.", name=membership.name), "success")
            return form.done(url_for("staff.person", membership_id=membership.id))
    crumb(_("Staff"), url_for("staff.index"))
    crumb(_("Invite somebody"))
    return form.page("staff/invite.html", roles=words.role_choices(), desks=queries.open_desks(today()))


@blueprint.get("/<uuid:membership_id>")
@requires(Staff.READ)
def person(membership_id: UUID) -> str:
    membership, seen = member(membership_id)
    messages = messages_about("memberships", membership_id) if g.visitor.may(Staff.MANAGE) else []
    held, left = in_hand(membership_id)
    crumb(_("Staff"), url_for("staff.index"))
    crumb(membership.name)
    return render_template(
        "staff/person.html",
        membership=membership,
        seen=seen,
        served=queries.desks_of(membership_id),
        stage=queries.stage(membership, today()),
        messages=messages,
        history=told(membership_id, membership.name),
        left=left,
        held=held,
        ending=words.ending(membership.name, awaited=bool(messages) and not seen, held=[each.text for each in held]),
        words=words,
        day=day,
        moment=moment,
    )


@blueprint.route("/<uuid:membership_id>/edit", methods=["GET", "POST"])
@requires(Staff.MANAGE)
def edit(membership_id: UUID) -> Response:
    membership, _seen = member(membership_id)
    form = Form(ChangeSchema(), _initial(membership))
    if form.accepted():
        if again := form.repeated():
            return again
        with form.refusing():
            services.change(membership_id=membership_id, today=today(), **form.data)
        if not form.errors:
            flash(_("Saved."), "success")
            return form.done(_after(membership_id))
    crumb(_("Staff"), url_for("staff.index"))
    crumb(form.values["name"], url_for("staff.person", membership_id=membership_id))
    crumb(_("Edit"))
    return _edit_page(form, membership_id)


def _initial(membership: Membership) -> dict[str, Any]:
    facts = {name: getattr(membership, name) for name in ("name", "role", "valid_from", "valid_to", "sensitive", "revision")}
    now = today()
    serving = [each for each in queries.desks_of(membership.id) if each.valid_to is None or each.valid_to >= now]
    return {**facts, "email": membership.email, "desks": [str(each.desk_id) for each in serving]}


def _edit_page(form: Form, membership_id: UUID) -> Response:
    """The form; where somebody else has saved meanwhile, what they changed stands beside it, and saving again overrules it."""
    since: list[Told] = []
    if form.status == 409 and (now := queries.person(membership_id)):
        since = since_revision(now[0], int(form.values["revision"]))
        form.values["revision"] = now[0].revision
    choices = {"roles": words.role_choices(), "desks": queries.open_desks(today())}
    return form.page("staff/edit.html", since=since, membership_id=membership_id, **choices)


def _after(membership_id: UUID) -> str:
    """Who has changed their own place may not see the staff any more: their first page is always theirs."""
    mine = membership_id == g.visitor.membership_id
    return url_for("identity.home") if mine else url_for("staff.person", membership_id=membership_id)


@blueprint.get("/<uuid:membership_id>/end")
@requires(Staff.MANAGE)
def confirm_end(membership_id: UUID) -> str:
    membership, seen = member(membership_id)
    awaited = not seen and bool(messages_about("memberships", membership_id))
    held, _left = in_hand(membership_id)
    words_of_end = words.ending(membership.name, awaited=awaited, held=[each.text for each in held])
    addresses = {
        "action": url_for("staff.end", membership_id=membership_id),
        "cancel_url": url_for("staff.person", membership_id=membership_id),
    }
    return render_template("web/confirm.html", confirm={**words_of_end, **addresses})


@blueprint.post("/<uuid:membership_id>/end")
@requires(Staff.MANAGE)
def end(membership_id: UUID) -> Response:
    membership = services.end(membership_id=membership_id, today=today()) or abort(404)
    flash(_("%(name)s has no access any more.", name=membership.name), "success")
    return redirect(_after(membership_id), 303)


@blueprint.post("/<uuid:membership_id>/invitation")
@requires(Staff.MANAGE)
def invite_again(membership_id: UUID) -> Response:
    membership = services.invite_again(membership_id=membership_id, pages=pages()) or abort(404)
    flash(_("%(name)s gets the invitation again by e-mail.", name=membership.name), "success")
    return redirect(url_for("staff.person", membership_id=membership_id), 303)
