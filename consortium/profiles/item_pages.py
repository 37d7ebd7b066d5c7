"""The pages of the SAP's lists: a row is added, changed, removed, and brought back."""

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
    found = existing(kind, row_id)
    row, back = found.row, sap(found.case_id, kind.name)
    form = Form(kind.editing(), _values(kind, row))
    if form.accepted():
        if answer := form.repeated() or conflicts.found(form, row, back=back):
            return answer
        with form.refusing():
            services.change_item(row=row, **{name: form.data[name] for name in kind.columns})
            flash(_("Saved."), "success")
            return form.done(back)
    return _page(form, kind, case_file(found.case_id), back, row_id)


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


def _values(kind: Kind, row: Any) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in (*kind.columns, "revision")}
    return values | ({"occupation": queries.occupation_words(row.occupation)} if "occupation" in values else {})


def _as_id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _page(form: Form, kind: Kind, file: Found, back: str, row_id: UUID | None = None) -> ResponseReturnValue:
    title = kind.changing if row_id else kind.adding
    return form.page("profiles/item_form.html", kind=kind, title=title, file=file, back=back, words=words, row_id=row_id)


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
