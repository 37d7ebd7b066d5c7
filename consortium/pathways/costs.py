"""The pages of unit costs: what an hour of a service is worth, from when, by which act."""

from typing import Any
from uuid import UUID

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.pathways import funding, queries, schemas, standing
from consortium.pathways.door import blueprint
from consortium.pathways.measures import measure_of, page_of
from consortium.pathways.policy import Measures
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form, not_offered

FACTS = ("amount", "valid_from", "valid_to", "act", "revision")


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
            funding.add_cost(service=services[form.data.pop("service_id")], **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    return form.page("pathways/cost_form.html", title=_("New unit cost"), measure=measure_of(measure_id).name, services=offered, back=back)


@blueprint.route("/unit-costs/<uuid:unit_cost_id>/edit", methods=["GET", "POST"])
@requires(Measures.MANAGE)
def edit_cost(unit_cost_id: UUID) -> ResponseReturnValue:
    found = cost_file(unit_cost_id)
    back = page_of(found.MeasureService.measure_id)
    form = Form(schemas.EditCostSchema(), {name: schemas.written(getattr(found.UnitCost, name)) for name in FACTS})
    if form.accepted():
        if answer := form.repeated() or conflicts.found(form, found.UnitCost, back=back):
            return answer
        with form.refusing():
            form.data.pop("revision")
            funding.change_cost(cost=found.UnitCost, **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    found = cost_file(unit_cost_id)
    title = _("Unit cost of “%(service)s”", service=found.MeasureService.name)
    remove = url_for("pathways.remove_cost", unit_cost_id=unit_cost_id)
    return form.page("pathways/cost_form.html", title=title, measure=found.measure, services=None, back=back, remove=remove)


def cost_file(unit_cost_id: UUID) -> Any:
    return queries.unit_cost(unit_cost_id) or abort(404)


@blueprint.route("/unit-costs/<uuid:unit_cost_id>/remove", methods=["GET", "POST"])
@requires(Measures.MANAGE)
def remove_cost(unit_cost_id: UUID) -> ResponseReturnValue:
    found = cost_file(unit_cost_id)
    back = page_of(found.MeasureService.measure_id)
    form = Form(schemas.NothingSchema())
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            funding.remove_cost(cost=found.UnitCost)
            flash(_("The unit cost was removed."), "success")
            return form.done(back)
    return form.page("pathways/cost_remove.html", found=cost_file(unit_cost_id), back=back)
