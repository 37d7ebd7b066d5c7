"""The pages of acknowledgements: who has given one, those of a person, recording one, removing what was a mistake."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.cases.pages import around
from consortium.cases.queries import Found
from consortium.notices import history, lists, queries, schemas, services, words
from consortium.notices.door import acknowledgement_file, blueprint
from consortium.notices.models import How
from consortium.notices.policy import Acknowledgements
from consortium.notices.queries import Standing
from consortium.web.guard import requires
from consortium.web.intake import Form, not_offered, way_back
from consortium.web.listing.door import respond
from consortium.web.listing.formats import today
from tenants.database import db


@blueprint.get("/acknowledgements")
@requires(Acknowledgements.READ)
def acknowledgements() -> ResponseReturnValue:
    shown = {"template": "notices/acknowledgements.html", "who": g.visitor.account.name}
    return respond(lists.ACKNOWLEDGEMENTS, db.session(), lists.acknowledgements(), **shown)


@blueprint.route("/cases/<uuid:case_id>/acknowledgements", methods=["GET", "POST"])
@requires(Acknowledgements.RECORD)
def of_case(case_id: UUID) -> ResponseReturnValue:
    """What a person has acknowledged, and recording it."""
    context = around(case_id, "cases.personal_data")
    person_id = context["file"].Person.id
    standing = queries.standing(person_id)
    form = form_for(standing)
    if form.accepted():
        form.refuse(not_offered(form.data, notice_id=named(standing.versions)))
    if form.data and not form.errors:
        if answer := form.repeated():
            return answer
        with form.refusing():
            services.acknowledge(standing=standing, person_id=person_id, by=g.visitor.membership_id, **form.data)
            flash(_("The acknowledgement was recorded."), "success")
            return form.done(way_back(url_for("notices.of_case", case_id=case_id)))
        standing = queries.standing(person_id)
    told = {"standing": standing, "entries": history.of_person(person_id), "unseen": named(standing.unseen)}
    return form.page("notices/of_case.html", **context, **told, words=words, day=today())


def form_for(standing: Standing) -> Form:
    """As it mostly is: the version in force, signed today."""
    version = standing.in_force and standing.in_force.notice_id
    return Form(schemas.AcknowledgementSchema(), {"notice_id": version, "on_date": today(), "how": How.SIGNED})


def named(versions: Sequence[Found]) -> list[tuple[UUID, str]]:
    """(id, words) of versions, as a form offers them."""
    return [(row.notice_id, words.version(row)) for row in versions]


@blueprint.get("/acknowledgements/<uuid:acknowledgement_id>/remove")
@requires(Acknowledgements.RECORD)
def confirm_mistake(acknowledgement_id: UUID) -> str:
    found = acknowledgement_file(acknowledgement_id)
    addresses = {
        "action": url_for("notices.remove_acknowledgement", acknowledgement_id=acknowledgement_id),
        "cancel_url": url_for("notices.of_case", case_id=found.case_id),
    }
    return render_template("web/confirm.html", confirm={**words.mistake(found), **addresses})


@blueprint.post("/acknowledgements/<uuid:acknowledgement_id>/remove")
@requires(Acknowledgements.RECORD)
def remove_acknowledgement(acknowledgement_id: UUID) -> ResponseReturnValue:
    found = acknowledgement_file(acknowledgement_id)
    services.remove_acknowledgement(acknowledgement=found.Acknowledgement)
    flash(_("The acknowledgement was removed."), "success")
    return redirect(url_for("notices.of_case", case_id=found.case_id), 303)
