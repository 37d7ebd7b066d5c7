"""Writes of sessions: recorded for one person or a group, edited, removed, corrected once their month is closed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from consortium.pathways import clock, guarding, rules, standing
from consortium.pathways.hours import between, plain
from consortium.pathways.models import Measure, Pathway, Session, SessionCorrection
from consortium.pathways.rules import HoursUsedUp, MonthClosed, RegisterClosed, ServiceForeign, SessionRefused
from consortium.web.listing.formats import ROME, today
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


class NotInGroup(Problem):
    title = _l("Not everybody can be in this session")
    remedy = _l("Take that person out, or choose again: a group is of one measure and one desk.")


class CorrectionRefused(Problem):
    title = _l("This counter-entry cannot be")


@dataclass(frozen=True)
class Taker:
    """Somebody who takes part: their pathway, and their name where there are several."""

    pathway: Pathway
    name: str

    @contextmanager
    def named(self) -> Iterator[None]:
        """A rule that says no says whom it is about, where that is not clear."""
        try:
            yield
        except Problem as problem:
            if not self.name:
                raise
            words = f"{self.name}: {problem.detail or problem.title}"
            raise type(problem)(words, field=problem.field, remedy=problem.remedy) from problem


def record_session(*, pathway: Pathway, others: Sequence[UUID] = (), note: str | None = None, **facts: Any) -> Session:
    """A service delivered to one person, or with `others` (pathways of the same measure and desk) to a group: all rows or none.

    Raises SessionRefused (MonthClosed, RegisterClosed, HoursUsedUp), MeasureClosed, ServiceForeign, DeskNotAllowed, NotInGroup.
    """
    told: Facts = {"note": note, **facts}  # type: ignore[typeddict-item]  # those of SessionSchema
    takers = _hold([pathway.id, *others])
    if len({(each.pathway.measure_id, each.pathway.desk_id) for each in takers}) > 1:
        raise NotInGroup(_("One of them is in another measure, or at another desk."), field="others")
    guarding.hold_operator(told["operator_id"])
    measure = _measure(pathway)
    _delivered(measure, told)
    for taker in takers:
        _check(taker, measure, told)
    group_id = new_id() if len(takers) > 1 else None
    made = [_write(taker, told, group_id) for taker in takers]
    return next(session for session in made if session.pathway_id == pathway.id)


def _hold(pathway_ids: Sequence[UUID]) -> list[Taker]:
    """The pathways and their cases are held until the transaction ends, always in one order. Raises NotInGroup."""
    ids = set(pathway_ids)
    statement = select(Pathway).where(Pathway.id.in_(ids)).order_by(Pathway.id).with_for_update()
    found = list(db.session.execute(statement, execution_options={"populate_existing": True}).scalars())
    if len(found) != len(ids):
        raise NotInGroup(_("One of the pathways is no more."), field="others")
    guarding.hold_cases(*(each.case_id for each in found))
    names = standing.names_of([each.id for each in found]) if len(found) > 1 else {}
    return [Taker(each, names.get(each.id, "")) for each in found]


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
        guarding.desk_works(measure, pathway.desk_id)
        remedy = _("Write a day of an open month, or ask the administrator to reopen this one.")
        _month_open(pathway, on_date, remedy=remedy, field="on_date")
        _left(pathway, facts["service"], between(facts["starts"], facts["ends"]), instead_of)


def _register_open(pathway: Pathway) -> None:
    if pathway.register_closed_on:
        words = _("The attendance register was closed on %(day)s.", day=shown(pathway.register_closed_on))
        raise RegisterClosed(words, remedy=_("Ask the administrator to reopen it."))


def _month_open(pathway: Pathway, on_date: date, *, remedy: str, field: str | None = None) -> None:
    if desk := standing.closed_at(pathway.desk_id, on_date):
        words = _("%(month)s is closed at the desk of %(desk)s.", month=f"{on_date:%m/%Y}", desk=desk)
        raise MonthClosed(words, field=field, remedy=remedy)


def _left(pathway: Pathway, service: str, wanted: Decimal, instead_of: Sequence[UUID] = (), field: str = "ends") -> None:
    """The person has so many hours of the service left, in all pathways of the measure. Raises HoursUsedUp."""
    budget = standing.budget(pathway, service, instead_of)
    if budget is None or budget.used + wanted <= budget.hours_budget:
        return
    left = max(budget.hours_budget - budget.used, Decimal(0)).normalize()
    words = _(
        "Of “%(service)s” %(left)s of %(budget)s hours are left; this would take %(wanted)s.",
        service=service,
        left=plain(left),
        budget=plain(budget.hours_budget),
        wanted=plain(wanted),
    )
    raise HoursUsedUp(words, field=field, remedy=_("Shorten the session, or record it with another service."))


def _write(taker: Taker, facts: Facts, group_id: UUID | None) -> Session:
    pathway = taker.pathway
    session = Session(pathway_id=pathway.id, case_id=pathway.case_id, group_id=group_id, **facts)
    with taker.named(), told_by(_busy()):
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


def edit_session(*, session: Session, note: str | None = None, **facts: Any) -> Session:
    """Correct a session of an open month, for all who were there. Raises what `record_session` does."""
    told: Facts = {"note": note, **facts}  # type: ignore[typeddict-item]  # those of SessionSchema
    rows = _still_open(session)
    guarding.hold_operator(told["operator_id"])
    measure = _measure(rows[0][0].pathway)
    _delivered(measure, told, session.service)
    for taker, _row in rows:
        _check(taker, measure, told, [row.id for _taker, row in rows])
    with told_by(_busy()):
        for _taker, row in rows:
            for name, value in told.items():
                setattr(row, name, value)
        db.session.flush()
    return session


def give_sessions(*, session_ids: Sequence[UUID], operator_id: UUID) -> list[Session]:
    """These were held by somebody else: each is edited so, for all who were there; all or none. Raises what `record_session` does."""
    chosen = list(db.session.scalars(select(Session).where(Session.id.in_(session_ids)).order_by(Session.id)))
    _hold([each.pathway_id for each in chosen])
    kept = ("on_date", "starts", "ends", "service", "mode", "note")
    for session in chosen:
        if session.operator_id != operator_id:  # not yet, with another of its group
            edit_session(session=session, operator_id=operator_id, **{name: getattr(session, name) for name in kept})
    return chosen


def remove_session(*, session: Session, everybody: bool = False) -> None:
    """It was not delivered: to this person, or to everybody of its group. Raises MonthClosed, RegisterClosed, SessionRefused."""
    rows = _still_open(session)
    gone = [row for _taker, row in rows if everybody or row.id == session.id]
    with told_by(_busy()):
        for row in gone:
            db.session.delete(row)
        db.session.flush()


def _still_open(session: Session) -> list[tuple[Taker, Session]]:
    """The rows of a session, each with whom it is about, held, and free to be changed."""
    rows = {row.pathway_id: row for row in standing.rows_of(session)}
    takers = _hold(list(rows))
    for taker in takers:
        with taker.named():
            _register_open(taker.pathway)
            _uncorrected(rows[taker.pathway.id])
            _month_open(taker.pathway, session.on_date, remedy=_("Correct its hours by a counter-entry."))
    return [(taker, rows[taker.pathway.id]) for taker in takers]


def _uncorrected(session: Session) -> None:
    if standing.corrections_of(session.id):
        raise SessionRefused(_("The hours of this session were corrected by a counter-entry."), remedy=_("Correct them by another one."))


def correct_session(*, session: Session, hours: Decimal, reason: str, made_by_id: UUID | None) -> SessionCorrection:
    """Hours taken from a session of a closed month, or given back, booked today. Raises CorrectionRefused, HoursUsedUp."""
    (taker,) = _hold([session.pathway_id])
    db.session.refresh(session, with_for_update=True)
    if not standing.closed_at(taker.pathway.desk_id, session.on_date):
        raise CorrectionRefused(_("The month of this session is open."), remedy=_("Change the session itself."))
    stand = standing.hours_today(session.id)
    if stand + hours < 0:
        raise CorrectionRefused(
            _("The session has %(hours)s hours: no more can be taken.", hours=plain(stand)), field="hours", remedy=_("Write fewer hours.")
        )
    if hours > 0:
        _left(taker.pathway, session.service, hours, field="hours")
    correction = SessionCorrection(session_id=session.id, booked_on=today(), hours=hours, reason=reason, made_by_id=made_by_id)
    refused = CorrectionRefused(_("The session has fewer hours than these."), field="hours", remedy=_("Write fewer hours."))
    with told_by({"ck_session_corrections_never_below_zero": refused}):
        db.session.add(correction)
        db.session.flush()
    return correction
