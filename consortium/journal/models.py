"""Notes and tasks of a case."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base
from tenants.models import Tenanted, belongs_to, one_of


class Doer(StrEnum):
    """Who has something to do: the desk, or the person served (it is then among the next steps on their paper)."""

    DESK = "desk"
    PERSON = "person"


class Note(Tenanted, Base):
    """What somebody wrote down about a case on a day."""

    __tablename__ = "notes"
    __table_args__ = (
        *belongs_to(case_id="cases", author_id="memberships"),
        Index("ix_notes_case", "tenant_id", "case_id", "on_date"),
        {"info": {"personal": True}},
    )

    case_id: Mapped[UUID]
    author_id: Mapped[UUID]
    on_date: Mapped[date]
    body: Mapped[str]
    pinned: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class Task(Tenanted, Base):
    """Something to do about a case by a day. `assignee_id` null: whoever follows the case."""

    __tablename__ = "tasks"
    __table_args__ = (
        *belongs_to(case_id="cases", assignee_id="memberships", done_by_id="memberships"),
        one_of("doer", Doer),
        CheckConstraint("(done_on IS NULL) = (done_by_id IS NULL)", name="done"),
        Index("ix_tasks_case", "tenant_id", "case_id"),
        # What is still to do, by day: asked for on every landing page.
        Index("ix_tasks_open", "tenant_id", "due_on", postgresql_where=text("done_on IS NULL")),
        {"info": {"personal": True}},
    )

    case_id: Mapped[UUID]
    assignee_id: Mapped[UUID | None]
    title: Mapped[str]
    details: Mapped[str | None]
    doer: Mapped[str] = mapped_column(default=Doer.DESK)
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    done_by_id: Mapped[UUID | None]
