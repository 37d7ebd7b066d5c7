"""Shapes of notes and tasks, as pages and programs send them."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from consortium.journal.models import Doer
from consortium.web.fields import Day, Id, OneOf, Whole, Words

LONGEST_NOTE = 10_000
LONGEST_DETAILS = 2_000


class NoteSchema(Schema):
    """A note, and whether it stays on top of the others."""

    body = Words(LONGEST_NOTE, required=True)
    pinned = fields.Boolean(load_default=False)


class EditNoteSchema(NoteSchema):
    revision = Whole(required=True)


class TaskSchema(Schema):
    """Something to do by a day. `assignee_id` null: whoever follows the case. `doer` null: the desk."""

    title = Words(required=True)
    due_on = Day(required=True)
    doer = OneOf(Doer, allow_none=True, load_default=None)
    assignee_id = Id(allow_none=True, load_default=None)
    details = Words(LONGEST_DETAILS, allow_none=True, load_default=None)

    @post_load
    def _the_desk(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {**data, "doer": data["doer"] or Doer.DESK}


class EditTaskSchema(TaskSchema):
    revision = Whole(required=True)


class ReassignSchema(Schema):
    """Who does several tasks from now on; null: whoever follows each case."""

    assignee_id = Id(allow_none=True, load_default=None)


class MoveSchema(Schema):
    """By when several tasks are to be done."""

    due_on = Day(required=True)


class NotesQuery(Schema):
    """Words that the notes have in them."""

    q = Words(100, load_default="")


class NoteShape(Schema):
    """A note with who wrote it."""

    id = fields.UUID()
    case_id = fields.UUID()
    on_date = fields.Date()
    author_id = fields.UUID()
    author = fields.String()
    body = fields.String()
    pinned = fields.Boolean()
    revision = fields.Integer()


class NotesShape(Schema):
    items = fields.List(fields.Nested(NoteShape))


class TaskShape(Schema):
    """A task as it stands. `assignee`: who does it, or who follows the case where nobody was named."""

    id = fields.UUID(attribute="Task.id")
    case_id = fields.UUID(attribute="Task.case_id")
    title = fields.String(attribute="Task.title")
    details = fields.String(attribute="Task.details", allow_none=True)
    doer = fields.String(attribute="Task.doer", validate=validate.OneOf(list(Doer)))
    assignee_id = fields.UUID(attribute="Task.assignee_id", allow_none=True)
    assignee = fields.String(allow_none=True)
    due_on = fields.Date(attribute="Task.due_on")
    done_on = fields.Date(attribute="Task.done_on", allow_none=True)
    revision = fields.Integer(attribute="Task.revision")


class TasksShape(Schema):
    items = fields.List(fields.Nested(TaskShape))
