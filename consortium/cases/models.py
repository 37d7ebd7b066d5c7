"""People (the SAP's personal section), their cases, their assignments by a job centre."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from consortium.codes.models import Scheme
from tenants.database import Base
from tenants.models import Tenanted, belongs_to, one_of


class Sex(StrEnum):
    FEMALE = "F"
    MALE = "M"


class AssignmentSource(StrEnum):
    """Where a person comes from: a job centre (CPI) or the street."""

    JOB_CENTRE = "job_centre"
    WALK_IN = "walk_in"


class AssignmentState(StrEnum):
    """assigned → contacted → taken in charge | returned."""

    ASSIGNED = "assigned"
    CONTACTED = "contacted"
    TAKEN_IN_CHARGE = "taken_in_charge"
    RETURNED = "returned"


class ReturnReason(StrEnum):
    NO_SHOW = "no_show"
    REFUSED = "refused"
    OUT_OF_SCOPE = "out_of_scope"


class Person(Tenanted, Base):
    """A person served. `codice_fiscale` is null until known: the case number stands in for it; of 11 digits it is a temporary one.
    `search_key` is folded text, for search: names as they are written, and as others write them."""

    __tablename__ = "people"
    __table_args__ = (
        one_of("sex", Sex),
        UniqueConstraint("tenant_id", "codice_fiscale"),
        CheckConstraint("codice_fiscale ~ '^([A-Z0-9]{16}|[0-9]{11})$'", name="codice_fiscale"),
        # For what has digits in it; conditions are compared in the order of the columns, and of few first.
        Index(
            "ix_people_search",
            "search_key",
            "tenant_id",
            postgresql_using="gin",
            postgresql_ops={"search_key": "extensions.gin_trgm_ops"},
        ),
        # For the beginnings of names, and for names with one letter left open: those of each consortium apart.
        Index("ix_people_words", text("app.search_words(tenant_id, surname, first_name, codice_fiscale)"), postgresql_using="gin"),
        # By bytes (COLLATE "C"), whatever the database's order: for the surnames and the phones that begin so.
        Index("ix_people_surname", "tenant_id", text("app.fold(surname)"), "first_name", "id"),
        Index("ix_people_phone_beginning", "tenant_id", text("phone")),
        Index("ix_people_name", "tenant_id", "surname", "first_name", "id"),
        Index("ix_people_born_on", "tenant_id", "born_on"),
        Index("ix_people_phone", "tenant_id", "phone"),
        {"info": {"personal": True}},
    )

    codice_fiscale: Mapped[str | None]
    surname: Mapped[str]
    first_name: Mapped[str]
    sex: Mapped[str]
    born_on: Mapped[date]
    birthplace: Mapped[str]
    citizenship: Mapped[str]
    residence: Mapped[str]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    education: Mapped[str | None] = mapped_column(info={"scheme": Scheme.EDUCATION})
    occupation: Mapped[str | None] = mapped_column(info={"scheme": Scheme.OCCUPATIONAL_STATUS})
    search_key: Mapped[str] = mapped_column(
        Computed(
            "' ' || app.names(surname, first_name) || app.fold(' ' || coalesce(codice_fiscale, '') || ' ' || coalesce(phone, ''))",
            persisted=True,
        )
    )

    @property
    def has_temporary_code(self) -> bool:
        return len(self.codice_fiscale or "") == 11


class Case(Tenanted, Base):
    """A person's file at the consortium (fascicolo utente): one a person, with a number, a desk and a case manager."""

    __tablename__ = "cases"
    __table_args__ = (
        *belongs_to(person_id="people", desk_id="desks", case_manager_id="memberships"),
        UniqueConstraint("tenant_id", "person_id"),
        UniqueConstraint("tenant_id", "number"),
        Index("ix_cases_desk", "tenant_id", "desk_id"),
        {"info": {"personal": True}},
    )

    number: Mapped[str]
    person_id: Mapped[UUID]
    desk_id: Mapped[UUID]
    case_manager_id: Mapped[UUID | None]
    opened_on: Mapped[date]


class Assignment(Tenanted, Base):
    """A person sent by a job centre to a desk, or who walked in. Its dates tell its state on any day."""

    __tablename__ = "assignments"
    __table_args__ = (
        *belongs_to(case_id="cases", desk_id="desks"),
        one_of("source", AssignmentSource),
        one_of("state", AssignmentState),
        one_of("return_reason", ReturnReason),
        CheckConstraint("gol_path BETWEEN 1 AND 5", name="gol_path"),
        CheckConstraint("(source = 'job_centre') = (job_centre IS NOT NULL)", name="job_centre"),
        CheckConstraint("contacted_on >= assigned_on", name="contacted_after"),
        CheckConstraint("taken_in_charge_on >= assigned_on", name="taken_in_charge_after"),
        CheckConstraint("returned_on >= assigned_on", name="returned_after"),
        CheckConstraint("taken_in_charge_on IS NULL OR returned_on IS NULL", name="one_end"),
        CheckConstraint("(returned_on IS NULL) = (return_reason IS NULL)", name="return_has_reason"),
        UniqueConstraint("tenant_id", "case_id", "assigned_on", "source"),
        Index("ix_assignments_assigned_on", "tenant_id", "assigned_on"),
        # Who waits at a desk: few, and asked for on every landing page.
        Index(
            "ix_assignments_waiting",
            "tenant_id",
            "desk_id",
            "assigned_on",
            postgresql_where=text("taken_in_charge_on IS NULL AND returned_on IS NULL"),
        ),
        {"info": {"personal": True, "part_of": "case_id"}},
    )

    case_id: Mapped[UUID]
    desk_id: Mapped[UUID]
    source: Mapped[str]
    job_centre: Mapped[str | None]
    gol_path: Mapped[int | None]
    state: Mapped[str] = mapped_column(default=AssignmentState.ASSIGNED)
    assigned_on: Mapped[date]
    contacted_on: Mapped[date | None]
    taken_in_charge_on: Mapped[date | None]
    returned_on: Mapped[date | None]
    return_reason: Mapped[str | None]


class Handover(Tenanted, Base):
    """A case that went from a desk or a case manager to another, and what the next one must know."""

    __tablename__ = "handovers"
    __table_args__ = (
        *belongs_to(case_id="cases", from_desk_id="desks", to_desk_id="desks"),
        *belongs_to(from_manager_id="memberships", to_manager_id="memberships"),
        Index("ix_handovers_case", "tenant_id", "case_id"),
        {"info": {"personal": True}},
    )

    case_id: Mapped[UUID]
    from_desk_id: Mapped[UUID]
    to_desk_id: Mapped[UUID]
    from_manager_id: Mapped[UUID | None]
    to_manager_id: Mapped[UUID | None]
    on_date: Mapped[date]
    note: Mapped[str | None]


class Merge(Tenanted, Base):
    """Two rows of one person made one. The merged person and case are gone; `undo` holds all that brings them back.

    `undo`: rows that were removed, moved, or changed by it, as `merging.carry_out` tells. No key to the merged rows: they are not there.
    `merged_id` was the person, `merged_case_id` their case, `number` its number: papers have it.
    """

    __tablename__ = "merges"
    __table_args__ = (
        *belongs_to(kept_id="people"),
        Index("ix_merges_number", "tenant_id", "number"),
        Index("ix_merges_merged_case_id", "tenant_id", "merged_case_id"),
        {"info": {"personal": True}},
    )

    kept_id: Mapped[UUID]
    merged_id: Mapped[UUID] = mapped_column(Uuid)
    merged_case_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[str]
    reason: Mapped[str | None]
    undo: Mapped[dict[str, Any]] = mapped_column(JSONB)
    undone_on: Mapped[date | None]


class Counter(Tenanted, Base):
    """The last number given out of a running series: case numbers of a year, pathway codes."""

    __tablename__ = "counters"
    __table_args__ = (UniqueConstraint("tenant_id", "name"), {"info": {"trailed": False}})

    name: Mapped[str]
    value: Mapped[int]
