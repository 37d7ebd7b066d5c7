"""The staff for programs."""

from typing import Any

from sqlalchemy import Select

from consortium.identity.policy import Staff
from consortium.staff import queries
from consortium.staff.listings import STAFF
from consortium.web.guard import requires
from consortium.web.programs import Blueprint

blueprint = Blueprint("staff-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="Who works for the consortium")


@blueprint.get("/staff")
@blueprint.lists(STAFF)
@requires(Staff.READ)
def staff() -> Select[Any]:
    """Who works for the consortium, worked or will: role, desks and state on a day."""
    return queries.everybody()
