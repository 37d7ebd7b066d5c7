"""What became of messages."""

from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import select

from consortium.post.models import AccountMessage, Message
from tenants.database import db, scope


class Sending(NamedTuple):
    """A message as the page of what it is about shows it: `state` waiting, sent or failed; `last_error` a class and a code."""

    id: UUID
    recipient: str
    subject: str
    state: str
    attempts: int
    last_error: str | None
    next_attempt_at: datetime | None
    sent_at: datetime | None
    created_at: datetime


def outbox() -> type[Message] | type[AccountMessage]:
    """The outbox of the scope in force: the consortium's, or that of accounts."""
    return Message if scope().tenant_id is not None else AccountMessage


def messages_about(table_name: str, row_id: UUID) -> list[Sending]:
    """The messages about a row, newest first."""
    kind = outbox()
    statement = (
        select(*(getattr(kind, name) for name in Sending._fields))
        .where(kind.about_table == table_name, kind.about_id == row_id)
        .order_by(kind.id.desc())
    )
    return [Sending(*row) for row in db.session.execute(statement)]


def message(message_id: UUID) -> Message | AccountMessage | None:
    """A message of the scope's own."""
    kind = outbox()
    found = db.session.execute(select(kind).where(kind.id == message_id)).scalar_one_or_none()
    return cast(Message | AccountMessage | None, found)
