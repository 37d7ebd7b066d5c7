"""Hours and value by desk and month: the list, a month, and what of it is unfinished."""

from datetime import date
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Date, Text, and_, case, cast, exists, false, func, literal_column, not_, or_, select
from sqlalchemy.orm import aliased

from consortium.cases.models import Person
from consortium.cases.queries import same
from consortium.identity.models import Membership
from consortium.pathways import worth
from consortium.pathways.models import Measure, MonthClosing, Pathway, PathwayEvent, PathwayState, Session
from consortium.pathways.queries import Found, month_is_closed, of_pathway, with_people
from consortium.trail.models import TrailEntry
from consortium.web.listing.formats import ROME, today
from tenants.database import db, tenant_parameter

MONTH: ColumnElement[date] = cast(func.date_trunc(literal_column("'month'"), Session.on_date), Date)


def by_month(as_of: worth.Day) -> Any:
    """A subquery of the months in which a desk (the pathway's) had sessions by a day: `id`, `desk_id`, `month` (its first day),
    `sessions`, `hours`, `value`, `unvalued` (sessions without a unit cost), all as of that day."""
    value = worth.value(as_of)
    sums = (func.count().label("sessions"), func.trim_scale(func.sum(worth.hours(as_of))).label("hours"), func.sum(value).label("value"))
    key = func.concat(cast(MONTH, Text), " ", cast(Pathway.desk_id, Text)).label("id")
    columns = (key, Pathway.desk_id, MONTH.label("month"), *sums, func.count().filter(worth.unit_cost().is_(None)).label("unvalued"))
    ours = (Session.tenant_id == tenant_parameter(), Pathway.tenant_id == tenant_parameter(), Session.on_date <= as_of)
    found = select(*columns).select_from(Pathway).join(Session, of_pathway(Session)).where(*ours)
    return found.group_by(Pathway.desk_id, MONTH).subquery("months")


def is_closed(months: Any, as_of: worth.Day) -> ColumnElement[str]:
    """ "closed" or "open" at the end of a day, for a row of `by_month`."""
    closed_on = cast(func.timezone(ROME.key, MonthClosing.created_at), Date)
    in_force = (closed_on <= as_of, or_(MonthClosing.reopened_on.is_(None), MonthClosing.reopened_on > as_of))
    mine = (MonthClosing.tenant_id == tenant_parameter(), MonthClosing.desk_id == months.c.desk_id, MonthClosing.month == months.c.month)
    return case((exists(select(MonthClosing.id).where(*mine, *in_force).correlate(months)), "closed"), else_="open")


def month(desk_id: UUID, first: date) -> Found:
    """What a desk's month comes to as of today (`sessions`, `people`, `hours`, `corrected`: of these those of counter-entries, `value`,
    `unvalued`, `closed`): one row, of zeros where nothing was done."""
    value = worth.value(today())
    counts = (func.count(Session.id).label("sessions"), func.count(Session.case_id.distinct()).label("people"))
    hours = func.coalesce(func.trim_scale(func.sum(worth.hours(today()))), 0).label("hours")
    corrected = func.coalesce(func.trim_scale(func.sum(worth.booked(today()))), 0).label("corrected")
    unvalued = func.count(Session.id).filter(worth.unit_cost().is_(None)).label("unvalued")
    closed = month_is_closed(desk_id, first).label("closed")
    statement = select(*counts, hours, corrected, func.sum(value).label("value"), unvalued, closed)
    joined = statement.select_from(Session).join(Pathway, same(Session.pathway_id, Pathway))
    return db.session.execute(joined.where(Pathway.desk_id == desk_id, *_in(first))).one()


def _in(first: date) -> tuple[ColumnElement[bool], ...]:
    return Session.on_date >= first, Session.on_date < first + relativedelta(months=1)


def unfinished(desk_id: UUID, first: date, at_most: int) -> list[Found]:
    """The desk's pathways that ran all month, or from some day of it, and have no session in it although they could (`id`, `code`,
    `surname`, `first_name`, `case_manager`): the first ones, each with how many there are (`in_all`). What became of them since is no
    matter."""
    last = first + relativedelta(months=1, days=-1)
    held = exists(select(Session.id).where(Session.tenant_id == tenant_parameter(), of_pathway(Session), *_in(first)).correlate(Pathway))
    ran = (Pathway.activated_on <= last, or_(Pathway.ended_on.is_(None), Pathway.ended_on > last), not_(_suspended(first, last)))
    funded = (Measure.valid_from <= last, Measure.valid_to >= first)
    columns = (Pathway.id, Pathway.code, Person.surname, Person.first_name, Membership.name.label("case_manager"))
    statement = with_people(select(*columns, func.count().over().label("in_all")))
    mine = statement.where(Pathway.desk_id == desk_id, *ran, *funded, ~held)
    return list(db.session.execute(mine.order_by(Person.surname, Person.first_name, Pathway.code).limit(at_most)))


def _suspended(first: date, last: date) -> ColumnElement[bool]:
    """`Pathway` was suspended before the first day, and not resumed by the last."""
    mine = (PathwayEvent.tenant_id == tenant_parameter(), PathwayEvent.pathway_id == Pathway.id, PathwayEvent.undone_on.is_(None))
    before = select(PathwayEvent.state).where(*mine, PathwayEvent.on_date < first).correlate(Pathway)
    last_before = before.order_by(PathwayEvent.on_date.desc(), PathwayEvent.id.desc()).limit(1).scalar_subquery()
    resumed = select(PathwayEvent.id).where(*mine, PathwayEvent.state == PathwayState.ACTIVATED, PathwayEvent.on_date.between(first, last))
    return and_(func.coalesce(last_before == PathwayState.SUSPENDED, false()), ~exists(resumed.correlate(Pathway)))


def closings(desk_id: UUID, first: date) -> list[Found]:
    """When a desk's month was closed and reopened, newest first (`MonthClosing`, `closed_by`, `reopened_at`: the moment, as the trail has
    it, `reopened_by`)."""
    closer, opener = aliased(Membership), aliased(Membership)
    told = (TrailEntry.tenant_id == tenant_parameter(), TrailEntry.table_name == MonthClosing.__tablename__)
    reopening = (TrailEntry.row_id == MonthClosing.id, TrailEntry.after["reopened_on"].astext.is_not(None))
    moment = select(func.max(TrailEntry.created_at)).where(*told, *reopening).correlate(MonthClosing).scalar_subquery()
    names = (closer.name.label("closed_by"), opener.name.label("reopened_by"))
    statement = select(MonthClosing, moment.label("reopened_at"), *names)
    joined = statement.outerjoin(closer, same(MonthClosing.closed_by_id, closer)).outerjoin(
        opener, same(MonthClosing.reopened_by_id, opener)
    )
    mine = and_(MonthClosing.desk_id == desk_id, MonthClosing.month == first)
    return list(db.session.execute(joined.where(mine).order_by(MonthClosing.id.desc())))
