"""The room's door: its blueprint, and the pathway, the session, the month of an address."""

from datetime import date
from uuid import UUID

from flask import Blueprint, abort, g

from consortium.desks import queries as desks
from consortium.desks.models import Desk
from consortium.pathways import queries
from consortium.pathways.queries import Found
from consortium.web.listing.formats import today
from consortium.web.programs import Blueprint as Programs

blueprint = Blueprint("pathways", __name__, url_prefix="/<slug:tenant>", template_folder="templates")
programs = Programs("pathways-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="Measures, pathways, sessions, months")
# A blueprint of its own, so that the navigation tells a case manager's day from the pages of pathways.
day = Blueprint("today", __name__)


def pathway_file(pathway_id: UUID) -> Found:
    """The pathway, if the visitor may see it; else 404."""
    return queries.pathway_file(pathway_id, g.visitor) or abort(404)


def session_file(session_id: UUID) -> Found:
    """The session, if the visitor may see its pathway; else 404."""
    return queries.session_file(session_id, g.visitor) or abort(404)


def desk_of(desk_id: UUID) -> Desk:
    return desks.desk(desk_id) or abort(404)


def month_of(desk_id: UUID, month: str) -> tuple[Desk, date]:
    """The desk and the first day of the month (2023-05) of an address, which has begun and has one before it; else 404."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        abort(404)
    return desk_of(desk_id), first if date(1900, 1, 1) <= first <= today() else abort(404)
