"""The pages of the journal: the list of tasks; and what notes and tasks add to the pages of cases."""

from uuid import UUID

from flask import Flask, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from consortium.cases import pages
from consortium.cases.pages import Link, Panel, Tab
from consortium.cases.queries import Found
from consortium.journal import lists, note_pages, queries, several, task_pages, words
from consortium.journal.door import blueprint
from consortium.journal.policy import Notes, Tasks
from consortium.journal.schemas import NoteSchema, TaskSchema
from consortium.staff import leaving
from consortium.staff.leaving import InHand, Left
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing.door import respond
from consortium.web.listing.formats import today
from tenants.database import db

__all__ = ["blueprint", "note_pages", "several", "task_pages"]

# What the overview of a case shows of each; the tabs have the rest.
ON_OVERVIEW = 5


@blueprint.get("/tasks")
@requires(Tasks.READ)
def tasks() -> ResponseReturnValue:
    return respond(lists.TASKS, db.session(), lists.tasks(), template="journal/tasks.html", who=g.visitor.account.name)


def _to_do(file: Found) -> Panel:
    """The overview's part about tasks: what is open, and one line to add to it."""
    open_ = [row for row in queries.tasks_of(file.Case.id) if row.Task.done_on is None]
    form = Form(TaskSchema(), {"due_on": today()})
    here = url_for("cases.overview", case_id=file.Case.id)
    return Panel(
        Markup(
            render_template(
                "journal/tasks_panel.html", file=file, tasks=open_, form=form, words=words, day=today(), here=here, at_most=ON_OVERVIEW
            )
        )
    )


def _notes(file: Found) -> Panel:
    """The overview's part about notes: those on top, the newest, and where to write one."""
    found = queries.notes_of(file.Case.id)
    shown = [each for each in found if each.pinned] or found[:1]
    here = url_for("cases.overview", case_id=file.Case.id)
    return Panel(
        Markup(render_template("journal/notes_panel.html", file=file, notes=shown, count=len(found), form=Form(NoteSchema()), here=here))
    )


def _in_hand(membership_id: UUID) -> InHand:
    """The tasks that are somebody's; of those, what waits for another: they have left, or serve other desks."""
    theirs, waiting = queries.in_hand(g.visitor, membership_id)
    held = Left(theirs, ngettext("%(num)s task", "%(num)s tasks", theirs), url_for("journal.tasks", state="open", assignee=membership_id))
    text = ngettext("%(num)s task waits for somebody else.", "%(num)s tasks wait for somebody else.", waiting)
    left = Left(waiting, text, url_for("journal.tasks", to_reassign="yes", assignee=membership_id))
    return InHand(held, left)


def furnish(app: Flask) -> None:
    """Called once, when the room opens."""
    leaving.of(app).append(_in_hand)
    registry = pages.of(app)
    registry.tabs += [
        Tab(_l("Notes"), "journal.notes", Notes.READ, 50),
        Tab(_l("Tasks"), "journal.of_case", Tasks.READ, 60),
    ]
    registry.panels += [(Tasks.READ, _to_do), (Notes.READ, _notes)]
    registry.links.append(Link(_l("Tasks"), "journal.tasks", Tasks.READ))
