"""The pages of measures: which are funded, until when, and which desks work them."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.cases import queries as cases
from consortium.cases import words as case_words
from consortium.pathways import history, lists, queries, schemas, services
from consortium.pathways.door import blueprint
from consortium.pathways.models import Measure
from consortium.pathways.policy import Measures
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing.door import respond
from tenants.database import db

FACTS = ("code", "name", "valid_from", "valid_to", "gol_paths", "act")


@blueprint.get("/measures", endpoint="measures")
@requires(Measures.READ)
def index() -> ResponseReturnValue:
    return respond(lists.MEASURES, db.session(), lists.every_measure(), template="pathways/measures.html", **_context())


@blueprint.get("/measures/<uuid:measure_id>")
@requires(Measures.READ)
def measure(measure_id: UUID) -> str:
    found = _measure(measure_id)
    context = {"desks": queries.desks_of(measure_id), "entries": history.of_measure(found), "case_words": case_words}
    return render_template("pathways/measure.html", measure=found, may_manage=g.visitor.may(Measures.MANAGE), **context)


def _context() -> dict[str, Any]:
    return {"who": g.visitor.account.name, "may_manage": g.visitor.may(Measures.MANAGE)}


def _measure(measure_id: UUID) -> Measure:
    return queries.measure(measure_id) or abort(404)


@blueprint.route("/measures/new", methods=["GET", "POST"])
@requires(Measures.MANAGE)
def new_measure() -> ResponseReturnValue:
    form = Form(schemas.MeasureSchema())
    if form.accepted() and _desks_are_ours(form):
        if answer := form.repeated():
            return answer
        with form.refusing():
            made = services.set_up_measure(**form.data)
            return form.done(url_for("pathways.measure", measure_id=made.id))
    return _page(form, None)


@blueprint.route("/measures/<uuid:measure_id>/edit", methods=["GET", "POST"])
@requires(Measures.MANAGE)
def edit_measure(measure_id: UUID) -> ResponseReturnValue:
    found, back = _measure(measure_id), url_for("pathways.measure", measure_id=measure_id)
    form = Form(schemas.EditMeasureSchema(), {**_values(found), "revision": found.revision})
    if form.accepted() and _desks_are_ours(form):
        if answer := form.repeated() or conflicts.found(form, found, back=back, current=lambda: _values(found)):
            return answer
        with form.refusing():
            form.data.pop("revision")
            services.change_measure(measure=found, **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    return _page(form, measure_id)


def _values(found: Measure) -> dict[str, Any]:
    """A measure as its form has it."""
    desks = [str(desk_id) for desk_id, _name in queries.desks_of(found.id)]
    return {**{name: getattr(found, name) for name in FACTS}, "services": "\n".join(found.services), "desks": desks}


def _desks_are_ours(form: Form) -> bool:
    if not {each for each, _name in cases.open_desks()}.issuperset(form.data["desks"]):
        form.refuse({"desks": [_("Choose one of the answers.")]})
    return not form.errors


def _page(form: Form, measure_id: UUID | None) -> ResponseReturnValue:
    back = url_for("pathways.measure", measure_id=measure_id) if measure_id else url_for("pathways.measures")
    title = _("Change the measure") if measure_id else _("New measure")
    return form.page("pathways/measure_form.html", title=title, back=back, desks=cases.open_desks(), case_words=case_words)
