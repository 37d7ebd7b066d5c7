"""The page of figures, its files, and the list behind each figure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from flask import Blueprint, Flask, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session as DatabaseSession

from consortium.cases.models import Assignment, Person
from consortium.cases.policy import Cases
from consortium.cases.queries import desk_slugs
from consortium.desks.models import Desk
from consortium.pathways.models import Measure, Pathway, Session
from consortium.reporting import queries, schemas
from consortium.reporting.policy import Figures
from consortium.reporting.queries import CONDITIONS
from consortium.reporting.schemas import Window, WindowSchema, masked
from consortium.web import landing, layout
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.language import here
from consortium.web.listing import formats
from consortium.web.listing.columns import Column
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.door import TYPES, attachment, respond
from consortium.web.listing.filters import AsOf, Choice
from consortium.web.listing.sheets import Sheet, facts
from consortium.web.policy import Role
from tenants.database import db

blueprint = Blueprint("reporting", __name__, url_prefix="/<slug:tenant>/figures", template_folder="templates")

LABELS = {
    "assigned": _l("Assigned"),
    "taken_in_charge": _l("Taken in charge"),
    "activated": _l("Activated"),
    "concluded": _l("Concluded"),
    "ongoing": _l("Under way"),
    "placements": _l("Placements"),
    "hours": _l("Hours"),
}
DEFINITIONS = {
    "assigned": _l("People whom a job centre assigned to a desk in the window."),
    "taken_in_charge": _l("Those of the assigned whose intake had been done by the as-of date."),
    "activated": _l("Pathways that started in the window. One person may have several."),
    "concluded": _l("Those of the activated that had ended, in whatever way, by the as-of date."),
    "ongoing": _l("Those of the activated that had not ended by the as-of date: activated = concluded + under way."),
    "placements": _l("Those of the concluded that ended with a job."),
    "hours": _l("Hours of the sessions of the activated pathways, up to the as-of date, back office included."),
}
DESK_FIGURES = ("assigned", "taken_in_charge", "activated", "concluded", "ongoing", "hours")


def _desk_options(session: DatabaseSession) -> dict[str, str]:
    return dict(desk_slugs(g.visitor))


# The window's days are bound in the conditions of the figures; a list keeps them in its address.
_DAYS = (
    AsOf("from", _l("From"), fixed=True),
    AsOf("to", _l("Until"), fixed=True),
    AsOf("as_of", _l("As of"), fixed=True),
)
_DESK = Choice("desk", _l("Desk"), Desk.slug, options=_desk_options)
_FILTERS = (*_DAYS, _DESK)
# Of who sees some desks' persons only: a figure is one desk's.
_FILTERS_OF_ONE_DESK = (*_DAYS, replace(_DESK, fixed=True))
_NONE = Empty(_l("There is nothing in these days: for others, change the days in the filters."))
_PERSON = (
    Column("surname", _l("Surname"), Person.surname, required=True),
    Column("first_name", _l("First name"), Person.first_name, required=True),
    Column("desk", _l("Desk"), Desk.name, required=True),
)
_ASSIGNMENTS = Listing(
    name="assignments",
    title=_l("Assignments"),
    tiebreak=Assignment.id,
    order=("assigned_on", "surname"),
    columns=(
        *_PERSON,
        Column("assigned_on", _l("Assigned"), Assignment.assigned_on, kind="date", required=True),
        Column("taken_in_charge_on", _l("Taken in charge"), Assignment.taken_in_charge_on, kind="date"),
        Column("job_centre", _l("Job centre"), Assignment.job_centre),
    ),
    filters=_FILTERS,
    phone=("surname", "first_name", "assigned_on"),
    empty=_NONE,
)
_OF_PATHWAY = (
    Column("code", _l("Pathway"), Pathway.code, required=True, whole=True),
    *_PERSON,
    Column("measure", _l("Measure"), Measure.name, required=True),
)
_PATHWAYS = Listing(
    name="pathways",
    title=_l("Pathways"),
    tiebreak=Pathway.id,
    order=("code",),
    columns=(
        *_OF_PATHWAY,
        Column("activated_on", _l("Activated"), Pathway.activated_on, kind="date", required=True),
        Column("ended_on", _l("Ended"), Pathway.ended_on, kind="date"),
    ),
    filters=_FILTERS,
    phone=("code", "surname", "activated_on"),
    empty=_NONE,
)
_SESSIONS = Listing(
    name="sessions",
    title=_l("Sessions"),
    tiebreak=Session.id,
    order=("on_date", "starts"),
    columns=(
        *_OF_PATHWAY,
        Column("on_date", _l("Day"), Session.on_date, kind="date", required=True),
        Column("starts", _l("From"), Session.starts, required=True),
        Column("ends", _l("To"), Session.ends, required=True),
        Column("hours", _l("Hours"), queries.HOURS, kind="number", required=True),
    ),
    filters=_FILTERS,
    phone=("code", "on_date", "hours"),
    empty=_NONE,
)
_LISTS = {"assigned": _ASSIGNMENTS, "taken_in_charge": _ASSIGNMENTS, "hours": _SESSIONS}


@blueprint.get("")
@requires(Figures.READ)
def figures() -> ResponseReturnValue:
    form = Form(WindowSchema(), initial=_usual_window())
    window = form.asked()
    if window is None:
        return form.page("reporting/figures.html", figures=None)
    found, before = _figures(window), _figures(window.year_before())
    if request.args.get("format") in TYPES:
        return attachment(_sheet(found), request.args["format"])
    words = {"labels": LABELS, "definitions": DEFINITIONS, "columns": DESK_FIGURES}
    why = _why_masked() if found.has_masked or before.has_masked else ""
    addresses = {"link": _linker(window), "files": _files(window)}
    return form.page("reporting/figures.html", figures=found, before=before, why_masked=why, **addresses, **words)


@blueprint.get("/<any(" + ", ".join(CONDITIONS) + "):indicator>")
@requires(Figures.RECORDS)
def records(indicator: str) -> ResponseReturnValue:
    """The list that a figure counts, at one desk or all: as long as the figure. Only where one may see all that it counts."""
    window = Form(WindowSchema()).asked()
    seen = _seen_desks()
    days: dict[str, Any] = {each.name: request.args.get(each.name, "") for each in _DAYS}
    if window is None or not all(days.values()):
        # Where they can be set right: that page says what is wrong with them.
        return redirect(url_for(".figures", **days))
    if seen is not None and request.args.get("desk") not in seen:
        abort(403)
    found = _LISTS.get(indicator, _PATHWAYS)
    return respond(
        found if seen is None else replace(found, filters=_FILTERS_OF_ONE_DESK),
        db.session(),
        queries.records(indicator),
        template="reporting/records.html",
        who=g.visitor.account.name,
        heading=LABELS[indicator],
        definition=DEFINITIONS[indicator],
        back=_url(".figures", window),
    )


def furnish(app: Flask) -> None:
    layout.navigation(app).add(_l("Figures"), "reporting.figures", permission=Figures.READ, order=40)
    app.jinja_env.filters["figure"] = _shown
    with app.app_context():
        for role in (Role.ADMINISTRATOR, Role.READER):
            landing.at(role, "reporting.figures")


def _shown(value: Decimal | int | None) -> str:
    """A figure as the page shows it; hours without needless zeros."""
    if value is None:
        return _masked()
    return formats.number(int(value) if value == int(value) else float(value), here())


def _masked() -> str:
    """In place of every masked figure: to tell the small ones from their companions would give both away."""
    return str(_("withheld"))


def _why_masked() -> str:
    return str(_("Numbers from 1 to 4, and those from which they could be worked out, are withheld."))


def _usual_window() -> dict[str, date]:
    """Twelve whole months, the last of them the latest in which anything happened: a page worth opening, also of a past year."""
    if any(request.args.get(name) for name in ("from", "to")):
        return {}
    latest = queries.latest_activity(formats.today()) or formats.today()
    until = latest + relativedelta(day=31)
    since = latest + relativedelta(months=-11, day=1)
    return {"from": since, "to": until, "as_of": until}


def _figures(window: Window) -> schemas.Figures:
    found = queries.figures(window)
    return found if g.visitor.may(Cases.READ) else masked(found)


def _url(endpoint: str, window: Window, **more: str) -> str:
    values: dict[str, Any] = {name: day.isoformat() for name, day in window.parameters().items()} | more
    return url_for(endpoint, **values)


def _files(window: Window) -> list[tuple[str, str]]:
    return [(kind.upper(), _url(".figures", window, format=kind)) for kind in TYPES]


def _seen_desks() -> frozenset[str] | None:
    """The desks whose persons the visitor may see; None for all of them."""
    return None if g.visitor.may(Cases.ALL) else frozenset(slug for slug, _name in desk_slugs(g.visitor))


def _linker(window: Window) -> Callable[[str, str | None], str | None]:
    """Figure, desk (None: all) → the address of its list, or None where the visitor may not see all that it counts."""
    if not g.visitor.may(Figures.RECORDS):
        return lambda indicator, desk: None
    seen = _seen_desks()
    made = {name: _url(".records", window, indicator=name) for name in CONDITIONS}
    return lambda name, desk: (f"{made[name]}&desk={desk}" if desk else made[name]) if seen is None or desk in seen else None


def _sheet(figures: schemas.Figures) -> Sheet:
    """A row a desk, then the total: what the page shows."""
    columns = [Column("desk", _l("Desk"), Desk.name), *(Column(name, LABELS[name], Desk.name, kind="number") for name in DESK_FIGURES)]
    lines = [[row.desk, *_cells(row)] for row in figures.by_desk]
    lines.append([_("Total"), *_cells(figures)])
    window = figures.window
    span = _(
        "From %(since)s to %(until)s, as of %(as_of)s", **{name: formats.day(getattr(window, name)) for name in ("since", "until", "as_of")}
    )
    told = facts(_("Figures"), g.visitor.account.name, [span])
    return Sheet(_("Figures"), columns, iter(lines), [*told, (_("Note"), _why_masked())] if figures.has_masked else told)


def _cells(figures: schemas.Figures | schemas.DeskFigures) -> list[Decimal | int | str]:
    """A file leaves no cell empty where the page has a word."""
    found = (getattr(figures, name) for name in DESK_FIGURES)
    return [_masked() if value is None else value for value in found]
