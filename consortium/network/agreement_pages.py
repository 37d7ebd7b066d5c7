"""The pages of agreements, with their parties and the addenda that extend them."""

from typing import Any
from uuid import UUID

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.network import labels, listings, queries, services
from consortium.network.doorway import blueprint, columns_of, existing, facts, tabs, who
from consortium.network.models import Agreement
from consortium.network.policy import Network
from consortium.network.schemas import AddendumForm, AgreementForm, read_parties, write_parties
from consortium.trail.queries import history
from consortium.web import conflicts
from consortium.web.fields import written
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing import formats
from consortium.web.listing.door import respond
from tenants.database import db

PARTS = {"agreement_parties": "agreement_id", "agreement_addenda": "agreement_id"}


@blueprint.get("/agreements")
@requires(Network.READ)
def agreements() -> ResponseReturnValue:
    return respond(
        listings.AGREEMENTS, db.session(), queries.agreements(), template="network/agreements.html", who=who(), tabs=tabs("agreements")
    )


@blueprint.get("/agreements/<uuid:agreement_id>")
@requires(Network.READ)
def agreement(agreement_id: UUID) -> ResponseReturnValue:
    found = existing(queries.agreement(agreement_id))
    validity = queries.validity(agreement_id, formats.today())
    return render_template(
        "network/agreement.html",
        agreement=found,
        kinds=labels.AGREEMENT_KINDS,
        until=validity.until,
        state=(labels.VALIDITIES[validity.state], labels.VALIDITY_TONES.get(validity.state)),
        parties=queries.parties(agreement_id),
        addenda=queries.addenda(agreement_id),
        entries=history("agreements", agreement_id, parts=PARTS),
    )


@blueprint.route("/agreements/new", methods=["GET", "POST"])
@requires(Network.MANAGE)
def new_agreement() -> ResponseReturnValue:
    form = Form(AgreementForm())
    if form.accepted():
        if again := form.repeated():
            return again
        with form.refusing():
            made = services.record_agreement(**_with_parties(form), addenda=[])
            flash(_("The agreement is recorded."), "success")
            return form.done(url_for("network.agreement", agreement_id=made.id))
    return _form_page(form)


@blueprint.route("/agreements/<uuid:agreement_id>/edit", methods=["GET", "POST"])
@requires(Network.MANAGE)
def edit_agreement(agreement_id: UUID) -> ResponseReturnValue:
    found = existing(queries.agreement(agreement_id))
    page = url_for("network.agreement", agreement_id=agreement_id)
    form = Form(AgreementForm(), {name: written(value) for name, value in _current(found).items()})
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, found, back=page, current=lambda: _current(found), words={"parties": _("Parties")}, parts=PARTS)
            services.change_agreement(found, **_with_parties(form))
            flash(_("Saved."), "success")
            return form.done(page)
    return _form_page(form, agreement_id)


@blueprint.route("/agreements/<uuid:agreement_id>/addenda/new", methods=["GET", "POST"])
@requires(Network.MANAGE)
def new_addendum(agreement_id: UUID) -> ResponseReturnValue:
    found = existing(queries.agreement(agreement_id))
    form = Form(AddendumForm())
    if form.accepted():
        if again := form.repeated():
            return again
        with form.refusing():
            made = services.extend_agreement(agreement_id=agreement_id, **form.data)
            flash(_("The agreement is valid until %(day)s.", day=formats.day(made.valid_until)), "success")
            return form.done(url_for("network.agreement", agreement_id=agreement_id))
    return form.page("network/addendum_form.html", agreement=found)


def _current(agreement: Agreement) -> dict[str, Any]:
    """The values of the form as the agreement is now."""
    parties = [(party.name, party.role) for party in queries.parties(agreement.id)]
    return columns_of(agreement, AgreementForm()) | {"parties": write_parties(parties)}


def _with_parties(form: Form) -> dict[str, Any]:
    return facts(form) | {"parties": read_parties(form.data["parties"] or "")}


def _form_page(form: Form, agreement_id: UUID | None = None) -> ResponseReturnValue:
    return form.page("network/agreement_form.html", agreement_id=agreement_id, kinds=labels.AGREEMENT_KINDS.items())
