"""Writes of pathways: measures are set up; pathways are opened, suspended, concluded; sessions are recorded."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from consortium.cases.models import Assignment
from consortium.desks.models import Desk
from consortium.pathways import rules, schemas
from consortium.pathways.codes import CodeTaken, next_pathway_code
from consortium.pathways.models import Measure, MeasureDesk, Pathway, PathwayEvent, PathwayState, Session
from consortium.pathways.rules import DayRefused, DeskNotAllowed, NotTakenInCharge, PathNotAdmitted, ServiceForeign, SessionRefused, Step
from consortium.web.listing.formats import ROME, today
from consortium.web.listing.formats import day as shown
from tenants.charter import Section
from tenants.database import db, scope
from tenants.errors import Problem, told_by


class MeasureKnown(Problem):
    title = _l("Another measure has this code or this name")
    remedy = _l("Give this one another, or change the one that there is.")


class MeasureInUse(Problem):
    title = _l("Pathways of this measure stand in the way")


def set_up_measure(*, desks: Iterable[UUID], **facts: Any) -> Measure:
    """A measure and the desks (ids) that may work it. Raises MeasureKnown."""
    measure = Measure(**facts)
    with told_by(_known()):
        db.session.add(measure)
        db.session.flush()
    db.session.add_all(MeasureDesk(measure_id=measure.id, desk_id=desk_id) for desk_id in desks)
    db.session.flush()
    return measure


def change_measure(*, measure: Measure, desks: Iterable[UUID], **facts: Any) -> Measure:
    """Correct a measure, and which desks may work it from now on (open pathways go on). Raises MeasureKnown, MeasureInUse."""
    _still_covers(measure, facts["valid_from"], facts["valid_to"])
    for field, value in facts.items():
        setattr(measure, field, value)
    with told_by(_known()):
        db.session.flush()
    allowed = {row.desk_id: row for row in db.session.scalars(select(MeasureDesk).where(MeasureDesk.measure_id == measure.id))}
    for desk_id in allowed.keys() - set(desks):
        db.session.delete(allowed[desk_id])
    db.session.add_all(MeasureDesk(measure_id=measure.id, desk_id=desk_id) for desk_id in set(desks) - allowed.keys())
    db.session.flush()
    return measure


def _known() -> dict[str, Problem]:
    return {"uq_measures_tenant_id_code": MeasureKnown(field="code"), "uq_measures_tenant_id_name": MeasureKnown(field="name")}


def _still_covers(measure: Measure, valid_from: date, valid_to: date) -> None:
    """The period holds the first and the last activation that there are."""
    activated = select(func.min(Pathway.activated_on), func.max(Pathway.activated_on)).where(Pathway.measure_id == measure.id)
    first, last = db.session.execute(activated).one()
    if first and first < valid_from:
        words = _("A pathway was activated on %(day)s.", day=shown(first))
        raise MeasureInUse(words, field="valid_from", remedy=_("Write that day or an earlier one."))
    if last and last > valid_to:
        words = _("A pathway was activated on %(day)s.", day=shown(last))
        raise MeasureInUse(words, field="valid_to", remedy=_("Write that day or a later one."))


def open_pathway(*, case_id: UUID, measure_id: UUID, desk_id: UUID, case_manager_id: UUID, on_date: date) -> Pathway:
    """A draft of a pathway. Raises DayRefused, MeasureClosed, DeskNotAllowed, PathNotAdmitted, NotTakenInCharge."""
    measure = db.session.get_one(Measure, (scope().tenant_id, measure_id))
    rules.in_order(on_date, (), today())
    rules.within(measure.valid_from, measure.valid_to, on_date, measure.name)
    _works(measure, desk_id)
    _admits(measure, case_id)
    _taken_in_charge(case_id, on_date)
    people = {"case_id": case_id, "measure_id": measure_id, "desk_id": desk_id, "case_manager_id": case_manager_id}
    pathway = Pathway(code=next_pathway_code(), state=PathwayState.DRAFT, **people)
    with told_by({"uq_pathways_tenant_id_code": CodeTaken()}):
        db.session.add(pathway)
        db.session.flush()
    _write(pathway, PathwayState.DRAFT, on_date, None)
    return pathway


def _works(measure: Measure, desk_id: UUID) -> None:
    allowed = select(Desk.id, Desk.name).join(MeasureDesk, (MeasureDesk.tenant_id == Desk.tenant_id) & (MeasureDesk.desk_id == Desk.id))
    desks = {row.id: row.name for row in db.session.execute(allowed.where(MeasureDesk.measure_id == measure.id).order_by(Desk.name))}
    if desk_id in desks:
        return
    desk = db.session.get_one(Desk, (scope().tenant_id, desk_id))
    raise DeskNotAllowed(_instead(desk.name, list(desks.values())), field="desk_id")


def _instead(desk: str, others: list[str]) -> str:
    """What to do where a desk does not work a measure: the ones that do, else who to ask."""
    words = {"desk": desk, "others": _either(others)}
    if not others:
        return str(_("The desk of %(desk)s does not work this measure: ask the administrator to add it.", **words))
    return str(_("The desk of %(desk)s does not work this measure: choose %(others)s, or ask the administrator to add it.", **words))


def _either(names: list[str]) -> str:
    """A · A or B · A, B or C"""
    *first, last = names or [""]
    return str(_("%(first)s or %(last)s", first=", ".join(first), last=last)) if first else last


def _admits(measure: Measure, case_id: UUID) -> None:
    if not measure.gol_paths:
        return
    newest = select(Assignment.gol_path).where(Assignment.case_id == case_id, Assignment.gol_path.is_not(None))
    path = db.session.execute(newest.order_by(Assignment.assigned_on.desc()).limit(1)).scalar_one_or_none()
    if path and path not in measure.gol_paths:
        admitted = ", ".join(str(each) for each in measure.gol_paths)
        words = _("The person is on GOL path %(path)s; the measure admits %(admitted)s.", path=path, admitted=admitted)
        raise PathNotAdmitted(words, field="measure_id", remedy=_("Choose another measure."))


def _taken_in_charge(case_id: UUID, on_date: date) -> None:
    first = db.session.execute(select(func.min(Assignment.taken_in_charge_on)).where(Assignment.case_id == case_id)).scalar_one()
    if first is None:
        raise NotTakenInCharge(
            _("The person has not been taken in charge yet."), remedy=_("Take the person in charge, then open the pathway.")
        )
    if on_date < first:
        words = _("The person was taken in charge on %(day)s.", day=shown(first))
        raise DayRefused(words, field="on_date", remedy=_("Write that day or a later one."))


def activate(*, pathway: Pathway, on_date: date, reason: str | None = None) -> Pathway:
    """The pathway begins. Raises StepRefused, DayRefused, MeasureClosed."""
    measure = db.session.get_one(Measure, (scope().tenant_id, pathway.measure_id))
    _allow("activate", pathway, on_date)
    rules.within(measure.valid_from, measure.valid_to, on_date, measure.name)
    pathway.activated_on = on_date
    return _move("activate", pathway, on_date, reason)


def suspend(*, pathway: Pathway, on_date: date, reason: str | None = None) -> Pathway:
    """The pathway stops for a while. Raises StepRefused, DayRefused."""
    _allow("suspend", pathway, on_date)
    return _move("suspend", pathway, on_date, reason)


def resume(*, pathway: Pathway, on_date: date, reason: str | None = None) -> Pathway:
    """The pathway goes on. Raises StepRefused, DayRefused."""
    _allow("resume", pathway, on_date)
    return _move("resume", pathway, on_date, reason)


def conclude(*, pathway: Pathway, on_date: date, outcome: str, reason: str | None = None) -> Pathway:
    """The pathway ends, with its outcome. Raises StepRefused, DayRefused (a later session too)."""
    _allow("conclude", pathway, on_date)
    _no_session_after(pathway, on_date)
    pathway.ended_on, pathway.outcome = on_date, outcome
    return _move("conclude", pathway, on_date, reason)


def cancel(*, pathway: Pathway, on_date: date, reason: str | None = None) -> Pathway:
    """The pathway was a mistake, or never began. Once activated it still counts, as ended. Raises StepRefused, DayRefused."""
    _allow("cancel", pathway, on_date)
    _no_session_after(pathway, on_date)
    pathway.ended_on = on_date
    return _move("cancel", pathway, on_date, reason)


def _allow(verb: str, pathway: Pathway, on_date: date) -> None:
    """The pathway's row is held from here on: two people's moves, or a move and a session, come one after the other."""
    db.session.refresh(pathway, with_for_update=True)
    rules.may(verb, pathway.state)
    rules.in_order(on_date, steps(pathway), today())


def _move(verb: str, pathway: Pathway, on_date: date, reason: str | None) -> Pathway:
    pathway.state = rules.MOVES[verb].leads
    _write(pathway, pathway.state, on_date, reason)
    return pathway


def _write(pathway: Pathway, state: str, on_date: date, reason: str | None) -> None:
    db.session.add(PathwayEvent(pathway_id=pathway.id, state=state, on_date=on_date, reason=reason))
    db.session.flush()


def steps(pathway: Pathway) -> list[Step]:
    """The pathway's events in order. An imported one may have none: then its activation stands for them."""
    found = select(PathwayEvent.state, PathwayEvent.on_date).where(PathwayEvent.pathway_id == pathway.id)
    rows = db.session.execute(found.order_by(PathwayEvent.on_date, PathwayEvent.id)).all()
    imported = [Step(PathwayState.ACTIVATED, pathway.activated_on)] if pathway.activated_on and not rows else []
    return imported + [Step(row.state, row.on_date) for row in rows]


def _no_session_after(pathway: Pathway, on_date: date) -> None:
    last = db.session.execute(select(func.max(Session.on_date)).where(Session.pathway_id == pathway.id)).scalar_one()
    if last and on_date < last:
        words = _("There is a session on %(day)s.", day=shown(last))
        raise DayRefused(words, field="on_date", remedy=_("Write that day or a later one."))


def record_session(
    *, pathway: Pathway, on_date: date, starts: time, ends: time, service: str, mode: str, operator_id: UUID, note: str | None = None
) -> Session:
    """A service delivered. Raises SessionRefused, MeasureClosed, ServiceForeign."""
    measure = db.session.get_one(Measure, (scope().tenant_id, pathway.measure_id))
    db.session.refresh(pathway, with_for_update=True)
    rules.delivered(on_date, starts, ends, datetime.now(ROME).replace(tzinfo=None))
    rules.inside(on_date, pathway.activated_on, pathway.ended_on, steps(pathway))
    rules.within(measure.valid_from, measure.valid_to, on_date, measure.name)
    if measure.services and service not in measure.services:
        raise ServiceForeign(field="service", remedy=_("Choose one of: %(services)s.", services=", ".join(measure.services)))
    session = Session(pathway_id=pathway.id, case_id=pathway.case_id, operator_id=operator_id, on_date=on_date, mode=mode, note=note)
    session.starts, session.ends, session.service = starts, ends, service
    with told_by(_busy()):
        db.session.add(session)
        db.session.flush()
    return session


def _busy() -> dict[str, Problem]:
    remedy = _("Correct the day or the hours.")
    operator = SessionRefused(_("The operator is in another session at that hour."), field="starts", remedy=remedy)
    person = SessionRefused(_("The person is in another session at that hour."), field="starts", remedy=remedy)
    twice = SessionRefused(_("This session was already recorded."), field="starts", remedy=remedy)
    return {
        "ex_sessions_operator_id": operator,
        "ex_sessions_case_id": person,
        "uq_sessions_tenant_id_pathway_id_on_date_starts": twice,
    }


def _found_measures(rows: list[dict[str, Any]]) -> None:
    desks = {row.slug: row.id for row in db.session.execute(select(Desk.slug, Desk.id))}
    for row in rows:
        set_up_measure(**{**row, "desks": [desks[slug] for slug in row["desks"]]})


CHARTER = (
    Section("measures", schemas.CharterMeasure(many=True), _found_measures, unique=(("code",), ("name",)), refers={"desks": "desks.slug"}),
)
