"""What a session comes to as of a day: its hours, and their value in euros. The one place where both are computed.

A session has its own hours (end minus start, two decimals) and those of the counter-entries booked by that day. The value is hours ×
the unit cost that its service had on the session's day, rounded to cents half up; NULL where the service had none.
"""

from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Numeric, and_, cast, extract, func, or_, select
from sqlalchemy.orm import aliased

from consortium.pathways.models import MeasureService, Pathway, Session, SessionCorrection, UnitCost
from tenants.database import tenant_parameter

Day: TypeAlias = date | ColumnElement[date]

OWN_HOURS = func.round(cast(extract("epoch", Session.ends - Session.starts), Numeric) / 3600, 2)
"""Wall-clock hours: sessions that a change of the clock would falsify are refused (`rules.on_one_clock`)."""


def booked(as_of: Day) -> ColumnElement[Any]:
    """Hours of the counter-entries of `Session`, which is in the statement."""
    mine = (SessionCorrection.tenant_id == tenant_parameter(), SessionCorrection.session_id == Session.id)
    found = select(func.sum(SessionCorrection.hours)).where(*mine, SessionCorrection.booked_on <= as_of)
    return func.coalesce(found.correlate(Session).scalar_subquery(), 0)


def hours(as_of: Day) -> ColumnElement[Any]:
    """Hours of `Session`, which is in the statement. Never below zero: the database refuses the counter-entry that would take more."""
    return OWN_HOURS + booked(as_of)


def plain_hours(as_of: Day) -> ColumnElement[Any]:
    """The same, without needless zeros."""
    return func.trim_scale(hours(as_of), type_=Numeric)


def unit_cost() -> ColumnElement[Any]:
    """What an hour of `Session` is worth, where its `Pathway` is in the statement too."""
    of_service = and_(MeasureService.tenant_id == UnitCost.tenant_id, MeasureService.id == UnitCost.service_id)
    named = (MeasureService.measure_id == Pathway.measure_id, MeasureService.name == Session.service)
    on_the_day = (UnitCost.valid_from <= Session.on_date, or_(UnitCost.valid_to.is_(None), UnitCost.valid_to >= Session.on_date))
    ours = (UnitCost.tenant_id == tenant_parameter(), MeasureService.tenant_id == tenant_parameter())
    found = select(UnitCost.amount).join(MeasureService, of_service).where(*ours, *named, *on_the_day)
    return found.correlate(Session, Pathway).scalar_subquery()


def value(as_of: Day) -> ColumnElement[Any]:
    """Euros and cents of `Session`, where its `Pathway` is in the statement too. PostgreSQL rounds a numeric half away from zero."""
    return func.round(hours(as_of) * unit_cost(), 2, type_=Numeric)


def of_pathway(what: ColumnElement[Any], day: Day) -> ColumnElement[Any]:
    """The sum, over the sessions of `Pathway` by a day, of what each comes to."""
    mine = (Session.tenant_id == tenant_parameter(), Session.pathway_id == Pathway.id, Session.on_date <= day)
    return select(func.sum(what, type_=Numeric)).where(*mine).correlate(Pathway).scalar_subquery()


def used(day: Day) -> ColumnElement[Any]:
    """Hours of `MeasureService` that the person of `Pathway` had by a day, in all pathways of its measure."""
    other = aliased(Pathway)
    same_person = (other.tenant_id == tenant_parameter(), other.case_id == Pathway.case_id, other.measure_id == Pathway.measure_id)
    held = (Session.tenant_id == tenant_parameter(), Session.service == MeasureService.name, Session.on_date <= day)
    of_other = and_(Session.tenant_id == other.tenant_id, Session.pathway_id == other.id)
    total = select(func.trim_scale(func.coalesce(func.sum(hours(day)), 0))).select_from(other).join(Session, of_other)
    return total.where(*same_person, *held).correlate(Pathway, MeasureService).scalar_subquery()
