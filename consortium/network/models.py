"""Member bodies, partners around them, agreements and their validity."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base
from tenants.models import Regional, Tenanted, belongs_to, one_of


class BodyKind(StrEnum):
    MUNICIPALITY = "municipality"
    PROVINCE = "province"
    UNION = "union"


class PartnerKind(StrEnum):
    TRAINING_BODY = "training_body"
    UNION = "union"
    TRADE_ASSOCIATION = "trade_association"
    WORK_AGENCY = "work_agency"
    JOB_CENTRE = "job_centre"
    CHAMBER_OF_COMMERCE = "chamber_of_commerce"
    SOCIAL_COOPERATIVE = "social_cooperative"
    SCHOOL = "school"
    UNIVERSITY = "university"
    PROFESSIONAL_ORDER = "professional_order"
    HEALTH_AUTHORITY = "health_authority"
    EURES = "eures"
    EQUALITY_BODY = "equality_body"
    ASSOCIATION = "association"
    PUBLIC_BODY = "public_body"
    OTHER = "other"


class PartnerStatus(StrEnum):
    CONSULTED = "consulted"
    INVITED = "invited"
    ADHERENT = "adherent"
    LEFT = "left"


class AgreementKind(StrEnum):
    """Kinds in use; *convention_art30* is the convention between bodies of art. 30 TUEL (D.Lgs. 267/2000)."""

    CONVENTION_ART30 = "convention_art30"
    CONVENTION = "convention"
    PROTOCOL = "protocol"
    PACT = "pact"
    NETWORK_ACCORD = "network_accord"
    ATS = "ats"


class Member(Regional, Base):
    """A body that adheres to the consortium. A desk need not be in its territory, and it may be a province or a union."""

    __tablename__ = "members"
    __table_args__ = (
        one_of("kind", BodyKind),
        CheckConstraint("left_on >= joined_on", name="period"),
        CheckConstraint("population >= 0", name="population"),
        CheckConstraint("(population IS NULL) = (population_on IS NULL)", name="population_dated"),
        UniqueConstraint("tenant_id", "istat", "kind"),
        Index("uq_members_lead", "tenant_id", unique=True, postgresql_where=text("is_lead")),
        ForeignKeyConstraint(["tenant_id", "region_id"], ["tenants.id", "tenants.region_id"]),
    )

    istat: Mapped[str] = mapped_column(ForeignKey("municipalities.istat"))
    kind: Mapped[str]
    name: Mapped[str]
    is_lead: Mapped[bool] = mapped_column(default=False)
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    population: Mapped[int | None]
    population_on: Mapped[date | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    pec: Mapped[str | None]
    website: Mapped[str | None]


class Partner(Tenanted, Base):
    """A subject of the network for work. Not a member; its status is dated (`since`)."""

    __tablename__ = "partners"
    __table_args__ = (one_of("kind", PartnerKind), one_of("status", PartnerStatus), UniqueConstraint("tenant_id", "name"))

    name: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    since: Mapped[date | None]
    services: Mapped[str | None]
    website: Mapped[str | None]


class Agreement(Tenanted, Base):
    """An act between bodies. `signed_note` keeps a date that is known in part; `reimbursed_up_to` is in euro."""

    __tablename__ = "agreements"
    __table_args__ = (one_of("kind", AgreementKind), CheckConstraint("valid_until >= valid_from", name="period"))

    kind: Mapped[str]
    title: Mapped[str]
    signed_on: Mapped[date | None]
    signed_note: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    reimbursed_up_to: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    summary: Mapped[str | None]


class AgreementParty(Tenanted, Base):
    __tablename__ = "agreement_parties"
    __table_args__ = (*belongs_to(agreement_id="agreements"), UniqueConstraint("tenant_id", "agreement_id", "name"))

    agreement_id: Mapped[UUID]
    name: Mapped[str]
    role: Mapped[str]


class AgreementAddendum(Tenanted, Base):
    """An addendum that extends an agreement to `valid_until`."""

    __tablename__ = "agreement_addenda"
    __table_args__ = (*belongs_to(agreement_id="agreements"), Index("ix_agreement_addenda_agreement", "tenant_id", "agreement_id"))

    agreement_id: Mapped[UUID]
    title: Mapped[str]
    signed_on: Mapped[date | None]
    valid_until: Mapped[date]
