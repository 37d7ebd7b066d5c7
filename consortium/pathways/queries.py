"""Reads of measures, pathways and sessions, bounded by what the visitor may see; and what the figures' words mean."""

from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, Row, Select, and_, cast, extract, func, or_, select, true
from sqlalchemy.orm import aliased

from consortium.cases import queries as cases
from consortium.cases.models import Case, Person
from consortium.cases.policy import Cases
from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.pathways.models import Measure, MeasureDesk, Pathway, PathwayEvent, PathwayState, Session
from consortium.web.visitor import Visitor
from tenants.database import db, tenant_parameter

Found: TypeAlias = Row[*tuple[Any, ...]]
Day: TypeAlias = date | ColumnElement[date]

# Delivered hours of a session: two decimals at most, as the figures round them.
SECONDS = extract("epoch", Session.ends - Session.starts)
HOURS = func.trim_scale(func.round(cast(SECONDS, Numeric) / 3600, 2))


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


def events_of(pathway_id: UUID) -> list[Found]:
    """(state, on_date, reason) of each change, in order."""
    statement = select(PathwayEvent.state, PathwayEvent.on_date, PathwayEvent.reason).where(PathwayEvent.pathway_id == pathway_id)
    return list(db.session.execute(statement.order_by(PathwayEvent.on_date, PathwayEvent.id)))


def sessions_of(pathway_id: UUID) -> list[Found]:
    """The sessions of a pathway, newest first (`on_date`, `starts`, `ends`, `service`, `mode`, `note`, `operator`, `hours`)."""
    columns = (Session.id, Session.on_date, Session.starts, Session.ends, Session.service, Session.mode, Session.note, Session.operator_id)
    statement = select(*columns, Membership.name.label("operator"), HOURS.label("hours"))
    rows = statement.join(Membership, same(Session.operator_id, Membership)).where(Session.pathway_id == pathway_id)
    return list(db.session.execute(rows.order_by(Session.on_date.desc(), Session.starts.desc())))


def of_case(case_id: UUID) -> list[Found]:
    """The pathways of a case, newest first, each with its hours and last session."""
    columns = (Pathway.id, Pathway.code, Pathway.state, Pathway.activated_on, Pathway.ended_on, Pathway.outcome)
    names = (Measure.name.label("measure"), Desk.name.label("desk"), Membership.name.label("case_manager"))
    worked = hours_by_pathway(Session.case_id == case_id)
    statement = with_people(select(*columns, *names, worked.c.hours, worked.c.last_on))
    rows = statement.outerjoin(worked, worked.c.pathway_id == Pathway.id).where(Pathway.case_id == case_id)
    return list(db.session.execute(rows.order_by(Pathway.created_at.desc(), Pathway.code.desc())))


def hours_by_pathway(which: ColumnElement[bool]) -> Any:
    """A subquery (pathway_id, hours, last_on) over some sessions."""
    columns = (Session.pathway_id, func.trim_scale(func.sum(HOURS)).label("hours"), func.max(Session.on_date).label("last_on"))
    return select(*columns).where(Session.tenant_id == tenant_parameter(), which).group_by(Session.pathway_id).subquery()


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


def sessions_on(day: date, membership_id: UUID | None) -> list[Found]:
    """What somebody did on a day, in order of hour."""
    columns = (Session.starts, Session.ends, Session.service, Session.mode, Pathway.id.label("pathway_id"), Pathway.code)
    statement = select(*columns, Person.surname, Person.first_name).select_from(Session).join(Pathway, same(Session.pathway_id, Pathway))
    joined = statement.join(Case, same(Pathway.case_id, Case)).join(Person, same(Case.person_id, Person))
    mine = (Session.on_date == day, Session.operator_id == membership_id)
    return list(db.session.execute(joined.where(*mine).order_by(Session.starts)))


def last_session(pathway_id: UUID, operator_id: UUID | None) -> Found | None:
    """The session whose hours the next one most likely has: the pathway's last, else the operator's last."""
    columns = (Session.starts, Session.ends, Session.mode, Session.service, Session.pathway_id)
    either = or_(Session.pathway_id == pathway_id, Session.operator_id == operator_id)
    best = (Session.pathway_id == pathway_id).desc(), Session.on_date.desc(), Session.starts.desc()
    return db.session.execute(select(*columns).where(either).order_by(*best).limit(1)).first()


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


def meeting_sessions(case_id: UUID, other_id: UUID) -> list[Found]:
    """Sessions of two cases that are at the same time (`on_date`, `starts`, `ends`): nobody is in two at once."""
    other = aliased(Session)
    together = and_(other.on_date == Session.on_date, other.starts < Session.ends, other.ends > Session.starts)
    statement = select(Session.on_date, Session.starts, Session.ends).join(other, and_(other.tenant_id == Session.tenant_id, together))
    return list(db.session.execute(statement.where(Session.case_id == case_id, other.case_id == other_id).order_by(Session.on_date)))
