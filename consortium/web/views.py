"""Pages of nobody's room: is it alive, is it ready, what the law wants linked in every footer, and where drafts of forms go."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.utils import redirect

from consortium.web import drafts
from consortium.web.guard import public, requires
from consortium.web.listing.formats import at_desk
from consortium.web.policy import Drafts
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


@blueprint.post("/<slug:tenant>/drafts")
@requires(Drafts.KEEP)
def keep_draft() -> ResponseReturnValue:
    """For the page's script: save what is being typed, and say when that was."""
    if (request.content_length or 0) > drafts.LONGEST:
        abort(413)
    sent = drafts.as_sent(request.get_json(silent=True)) or abort(400)
    form = drafts.address_of(sent[0]) or abort(404)
    saved_at = drafts.keep(form, sent[1])
    return {"words": _("Draft saved at %(hour)s", hour=f"{at_desk(saved_at):%H:%M}") if saved_at else ""}


@blueprint.post("/<slug:tenant>/drafts/discarded")
@requires(Drafts.KEEP)
def discard_draft() -> ResponseReturnValue:
    """Forget a draft of a form, and what became of it since, and open the form as it is without."""
    form = drafts.address_of(request.form.get("form", "")) or abort(404)
    drafts.forget(form, map(drafts.as_id, request.form.getlist(drafts.RESUME)))
    return redirect(form, 303)
