"""Writes of notes and tasks. Below is no visitor: who writes is told by their membership."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from consortium.journal.models import Note, Task
from tenants.database import db
from tenants.errors import Problem


class NoteOfAnother(Problem):
    title = _l("Only who wrote a note may change it")
    remedy = _l("Write a note of your own.")


def write_note(*, case_id: UUID, author_id: UUID, on_date: date, body: str, pinned: bool = False) -> Note:
    """What somebody writes down about a case on a day."""
    note = Note(case_id=case_id, author_id=author_id, on_date=on_date, body=body, pinned=pinned)
    db.session.add(note)
    db.session.flush()
    return note


def edit_note(*, note: Note, by: UUID, body: str, pinned: bool) -> Note:
    """The author corrects a note; what it said before stays in the trail. Raises NoteOfAnother."""
    its_own(note, by)
    note.body, note.pinned = body, pinned
    db.session.flush()
    return note


def its_own(note: Note, by: UUID | None) -> None:
    """Raises NoteOfAnother where somebody else wrote it."""
    if note.author_id != by:
        raise NoteOfAnother


def add_task(*, case_id: UUID, title: str, due_on: date, doer: str, assignee_id: UUID | None, details: str | None) -> Task:
    """Something to do about a case by a day."""
    task = Task(case_id=case_id, title=title, due_on=due_on, doer=doer, assignee_id=assignee_id, details=details)
    db.session.add(task)
    db.session.flush()
    return task


def edit_task(*, task: Task, **facts: Any) -> Task:
    """Correct a task."""
    for field, value in facts.items():
        setattr(task, field, value)
    db.session.flush()
    return task


def do_task(*, task: Task, on_date: date, by: UUID) -> Task:
    """It is done; done twice, it stays as it was first."""
    if task.done_on is None:
        task.done_on, task.done_by_id = on_date, by
        db.session.flush()
    return task


def reopen_task(*, task: Task) -> Task:
    """It is still to be done."""
    task.done_on = task.done_by_id = None
    db.session.flush()
    return task


def remove_task(*, task: Task) -> None:
    """It was a mistake. The trail keeps it."""
    db.session.delete(task)
    db.session.flush()


def change_tasks(*, tasks: Sequence[Task], **facts: Any) -> None:
    """The same change of several tasks at once, all or none."""
    for task in tasks:
        for field, value in facts.items():
            setattr(task, field, value)
    db.session.flush()
