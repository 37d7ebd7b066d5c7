"""The staff for programs: the list, somebody with their desks and history; inviting, changing, ending."""

from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import Schema
from sqlalchemy import Select

from consortium.identity.models import Membership
from consortium.identity.policy import Staff
from consortium.staff import queries, schemas, services
from consortium.staff.door import member, pages
from consortium.staff.history import told
from consortium.staff.leaving import in_hand
from consortium.staff.listings import STAFF
from consortium.trail.schemas import HistoryShape
from consortium.web.guard import requires
from consortium.web.listing.formats import today
from consortium.web.programs import Blueprint, Facts, Made, unchanged

blueprint = Blueprint("staff-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="Who works for the consortium")


def _of(membership_id: UUID) -> Membership:
    return member(membership_id)[0]


@blueprint.get("/staff")
@blueprint.lists(STAFF)
@requires(Staff.READ)
def staff() -> Select[Any]:
    """Who works for the consortium, worked or will: role, desks and state on a day."""
    return queries.everybody()


@blueprint.get("/staff/<uuid:membership_id>")
@blueprint.response(200, schemas.MemberOfStaffShape)
@requires(Staff.READ)
def person(membership_id: UUID) -> dict[str, Any]:
    """Somebody of the staff as they stand today, with the desks that they serve and what they left behind."""
    return _whole(membership_id)


@blueprint.get("/staff/<uuid:membership_id>/history")
@blueprint.response(200, HistoryShape)
@requires(Staff.READ)
def history(membership_id: UUID) -> dict[str, Any]:
    """What was changed in somebody's work here, when and by whom, the newest first."""
    return {"items": told(membership_id, member(membership_id)[0].name)}


@blueprint.post("/staff")
@blueprint.takes(schemas.InviteSchema, schemas.MemberOfStaffShape)
@requires(Staff.MANAGE)
def invite(facts: Facts) -> Made:
    """Add somebody to the staff, and write to them."""
    return _made(services.invite(**facts, pages=pages()).id)


@blueprint.put("/staff/<uuid:membership_id>")
@blueprint.takes(schemas.ChangeSchema, schemas.MemberOfStaffShape, about=_of, status=200)
@requires(Staff.MANAGE)
def change(membership: Membership, facts: Facts) -> Made:
    """Change what somebody does here: role, desks from today on, first and last day. What is left out is empty from now on."""
    revision = membership.revision
    unchanged(revision, facts)
    services.change(membership_id=membership.id, revision=revision, today=today(), **facts)
    return _made(membership.id)


@blueprint.post("/staff/<uuid:membership_id>/end")
@blueprint.takes(Schema, schemas.MemberOfStaffShape, about=_of, status=200)
@requires(Staff.MANAGE)
def end(membership: Membership, facts: Facts) -> Made:
    """End somebody's work at once: no access, no desk any more; their cases wait for somebody else (`left`)."""
    services.end(membership_id=membership.id, today=today())
    return _made(membership.id)


@blueprint.post("/staff/<uuid:membership_id>/invitation")
@blueprint.takes(Schema, schemas.MemberOfStaffShape, about=_of, status=200)
@requires(Staff.MANAGE)
def invite_again(membership: Membership, facts: Facts) -> Made:
    """Write to somebody again: links sent before stop working."""
    services.invite_again(membership_id=membership.id, pages=pages())
    return _made(membership.id)


def _whole(membership_id: UUID) -> dict[str, Any]:
    membership, seen = member(membership_id)
    stands = {"stage": queries.stage(membership, today()), "seen": seen}
    held, left = in_hand(membership_id)
    return {"membership": membership, **stands, "desks": queries.desks_of(membership_id), "held": held, "left": left}


def _made(membership_id: UUID) -> Made:
    return _whole(membership_id), url_for("staff-api.person", membership_id=membership_id)
