"""Reads of documents, bounded by the cases that the visitor may see."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Row, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import aliased

from consortium.cases import queries as cases
from consortium.cases.models import Case, Person
from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.documents.models import Document, DocumentVersion
from consortium.identity.models import Membership
from consortium.web.listing.formats import today
from consortium.web.visitor import Visitor
from tenants.database import db, tenant_parameter

Found: TypeAlias = Row[*tuple[Any, ...]]

SOON = timedelta(days=30)
TODAY: ColumnElement[Any] = bindparam("documents_today", callable_=today, type_=Date())
_SOON: ColumnElement[Any] = bindparam("documents_soon", callable_=lambda: today() + SOON, type_=Date())
# How a document stands today, where `Document` is in the statement.
STANDINGS: dict[str, ColumnElement[bool]] = {
    "expired": Document.expires_on < TODAY,
    "expiring": and_(Document.expires_on >= TODAY, Document.expires_on <= _SOON),
    "valid": Document.expires_on > _SOON,
    "lasting": Document.expires_on.is_(None),
}
STANDING = case(*((condition, name) for name, condition in STANDINGS.items()), else_="lasting")

_VERSION = (
    DocumentVersion.id,
    DocumentVersion.document_id,
    DocumentVersion.number,
    DocumentVersion.filename,
    DocumentVersion.media_type,
    DocumentVersion.size,
    DocumentVersion.sha256,
    DocumentVersion.storage_key,
    DocumentVersion.created_at,
)


def with_people(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join, from `Document`, the case, the person and the desk."""
    joined = statement.select_from(Document).join(Case, same(Document.case_id, Case))
    return joined.join(Person, same(Case.person_id, Person)).join(Desk, same(Case.desk_id, Desk))


def document(document_id: UUID, visitor: Visitor) -> Document | None:
    """A document, removed ones too; None where its case is hidden."""
    statement = select(Document).join(Case, same(Document.case_id, Case))
    return db.session.scalars(statement.where(Document.id == document_id, cases.visible(visitor))).one_or_none()


def of_case(case_id: UUID) -> list[Found]:
    """A case's documents (`Document`, `standing`, and the version in force: `version_id`, `number`, `filename`, `media_type`, `size`,
    `uploaded_at`, `uploaded_by`), newest first, removed ones too."""
    latest = _latest()
    columns = (DocumentVersion.id.label("version_id"), DocumentVersion.number, DocumentVersion.filename, DocumentVersion.media_type)
    told = (DocumentVersion.size, DocumentVersion.created_at.label("uploaded_at"), Membership.name.label("uploaded_by"))
    statement = select(Document, STANDING.label("standing"), *columns, *told).select_from(Document)
    joined = statement.join(DocumentVersion, and_(DocumentVersion.tenant_id == Document.tenant_id, DocumentVersion.id == latest))
    rows = joined.outerjoin(Membership, same(DocumentVersion.uploaded_by_id, Membership)).where(Document.case_id == case_id)
    return list(db.session.execute(rows.order_by(Document.created_at.desc(), Document.id.desc())))


def _latest() -> Any:
    """The id of the version in force, where `Document` is in the statement."""
    version = aliased(DocumentVersion)
    mine = (version.tenant_id == tenant_parameter(), version.tenant_id == Document.tenant_id, version.document_id == Document.id)
    return select(version.id).where(*mine).correlate(Document).order_by(version.number.desc()).limit(1).scalar_subquery()


def versions_of(document_id: UUID) -> list[Found]:
    """A document's versions (as `_VERSION`, and `uploaded_by`), newest first."""
    statement = select(*_VERSION, Membership.name.label("uploaded_by")).select_from(DocumentVersion)
    rows = statement.outerjoin(Membership, same(DocumentVersion.uploaded_by_id, Membership))
    return list(db.session.execute(rows.where(DocumentVersion.document_id == document_id).order_by(DocumentVersion.number.desc())))


def version(version_id: UUID, visitor: Visitor) -> Found | None:
    """A version with its document's `title`; None where the case is hidden."""
    statement = select(*_VERSION, Document.title).select_from(DocumentVersion).join(Document, same(DocumentVersion.document_id, Document))
    seen = statement.join(Case, same(Document.case_id, Case)).where(cases.visible(visitor))
    return db.session.execute(seen.where(DocumentVersion.id == version_id)).first()


def known_keys(keys: Iterable[str]) -> set[str]:
    """Those of some keys of the store that a version names."""
    return set(db.session.scalars(select(DocumentVersion.storage_key).where(DocumentVersion.storage_key.in_(list(keys)))))


def every_version() -> Any:
    """All versions of the consortium, in order of key, with whose they are (`case_number`, `title`, `kind`); read as they come."""
    told = (Document.title, Document.kind, Case.number.label("case_number"), Membership.name.label("uploaded_by"))
    statement = with_people(select(*_VERSION, *told))
    versions = statement.join(
        DocumentVersion, and_(DocumentVersion.tenant_id == Document.tenant_id, DocumentVersion.document_id == Document.id)
    )
    rows = versions.outerjoin(Membership, same(DocumentVersion.uploaded_by_id, Membership))
    return db.session.execute(rows.order_by(DocumentVersion.storage_key), execution_options={"yield_per": 500})


def next_number(document_id: UUID) -> int:
    highest = select(func.max(DocumentVersion.number)).where(DocumentVersion.document_id == document_id)
    return (db.session.scalar(highest) or 0) + 1


def standing(document: Document) -> str:
    """How a document stands today: the name of one of STANDINGS."""
    if document.expires_on is None:
        return "lasting"
    if document.expires_on < today():
        return "expired"
    return "expiring" if document.expires_on <= today() + SOON else "valid"
