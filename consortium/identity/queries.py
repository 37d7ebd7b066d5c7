"""Reads of accounts, sign-ins and memberships, in a gatekeeper's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Date, Row, Select, and_, bindparam, exists, func, or_, select

from consortium.identity.models import Account, Membership, PlatformMandate, RegionMandate, SignIn
from consortium.trail.labels import describe
from consortium.web.policy import ROLE_LABELS, Role
from consortium.web.visitor import Belonging, Consortium, Face, Region, Visitor
from tenants.database import db
from tenants.models import Region as RegionRow
from tenants.models import Tenant, TenantState

describe(
    "memberships",
    _l("Membership"),
    {
        "name": _l("Name"),
        "email": _l("E-mail"),
        "role": _l("Role"),
        "valid_from": _l("From"),
        "valid_to": _l("To"),
        "sensitive": ROLE_LABELS[Role.ENTRUSTED],
    },
    {"role": ROLE_LABELS},
    hidden=("account_id",),
)
# A sign-in is marked as seen at most this often: a page should not cost a write.
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Browser:
    """A sign-in in force, as the account's own page lists it."""

    id: UUID
    browser: str
    started: datetime
    seen: datetime
    here: bool


def valid_on(model: Any, day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The condition that a dated row (a membership, a mandate, service at a desk) is valid on `day`, both dates included."""
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


def _consortium(row: Any) -> Consortium:
    active = row.state == TenantState.ACTIVE
    return Consortium(row.tenant_id, row.slug, row.consortium, row.lead_body, row.region_id, row.region_name, row.region_slug, active)


def consortium(slug: str) -> Consortium | None:
    row = db.session.execute(select(*_CONSORTIUM).join(RegionRow, RegionRow.id == Tenant.region_id).where(Tenant.slug == slug)).first()
    return _consortium(row) if row else None


def region(slug: str) -> Region | None:
    row = db.session.execute(select(RegionRow.id, RegionRow.slug, RegionRow.name).where(RegionRow.slug == slug)).first()
    return Region(row.id, row.slug, row.name) if row else None


def visitor(token_hash: bytes, today: date) -> tuple[Visitor | None, bool]:
    """Whoever holds a sign-in that is in force, with all that the account is today, and whether it is time to mark it as seen.

    One statement, one row a consortium.
    """
    rows = db.session.execute(_VISITOR, {"token_hash": token_hash, "today": today}).all()
    return (_visitor(rows), rows[0].unmarked) if rows else (None, False)


def _visitor(rows: Sequence[Row[Any]]) -> Visitor:
    first = rows[0]
    belongings = tuple(Belonging(row.membership_id, Role(row.role), _consortium(row), row.entrusted) for row in rows if row.membership_id)
    regions = tuple(Region(*each) for each in first.regions or ())
    mandates: set[Role] = ({Role.AUDITOR} if regions else set()) | ({Role.OPERATOR} if first.is_operator else set())
    return Visitor(
        account=Face(first.account_id, first.account_name, first.email),
        roles=frozenset({each.role for each in belongings} | mandates),
        belongings=belongings,
        regions=regions,
        is_operator=first.is_operator,
        sign_in_id=first.sign_in_id,
    )


def _visitor_statement() -> Select[Any]:
    """Of `token_hash`, on `today`."""
    today = bindparam("today", type_=Date())
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
            (SignIn.seen_at < func.now() - SEEN_EVERY).label("unmarked"),
            Account.id.label("account_id"),
            Account.name.label("account_name"),
            Account.email,
            audited.label("regions"),
            operates.label("is_operator"),
            Membership.id.label("membership_id"),
            Membership.role,
            Membership.sensitive.label("entrusted"),
            *_CONSORTIUM,
        )
        .join(Account, Account.id == SignIn.account_id)
        .outerjoin(Membership, and_(Membership.account_id == Account.id, valid_on(Membership, today)))
        .outerjoin(Tenant, Tenant.id == Membership.tenant_id)
        .outerjoin(RegionRow, RegionRow.id == Tenant.region_id)
        .where(SignIn.token_hash == bindparam("token_hash"), SignIn.revoked_at.is_(None), SignIn.expires_at > func.now())
        .order_by(Tenant.name)
    )


# Asked at every request: made once.
_VISITOR = _visitor_statement()


def sign_ins(account_id: UUID, here: UUID | None) -> list[Browser]:
    """The browsers in which an account is signed in, this one first, then the last seen."""
    mine = (SignIn.account_id == account_id, SignIn.revoked_at.is_(None), SignIn.expires_at > func.now())
    shown = select(SignIn.id, SignIn.browser, SignIn.created_at, SignIn.seen_at, (SignIn.id == here).label("here"))
    rows = db.session.execute(shown.where(*mine).order_by((SignIn.id == here).desc(), SignIn.seen_at.desc()).limit(100))
    return [Browser(*row) for row in rows]


def account(account_id: UUID) -> Account:
    return db.session.execute(select(Account).where(Account.id == account_id)).scalar_one()


def demo_accounts_exist() -> bool:
    """Whether the demo was loaded here: production does not start beside accounts whose password was printed."""
    return bool(db.session.scalar(select(exists().where(Account.demo))))
