"""The pages of measures: which are funded, until when, at which desks, by which services."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import abort, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.cases import queries as cases
from consortium.cases import words as case_words
from consortium.pathways import funding, history, lists, queries, schemas, standing
from consortium.pathways.door import blueprint
from consortium.pathways.models import Measure
from consortium.pathways.policy import Measures
from consortium.web import conflicts
from consortium.web.fields import written
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing.door import respond
from consortium.web.listing.formats import today
from tenants.database import db

FACTS = ("code", "name", "valid_from", "valid_to", "gol_paths", "contact_days", "intake_days", "act")
# Empty rows after those of the services that there are.
SPARE = 3
ROW = ("id", "name", "hours_budget", "withdrawn")
_NUMBERED = re.compile(rf"(?:{'|'.join(ROW)})_([1-9]\d{{0,2}})")


@blueprint.get("/measures", endpoint="measures")
@requires(Measures.READ)
def index() -> ResponseReturnValue:
    context = {"who": g.visitor.account.name, "may_manage": g.visitor.may(Measures.MANAGE)}
    return respond(lists.MEASURES, db.session(), lists.every_measure(), template="pathways/measures.html", **context)


@blueprint.get("/measures/<uuid:measure_id>")
@requires(Measures.READ)
def measure(measure_id: UUID) -> str:
    found, services, costs = measure_of(measure_id), standing.services_of(measure_id), queries.costs_of(measure_id)
    of_service = {service.id: [cost for cost in costs if cost.service_id == service.id] for service in services}
    entries = history.of_measure(found, services, costs, queries.measures())
    shown = {"services": services, "costs": of_service, "desks": queries.desks_of(measure_id), "entries": entries, "today": today()}
    return render_template(
        "pathways/measure.html", measure=found, may_manage=g.visitor.may(Measures.MANAGE), case_words=case_words, **shown
    )


def measure_of(measure_id: UUID) -> Measure:
    return queries.measure(measure_id) or abort(404)


def page_of(measure_id: UUID) -> str:
    return url_for("pathways.measure", measure_id=measure_id)


@blueprint.route("/measures/new", methods=["GET", "POST"])
@requires(Measures.MANAGE)
def new_measure() -> ResponseReturnValue:
    form = Form(schemas.MeasureSchema())
    if form.accepted() and _desks_are_ours(form):
        if answer := form.repeated():
            return answer
        with form.refusing():
            made = funding.set_up_measure(**form.data)
            flash(_("The measure is in the list. Now write its services."), "success")
            return form.done(url_for("pathways.edit_services", measure_id=made.id))
    return _form_page(form, None)


@blueprint.route("/measures/<uuid:measure_id>/edit", methods=["GET", "POST"])
@requires(Measures.MANAGE)
def edit_measure(measure_id: UUID) -> ResponseReturnValue:
    found, back = measure_of(measure_id), page_of(measure_id)
    form = Form(schemas.EditMeasureSchema(), {**_values(found), "revision": found.revision})
    if form.accepted() and _desks_are_ours(form):
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, found, back=back, current=lambda: _values(found), names=cases.names)
            form.data.pop("revision")
            funding.change_measure(measure=found, **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    return _form_page(form, measure_id)


def _values(found: Measure) -> dict[str, Any]:
    """A measure as its form has it."""
    desks = [str(desk_id) for desk_id, _name in queries.desks_of(found.id)]
    return {**{name: getattr(found, name) for name in FACTS}, "desks": desks}


def _desks_are_ours(form: Form) -> bool:
    if not {each for each, _name in cases.open_desks()}.issuperset(form.data["desks"]):
        form.refuse({"desks": [_("Choose one of the answers.")]})
    return not form.errors


def _form_page(form: Form, measure_id: UUID | None) -> ResponseReturnValue:
    back = page_of(measure_id) if measure_id else url_for("pathways.measures")
    title = _("Change the measure") if measure_id else _("New measure")
    return form.page("pathways/measure_form.html", title=title, back=back, desks=cases.open_desks(), case_words=case_words)


@blueprint.route("/measures/<uuid:measure_id>/services", methods=["GET", "POST"])
@requires(Measures.MANAGE)
def edit_services(measure_id: UUID) -> ResponseReturnValue:
    """A row a service and some empty ones; more of them by a button that sends what was typed and saves nothing."""
    found, back = measure_of(measure_id), page_of(measure_id)
    rows = _rows(placed := _placed(measure_id))
    values = {name: written(value) for name, value in _service_values(measure_id, placed).items()}
    form = Form(schemas.services_form(rows), {**values, "revision": found.revision})
    sent = form.accepted() and _named(form, rows)
    if "more" in request.form:
        form.errors.clear()
        form.status = 200
    elif sent:
        words = {name: label for number in range(1, rows + 1) for name, label in _labels(number)}
        parts = {"measure_services": "measure_id"}
        if answer := form.repeated():
            return answer
        with form.refusing():
            now = partial(_service_values, measure_id, placed)
            conflicts.avoid(form, found, back=back, current=now, words=words, parts=parts)
            funding.set_services(measure=found, services=_services(form, rows))
            flash(_("Saved."), "success")
            return form.done(back)
    used = funding.used_services(measure_id)
    return form.page("pathways/services_form.html", measure=measure_of(measure_id), rows=rows, used=used, back=back)


def _placed(measure_id: UUID) -> list[str]:
    """The ids of services by row ("": none): as the form was opened, then those that came since."""
    numbers = [int(match[1]) for name in request.form if (match := _NUMBERED.fullmatch(name))]
    sent = [request.form.get(f"id_{number}", "") for number in range(1, min(max(numbers, default=0), schemas.MOST_SERVICES) + 1)]
    there = [str(service.id) for service in standing.services_of(measure_id)]
    return [*sent, *(each for each in there if each not in sent)]


def _rows(placed: Sequence[str]) -> int:
    """As many rows as were sent, three more where they were asked for; at first those that there are and three."""
    spare = SPARE if request.method == "GET" or "more" in request.form else 0
    return min(len(placed) + spare, schemas.MOST_SERVICES)


def _service_values(measure_id: UUID, placed: Sequence[str]) -> dict[str, Any]:
    """A measure's services as their form has them, each in its row; the row of one that was removed is empty."""
    there = {str(service.id): service for service in standing.services_of(measure_id)}
    rows = enumerate(map(there.get, placed), 1)
    return {f"{name}_{number}": getattr(service, name, None) for number, service in rows for name in ROW}


def _services(form: Form, rows: int) -> list[dict[str, Any]]:
    """The rows that have a name; their errors are told by number, as the form's fields are."""
    told = [{name: form.data[f"{name}_{number}"] for name in ROW} for number in range(1, rows + 1)]
    return [{**row, "field": f"name_{number}"} for number, row in enumerate(told, 1) if row["name"]]


def _named(form: Form, rows: int) -> bool:
    """Hours without a service are told beside their row: dropped, they would be missed when it is too late."""
    nameless = [number for number in range(1, rows + 1) if form.data[f"hours_budget_{number}"] and not form.data[f"name_{number}"]]
    form.refuse({f"name_{number}": [_("Write the service that has these hours, or empty the row.")] for number in nameless})
    return not form.errors


def _labels(number: int) -> list[tuple[str, str]]:
    named = {"name": _("Service"), "hours_budget": _("Hours a person"), "withdrawn": _("Withdrawn"), "id": _("Service")}
    return [(f"{name}_{number}", f"{label} ({number})") for name, label in named.items()]
