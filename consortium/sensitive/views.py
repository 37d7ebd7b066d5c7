"""The tab of sensitive data: closed until a reason is given, then open for a few minutes to whoever gave it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.cases import pages
from consortium.cases.pages import Tab, around, case_file
from consortium.cases.queries import Found
from consortium.codes import queries as codes
from consortium.sensitive import history, queries, schemas, services
from consortium.sensitive.models import SensitiveRecord
from consortium.sensitive.policy import Sensitive
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form

blueprint = Blueprint("sensitive", __name__, url_prefix="/<slug:tenant>", template_folder="templates")


@blueprint.route("/cases/<uuid:case_id>/sensitive", methods=["GET", "POST"])
@requires(Sensitive.READ)
def of_case(case_id: UUID) -> ResponseReturnValue:
    """The reason is asked for; once given, the data are shown until a few minutes have passed."""
    context = around(case_id)
    person_id = context["file"].Person.id
    form = Form(schemas.ReasonSchema())
    if form.accepted():
        if answer := form.repeated():
            return answer
        services.open_for(person_id=person_id, membership_id=g.visitor.membership_id, reason=form.data["reason"])
        return form.done(url_for("sensitive.of_case", case_id=case_id))
    is_open = queries.opened(person_id, g.visitor.membership_id)
    return form.page("sensitive/of_case.html", **context, **(_data(person_id) if is_open else {"is_open": False}))


def _data(person_id: UUID) -> dict[str, Any]:
    record = queries.record_of(person_id)
    return {
        "is_open": True,
        "record": record,
        "labels": history.FIELDS,
        "lists": codes.labels(services.PROTECTED_LISTS),
        "readings": queries.readings_of(person_id),
        "entries": history.of_record(record),
    }


@blueprint.route("/cases/<uuid:case_id>/sensitive/edit", methods=["GET", "POST"])
@requires(Sensitive.WRITE)
def edit(case_id: UUID) -> ResponseReturnValue:
    """Only while they are open: else the reason is asked for first."""
    file, back = case_file(case_id), url_for("sensitive.of_case", case_id=case_id)
    if queries.opened(file.Person.id, g.visitor.membership_id):
        return _edit(file, back)
    if request.method == "POST":
        return _edit_late(file)
    flash(_("Say first for what reason you open these data."), "info")
    return redirect(back, 303)


def _edit(file: Found, back: str) -> ResponseReturnValue:
    record = queries.record_of(file.Person.id)
    form = Form(schemas.RecordSchema(), _initial(record))
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            if record:
                conflicts.avoid(form, record, back=back)
            services.record(person_id=file.Person.id, **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    return _page(form, file)


def _edit_late(file: Found) -> ResponseReturnValue:
    """They closed while somebody wrote: what was written stays on the page, and is sent on once a reason is given, which is kept first."""
    form, why = Form(schemas.RecordSchema()), Form(schemas.ReasonSchema())
    if why.accepted():
        services.open_for(person_id=file.Person.id, membership_id=g.visitor.membership_id, reason=why.data["reason"])
        return redirect(request.full_path.rstrip("?"), 307)
    form.accepted()
    form.refuse(why.errors)
    form.values |= why.values
    return _page(form, file, asks_why=True)


def _page(form: Form, file: Found, *, asks_why: bool = False) -> ResponseReturnValue:
    lists = codes.options(services.PROTECTED_LISTS, keep=(form.values.get("protected_list"),))
    return form.page("sensitive/edit.html", file=file, labels=history.FIELDS, lists=lists, asks_why=asks_why)


def _initial(record: SensitiveRecord | None) -> dict[str, Any]:
    return {name: getattr(record, name) for name in (*schemas.FACTS, "revision")} if record else {"revision": 0}


def furnish(app: Flask) -> None:
    """Called once, when the room opens."""
    pages.of(app).tabs.append(Tab(_l("Sensitive data"), "sensitive.of_case", Sensitive.READ, 80))
