"""What the web keeps for itself: submissions already answered, and drafts of long forms."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Index, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, scope
from tenants.models import Tenanted


class Submission(Tenanted, Base):
    """What was accepted, by the key that it carried, and where its sender was sent: the second click goes there too.

    `request`: a digest of what was asked; another request with the same key is not the same request.
    """

    __tablename__ = "submissions"
    __table_args__ = ({"info": {"trailed": False}},)

    request: Mapped[str]
    location: Mapped[str] = mapped_column(default="")

    @staticmethod
    def of(key: UUID) -> UUID:
        """The id of what whoever asks sent with a key: the same key of somebody else is another."""
        return uuid5(key, str(scope().actor_id))


class Draft(Tenanted, Base):
    """A long form as somebody left it, saved by itself: `form` is its address, `values` what was typed (name → value or values).

    `id`: that of the submission which would send it.
    """

    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_form", "tenant_id", "account_id", "form"), {"info": {"trailed": False, "personal": True}})

    account_id: Mapped[UUID] = mapped_column(Uuid)
    form: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())
