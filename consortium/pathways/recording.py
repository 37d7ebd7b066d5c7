"""Writes of sessions: recorded for one person or a group, edited, removed. Closed months are corrected in `correcting`."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from consortium.pathways import clock, guarding, rules, standing
from consortium.pathways.hours import between, span
from consortium.pathways.models import Measure, Pathway, Session
from consortium.pathways.rules import HoursUsedUp, MonthClosed, RegisterClosed, ServiceForeign, SessionRefused
from consortium.pathways.takers import Taker, alike, hold
from consortium.web.listing.formats import ROME
from consortium.web.listing.formats import day as shown
from tenants.database import db, scope
from tenants.errors import Problem, told_by
from tenants.models import new_id


class Facts(TypedDict):
    """What is recorded of a session, whoever was there."""

    on_date: date
    starts: time
    ends: time
    service: str
    mode: str
    operator_id: UUID
    note: str | None


def record_session(*, pathway: Pathway, others: Sequence[UUID] = (), note: str | None = None, **facts: Any) -> Session:
    """A service delivered to one person, or with `others` (pathways of the same measure and desk) to a group: all rows or none.

    Raises SessionRefused (MonthClosed, RegisterClosed, HoursUsedUp), MeasureClosed, ServiceForeign, DeskNotAllowed, NotInGroup.
    """
    told: Facts = {"note": note, **facts}  # type: ignore[typeddict-item]  # those of SessionSchema
    takers = hold([pathway.id, *others])
    alike(takers)
    guarding.hold_operator(told["operator_id"])
    measure = _measure(pathway)
    _delivered(measure, told)
    _may_join(takers, measure, told)
    _operator_free(told)
    group_id = new_id() if len(takers) > 1 else None
    made = [_write(taker, told, group_id) for taker in takers]
    return next(session for session in made if session.pathway_id == pathway.id)


def _may_join(takers: Sequence[Taker], measure: Measure, facts: Facts) -> None:
    """No rule about a new row of a session says no. Raises what `record_session` does."""
    for taker in takers:
        guarding.desk_works(measure, taker.pathway.desk_id)
        _once(taker, facts)
        _check(taker, measure, facts)


def _once(taker: Taker, facts: Facts) -> None:
    """It is not recorded already, by another or in another window. Raises SessionRefused."""
    same = (Session.pathway_id == taker.pathway.id, Session.on_date == facts["on_date"], Session.starts == facts["starts"])
    remedy = _("If it is another one, correct its hours.")
    with taker.named():
        if db.session.scalar(select(Session.id).where(*same)):
            raise SessionRefused(_("This session was already recorded."), field="starts", remedy=remedy)


def _measure(pathway: Pathway) -> Measure:
    return db.session.get_one(Measure, (scope().tenant_id, pathway.measure_id))


def _delivered(measure: Measure, facts: Facts, known: str | None = None) -> None:
    """Every rule about a session whoever was there; `known`: the service that it has already. Raises SessionRefused, ServiceForeign."""
    when = (facts["on_date"], facts["starts"], facts["ends"])
    rules.delivered(*when, datetime.now(ROME).replace(tzinfo=None))
    clock.on_one_clock(*when)
    _offered(measure, facts["service"], known)


def _offered(measure: Measure, service: str, known: str | None = None) -> None:
    """The service is one of the measure's; a withdrawn one only where the session has it already. Raises ServiceForeign."""
    services = standing.services_of(measure.id)
    names = [row.name for row in services if not row.withdrawn]
    if service == known or service in names:
        return
    if services:
        raise ServiceForeign(field="service", remedy=_("Choose one of: %(services)s.", services=", ".join(names)))


def _check(taker: Taker, measure: Measure, facts: Facts, instead_of: Sequence[UUID] = ()) -> None:
    """Every rule about one person's part of a session. Raises what `record_session` does."""
    pathway, on_date = taker.pathway, facts["on_date"]
    with taker.named():
        _register_open(pathway)
        rules.inside(on_date, pathway.activated_on, pathway.ended_on, standing.steps(pathway))
        rules.within(measure.valid_from, measure.valid_to, on_date, measure.name)
        remedy = _("Write a day of an open month, or ask the administrator to reopen this one.")
        _month_open(pathway, on_date, remedy=remedy, field="on_date")
        _left(pathway, facts["service"], between(facts["starts"], facts["ends"]), instead_of)
        _person_free(pathway, facts, instead_of)


def _register_open(pathway: Pathway) -> None:
    if pathway.register_closed_on:
        words = _("The attendance register was closed on %(day)s.", day=shown(pathway.register_closed_on))
        raise RegisterClosed(words, remedy=_("Ask the administrator to reopen it."))


def _month_open(pathway: Pathway, on_date: date, *, remedy: str, field: str | None = None) -> None:
    if desk := standing.closed_at(pathway.desk_id, on_date):
        words = _("%(month)s is closed at the desk of %(desk)s.", month=f"{on_date:%m/%Y}", desk=desk)
        raise MonthClosed(words, field=field, remedy=remedy)


def _left(pathway: Pathway, service: str, wanted: Decimal, instead_of: Sequence[UUID] = ()) -> None:
    """The person has so many hours of the service left, in all pathways of the measure. Raises HoursUsedUp."""
    if words := guarding.beyond(pathway, service, wanted, instead_of):
        raise HoursUsedUp(words, field="ends", remedy=_("Shorten the session, or record it with another service."))


def _person_free(pathway: Pathway, facts: Facts, but: Sequence[UUID] = ()) -> None:
    if when := _elsewhere(Session.case_id == pathway.case_id, facts, but):
        words = _("At that hour the person is in another session (%(when)s).", when=when)
        raise SessionRefused(words, field="starts", remedy=_("Correct the day or the hours."))


def _operator_free(facts: Facts, but: Sequence[UUID] = ()) -> None:
    if when := _elsewhere(Session.operator_id == facts["operator_id"], facts, but):
        words = _("At that hour the operator is in another session (%(when)s).", when=when)
        raise SessionRefused(words, field="starts", remedy=_("Correct the day or the hours."))


def _elsewhere(who: ColumnElement[bool], facts: Facts, but: Sequence[UUID]) -> str:
    """The hours of the sessions that stand in the way, and no more of them: they may be of another desk."""
    return ", ".join(span(row.starts, row.ends) for row in standing.held_at(who, facts["on_date"], facts["starts"], facts["ends"], but))


def _write(taker: Taker, facts: Facts, group_id: UUID | None) -> Session:
    pathway = taker.pathway
    session = Session(pathway_id=pathway.id, case_id=pathway.case_id, group_id=group_id, **facts)
    with told_by(_busy()):
        db.session.add(session)
        db.session.flush()
    return session


def _busy() -> dict[str, Problem]:
    """What the database has the last word on, under whatever haste."""
    remedy = _("Correct the day or the hours.")
    operator = SessionRefused(_("The operator is in another session at that hour."), field="starts", remedy=remedy)
    person = SessionRefused(_("The person is in another session at that hour."), field="starts", remedy=remedy)
    twice = SessionRefused(_("This session was already recorded."), field="starts", remedy=remedy)
    closed = MonthClosed(_("The month was closed meanwhile."), field="on_date", remedy=_("Write a day of an open month."))
    return {
        "ex_sessions_operator_id": operator,
        "ex_sessions_case_id": person,
        "uq_sessions_tenant_id_pathway_id_on_date_starts": twice,
        "ck_sessions_month_open": closed,
    }


def edit_session(*, session: Session, others: Sequence[UUID] = (), note: str | None = None, **facts: Any) -> Session:
    """Correct a session of an open month, for all who were there; the `others` (pathways) were there too. All rows or none.

    Raises what `record_session` does.
    """
    told: Facts = {"note": note, **facts}  # type: ignore[typeddict-item]  # those of SessionSchema
    rows, joining = _held(session, others)
    for taker, row in rows:
        _still_open(taker, row)
    guarding.hold_operator(told["operator_id"])
    measure = _measure(rows[0][0].pathway)
    _delivered(measure, told, session.service)
    there = [row.id for _taker, row in rows]
    for taker, _row in rows:
        _check(taker, measure, told, there)
    _may_join(joining, measure, told)
    _operator_free(told, there)
    group_id = session.group_id or (new_id() if joining else None)
    with told_by(_busy()):
        for _taker, row in rows:
            _set(row, {**told, "group_id": group_id})
        db.session.flush()
    for taker in joining:
        _write(taker, told, group_id)
    return session


def _set(row: Session, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)


def give_sessions(*, session_ids: Sequence[UUID], operator_id: UUID) -> list[Session]:
    """These were held by somebody else: each is edited so, for all who were there; all or none. Raises what `record_session` does."""
    chosen = list(db.session.scalars(select(Session).where(Session.id.in_(session_ids)).order_by(Session.id)))
    hold([each.pathway_id for each in chosen])
    kept = ("on_date", "starts", "ends", "service", "mode", "note")
    for session in chosen:
        if session.operator_id != operator_id:  # not yet, with another of its group
            edit_session(session=session, operator_id=operator_id, **{name: getattr(session, name) for name in kept})
    return chosen


def remove_session(*, session: Session, everybody: bool = False) -> None:
    """It was not delivered: to this person, or to everybody of its group. Raises MonthClosed, RegisterClosed, SessionRefused."""
    rows, _joining = _held(session)
    gone = [(taker, row) for taker, row in rows if everybody or row.id == session.id]
    for taker, row in gone:
        _still_open(taker, row)
    with told_by(_busy()):
        for _taker, row in gone:
            db.session.delete(row)
        db.session.flush()
        left = [each for each in rows if each not in gone]
        if len(left) == 1:
            _alone(*left[0])
        db.session.flush()


def _alone(taker: Taker, row: Session) -> None:
    """Of a group nobody else is left. A row that can no more be changed stays as it is on its paper."""
    with suppress(SessionRefused):
        _still_open(taker, row)
        row.group_id = None


def _held(session: Session, others: Sequence[UUID] = ()) -> tuple[list[tuple[Taker, Session]], list[Taker]]:
    """The rows of a session, each with whom it is about; and those of the `others` who are to join. All are held."""
    rows = {row.pathway_id: row for row in standing.rows_of(session)}
    takers = hold([*rows, *others])
    if others:
        alike(takers)
    there = [(taker, rows[taker.pathway.id]) for taker in takers if taker.pathway.id in rows]
    return there, [taker for taker in takers if taker.pathway.id not in rows]


def _still_open(taker: Taker, row: Session) -> None:
    """One person's row is free to be changed. Raises MonthClosed, RegisterClosed, SessionRefused."""
    with taker.named():
        _register_open(taker.pathway)
        _uncorrected(row)
        _month_open(taker.pathway, row.on_date, remedy=_("Correct its hours by a counter-entry."))


def _uncorrected(session: Session) -> None:
    if standing.corrections_of(session.id):
        raise SessionRefused(_("The hours of this session were corrected by a counter-entry."), remedy=_("Correct them by another one."))
