"""What is about to be late or too much, for whoever follows it: one statement each, bounded by what the visitor may see.

`mine` (a membership): only what this case manager follows; `at`: only what a desk works; None: all that the visitor may see.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, any_, case, func, or_, select, true
from sqlalchemy.orm.attributes import InstrumentedAttribute

from consortium.cases import queries as cases
from consortium.cases.models import Assignment, Case, Person
from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.pathways import queries, worth
from consortium.pathways.models import Measure, MeasureDesk, MeasureService, Pathway, PathwayState
from consortium.pathways.queries import Found
from consortium.web.visitor import Visitor
from tenants.database import db, tenant_parameter

NEARLY = Decimal("0.8")
"""Of a service's hours: from here on somebody should look."""
AHEAD = timedelta(days=30)
SOON = timedelta(days=3)


def deadlines(visitor: Visitor, day: date, at_most: int, *, within: timedelta = SOON, mine: UUID | None = None) -> list[Found]:
    """Assignments that wait and are due by `day + within` (overdue ones too), the nearest first.

    (`id`, `case_id`, `number`, `surname`, `first_name`, `desk`, `assigned_on`, `state`, `contact_by`, `intake_by`, `due_on`.) The days
    are the strictest of the measures that ran on the day of the assignment, that its desk works and that admit its GOL path;
    `contact_by` is None once contacted, either is None where no measure asks for it.
    """
    waiting = _waiting(visitor, mine).subquery()
    due = select(waiting).where(waiting.c.due_on <= day + within).order_by(waiting.c.due_on, waiting.c.id)
    return list(db.session.execute(due.limit(at_most)))


def waiting(visitor: Visitor, at_most: int, *, at: UUID | None = None) -> list[Found]:
    """Everybody who waits, at a desk or at all that the visitor may see, longest first: as `deadlines` has them, with their `phone` and
    whether somebody has `followed` them.
    """
    here = true() if at is None else Assignment.desk_id == at
    statement = _waiting(visitor, None).where(here).add_columns(Person.phone, Case.case_manager_id.is_not(None).label("followed"))
    return list(db.session.execute(statement.order_by(Assignment.assigned_on, Assignment.id).limit(at_most)))


def _waiting(visitor: Visitor, mine: UUID | None) -> Select[Any]:
    contact_by = case((Assignment.contacted_on.is_(None), Assignment.assigned_on + _strictest(Measure.contact_days)))
    intake_by = Assignment.assigned_on + _strictest(Measure.intake_days)
    columns = (Assignment.id, Assignment.case_id, Case.number, Person.surname, Person.first_name, Desk.name.label("desk"))
    facts = (Assignment.assigned_on, Assignment.state, contact_by.label("contact_by"), intake_by.label("intake_by"))
    statement = select(*columns, *facts, func.least(contact_by, intake_by).label("due_on"))
    joined = statement.join(Case, same(Assignment.case_id, Case)).join(Person, same(Case.person_id, Person))
    open_ = (Assignment.tenant_id == tenant_parameter(), Assignment.taken_in_charge_on.is_(None), Assignment.returned_on.is_(None))
    followed = true() if mine is None else Case.case_manager_id == mine
    return joined.join(Desk, same(Assignment.desk_id, Desk)).where(*open_, followed, cases.visible(visitor))


def _strictest(days: InstrumentedAttribute[int | None]) -> ColumnElement[Any]:
    """The fewest days that a measure gives for an assignment, or NULL."""
    works = and_(MeasureDesk.tenant_id == Measure.tenant_id, MeasureDesk.measure_id == Measure.id)
    runs = (Measure.valid_from <= Assignment.assigned_on, Measure.valid_to >= Assignment.assigned_on)
    admits = or_(Assignment.gol_path.is_(None), func.cardinality(Measure.gol_paths) == 0, Assignment.gol_path == any_(Measure.gol_paths))
    found = select(func.min(days)).join(MeasureDesk, works).where(Measure.tenant_id == tenant_parameter(), *runs, admits)
    return found.where(MeasureDesk.desk_id == Assignment.desk_id).correlate(Assignment).scalar_subquery()


def nearly_used(visitor: Visitor, day: date, at_most: int, *, mine: UUID | None = None, at: UUID | None = None) -> list[Found]:
    """Services of open pathways of which the person has used most of the hours (see NEARLY) by a day, those with the least left first.

    (`id` of the pathway, `code`, `case_id`, `surname`, `first_name`, `desk`, `measure`, `service`, `hours_budget`, `used`.)
    """
    used = worth.used(day)
    columns = (MeasureService.name.label("service"), MeasureService.hours_budget, used.label("used"))
    budgeted = and_(MeasureService.tenant_id == Pathway.tenant_id, MeasureService.measure_id == Pathway.measure_id)
    statement = _of_pathways(visitor, mine, at, *columns).join(MeasureService, budgeted)
    near = statement.where(MeasureService.hours_budget.is_not(None), used >= MeasureService.hours_budget * NEARLY)
    return list(db.session.execute(near.order_by(MeasureService.hours_budget - used, Pathway.code, MeasureService.name).limit(at_most)))


def nearly_over(visitor: Visitor, day: date, at_most: int, *, mine: UUID | None = None, at: UUID | None = None) -> list[Found]:
    """Open pathways whose measure ends soon (see AHEAD) or has ended, the nearest first.

    (`id`, `code`, `case_id`, `surname`, `first_name`, `desk`, `measure`, `valid_to`.)
    """
    statement = _of_pathways(visitor, mine, at, Measure.valid_to).where(Measure.valid_to <= day + AHEAD)
    return list(db.session.execute(statement.order_by(Measure.valid_to, Pathway.code).limit(at_most)))


def _of_pathways(
    visitor: Visitor, mine: UUID | None, at: UUID | None, *more: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> Select[Any]:
    """Pathways under way, suspended ones too, with whom they are about."""
    whose = (Pathway.id, Pathway.code, Case.id.label("case_id"), Person.surname, Person.first_name)
    statement = queries.with_people(select(*whose, Desk.name.label("desk"), Measure.name.label("measure"), *more))
    under_way = Pathway.state.in_((PathwayState.ACTIVATED, PathwayState.SUSPENDED))
    followed = true() if mine is None else Pathway.case_manager_id == mine
    here = true() if at is None else Pathway.desk_id == at
    return statement.where(under_way, followed, here, queries.visible(visitor))
