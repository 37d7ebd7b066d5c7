"""What is about to be late or too much, for whoever follows it: one statement each, bounded by what the visitor may see.

`mine` (a membership): only what this case manager follows; `at`: only what is at a desk; None: all that the visitor may see.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, any_, case, cast, exists, func, not_, or_, select, true
from sqlalchemy.orm.attributes import InstrumentedAttribute

from consortium.cases import queries as cases
from consortium.cases.models import Assignment, Case, Person
from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.pathways import queries, worth
from consortium.pathways.models import Measure, MeasureDesk, MeasureService, Pathway, PathwayState
from consortium.pathways.queries import Found
from consortium.web.visitor import Visitor
from tenants.database import db, tenant_parameter

NEARLY = Decimal("0.8")
"""Of a service's hours: from here on somebody should look."""
AHEAD = timedelta(days=30)
UNDER_WAY = (PathwayState.ACTIVATED, PathwayState.SUSPENDED)


def _strictest(days: InstrumentedAttribute[int | None]) -> ColumnElement[Any]:
    """The fewest days that a measure gives for an assignment, or NULL."""
    works = and_(MeasureDesk.tenant_id == Measure.tenant_id, MeasureDesk.measure_id == Measure.id)
    runs = (Measure.valid_from <= Assignment.assigned_on, Measure.valid_to >= Assignment.assigned_on)
    admits = or_(Assignment.gol_path.is_(None), func.cardinality(Measure.gol_paths) == 0, Assignment.gol_path == any_(Measure.gol_paths))
    found = select(func.min(days)).join(MeasureDesk, works).where(Measure.tenant_id == tenant_parameter(), *runs, admits)
    return found.where(MeasureDesk.desk_id == Assignment.desk_id).correlate(Assignment).scalar_subquery()


# By when somebody who waits is to be contacted (NULL once they were) and taken in charge, by the strictest of the measures that ran on the
# day of the assignment, that its desk works and that admit its GOL path; NULL where no measure asks for it.
CONTACT_BY = case((Assignment.contacted_on.is_(None), cast(Assignment.assigned_on + _strictest(Measure.contact_days), Date)))
INTAKE_BY = cast(Assignment.assigned_on + _strictest(Measure.intake_days), Date)
DUE_ON = func.least(CONTACT_BY, INTAKE_BY, type_=Date())


def due_on(assignment_id: UUID) -> date | None:
    """The day by which the next step of an assignment that waits is to be done."""
    return db.session.execute(select(DUE_ON).where(Assignment.id == assignment_id)).scalar_one()


def waits(visitor: Visitor) -> Select[Any]:
    """Assignments that wait, with the case, the person, the desk that has the case now and its case manager, to be selected from."""
    statement = select(Assignment.id).join(Case, same(Assignment.case_id, Case)).join(Person, same(Case.person_id, Person))
    joined = statement.join(Desk, same(Case.desk_id, Desk)).outerjoin(Membership, same(Case.case_manager_id, Membership))
    open_ = (Assignment.tenant_id == tenant_parameter(), Assignment.taken_in_charge_on.is_(None), Assignment.returned_on.is_(None))
    return joined.where(*open_, cases.visible(visitor))


def waiting(visitor: Visitor, at_most: int, *, at: UUID | None = None) -> list[Found]:
    """Everybody who waits in the cases of a desk, or in all that the visitor may see, longest first (`id`, `case_id`, `number`,
    `surname`, `first_name`, `phone`, `desk`, `assigned_on`, `state`, `contact_by`, `intake_by`, `due_on`: see CONTACT_BY; `followed`:
    whether they have a case manager who sees them)."""
    columns = (Assignment.id, Assignment.case_id, Case.number, Person.surname, Person.first_name, Person.phone, Desk.name.label("desk"))
    facts = (Assignment.assigned_on, Assignment.state, CONTACT_BY.label("contact_by"), INTAKE_BY.label("intake_by"))
    followed = func.coalesce(not_(cases.unfollowed()), True).label("followed")
    statement = waits(visitor).with_only_columns(*columns, *facts, DUE_ON.label("due_on"), followed, maintain_column_froms=True)
    here = statement.where(true() if at is None else Case.desk_id == at)
    return list(db.session.execute(here.order_by(Assignment.assigned_on, Assignment.id).limit(at_most)))


def near(day: date) -> ColumnElement[bool]:
    """The condition, where `Pathway` stands with its measure, that it is under way and near its hours or its end: as the two below."""
    service = (MeasureService.tenant_id == tenant_parameter(), MeasureService.measure_id == Pathway.measure_id)
    used_up = and_(MeasureService.hours_budget.is_not(None), worth.used(day) >= MeasureService.hours_budget * NEARLY)
    return and_(Pathway.state.in_(UNDER_WAY), or_(Measure.valid_to <= day + AHEAD, exists().where(*service, used_up).correlate(Pathway)))


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
    under_way = Pathway.state.in_(UNDER_WAY)
    followed = true() if mine is None else Pathway.case_manager_id == mine
    here = true() if at is None else Pathway.desk_id == at
    return statement.where(under_way, followed, here, queries.visible(visitor))
