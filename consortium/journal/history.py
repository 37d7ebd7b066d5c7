"""How the trail of notes and tasks reads."""

from flask_babel import lazy_gettext as _l

from consortium.cases import queries as cases
from consortium.journal import words
from consortium.journal.models import Note, Task
from consortium.trail.labels import describe
from consortium.trail.queries import Entry, history

describe(
    "notes",
    _l("Note"),
    {"body": _l("Note"), "pinned": _l("Kept on top"), "on_date": _l("Day"), "author_id": _l("Author")},
    hidden=("case_id",),
)
describe(
    "tasks",
    _l("Task"),
    {
        "title": _l("What has to be done"),
        "due_on": _l("Due on"),
        "doer": _l("Who has to do it"),
        "assignee_id": _l("Operator"),
        "details": _l("Details"),
        "done_on": _l("Done on"),
        "done_by_id": _l("Done by"),
    },
    {"doer": words.DOERS},
    hidden=("case_id",),
)


def of_note(note: Note) -> list[Entry]:
    """What was changed in a note, newest first."""
    return history("notes", note.id, names=cases.names())


def of_task(task: Task) -> list[Entry]:
    """What was changed in a task, newest first."""
    return history("tasks", task.id, names=cases.names())
