"""Reads of the register, in an operator's scope: which consortia there are, and how many rows stand behind each. Never what is in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Subquery, column, func, select, table

from tenants.archive import Archive
from tenants.database import db
from tenants.models import Region, Tenant


@dataclass(frozen=True, slots=True)
class Entry:
    """A consortium as the operator sees it; `slug` is its name in the address."""

    id: UUID
    slug: str
    name: str
    lead_body: str
    region_id: str
    region: str
    state: str
    created_at: datetime
    exported_at: datetime | None
    members: int
    desks: int
    accounts: int


def _counts(name: str) -> Subquery:
    """Rows a consortium. Of these tables the operator's door reads this one column (they belong to rooms: here is but their name)."""
    rows = table(name, column("tenant_id"))
    return select(rows.c.tenant_id, func.count().label("rows")).group_by(rows.c.tenant_id).subquery(f"{name}_counted")


_MEMBERS, _DESKS, _ACCOUNTS = (_counts(name) for name in ("members", "desks", "memberships"))
MEMBERS, DESKS, ACCOUNTS = (func.coalesce(counted.c.rows, 0) for counted in (_MEMBERS, _DESKS, _ACCOUNTS))


def entries() -> Select[Any]:
    """The statement of all consortia, with the columns of `Entry`."""
    of_tenant = (Tenant.id, Tenant.slug, Tenant.name, Tenant.lead_body, Tenant.region_id, Region.name.label("region"))
    columns: tuple[Any, ...] = (*of_tenant, Tenant.state, Tenant.created_at, Tenant.exported_at, MEMBERS, DESKS, ACCOUNTS)
    statement = select(*columns).join(Region, Region.id == Tenant.region_id)
    for counted in (_MEMBERS, _DESKS, _ACCOUNTS):
        statement = statement.outerjoin(counted, counted.c.tenant_id == Tenant.id)
    return statement


def every() -> list[Entry]:
    return [Entry(*row) for row in db.session.execute(entries().order_by(Tenant.slug))]


def entry(slug: str) -> Entry | None:
    row = db.session.execute(entries().where(Tenant.slug == slug)).one_or_none()
    return Entry(*row) if row else None


def slug_of(tenant_id: UUID) -> str | None:
    return db.session.execute(select(Tenant.slug).where(Tenant.id == tenant_id)).scalar_one_or_none()


def archives(tenant_id: UUID) -> list[Archive]:
    """The archives asked for, newest first."""
    mine = select(Archive).where(Archive.consortium_id == tenant_id).order_by(Archive.asked_at.desc(), Archive.id.desc())
    return list(db.session.execute(mine.limit(50)).scalars())


def is_exported(tenant_id: UUID) -> bool:
    """Whether an archive of the last 24 hours holds all that the trail knows of by now."""
    return bool(db.session.execute(select(func.app.is_exported(tenant_id))).scalar_one())
