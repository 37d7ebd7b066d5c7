"""The sections of the SAP on its page, and the long form of the profile."""

from typing import Any
from uuid import UUID

from flask import Flask, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from consortium.cases import pages
from consortium.cases import words as case_words
from consortium.cases.models import Person
from consortium.cases.pages import PastOf, Section, case_file
from consortium.cases.policy import Cases
from consortium.cases.queries import Found
from consortium.profiles import display, item_pages, queries, schemas, services, words
from consortium.profiles.door import blueprint, sap
from consortium.profiles.item_pages import removed
from consortium.profiles.kinds import Kind
from consortium.trail.queries import history
from consortium.web import conflicts
from consortium.web.drafts import drafted
from consortium.web.guard import requires
from consortium.web.intake import Form, as_opened

__all__ = ["blueprint", "furnish", "item_pages"]

FACTS = tuple(schemas.ProfileSchema().fields)


def _sections(file: Found) -> Section:
    """The sections of this room, one after the other, and which of them are empty."""
    record = queries.record(file.Person.id)
    groups, lists = display.groups(record, file.Person), display.lists(record)
    html = render_template("profiles/sections.html", file=file, groups=groups, lists=lists, removed=removed())
    form = url_for("profiles.edit", case_id=file.Case.id)
    missing = [(group.heading, f"{form}#{group.anchor}") for group in groups if group.missing]
    missing += [(str(each.kind.heading), _adding(each.kind, file)) for each in lists if each.kind.asked and not each.lines]
    return Section(Markup(html), tuple(missing))


def _adding(kind: Kind, file: Found) -> str:
    return url_for(f"profiles.{kind.name}-add", case_id=file.Case.id)


@blueprint.route("/cases/<uuid:case_id>/profile/edit", methods=["GET", "POST"])
@requires(Cases.WRITE)
@drafted
def edit(case_id: UUID) -> ResponseReturnValue:
    """The long form: what there is one of for each person."""
    file = case_file(case_id)
    person, profile = file.Person, queries.profile(file.Person.id)
    back = sap(case_id, words.STATUS)
    form = Form(schemas.EditProfileSchema(), _values(person, profile))
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            if profile:
                also = [(Person.__tablename__, person.id)]
                conflicts.avoid(form, profile, back=back, current=lambda: _now(person, profile), also=also)
            if _changed_meanwhile(form, person):
                return _page(form, file, back)
            services.save_profile(person=person, profile=profile, **{name: form.data[name] for name in FACTS})
            flash(_("Saved."), "success")
            return form.done(back)
    return _page(form, file, back)


def _now(person: Person, profile: Any) -> dict[str, Any]:
    return {name: person.occupation if name == "occupation" else getattr(profile, name, None) for name in FACTS}


def _values(person: Person, profile: Any) -> dict[str, Any]:
    revision = profile.revision if profile else 0
    return {
        **_now(person, profile),
        "licences": profile.licences if profile else [],
        "revision": revision,
    }


def _changed_meanwhile(form: Form, person: Person) -> bool:
    """The status is among the personal data: where another form changed it meanwhile, the one here is asked for again."""
    was, now, mine = form.held.get("occupation"), person.occupation, form.data["occupation"]
    if now == was:
        return False
    if mine == was:
        form.data["occupation"] = now
        return False
    entries = history(Person.__tablename__, person.id)
    last = next((entry for entry in entries if "occupation" in {*entry.before, *entry.after}), entries[0])
    told = {"who": last.who, "when": last.when, "status": case_words.OCCUPATION.get(now or "", now or "—")}
    form.opened = as_opened({**form.held, "occupation": now})
    form.refuse({"occupation": [_("Changed meanwhile to “%(status)s” by %(who)s, on %(when)s: save again what is true.", **told)]}, 409)
    return True


def _page(form: Form, file: Found, back: str) -> ResponseReturnValue:
    return form.page("profiles/profile_form.html", file=file, words=words, case_words=case_words, back=back)


def furnish(app: Flask) -> None:
    """Called once, when the room opens."""
    pages.of(app).sections.append((Cases.READ, _sections))
    pages.of(app).pasts.append(PastOf(queries.PARTS, queries.in_words))
