"""The forms of a case: correcting a person's data, assignments and their steps, handing a case over."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, flash, g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from consortium.cases import handovers, queries, schemas, services, words
from consortium.cases.door import blueprint
from consortium.cases.models import Assignment, AssignmentSource
from consortium.cases.pages import case_file
from consortium.cases.policy import Cases
from consortium.web import conflicts
from consortium.web.drafts import drafted
from consortium.web.guard import requires
from consortium.web.intake import Form, not_offered, way_back
from consortium.web.listing.formats import today

PERSON = schemas.PERSON


def usual(desks: list[tuple[UUID, str]]) -> dict[str, Any]:
    """What most people are: sent today by the usual job centre, to the desk that one serves."""
    usual = {"assigned_on": today(), "citizenship": "Italia", "source": AssignmentSource.JOB_CENTRE, "take_in_charge": True}
    return {**usual, "desk_id": desks[0][0] if len(desks) == 1 else None, "job_centre": queries.usual_job_centre()}


def own_desk(form: Form, desks: list[tuple[UUID, str]]) -> bool:
    form.refuse(not_served(form.data, desks))
    return not form.errors


def not_served(data: dict[str, Any], desks: list[tuple[UUID, str]]) -> dict[str, list[str]]:
    """What to say of a desk that the visitor does not serve."""
    return {} if data["desk_id"] in dict(desks) else {"desk_id": [_("Choose one of the desks that you serve.")]}


@blueprint.route("/cases/<uuid:case_id>/personal-data/edit", methods=["GET", "POST"])
@requires(Cases.WRITE)
@drafted
def edit_person(case_id: UUID) -> ResponseReturnValue:
    file, back = case_file(case_id), url_for("cases.personal_data", case_id=case_id)
    person = file.Person
    initial = {name: getattr(person, name) for name in (*PERSON, "revision")}
    form = Form(schemas.EditPersonSchema(), initial)
    if form.accepted():
        if answer := form.repeated() or conflicts.found(form, person, back=back):
            return answer
        with form.refusing():
            form.data.pop("revision")
            services.edit_person(person=person, **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    return form.page("cases/edit_person.html", file=file, words=words, known=[])


@blueprint.route("/cases/<uuid:case_id>/hand-over", methods=["GET", "POST"])
@requires(Cases.WRITE)
def hand_over(case_id: UUID) -> ResponseReturnValue:
    file, back = case_file(case_id), url_for("cases.overview", case_id=case_id)
    case = file.Case
    desks, managers = queries.open_desks(), queries.case_managers()
    form = Form(schemas.HandOverSchema(), {name: getattr(case, name) for name in ("desk_id", "case_manager_id", "revision")})
    if form.accepted() and _among(form, desk_id=desks, case_manager_id=managers):
        now = {"desk_id": case.desk_id, "case_manager_id": case.case_manager_id, "note": None}
        if answer := form.repeated() or conflicts.found(form, case, back=back, current=lambda: now, words={"note": _("Handover note")}):
            return answer
        with form.refusing():
            form.data.pop("revision")
            handovers.hand_over(case=case, **form.data)
            flash(_("Saved."), "success")
            return form.done(back if queries.case_file(case_id, g.visitor) else url_for("cases.index"))
    return form.page("cases/hand_over.html", file=file, desks=desks, managers=managers)


def _among(form: Form, **choices: list[tuple[UUID, str]]) -> bool:
    """Whether each chosen id is one of those offered."""
    form.refuse(not_offered(form.data, **choices))
    return not form.errors


@blueprint.route("/cases/<uuid:case_id>/assignments/new", methods=["GET", "POST"])
@requires(Cases.WRITE)
def new_assignment(case_id: UUID) -> ResponseReturnValue:
    """A person who is here already is sent again, or comes back."""
    file, desks = case_file(case_id), queries.desks(g.visitor)
    form = Form(schemas.AssignmentSchema(), {**usual(desks), "desk_id": file.Case.desk_id})
    if form.accepted() and own_desk(form, desks):
        if answer := form.repeated():
            return answer
        with form.refusing():
            services.assign(case_id=case_id, **form.data)
            return form.done(url_for("cases.of_case", case_id=case_id))
    return form.page("cases/new_assignment.html", file=file, desks=desks, words=words)


@dataclass(frozen=True)
class StepPage:
    """The words of a step's page, and the service that it calls."""

    title: LazyString
    text: LazyString
    verb: Any
    schema: type[Schema] = schemas.OnDaySchema


STEPS = {
    "contact": StepPage(_l("Record the contact"), _l("The person was reached, by phone or otherwise."), services.contact),
    "take-in-charge": StepPage(_l("Take in charge"), _l("The person is followed from this day on."), services.take_in_charge),
    "return": StepPage(
        _l("Return the person"),
        _l("The person goes back to who sent them: nobody follows them here."),
        services.return_assignment,
        schemas.ReturnSchema,
    ),
}


@blueprint.route("/assignments/<uuid:assignment_id>/<any('contact','take-in-charge','return'):verb>", methods=["GET", "POST"])
@requires(Cases.WRITE)
def step(assignment_id: UUID, verb: str) -> ResponseReturnValue:
    assignment: Assignment = queries.assignment(assignment_id, g.visitor) or abort(404)
    page, back = STEPS[verb], way_back(url_for("cases.overview", case_id=assignment.case_id))
    form = Form(page.schema(), {"on_date": today()})
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            page.verb(assignment=assignment, **form.data)
            return form.done(back)
    return form.page("cases/step.html", file=case_file(assignment.case_id), page=page, back=back, words=words)
