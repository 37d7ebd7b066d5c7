"""Documents of a case. The bytes are in the store of the `storage` room, under each version's key."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consortium.codes.models import Scheme
from tenants.database import Base
from tenants.models import Tenanted, belongs_to


class Document(Tenanted, Base):
    """A paper of a person: its kind, its day, the day it expires. Removed ones keep their row."""

    __tablename__ = "documents"
    __table_args__ = (
        *belongs_to(case_id="cases"),
        CheckConstraint("expires_on >= dated_on", name="period"),
        Index("ix_documents_case", "tenant_id", "case_id"),
        Index("ix_documents_expires_on", "tenant_id", "expires_on"),
        {"info": {"personal": True}},
    )

    case_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(info={"scheme": Scheme.DOCUMENT_KINDS})
    title: Mapped[str]
    dated_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    removed_on: Mapped[date | None]


class DocumentVersion(Tenanted, Base):
    """A file of a document, the highest `number` in force. `size` in bytes; `sha256` in hex; `media_type` by content, not by name."""

    __tablename__ = "document_versions"
    __table_args__ = (
        *belongs_to(document_id="documents", uploaded_by_id="memberships"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        UniqueConstraint("tenant_id", "document_id", "number"),
        UniqueConstraint("tenant_id", "storage_key"),
        {"info": {"personal": True, "part_of": "document_id"}},
    )

    document_id: Mapped[UUID]
    number: Mapped[int]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    storage_key: Mapped[str]
    uploaded_by_id: Mapped[UUID | None]
