"""The lists of pathways and of sessions. Figures link to them: the same conditions, so the same number of rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from flask import g, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Date, Numeric, Select, and_, bindparam, func, literal, not_, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.orm import aliased

from consortium.cases import search
from consortium.cases.lists import case_managers, desks
from consortium.cases.models import Person
from consortium.cases.pages import linker
from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.pathways import books, queries, reminders, words, worth
from consortium.pathways.models import Measure, MeasureDesk, Pathway, Session
from consortium.pathways.policy import Measures, Pathways
from consortium.web.listing.actions import Action
from consortium.web.listing.columns import Column, Label
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.filters import AsOf, Choice, DateRange, MonthRange, Text
from consortium.web.listing.formats import today
from tenants.database import tenant_parameter

AS_OF: ColumnElement[Any] = bindparam("as_of", type_=Date())
HOURS, VALUE = worth.plain_hours(AS_OF), worth.value(AS_OF)
# Of a pathway: looked up for the rows of a page alone, so nothing is ordered by them.
IN_ALL, WORTH = worth.of_pathway(worth.hours(AS_OF), AS_OF), worth.of_pathway(VALUE, AS_OF)
Operator = aliased(Membership)


def measures(session: DbSession) -> Mapping[str, Label]:
    return {row.code: row.name for row in queries.measures()}


def _text(text: str) -> ColumnElement[bool]:
    """People, or codes where it may be one: an alternative costs a look at every row, so names have none."""
    prefix, people = text.strip().upper(), search.condition(text)
    if " " in prefix or not any(sign.isdigit() for sign in prefix):
        return people
    return or_(people, Pathway.code.between(prefix, prefix + "~"))


def _stands_today(values: Sequence[str]) -> ColumnElement[bool]:
    """In a state; or in one of those in which there is something to follow (`open`)."""
    return Pathway.state.in_(queries.OPEN_STATES) if values[0] == "open" else Pathway.state == values[0]


_stands = {"concluded": queries.concluded_by(AS_OF), "ongoing": queries.ongoing_on(AS_OF)}

_desks = (
    select(func.string_agg(Desk.name, aggregate_order_by(literal(", "), Desk.name)))
    .join(MeasureDesk, and_(MeasureDesk.tenant_id == Desk.tenant_id, MeasureDesk.desk_id == Desk.id))
    .where(MeasureDesk.tenant_id == tenant_parameter(), Desk.tenant_id == tenant_parameter(), MeasureDesk.measure_id == Measure.id)
    .correlate(Measure)
    .scalar_subquery()
)
_runs = and_(Measure.valid_from <= AS_OF, Measure.valid_to >= AS_OF)


def _new_measure() -> str | None:
    return url_for("pathways.new_measure") if g.visitor.may(Measures.MANAGE) else None


MEASURES = Listing(
    name="measures",
    title=_l("Measures"),
    tiebreak=Measure.id,
    order=("name",),
    columns=(
        Column("name", _l("Measure"), Measure.name, required=True, link=linker("pathways.measure", "measure_id")),
        Column("code", _l("Code"), Measure.code, required=True, whole=True),
        Column("valid_from", _l("In force from"), Measure.valid_from, kind="date", required=True),
        Column("valid_to", _l("In force until"), Measure.valid_to, kind="date", required=True),
        Column("desks", _l("Desks"), _desks, sortable=False),
    ),
    filters=(
        Text("q", _l("Name or code"), (Measure.name, Measure.code)),
        Choice(
            "runs",
            _l("State on the as-of day"),
            options={"yes": _l("Runs"), "no": _l("Does not run")},
            condition=lambda values: _runs if values[0] == "yes" else not_(_runs),
        ),
        AsOf("as_of", _l("As of")),
    ),
    phone=("name", "valid_to", "desks"),
    empty=Empty(_l("Here are the funded measures, their period and the desks that work them."), _l("New measure"), _new_measure),
)

PATHWAYS = Listing(
    name="pathways",
    title=_l("Pathways"),
    tiebreak=Pathway.id,
    order=("-activated_on",),
    columns=(
        Column("code", _l("Code"), Pathway.code, required=True, whole=True, link=linker("pathways.pathway", "pathway_id")),
        Column("surname", _l("Surname"), Person.surname, required=True),
        Column("first_name", _l("Name"), Person.first_name, required=True),
        Column("measure", _l("Measure"), Measure.name, required=True),
        Column("desk", _l("Desk"), Desk.name, required=True),
        Column("case_manager", _l("Case manager"), Membership.name, required=True),
        Column("activated_on", _l("Activated on"), Pathway.activated_on, kind="date"),
        Column("ended_on", _l("Ended on"), Pathway.ended_on, kind="date"),
        Column("outcome", _l("Outcome"), Pathway.outcome, labels=words.OUTCOMES),
        Column("hours", _l("Hours"), func.coalesce(func.trim_scale(IN_ALL), 0, type_=Numeric), kind="number", required=True),
        Column("value", _l("Value"), WORTH, kind="amount"),
        Column("state", _l("State today"), Pathway.state, kind="state", labels=words.STATES, tones=words.TONES),
    ),
    filters=(
        Text("q", _l("Name or code"), condition=_text),
        Choice("measure", _l("Measure"), Measure.code, options=measures),
        Choice("desk", _l("Desk"), Desk.slug, options=desks),
        Choice("case_manager", _l("Case manager"), Pathway.case_manager_id, options=case_managers),
        Choice("state", _l("State today"), options={**words.STATES, "open": _l("Open")}, condition=_stands_today),
        Choice("near", _l("Near their limit"), options={"yes": _l("Yes")}, condition=lambda values: reminders.near(today())),
        # Open, and whoever follows them has left or serves other desks.
        Choice("to_reassign", _l("To reassign"), options={"yes": _l("Yes")}, condition=lambda values: queries.to_reassign()),
        DateRange("activated", _l("Activated"), Pathway.activated_on),
        DateRange("ended", _l("Ended"), Pathway.ended_on),
        Choice("outcome", _l("Outcome"), Pathway.outcome, options=words.OUTCOMES),
        Choice(
            "state_on",
            _l("State on the as-of day"),
            options={"ongoing": _l("Ongoing"), "concluded": _l("Concluded")},
            condition=lambda values: _stands[values[0]],
        ),
        AsOf("as_of", _l("As of")),
    ),
    phone=("code", "surname", "first_name", "measure", "state"),
    actions=(Action("follow", _l("Change the case manager"), Pathways.RECORD, "pathways.several"),),
    empty=Empty(_l("Here are the pathways of the people you serve. Open the first one from a person's case.")),
)

SESSIONS = Listing(
    name="sessions",
    title=_l("Sessions"),
    tiebreak=Session.id,
    order=("-on_date", "-starts"),
    columns=(
        Column("on_date", _l("Day"), Session.on_date, kind="date", required=True, link=linker("pathways.session", "session_id")),
        Column("starts", _l("Starts at"), Session.starts, required=True),
        Column("ends", _l("Ends at"), Session.ends, required=True),
        Column("hours", _l("Hours"), HOURS, kind="number", required=True),
        Column("value", _l("Value"), VALUE, kind="amount"),
        Column("surname", _l("Surname"), Person.surname, required=True),
        Column("first_name", _l("Name"), Person.first_name, required=True),
        Column("service", _l("Service"), Session.service, required=True),
        Column("mode", _l("Mode"), Session.mode, labels=words.MODES, required=True),
        Column("operator", _l("Operator"), Operator.name, required=True),
        Column("desk", _l("Desk"), Desk.name, required=True),
        Column("code", _l("Pathway"), Pathway.code, required=True, whole=True, link=linker("pathways.pathway", "pathway_id", "pathway_id")),
    ),
    keys={"pathway_id": Pathway.id, "group_id": Session.group_id},
    filters=(
        Text("q", _l("Name or code"), condition=_text),
        DateRange("on", _l("Day"), Session.on_date),
        DateRange("activated", _l("Pathway activated"), Pathway.activated_on),
        Choice("desk", _l("Desk"), Desk.slug, options=desks),
        Choice("operator", _l("Operator"), Session.operator_id, options=case_managers),
        Choice("mode", _l("Mode"), Session.mode, options=words.MODES),
        AsOf("as_of", _l("As of")),
    ),
    phone=("on_date", "starts", "surname", "first_name", "service"),
    actions=(Action("operator", _l("Change the operator"), Pathways.RECORD, "pathways.several_sessions"),),
    sums={"hours": func.coalesce(func.trim_scale(func.sum(HOURS)), 0), "value": func.sum(VALUE)},
    empty=Empty(_l("Here are the sessions of the people you serve. Record the first one from a pathway.")),
)


_months = books.by_month(AS_OF)
_stand = books.is_closed(_months, AS_OF)


def _sessions_of_month() -> Callable[[Any], str]:
    """The address of the sessions that a desk's month counts, as of the same day."""
    day = request.args.get("as_of")
    base, joint = url_for("pathways.sessions", as_of=day or None), "&" if day else "?"
    return lambda row: f"{base}{joint}desk={row.slug}&on_from={row.month_on}&on_to={row.month_on + relativedelta(day=31)}"


def _month_page() -> Callable[[Any], str]:
    blank = str(UUID(int=0))
    before, _, after = url_for("pathways.month", desk_id=blank, month="MONTH").partition(blank)
    return lambda row: f"{before}{row.desk_id}{after}".replace("MONTH", f"{row.month_on:%Y-%m}")


MONTHS = Listing(
    name="months",
    title=_l("Hours and value"),
    tiebreak=_months.c.id,
    order=("-month", "desk"),
    columns=(
        Column("month", _l("Month"), func.to_char(_months.c.month, "MM/YYYY"), sort=_months.c.month, required=True, link=_month_page),
        Column("desk", _l("Desk"), Desk.name, required=True),
        Column("sessions", _l("Sessions"), _months.c.sessions, kind="number", required=True, link=_sessions_of_month),
        Column("hours", _l("Hours"), _months.c.hours, kind="number", required=True, link=_sessions_of_month),
        Column("value", _l("Value"), _months.c.value, kind="amount", link=_sessions_of_month),
        Column("unvalued", _l("Without a unit cost"), _months.c.unvalued, kind="number", required=True),
        Column("state", _l("State"), _stand, kind="state", labels=words.MONTHS, tones=words.MONTH_TONES, sortable=False),
    ),
    keys={"desk_id": Desk.id, "slug": Desk.slug, "month_on": _months.c.month},
    filters=(
        Choice("desk", _l("Desk"), Desk.slug, options=desks),
        MonthRange("month", _l("Month"), _months.c.month),
        Choice("state", _l("State"), _stand, options=words.MONTHS),
        AsOf("as_of", _l("As of")),
    ),
    phone=("month", "desk", "hours", "value", "state"),
    sums={"hours": func.coalesce(func.trim_scale(func.sum(_months.c.hours)), 0), "value": func.sum(_months.c.value)},
    empty=Empty(_l("Here are the hours delivered at each desk month by month, with their value, once sessions are recorded.")),
)


def months() -> Select[Any]:
    return select(_months.c.id).join(Desk, and_(Desk.tenant_id == tenant_parameter(), Desk.id == _months.c.desk_id))


def pathways() -> Select[Any]:
    """Those of the cases that the visitor may see: drafts, and what was activated by the as-of day."""
    known = or_(Pathway.activated_on.is_(None), Pathway.activated_on <= AS_OF)
    return queries.with_people(select(Pathway.id)).where(queries.visible(g.visitor), known)


def sessions() -> Select[Any]:
    """Those of the pathways that the visitor may see, by the as-of day; the desk is the pathway's."""
    statement = queries.with_people(select(Pathway.id)).join(Session, queries.of_pathway(Session))
    joined = statement.join(Operator, same(Session.operator_id, Operator))
    return joined.where(queries.visible(g.visitor), Session.on_date <= AS_OF)


def every_measure() -> Select[Any]:
    return select(Measure.id)
