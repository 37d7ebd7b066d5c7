"""Taking a person in: who they are, where they come from, and whether they are here already, in one page; after a search."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.cases import codice_fiscale, filling, intakes, queries, schemas, services, words
from consortium.cases.door import blueprint
from consortium.cases.filling import PersonForm
from consortium.cases.forms import PERSON, own_desk, usual
from consortium.cases.models import Case
from consortium.cases.places import point_out
from consortium.cases.policy import Cases
from consortium.cases.queries import Known
from consortium.cases.search import NUMBER, PHONE
from consortium.web.drafts import drafted
from consortium.web.guard import requires
from consortium.web.intake import typed
from consortium.web.listing.formats import today

# What was searched for last, in the signed cookie of the session: names stay out of addresses.
SEARCHED = "searched"
# What was meant for a codice fiscale: letters and digits together, about as long.
CODE = re.compile(r"[A-Z]{5}(?=\D{0,9}\d)[A-Z0-9]{8,13}")
SENT = ("source", "job_centre", "desk_id", "gol_path", "assigned_on")


@blueprint.route("/cases/new", methods=["GET", "POST"])
@requires(Cases.WRITE)
@drafted
def take_in() -> ResponseReturnValue:
    """A person, where they come from and their intake, in one page. Who has not searched for them does so first."""
    searched = session.get(SEARCHED)
    if request.method != "POST" and not searched:
        flash(_("Search for the person first: they may be here already. “New person” is below the results."), "info")
        return redirect(url_for("cases.search"))
    desks = queries.desks(g.visitor)
    form, known = PersonForm(schemas.TakeInSchema(), {**usual(desks), **as_searched(searched or "")}), list[Known]()
    if request.method != "POST":
        return _opened(form, desks)
    if form.accepted() and own_desk(form, desks):
        # Claimed first: the second click must not find the person of the first as somebody else.
        if answer := form.repeated():
            return answer
        known = who_is_known(form.data)
        form.refuse({} if searched is not None else {"_schema": [_("Search for the person first, then take them in.")]})
        form.refuse(already_here(form.data, known))
        if not form.errors:
            with form.refusing():
                case = taken_in(**form.data)
                name = "{first_name} {surname}".format(**form.data)
                _use_up(searched or "", form)
                flash(_("%(name)s has the case %(number)s.", name=name, number=case.number), "success")
                point_out(form.data)
                return form.done(url_for("cases.overview", case_id=case.id))
    return _shown(form, desks, known)


def _opened(form: PersonForm, desks: list[tuple[UUID, str]]) -> ResponseReturnValue:
    """What a code that was searched for says is there already, and who may be the person."""
    form.fill(form.values, form.draft.typed().getlist(filling.MARKS) if form.draft and form.draft.resumed else ())
    return _shown(form, desks, likely(form.values))


def _shown(form: PersonForm, desks: list[tuple[UUID, str]], known: list[Known]) -> ResponseReturnValue:
    """Who sees all desks may take a person in charge for somebody else."""
    follow = g.visitor.may(Cases.ALL) and queries.follows(g.visitor)
    return form.page("cases/take_in.html", desks=desks, known=known, words=words, follow=follow)


def _use_up(searched: str, form: PersonForm) -> None:
    """Each person has a search of their own. That there was one stays true of the forms that are open in other windows, and what was
    searched for last may be for one of those."""
    if as_searched(searched).items() <= form.values.items():
        session[SEARCHED] = ""


def as_searched(text: str) -> dict[str, str]:
    """What a search says of a person who was not found: a codice fiscale (mistyped perhaps), a phone, else the surname."""
    code = codice_fiscale.tidy(text)
    if CODE.fullmatch(code) or codice_fiscale.is_temporary(code):
        return {"codice_fiscale": code}
    if any(sign.isdigit() for sign in text):
        return {"phone": text} if PHONE.fullmatch(text) and not NUMBER.fullmatch(text) else {}
    surname, _blank, first_name = text.partition(" ")
    return {"surname": surname.title(), "first_name": first_name.title()} if text else {}


def who_is_known(data: dict[str, Any]) -> list[Known]:
    """Who may be this person already."""
    return queries.known(g.visitor, **{name: data[name] for name in ("codice_fiscale", "surname", "first_name", "born_on", "phone")})


def already_here(data: dict[str, Any], known: list[Known]) -> dict[str, list[str]]:
    """What to say, by field: the same code is refused, a similar name or the same phone has to be confirmed (`distinct`)."""
    if data["codice_fiscale"] and any(each.same_code for each in known):
        return {"codice_fiscale": [_("This person is already known to the consortium: see above.")]}
    if known and not data["distinct"]:
        return {"distinct": [_("Somebody with this phone, or this birth date and a similar name, is already here: is it the same person?")]}
    return {}


def taken_in(*, take_in_charge: bool, follow: bool, distinct: bool, **facts: Any) -> Case:
    """Writes it all, from either door; the new case. It is followed by whoever works at its desk; who sees all desks follows whom they
    take in charge."""
    sent = {name: facts[name] for name in SENT}
    person = services.register_person(**{name: facts[name] for name in PERSON})
    mine = g.visitor.membership_id if not g.visitor.may(Cases.ALL) else None
    opened = {"desk_id": sent["desk_id"], "case_manager_id": mine, "opened_on": sent["assigned_on"]}
    case = services.open_case(person_id=person.id, **opened)
    assignment = services.assign(case_id=case.id, **sent)
    if take_in_charge:
        intakes.take_in_charge(assignment=assignment, on_date=today(), follow=follow, visitor=g.visitor)
    return case


@blueprint.post("/cases/decoded")
@requires(Cases.WRITE)
def decoded() -> str:
    """For htmx: sex, day and place of birth as the codice fiscale being typed says, but for what was written by hand."""
    values, marks = typed(schemas.PersonSchema()), request.form.getlist(filling.MARKS)
    form = PersonForm(schemas.PersonSchema())
    form.fill(values, marks)
    return render_template("cases/decoded.html", form=form, changed=filling.changed(values, marks, form.coded), words=words)


@blueprint.post("/cases/known")
@requires(Cases.WRITE)
def known() -> str:
    """For htmx: who may be the person being typed already."""
    return render_template("cases/known.html", known=likely(typed(schemas.PersonSchema())))


def likely(values: Mapping[str, Any]) -> list[Known]:
    """Who may be the person of a form's values, whole or not, already."""
    code = codice_fiscale.tidy(values.get("codice_fiscale") or "") or None
    names = {"surname": values.get("surname") or "", "first_name": values.get("first_name") or ""}
    phone = schemas.tidy_phone(values.get("phone") or "")
    return queries.known(g.visitor, codice_fiscale=code, born_on=_day(values.get("born_on")), phone=phone, **names)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
