"""Code tables for programs."""

from typing import Any

from flask import url_for
from sqlalchemy import Select

from consortium.codes import listings, queries, schemas, services
from consortium.codes.models import Scheme
from consortium.codes.policy import Codes
from consortium.web.guard import requires
from consortium.web.programs import Blueprint, Facts, Made

OF_SCHEME = "/<any({}):scheme>".format(",".join(f"'{scheme}'" for scheme in Scheme))
blueprint = Blueprint("codes-api", __name__, url_prefix="/api/v1/<slug:tenant>/codes", description="Code tables, in Italian and English")


@blueprint.get(OF_SCHEME)
@blueprint.lists(listings.CODES)
@requires(Codes.READ)
def codes(scheme: str) -> Select[Any]:
    """The codes of a table, hidden ones too."""
    return listings.codes(scheme)


@blueprint.get(f"{OF_SCHEME}/suggestions")
@blueprint.arguments(schemas.SuggestionsQuery, location="query")
@blueprint.response(200, schemas.SuggestionsShape)
@requires(Codes.READ)
def suggestions(asked: dict[str, str], scheme: str) -> dict[str, Any]:
    """Codes that are offered, by the beginnings of the words of their names."""
    return {"items": queries.search(scheme, asked["q"])}


@blueprint.put(OF_SCHEME)
@blueprint.takes(schemas.PutCodeSchema, schemas.CodeShape, about=lambda scheme: scheme, status=200)
@requires(Codes.MANAGE)
def put(scheme: str, facts: Facts) -> Made:
    """Add a code, give it other names, hide it or show it again."""
    made = services.change_code(scheme=scheme, **facts)
    return queries.one(scheme, made.code), url_for("codes-api.codes", scheme=scheme)
