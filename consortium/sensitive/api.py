"""Sensitive data for programs: given for a reason, which stays; to others there is nothing at these addresses."""

from typing import Any
from uuid import UUID

from flask import g, url_for

from consortium.cases import pages
from consortium.cases.queries import Found
from consortium.sensitive import queries, schemas, services
from consortium.sensitive.models import SensitiveRecord
from consortium.sensitive.policy import Sensitive
from consortium.web.guard import requires
from consortium.web.programs import Blueprint, Facts, Made

blueprint = Blueprint("sensitive-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="Disability, health, protected lists")


@blueprint.post("/cases/<uuid:case_id>/sensitive")
@blueprint.takes(schemas.ReasonSchema, schemas.RecordShape, about=pages.case_file, status=200)
@requires(Sensitive.READ)
def read(file: Found, facts: Facts) -> Made:
    """A person's sensitive data, opened for a reason: the reading is recorded."""
    services.open_for(person_id=file.Person.id, membership_id=g.visitor.membership_id, reason=facts["reason"])
    return _whole(file, queries.record_of(file.Person.id)), _address(file.Case.id)


@blueprint.post("/cases/<uuid:case_id>/sensitive/record")
@blueprint.takes(schemas.RecordSchema, schemas.RecordShape, about=pages.case_file, status=200)
@requires(Sensitive.WRITE)
def record(file: Found, facts: Facts) -> Made:
    """What is true of a person now, after it was read."""
    if not queries.opened(file.Person.id, g.visitor.membership_id):
        raise services.NotOpened
    return _whole(file, services.record(person_id=file.Person.id, **facts)), _address(file.Case.id)


def _whole(file: Found, kept: SensitiveRecord | None) -> dict[str, Any]:
    facts = {name: getattr(kept, name) for name in schemas.FACTS} if kept else {"disability": False}
    told = {"case_id": file.Case.id, "revision": kept.revision if kept else 0, "readings": queries.readings_of(file.Person.id)}
    return {**facts, **told}


def _address(case_id: UUID) -> str:
    return url_for("sensitive-api.read", case_id=case_id)
