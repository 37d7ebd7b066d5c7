"""Pathways for programs: lists, one, those of a case, histories; opening, moving; sessions recorded, edited, removed, corrected."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from flask import g, url_for
from sqlalchemy import Select

from consortium.cases import handovers
from consortium.cases import queries as cases
from consortium.cases.pages import case_file
from consortium.cases.schemas import HandedOverShape
from consortium.pathways import (
    correcting,
    funding_api,
    history,
    lists,
    paper_api,
    queries,
    recording,
    registers,
    schemas,
    services,
    standing,
    undoing,
)
from consortium.pathways.door import pathway_file, session_file
from consortium.pathways.door import programs as blueprint
from consortium.pathways.forms import MOVES, choices, followers
from consortium.pathways.models import Pathway
from consortium.pathways.policy import Months, Pathways
from consortium.pathways.queries import Found
from consortium.pathways.sessions import not_companions
from consortium.pathways.several import SEVERAL, UNDONE
from consortium.pathways.today import agenda_of
from consortium.pathways.waiting import WAITING, waiting
from consortium.trail.schemas import HistoryShape
from consortium.web import several_api
from consortium.web.guard import requires
from consortium.web.intake import not_offered
from consortium.web.listing import formats
from consortium.web.programs import Facts, Made, refuse, unchanged

__all__ = ["blueprint", "funding_api"]


@blueprint.get("/today")
@blueprint.arguments(schemas.TodayQuery, location="query")
@blueprint.response(200, schemas.TodayShape)
@requires(Pathways.FOLLOW)
def today(asked: dict[str, str]) -> dict[str, Any]:
    """One's own day; with `desk`, that of everybody at a desk, or at all that one sees (`all`).

    All sessions; of each other part 200 lines, or 2,000 of all desks together.
    """
    agenda = agenda_of(cases.open_desks_of(g.visitor), asked["desk"])
    return {"day": formats.today(), **{each.name: getattr(agenda, each.name) for each in fields(agenda)}}


@blueprint.post("/cases/<uuid:case_id>/take")
@blueprint.takes(schemas.NothingSchema, HandedOverShape, about=case_file, status=200)
@requires(Pathways.FOLLOW)
def take(file: Found, facts: Facts) -> Made:
    """Follow a case that nobody follows."""
    case = handovers.take(case=file.Case, visitor=g.visitor)
    return {"case_id": case.id}, url_for("cases-api.case", case_id=case.id)


@blueprint.get("/waiting")
@blueprint.lists(WAITING)
@requires(Pathways.READ)
def who_waits() -> Select[Any]:
    """The assignments that wait, of the cases that one may see: at the desk that has the case now, with the day by which they are due."""
    return waiting()


@blueprint.get("/pathways")
@blueprint.lists(lists.PATHWAYS)
@requires(Pathways.READ)
def pathways() -> Select[Any]:
    """The pathways that one may see: drafts, and those activated by a day."""
    return lists.pathways()


@blueprint.get("/sessions")
@blueprint.lists(lists.SESSIONS)
@requires(Pathways.READ)
def sessions() -> Select[Any]:
    """The sessions by a day, of the pathways that one may see."""
    return lists.sessions()


@blueprint.get("/pathways/<uuid:pathway_id>")
@blueprint.response(200, schemas.PathwayShape)
@requires(Pathways.READ)
def pathway(pathway_id: UUID) -> dict[str, Any]:
    """A pathway, with its events, sessions and hours."""
    return _whole(pathway_id)


@blueprint.get("/pathways/<uuid:pathway_id>/history")
@blueprint.response(200, HistoryShape)
@requires(Pathways.READ)
def pathway_history(pathway_id: UUID) -> dict[str, Any]:
    """What was changed in a pathway and its sessions, when and by whom, the newest first."""
    return {"items": history.of_pathway(pathway_file(pathway_id).Pathway)}


@blueprint.get("/cases/<uuid:case_id>/pathways")
@blueprint.response(200, schemas.PathwaysOfCaseShape)
@requires(Pathways.READ)
def of_case(case_id: UUID) -> dict[str, Any]:
    """The pathways of a case, the newest first, each with its hours and its last session."""
    return {"items": queries.of_case(case_file(case_id).Case.id)}


@blueprint.post("/cases/<uuid:case_id>/pathways")
@blueprint.takes(schemas.OpenSchema, schemas.PathwayShape, about=case_file)
@requires(Pathways.RECORD)
def open_pathway(file: Found, facts: Facts) -> Made:
    """Open a pathway of a case; activate it at once if asked for."""
    refuse(not_offered(facts, **choices()))
    made = services.open_pathway(case_id=file.Case.id, **facts)
    return _whole(made.id), _address(made.id)


def _offer(verb: str, summary: str) -> None:
    """A change of state, as the forms have it."""
    move = MOVES[verb]

    @blueprint.post(f"/pathways/<uuid:pathway_id>/{verb}", endpoint=verb)
    @blueprint.doc(summary=summary)
    @blueprint.takes(move.schema, schemas.PathwayShape, about=pathway_file, status=200)
    @requires(Pathways.RECORD)
    def make(file: Found, facts: Facts) -> Made:
        moved = move.service(pathway=file.Pathway, **facts)
        return _whole(moved.id), _address(moved.id)


_offer("activate", "The pathway begins: it counts from this day on.")
_offer("suspend", "The pathway stops for a while: no session is recorded until it is resumed.")
_offer("resume", "The pathway goes on.")
_offer("conclude", "The pathway ends, with its outcome.")
_offer("cancel", "The pathway was a mistake. Once activated, it still counts among the concluded ones.")


@blueprint.post("/pathways/<uuid:pathway_id>/undo")
@blueprint.takes(schemas.TakeBackSchema, schemas.PathwayShape, about=pathway_file, status=200)
@requires(Pathways.RECORD)
def undo_step(file: Found, facts: Facts) -> Made:
    """Take the last change of state back: it was a mistake, and the pathway stands as before it."""
    undone = undoing.undo_step(pathway=file.Pathway, **facts)
    return _whole(undone.id), _address(undone.id)


@blueprint.post("/pathways/<uuid:pathway_id>/edit")
@blueprint.takes(schemas.EditPathwaySchema, schemas.PathwayShape, about=pathway_file, status=200)
@requires(Pathways.RECORD)
def edit(file: Found, facts: Facts) -> Made:
    """Say who follows a pathway, and what it is to reach."""
    unchanged(file.Pathway.revision, facts)
    refuse(not_offered(facts, case_manager_id=followers(file.Pathway.case_manager_id, file.case_manager)))
    services.edit_pathway(pathway=file.Pathway, **facts)
    return _whole(file.Pathway.id), _address(file.Pathway.id)


@blueprint.post("/pathways/<uuid:pathway_id>/reopen-register")
@blueprint.takes(schemas.NothingSchema, schemas.PathwayShape, about=pathway_file, status=200)
@requires(Months.REOPEN)
def reopen_register(file: Found, facts: Facts) -> Made:
    """Unlock the attendance register."""
    registers.reopen_register(pathway=file.Pathway)
    return _whole(file.Pathway.id), _address(file.Pathway.id)


@blueprint.post("/pathways/<uuid:pathway_id>/sessions")
@blueprint.takes(schemas.SessionSchema, schemas.SessionShape, about=pathway_file)
@requires(Pathways.RECORD)
def record_session(file: Found, facts: Facts) -> Made:
    """Record a session that was delivered, to one person or a group (all of it or nothing)."""
    refuse(not_offered(facts, operator_id=cases.case_managers()))
    refuse(not_companions(file, facts["others"]))
    made = recording.record_session(pathway=file.Pathway, **facts)
    recorded = next(row for row in queries.sessions_of(made.pathway_id) if row.id == made.id)
    return recorded, _address_of_session(made.id)


@blueprint.get("/sessions/<uuid:session_id>")
@blueprint.response(200, schemas.WholeSessionShape)
@requires(Pathways.READ)
def session(session_id: UUID) -> dict[str, Any]:
    """A session, with whoever else was there and its counter-entries."""
    return _session(session_id)


@blueprint.get("/sessions/<uuid:session_id>/history")
@blueprint.response(200, HistoryShape)
@requires(Pathways.READ)
def session_history(session_id: UUID) -> dict[str, Any]:
    """What was changed in a session, when and by whom, the newest first."""
    return {"items": history.of_session(session_file(session_id).Session)}


@blueprint.post("/sessions/<uuid:session_id>/edit")
@blueprint.takes(schemas.EditSessionSchema, schemas.WholeSessionShape, about=session_file, status=200)
@requires(Pathways.RECORD)
def edit_session(file: Found, facts: Facts) -> Made:
    """Correct a session of an open month, for everybody of its group; add others to it."""
    unchanged(file.Session.revision, facts)
    refuse(not_offered(facts, operator_id=followers(file.Session.operator_id, file.operator)))
    refuse(not_companions(file, facts["others"]))
    recording.edit_session(session=file.Session, **facts)
    return _session(file.Session.id), _address_of_session(file.Session.id)


@blueprint.post("/sessions/<uuid:session_id>/remove")
@blueprint.takes(schemas.RemovalSchema, schemas.PathwayShape, about=session_file, status=200)
@requires(Pathways.RECORD)
def remove_session(file: Found, facts: Facts) -> Made:
    """Remove a session of an open month that was not delivered; gives its pathway as it is now."""
    unchanged(file.Session.revision, facts)
    recording.remove_session(session=file.Session, **facts)
    return _whole(file.Pathway.id), _address(file.Pathway.id)


@blueprint.post("/sessions/<uuid:session_id>/correct")
@blueprint.takes(schemas.CorrectionSchema, schemas.WholeSessionShape, about=session_file)
@requires(Pathways.RECORD)
def correct_session(file: Found, facts: Facts) -> Made:
    """Correct the hours of a session of a closed month by a counter-entry, booked today."""
    correcting.correct_session(session=file.Session, made_by_id=g.visitor.membership_id, **facts)
    return _session(file.Session.id), url_for("pathways-api.session", session_id=file.Session.id)


def _session(session_id: UUID) -> dict[str, Any]:
    found = session_file(session_id)
    others = queries.others_in(found.Session, g.visitor)
    return {**found._mapping, "others": others, "corrections": standing.corrections_of(session_id)}


def _whole(pathway_id: UUID) -> dict[str, Any]:
    """The pathway, if one may see it, for `PathwayShape`; else 404."""
    found, sessions, steps = pathway_file(pathway_id), queries.sessions_of(pathway_id), queries.steps_of(pathway_id)
    valued = [each.value for each in sessions if each.value is not None]
    sums = {"hours": sum(each.hours for each in sessions), "value": sum(valued) if valued else None}
    events, undone = [each for each in steps if not each.undone_on], [each for each in steps if each.undone_on]
    parts = {"events": events, "undone": undone, "sessions": sessions, "services": queries.budgets(found.Pathway), **sums}
    return {**found._mapping, **parts, "case_id": found.case_id if found.case_seen else None}


def _address_of_session(session_id: UUID) -> str:
    return url_for("pathways-api.session", session_id=session_id)


def _address(pathway_id: UUID) -> str:
    return url_for("pathways-api.pathway", pathway_id=pathway_id)


paper_api.offer(blueprint)
several_api.offer(blueprint, lists.PATHWAYS, lists.pathways, SEVERAL)
several_api.offer(blueprint, lists.SESSIONS, lists.sessions, SEVERAL)
several_api.offer_undo(blueprint, lists.PATHWAYS, Pathway, UNDONE, Pathways.RECORD)
