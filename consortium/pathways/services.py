"""Writes of pathways: opened, activated, suspended, concluded. Sessions are recorded in `recording`, measures kept in `funding`."""

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from consortium.cases.models import Assignment
from consortium.desks.models import Desk
from consortium.pathways import guarding, rules, schemas, standing
from consortium.pathways.codes import CodeTaken, next_pathway_code
from consortium.pathways.funding import set_up_measure
from consortium.pathways.models import Measure, Pathway, PathwayEvent, PathwayState, Session
from consortium.pathways.recording import record_session
from consortium.pathways.rules import DayRefused, NotTakenInCharge, PathNotAdmitted
from consortium.web.listing.formats import day as shown
from consortium.web.listing.formats import today
from tenants.charter import Section
from tenants.database import db, scope
from tenants.errors import told_by

__all__ = ["record_session", "set_up_measure"]


def open_pathway(
    *,
    case_id: UUID,
    measure_id: UUID,
    desk_id: UUID,
    case_manager_id: UUID,
    on_date: date,
    goal: str | None = None,
    activate: bool = False,
    despite: bool = False,
    seen: str | None = None,
) -> Pathway:
    """A draft of a pathway, or one that begins at once.

    Raises DayRefused, MeasureClosed, DeskNotAllowed, PathNotAdmitted, NotTakenInCharge, MeasuresIncompatible, MeasuresOverlap (until
    `despite` what was `seen`).
    """
    measure = db.session.get_one(Measure, (scope().tenant_id, measure_id))
    rules.in_order(on_date, (), today())
    remedy = _("Choose a day in this period, or another measure.")
    rules.within(measure.valid_from, measure.valid_to, on_date, measure.name, remedy)
    guarding.desk_works(measure, desk_id, field="desk_id")
    _admits(measure, case_id)
    _taken_in_charge(case_id, on_date)
    warned = guarding.no_double_funding(case_id=case_id, measure_id=measure_id, from_day=on_date, despite=despite, seen=seen)
    people = {"case_id": case_id, "measure_id": measure_id, "desk_id": desk_id, "case_manager_id": case_manager_id}
    pathway = Pathway(code=next_pathway_code(), state=PathwayState.DRAFT, goal=goal, **people)
    with told_by({"uq_pathways_tenant_id_code": CodeTaken()}):
        db.session.add(pathway)
        db.session.flush()
    _write(pathway, PathwayState.DRAFT, on_date, None if activate else warned)
    return _begin(pathway, measure, on_date, warned) if activate else pathway


def edit_pathway(*, pathway: Pathway, case_manager_id: UUID, goal: str | None) -> Pathway:
    """Who follows it, and what it is to reach."""
    pathway.case_manager_id, pathway.goal = case_manager_id, goal
    db.session.flush()
    return pathway


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


def activate(*, pathway: Pathway, on_date: date, reason: str | None = None, despite: bool = False, seen: str | None = None) -> Pathway:
    """The pathway begins. Raises StepRefused, DayRefused, MeasureClosed, MeasuresIncompatible, MeasuresOverlap (until `despite` what was
    `seen`)."""
    measure = db.session.get_one(Measure, (scope().tenant_id, pathway.measure_id))
    _allow("activate", pathway, on_date)
    return _begin(pathway, measure, on_date, _reason(pathway, on_date, reason, despite, seen))


def _reason(pathway: Pathway, on_date: date, reason: str | None, despite: bool, seen: str | None) -> str | None:
    """Why a pathway begins or goes on, with the warning that it does despite. Raises MeasuresIncompatible, MeasuresOverlap."""
    mine: dict[str, Any] = {"case_id": pathway.case_id, "measure_id": pathway.measure_id, "but": pathway.id}
    warned = guarding.no_double_funding(**mine, from_day=on_date, despite=despite, seen=seen)
    return guarding.with_warning(reason, warned)


def _begin(pathway: Pathway, measure: Measure, on_date: date, reason: str | None) -> Pathway:
    rules.within(measure.valid_from, measure.valid_to, on_date, measure.name)
    pathway.activated_on = on_date
    return _move("activate", pathway, on_date, reason)


def suspend(*, pathway: Pathway, on_date: date, reason: str | None = None) -> Pathway:
    """The pathway stops for a while. Raises StepRefused, DayRefused (a later session too)."""
    _allow("suspend", pathway, on_date)
    _no_session_after(pathway, on_date)
    return _move("suspend", pathway, on_date, reason)


def resume(*, pathway: Pathway, on_date: date, reason: str | None = None, despite: bool = False, seen: str | None = None) -> Pathway:
    """The pathway goes on. Raises StepRefused, DayRefused, MeasuresIncompatible, MeasuresOverlap (until `despite` what was `seen`)."""
    _allow("resume", pathway, on_date)
    return _move("resume", pathway, on_date, _reason(pathway, on_date, reason, despite, seen))


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
    rules.in_order(on_date, standing.steps(pathway), today())


def _move(verb: str, pathway: Pathway, on_date: date, reason: str | None) -> Pathway:
    pathway.state = rules.MOVES[verb].leads
    _write(pathway, pathway.state, on_date, reason)
    return pathway


def _write(pathway: Pathway, state: str, on_date: date, reason: str | None) -> None:
    db.session.add(PathwayEvent(pathway_id=pathway.id, state=state, on_date=on_date, reason=reason))
    db.session.flush()


def _no_session_after(pathway: Pathway, on_date: date) -> None:
    last = db.session.execute(select(func.max(Session.on_date)).where(Session.pathway_id == pathway.id)).scalar_one()
    if last and on_date < last:
        words = _("There is a session on %(day)s.", day=shown(last))
        raise DayRefused(words, field="on_date", remedy=_("Write that day or a later one."))


def _found_measures(rows: list[dict[str, Any]]) -> None:
    desks = {row.slug: row.id for row in db.session.execute(select(Desk.slug, Desk.id))}
    for row in rows:
        set_up_measure(**{**row, "desks": [desks[slug] for slug in row["desks"]]})


CHARTER = (
    Section("measures", schemas.CharterMeasure(many=True), _found_measures, unique=(("code",), ("name",)), refers={"desks": "desks.slug"}),
)
