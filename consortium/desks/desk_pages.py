"""The pages of desks: the list, a desk, its editing, its hours."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.desks import labels, listings, queries, services, timetable
from consortium.desks.doorway import asked_day, blueprint, existing, tabs, who
from consortium.desks.models import Desk
from consortium.desks.policy import Desks
from consortium.desks.schemas import DeskForm, HoursForm
from consortium.network.queries import member_options, municipalities
from consortium.trail.queries import history
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing import formats
from consortium.web.listing.door import respond
from consortium.web.policy import ROLE_LABELS
from tenants.database import db

PARTS = {"opening_hours": "desk_id", "desk_staff": "desk_id"}


@blueprint.get("/desks")
@requires(Desks.READ)
def index() -> ResponseReturnValue:
    return respond(listings.DESKS, db.session(), listings.desks(), template="desks/index.html", who=who(), tabs=tabs("index"))


@blueprint.get("/desks/<uuid:desk_id>")
@requires(Desks.READ)
def desk(desk_id: UUID) -> ResponseReturnValue:
    found, on = existing(queries.desk(desk_id)), asked_day()
    hours, staff, place = queries.hours(desk_id), queries.staff(desk_id), queries.place(found)
    names = {str(row.DeskStaff.membership_id): row.name for row in staff} | {
        str(place.id): place.host or "",
        found.istat: place.municipality,
    }
    return render_template(
        "desks/desk.html",
        desk=found,
        as_of=on,
        today=formats.today(),
        place=place,
        week=timetable.week(hours, on),
        next_change=timetable.next_change(hours, on),
        serving=[row for row in staff if row.DeskStaff.valid_from <= on <= (row.DeskStaff.valid_to or date.max)],
        others=[row for row in staff if not row.DeskStaff.valid_from <= on <= (row.DeskStaff.valid_to or date.max)],
        standing=_standing(found, on),
        required=queries.REQUIRED_HOURS,
        channels=labels.CHANNELS,
        roles=ROLE_LABELS,
        entries=history("desks", desk_id, parts=PARTS, names=names),
    )


def _standing(desk: Desk, on: date) -> tuple[Any, str | None]:
    state = "expected" if on < (desk.opened_on or date.min) else "former" if on > (desk.closed_on or date.max) else "current"
    return labels.STANDINGS[state], labels.STANDING_TONES.get(state)


@blueprint.route("/desks/new", methods=["GET", "POST"])
@requires(Desks.MANAGE)
def new() -> ResponseReturnValue:
    form = Form(DeskForm(), {"channels": ["in_person"]})
    if form.accepted():
        if again := form.repeated():
            return again
        with form.refusing():
            made = services.open_desk(**_facts(form))
            flash(_("The desk is in the list. Now write its opening hours."), "success")
            return form.done(url_for("desks.edit_hours", desk_id=made.id))
    return _form_page(form)


@blueprint.route("/desks/<uuid:desk_id>/edit", methods=["GET", "POST"])
@requires(Desks.MANAGE)
def edit(desk_id: UUID) -> ResponseReturnValue:
    found = existing(queries.desk(desk_id))
    page = url_for("desks.desk", desk_id=desk_id)
    form = Form(DeskForm(), _current(found))
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, found, back=page, current=lambda: _current(found), names=_hosts)
            services.change_desk(found, **_facts(form))
            flash(_("Saved."), "success")
            return form.done(page)
    return _form_page(form, desk_id)


@blueprint.route("/desks/<uuid:desk_id>/hours", methods=["GET", "POST"])
@requires(Desks.MANAGE)
def edit_hours(desk_id: UUID) -> ResponseReturnValue:
    found = existing(queries.desk(desk_id))
    page = url_for("desks.desk", desk_id=desk_id)
    form = Form(HoursForm(), _current_hours(found))
    words = {f"day_{number}": str(name) for number, name in timetable.DAYS.items()} | {"valid_from": _("These hours hold from")}
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, found, back=page, current=lambda: _current_hours(found), words=words, parts={"opening_hours": "desk_id"})
            week = {number: timetable.read(form.data[f"day_{number}"] or "") for number in timetable.DAYS}
            services.set_hours(found, week=week, valid_from=form.data["valid_from"])
            flash(_("The opening hours are saved."), "success")
            return form.done(page)
    return form.page("desks/hours_form.html", desk=found, days=timetable.DAYS)


def _hosts() -> dict[str, str]:
    return {str(member_id): str(name) for member_id, name in member_options(db.session()).items()}


def _current(desk: Desk) -> dict[str, Any]:
    """The values of the form as the desk is now."""
    columns = {name: getattr(desk, name) for name in DeskForm().fields}
    return columns | {"services": "\n".join(desk.services), "channels": list(desk.channels)}


def _current_hours(desk: Desk) -> dict[str, Any]:
    """The week that holds today, to be changed from today; a desk that has none yet may have had it always."""
    rows = queries.hours(desk.id)
    week = timetable.week(rows, formats.today())
    days = {f"day_{number}": week.text(number) for number in timetable.DAYS}
    return days | {"revision": desk.revision, "valid_from": formats.today() if rows else None}


def _facts(form: Form) -> dict[str, Any]:
    """What the form says as columns of a desk."""
    lines = [line.strip() for line in (form.data["services"] or "").splitlines() if line.strip()]
    return {name: value for name, value in form.data.items() if name != "revision"} | {"services": lines}


def _form_page(form: Form, desk_id: UUID | None = None) -> ResponseReturnValue:
    return form.page(
        "desks/desk_form.html",
        desk_id=desk_id,
        places=municipalities(g.visitor.tenant.region_id),
        hosts=member_options(db.session()).items(),
        channels=labels.CHANNELS.items(),
    )
