"""Figures of a window as of a date, and the records that each one counts: both from the same conditions, so they agree.

Every condition is on the day a fact happened, never on the day it was recorded: what is recorded later about later days changes no old
answer. Only facts of the window that had happened by the as-of date count; hours are those of `pathways.worth`.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Subquery, and_, bindparam, func, or_, select

from consortium.cases.models import Assignment, AssignmentSource, Case, Person
from consortium.desks.models import Desk
from consortium.pathways import worth
from consortium.pathways.models import Measure, Outcome, Pathway, Session
from consortium.reporting.schemas import COUNTS, DeskFigures, Figures, Window
from tenants.database import db, tenant_parameter

SINCE, UNTIL, AS_OF = (bindparam(name, type_=Date()) for name in ("from", "to", "as_of"))
"""The window's days, bound at execution: the conditions below are built once."""
HOURS = worth.hours(AS_OF)
"""Of a session, as they stood on the as-of date: counter-entries booked later change no old answer."""
LAST = func.least(UNTIL, AS_OF, type_=Date())
"""The last day whose facts count: what had not happened by the as-of date is not known on it."""

_assigned = and_(Assignment.source == AssignmentSource.JOB_CENTRE, Assignment.assigned_on.between(SINCE, LAST))
_activated = Pathway.activated_on.between(SINCE, LAST)
_concluded = and_(_activated, Pathway.ended_on <= AS_OF)
CONDITIONS: dict[str, ColumnElement[bool]] = {
    "assigned": _assigned,
    "taken_in_charge": and_(_assigned, Assignment.taken_in_charge_on <= AS_OF),
    "activated": _activated,
    "concluded": _concluded,
    "ongoing": and_(_activated, or_(Pathway.ended_on.is_(None), Pathway.ended_on > AS_OF)),
    "placements": and_(_concluded, Pathway.outcome == Outcome.PLACED),
    "hours": and_(_activated, Session.on_date <= AS_OF),
}


def figures(window: Window) -> Figures:
    """The figures of a window, desk by desk: one statement."""
    rows = tuple(DeskFigures(*row) for row in db.session.execute(_BY_DESK, window.parameters()))
    totals = {name: sum(getattr(row, name) for row in rows) for name in COUNTS}
    return Figures(window, rows, **totals, hours=sum((row.hours or Decimal(0) for row in rows), Decimal(0)))


def _tally(desk: Any, names: tuple[str, ...]) -> Subquery:
    """Counts by desk, one a name, of the table that `desk` belongs to; the first condition holds wherever the others do."""
    counts = [func.count().filter(CONDITIONS[name]).label(name) for name in names]
    return select(desk, *counts).where(desk.class_.tenant_id == tenant_parameter(), CONDITIONS[names[0]]).group_by(desk).subquery()


def _hours() -> Subquery:
    joined = and_(Session.tenant_id == Pathway.tenant_id, Session.pathway_id == Pathway.id)
    mine = Pathway.tenant_id == tenant_parameter()
    total = func.sum(HOURS).label("hours")
    return select(Pathway.desk_id, total).join(Session, joined).where(mine, CONDITIONS["hours"]).group_by(Pathway.desk_id).subquery()


def _by_desk() -> Select[*tuple[Any, ...]]:
    """Each desk, with zero where nothing happened. The subqueries name the tenant themselves: the hook reaches the outer statement only."""
    people = _tally(Assignment.desk_id, COUNTS[:2])
    pathways = _tally(Pathway.desk_id, COUNTS[2:])
    hours = _hours()
    found = [people.c[name] for name in COUNTS[:2]] + [pathways.c[name] for name in COUNTS[2:]] + [hours.c.hours]
    statement = select(Desk.id, Desk.slug, Desk.name, *(func.coalesce(each, 0) for each in found))
    for part in (people, pathways, hours):
        statement = statement.outerjoin(part, part.c.desk_id == Desk.id)
    return statement.order_by(Desk.name, Desk.id)


_BY_DESK = _by_desk()


def records(indicator: str) -> Select[Any]:
    """The records that a figure counts, for a list that binds `from`, `to` and `as_of`: as many as the figure (for hours: the sessions)."""
    made = {"assigned": _assignments, "taken_in_charge": _assignments, "hours": _sessions}.get(indicator, _pathways)
    return made().where(CONDITIONS[indicator])


def _assignments() -> Select[Any]:
    return _with_person(
        select(Assignment.id).join(Case, and_(Case.tenant_id == Assignment.tenant_id, Case.id == Assignment.case_id)), Assignment
    )


def _pathways() -> Select[Any]:
    found = select(Pathway.id).join(Measure, and_(Measure.tenant_id == Pathway.tenant_id, Measure.id == Pathway.measure_id))
    return _with_person(found.join(Case, and_(Case.tenant_id == Pathway.tenant_id, Case.id == Pathway.case_id)), Pathway)


def _sessions() -> Select[Any]:
    return _pathways().join(Session, and_(Session.tenant_id == Pathway.tenant_id, Session.pathway_id == Pathway.id))


def _with_person(statement: Select[Any], placed: type[Assignment] | type[Pathway]) -> Select[Any]:
    """The case's person, and the desk where the record stands (not the case's of today)."""
    person = and_(Person.tenant_id == Case.tenant_id, Person.id == Case.person_id)
    return statement.join(Person, person).join(Desk, and_(Desk.tenant_id == placed.tenant_id, Desk.id == placed.desk_id))


def latest_activity(by: date) -> date | None:
    """The last day by `by` on which somebody was assigned or a pathway activated: where the figures are worth opening."""
    assigned = select(func.max(Assignment.assigned_on)).where(Assignment.tenant_id == tenant_parameter(), Assignment.assigned_on <= by)
    activated = select(func.max(Pathway.activated_on)).where(Pathway.tenant_id == tenant_parameter(), Pathway.activated_on <= by)
    found: date | None = db.session.scalar(select(func.greatest(assigned.scalar_subquery(), activated.scalar_subquery())))
    return found
