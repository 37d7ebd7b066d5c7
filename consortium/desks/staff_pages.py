"""Who serves the desks, and from when to when."""

from uuid import UUID

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.desks import listings, queries, services
from consortium.desks.doorway import blueprint, existing, tabs, who
from consortium.desks.policy import Desks
from consortium.desks.schemas import StaffEndForm, StaffForm
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing import formats
from consortium.web.listing.door import respond
from tenants.database import db


@blueprint.get("/desks/staff")
@requires(Desks.READ)
def serving() -> ResponseReturnValue:
    statement = queries.who_serves(ever=request.args.get("period") == "ever")
    return respond(listings.STAFF, db.session(), statement, template="desks/staff.html", who=who(), tabs=tabs("serving"))


@blueprint.route("/desks/<uuid:desk_id>/staff/new", methods=["GET", "POST"])
@requires(Desks.MANAGE)
def new_staff(desk_id: UUID) -> ResponseReturnValue:
    desk = existing(queries.desk(desk_id))
    form = Form(StaffForm(), {"valid_from": formats.today()})
    if form.accepted():
        if again := form.repeated():
            return again
        with form.refusing():
            services.assign_staff(desk_id=desk_id, **form.data)
            flash(_("Saved."), "success")
            return form.done(url_for("desks.desk", desk_id=desk_id))
    return form.page("desks/staff_form.html", desk=desk, people=queries.people(formats.today()))


@blueprint.route("/desks/<uuid:desk_id>/staff/<uuid:desk_staff_id>/end", methods=["GET", "POST"])
@requires(Desks.MANAGE)
def end_staff(desk_id: UUID, desk_staff_id: UUID) -> ResponseReturnValue:
    desk, staff = existing(queries.desk(desk_id)), existing(queries.staff_row(desk_id, desk_staff_id))
    page = url_for("desks.desk", desk_id=desk_id)
    form = Form(StaffEndForm(), {"revision": staff.revision, "valid_to": staff.valid_to or formats.today()})
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, staff, back=page)
            services.end_staff(staff, valid_to=form.data["valid_to"])
            flash(_("Saved."), "success")
            return form.done(page)
    return form.page("desks/staff_end_form.html", desk=desk, person=existing(queries.membership(staff.membership_id)))
