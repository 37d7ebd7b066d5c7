"""Measures, pathways of a person through a measure, the events of their state, sessions."""

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, SmallInteger, UniqueConstraint, Uuid, column, text
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


class Effect(StrEnum):
    """What happens to a person who would be in two incompatible measures at once."""

    STOP = "stop"
    WARN = "warn"


def never_twice(who: str, *more: tuple[Any, str]) -> ExcludeConstraint:
    """`who` cannot be in two sessions at once: one of two concurrent inserts waits, and is refused."""
    span = text("tsrange(on_date + starts, on_date + ends)")
    return ExcludeConstraint((column("tenant_id"), "="), (column(who), "="), *more, (span, "&&"), using="gist", name=f"ex_sessions_{who}")


# Rows of one group session are one session of its operator.
_ANOTHER_GROUP = (text("coalesce(group_id, id)"), "<>")


class Measure(Tenanted, Base):
    """A funded measure: its period, the GOL paths it admits (all, where empty).

    `contact_days`, `intake_days`: within how many days of the assignment a person is to be contacted and taken in charge.
    """

    __tablename__ = "measures"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        UniqueConstraint("tenant_id", "name"),
        CheckConstraint("valid_to >= valid_from", name="period"),
        CheckConstraint("contact_days >= 0", name="contact_days"),
        CheckConstraint("intake_days >= 0", name="intake_days"),
    )

    code: Mapped[str]
    name: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    gol_paths: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    act: Mapped[str | None]
    contact_days: Mapped[int | None]
    intake_days: Mapped[int | None]


class MeasureService(Tenanted, Base):
    """A service of a measure. `hours_budget`: hours that one person can have of it (no limit where null).

    Sessions keep its name: one that was delivered is not renamed, but `withdrawn` (offered no more).
    """

    __tablename__ = "measure_services"
    __table_args__ = (
        *belongs_to(measure_id="measures"),
        CheckConstraint("hours_budget > 0", name="hours_budget"),
        UniqueConstraint("tenant_id", "measure_id", "name"),
    )

    measure_id: Mapped[UUID]
    name: Mapped[str]
    hours_budget: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class UnitCost(Tenanted, Base):
    """What an hour of a service is worth (UCS), in euros, between two days (the last included), by which act."""

    __tablename__ = "unit_costs"
    __table_args__ = (
        *belongs_to(service_id="measure_services"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("valid_to >= valid_from", name="period"),
        ExcludeConstraint(
            (column("tenant_id"), "="),
            (column("service_id"), "="),
            (text("daterange(valid_from, valid_to, '[]')"), "&&"),
            using="gist",
            name="ex_unit_costs_period",
        ),
    )

    service_id: Mapped[UUID]
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    act: Mapped[str]


class MeasureConflict(Tenanted, Base):
    """Two measures (or a measure and itself) that a person cannot be in at once, or only knowingly. The lesser id comes first."""

    __tablename__ = "measure_conflicts"
    __table_args__ = (
        *belongs_to(measure_id="measures", other_id="measures"),
        one_of("effect", Effect),
        CheckConstraint("measure_id <= other_id", name="in_order"),
        UniqueConstraint("tenant_id", "measure_id", "other_id"),
    )

    measure_id: Mapped[UUID]
    other_id: Mapped[UUID]
    effect: Mapped[str]
    act: Mapped[str | None]


class MeasureDesk(Tenanted, Base):
    """A desk allowed to work a measure."""

    __tablename__ = "measure_desks"
    __table_args__ = (*belongs_to(measure_id="measures", desk_id="desks"), UniqueConstraint("tenant_id", "measure_id", "desk_id"))

    measure_id: Mapped[UUID]
    desk_id: Mapped[UUID]


class Pathway(Tenanted, Base):
    """One person's way through one measure. `ended_on` is the day of conclusion or, once activated, of cancellation.

    `goal`: what the person and the desk agreed to reach. `register_closed_on`: since then its attendance register is locked.
    """

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
    goal: Mapped[str | None]
    register_closed_on: Mapped[date | None]


class PathwayEvent(Tenanted, Base):
    """A change of state, on a day, with its reason: the pathway's state on a past day is that of the last event by then.

    One that was a mistake and was taken back stays, with the day (`undone_on`) and why; it tells no state.
    """

    __tablename__ = "pathway_events"
    __table_args__ = (
        *belongs_to(pathway_id="pathways"),
        one_of("state", PathwayState),
        CheckConstraint("(undone_on IS NULL) = (undone_reason IS NULL)", name="undone"),
        Index("ix_pathway_events_pathway", "tenant_id", "pathway_id", "on_date"),
        {"info": {"personal": True}},
    )

    pathway_id: Mapped[UUID]
    state: Mapped[str]
    on_date: Mapped[date]
    reason: Mapped[str | None]
    undone_on: Mapped[date | None]
    undone_reason: Mapped[str | None]


class Session(Tenanted, Base):
    """A service delivered: on a day, from `starts` to `ends` (same day), by an operator. Back-office hours count and are not signed.

    `group_id` is the same in the rows of one session with several people.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        *belongs_to(pathway_id="pathways", operator_id="memberships", case_id="cases"),
        one_of("mode", Mode),
        CheckConstraint("ends > starts", name="window"),
        UniqueConstraint("tenant_id", "pathway_id", "on_date", "starts"),
        never_twice("operator_id", _ANOTHER_GROUP),
        never_twice("case_id"),
        Index("ix_sessions_on_date", "tenant_id", "on_date"),
        Index("ix_sessions_operator", "tenant_id", "operator_id", "on_date"),
        {"info": {"personal": True, "part_of": "pathway_id"}},
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
    group_id: Mapped[UUID | None] = mapped_column(Uuid)


class SessionCorrection(Tenanted, Base):
    """A counter-entry: hours taken from (or given back to) a session of a closed month, booked on a day of an open one.

    The session stays as it was; its hours as of a day are its own and those of the corrections booked by then.
    """

    __tablename__ = "session_corrections"
    __table_args__ = (
        *belongs_to(session_id="sessions", made_by_id="memberships"),
        CheckConstraint("hours <> 0", name="hours"),
        Index("ix_session_corrections_session", "tenant_id", "session_id", "booked_on"),
        Index("ix_session_corrections_booked_on", "tenant_id", "booked_on"),
        {"info": {"personal": True}},
    )

    session_id: Mapped[UUID]
    booked_on: Mapped[date]
    hours: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    reason: Mapped[str]
    made_by_id: Mapped[UUID | None]


class MonthClosing(Tenanted, Base):
    """A month (its first day) of a desk that was closed: its sessions are no more recorded, edited or removed.

    One that was reopened stays, with its day and its reason; the month may be closed again.
    """

    __tablename__ = "month_closings"
    __table_args__ = (
        *belongs_to(desk_id="desks", closed_by_id="memberships", reopened_by_id="memberships"),
        CheckConstraint("extract(day FROM month) = 1", name="first_day"),
        CheckConstraint("(reopened_on IS NULL) = (reason IS NULL)", name="reopened"),
        Index("uq_month_closings_in_force", "tenant_id", "desk_id", "month", unique=True, postgresql_where=text("reopened_on IS NULL")),
    )

    desk_id: Mapped[UUID]
    month: Mapped[date]
    closed_by_id: Mapped[UUID | None]
    reopened_on: Mapped[date | None]
    reopened_by_id: Mapped[UUID | None]
    reason: Mapped[str | None]
