"""The pages of members."""

from uuid import UUID

from flask import flash, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.network import labels, listings, panels, queries, services
from consortium.network.doorway import blueprint, columns_of, existing, facts, tabs, who
from consortium.network.policy import Network
from consortium.network.schemas import MemberForm
from consortium.trail.queries import history
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing.door import respond
from tenants.database import db


@blueprint.get("/members")
@requires(Network.READ)
def members() -> ResponseReturnValue:
    return respond(listings.MEMBERS, db.session(), listings.members(), template="network/members.html", who=who(), tabs=tabs("members"))


@blueprint.get("/members/<uuid:member_id>")
@requires(Network.READ)
def member(member_id: UUID) -> ResponseReturnValue:
    found = existing(queries.member(member_id))
    return render_template(
        "network/member.html",
        member=found,
        kinds=labels.BODY_KINDS,
        seat=queries.seat(found.istat),
        agreements=queries.agreements_of(found.name),
        panels=panels.of(found.id, found.istat),
        entries=history("members", found.id),
    )


@blueprint.route("/members/new", methods=["GET", "POST"])
@requires(Network.MANAGE)
def new_member() -> ResponseReturnValue:
    form = Form(MemberForm(), {"kind": "municipality"})
    if form.accepted():
        if again := form.repeated():
            return again
        with form.refusing():
            made = services.admit_member(**facts(form))
            flash(_("%(name)s is in the list of members.", name=made.name), "success")
            return form.done(url_for("network.member", member_id=made.id))
    return _form_page(form)


@blueprint.route("/members/<uuid:member_id>/edit", methods=["GET", "POST"])
@requires(Network.MANAGE)
def edit_member(member_id: UUID) -> ResponseReturnValue:
    found = existing(queries.member(member_id))
    page = url_for("network.member", member_id=member_id)
    form = Form(MemberForm(), columns_of(found, MemberForm()))
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, found, back=page)
            services.change_member(found, **facts(form))
            flash(_("Saved."), "success")
            return form.done(page)
    return _form_page(form, member_id, form.values["name"])


def _form_page(form: Form, member_id: UUID | None = None, name: str = "") -> ResponseReturnValue:
    places = queries.municipalities(g.visitor.tenant.region_id)
    return form.page("network/member_form.html", member_id=member_id, name=name, places=places, kinds=labels.BODY_KINDS.items())
