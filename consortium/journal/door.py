"""The room's door: its blueprint, and the note and the task of an address."""

from uuid import UUID

from flask import Blueprint, abort, g

from consortium.cases.queries import Found
from consortium.journal import queries

blueprint = Blueprint("journal", __name__, url_prefix="/<slug:tenant>", template_folder="templates")


def note_file(note_id: UUID) -> Found:
    """The note with its author's name, if the visitor may see its case; else 404."""
    return queries.note(note_id, g.visitor) or abort(404)


def task_file(task_id: UUID) -> Found:
    """The task with the name of whoever does it, if the visitor may see its case; else 404."""
    return queries.task(task_id, g.visitor) or abort(404)
