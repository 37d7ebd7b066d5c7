"""Reads of the network. Statements of lists name the day that they are told of: `bindparam("as_of")`.

A date that nobody knows bounds nothing: a member without `joined_on` has always been one. Both dates are included.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Row, Select, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from consortium.network.models import Agreement, AgreementAddendum, AgreementParty, Member, Partner
from tenants.database import db, tenant_parameter
from tenants.models import Municipality

AS_OF: ColumnElement[date] = bindparam("as_of", type_=Date())
# Expiries are announced from this far (the first of 180, 90 and 30 days).
NOTICE = timedelta(days=180)


def within(first: Any, last: Any, day: ColumnElement[date] = AS_OF) -> ColumnElement[bool]:
    """The condition that `day` lies between two dates, both included; one that is not known bounds nothing."""
    return and_(or_(first.is_(None), first <= day), or_(last.is_(None), last >= day))


def standing(first: Any, last: Any, day: ColumnElement[date] = AS_OF) -> ColumnElement[str]:
    """`current`, `former` or `expected`, on `day`."""
    return case((first > day, "expected"), (last < day, "former"), else_="current")


def members(*, ever: bool = False) -> Select[Any]:
    """Members on the day asked for; `ever`: also those who have left by then, or will join."""
    statement = select(Member.id).join(Municipality, Municipality.istat == Member.istat)
    return statement if ever else statement.where(within(Member.joined_on, Member.left_on))


def member(member_id: UUID) -> Member | None:
    return db.session.execute(select(Member).where(Member.id == member_id)).scalar_one_or_none()


def seat(istat: str) -> Row[str, str]:
    """Name and province of a municipality."""
    return db.session.execute(select(Municipality.name, Municipality.province).where(Municipality.istat == istat)).one()


def municipalities(region_id: str) -> Sequence[tuple[str, str]]:
    """(ISTAT code, "Cerano (NO)") of the region's municipalities, by name."""
    found = select(Municipality.istat, Municipality.name, Municipality.province).where(Municipality.region_id == region_id)
    return [(row.istat, f"{row.name} ({row.province})") for row in db.session.execute(found.order_by(Municipality.name))]


def member_options(session: Session) -> dict[str, str]:
    """Id → name of every member there ever was, for filters and forms."""
    return {str(row.id): row.name for row in session.execute(select(Member.id, Member.name).order_by(Member.name))}


def agreements_of(name: str) -> list[Row[Any]]:
    """(id, title, role) of the agreements that a body is a party of, by its name."""
    parties = select(Agreement.id, Agreement.title, AgreementParty.role).join(
        Agreement, and_(Agreement.tenant_id == AgreementParty.tenant_id, Agreement.id == AgreementParty.agreement_id)
    )
    return list(db.session.execute(parties.where(AgreementParty.name == name).order_by(Agreement.title)))


def partners() -> Select[Any]:
    """Partners whose status, as it stands, had begun on the day asked for."""
    return select(Partner.id).where(or_(Partner.since.is_(None), Partner.since <= AS_OF))


def partners_by_name() -> list[Partner]:
    return list(db.session.scalars(select(Partner).order_by(func.app.fold(Partner.name))))


def partner(partner_id: UUID) -> Partner | None:
    return db.session.execute(select(Partner).where(Partner.id == partner_id)).scalar_one_or_none()


def _extension() -> Any:
    """The last day that the addenda signed by the day asked for extend an agreement to."""
    addendum = aliased(AgreementAddendum)
    # A subquery of a column names its tenant itself: the hook does not reach into it.
    mine = and_(addendum.tenant_id == tenant_parameter(), addendum.agreement_id == Agreement.id)
    signed = or_(addendum.signed_on.is_(None), addendum.signed_on <= AS_OF)
    return select(func.max(addendum.valid_until)).where(mine, signed).correlate(Agreement).scalar_subquery()


# GREATEST leaves out what is not known. An addendum counts from its signature.
VALID_UNTIL: ColumnElement[date] = func.greatest(Agreement.valid_until, _extension(), type_=Date())
VALIDITY: ColumnElement[str] = case(
    (func.coalesce(Agreement.valid_from, Agreement.signed_on) > AS_OF, "expected"),
    (VALID_UNTIL.is_(None), "undated"),
    (VALID_UNTIL < AS_OF, "expired"),
    (AS_OF + literal(NOTICE.days) >= VALID_UNTIL, "expiring"),
    else_="in_force",
)


def agreements() -> Select[Any]:
    return select(Agreement.id)


def agreement(agreement_id: UUID) -> Agreement | None:
    return db.session.execute(select(Agreement).where(Agreement.id == agreement_id)).scalar_one_or_none()


def validity(agreement_id: UUID, day: date) -> Row[date, str]:
    """(last day of validity with the addenda, its state) of an agreement on a day."""
    asked = select(VALID_UNTIL.label("until"), VALIDITY.label("state")).where(Agreement.id == agreement_id)
    return db.session.execute(asked, {"as_of": day}).one()


def parties(agreement_id: UUID) -> Sequence[AgreementParty]:
    """In the order in which they were written."""
    mine = AgreementParty.agreement_id == agreement_id
    return db.session.execute(select(AgreementParty).where(mine).order_by(AgreementParty.id)).scalars().all()


def addenda(agreement_id: UUID) -> Sequence[AgreementAddendum]:
    mine = AgreementAddendum.agreement_id == agreement_id
    return db.session.execute(select(AgreementAddendum).where(mine).order_by(AgreementAddendum.valid_until)).scalars().all()
