"""The room's door: its blueprint, and the version and the acknowledgement of an address."""

from uuid import UUID

from flask import Blueprint, abort, g

from consortium.cases.queries import Found
from consortium.notices import queries

blueprint = Blueprint("notices", __name__, url_prefix="/<slug:tenant>", template_folder="templates")


def notice_file(notice_id: UUID) -> Found:
    """The version, with how it stands; else 404."""
    return queries.notice(notice_id) or abort(404)


def acknowledgement_file(acknowledgement_id: UUID) -> Found:
    """That a person has seen a version, if the visitor may see their case; else 404."""
    return queries.acknowledgement(acknowledgement_id, g.visitor) or abort(404)
