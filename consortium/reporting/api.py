"""Figures for programs."""

from flask import g

from consortium.cases.policy import Cases
from consortium.reporting import queries, schemas
from consortium.reporting.policy import Figures
from consortium.reporting.schemas import FiguresSchema, WindowSchema, masked
from consortium.web.guard import requires
from consortium.web.programs import Blueprint

blueprint = Blueprint("reporting-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="Figures of a window as of a date")


@blueprint.get("/figures")
@blueprint.arguments(WindowSchema, location="query")
@blueprint.response(200, FiguresSchema)
@requires(Figures.READ)
def figures(window: schemas.Window) -> schemas.Figures:
    """How many were assigned, taken in charge, activated, concluded, are under way: the consortium's and each desk's."""
    found = queries.figures(window)
    return found if g.visitor.may(Cases.READ) else masked(found)
