"""The network's doors: where a consortium begins, and the pages of members, partners and agreements."""

from flask import Flask, current_app, g, redirect, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from consortium.network import agreement_pages, member_pages, partner_pages
from consortium.network.doorway import blueprint
from consortium.network.policy import Network
from consortium.web import layout
from consortium.web.guard import public

__all__ = ["agreement_pages", "blueprint", "furnish", "member_pages", "partner_pages"]


@blueprint.get("/")
@public
def home() -> Response:
    """Whoever works here goes to their work; the public, to the desks that serve it."""
    landings = current_app.extensions.get("landings", {})
    if g.visitor.role in landings and g.visitor.tenant.active:
        return redirect(url_for(landings[g.visitor.role]))
    return redirect(url_for("network.members" if g.visitor.roles else "desks.find"))


def furnish(app: Flask) -> None:
    layout.navigation(app).add(_l("Network"), "network.members", permission=Network.READ, order=60)
