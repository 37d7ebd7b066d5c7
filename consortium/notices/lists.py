"""The list of the notice's versions, and of the people with how they stand with the one in force."""

from collections.abc import Sequence
from typing import Any

from flask import g, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, select

from consortium.cases import search
from consortium.cases.lists import case_managers, desks
from consortium.cases.models import Case, Person
from consortium.cases.pages import linker
from consortium.cases.queries import same, visible
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.notices import queries, words
from consortium.notices.models import Notice
from consortium.notices.policy import Notices
from consortium.web.listing.columns import Column
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.filters import Choice, Text


def _new_version() -> str | None:
    return url_for("notices.new_notice") if g.visitor.may(Notices.MANAGE) else None


def _stands(values: Sequence[str]) -> ColumnElement[bool]:
    return queries.STANDS[values[0]]


NOTICES = Listing(
    name="notices",
    title=_l("Privacy notice"),
    tiebreak=Notice.id,
    order=("-number",),
    columns=(
        Column("title", _l("Title"), Notice.title, required=True, link=linker("notices.notice", "notice_id")),
        Column("number", _l("Version"), Notice.number, required=True),
        Column("in_force_from", _l("In force from"), Notice.in_force_from, kind="date", required=True),
        Column("state", _l("State"), queries.state, kind="state", labels=words.STATES, tones=words.TONES, sortable=False),
        Column("acknowledged", _l("People who have acknowledged it"), queries.acknowledged, kind="number", sortable=False),
    ),
    phone=("title", "number", "in_force_from", "state"),
    empty=Empty(
        _l(
            "Here are the versions of the notice that tells people how their data are used (GDPR, arts. 13 and 14). Once one is in force, "
            "each case says whether the person has acknowledged it. Write the first one: until then cases say nothing of it."
        ),
        _l("New version"),
        _new_version,
    ),
)

ACKNOWLEDGEMENTS = Listing(
    name="acknowledgements",
    title=_l("Who has acknowledged the privacy notice"),
    tiebreak=Case.id,
    order=("surname", "first_name"),
    columns=(
        Column("number", _l("Number"), Case.number, required=True, whole=True, link=linker("notices.of_case", "case_id")),
        Column("surname", _l("Surname"), Person.surname, required=True),
        Column("first_name", _l("Name"), Person.first_name, required=True),
        Column("desk", _l("Desk"), Desk.name, required=True),
        Column("case_manager", _l("Case manager"), Membership.name),
        Column("state", _l("Privacy notice"), queries.seen, kind="state", labels=words.SEEN, tones=words.SEEN_TONES, sortable=False),
        Column("on_date", _l("Acknowledged on"), queries.acknowledged_on.scalar_subquery(), kind="date", sortable=False),
    ),
    filters=(
        Text("q", _l("Name, code or number"), condition=search.condition),
        Choice("state", _l("Privacy notice"), options=words.STANDS, condition=_stands),
        Choice("desk", _l("Desk"), Desk.slug, options=desks),
        Choice("case_manager", _l("Case manager"), Case.case_manager_id, options=case_managers),
    ),
    phone=("surname", "first_name", "state"),
    usual=lambda: {"state": "to_do"},
    empty=Empty(_l("Here are the people whom your desks serve, once a privacy notice is in force: who has acknowledged it, who has not.")),
)


def acknowledgements() -> Select[Any]:
    """The cases that the visitor may see; none where no notice is in force, for then nothing is missing."""
    statement = select(Case.id).join(Person, same(Case.person_id, Person)).outerjoin(Desk, same(Case.desk_id, Desk))
    named = statement.outerjoin(Membership, same(Case.case_manager_id, Membership))
    return named.where(visible(g.visitor), queries.in_force_since.is_not(None))
