"""Reads of accounts, sign-ins and memberships, in a gatekeeper's scope."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from consortium.identity.models import Account, Membership, PlatformMandate, RegionMandate, SignIn
from consortium.web.policy import Role
from consortium.web.visitor import Belonging, Consortium, Face, Region, Visitor
from tenants.database import db
from tenants.models import Region as RegionRow
from tenants.models import Tenant, TenantState


def valid_on(model: type[Membership] | type[RegionMandate], day: date) -> ColumnElement[bool]:
    """The condition that a dated row is valid on `day` (both dates included)."""
    return and_(model.valid_from <= day, or_(model.valid_to.is_(None), model.valid_to >= day))


_CONSORTIUM = (
    Tenant.id.label("tenant_id"),
    Tenant.slug,
    Tenant.name.label("consortium"),
    Tenant.lead_body,
    Tenant.region_id,
    RegionRow.name.label("region_name"),
    RegionRow.slug.label("region_slug"),
    Tenant.state,
)


def _consortium(row: Row[Any]) -> Consortium:
    active = row.state == TenantState.ACTIVE
    return Consortium(row.tenant_id, row.slug, row.consortium, row.lead_body, row.region_id, row.region_name, row.region_slug, active)


def consortium(slug: str) -> Consortium | None:
    row = db.session.execute(select(*_CONSORTIUM).join(RegionRow, RegionRow.id == Tenant.region_id).where(Tenant.slug == slug)).first()
    return _consortium(row) if row else None


def region(slug: str) -> Region | None:
    row = db.session.execute(select(RegionRow.id, RegionRow.slug, RegionRow.name).where(RegionRow.slug == slug)).first()
    return Region(row.id, row.slug, row.name) if row else None


def visitor(token_hash: bytes, today: date) -> Visitor | None:
    """Whoever holds a sign-in that is in force, with all that the account is today: one statement, one row a consortium."""
    rows = db.session.execute(_visitor_statement(token_hash, today)).all()
    if not rows:
        return None
    first = rows[0]
    belongings = tuple(Belonging(row.membership_id, Role(row.role), _consortium(row)) for row in rows if row.membership_id)
    regions = tuple(Region(*each) for each in first.regions or ())
    mandates = ({Role.AUDITOR} if regions else set()) | ({Role.OPERATOR} if first.is_operator else set())
    return Visitor(
        account=Face(first.account_id, first.account_name, first.email),
        roles=frozenset({each.role for each in belongings} | mandates),
        belongings=belongings,
        regions=regions,
        is_operator=first.is_operator,
        sign_in_id=first.sign_in_id,
    )


def _visitor_statement(token_hash: bytes, today: date) -> Select[Any]:
    audited = (
        select(func.json_agg(func.json_build_array(RegionRow.id, RegionRow.slug, RegionRow.name)))
        .join(RegionMandate, RegionMandate.region_id == RegionRow.id)
        .where(RegionMandate.account_id == Account.id, valid_on(RegionMandate, today))
        .correlate(Account)
        .scalar_subquery()
    )
    operates = select(PlatformMandate.id).where(PlatformMandate.account_id == Account.id).correlate(Account).exists()
    return (
        select(
            SignIn.id.label("sign_in_id"),
            Account.id.label("account_id"),
            Account.name.label("account_name"),
            Account.email,
            audited.label("regions"),
            operates.label("is_operator"),
            Membership.id.label("membership_id"),
            Membership.role,
            *_CONSORTIUM,
        )
        .join(Account, Account.id == SignIn.account_id)
        .outerjoin(Membership, and_(Membership.account_id == Account.id, valid_on(Membership, today)))
        .outerjoin(Tenant, Tenant.id == Membership.tenant_id)
        .outerjoin(RegionRow, RegionRow.id == Tenant.region_id)
        .where(SignIn.token_hash == token_hash, SignIn.revoked_at.is_(None), SignIn.expires_at > func.now())
        .order_by(Tenant.name)
    )
