"""Accounts and sign-ins (the platform's own), and memberships (a consortium's)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from consortium.web.policy import Role
from tenants.database import Base
from tenants.models import Tenanted, new_id, one_of

# Languages that people are written to in; those of the pages (web.language).
LOCALES = ("it", "en")


class StaffRole(StrEnum):
    """The roles of a consortium's own people (web.policy.STAFF)."""

    ADMINISTRATOR = Role.ADMINISTRATOR.value
    COORDINATOR = Role.COORDINATOR.value
    CASE_MANAGER = Role.CASE_MANAGER.value
    READER = Role.READER.value


class TokenPurpose(StrEnum):
    PASSWORD_RESET = "password_reset"  # a purpose, not a password
    INVITATION = "invitation"


class Account(Base):
    """Who signs in. `email` is kept in lower case; an account without a password has been invited and has not answered."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"), {"info": {"kind": "local"}})

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, server_default=text("app.uuid7()"))
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="it", server_default="it")
    demo: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RegionMandate(Base):
    """An account that audits the consortia of a region, between two dates (the last included)."""

    __tablename__ = "region_mandates"
    __table_args__ = (UniqueConstraint("account_id", "region_id"), {"info": {"kind": "local"}})

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    region_id: Mapped[str] = mapped_column(ForeignKey("regions.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class PlatformMandate(Base):
    """An account that runs the platform."""

    __tablename__ = "platform_mandates"
    __table_args__ = ({"info": {"kind": "local"}},)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), unique=True)


class SignIn(Base):
    """One browser signed in. Only the hash of its cookie is kept."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_account_id", "account_id"), {"info": {"kind": "local"}})

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    browser: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInFailure(Base):
    """An attempt that did not succeed (yet), by keyed hashes of the e-mail and of the address: neither can be read back."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        Index("ix_sign_in_failures_email", "email_hash", "at"),
        Index("ix_sign_in_failures_address", "address_hash", "at"),
        Index("ix_sign_in_failures_at", "at"),
        {"info": {"kind": "local"}},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    email_hash: Mapped[bytes]
    address_hash: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class AccountToken(Base):
    """A link sent by e-mail: one use, until `expires_at`; only its hash is kept. `consortium_id`: who invited."""

    __tablename__ = "account_tokens"
    __table_args__ = (one_of("purpose", TokenPurpose), {"info": {"kind": "local"}})

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    purpose: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    consortium_id: Mapped[UUID | None]


class Membership(Tenanted, Base):
    """An account's role in a consortium between two dates (the last included), with the consortium's own name and e-mail of the person.

    `sensitive`: entrusted with disability and health data of the people that the role may see.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        one_of("role", StaffRole),
        # Withdrawn before its first day, it ends the day before it begins: valid on no day.
        CheckConstraint("valid_to >= valid_from - 1", name="period"),
        UniqueConstraint("tenant_id", "account_id"),
        Index("ix_memberships_account_id", "account_id"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    sensitive: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
