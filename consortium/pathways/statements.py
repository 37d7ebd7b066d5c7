"""The statement of attendance: that a person was here, on a day, from when to when. For an employer: nothing of what it was about."""

from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from consortium.cases import birthplaces
from consortium.cases.models import Case, Person, Sex
from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.pathways import hours, queries, words
from consortium.pathways.models import Mode, Pathway, Session
from consortium.pathways.queries import Found
from consortium.web.listing.formats import day as shown
from consortium.web.papers.making import Letterhead, long_day, pdf
from consortium.web.visitor import Visitor
from tenants.database import db
from tenants.errors import Problem
from tenants.models import Municipality

TEMPLATE = "pathways/papers/attendance.typ"


class NotAttended(Problem):
    title = _l("The person was not there")
    remedy = _l("Back-office hours are worked without the person: choose another session.")


def attended(session_id: UUID, visitor: Visitor, *, whole_day: bool) -> list[Found]:
    """The session, or all that the person attended that day at the pathways one may see, in order; [] where it is hidden.

    Raises NotAttended for back-office hours.
    """
    one = _found(visitor, Session.id == session_id)
    if not one:
        return []
    if one[0].mode == Mode.BACK_OFFICE:
        raise NotAttended
    if not whole_day:
        return one
    same_day = (Session.case_id == one[0].case_id, Session.on_date == one[0].on_date, Pathway.desk_id == one[0].desk_id)
    return _found(visitor, *same_day, Session.mode != Mode.BACK_OFFICE)


def _found(visitor: Visitor, *which: Any) -> list[Found]:
    of_session = (Session.case_id, Session.on_date, Session.starts, Session.ends, Session.mode, Membership.name.label("operator"))
    of_person = (Person.surname, Person.first_name, Person.born_on, Person.birthplace, Person.sex)
    of_desk = (Pathway.desk_id, Desk.name.label("desk"), Desk.address, Municipality.name.label("municipality"))
    statement = select(*of_session, *of_person, *of_desk).select_from(Session).join(Pathway, same(Session.pathway_id, Pathway))
    joined = statement.join(Case, same(Pathway.case_id, Case)).join(Person, same(Case.person_id, Person))
    placed = joined.join(Desk, same(Pathway.desk_id, Desk)).join(Municipality, Municipality.istat == Desk.istat)
    rows = placed.join(Membership, same(Session.operator_id, Membership)).where(queries.visible(visitor), *which)
    return list(db.session.execute(rows.order_by(Session.starts)))


def paper(found: list[Found], head: Letterhead) -> bytes:
    """The statement as PDF, in Italian."""
    with force_locale("it"):
        return pdf(TEMPLATE, _data(found), head)


def _data(found: list[Found]) -> dict[str, Any]:
    first, here = found[0], [each.mode == Mode.IN_PERSON for each in found]
    person = f"{first.surname} {first.first_name}"
    return {
        "title": "Attestazione di presenza",
        "reference": ("Attestazione di presenza", shown(first.on_date)),
        "person": person,
        "born": _born(first),
        "day": long_day(first.on_date, "it"),
        "desk": first.desk,
        "address": first.address or "",
        "place": first.municipality,
        "operator": found[-1].operator,
        "in_person": any(here),
        "remote": not all(here),
        "was_present": f"è {_agreeing(first.sex, 'stat')} presente",
        "rows": [
            {"starts": f"{each.starts:%H:%M}", "ends": f"{each.ends:%H:%M}", "mode": str(words.MODES[each.mode]).lower()} for each in found
        ],
        "hours": hours.shown(hours.total(hours.between(each.starts, each.ends) for each in found)),
    }


def _born(person: Found) -> str:
    """nata a Trecate il 01/01/1980, as far as it is known; abroad nata il 01/01/1980 (Marocco): of states some are "in", others "a" """
    if not person.born_on:
        return ""
    born, day, place = _agreeing(person.sex, "nat"), shown(person.born_on), person.birthplace
    if place and birthplaces.is_abroad(place):
        return f"{born} il {day} ({place})"
    return f"{born} a {place} il {day}" if place else f"{born} il {day}"


def _agreeing(sex: str | None, stem: str) -> str:
    """nata, nato; nata/o of whom it is not known"""
    return stem + {Sex.FEMALE.value: "a", Sex.MALE.value: "o"}.get(sex or "", "a/o")
