"""Reads of notes and tasks, bounded by what the visitor may see: those of the cases that they may open."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from consortium.cases.models import Case, Person
from consortium.cases.queries import Found, out_of_reach, same, visible
from consortium.desks.models import Desk, DeskStaff
from consortium.identity.models import Membership
from consortium.identity.queries import valid_on
from consortium.journal.models import Note, Task
from consortium.web.listing.formats import today
from consortium.web.visitor import Visitor
from tenants.database import db, tenant_parameter

# Taken at each execution, so that statements can be built once.
TODAY: ColumnElement[date] = bindparam("today", callable_=today, type_=Date())
Author = aliased(Membership)
Assignee = aliased(Membership)

# Whoever was named, else whoever follows the case.
held_by = func.coalesce(Task.assignee_id, Case.case_manager_id)


def state_on(day: date | ColumnElement[date]) -> ColumnElement[str]:
    """ "done", "overdue", "today" or "open", on a day."""
    late = (Task.done_on.is_not(None), literal("done")), (Task.due_on < day, literal("overdue")), (Task.due_on == day, literal("today"))
    return case(*late, else_=literal("open"))


def notes_of(case_id: UUID, text: str = "") -> list[Found]:
    """The notes of a case (`Note`'s columns and `author`): those on top first, then the newest; only those with these words."""
    columns = (Note.id, Note.case_id, Note.on_date, Note.author_id, Note.body, Note.pinned, Note.revision)
    statement = select(*columns, Author.name.label("author")).join(Author, same(Note.author_id, Author)).where(Note.case_id == case_id)
    # Folded on both sides: accents and capitals make no difference. A case has few notes, so no index is needed.
    said = [func.strpos(func.app.fold(Note.body), func.app.fold(word)) > 0 for word in text.split()]
    return list(db.session.execute(statement.where(*said).order_by(Note.pinned.desc(), Note.on_date.desc(), Note.id.desc())))


def note(note_id: UUID, visitor: Visitor) -> Found | None:
    """A note (`Note`, `author`) of a case that the visitor may see."""
    statement = select(Note, Author.name.label("author")).join(Case, same(Note.case_id, Case)).join(Author, same(Note.author_id, Author))
    return db.session.execute(statement.where(Note.id == note_id, visible(visitor))).first()


def tasks() -> Select[Any]:
    """Tasks with their case, person, desk and whoever does them, to be selected from."""
    return (
        select(Task.id)
        .join(Case, same(Task.case_id, Case))
        .outerjoin(Person, same(Case.person_id, Person))
        .outerjoin(Desk, same(Case.desk_id, Desk))
        .outerjoin(Assignee, and_(Assignee.tenant_id == Task.tenant_id, Assignee.id == held_by))
    )


def to_reassign() -> ColumnElement[bool]:
    """The condition, where `tasks` stands, that something is to be done and nobody who sees the case is to do it."""
    return and_(Task.done_on.is_(None), or_(Assignee.id.is_(None), out_of_reach(Assignee.id, Case.desk_id, person=Assignee)))


def in_hand(visitor: Visitor, assignee_id: UUID) -> tuple[int, int]:
    """How many tasks are somebody's to do, and how many of them wait for another."""
    counted = tasks().with_only_columns(func.count(), func.count().filter(to_reassign()), maintain_column_froms=True)
    row = db.session.execute(counted.where(Task.done_on.is_(None), held_by == assignee_id, visible(visitor))).one()
    return row[0], row[1]


def task(task_id: UUID, visitor: Visitor) -> Found | None:
    """A task (`Task`, `assignee`) of a case that the visitor may see."""
    statement = tasks().with_only_columns(Task, Assignee.name.label("assignee"), maintain_column_froms=True)
    return db.session.execute(statement.where(Task.id == task_id, visible(visitor))).first()


def tasks_of(case_id: UUID) -> list[Found]:
    """The tasks of a case (`Task`, `assignee`, `done_by`): those to do by their day, then those done, the latest first."""
    finisher = aliased(Membership)
    columns = (Task, Assignee.name.label("assignee"), finisher.name.label("done_by"))
    statement = tasks().outerjoin(finisher, same(Task.done_by_id, finisher)).with_only_columns(*columns, maintain_column_froms=True)
    order = (Task.done_on.desc().nulls_first(), Task.due_on, Task.id)
    return list(db.session.execute(statement.where(Task.case_id == case_id).order_by(*order)))


_LINE = (
    Task.id,
    Task.case_id,
    Task.title,
    Task.doer,
    Task.due_on,
    Task.done_on,
    Person.surname,
    Person.first_name,
    Desk.id.label("desk_id"),
    Desk.name.label("desk"),
    Assignee.name.label("assignee"),
)


def to_do(visitor: Visitor, *, by: date, at_most: int, mine: UUID | None = None, at: UUID | None = None) -> list[Found]:
    """What has to be done by a day, longest overdue first: by one person or by nobody (`mine`), at a desk (`at`), or by everybody, in the
    cases that the visitor may see (`id`, `case_id`, `title`, `doer`, `due_on`, `surname`, `first_name`, `desk`, `assignee`)."""
    statement = tasks().with_only_columns(*_LINE, maintain_column_froms=True)
    whose = [or_(held_by == mine, to_reassign())] if mine else []
    whose += [Case.desk_id == at] if at else []
    rows = statement.where(Task.done_on.is_(None), Task.due_on <= by, visible(visitor), *whose)
    return list(db.session.execute(rows.order_by(Task.due_on, Task.id).limit(at_most)))


def lines(ids: Sequence[UUID]) -> list[Found]:
    """Tasks by id, with what a page says of each, those due first."""
    statement = tasks().with_only_columns(*_LINE, Task.assignee_id, maintain_column_froms=True)
    return list(db.session.execute(statement.where(Task.id.in_(ids)).order_by(Task.due_on, Task.id)))


def who_may_do(desk_id: UUID, day: date) -> list[tuple[UUID, str]]:
    """(membership, name) of whoever may see the cases of a desk on a day: its staff, and the coordinators."""
    serves = select(DeskStaff.membership_id).where(
        DeskStaff.tenant_id == tenant_parameter(), DeskStaff.desk_id == desk_id, valid_on(DeskStaff, day)
    )
    able = or_(Membership.role == "coordinator", and_(Membership.role == "case_manager", Membership.id.in_(serves)))
    statement = select(Membership.id, Membership.name).where(able, valid_on(Membership, day))
    return [(row.id, row.name) for row in db.session.execute(statement.order_by(func.app.fold(Membership.name)))]
