"""Notes and tasks for programs: of a case, one, writing, correcting, doing; what each said before."""

from typing import Any
from uuid import UUID

from flask import g, url_for
from sqlalchemy import Select

from consortium.cases.pages import case_file
from consortium.cases.queries import Found
from consortium.journal import history, lists, queries, schemas, services
from consortium.journal.door import note_file, task_file
from consortium.journal.models import Note, Task
from consortium.journal.policy import Notes, Tasks
from consortium.journal.several import SEVERAL, UNDONE
from consortium.trail.schemas import HistoryShape
from consortium.web import several_api
from consortium.web.guard import requires
from consortium.web.intake import not_offered
from consortium.web.listing.formats import today
from consortium.web.programs import Blueprint, Facts, Made, refuse, unchanged

blueprint = Blueprint("journal-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="Notes and tasks of a case")


@blueprint.get("/cases/<uuid:case_id>/notes")
@blueprint.arguments(schemas.NotesQuery, location="query")
@blueprint.response(200, schemas.NotesShape)
@requires(Notes.READ)
def notes(asked: dict[str, str], case_id: UUID) -> dict[str, Any]:
    """The notes of a case: those on top, then the newest."""
    return {"items": queries.notes_of(case_file(case_id).Case.id, asked["q"])}


@blueprint.post("/cases/<uuid:case_id>/notes")
@blueprint.takes(schemas.NoteSchema, schemas.NoteShape, about=case_file)
@requires(Notes.WRITE)
def write_note(file: Found, facts: Facts) -> Made:
    """Write a note about a case."""
    made = services.write_note(case_id=file.Case.id, author_id=g.visitor.membership_id, on_date=today(), **facts)
    return _note(made), url_for("journal-api.note", note_id=made.id)


@blueprint.get("/notes/<uuid:note_id>")
@blueprint.response(200, schemas.NoteShape)
@requires(Notes.READ)
def note(note_id: UUID) -> dict[str, Any]:
    """A note, with who wrote it."""
    return _note(note_file(note_id).Note)


@blueprint.get("/notes/<uuid:note_id>/history")
@blueprint.response(200, HistoryShape)
@requires(Notes.READ)
def note_history(note_id: UUID) -> dict[str, Any]:
    """What a note said before, and until when, the newest first."""
    return {"items": history.of_note(note_file(note_id).Note)}


@blueprint.put("/notes/<uuid:note_id>")
@blueprint.takes(schemas.EditNoteSchema, schemas.NoteShape, about=note_file, status=200)
@requires(Notes.WRITE)
def edit_note(file: Found, facts: Facts) -> Made:
    """Correct a note of one's own."""
    unchanged(file.Note.revision, facts)
    edited = services.edit_note(note=file.Note, by=g.visitor.membership_id, **facts)
    return _note(edited), url_for("journal-api.note", note_id=edited.id)


def _note(note: Note) -> dict[str, Any]:
    columns = ("id", "case_id", "on_date", "author_id", "body", "pinned", "revision")
    return {name: getattr(note, name) for name in columns} | {"author": note_file(note.id).author}


@blueprint.get("/tasks")
@blueprint.lists(lists.TASKS)
@requires(Tasks.READ)
def tasks() -> Select[Any]:
    """The tasks of the cases that one may see."""
    return lists.tasks()


@blueprint.get("/cases/<uuid:case_id>/tasks")
@blueprint.response(200, schemas.TasksShape)
@requires(Tasks.READ)
def tasks_of(case_id: UUID) -> dict[str, Any]:
    """The tasks of a case: those to do by their day, then those done."""
    return {"items": queries.tasks_of(case_file(case_id).Case.id)}


@blueprint.post("/cases/<uuid:case_id>/tasks")
@blueprint.takes(schemas.TaskSchema, schemas.TaskShape, about=case_file)
@requires(Tasks.WRITE)
def add_task(file: Found, facts: Facts) -> Made:
    """Add something to do about a case."""
    refuse(not_offered(facts, assignee_id=queries.who_may_do(file.Case.desk_id, today())))
    return _task(services.add_task(case_id=file.Case.id, **facts).id)


@blueprint.get("/tasks/<uuid:task_id>")
@blueprint.response(200, schemas.TaskShape)
@requires(Tasks.READ)
def task(task_id: UUID) -> Found:
    """A task, with whoever does it."""
    return task_file(task_id)


@blueprint.get("/tasks/<uuid:task_id>/history")
@blueprint.response(200, HistoryShape)
@requires(Tasks.READ)
def task_history(task_id: UUID) -> dict[str, Any]:
    """What was changed in a task, when and by whom, the newest first."""
    return {"items": history.of_task(task_file(task_id).Task)}


@blueprint.put("/tasks/<uuid:task_id>")
@blueprint.takes(schemas.EditTaskSchema, schemas.TaskShape, about=task_file, status=200)
@requires(Tasks.WRITE)
def edit_task(file: Found, facts: Facts) -> Made:
    """Correct a task."""
    unchanged(file.Task.revision, facts)
    if facts["assignee_id"] != file.Task.assignee_id:
        desk_id = case_file(file.Task.case_id).Case.desk_id
        refuse(not_offered(facts, assignee_id=queries.who_may_do(desk_id, today())))
    return _task(services.edit_task(task=file.Task, **facts).id)


@blueprint.post("/tasks/<uuid:task_id>/done")
@blueprint.response(200, schemas.TaskShape)
@requires(Tasks.WRITE)
def done(task_id: UUID) -> Found:
    """It is done; asked twice, it is done once."""
    services.do_task(task=task_file(task_id).Task, on_date=today(), by=g.visitor.membership_id)
    return task_file(task_id)


@blueprint.post("/tasks/<uuid:task_id>/undo")
@blueprint.response(200, schemas.TaskShape)
@requires(Tasks.WRITE)
def undo(task_id: UUID) -> Found:
    """It is still to be done."""
    services.reopen_task(task=task_file(task_id).Task)
    return task_file(task_id)


@blueprint.delete("/tasks/<uuid:task_id>")
@blueprint.removes(about=task_file)
@requires(Tasks.WRITE)
def remove_task(file: Found, facts: Facts) -> None:
    """It was a mistake."""
    unchanged(file.Task.revision, facts)
    services.remove_task(task=file.Task)


def _task(task_id: UUID) -> Made:
    return task_file(task_id), url_for("journal-api.task", task_id=task_id)


several_api.offer(blueprint, lists.TASKS, lists.tasks, SEVERAL)
several_api.offer_undo(blueprint, lists.TASKS, Task, UNDONE, Tasks.WRITE)
