"""Taking a person in: who they are, where they come from, and whether they are here already, in one page; after a search."""

import re
from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.cases import codice_fiscale, queries, schemas, services, words
from consortium.cases.door import blueprint
from consortium.cases.forms import PERSON, own_desk, usual
from consortium.cases.models import Case
from consortium.cases.policy import Cases
from consortium.cases.queries import Known
from consortium.cases.search import NUMBER, PHONE
from consortium.web.drafts import drafted
from consortium.web.guard import requires
from consortium.web.intake import Form, typed
from consortium.web.listing.formats import day, today

# What was searched for last, in the signed cookie of the session: names stay out of addresses.
SEARCHED = "searched"
SENT = ("source", "job_centre", "desk_id", "gol_path", "assigned_on")


@blueprint.route("/cases/new", methods=["GET", "POST"])
@requires(Cases.WRITE)
@drafted
def take_in() -> ResponseReturnValue:
    """A person, where they come from and their intake, in one page. Who has not searched for them does so first."""
    searched = session.get(SEARCHED)
    if request.method != "POST" and searched is None:
        flash(_("Search for the person first: they may be here already. “New person” is below the results."), "info")
        return redirect(url_for("cases.search"))
    desks = queries.desks(g.visitor)
    form, known = Form(schemas.TakeInSchema(), {**usual(desks), **as_searched(searched or "")}), list[Known]()
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
                session.pop(SEARCHED, None)
                flash(_("%(name)s has the case %(number)s.", name=name, number=case.number), "success")
                return form.done(url_for("cases.overview", case_id=case.id))
    return form.page("cases/take_in.html", desks=desks, known=known, words=words)


def as_searched(text: str) -> dict[str, str]:
    """What a search says of a person who was not found: a codice fiscale, a phone, else the surname."""
    code = codice_fiscale.tidy(text)
    if re.fullmatch(r"[A-Z]{6}[A-Z0-9]{10}", code):
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


def taken_in(*, take_in_charge: bool, distinct: bool, **facts: Any) -> Case:
    """Writes it all, from either door; the new case."""
    sent = {name: facts[name] for name in SENT}
    person = services.register_person(**{name: facts[name] for name in PERSON})
    mine = g.visitor.membership_id if not g.visitor.may(Cases.ALL) else None
    opened = {"desk_id": sent["desk_id"], "case_manager_id": mine, "opened_on": sent["assigned_on"]}
    case = services.open_case(person_id=person.id, **opened)
    assignment = services.assign(case_id=case.id, **sent)
    if take_in_charge:
        services.take_in_charge(assignment=assignment, on_date=today())
    return case


@blueprint.post("/cases/decoded")
@requires(Cases.WRITE)
def decoded() -> str:
    """For htmx: sex, day and place of birth as the codice fiscale being typed says, where they are still empty."""
    values = typed(schemas.PersonSchema())
    code, note = codice_fiscale.tidy(values.get("codice_fiscale") or ""), ""
    try:
        said = codice_fiscale.decode(code)
    except codice_fiscale.Malformed as malformed:
        note = str(malformed) if code else ""
    else:
        filled = {"sex": said.sex, "born_on": said.born_on, "birthplace": said.birthplace}
        values = {**values, **{name: value for name, value in filled.items() if not values.get(name)}}
        note = _("The code says: %(sex)s, %(day)s, %(place)s.", sex=words.SEXES[said.sex], day=day(said.born_on), place=said.place)
    form = Form(schemas.PersonSchema(), values)
    return render_template("cases/decoded.html", form=form, note=note, words=words)


@blueprint.post("/cases/known")
@requires(Cases.WRITE)
def known() -> str:
    """For htmx: who may be the person being typed already."""
    values = typed(schemas.PersonSchema())
    code = codice_fiscale.tidy(values.get("codice_fiscale") or "") or None
    born_on = _day(values.get("born_on"))
    names = {"surname": values.get("surname") or "", "first_name": values.get("first_name") or ""}
    phone = schemas.tidy_phone(values.get("phone") or "")
    found = queries.known(g.visitor, codice_fiscale=code, born_on=born_on, phone=phone, **names)
    return render_template("cases/known.html", known=found)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
