"""What can be done to several tasks at once: mark them as done, give them to somebody, move their day."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from flask import g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from consortium.cases import queries as cases
from consortium.cases import words as case_words
from consortium.cases.pages import linker
from consortium.cases.queries import Found
from consortium.journal import lists, queries, schemas, services, words
from consortium.journal.door import blueprint
from consortium.journal.models import Task
from consortium.journal.policy import Tasks
from consortium.web.guard import requires
from consortium.web.listing.actions import Change, Outlook
from consortium.web.listing.formats import day, today
from consortium.web.several import Facts, Several, respond, undone
from tenants.database import db

Looked = Callable[[Found], tuple[Sequence[Change], str]]
# What the actions change, and an undo gives back.
UNDONE = ("done_on", "done_by_id", "assignee_id", "due_on")


def _outlooks(ids: Sequence[UUID], look: Looked | None) -> list[Outlook]:
    """A line for each task; `look`: what will become of it, and why it cannot be ("" where it can)."""
    opens = linker("journal.edit_task", "task_id", "id")()
    found = queries.lines(ids)
    return [_outlook(row, opens(row), *(look(row) if look else ((), ""))) for row in found]


def _outlook(row: Found, url: str, changes: Sequence[Change], refusal: str) -> Outlook:
    return Outlook(row.id, f"{row.title} · {row.surname} {row.first_name}", url, () if refusal else changes, refusal)


def _is_done(row: Found) -> str:
    return str(_("It was done on %(day)s.", day=day(row.done_on))) if row.done_on else ""


def _done(ids: Sequence[UUID], facts: Facts | None) -> list[Outlook]:
    now = today()
    return _outlooks(ids, lambda row: ([(_("State"), words.due(row.due_on, now), str(words.STATES["done"]))], _is_done(row)))


def _reassigned(ids: Sequence[UUID], facts: Facts | None) -> list[Outlook]:
    if facts is None:
        return _outlooks(ids, None)
    to = facts["assignee_id"]
    name = dict(cases.case_managers()).get(to, "") if to else str(_("Whoever follows the case"))
    serves = cases.desks_seen(to) if to else None

    def look(row: Found) -> tuple[Sequence[Change], str]:
        not_theirs = case_words.does_not_serve(serves, name, row.desk_id, row.desk)
        same = str(_("It is theirs already.")) if row.assignee_id == to else ""
        return [(_("Operator"), row.assignee, name)], _is_done(row) or not_theirs or same

    return _outlooks(ids, look)


def _moved(ids: Sequence[UUID], facts: Facts | None) -> list[Outlook]:
    if facts is None:
        return _outlooks(ids, None)
    to = facts["due_on"]
    same = str(_("It is due on that day already."))
    return _outlooks(ids, lambda row: ([(_("Due on"), day(row.due_on), day(to))], _is_done(row) or (same if row.due_on == to else "")))


def _tasks(ids: Sequence[UUID]) -> Sequence[Task]:
    return db.session.scalars(select(Task).where(Task.id.in_(ids))).all()


def _finish(ids: Sequence[UUID], facts: Facts) -> None:
    services.change_tasks(tasks=_tasks(ids), done_on=today(), done_by_id=g.visitor.membership_id)


def _change(ids: Sequence[UUID], facts: Facts) -> None:
    services.change_tasks(tasks=_tasks(ids), **facts)


def _undo_url() -> str:
    return url_for("journal.undo_several")


SEVERAL: Mapping[str, Several] = {
    "done": Several(
        title=_l("Mark as done"),
        text=_l("They are done today, by you."),
        model=Task,
        outlook=_done,
        apply=_finish,
        undo=_undo_url,
    ),
    "reassign": Several(
        title=_l("Give to somebody else"),
        text=_l("Whoever gets them must serve the desk of the case."),
        model=Task,
        schema=schemas.ReassignSchema,
        fields="journal/several_reassign.html",
        choices=lambda: {"assignee_id": cases.case_managers()},
        outlook=_reassigned,
        apply=_change,
        undo=_undo_url,
    ),
    "move": Several(
        title=_l("Move to another day"),
        text=_l("The day by which they are to be done."),
        model=Task,
        schema=schemas.MoveSchema,
        fields="journal/several_move.html",
        outlook=_moved,
        apply=_change,
        undo=_undo_url,
    ),
}


@blueprint.post("/tasks/several/<any(done,reassign,move):verb>")
@requires(Tasks.WRITE)
def several(verb: str) -> ResponseReturnValue:
    return respond(lists.TASKS, lists.tasks(), SEVERAL[verb], back=url_for("journal.tasks"))


@blueprint.post("/tasks/several/undo")
@requires(Tasks.WRITE)
def undo_several() -> ResponseReturnValue:
    """What was done to several tasks a moment ago, by the same person."""
    return undone(SEVERAL["done"], UNDONE, back=url_for("journal.tasks"))
