"""Reads of sensitive data, for who has opened them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, select

from consortium.identity.models import Membership
from consortium.sensitive.models import SensitiveReading, SensitiveRecord
from tenants.database import db

# For so long a page once opened for a reason stays open to whoever gave it.
STAYS_OPEN = timedelta(minutes=10)
LONGEST = 100


def record_of(person_id: UUID) -> SensitiveRecord | None:
    return db.session.scalars(select(SensitiveRecord).where(SensitiveRecord.person_id == person_id)).one_or_none()


def opened(person_id: UUID, membership_id: UUID) -> bool:
    """Whether somebody has given a reason for this person a few minutes ago."""
    mine = (SensitiveReading.person_id == person_id, SensitiveReading.membership_id == membership_id)
    statement = select(SensitiveReading.id).where(*mine, SensitiveReading.created_at > func.now() - STAYS_OPEN)
    return db.session.execute(statement.limit(1)).first() is not None


def readings_of(person_id: UUID) -> list[Row[Any]]:
    """Who opened them (`who`, `at`, `reason`), the last first."""
    named = and_(Membership.tenant_id == SensitiveReading.tenant_id, Membership.id == SensitiveReading.membership_id)
    columns = (Membership.name.label("who"), SensitiveReading.created_at.label("at"), SensitiveReading.reason)
    statement = select(*columns).join_from(SensitiveReading, Membership, named).where(SensitiveReading.person_id == person_id)
    return list(db.session.execute(statement.order_by(SensitiveReading.id.desc()).limit(LONGEST)))
