"""Measures, pathways of a person through a measure, the events of their state, sessions."""

from datetime import date, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, Text, UniqueConstraint, column, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base
from tenants.models import Tenanted, belongs_to, one_of


class PathwayState(StrEnum):
    """draft → activated → suspended ⇄ activated → concluded(outcome) | cancelled."""

    DRAFT = "draft"
    ACTIVATED = "activated"
    SUSPENDED = "suspended"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    COMPLETED = "completed"
    PLACED = "placed"
    TRAINING_STARTED = "training_started"
    INTERNSHIP_STARTED = "internship_started"
    DROPPED_OUT = "dropped_out"
    MOVED = "moved"
    EXCLUDED = "excluded"
    DECEASED = "deceased"


class Mode(StrEnum):
    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"
    BACK_OFFICE = "back_office"


def never_twice(who: str) -> ExcludeConstraint:
    """`who` cannot be in two sessions at once: one of two concurrent inserts waits, and is refused."""
    span = text("tsrange(on_date + starts, on_date + ends)")
    return ExcludeConstraint((column("tenant_id"), "="), (column(who), "="), (span, "&&"), using="gist", name=f"ex_sessions_{who}")


class Measure(Tenanted, Base):
    """A funded measure: its period, the GOL paths it admits (all, where empty), its services."""

    __tablename__ = "measures"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        UniqueConstraint("tenant_id", "name"),
        CheckConstraint("valid_to >= valid_from", name="period"),
    )

    code: Mapped[str]
    name: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    gol_paths: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    services: Mapped[list[str]] = mapped_column(ARRAY(Text))
    act: Mapped[str | None]


class MeasureDesk(Tenanted, Base):
    """A desk allowed to work a measure."""

    __tablename__ = "measure_desks"
    __table_args__ = (*belongs_to(measure_id="measures", desk_id="desks"), UniqueConstraint("tenant_id", "measure_id", "desk_id"))

    measure_id: Mapped[UUID]
    desk_id: Mapped[UUID]


class Pathway(Tenanted, Base):
    """One person's way through one measure. `ended_on` is the day of conclusion or, once activated, of cancellation."""

    __tablename__ = "pathways"
    __table_args__ = (
        *belongs_to(case_id="cases", measure_id="measures", desk_id="desks", case_manager_id="memberships"),
        one_of("state", PathwayState),
        one_of("outcome", Outcome),
        CheckConstraint("ended_on >= activated_on", name="period"),
        CheckConstraint("state = 'draft' OR state = 'cancelled' OR activated_on IS NOT NULL", name="activated"),
        CheckConstraint("(state IN ('concluded', 'cancelled')) = (ended_on IS NOT NULL)", name="ended"),
        CheckConstraint("(state = 'concluded') = (outcome IS NOT NULL)", name="outcome_told"),
        UniqueConstraint("tenant_id", "code"),
        Index("ix_pathways_activated_on", "tenant_id", "activated_on"),
        # The list, newest first; drafts come last.
        Index("ix_pathways_newest", "tenant_id", text("activated_on DESC NULLS LAST"), text("id DESC")),
        # The highest code of a series (TRE-99999 comes before TRE-100000).
        Index("ix_pathways_code_order", "tenant_id", text("length(code)"), "code"),
        Index("ix_pathways_case_manager", "tenant_id", "case_manager_id"),
        Index("ix_pathways_case", "tenant_id", "case_id"),
        Index("ix_pathways_desk", "tenant_id", "desk_id"),
        {"info": {"personal": True}},
    )

    code: Mapped[str]
    case_id: Mapped[UUID]
    measure_id: Mapped[UUID]
    desk_id: Mapped[UUID]
    case_manager_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default=PathwayState.DRAFT)
    activated_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    outcome: Mapped[str | None]


class PathwayEvent(Tenanted, Base):
    """A change of state, on a day, with its reason: the pathway's state on a past day is that of the last event by then."""

    __tablename__ = "pathway_events"
    __table_args__ = (
        *belongs_to(pathway_id="pathways"),
        one_of("state", PathwayState),
        Index("ix_pathway_events_pathway", "tenant_id", "pathway_id", "on_date"),
        {"info": {"personal": True}},
    )

    pathway_id: Mapped[UUID]
    state: Mapped[str]
    on_date: Mapped[date]
    reason: Mapped[str | None]


class Session(Tenanted, Base):
    """A service delivered: on a day, from `starts` to `ends` (same day), by an operator. Back-office hours count and are not signed."""

    __tablename__ = "sessions"
    __table_args__ = (
        *belongs_to(pathway_id="pathways", operator_id="memberships", case_id="cases"),
        one_of("mode", Mode),
        CheckConstraint("ends > starts", name="window"),
        UniqueConstraint("tenant_id", "pathway_id", "on_date", "starts"),
        never_twice("operator_id"),
        never_twice("case_id"),
        Index("ix_sessions_on_date", "tenant_id", "on_date"),
        {"info": {"personal": True}},
    )

    pathway_id: Mapped[UUID]
    case_id: Mapped[UUID]
    operator_id: Mapped[UUID]
    on_date: Mapped[date]
    starts: Mapped[time]
    ends: Mapped[time]
    service: Mapped[str]
    mode: Mapped[str]
    note: Mapped[str | None]
