"""Cases for programs: lists, one, search; taking a person in, assignments and their steps, two cases of one person."""

from typing import Any
from uuid import UUID

from flask import abort, g, url_for
from flask_babel import gettext as _
from marshmallow import Schema
from sqlalchemy import Select

from consortium.cases import codice_fiscale, comparing, handovers, intakes, lists, merging, pages, queries, schemas, services, unions
from consortium.cases.forms import not_served
from consortium.cases.merge_pages import counted, not_choosable, taken, told_counts
from consortium.cases.models import Assignment, Merge
from consortium.cases.policy import Cases
from consortium.cases.several import SEVERAL
from consortium.cases.steps import STEPS
from consortium.cases.taking_in import already_here, taken_in, who_is_known
from consortium.desks.policy import Desks
from consortium.trail.schemas import HistoryShape
from consortium.web import several_api
from consortium.web.fields import RevisionSchema
from consortium.web.guard import requires
from consortium.web.intake import not_offered
from consortium.web.programs import Blueprint, Facts, Made, refuse, refused, unchanged

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
@blueprint.response(200, HistoryShape)
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


@blueprint.post("/cases/known")
@blueprint.arguments(schemas.KnownSchema)
@blueprint.response(200, schemas.KnownPeopleShape)
@requires(Cases.WRITE)
def known(facts: Facts) -> dict[str, Any]:
    """Who may be a person already, before they are taken in. Names stay out of addresses: hence a POST, which changes nothing."""
    return {"items": who_is_known(facts)}


@blueprint.post("/cases/decoded")
@blueprint.arguments(schemas.CodeSchema)
@blueprint.response(200, schemas.DecodedShape)
@requires(Cases.WRITE)
def decoded(facts: Facts) -> codice_fiscale.Decoded:
    """What a codice fiscale says of its person. Codes stay out of addresses: hence a POST, which changes nothing."""
    try:
        return codice_fiscale.decode(facts["codice_fiscale"])
    except codice_fiscale.Malformed as malformed:
        refused({"codice_fiscale": [str(malformed)]})


@blueprint.put("/cases/<uuid:case_id>/person")
@blueprint.takes(schemas.EditPersonSchema, schemas.PersonShape, about=pages.case_file, status=200)
@requires(Cases.WRITE)
def edit_person(file: queries.Found, facts: Facts) -> Made:
    """Correct a person's data: what is left out is empty from now on."""
    unchanged(file.Person.revision, facts)
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


@blueprint.post("/cases/<uuid:case_id>/merge/preview")
@blueprint.takes(schemas.OtherSchema, schemas.ComparisonShape, about=pages.case_file, status=200)
@requires(Cases.MERGE)
def compare(file: queries.Found, facts: Facts) -> Made:
    """Two cases side by side, and what a merge would do; nothing is changed."""
    other = _other(file, facts)
    made = merging.plan(file.Person.id, other.Person.id)
    differing = [name for name in schemas.PERSON if getattr(file.Person, name) != getattr(other.Person, name)]
    told = {"against": unions.objections(file.Case.id, other.Case.id), "to_know": unions.warnings(file.Case.id, other.Case.id)}
    becoming = {"moving": _moved(made.counts), "becoming_one": comparing.ones(made)}
    return {"kept": file, "merged": other, "differing": differing, **becoming, **told}, _address(file.Case.id)


@blueprint.post("/cases/<uuid:case_id>/merge")
@blueprint.takes(schemas.ProgramMergeSchema, schemas.MergeShape, about=pages.case_file)
@requires(Cases.MERGE)
def merge(file: queries.Found, facts: Facts) -> Made:
    """Another case of the same person goes into this one, field by field as said; what only the other has is taken, unless it is said not
    to be."""
    other = _other(file, facts)
    if facts["parts"]:
        refuse(not_choosable(facts["parts"], merging.plan(file.Person.id, other.Person.id)))
    chosen = {"fields": taken(facts, file.Person, other.Person), **{name: facts[name] for name in ("parts", "follows", "reason")}}
    done = unions.merge(kept=file.Case, merged=other.Case, **chosen)
    return _told(done), url_for("cases-api.merged", merge_id=done.id)


def _other(file: queries.Found, facts: Facts) -> queries.Found:
    """The case that is compared or merged with this one. Raises SamePerson."""
    if facts["other_id"] == file.Case.id:
        raise unions.SamePerson
    return queries.case_file(facts["other_id"], g.visitor) or refused({"other_id": [_("Choose one of the cases that you see.")]})


@blueprint.get("/cases/<uuid:case_id>/merges")
@blueprint.response(200, schemas.MergesShape)
@requires(Cases.MERGE)
def merges(case_id: UUID) -> dict[str, Any]:
    """The merges that a case came of, those that were undone too."""
    file = pages.case_file(case_id)
    return {"items": [_as_told(each, case_id) for each in queries.merges_of(file.Person.id)]}


@blueprint.get("/merges/<uuid:merge_id>")
@blueprint.response(200, schemas.MergeShape)
@requires(Cases.MERGE)
def merged(merge_id: UUID) -> dict[str, Any]:
    """Two people made one, and what moved."""
    return _told(_merge(merge_id))


@blueprint.post("/merges/<uuid:merge_id>/undo")
@blueprint.takes(Schema, schemas.MergeShape, about=lambda merge_id: _merge(merge_id), status=200)
@requires(Cases.MERGE)
def undo_merge(merge: Merge, facts: Facts) -> Made:
    """They are two again, as they were."""
    return _told(unions.undo(merge=merge)), url_for("cases-api.merged", merge_id=merge.id)


def _merge(merge_id: UUID) -> Merge:
    return queries.merge(merge_id, g.visitor) or abort(404)


def _told(merge: Merge) -> dict[str, Any]:
    file = queries.file_of(merge.kept_id, g.visitor) or abort(404)
    return {
        **_as_told(merge, file.Case.id),
        "became_one": [{"what": what, "took": took} for what, took in comparing.became_one(merge.undo)],
    }


def _as_told(merge: Merge, case_id: UUID) -> dict[str, Any]:
    """A merge for `ListedMergeShape`."""
    kept = {name: getattr(merge, name) for name in ("id", "kept_id", "merged_id", "reason", "undone_on")}
    told = {"case_id": case_id, "merged_number": merge.number, "merged_at": merge.created_at}
    return {**kept, **told, "moved": _moved(counted(merge))}


def _moved(counts: dict[str, int]) -> list[dict[str, Any]]:
    return [{"what": what, "rows": rows} for what, rows in told_counts(counts)]


@blueprint.get("/assignments")
@blueprint.lists(lists.ASSIGNMENTS)
@requires(Cases.READ)
def assignments() -> Select[Any]:
    """The assignments by a day, of the cases that one may see."""
    return lists.assignments()


@blueprint.post("/cases/<uuid:case_id>/assignments")
@blueprint.takes(schemas.AssignmentSchema, schemas.AssignmentShape, about=pages.case_file)
@requires(Cases.WRITE)
def assign(file: queries.Found, facts: Facts) -> Made:
    """A person who is here already is sent again, or comes back."""
    refuse(not_served(facts, queries.desks(g.visitor)))
    return services.assign(case_id=file.Case.id, **facts), _address(file.Case.id)


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


@blueprint.post("/assignments/<uuid:assignment_id>/undo")
@blueprint.takes(schemas.UndoStepSchema, schemas.AssignmentShape, about=_assignment, status=200)
@requires(Cases.WRITE)
def undo_step(assignment: Assignment, facts: Facts) -> Made:
    """The last step was a mistake: the assignment stands as before it."""
    return intakes.undo_step(assignment=assignment, **facts), _address(assignment.case_id)


@blueprint.post("/assignments/<uuid:assignment_id>/remove")
@blueprint.takes(RevisionSchema, schemas.CaseShape, about=_assignment, status=200)
@requires(Cases.WRITE)
def remove_assignment(assignment: Assignment, facts: Facts) -> Made:
    """An assignment of which no step was recorded was a mistake; gives its case as it is now."""
    unchanged(assignment.revision, facts)
    case_id = assignment.case_id
    services.remove_assignment(assignment=assignment)
    return _whole(case_id), _address(case_id)


@blueprint.get("/search")
@blueprint.arguments(schemas.SearchQuery, location="query")
@blueprint.response(200, schemas.ResultsShape)
@requires(Desks.READ)
def search(asked: dict[str, str]) -> dict[str, Any]:
    """People, desks, partners and pathways by the beginnings of names, codes and numbers; for who sees no people, desks and partners."""
    return {"items": pages.results(asked["q"], MOST_FOUND)}


def _address(case_id: UUID) -> str:
    return url_for("cases-api.case", case_id=case_id)


several_api.offer(blueprint, lists.CASES, lists.cases, SEVERAL)
