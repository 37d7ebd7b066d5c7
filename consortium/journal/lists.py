"""The list of tasks."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, or_

from consortium.cases import search
from consortium.cases.lists import case_managers, desks
from consortium.cases.models import Case, Person
from consortium.cases.pages import linker
from consortium.cases.queries import visible
from consortium.desks.models import Desk
from consortium.journal import queries, words
from consortium.journal.models import Task
from consortium.journal.policy import Tasks
from consortium.journal.queries import TODAY, Assignee, held_by
from consortium.web.listing.actions import Action
from consortium.web.listing.columns import Column
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.filters import Choice, DateRange, Text, contains
from consortium.web.policy import Role

_STANDS: Mapping[str, ColumnElement[bool]] = {
    "open": Task.done_on.is_(None),
    "overdue": (Task.done_on.is_(None)) & (Task.due_on < TODAY),
    "today": (Task.done_on.is_(None)) & (Task.due_on == TODAY),
    "done": Task.done_on.is_not(None),
}


def _text(text: str) -> ColumnElement[bool]:
    """The words of the task, or the person or case that it is about."""
    return or_(contains(text, Task.title), search.condition(text))


def _stands(values: Sequence[str]) -> ColumnElement[bool]:
    return _STANDS[values[0]]


def _usual() -> dict[str, str]:
    """What one comes for: what is still to do and, for who follows cases, what is one's own."""
    mine = {"assignee": str(g.visitor.membership_id)} if g.visitor.role in (Role.CASE_MANAGER, Role.COORDINATOR) else {}
    return {**mine, "state": "open"}


TASKS = Listing(
    name="tasks",
    title=_l("Tasks"),
    tiebreak=Task.id,
    order=("due_on",),
    columns=(
        Column("title", _l("What has to be done"), Task.title, required=True, link=linker("journal.edit_task", "task_id")),
        Column("surname", _l("Surname"), Person.surname, required=True),
        Column("first_name", _l("Name"), Person.first_name, required=True),
        Column("due_on", _l("Due on"), Task.due_on, kind="date", required=True),
        Column("state", _l("State"), queries.state_on(TODAY), kind="state", labels=words.STATES, tones=words.TONES, sortable=False),
        Column("doer", _l("Who has to do it"), Task.doer, labels=words.DOERS, required=True),
        Column("assignee", _l("Operator"), Assignee.name),
        Column("desk", _l("Desk"), Desk.name, required=True),
        Column("number", _l("Case"), Case.number, required=True, whole=True),
        Column("done_on", _l("Done on"), Task.done_on, kind="date"),
    ),
    filters=(
        Text("q", _l("Task, name, code or number"), condition=_text),
        Choice("assignee", _l("Operator"), held_by, options=case_managers),
        Choice("state", _l("State"), options=words.STATES, condition=_stands),
        DateRange("due", _l("Due on"), Task.due_on),
        Choice("doer", _l("Who has to do it"), Task.doer, options=words.DOERS),
        Choice("desk", _l("Desk"), Desk.slug, options=desks),
        # To do, and whoever was to do it has left or serves other desks.
        Choice("to_reassign", _l("To reassign"), options={"yes": _l("Yes")}, condition=lambda values: queries.to_reassign()),
    ),
    phone=("title", "surname", "first_name", "due_on", "state"),
    actions=(
        Action("done", _l("Mark as done"), Tasks.WRITE, "journal.several"),
        Action("reassign", _l("Give to somebody else"), Tasks.WRITE, "journal.several"),
        Action("move", _l("Move to another day"), Tasks.WRITE, "journal.several"),
    ),
    usual=_usual,
    empty=Empty(_l("Here is what has to be done for the people you serve. Add a task from a person's case.")),
)


def tasks() -> Select[Any]:
    """The tasks of the cases that the visitor may see."""
    return queries.tasks().where(visible(g.visitor))
