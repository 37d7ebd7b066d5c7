"""The notice's versions, and who has acknowledged them, for programs."""

from typing import Any
from uuid import UUID

from flask import g, url_for
from sqlalchemy import Select

from consortium.cases.pages import case_file
from consortium.cases.queries import Found
from consortium.notices import history, lists, queries, schemas, services
from consortium.notices.acknowledgement_pages import named
from consortium.notices.door import acknowledgement_file, notice_file
from consortium.notices.policy import Acknowledgements, Notices
from consortium.trail.schemas import HistoryShape
from consortium.web.guard import requires
from consortium.web.intake import not_offered
from consortium.web.programs import Blueprint, Facts, Made, refuse, unchanged

blueprint = Blueprint(
    "notices-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="The privacy notice, and who has acknowledged it"
)


@blueprint.get("/notices")
@blueprint.lists(lists.NOTICES)
@requires(Notices.READ)
def notices() -> Select[Any]:
    """The versions of the privacy notice, the newest first."""
    return queries.versions()


@blueprint.post("/notices")
@blueprint.takes(schemas.NoticeSchema, schemas.NoticeShape)
@requires(Notices.MANAGE)
def new_notice(facts: Facts) -> Made:
    """Write a new version, in force after all others."""
    return _notice(services.write_notice(**facts).id)


@blueprint.get("/notices/<uuid:notice_id>")
@blueprint.response(200, schemas.NoticeShape)
@requires(Notices.READ)
def notice(notice_id: UUID) -> Found:
    """A version, with its text."""
    return notice_file(notice_id)


@blueprint.get("/notices/<uuid:notice_id>/history")
@blueprint.response(200, HistoryShape)
@requires(Notices.READ)
def notice_history(notice_id: UUID) -> dict[str, Any]:
    """What was changed in a version before it came into force, when and by whom, the newest first."""
    return {"items": history.of_notice(notice_file(notice_id).Notice)}


@blueprint.put("/notices/<uuid:notice_id>")
@blueprint.takes(schemas.EditNoticeSchema, schemas.NoticeShape, about=notice_file, status=200)
@requires(Notices.MANAGE)
def edit_notice(file: Found, facts: Facts) -> Made:
    """Write a version anew that is not in force yet."""
    unchanged(file.Notice.revision, facts)
    return _notice(services.edit_notice(notice=file.Notice, **facts).id)


@blueprint.delete("/notices/<uuid:notice_id>")
@blueprint.removes(about=notice_file)
@requires(Notices.MANAGE)
def remove_notice(file: Found, facts: Facts) -> None:
    """Remove a version that is not in force yet."""
    unchanged(file.Notice.revision, facts)
    services.remove_notice(notice=file.Notice)


def _notice(notice_id: UUID) -> Made:
    return notice_file(notice_id), url_for("notices-api.notice", notice_id=notice_id)


@blueprint.get("/acknowledgements")
@blueprint.lists(lists.ACKNOWLEDGEMENTS)
@requires(Acknowledgements.READ)
def acknowledgements() -> Select[Any]:
    """The people that one may see, and how they stand with the version in force; none where there is none."""
    return lists.acknowledgements()


@blueprint.get("/cases/<uuid:case_id>/acknowledgements")
@blueprint.response(200, schemas.StandingShape)
@requires(Acknowledgements.READ)
def of_case(case_id: UUID) -> dict[str, Any]:
    """How a person stands with the version in force, and every version that they have acknowledged, the newest first."""
    file = case_file(case_id)
    found = queries.standing(file.Person.id)
    return {"case_id": file.Case.id, "state": found.state, "in_force": found.in_force, "items": found.acknowledged}


@blueprint.post("/cases/<uuid:case_id>/acknowledgements")
@blueprint.takes(schemas.AcknowledgementSchema, schemas.AcknowledgementShape, about=case_file)
@requires(Acknowledgements.RECORD)
def acknowledge(file: Found, facts: Facts) -> Made:
    """Record that a person has seen a version of the notice: once each."""
    found = queries.standing(file.Person.id)
    refuse(not_offered(facts, notice_id=named(found.versions)))
    made_id = services.acknowledge(standing=found, person_id=file.Person.id, by=g.visitor.membership_id, **facts).id
    made = next(row for row in queries.standing(file.Person.id).acknowledged if row.id == made_id)
    return made, url_for("notices-api.of_case", case_id=file.Case.id)


@blueprint.get("/cases/<uuid:case_id>/acknowledgements/history")
@blueprint.response(200, HistoryShape)
@requires(Acknowledgements.READ)
def acknowledgement_history(case_id: UUID) -> dict[str, Any]:
    """What was recorded of a person's acknowledgements and removed, when and by whom, the newest first."""
    return {"items": history.of_person(case_file(case_id).Person.id)}


@blueprint.delete("/acknowledgements/<uuid:acknowledgement_id>")
@blueprint.response(204)
@requires(Acknowledgements.RECORD)
def remove_acknowledgement(acknowledgement_id: UUID) -> None:
    """It was recorded by mistake."""
    services.remove_acknowledgement(acknowledgement=acknowledgement_file(acknowledgement_id).Acknowledgement)
