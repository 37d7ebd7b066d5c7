"""The desks for programs: the staff's, and the region's auditor's."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import Select

from consortium.desks import listings, oversight, queries, timetable
from consortium.desks.doorway import existing
from consortium.desks.policy import Desks, Oversight
from consortium.desks.schemas import DeskShape, OnDayQuery
from consortium.web.guard import requires
from consortium.web.programs import Blueprint

blueprint = Blueprint("desks-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="Desks, their hours and staff")
regions = Blueprint("regions-api", __name__, url_prefix="/api/v1/regions/<slug:region>", description="The consortia of a region")


@blueprint.get("/desks")
@blueprint.lists(listings.DESKS)
@requires(Desks.READ)
def desks() -> Select[Any]:
    """The desks open on a day."""
    return listings.desks()


@blueprint.get("/desks/<uuid:desk_id>")
@blueprint.arguments(OnDayQuery, location="query")
@blueprint.response(200, DeskShape)
@requires(Desks.READ)
def desk(asked: dict[str, date], desk_id: UUID) -> dict[str, Any]:
    """A desk, with its hours and staff."""
    found, hours = existing(queries.desk(desk_id)), queries.hours(desk_id)
    weekly = timetable.week(hours, asked["as_of"]).total
    return {"desk": found, "place": queries.place(found), "hours": hours, "weekly_hours": weekly, "staff": queries.staff(desk_id), **asked}


@regions.get("/consortia")
@regions.lists(listings.CONSORTIA)
@requires(Oversight.READ)
def consortia() -> Select[Any]:
    """The consortia of the region, with members, desks and hours a week on a day."""
    return oversight.consortia(g.visitor.region.id)
