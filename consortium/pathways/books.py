"""Hours and value by desk and month: the list, a month, and what of it is unfinished."""

from datetime import date
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Date, Text, and_, case, cast, exists, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from consortium.cases.queries import same
from consortium.identity.models import Membership
from consortium.pathways import worth
from consortium.pathways.models import MonthClosing, Pathway, PathwayState, Session
from consortium.pathways.queries import Found, month_is_closed, of_pathway
from consortium.web.listing.formats import today
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


def is_closed(months: Any) -> ColumnElement[str]:
    """ "closed" or "open", for a row of `by_month`."""
    return case((month_is_closed(months.c.desk_id, months.c.month, months), "closed"), else_="open")


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
    """The desk's pathways that ran all month, or from some day of it, and have no session in it (`id`, `code`, `case_manager`): the first
    ones, each with how many there are (`in_all`)."""
    last = first + relativedelta(months=1, days=-1)
    held = exists(select(Session.id).where(Session.tenant_id == tenant_parameter(), of_pathway(Session), *_in(first)).correlate(Pathway))
    ran = (Pathway.activated_on <= last, or_(Pathway.ended_on.is_(None), Pathway.ended_on > last), Pathway.state == PathwayState.ACTIVATED)
    statement = select(Pathway.id, Pathway.code, Membership.name.label("case_manager"), func.count().over().label("in_all"))
    joined = statement.join(Membership, same(Pathway.case_manager_id, Membership)).where(Pathway.desk_id == desk_id, *ran, ~held)
    return list(db.session.execute(joined.order_by(Pathway.code).limit(at_most)))


def closings(desk_id: UUID, first: date) -> list[Found]:
    """When a desk's month was closed and reopened, newest first (`MonthClosing`, `closed_by`, `reopened_by`)."""
    closer, opener = aliased(Membership), aliased(Membership)
    statement = select(MonthClosing, closer.name.label("closed_by"), opener.name.label("reopened_by"))
    joined = statement.outerjoin(closer, same(MonthClosing.closed_by_id, closer)).outerjoin(
        opener, same(MonthClosing.reopened_by_id, opener)
    )
    mine = and_(MonthClosing.desk_id == desk_id, MonthClosing.month == first)
    return list(db.session.execute(joined.where(mine).order_by(MonthClosing.id.desc())))
