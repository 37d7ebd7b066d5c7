"""Pathways for programs: lists, one; opening, moving, recording a session."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Select

from consortium.cases import queries as cases
from consortium.cases.pages import case_file
from consortium.pathways import lists, paper_api, queries, schemas, services
from consortium.pathways.door import pathway_file
from consortium.pathways.forms import MOVES, choices, opened
from consortium.pathways.policy import Measures, Pathways
from consortium.pathways.queries import Found
from consortium.web.guard import requires
from consortium.web.intake import not_offered
from consortium.web.programs import Blueprint, Facts, Made, refuse

blueprint = Blueprint("pathways-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="Measures, pathways, sessions")


@blueprint.get("/measures")
@blueprint.lists(lists.MEASURES)
@requires(Measures.READ)
def measures() -> Select[Any]:
    """The funded measures, their period and their desks."""
    return lists.every_measure()


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


@blueprint.post("/cases/<uuid:case_id>/pathways")
@blueprint.takes(schemas.OpenSchema, schemas.PathwayShape, about=case_file)
@requires(Pathways.RECORD)
def open_pathway(file: Found, facts: Facts) -> Made:
    """Open a pathway of a case; activate it at once if asked for."""
    refuse(not_offered(facts, **choices()))
    made = opened(case_id=file.Case.id, **facts)
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
_offer("conclude", "The pathway ends, with its outcome. It cannot be reopened.")
_offer("cancel", "The pathway was a mistake. Once activated, it still counts among the concluded ones.")


@blueprint.post("/pathways/<uuid:pathway_id>/sessions")
@blueprint.takes(schemas.SessionSchema, schemas.SessionShape, about=pathway_file)
@requires(Pathways.RECORD)
def record_session(file: Found, facts: Facts) -> Made:
    """Record a session that was delivered; it is found in its pathway."""
    refuse(not_offered(facts, operator_id=cases.case_managers()))
    made = services.record_session(pathway=file.Pathway, **facts)
    recorded = next(row for row in queries.sessions_of(made.pathway_id) if row.id == made.id)
    return recorded, _address(made.pathway_id)


def _whole(pathway_id: UUID) -> dict[str, Any]:
    """The pathway, if one may see it, for `PathwayShape`; else 404."""
    file, sessions = pathway_file(pathway_id)._mapping, queries.sessions_of(pathway_id)
    found = {"events": queries.events_of(pathway_id), "sessions": sessions, "hours": sum(each.hours for each in sessions)}
    return {**file, **found, "case_id": file["case_id"] if file["case_seen"] else None}


def _address(pathway_id: UUID) -> str:
    return url_for("pathways-api.pathway", pathway_id=pathway_id)


paper_api.offer(blueprint)
