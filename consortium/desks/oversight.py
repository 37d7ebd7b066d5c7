"""Reads of a region's auditor, in its scope: consortia, members, desks, opening hours. No table of persons is named here."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select

from consortium.desks.models import Desk, OpeningHours
from consortium.desks.queries import HOST, HOURS_HOLD, OPEN, SPAN
from consortium.network.models import Member
from consortium.network.queries import within
from tenants.database import db
from tenants.models import Municipality, Tenant

_IS_MEMBER = within(Member.joined_on, Member.left_on)
_DESK_OF_HOURS = and_(Desk.tenant_id == OpeningHours.tenant_id, Desk.id == OpeningHours.desk_id)

MEMBER_COUNT: Any = select(func.count(Member.id)).where(Member.tenant_id == Tenant.id, _IS_MEMBER).correlate(Tenant).scalar_subquery()
DESK_COUNT: Any = select(func.count(Desk.id)).where(Desk.tenant_id == Tenant.id, OPEN).correlate(Tenant).scalar_subquery()
HOURS_TOTAL: Any = (
    select(SPAN).join(Desk, _DESK_OF_HOURS).where(OpeningHours.tenant_id == Tenant.id, HOURS_HOLD, OPEN).correlate(Tenant).scalar_subquery()
)


def consortia(region_id: str) -> Select[Any]:
    return select(Tenant.id).where(Tenant.region_id == region_id)


def consortium(region_id: str, slug: str) -> Tenant | None:
    return db.session.execute(select(Tenant).where(Tenant.region_id == region_id, Tenant.slug == slug)).scalar_one_or_none()


def members(tenant_id: UUID, day: date) -> Sequence[Member]:
    """The members of a consortium on a day, the lead body first."""
    found = select(Member).where(Member.tenant_id == tenant_id, _IS_MEMBER)
    return list(db.session.execute(found.order_by(Member.is_lead.desc(), Member.name), {"as_of": day}).scalars())


def desks(tenant_id: UUID, day: date) -> list[Row[Any]]:
    """(desk, municipality, province, host) of the desks of a consortium open on a day."""
    asked = select(Desk, Municipality.name.label("municipality"), Municipality.province, Member.name.label("host"))
    joined = asked.join(Municipality, Municipality.istat == Desk.istat).outerjoin(Member, HOST)
    return list(db.session.execute(joined.where(Desk.tenant_id == tenant_id, OPEN).order_by(Desk.name), {"as_of": day}))


def hours(tenant_id: UUID) -> Sequence[OpeningHours]:
    return list(db.session.execute(select(OpeningHours).where(OpeningHours.tenant_id == tenant_id)).scalars())
