"""Reads of the desks. Statements of lists name the day that they are told of: `bindparam("as_of")`."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric, Row, Select, and_, cast, extract, func, or_, select
from sqlalchemy.orm import Session

from consortium.desks.models import Desk, DeskStaff, OpeningHours
from consortium.identity.models import Membership
from consortium.network.models import Member
from consortium.network.queries import within
from tenants.database import db, tenant_parameter
from tenants.models import Municipality

# Public hours a week that accreditation asks of a desk: DM 11 January 2018, art. 6.
REQUIRED_HOURS = 20

HOST = and_(Member.tenant_id == Desk.tenant_id, Member.id == Desk.member_id)
OPEN = within(Desk.opened_on, Desk.closed_on)
HOURS_HOLD = within(OpeningHours.valid_from, OpeningHours.valid_to)
# Hours, without zeros that say nothing (17, 17.5); NULL where none are recorded.
SPAN = func.trim_scale(
    cast(func.sum(extract("epoch", OpeningHours.closes - OpeningHours.opens) / 3600), Numeric(8, 2)), type_=Numeric(8, 2)
)
# Subqueries of a column name their tenant themselves: the hook does not reach into them.
_OF_DESK = and_(OpeningHours.tenant_id == tenant_parameter(), OpeningHours.desk_id == Desk.id)
WEEKLY_HOURS: Any = select(SPAN).where(_OF_DESK, HOURS_HOLD).correlate(Desk).scalar_subquery()
_AT_DESK = and_(DeskStaff.tenant_id == tenant_parameter(), DeskStaff.desk_id == Desk.id)
_ON_DUTY = within(DeskStaff.valid_from, DeskStaff.valid_to)
STAFF_COUNT: Any = select(func.count(DeskStaff.id)).where(_AT_DESK, _ON_DUTY).correlate(Desk).scalar_subquery()


def desks(*, ever: bool = False) -> Select[Any]:
    """Desks open on the day asked for; `ever`: also those closed for good by then, or not yet open."""
    statement = select(Desk.id).join(Municipality, Municipality.istat == Desk.istat).outerjoin(Member, HOST)
    return statement if ever else statement.where(OPEN)


def desk(desk_id: UUID) -> Desk | None:
    return db.session.execute(select(Desk).where(Desk.id == desk_id)).scalar_one_or_none()


def place(desk: Desk) -> Row[str, str, UUID | None, str | None]:
    """(municipality, province, id and name of the member that hosts it) of a desk."""
    asked = select(Municipality.name.label("municipality"), Municipality.province, Member.id, Member.name.label("host"))
    joined = asked.join(Desk, Desk.istat == Municipality.istat).outerjoin(Member, HOST)
    return db.session.execute(joined.where(Desk.id == desk.id)).one()


def open_on(day: date) -> list[Row[Any]]:
    """(desk, municipality, province) of the desks open on a day, by name; no persons, so the public's door may ask."""
    asked = select(Desk, Municipality.name.label("municipality"), Municipality.province)
    joined = asked.join(Municipality, Municipality.istat == Desk.istat).where(OPEN)
    return list(db.session.execute(joined.order_by(Desk.name), {"as_of": day}))


def standing_in(member_id: UUID, istat: str, day: date) -> list[Row[Any]]:
    """(id, name) of the desks open on a day that a member hosts, or that stand in its municipality."""
    here = select(Desk.id, Desk.name).where(or_(Desk.member_id == member_id, Desk.istat == istat), OPEN)
    return list(db.session.execute(here.order_by(Desk.name), {"as_of": day}))


def hours(*desk_ids: UUID) -> Sequence[OpeningHours]:
    """Every window of the weekly templates of some desks, past and future ones too."""
    found = select(OpeningHours).where(OpeningHours.desk_id.in_(desk_ids))
    return list(db.session.execute(found.order_by(OpeningHours.weekday, OpeningHours.opens)).scalars())


_PERSON = and_(Membership.tenant_id == DeskStaff.tenant_id, Membership.id == DeskStaff.membership_id)


def staff(desk_id: UUID) -> list[Row[Any]]:
    """(row of DeskStaff, name, e-mail, role) of whoever serves, served or will serve a desk, the newest first."""
    asked = select(DeskStaff, Membership.name, Membership.email, Membership.role).join(Membership, _PERSON)
    return list(db.session.execute(asked.where(DeskStaff.desk_id == desk_id).order_by(DeskStaff.valid_from.desc(), Membership.name)))


def staff_row(desk_id: UUID, staff_id: UUID) -> DeskStaff | None:
    mine = (DeskStaff.desk_id == desk_id, DeskStaff.id == staff_id)
    return db.session.execute(select(DeskStaff).where(*mine)).scalar_one_or_none()


def who_serves(*, ever: bool = False) -> Select[Any]:
    """Who serves which desk on the day asked for; `ever`: at any time."""
    at = and_(Desk.tenant_id == DeskStaff.tenant_id, Desk.id == DeskStaff.desk_id)
    statement = select(DeskStaff.id).join(Membership, _PERSON).join(Desk, at)
    return statement if ever else statement.where(within(DeskStaff.valid_from, DeskStaff.valid_to))


def overlapping(desk_id: UUID, membership_id: UUID, valid_from: date, valid_to: date | None) -> bool:
    """Whether somebody serves a desk already on some day between two."""
    mine = and_(DeskStaff.desk_id == desk_id, DeskStaff.membership_id == membership_id)
    ends_before = DeskStaff.valid_to < valid_from
    meets = and_(or_(DeskStaff.valid_to.is_(None), ~ends_before), DeskStaff.valid_from <= (valid_to or date.max))
    return db.session.execute(select(DeskStaff.id).where(mine, meets).limit(1)).first() is not None


def membership(membership_id: UUID) -> Membership | None:
    return db.session.execute(select(Membership).where(Membership.id == membership_id)).scalar_one_or_none()


def people(day: date) -> Sequence[tuple[str, str]]:
    """(id, "name · e-mail") of who works in the consortium on a day or later."""
    lasting = or_(Membership.valid_to.is_(None), Membership.valid_to >= day)
    found = db.session.execute(select(Membership.id, Membership.name, Membership.email).where(lasting).order_by(Membership.name))
    return [(str(row.id), f"{row.name} · {row.email}") for row in found]


def desk_options(session: Session) -> dict[str, str]:
    """Id → name of every desk there ever was."""
    return {str(row.id): row.name for row in session.execute(select(Desk.id, Desk.name).order_by(Desk.name))}
