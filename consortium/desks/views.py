"""The desks' doors: staff, the public, and the region's auditor; and what they show on the page of a member."""

from uuid import UUID

from flask import Flask, render_template
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from consortium.desks import api, desk_pages, public_pages, queries, region_pages, staff_pages
from consortium.desks.doorway import blueprint, regions
from consortium.desks.policy import Desks, Oversight
from consortium.network import panels
from consortium.web import landing, layout
from consortium.web.listing import formats
from consortium.web.policy import Role

__all__ = ["blueprint", "desk_pages", "furnish", "public_pages", "region_pages", "staff_pages"]


def furnish(app: Flask) -> None:
    app.register_blueprint(regions)
    app.extensions["api"].register_blueprint(api.regions)
    layout.navigation(app).add(_l("Desks"), "desks.index", permission=Desks.READ, order=50)
    layout.navigation(app).add(_l("Consortia"), "regions.consortia", permission=Oversight.READ, order=10)
    panels.add(app, _of_member)
    with app.app_context():
        landing.at(Role.AUDITOR, "regions.consortia")


def _of_member(member_id: UUID, istat: str) -> Markup:
    """The desks that a member hosts: it may have none, and its residents are served at others'."""
    found = queries.standing_in(member_id, istat, formats.today())
    return Markup(render_template("desks/of_member.html", desks=found))
