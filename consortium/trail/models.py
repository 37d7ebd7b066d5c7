"""The trail: one row for each insert, update and delete of a tenant row, written by the trigger `app.record_change`."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base
from tenants.models import Tenanted, one_of


class Action(StrEnum):
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


class TrailEntry(Tenanted, Base):
    """`before` and `after` hold the columns that changed (an insert has no before, a delete no after).

    `part_of`: the row that this one is a part of, for the tables whose models say so (`info["part_of"]`, the name of the column).
    """

    __tablename__ = "trail"
    __table_args__ = (
        one_of("action", Action),
        Index("ix_trail_row", "tenant_id", "table_name", "row_id", "id"),
        Index("ix_trail_request", "tenant_id", "request_id"),
        Index("ix_trail_part", "tenant_id", "part_of", "table_name", "id", postgresql_where=text("part_of IS NOT NULL")),
        {"info": {"trailed": False, "personal": True}},
    )

    actor_id: Mapped[UUID | None] = mapped_column(Uuid)
    request_id: Mapped[str | None]
    table_name: Mapped[str]
    row_id: Mapped[UUID] = mapped_column(Uuid)
    action: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    part_of: Mapped[UUID | None] = mapped_column(Uuid)
