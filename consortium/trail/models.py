"""The trail: one row for each insert, update and delete of a tenant row, written by the trigger `app.record_change`."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base
from tenants.models import Tenanted, one_of


class Action(StrEnum):
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


class TrailEntry(Tenanted, Base):
    """`before` and `after` hold the columns that changed (an insert has no before, a delete no after)."""

    __tablename__ = "trail"
    __table_args__ = (
        one_of("action", Action),
        Index("ix_trail_row", "tenant_id", "table_name", "row_id", "id"),
        Index("ix_trail_request", "tenant_id", "request_id"),
        {"info": {"trailed": False, "personal": True}},
    )

    actor_id: Mapped[UUID | None] = mapped_column(Uuid)
    request_id: Mapped[str | None]
    table_name: Mapped[str]
    row_id: Mapped[UUID] = mapped_column(Uuid)
    action: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
