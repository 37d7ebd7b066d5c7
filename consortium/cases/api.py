"""Cases for programs: lists, one, search; taking a person in, and the steps of an assignment."""

from typing import Any
from uuid import UUID

from flask import abort, g, url_for
from flask_babel import gettext as _
from marshmallow import Schema
from sqlalchemy import Select

from consortium.cases import handovers, lists, pages, queries, schemas, services, unions
from consortium.cases.forms import STEPS, not_served
from consortium.cases.merge_pages import taken
from consortium.cases.models import Assignment, Merge
from consortium.cases.policy import Cases
from consortium.cases.several import SEVERAL
from consortium.cases.taking_in import already_here, taken_in, who_is_known
from consortium.web import several_api
from consortium.web.guard import requires
from consortium.web.intake import not_offered
from consortium.web.programs import Blueprint, Facts, Made, refuse, unchanged

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


@blueprint.get("/cases/<uuid:case_id>/history")
@blueprint.response(200, schemas.HistoryShape)
@requires(Cases.READ)
def history(case_id: UUID) -> dict[str, Any]:
    """What was changed in a case, when and by whom, the newest first; in the words of the page."""
    return {"items": pages.past_of(pages.case_file(case_id))}


def _whole(case_id: UUID) -> dict[str, Any]:
    file = pages.case_file(case_id)
    assignments = [row.Assignment for row in queries.assignments_of(case_id)]
    return {**file._mapping, "assignments": assignments, "handovers": queries.handovers_of(case_id)}


@blueprint.post("/cases")
@blueprint.takes(schemas.TakeInSchema, schemas.CaseShape)
@requires(Cases.WRITE)
def take_in(facts: Facts) -> Made:
    """Take a person in: who they are, and where they come from.

    A program's search is the one made here: the same code is refused, and a similar name with the same birth date, or the same phone, until
    `distinct` says that it is another person.
    """
    refuse(not_served(facts, queries.desks(g.visitor)))
    refuse(already_here(facts, who_is_known(facts)))
    made = taken_in(**facts)
    return _whole(made.id), _address(made.id)


@blueprint.put("/cases/<uuid:case_id>/person")
@blueprint.takes(schemas.EditPersonSchema, schemas.PersonShape, about=pages.case_file, status=200)
@requires(Cases.WRITE)
def edit_person(file: queries.Found, facts: Facts) -> Made:
    """Correct a person's data: what is left out is empty from now on."""
    unchanged(file.Person, facts)
    return services.edit_person(person=file.Person, **facts), _address(file.Case.id)


@blueprint.post("/cases/<uuid:case_id>/hand-over")
@blueprint.takes(schemas.HandOverSchema, schemas.HandedOverShape, about=pages.case_file, status=200)
@requires(Cases.WRITE)
def hand_over(file: queries.Found, facts: Facts) -> Made:
    """The case goes on at a desk, followed by somebody or by nobody yet."""
    refuse(not_offered(facts, desk_id=queries.open_desks(), case_manager_id=queries.case_managers()))
    if facts.pop("revision") != file.Case.revision:
        raise handovers.CaseChanged
    case = handovers.hand_over(case=file.Case, **facts)
    return {"case_id": case.id}, _address(case.id)


@blueprint.post("/cases/<uuid:case_id>/merge")
@blueprint.takes(schemas.MergeSchema, schemas.MergeShape, about=pages.case_file)
@requires(Cases.MERGE)
def merge(file: queries.Found, facts: Facts) -> Made:
    """Another case of the same person goes into this one, field by field as said."""
    other = queries.case_file(facts["other_id"], g.visitor)
    refuse({} if other else {"other_id": [_("Choose one of the cases that you see.")]})
    done = unions.merge(kept=file.Case, merged=other.Case, fields=taken(facts), reason=facts["reason"]) if other else abort(404)
    return done, url_for("cases-api.merged", merge_id=done.id)


@blueprint.get("/merges/<uuid:merge_id>")
@blueprint.response(200, schemas.MergeShape)
@requires(Cases.MERGE)
def merged(merge_id: UUID) -> Merge:
    """Two people made one."""
    return _merge(merge_id)


@blueprint.post("/merges/<uuid:merge_id>/undo")
@blueprint.takes(Schema, schemas.MergeShape, about=lambda merge_id: _merge(merge_id), status=200)
@requires(Cases.MERGE)
def undo_merge(merge: Merge, facts: Facts) -> Made:
    """They are two again, as they were."""
    return unions.undo(merge=merge), url_for("cases-api.merged", merge_id=merge.id)


def _merge(merge_id: UUID) -> Merge:
    return queries.merge(merge_id, g.visitor) or abort(404)


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


several_api.offer(blueprint, lists.CASES, lists.cases, SEVERAL)
