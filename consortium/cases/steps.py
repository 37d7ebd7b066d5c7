"""The steps of an assignment: a page of each, the button that takes the last one back, and the end of what was recorded by mistake."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from marshmallow import Schema

from consortium.cases import intakes, queries, schemas, services, words
from consortium.cases.door import blueprint
from consortium.cases.models import Assignment
from consortium.cases.pages import case_file
from consortium.cases.policy import Cases
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form, told, way_back
from consortium.web.listing.formats import day, today


@dataclass(frozen=True)
class StepPage:
    """The words of a step's page, and the service that it calls."""

    title: LazyString
    text: LazyString
    verb: Any
    schema: type[Schema] = schemas.OnDaySchema


def _take_in_charge(**facts: Any) -> Assignment:
    return intakes.take_in_charge(visitor=g.visitor, **facts)


STEPS = {
    "contact": StepPage(_l("Record the contact"), _l("The person was reached, by phone or otherwise."), services.contact),
    "take-in-charge": StepPage(
        _l("Take in charge"), _l("The person is followed from this day on."), _take_in_charge, schemas.TakeInChargeSchema
    ),
    "return": StepPage(
        _l("Return the person"),
        _l("The person goes back to who sent them. The case stays with its case manager, for when they come back."),
        services.return_assignment,
        schemas.ReturnSchema,
    ),
}


def found(assignment_id: UUID) -> Assignment:
    """The assignment, if the visitor may see its case; else 404."""
    return queries.assignment(assignment_id, g.visitor) or abort(404)


@blueprint.route("/assignments/<uuid:assignment_id>/<any('contact','take-in-charge','return'):verb>", methods=["GET", "POST"])
@requires(Cases.WRITE)
def step(assignment_id: UUID, verb: str) -> ResponseReturnValue:
    assignment = found(assignment_id)
    page, back, file = STEPS[verb], way_back(url_for("cases.overview", case_id=assignment.case_id)), case_file(assignment.case_id)
    if request.method != "POST":
        try:
            services.must_go_on(assignment)
        except services.AlreadyEnded as ended:
            flash(f"{file.Person.surname} {file.Person.first_name}: {told(ended)}", "warning")
            return redirect(back)
    form = Form(page.schema(), {"on_date": today(), "follow": True})
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            page.verb(assignment=assignment, **form.data)
            _tell(file, assignment, back, form.data["on_date"] if verb == "contact" else None)
            return form.done(back)
    follow = "follow" in form.schema.fields and intakes.offered(file.Case, g.visitor)
    return form.page("cases/step.html", file=file, page=page, back=back, words=words, follow=follow)


def _tell(file: queries.Found, assignment: Assignment, back: str, contacted_on: date | None) -> None:
    """The step, with the button that takes it back; or, where the person was not `contacted_on` that day, that they were before."""
    name, kept = f"{file.Person.surname} {file.Person.first_name}", assignment.contacted_on
    if contacted_on and kept and kept != contacted_on:
        flash(_("%(name)s was contacted already, on %(day)s.", name=name, day=day(kept)), "info")
    else:
        flash(Markup(render_template("cases/step_done.html", name=name, assignment=assignment, back=back, words=words)), "success")


@blueprint.post("/assignments/<uuid:assignment_id>/undo")
@requires(Cases.WRITE)
def undo_step(assignment_id: UUID) -> ResponseReturnValue:
    """The last step is taken back, if it is still the one that was shown. Twice is told, and does no harm, so nothing is claimed."""
    assignment = found(assignment_id)
    form, back = Form(schemas.UndoStepSchema()), way_back(url_for("cases.of_case", case_id=assignment.case_id))
    if form.accepted():
        with form.refusing():
            intakes.undo_step(assignment=assignment, **form.data)
            flash(_("The step was taken back: %(state)s.", state=words.STATES[assignment.state]), "success")
    for message in (message for messages in form.errors.values() for message in messages):
        flash(message, "warning")
    return redirect(back, 303)


@blueprint.get("/assignments/<uuid:assignment_id>/remove")
@requires(Cases.WRITE)
def confirm_removal(assignment_id: UUID) -> str:
    assignment = found(assignment_id)
    addresses = {
        "action": url_for("cases.remove_assignment", assignment_id=assignment_id, revision=assignment.revision),
        "cancel_url": url_for("cases.of_case", case_id=assignment.case_id),
    }
    return render_template("web/confirm.html", confirm={**words.removal(assignment), **addresses})


@blueprint.post("/assignments/<uuid:assignment_id>/remove")
@requires(Cases.WRITE)
def remove_assignment(assignment_id: UUID) -> ResponseReturnValue:
    assignment = found(assignment_id)
    case_id = assignment.case_id
    if conflicts.changed_since_shown(assignment):
        return redirect(url_for("cases.of_case", case_id=case_id), 303)
    services.remove_assignment(assignment=assignment)
    flash(_("Assignment removed."), "success")
    return redirect(url_for("cases.of_case", case_id=case_id), 303)
