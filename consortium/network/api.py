"""The network for programs: members, partners, agreements."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select

from consortium.network import listings, queries
from consortium.network.doorway import existing
from consortium.network.policy import Network
from consortium.network.schemas import MemberShape
from consortium.web.guard import requires
from consortium.web.programs import Blueprint

blueprint = Blueprint("network-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="Members, partners, agreements")


@blueprint.get("/members")
@blueprint.lists(listings.MEMBERS)
@requires(Network.READ)
def members() -> Select[Any]:
    """The members on a day."""
    return listings.members()


@blueprint.get("/members/<uuid:member_id>")
@blueprint.response(200, MemberShape)
@requires(Network.READ)
def member(member_id: UUID) -> dict[str, Any]:
    """A member, and the agreements that it is a party of."""
    found = existing(queries.member(member_id))
    return {"member": found, "seat": queries.seat(found.istat), "agreements": queries.agreements_of(found.name)}


@blueprint.get("/partners")
@blueprint.lists(listings.PARTNERS)
@requires(Network.READ)
def partners() -> Select[Any]:
    """The partners by a day, each with its status."""
    return queries.partners()


@blueprint.get("/agreements")
@blueprint.lists(listings.AGREEMENTS)
@requires(Network.READ)
def agreements() -> Select[Any]:
    """The agreements, with their validity on a day."""
    return queries.agreements()
