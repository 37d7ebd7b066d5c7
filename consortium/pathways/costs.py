"""The pages of unit costs: what an hour of a service is worth, from when, by which act."""

from typing import Any
from uuid import UUID

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.pathways import pricing, queries, schemas, standing
from consortium.pathways.door import blueprint
from consortium.pathways.forms import show_again
from consortium.pathways.measures import measure_of, page_of
from consortium.pathways.models import UnitCost
from consortium.pathways.policy import Measures
from consortium.web import conflicts
from consortium.web.fields import written
from consortium.web.guard import requires
from consortium.web.intake import Form, not_offered

FACTS = ("amount", "valid_from", "valid_to", "act")


@blueprint.route("/measures/<uuid:measure_id>/costs/new", methods=["GET", "POST"])
@requires(Measures.MANAGE)
def new_cost(measure_id: UUID) -> ResponseReturnValue:
    found, back = measure_of(measure_id), page_of(measure_id)
    services = {service.id: service for service in standing.services_of(measure_id)}
    offered = [(service.id, service.name) for service in services.values()]
    form = Form(schemas.NewCostSchema(), {"service_id": offered[0][0] if len(offered) == 1 else None, "valid_from": found.valid_from})
    if form.accepted():
        form.refuse(not_offered(form.data, service_id=offered))
    if form.data and not form.errors:
        if answer := form.repeated():
            return answer
        with form.refusing():
            pricing.add_cost(service=services[form.data.pop("service_id")], **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    show_again(form)
    return form.page("pathways/cost_form.html", title=_("New unit cost"), measure=measure_of(measure_id).name, services=offered, back=back)


@blueprint.route("/unit-costs/<uuid:unit_cost_id>/edit", methods=["GET", "POST"])
@requires(Measures.MANAGE)
def edit_cost(unit_cost_id: UUID) -> ResponseReturnValue:
    found = cost_file(unit_cost_id)
    back = page_of(found.MeasureService.measure_id)
    values = {name: written(value) for name, value in _values(found.UnitCost).items()}
    form = Form(schemas.EditCostSchema(), {**values, "revision": found.UnitCost.revision})
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            knowing = {name: form.data.pop(name) for name in schemas.KnowingSchema().fields}
            conflicts.avoid(form, found.UnitCost, back=back, current=lambda: _values(found.UnitCost))
            form.data.pop("revision")
            pricing.change_cost(cost=found.UnitCost, **form.data, **knowing)
            flash(_("Saved."), "success")
            return form.done(back)
    show_again(form)
    found = cost_file(unit_cost_id)
    title = _("Unit cost of “%(service)s”", service=found.MeasureService.name)
    remove = url_for("pathways.remove_cost", unit_cost_id=unit_cost_id)
    return form.page("pathways/cost_form.html", title=title, measure=found.measure, services=None, back=back, remove=remove)


def _values(cost: UnitCost) -> dict[str, Any]:
    """A cost as its form has it."""
    return {name: getattr(cost, name) for name in FACTS}


def cost_file(unit_cost_id: UUID) -> Any:
    return queries.unit_cost(unit_cost_id) or abort(404)


@blueprint.route("/unit-costs/<uuid:unit_cost_id>/remove", methods=["GET", "POST"])
@requires(Measures.MANAGE)
def remove_cost(unit_cost_id: UUID) -> ResponseReturnValue:
    found = cost_file(unit_cost_id)
    back = page_of(found.MeasureService.measure_id)
    form = Form(schemas.CostRemovalSchema(), {"revision": found.UnitCost.revision})
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.as_shown(form, found.UnitCost)
            pricing.remove_cost(cost=found.UnitCost, **form.data)
            flash(_("The unit cost was removed."), "success")
            return form.done(back)
    show_again(form)
    return form.page("pathways/cost_remove.html", found=cost_file(unit_cost_id), back=back)
