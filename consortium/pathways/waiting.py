"""Who waits to be taken in charge, and by when: the list behind that part of the day. They wait where the case is now, whatever desk they
were assigned to."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Date, Select, bindparam, case

from consortium.cases import search
from consortium.cases import words as case_words
from consortium.cases.lists import case_managers, desks
from consortium.cases.models import Assignment, AssignmentState, Case, Person
from consortium.cases.pages import linker
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.pathways import reminders
from consortium.pathways.door import blueprint
from consortium.pathways.policy import Pathways
from consortium.web.guard import requires
from consortium.web.listing.columns import Column, Label
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.door import respond
from consortium.web.listing.filters import Choice, DateRange, Text
from consortium.web.listing.formats import today
from tenants.database import db

STATES: Mapping[str, Label] = {state: case_words.STATES[state] for state in (AssignmentState.ASSIGNED, AssignmentState.CONTACTED)}

DEADLINES: Mapping[str, Label] = {"late": _l("Past the deadline"), "due": _l("In time"), "none": _l("Without a deadline")}
# Taken at each execution, so that the column can be built once.
_TODAY: ColumnElement[date] = bindparam("waiting_today", callable_=today, type_=Date())
_deadline = case((reminders.DUE_ON < _TODAY, "late"), (reminders.DUE_ON.is_not(None), "due"), else_="none")

WAITING = Listing(
    name="waiting",
    title=_l("Assigned, not taken in charge yet"),
    tiebreak=Assignment.id,
    order=("assigned_on",),
    columns=(
        Column("surname", _l("Surname"), Person.surname, required=True, link=linker("cases.overview", "case_id", "case_id")),
        Column("first_name", _l("Name"), Person.first_name, required=True),
        Column("phone", _l("Phone"), Person.phone, whole=True, sortable=False),
        Column("desk", _l("Desk"), Desk.name, required=True),
        Column("case_manager", _l("Case manager"), Membership.name),
        Column("assigned_on", _l("Assigned on"), Assignment.assigned_on, kind="date", required=True),
        Column("due_on", _l("Due on"), reminders.DUE_ON, kind="date"),
        Column(
            "deadline", _l("Deadline"), _deadline, kind="state", labels=DEADLINES, tones={"late": "danger"}, required=True, sortable=False
        ),
        Column("state", _l("State"), Assignment.state, kind="state", labels=STATES, tones=case_words.TONES),
    ),
    keys={"case_id": Case.id},
    filters=(
        Text("q", _l("Name, code or number"), condition=search.condition),
        Choice("desk", _l("Desk"), Desk.slug, options=desks),
        Choice("case_manager", _l("Case manager"), Case.case_manager_id, options=case_managers),
        Choice("state", _l("State"), Assignment.state, options=STATES),
        Choice("deadline", _l("Deadline"), _deadline, options=DEADLINES),
        DateRange("due", _l("Due on"), reminders.DUE_ON),
    ),
    phone=("surname", "first_name", "assigned_on", "deadline"),
    empty=Empty(_l("Here are the people who were assigned to your desks and whom nobody has taken in charge yet.")),
)


def waiting() -> Select[Any]:
    """Those in the cases that the visitor may see."""
    return reminders.waits(g.visitor)


@blueprint.get("/waiting", endpoint="waiting")
@requires(Pathways.READ)
def index() -> ResponseReturnValue:
    return respond(WAITING, db.session(), waiting(), template="pathways/waiting.html", who=g.visitor.account.name)
