"""The sections of the SAP beyond the personal one. Codes are those of the `codes` room (`info` says of which scheme)."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from consortium.codes.models import Scheme
from tenants.database import Base
from tenants.models import Tenanted, belongs_to, one_of


class LanguageLevel(StrEnum):
    """The levels of the Common European Framework, and mother tongue."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"
    MOTHER_TONGUE = "mother_tongue"


class WorkingTime(StrEnum):
    FULL = "full"
    PART = "part"
    ANY = "any"


class Profile(Tenanted, Base):
    """What there is one of for each person: permit of stay, domicile, administrative status, availability, skills.

    `status_since`: since when the person's occupational status (`people.occupation`) is what it is; `did_on`: day of the declaration of
    immediate availability (DID).
    """

    __tablename__ = "profiles"
    __table_args__ = (
        *belongs_to(person_id="people"),
        one_of("working_time", WorkingTime),
        CheckConstraint("travel_km BETWEEN 0 AND 1000", name="travel_km"),
        UniqueConstraint("tenant_id", "person_id"),
        {"info": {"personal": True, "part_of": "person_id"}},
    )

    person_id: Mapped[UUID]
    permit_kind: Mapped[str | None] = mapped_column(info={"scheme": Scheme.PERMIT_KINDS})
    permit_number: Mapped[str | None]
    permit_expires_on: Mapped[date | None]
    domicile: Mapped[str | None]
    other_phone: Mapped[str | None]
    status_since: Mapped[date | None]
    did_on: Mapped[date | None]
    working_time: Mapped[str | None]
    shifts: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    weekends: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    available_from: Mapped[date | None]
    travel_km: Mapped[int | None]
    own_vehicle: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    licences: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, server_default=text("'{}'"), info={"scheme": Scheme.DRIVING_LICENCES}
    )
    it_skills: Mapped[str | None]
    skills: Mapped[str | None]


class Education(Tenanted, Base):
    """A qualification, or a course of study left off (`completed` false)."""

    __tablename__ = "educations"
    __table_args__ = (
        *belongs_to(person_id="people"),
        CheckConstraint("year BETWEEN 1920 AND 2100", name="year"),
        Index("ix_educations_person", "tenant_id", "person_id"),
        {"info": {"personal": True, "part_of": "person_id"}},
    )

    person_id: Mapped[UUID]
    level: Mapped[str] = mapped_column(info={"scheme": Scheme.EDUCATION})
    title: Mapped[str]
    institution: Mapped[str | None]
    year: Mapped[int | None]
    completed: Mapped[bool] = mapped_column(default=True, server_default=text("true"))


class Training(Tenanted, Base):
    """A course outside school: vocational training, upskilling. `hours` of the course."""

    __tablename__ = "trainings"
    __table_args__ = (
        *belongs_to(person_id="people"),
        CheckConstraint("ends_on >= begins_on", name="period"),
        CheckConstraint("hours > 0", name="hours"),
        Index("ix_trainings_person", "tenant_id", "person_id"),
        {"info": {"personal": True, "part_of": "person_id"}},
    )

    person_id: Mapped[UUID]
    title: Mapped[str]
    body: Mapped[str | None]
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    hours: Mapped[int | None]
    certificate: Mapped[str | None]


class WorkExperience(Tenanted, Base):
    """A job held, from a day to another (or still)."""

    __tablename__ = "work_experiences"
    __table_args__ = (
        *belongs_to(person_id="people"),
        CheckConstraint("ends_on >= begins_on", name="period"),
        Index("ix_work_experiences_person", "tenant_id", "person_id"),
        {"info": {"personal": True, "part_of": "person_id"}},
    )

    person_id: Mapped[UUID]
    employer: Mapped[str]
    role: Mapped[str]
    occupation: Mapped[str | None] = mapped_column(info={"scheme": Scheme.OCCUPATIONS})
    contract: Mapped[str | None] = mapped_column(info={"scheme": Scheme.CONTRACTS})
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]
    duties: Mapped[str | None]


class LanguageSkill(Tenanted, Base):
    """A language that a person speaks, and how well."""

    __tablename__ = "language_skills"
    __table_args__ = (
        *belongs_to(person_id="people"),
        one_of("level", LanguageLevel),
        UniqueConstraint("tenant_id", "person_id", "language"),
        {"info": {"personal": True, "part_of": "person_id"}},
    )

    person_id: Mapped[UUID]
    language: Mapped[str] = mapped_column(info={"scheme": Scheme.LANGUAGES})
    level: Mapped[str]
    certificate: Mapped[str | None]


class DesiredOccupation(Tenanted, Base):
    """An occupation that a person looks for; `experience` in years."""

    __tablename__ = "desired_occupations"
    __table_args__ = (
        *belongs_to(person_id="people"),
        CheckConstraint("experience >= 0", name="experience"),
        UniqueConstraint("tenant_id", "person_id", "occupation"),
        {"info": {"personal": True, "part_of": "person_id"}},
    )

    person_id: Mapped[UUID]
    occupation: Mapped[str] = mapped_column(info={"scheme": Scheme.OCCUPATIONS})
    experience: Mapped[float | None] = mapped_column(Numeric(4, 1, asdecimal=False))
    note: Mapped[str | None]
