"""Desks (sportelli): places, channels, weekly opening hours with their validity, staff with theirs."""

from datetime import date, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base
from tenants.models import Regional, Tenanted, belongs_to


class Channel(StrEnum):
    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"


class Desk(Regional, Base):
    """A place where people are served. It stands in a municipality, and may be hosted by a member; desk and member are different things."""

    __tablename__ = "desks"
    __table_args__ = (
        *belongs_to(member_id="members"),
        ForeignKeyConstraint(["tenant_id", "region_id"], ["tenants.id", "tenants.region_id"]),
        UniqueConstraint("tenant_id", "slug"),
        CheckConstraint("closed_on >= opened_on", name="period"),
        CheckConstraint("channels <@ ARRAY['in_person', 'phone', 'video']", name="channels"),
    )

    slug: Mapped[str]
    name: Mapped[str]
    istat: Mapped[str] = mapped_column(ForeignKey("municipalities.istat"))
    member_id: Mapped[UUID | None]
    address: Mapped[str | None]
    floor_note: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    services: Mapped[list[str]] = mapped_column(ARRAY(Text))
    by_appointment: Mapped[bool] = mapped_column(default=False)
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]


class OpeningHours(Regional, Base):
    """One window of the weekly template; `weekday` is ISO (1 = Monday). Several windows a day are several rows."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        *belongs_to(desk_id="desks"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("closes > opens", name="window"),
        CheckConstraint("valid_to >= valid_from", name="period"),
        Index("ix_opening_hours_desk", "tenant_id", "desk_id"),
    )

    desk_id: Mapped[UUID]
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class DeskStaff(Tenanted, Base):
    """Somebody who serves a desk between two dates (the last included)."""

    __tablename__ = "desk_staff"
    __table_args__ = (
        *belongs_to(desk_id="desks", membership_id="memberships"),
        CheckConstraint("valid_to >= valid_from", name="period"),
        UniqueConstraint("tenant_id", "membership_id", "desk_id", "valid_from"),
        Index("ix_desk_staff_desk", "tenant_id", "desk_id"),
    )

    desk_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
