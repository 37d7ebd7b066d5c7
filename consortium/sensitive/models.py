"""Sensitive data of a person (GDPR art. 9), and who opened them, when and why."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consortium.codes.models import Scheme
from tenants.database import Base
from tenants.models import Tenanted, belongs_to

# Nobody but whom the consortium has entrusted knows that there are such rows: whatever counts rows of a person leaves these out.
CONCEALED = {"personal": True, "concealed": True}


class SensitiveRecord(Tenanted, Base):
    """Disability (percentage, act that certifies it), the protected list of L. 68/1999, health as it bears on work."""

    __tablename__ = "sensitive_records"
    __table_args__ = (
        *belongs_to(person_id="people"),
        CheckConstraint("percentage BETWEEN 0 AND 100", name="percentage"),
        UniqueConstraint("tenant_id", "person_id"),
        {"info": CONCEALED},
    )

    person_id: Mapped[UUID]
    disability: Mapped[bool]
    percentage: Mapped[int | None]
    certificate: Mapped[str | None]
    certificate_expires_on: Mapped[date | None]
    protected_list: Mapped[str | None] = mapped_column(info={"scheme": Scheme.PROTECTED_LISTS})
    protected_since: Mapped[date | None]
    health: Mapped[str | None]
    limitations: Mapped[str | None]


class SensitiveReading(Tenanted, Base):
    """Somebody opened a person's sensitive data, for a reason. The trail has its actor and moment."""

    __tablename__ = "sensitive_readings"
    __table_args__ = (
        *belongs_to(person_id="people", membership_id="memberships"),
        Index("ix_sensitive_readings_person", "tenant_id", "person_id", "created_at"),
        {"info": CONCEALED},
    )

    person_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    reason: Mapped[str]
