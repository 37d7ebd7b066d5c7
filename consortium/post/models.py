"""Outboxes: what is to be sent, and what became of it. One for each consortium's mail, one for that of accounts (no consortium's)."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Uuid, func
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base
from tenants.models import Tenanted, new_id, one_of


class State(StrEnum):
    """Failed: given up, the address was refused or the patience is over; it can be sent again by hand."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Letter:
    """What both outboxes have. `last_error` is a class and a code, never the server's words: those quote addresses.

    The body goes when the message is sent: a link in it may be a key, and the recipient has it now.
    """

    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str | None]
    html: Mapped[str | None]
    about_table: Mapped[str | None]
    about_id: Mapped[UUID | None] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(default=State.WAITING, server_default=State.WAITING)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str | None]
    next_attempt_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


def _rules() -> tuple[CheckConstraint, ...]:
    return (
        one_of("state", State),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        CheckConstraint("(state = 'sent') = (text IS NULL AND html IS NULL)", name="body"),
        CheckConstraint("(about_table IS NULL) = (about_id IS NULL)", name="about"),
    )


class Message(Letter, Tenanted, Base):
    """Mail of a consortium. Without a trail, which nobody can purge and which would keep the keys; the row tells its own history."""

    __tablename__ = "messages"
    __table_args__ = (
        *_rules(),
        Index("ix_messages_about", "tenant_id", "about_table", "about_id", "id"),
        {"info": {"trailed": False, "personal": True}},
    )


class AccountMessage(Letter, Base):
    """Mail to the holder of an account, of no consortium: a new password, a sign-in from elsewhere."""

    __tablename__ = "account_messages"
    __table_args__ = (*_rules(), Index("ix_account_messages_about", "about_table", "about_id", "id"), {"info": {"kind": "local"}})
    __mapper_args__: dict[str, Any] = {"eager_defaults": False}

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, sort_order=-8)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=99)
