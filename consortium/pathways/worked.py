"""What an operator worked in a month: the sessions, a group being one, and what counter-entries change of their hours.

The operator of a group was there as long as whoever stayed longest. So a counter-entry for one person of it takes nothing from the
operator while another's hours stand; what is taken from everybody is.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.pathways import hours
from consortium.pathways.models import Measure, Pathway, Session, SessionCorrection
from consortium.pathways.queries import Found
from tenants.database import db, tenant_parameter


@dataclass(frozen=True)
class Held:
    """A session as its operator held it: with one person, or once with a group of several `people` (the rest is then that of one)."""

    id: UUID
    group_id: UUID | None
    pathway_id: UUID
    code: str
    people: int
    on_date: date
    starts: time
    ends: time
    service: str
    mode: str
    measure: str
    desk: str

    @property
    def hours(self) -> Decimal:
        return hours.between(self.starts, self.ends)


@dataclass(frozen=True)
class Corrected:
    """A counter-entry (`booked`: its hours) of a session with so many `people`, and by how much it changes the hours of the operator."""

    id: UUID
    booked_on: date
    booked: Decimal
    hours: Decimal
    reason: str
    people: int
    on_date: date
    code: str
    measure: str
    service: str


def _window(month: date) -> tuple[date, date]:
    return month, month.replace(day=calendar.monthrange(month.year, month.month)[1])


_OF_PATHWAY = (Pathway.code, Measure.name.label("measure"), Desk.name.label("desk"))
_OF_SESSION = (Session.id, Session.group_id, Session.pathway_id, Session.on_date, Session.starts, Session.ends, Session.service)
# The same in the rows of a group.
_HELD = func.coalesce(Session.group_id, Session.id)
# The join from a session to its counter-entries.
_CORRECTION = and_(SessionCorrection.tenant_id == Session.tenant_id, SessionCorrection.session_id == Session.id)


def sessions(membership_id: UUID, month: date) -> list[Held]:
    """The sessions that somebody held in a month (its first day), in order."""
    mine = (Session.operator_id == membership_id, Session.on_date.between(*_window(month)))
    rows = _with_pathway(select(*_OF_SESSION, Session.mode, *_OF_PATHWAY).select_from(Session))
    ordered = db.session.execute(rows.where(*mine).order_by(Session.on_date, Session.starts, Pathway.code))
    return [_held(list(each)) for _group, each in groupby(ordered, key=_group)]


def _group(row: Found) -> UUID:
    found: UUID = row.group_id or row.id
    return found


def _held(rows: list[Found]) -> Held:
    return Held(people=len(rows), **rows[0]._mapping)


def corrections(membership_id: UUID, month: date) -> list[Corrected]:
    """The counter-entries booked in a month of sessions that somebody held, in order."""
    groups: dict[UUID, list[Found]] = {}
    for row in _corrected(membership_id, *_window(month)):
        groups.setdefault(_group(row), []).append(row)
    booked = [each for rows in groups.values() for each in _changes(rows) if each.booked_on >= month]
    return sorted(booked, key=lambda each: (each.booked_on, each.id))


def _corrected(membership_id: UUID, first: date, last: date) -> list[Found]:
    """Everybody in the sessions that were corrected between two days, once for each counter-entry of theirs by the last, in order."""
    entry = (SessionCorrection.id.label("correction_id"), SessionCorrection.booked_on, SessionCorrection.hours, SessionCorrection.reason)
    mine = Session.operator_id == membership_id
    ours = (Session.tenant_id == tenant_parameter(), SessionCorrection.tenant_id == tenant_parameter())
    booked = SessionCorrection.booked_on.between(first, last)
    touched = select(_HELD).join(SessionCorrection, _CORRECTION).where(*ours, mine, booked)
    by_then = and_(_CORRECTION, SessionCorrection.booked_on <= last)
    joined = select(*_OF_SESSION, *entry, *_OF_PATHWAY).select_from(Session).outerjoin(SessionCorrection, by_then)
    rows = _with_pathway(joined).where(mine, _HELD.in_(touched))
    return list(db.session.execute(rows.order_by(SessionCorrection.booked_on, SessionCorrection.id)))


def _changes(rows: list[Found]) -> Iterator[Corrected]:
    """The counter-entries of a session in order, each with what it changes: the hours of whoever has most of them, after and before."""
    stand = {row.id: hours.between(row.starts, row.ends) for row in rows}
    for row in rows:
        if row.correction_id is None:
            continue
        before = max(stand.values())
        stand[row.id] += row.hours
        told = {name: getattr(row, name) for name in ("booked_on", "reason", "on_date", "code", "measure", "service")}
        changed = max(stand.values()) - before
        yield Corrected(id=row.correction_id, booked=row.hours, hours=changed, people=len(stand), **told)


def _with_pathway(statement: Any) -> Any:
    joined = statement.join(Pathway, same(Session.pathway_id, Pathway)).join(Measure, same(Pathway.measure_id, Measure))
    return joined.join(Desk, same(Pathway.desk_id, Desk))
