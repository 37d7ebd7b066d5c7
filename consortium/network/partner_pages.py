"""The pages of partners: the subjects of the network for work, who are not members."""

from uuid import UUID

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.network import labels, listings, queries, services
from consortium.network.doorway import blueprint, columns_of, existing, facts, tabs, who
from consortium.network.policy import Network
from consortium.network.schemas import PartnerForm
from consortium.trail.queries import history
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing.door import respond
from tenants.database import db


@blueprint.get("/partners")
@requires(Network.READ)
def partners() -> ResponseReturnValue:
    return respond(listings.PARTNERS, db.session(), queries.partners(), template="network/partners.html", who=who(), tabs=tabs("partners"))


@blueprint.get("/partners/<uuid:partner_id>")
@requires(Network.READ)
def partner(partner_id: UUID) -> ResponseReturnValue:
    found = existing(queries.partner(partner_id))
    return render_template(
        "network/partner.html",
        partner=found,
        kinds=labels.PARTNER_KINDS,
        statuses=labels.PARTNER_STATUSES,
        tones=labels.PARTNER_TONES,
        agreements=queries.agreements_of(found.name),
        entries=history("partners", found.id),
    )


@blueprint.route("/partners/new", methods=["GET", "POST"])
@requires(Network.MANAGE)
def new_partner() -> ResponseReturnValue:
    form = Form(PartnerForm(), {"status": "consulted"})
    if form.accepted():
        if again := form.repeated():
            return again
        with form.refusing():
            made = services.add_partner(**facts(form))
            flash(_("%(name)s is in the network.", name=made.name), "success")
            return form.done(url_for("network.partner", partner_id=made.id))
    return _form_page(form)


@blueprint.route("/partners/<uuid:partner_id>/edit", methods=["GET", "POST"])
@requires(Network.MANAGE)
def edit_partner(partner_id: UUID) -> ResponseReturnValue:
    found = existing(queries.partner(partner_id))
    page = url_for("network.partner", partner_id=partner_id)
    form = Form(PartnerForm(), columns_of(found, PartnerForm()))
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, found, back=page)
            services.change_partner(found, **facts(form))
            flash(_("Saved."), "success")
            return form.done(page)
    return _form_page(form, partner_id, form.values["name"])


def _form_page(form: Form, partner_id: UUID | None = None, name: str = "") -> ResponseReturnValue:
    choices = {"kinds": labels.PARTNER_KINDS.items(), "statuses": labels.PARTNER_STATUSES.items()}
    return form.page("network/partner_form.html", partner_id=partner_id, name=name, **choices)
