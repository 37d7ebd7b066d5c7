"""The forms of a case: correcting a person's data, assigning them anew, handing a case over."""

from typing import Any
from uuid import UUID

from flask import flash, g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.cases import handovers, queries, schemas, services, words
from consortium.cases.door import blueprint
from consortium.cases.filling import PersonForm
from consortium.cases.models import AssignmentSource, Case
from consortium.cases.pages import case_file
from consortium.cases.places import point_out
from consortium.cases.policy import Cases
from consortium.web import conflicts
from consortium.web.drafts import drafted
from consortium.web.guard import requires
from consortium.web.intake import Form, not_offered
from consortium.web.listing.formats import today

PERSON = schemas.PERSON


def usual(desks: list[tuple[UUID, str]]) -> dict[str, Any]:
    """What most people are: sent today by the usual job centre, to the desk that one serves."""
    usual = {"assigned_on": today(), "citizenship": "Italia", "source": AssignmentSource.JOB_CENTRE, "take_in_charge": True}
    return {**usual, "follow": True, "desk_id": desks[0][0] if len(desks) == 1 else None, "job_centre": queries.usual_job_centre()}


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
    form = PersonForm(schemas.EditPersonSchema(), initial)
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, person, back=back)
            form.data.pop("revision")
            services.edit_person(person=person, **form.data)
            flash(_("Saved."), "success")
            point_out(form.data)
            return form.done(back)
    return form.page("cases/edit_person.html", file=file, words=words, known=[])


@blueprint.route("/cases/<uuid:case_id>/hand-over", methods=["GET", "POST"])
@requires(Cases.WRITE)
def hand_over(case_id: UUID) -> ResponseReturnValue:
    file, back = case_file(case_id), url_for("cases.overview", case_id=case_id)
    case = file.Case
    desks, managers = queries.open_desks(), queries.case_managers()
    along = [what for what, _names in handovers.going_along([case.id]).get(case.id, ())]
    form = Form(schemas.HandOverSchema(), {**_as_it_is(case), "revision": case.revision})
    if form.accepted() and _among(form, desk_id=desks, case_manager_id=managers):
        if answer := form.repeated():
            return answer
        with form.refusing():
            told = {"note": _("Handover note"), "along": _also(along)}
            conflicts.avoid(form, case, back=back, current=lambda: _as_it_is(case), words=told, names=queries.names)
            form.data.pop("revision")
            handovers.hand_over(case=case, **form.data)
            names = {"desk": dict(desks)[case.desk_id], "manager": dict(managers).get(case.case_manager_id) or _("nobody yet")}
            flash(_("Case %(number)s: now %(manager)s, desk of %(desk)s.", number=case.number, **names), "success")
            return form.done(back if queries.case_file(case_id, g.visitor) else url_for("cases.index"))
    return form.page("cases/hand_over.html", file=file, desks=desks, managers=managers, along=_also(along))


def _as_it_is(case: Case) -> dict[str, Any]:
    return {"desk_id": case.desk_id, "case_manager_id": case.case_manager_id, "note": None, "along": True}


def _also(along: list[str]) -> str:
    """What goes along with a case, in words; "" where nothing does."""
    return str(_("Also: %(what)s", what=", ".join(along))) if along else ""


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
