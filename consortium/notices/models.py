"""Versions of the privacy notice, and that a person has seen one of them."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from tenants.database import Base
from tenants.models import Tenanted, belongs_to, one_of


class How(StrEnum):
    """How a person has seen the notice."""

    SIGNED = "signed"
    READ = "read"
    MAILED = "mailed"


class State(StrEnum):
    """How a version stands on a day."""

    TO_COME = "to_come"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


class Seen(StrEnum):
    """How a person stands with the version in force."""

    MISSING = "missing"
    EARLIER = "earlier"
    ACKNOWLEDGED = "acknowledged"


class Notice(Tenanted, Base):
    """A version of the notice (GDPR arts. 13 and 14). In force on a day: the one with the latest `in_force_from` up to it.

    `body`: plain text; a blank line begins a paragraph. From its first day on nothing of it changes.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        UniqueConstraint("tenant_id", "number"),
        UniqueConstraint("tenant_id", "in_force_from"),
    )

    number: Mapped[int]
    in_force_from: Mapped[date]
    title: Mapped[str]
    body: Mapped[str]


class Acknowledgement(Tenanted, Base):
    """A person has seen a version of the notice on a day. Not a consent: the core service stands on a public task."""

    __tablename__ = "acknowledgements"
    __table_args__ = (
        *belongs_to(person_id="people", notice_id="notices", recorded_by_id="memberships"),
        one_of("how", How),
        UniqueConstraint("tenant_id", "person_id", "notice_id"),
        Index("ix_acknowledgements_notice", "tenant_id", "notice_id"),
        {"info": {"personal": True, "part_of": "person_id"}},
    )

    person_id: Mapped[UUID]
    notice_id: Mapped[UUID]
    on_date: Mapped[date]
    how: Mapped[str]
    recorded_by_id: Mapped[UUID]
