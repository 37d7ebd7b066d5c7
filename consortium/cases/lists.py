"""The lists of cases and of assignments."""

from collections.abc import Mapping
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Date, Select, bindparam, false, func, not_, select
from sqlalchemy.orm import Session

from consortium.cases import queries, search, words
from consortium.cases.models import Assignment, Case, Person
from consortium.cases.pages import linker
from consortium.cases.policy import Cases
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.web.listing.actions import Action
from consortium.web.listing.columns import Column, Label
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.filters import AsOf, Choice, DateRange, Text

AS_OF = bindparam("as_of", type_=Date())
_taken_in_charge = func.coalesce(Assignment.taken_in_charge_on <= AS_OF, false())


def desks(session: Session) -> Mapping[str, Label]:
    """The desks that the visitor may filter by."""
    return dict(queries.desk_slugs(g.visitor))


def case_managers(session: Session) -> Mapping[str, Label]:
    """Whoever may be filtered by: those who left too, for what they leave."""
    return {
        str(row.id): _("%(name)s (no longer in service)", name=row.name) if row.left else row.name for row in queries.case_managers_ever()
    }


def _new_person() -> str | None:
    return url_for("cases.take_in") if g.visitor.may(Cases.WRITE) else None


# Columns rather than a join: then only the rows of the page are looked up, and counting looks up none.
_state, _assigned_on = (queries.of_latest_assignment(column) for column in (Assignment.state, Assignment.assigned_on))

CASES = Listing(
    name="cases",
    title=_l("Cases"),
    tiebreak=Case.id,
    order=("surname", "first_name"),
    columns=(
        Column("number", _l("Number"), Case.number, required=True, whole=True, link=linker("cases.overview", "case_id")),
        Column("surname", _l("Surname"), Person.surname, required=True),
        Column("first_name", _l("Name"), Person.first_name, required=True),
        Column("desk", _l("Desk"), Desk.name, required=True),
        Column("case_manager", _l("Case manager"), Membership.name),
        Column("assigned_on", _l("Assigned on"), _assigned_on, kind="date"),
        Column("state", _l("State"), _state, kind="state", labels=words.STATES, tones=words.TONES),
    ),
    filters=(
        Text("q", _l("Name, code or number"), condition=search.condition),
        Choice("desk", _l("Desk"), Desk.slug, options=desks),
        Choice("case_manager", _l("Case manager"), Case.case_manager_id, options=case_managers),
        Choice("state", _l("State"), _state, options=words.STATES),
        # Nobody follows them: there is nobody, they have left or serve other desks, the desk is closed.
        Choice("to_reassign", _l("To reassign"), options={"yes": _l("Yes")}, condition=lambda values: queries.to_reassign()),
    ),
    phone=("surname", "first_name", "state"),
    actions=(Action("hand-over", _l("Change desk or case manager"), Cases.WRITE, "cases.several"),),
    empty=Empty(_l("Here are the people served by your desks. Take in the first one."), _l("New person"), _new_person),
)

ASSIGNMENTS = Listing(
    name="assignments",
    title=_l("Assignments"),
    tiebreak=Assignment.id,
    order=("-assigned_on",),
    columns=(
        Column("assigned_on", _l("Assigned on"), Assignment.assigned_on, kind="date", required=True),
        Column("surname", _l("Surname"), Person.surname, required=True),
        Column("first_name", _l("Name"), Person.first_name, required=True),
        Column("desk", _l("Desk"), Desk.name, required=True),
        Column("source", _l("Source"), Assignment.source, labels=words.SOURCES),
        Column("taken_in_charge_on", _l("Taken in charge on"), Assignment.taken_in_charge_on, kind="date"),
        Column("state", _l("State"), Assignment.state, kind="state", labels=words.STATES, tones=words.TONES),
        Column("number", _l("Case"), Case.number, required=True, whole=True, link=linker("cases.overview", "case_id", "case_id")),
    ),
    keys={"case_id": Case.id},
    filters=(
        DateRange("assigned", _l("Assigned"), Assignment.assigned_on),
        Choice("desk", _l("Desk"), Desk.slug, options=desks),
        Choice("source", _l("Source"), Assignment.source, options=words.SOURCES),
        Choice(
            "taken_in_charge",
            _l("Taken in charge by then"),
            options={"yes": _l("Yes"), "no": _l("No")},
            condition=lambda values: _taken_in_charge if values[0] == "yes" else not_(_taken_in_charge),
        ),
        AsOf("as_of", _l("As of")),
    ),
    phone=("assigned_on", "surname", "first_name", "state"),
    empty=Empty(_l("Here are the people that job centres assign to your desks, and those who walk in."), _l("New person"), _new_person),
)


def cases() -> Select[Any]:
    """The cases that the visitor may see."""
    statement = select(Case.id).join(Person, queries.same(Case.person_id, Person))
    # Rows that keys promise are joined as if they might lack: PostgreSQL then leaves them out where only a count is asked.
    named = statement.outerjoin(Desk, queries.same(Case.desk_id, Desk))
    return named.outerjoin(Membership, queries.same(Case.case_manager_id, Membership)).where(queries.visible(g.visitor))


def assignments() -> Select[Any]:
    """The assignments, by the as-of day, of the cases that the visitor may see; the desk is that of the assignment."""
    statement = select(Assignment.id).outerjoin(Case, queries.same(Assignment.case_id, Case))
    joined = statement.outerjoin(Person, queries.same(Case.person_id, Person)).outerjoin(Desk, queries.same(Assignment.desk_id, Desk))
    return joined.where(queries.visible(g.visitor), Assignment.assigned_on <= AS_OF)
