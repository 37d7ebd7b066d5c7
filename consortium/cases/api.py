"""Cases for programs: lists, one, search; taking a person in, and the steps of an assignment."""

from typing import Any
from uuid import UUID

from flask import abort, g, url_for
from sqlalchemy import Select

from consortium.cases import lists, pages, queries, schemas
from consortium.cases.forms import STEPS, not_served
from consortium.cases.models import Assignment
from consortium.cases.policy import Cases
from consortium.cases.taking_in import already_here, taken_in, who_is_known
from consortium.web.guard import requires
from consortium.web.programs import Blueprint, Facts, Made, refuse

blueprint = Blueprint("cases-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="People served, their cases and assignments")

MOST_FOUND = 50


@blueprint.get("/cases")
@blueprint.lists(lists.CASES)
@requires(Cases.READ)
def cases() -> Select[Any]:
    """The cases that one may see."""
    return lists.cases()


@blueprint.get("/cases/<uuid:case_id>")
@blueprint.response(200, schemas.CaseShape)
@requires(Cases.READ)
def case(case_id: UUID) -> dict[str, Any]:
    """A case, with its person and assignments."""
    return _whole(case_id)


def _whole(case_id: UUID) -> dict[str, Any]:
    file = pages.case_file(case_id)
    return {**file._mapping, "assignments": [row.Assignment for row in queries.assignments_of(case_id)]}


@blueprint.post("/cases")
@blueprint.takes(schemas.TakeInSchema, schemas.CaseShape)
@requires(Cases.WRITE)
def take_in(facts: Facts) -> Made:
    """Take a person in: who they are, and where they come from."""
    refuse(not_served(facts, queries.desks(g.visitor)))
    refuse(already_here(facts, who_is_known(facts)))
    made = taken_in(**facts)
    return _whole(made.id), _address(made.id)


@blueprint.get("/assignments")
@blueprint.lists(lists.ASSIGNMENTS)
@requires(Cases.READ)
def assignments() -> Select[Any]:
    """The assignments by a day, of the cases that one may see."""
    return lists.assignments()


def _assignment(assignment_id: UUID) -> Assignment:
    return queries.assignment(assignment_id, g.visitor) or abort(404)


def _offer(verb: str, summary: str) -> None:
    """A step of an assignment, as the forms have it."""
    step = STEPS[verb]

    @blueprint.post(f"/assignments/<uuid:assignment_id>/{verb}", endpoint=verb)
    @blueprint.doc(summary=summary)
    @blueprint.takes(step.schema, schemas.AssignmentShape, about=_assignment, status=200)
    @requires(Cases.WRITE)
    def take(assignment: Assignment, facts: Facts) -> Made:
        return step.verb(assignment=assignment, **facts), _address(assignment.case_id)


_offer("contact", "The person was reached.")
_offer("take-in-charge", "The person is followed from this day on.")
_offer("return", "The person goes back to who sent them.")


@blueprint.get("/search")
@blueprint.arguments(schemas.SearchQuery, location="query")
@blueprint.response(200, schemas.ResultsShape)
@requires(Cases.READ)
def search(asked: dict[str, str]) -> dict[str, Any]:
    """People, desks and pathways by the beginnings of names, codes and numbers."""
    return {"items": pages.results(asked["q"], MOST_FOUND)}


def _address(case_id: UUID) -> str:
    return url_for("cases-api.case", case_id=case_id)
