"""The pages of the SAP's lists: a row is added, changed, removed, and brought back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.cases.pages import case_file
from consortium.cases.policy import Cases
from consortium.cases.queries import Found
from consortium.profiles import queries, services, words
from consortium.profiles.door import blueprint, sap
from consortium.profiles.kinds import KINDS, Kind
from consortium.web import conflicts
from consortium.web.drafts import drafted
from consortium.web.guard import requires
from consortium.web.intake import Form


def _add(kind: Kind, case_id: UUID) -> ResponseReturnValue:
    file, back = case_file(case_id), sap(case_id, kind.name)
    form = Form(kind.schema(), {"completed": True})
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            services.add_item(kind=kind, person_id=file.Person.id, **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    return _page(form, kind, file, back)


def _change(kind: Kind, row_id: UUID) -> ResponseReturnValue:
    found = queries.item(kind, row_id, g.visitor)
    if found is None:
        return _put_back(kind, row_id)
    row, back = found.row, sap(found.case_id, kind.name)
    form = Form(kind.editing(), _values(kind, {name: getattr(row, name) for name in (*kind.columns, "revision")}))
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, row, back=back, worded=queries.in_words)
            services.change_item(row=row, **{name: form.data[name] for name in kind.columns})
            flash(_("Saved."), "success")
            return form.done(back)
    return _page(form, kind, case_file(found.case_id), back, row_id)


def _put_back(kind: Kind, row_id: UUID) -> ResponseReturnValue:
    """The row was removed meanwhile: what was written stays on the page, and the row comes back with it where that is wanted."""
    gone = queries.gone(kind, row_id, g.visitor) or abort(404)
    file, back = case_file(gone.case_id), sap(gone.case_id, kind.name)
    form = Form(kind.editing(), _values(kind, gone.entry.before))
    if form.accepted() and "put_back" in request.form:
        if answer := form.repeated():
            return answer
        with form.refusing():
            row = services.bring_back(kind=kind, item_id=row_id, person_id=file.Person.id) or abort(404)
            services.change_item(row=row, **{name: form.data[name] for name in kind.columns})
            flash(_("It is there again."), "success")
            return form.done(back)
    removal = {"who": gone.entry.who, "when": gone.entry.when}
    told = _("This was removed meanwhile (%(who)s, %(when)s). What you see is not saved: put it back with it, or leave it so.", **removal)
    form.refuse({"_schema": [told]}, 409 if request.method == "POST" else 200)
    return _page(form, kind, file, back, row_id, is_gone=True)


def _remove(kind: Kind, row_id: UUID) -> ResponseReturnValue:
    """At once: the page that follows offers to bring the row back."""
    found = existing(kind, row_id)
    services.remove_item(row=found.row)
    gone = f"{kind.name}.{row_id}"
    return redirect(url_for("cases.personal_data", case_id=found.case_id, removed=gone, _anchor=kind.name), 303)


def _bring_back(kind: Kind, case_id: UUID) -> ResponseReturnValue:
    file = case_file(case_id)
    row_id = _as_id(request.form.get("row")) or abort(404)
    services.bring_back(kind=kind, item_id=row_id, person_id=file.Person.id)
    flash(_("It is there again."), "success")
    return redirect(sap(case_id, kind.name), 303)


def existing(kind: Kind, row_id: UUID) -> queries.Item:
    """The row, of a case that the visitor may see; else 404."""
    return queries.item(kind, row_id, g.visitor) or abort(404)


def removed() -> tuple[Kind, str] | None:
    """(list, id) of the row that was just removed, as the address of the page says."""
    name, _dot, row_id = request.args.get("removed", "").partition(".")
    found = _as_id(row_id)
    return (KINDS[name], str(found)) if found and name in KINDS else None


def _values(kind: Kind, facts: Mapping[str, Any]) -> dict[str, Any]:
    """A row as its form has it."""
    values = {name: facts[name] for name in (*kind.columns, "revision")}
    return values | ({"occupation": queries.occupation_words(values["occupation"])} if "occupation" in values else {})


def _as_id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _page(form: Form, kind: Kind, file: Found, back: str, row_id: UUID | None = None, *, is_gone: bool = False) -> ResponseReturnValue:
    shown = {"kind": kind, "title": kind.changing if row_id else kind.adding, "file": file, "back": back, "row_id": row_id}
    return form.page("profiles/item_form.html", **shown, words=words, is_gone=is_gone)


def _offer(kind: Kind) -> None:
    """The addresses of a list."""
    of_case, of_row = f"/cases/<uuid:case_id>/{kind.address}", f"/{kind.address}/<uuid:{kind.key}>"

    @blueprint.route(f"{of_case}/new", methods=["GET", "POST"], endpoint=f"{kind.name}-add")
    @requires(Cases.WRITE)
    @drafted
    def add(case_id: UUID) -> ResponseReturnValue:
        return _add(kind, case_id)

    @blueprint.route(f"{of_row}/edit", methods=["GET", "POST"], endpoint=f"{kind.name}-edit")
    @requires(Cases.WRITE)
    @drafted
    def change(**row: UUID) -> ResponseReturnValue:
        return _change(kind, row[kind.key])

    @blueprint.post(f"{of_row}/remove", endpoint=f"{kind.name}-remove")
    @requires(Cases.WRITE)
    def remove(**row: UUID) -> ResponseReturnValue:
        return _remove(kind, row[kind.key])

    @blueprint.post(f"{of_case}/bring-back", endpoint=f"{kind.name}-bring-back")
    @requires(Cases.WRITE)
    def bring_back(case_id: UUID) -> ResponseReturnValue:
        return _bring_back(kind, case_id)


for _kind in KINDS.values():
    _offer(_kind)
