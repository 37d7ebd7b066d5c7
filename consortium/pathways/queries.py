"""Reads of measures, pathways and sessions, bounded by what the visitor may see; and what the figures' words mean."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, not_, or_, select, true
from sqlalchemy.orm import aliased

from consortium.cases import queries as cases
from consortium.cases.models import Assignment, Case, Person
from consortium.cases.policy import Cases
from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.pathways import worth
from consortium.pathways.models import (
    Measure,
    MeasureConflict,
    MeasureDesk,
    MeasureService,
    MonthClosing,
    Pathway,
    PathwayEvent,
    PathwayState,
    Session,
    UnitCost,
)
from consortium.web.listing.formats import day as shown
from consortium.web.listing.formats import today
from consortium.web.visitor import Visitor
from tenants.database import db, tenant_parameter

Found: TypeAlias = Row[*tuple[Any, ...]]
Day: TypeAlias = date | ColumnElement[date]


def concluded_by(day: Day) -> ColumnElement[bool]:
    """Activated, and ended in whatever way by the end of a day. With `ongoing_on` it shares out all that were activated."""
    return and_(Pathway.activated_on.is_not(None), Pathway.ended_on <= day)


def ongoing_on(day: Day) -> ColumnElement[bool]:
    """Activated, and not ended by the end of a day (suspended ones too)."""
    return and_(Pathway.activated_on.is_not(None), or_(Pathway.ended_on.is_(None), Pathway.ended_on > day))


def visible(visitor: Visitor) -> ColumnElement[bool]:
    """The condition, where `Pathway` and its `Case` are in the statement: the case is visible, or the desk that works it is served."""
    if visitor.may(Cases.ALL):
        return true()
    return or_(cases.visible(visitor), Pathway.desk_id.in_(cases.served(visitor)))


def out_of_reach() -> ColumnElement[bool]:
    """The condition, where `Pathway` stands with its people, that whoever follows it cannot open it any more (see `visible`)."""
    return cases.out_of_reach(Pathway.case_manager_id, Pathway.desk_id, Case.desk_id)


def to_reassign() -> ColumnElement[bool]:
    """The condition, where `Pathway` stands with its people, that it is open and somebody is to follow it."""
    return and_(Pathway.state.in_(OPEN_STATES), out_of_reach())


def count_to_reassign(visitor: Visitor) -> int:
    """How many pathways wait for somebody to follow them."""
    return int(db.session.execute(with_people(select(func.count())).where(to_reassign(), visible(visitor))).scalar_one())


def in_hand(visitor: Visitor, case_manager_id: UUID) -> tuple[int, int]:
    """How many open pathways are somebody's, and how many of them wait for another."""
    counted = with_people(select(func.count(), func.count().filter(to_reassign())))
    theirs = (Pathway.state.in_(OPEN_STATES), Pathway.case_manager_id == case_manager_id)
    row = db.session.execute(counted.where(*theirs, visible(visitor))).one()
    return row[0], row[1]


def with_people(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join, from `Pathway`, the case, the person, the measure, the desk and the case manager.

    Keys promise that all are there. They are joined as if they might lack: PostgreSQL then leaves out those that a count does not need.
    """
    return (
        statement.select_from(Pathway)
        .outerjoin(Case, same(Pathway.case_id, Case))
        .outerjoin(Person, same(Case.person_id, Person))
        .outerjoin(Measure, same(Pathway.measure_id, Measure))
        .outerjoin(Desk, same(Pathway.desk_id, Desk))
        .outerjoin(Membership, same(Pathway.case_manager_id, Membership))
    )


def of_pathway(model: type[Session]) -> ColumnElement[bool]:
    """The join from `Pathway` to its sessions."""
    return and_(model.tenant_id == Pathway.tenant_id, model.pathway_id == Pathway.id)


def pathway_file(pathway_id: UUID, visitor: Visitor) -> Found | None:
    """A pathway with whom it is about (`Pathway`, `Measure`, `case_id`, `number`, `surname`, `first_name`, `desk`, `case_manager`,
    `case_seen`: whether the visitor may open the case); None where hidden."""
    columns = (Case.id.label("case_id"), Case.number, Person.surname, Person.first_name, Desk.name.label("desk"))
    seen = cases.visible(visitor).label("case_seen")
    statement = with_people(select(Pathway, Measure, *columns, Membership.name.label("case_manager"), seen))
    return db.session.execute(statement.where(Pathway.id == pathway_id, visible(visitor))).first()


def steps_of(pathway_id: UUID) -> list[Found]:
    """Each change of state in order (`id`, `state`, `on_date`, `reason`), those that were taken back too (`undone_on`, `undone_reason`)."""
    facts = (PathwayEvent.id, PathwayEvent.state, PathwayEvent.on_date, PathwayEvent.reason)
    statement = select(*facts, PathwayEvent.undone_on, PathwayEvent.undone_reason).where(PathwayEvent.pathway_id == pathway_id)
    return list(db.session.execute(statement.order_by(PathwayEvent.on_date, PathwayEvent.id)))


def events_of(pathway_id: UUID) -> list[Found]:
    """Each change of state that stands, in order."""
    return [each for each in steps_of(pathway_id) if each.undone_on is None]


def sessions_of(pathway_id: UUID) -> list[Found]:
    """The sessions of a pathway, newest first (`on_date`, `starts`, `ends`, `service`, `mode`, `note`, `operator`, `group_id`, `revision`;
    `hours` and `value` as of today, `own_hours` without counter-entries)."""
    when = (Session.on_date, Session.starts, Session.ends)
    columns = (Session.id, Session.revision, *when, Session.service, Session.mode, Session.note, Session.operator_id)
    counted = (worth.OWN_HOURS.label("own_hours"), worth.plain_hours(today()).label("hours"), worth.value(today()).label("value"))
    statement = select(*columns, Session.group_id, Membership.name.label("operator"), *counted)
    joined = statement.join(Pathway, same(Session.pathway_id, Pathway))
    rows = joined.join(Membership, same(Session.operator_id, Membership)).where(Session.pathway_id == pathway_id)
    return list(db.session.execute(rows.order_by(Session.on_date.desc(), Session.starts.desc())))


def of_case(case_id: UUID) -> list[Found]:
    """The pathways of a case, newest first, each with its hours, their value and its last session."""
    columns = (Pathway.id, Pathway.code, Pathway.state, Pathway.activated_on, Pathway.ended_on, Pathway.outcome)
    names = (Measure.name.label("measure"), Desk.name.label("desk"), Membership.name.label("case_manager"))
    worked = hours_by_pathway(Session.case_id == case_id)
    statement = with_people(select(*columns, *names, worked.c.hours, worked.c.value, worked.c.last_on))
    rows = statement.outerjoin(worked, worked.c.pathway_id == Pathway.id).where(Pathway.case_id == case_id)
    return list(db.session.execute(rows.order_by(Pathway.created_at.desc(), Pathway.code.desc())))


def opened_after(intake: Assignment) -> list[Found]:
    """The pathways (`code`, `on_date`: opened when) of a case that could be opened because of an intake, and of no earlier one."""
    opened = select(PathwayEvent.pathway_id, func.min(PathwayEvent.on_date).label("on_date")).where(
        PathwayEvent.tenant_id == tenant_parameter()
    )
    first = opened.group_by(PathwayEvent.pathway_id).subquery()
    other = (Assignment.tenant_id == tenant_parameter(), Assignment.case_id == intake.case_id, Assignment.id != intake.id)
    without = not_(exists().where(*other, Assignment.taken_in_charge_on <= first.c.on_date))
    statement = select(Pathway.code, first.c.on_date).join(first, first.c.pathway_id == Pathway.id)
    never_was = and_(Pathway.state == PathwayState.CANCELLED, Pathway.activated_on.is_(None))
    return list(db.session.execute(statement.where(Pathway.case_id == intake.case_id, without, not_(never_was)).order_by(Pathway.code)))


def hours_by_pathway(which: ColumnElement[bool]) -> Any:
    """A subquery (pathway_id, hours, value, last_on) over some sessions, as of today."""
    ours = (Session.tenant_id == tenant_parameter(), Pathway.tenant_id == tenant_parameter())
    hours = func.trim_scale(func.sum(worth.hours(today()))).label("hours")
    columns = (Session.pathway_id, hours, func.sum(worth.value(today())).label("value"), func.max(Session.on_date).label("last_on"))
    joined = select(*columns).join(Pathway, same(Session.pathway_id, Pathway))
    return joined.where(*ours, which).group_by(Session.pathway_id).subquery()


def of_case_manager(membership_id: UUID | None, at_most: int) -> list[Found]:
    """The pathways that somebody follows, ongoing or to be activated: those not worked for longest first."""
    mine = (Pathway.case_manager_id == membership_id, Pathway.state.in_(OPEN_STATES))
    last_on = select(func.max(Session.on_date)).where(Session.tenant_id == Pathway.tenant_id, Session.pathway_id == Pathway.id)
    last = last_on.correlate(Pathway).scalar_subquery()
    columns = (Pathway.id, Pathway.code, Pathway.state, Pathway.activated_on, Case.id.label("case_id"), Person.surname, Person.first_name)
    statement = with_people(select(*columns, Measure.name.label("measure"), Desk.name.label("desk"), last.label("last_on")))
    ordered = statement.where(*mine).order_by(func.coalesce(last, Pathway.activated_on).asc().nulls_first(), Pathway.code)
    return list(db.session.execute(ordered.limit(at_most)))


OPEN_STATES = (PathwayState.DRAFT, PathwayState.ACTIVATED, PathwayState.SUSPENDED)


def sessions_on(visitor: Visitor, day: date, *, mine: UUID | None = None, at: UUID | None = None) -> list[Found]:
    """The sessions of a day in order of hour: somebody's (`mine`), those of a desk's pathways (`at`), or all that the visitor may see
    (`id`, `pathway_id`, `starts`, `ends`, `service`, `mode`, `surname`, `first_name`, `desk`, `operator`)."""
    operator = aliased(Membership)
    columns = (Session.id, Session.pathway_id, Session.starts, Session.ends, Session.service, Session.mode)
    names = (Person.surname, Person.first_name, Desk.name.label("desk"), operator.name.label("operator"))
    statement = with_people(select(*columns, *names)).join(Session, of_pathway(Session)).join(operator, same(Session.operator_id, operator))
    whose = [Session.operator_id == mine] if mine else [visible(visitor)]
    whose += [Pathway.desk_id == at] if at else []
    return list(db.session.execute(statement.where(Session.on_date == day, *whose).order_by(Session.starts, Session.id)))


def last_session(pathway_id: UUID, operator_id: UUID | None) -> Found | None:
    """The session whose hours the next one most likely has: the pathway's last, else the operator's last."""
    columns = (Session.starts, Session.ends, Session.mode, Session.service, Session.pathway_id)
    either = or_(Session.pathway_id == pathway_id, Session.operator_id == operator_id)
    best = (Session.pathway_id == pathway_id).desc(), Session.on_date.desc(), Session.starts.desc()
    return db.session.execute(select(*columns).where(either).order_by(*best).limit(1)).first()


def busy(day: date, operator_id: UUID, case_id: UUID) -> list[Found]:
    """The hours (`starts`, `ends`) of a day at which the operator or the person is in a session."""
    either = or_(Session.operator_id == operator_id, Session.case_id == case_id)
    return list(db.session.execute(select(Session.starts, Session.ends).where(Session.on_date == day, either)))


def measures() -> list[Found]:
    """All measures (`id`, `code`, `name`, `valid_from`, `valid_to`), by name."""
    columns = (Measure.id, Measure.code, Measure.name, Measure.valid_from, Measure.valid_to)
    return list(db.session.execute(select(*columns).order_by(Measure.name)))


def desks_of(measure_id: UUID) -> list[tuple[UUID, str]]:
    """(id, name) of the desks that may work a measure."""
    statement = select(Desk.id, Desk.name).join(MeasureDesk, and_(MeasureDesk.tenant_id == Desk.tenant_id, MeasureDesk.desk_id == Desk.id))
    rows = db.session.execute(statement.where(MeasureDesk.measure_id == measure_id).order_by(func.app.fold(Desk.name)))
    return [(row.id, row.name) for row in rows]


def measure(measure_id: UUID) -> Measure | None:
    return db.session.scalars(select(Measure).where(Measure.id == measure_id)).one_or_none()


def by_code(prefix: str, visitor: Visitor, at_most: int = 10) -> list[Found]:
    """Pathways whose code begins so, of whatever case of letters."""
    begins = Pathway.code.between(prefix.upper(), prefix.upper() + "~")
    columns = (Pathway.id, Pathway.code, Pathway.state, Person.surname, Person.first_name, Measure.name.label("measure"))
    statement = with_people(select(*columns, Desk.name.label("desk"))).where(begins, visible(visitor))
    return list(db.session.execute(statement.order_by(Pathway.code).limit(at_most)))


def session_file(session_id: UUID, visitor: Visitor) -> Found | None:
    """A session with whom it is about (`Session`, `Pathway`, `Measure`, `case_id`, `surname`, `first_name`, `desk`, `operator`), its
    `hours` and `value` as of today, and whether its month is `closed`; None where hidden."""
    operator = aliased(Membership)
    columns = (Case.id.label("case_id"), Person.surname, Person.first_name, Desk.name.label("desk"), operator.name.label("operator"))
    counted = (worth.OWN_HOURS.label("own_hours"), worth.plain_hours(today()).label("hours"), worth.value(today()).label("value"))
    statement = with_people(select(Session, Pathway, Measure, *columns, *counted, is_closed().label("closed")))
    joined = statement.join(Session, of_pathway(Session)).join(operator, same(Session.operator_id, operator))
    return db.session.execute(joined.where(Session.id == session_id, visible(visitor))).first()


def is_closed() -> ColumnElement[bool]:
    """The month of `Session` is closed at the desk of its `Pathway`."""
    return month_is_closed(Pathway.desk_id, func.date_trunc("month", Session.on_date), Pathway, Session)


def closing_of(desk: Any, month: Any) -> ColumnElement[bool]:
    """The condition on `MonthClosing` that it closes a desk's month (its first day), and was not taken back."""
    return and_(MonthClosing.desk_id == desk, MonthClosing.month == month, MonthClosing.reopened_on.is_(None))


def month_is_closed(desk: Any, month: Any, *of: Any) -> ColumnElement[bool]:
    """A desk's month (its first day) is closed; both are values, or columns of tables that are in the statement (`of`)."""
    closed = select(MonthClosing.id).where(MonthClosing.tenant_id == tenant_parameter(), closing_of(desk, month))
    return exists(closed.correlate(*of) if of else closed)


def group_of(session: Session) -> list[Found]:
    """Everybody of a group session (`id`, `pathway_id`, `surname`, `first_name`), by name; nobody where it is one person's."""
    return _group(session)


def others_in(session: Session, visitor: Visitor) -> list[Found]:
    """Whoever else was in a session, as `group_of` has them: those whose pathway the visitor may see."""
    return _group(session, Session.id != session.id, visible(visitor))


def _group(session: Session, *which: ColumnElement[bool]) -> list[Found]:
    if session.group_id is None:
        return []
    statement = with_people(select(Session.id, Session.pathway_id, Person.surname, Person.first_name)).join(Session, of_pathway(Session))
    rows = statement.where(Session.group_id == session.group_id, *which)
    return list(db.session.execute(rows.order_by(Person.surname, Person.first_name, Session.id)))


def companions(pathway: Pathway, visitor: Visitor, among: Sequence[UUID] | None = None) -> list[tuple[UUID, str]]:
    """(pathway, whose) of those who may have been in one session with a pathway: begun, of its measure and desk, another person's.

    The first ones by name, of those that go on or ended lately; or those `among` some.
    """
    begun = Pathway.state.in_((PathwayState.ACTIVATED, PathwayState.SUSPENDED, PathwayState.CONCLUDED))
    alike = (Pathway.measure_id == pathway.measure_id, Pathway.desk_id == pathway.desk_id, begun)
    statement = with_people(select(Pathway.id, Pathway.code, Pathway.ended_on, Person.surname, Person.first_name))
    others = statement.where(*alike, Pathway.case_id != pathway.case_id, visible(visitor))
    lately = or_(Pathway.ended_on.is_(None), Pathway.ended_on >= today() - LATELY)
    chosen = others.where(lately).limit(MOST_COMPANIONS) if among is None else others.where(Pathway.id.in_(among))
    rows = db.session.execute(chosen.order_by(Person.surname, Person.first_name, Pathway.code))
    return [(row.id, _companion(row)) for row in rows]


def _companion(row: Found) -> str:
    ended = _(", ended on %(day)s", day=shown(row.ended_on)) if row.ended_on else ""
    return f"{row.surname} {row.first_name} ({row.code}{ended})"


MOST_COMPANIONS = 300
# A session of last month may still have to be written down.
LATELY = timedelta(days=62)


def budgets(pathway: Pathway) -> list[Found]:
    """The services of a pathway's measure in order (`name`, `hours_budget`, `withdrawn`), with the hours the person `used` as of today."""
    columns = (MeasureService.name, MeasureService.hours_budget, MeasureService.withdrawn, worth.used(today()).label("used"))
    mine = and_(MeasureService.tenant_id == Pathway.tenant_id, MeasureService.measure_id == Pathway.measure_id)
    statement = select(*columns).select_from(Pathway).join(MeasureService, mine).where(Pathway.id == pathway.id)
    return list(db.session.execute(statement.order_by(MeasureService.position, MeasureService.name)))


def costs_of(measure_id: UUID) -> list[UnitCost]:
    """The unit costs of a measure's services, the newest first."""
    statement = select(UnitCost).join(MeasureService, same(UnitCost.service_id, MeasureService))
    return list(db.session.scalars(statement.where(MeasureService.measure_id == measure_id).order_by(UnitCost.valid_from.desc())))


def unit_cost(unit_cost_id: UUID) -> Found | None:
    """A unit cost (`UnitCost`, `MeasureService`, `measure`: its name)."""
    statement = select(UnitCost, MeasureService, Measure.name.label("measure"))
    joined = statement.join(MeasureService, same(UnitCost.service_id, MeasureService)).join(
        Measure, same(MeasureService.measure_id, Measure)
    )
    return db.session.execute(joined.where(UnitCost.id == unit_cost_id)).first()


def conflicts() -> list[MeasureConflict]:
    return list(db.session.scalars(select(MeasureConflict)))


def meeting_sessions(case_id: UUID, other_id: UUID) -> list[Found]:
    """Sessions of two cases that are at the same time (`on_date`, `starts`, `ends`): nobody is in two at once."""
    other = aliased(Session)
    together = and_(other.on_date == Session.on_date, other.starts < Session.ends, other.ends > Session.starts)
    statement = select(Session.on_date, Session.starts, Session.ends).join(other, and_(other.tenant_id == Session.tenant_id, together))
    return list(db.session.execute(statement.where(Session.case_id == case_id, other.case_id == other_id).order_by(Session.on_date)))
