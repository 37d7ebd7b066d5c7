"""The room's door: its blueprint, and the pathway of an address."""

from uuid import UUID

from flask import Blueprint, abort, g

from consortium.pathways import queries
from consortium.pathways.queries import Found

blueprint = Blueprint("pathways", __name__, url_prefix="/<slug:tenant>", template_folder="templates")
# A blueprint of its own, so that the navigation tells a case manager's day from the pages of pathways.
day = Blueprint("today", __name__)


def pathway_file(pathway_id: UUID) -> Found:
    """The pathway, if the visitor may see it; else 404."""
    return queries.pathway_file(pathway_id, g.visitor) or abort(404)
