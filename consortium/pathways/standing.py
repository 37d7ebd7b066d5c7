"""How things stand before something is written: what the rules about sessions ask of the database."""

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from consortium.cases.models import Case, Person
from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.pathways import worth
from consortium.pathways.models import (
    MeasureService,
    MonthClosing,
    Pathway,
    PathwayEvent,
    PathwayState,
    Session,
    SessionCorrection,
)
from consortium.pathways.queries import Found, closing_of
from consortium.pathways.rules import Step
from consortium.web.listing.formats import today
from tenants.database import db

ENDLESS = date.max


class Budget(NamedTuple):
    """Hours of a service that one person can have, and had already."""

    hours_budget: Decimal
    used: Decimal


def steps(pathway: Pathway) -> list[Step]:
    """The pathway's events in order. An imported one may have none: then its activation stands for them."""
    mine = (PathwayEvent.pathway_id == pathway.id, PathwayEvent.undone_on.is_(None))
    found = select(PathwayEvent.state, PathwayEvent.on_date).where(*mine)
    rows = db.session.execute(found.order_by(PathwayEvent.on_date, PathwayEvent.id)).all()
    imported = [Step(PathwayState.ACTIVATED, pathway.activated_on)] if pathway.activated_on and not rows else []
    return imported + [Step(row.state, row.on_date) for row in rows]


def names_of(pathway_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Pathway → whom it is about."""
    statement = select(Pathway.id, Person.surname, Person.first_name).join(Case, same(Pathway.case_id, Case))
    rows = db.session.execute(statement.join(Person, same(Case.person_id, Person)).where(Pathway.id.in_(pathway_ids)))
    return {row.id: f"{row.surname} {row.first_name}" for row in rows}


def services_of(measure_id: UUID) -> list[MeasureService]:
    """The services of a measure in its order, withdrawn ones too."""
    statement = select(MeasureService).where(MeasureService.measure_id == measure_id)
    return list(db.session.scalars(statement.order_by(MeasureService.position, MeasureService.name)))


def closed_at(desk_id: UUID, day: date) -> str | None:
    """The name of the desk, where the month of a day is closed there."""
    statement = select(Desk.name).select_from(MonthClosing).join(Desk, same(MonthClosing.desk_id, Desk))
    return db.session.execute(statement.where(closing_of(desk_id, day.replace(day=1)))).scalar_one_or_none()


def budget(pathway: Pathway, service: str, instead_of: Sequence[UUID] = ()) -> Budget | None:
    """What a service of the pathway's measure grants the person, and what of it they had in all its pathways, but for some sessions.

    None: no limit. As of the end of time: what is recorded about later days, by whatever clock, is used too.
    """
    limit = select(MeasureService.hours_budget).where(MeasureService.measure_id == pathway.measure_id, MeasureService.name == service)
    granted = db.session.execute(limit).scalar_one_or_none()
    if granted is None:
        return None
    held = select(func.coalesce(func.sum(worth.hours(ENDLESS)), 0)).select_from(Session).join(Pathway, same(Session.pathway_id, Pathway))
    theirs = (Session.case_id == pathway.case_id, Pathway.measure_id == pathway.measure_id, Session.service == service)
    return Budget(granted, db.session.execute(held.where(*theirs, Session.id.not_in(instead_of))).scalar_one())


def held_at(who: ColumnElement[bool], on_date: date, starts: time, ends: time, but: Sequence[UUID] = ()) -> list[Found]:
    """The hours (`starts`, `ends`) of somebody's other sessions that meet these, in order."""
    meets = (Session.on_date == on_date, Session.starts < ends, Session.ends > starts, Session.id.not_in(but))
    return list(db.session.execute(select(Session.starts, Session.ends).where(who, *meets).distinct().order_by(Session.starts)))


def rows_of(session: Session) -> list[Session]:
    """The rows of a session: itself, or everybody's of its group."""
    if session.group_id is None:
        return [session]
    return list(db.session.scalars(select(Session).where(Session.group_id == session.group_id).order_by(Session.pathway_id)))


def corrections_of(session_id: UUID) -> list[Found]:
    """The counter-entries of a session, oldest first (`booked_on`, `hours`, `reason`, `made_by`)."""
    facts = (SessionCorrection.booked_on, SessionCorrection.hours, SessionCorrection.reason, Membership.name.label("made_by"))
    statement = select(*facts).outerjoin(Membership, same(SessionCorrection.made_by_id, Membership))
    return list(db.session.execute(statement.where(SessionCorrection.session_id == session_id).order_by(SessionCorrection.id)))


def hours_today(session_id: UUID) -> Decimal:
    """A session's hours as of today."""
    found: Decimal = db.session.execute(select(worth.hours(today())).select_from(Session).where(Session.id == session_id)).scalar_one()
    return found
