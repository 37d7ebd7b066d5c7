"""Pages of nobody's room: is it alive, is it ready, and what the law wants linked in every footer."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from consortium.web.guard import public
from tenants.database import db
from tenants.models import Region

blueprint = Blueprint("web", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The database answers too, through a door, with its reference data."""
    if db.session.scalar(select(Region.id).limit(1)) is None:
        return {"status": "empty"}, 503
    return {"status": "ready"}


@blueprint.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("web/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return render_template("web/privacy.html")
