"""Reads of who works here, at a day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    column,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from consortium.desks.models import Desk, DeskStaff
from consortium.identity.models import Membership
from consortium.identity.queries import valid_on
from tenants.database import db

AS_OF: ColumnElement[date] = bindparam("as_of", type_=Date())


class Stage(StrEnum):
    """Where a membership stands on a day."""

    CURRENT = "current"
    COMING = "coming"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Served:
    """A desk that somebody serves between two dates (the last included)."""

    desk_id: UUID
    slug: str
    name: str
    valid_from: date
    valid_to: date | None


# Withdrawn before it began, a membership ends before it starts: it is over on every day.
_OVER = or_(Membership.valid_to < AS_OF, Membership.valid_to < Membership.valid_from)
STAGE: ColumnElement[str] = case(
    (_OVER, literal(Stage.ENDED.value, String())),
    (Membership.valid_from > AS_OF, literal(Stage.COMING.value, String())),
    else_=literal(Stage.CURRENT.value, String()),
)
STAGE_ORDER: ColumnElement[int] = case((_OVER, 2), (Membership.valid_from > AS_OF, 1), else_=0)
NAME_ORDER: ColumnElement[str] = func.app.fold(Membership.name, type_=Text())

# Said of whom it is true, and not of the others.
ENTRUSTED: ColumnElement[str | None] = case((Membership.sensitive, literal("entrusted", String())))

_SEEN = func.app.staff_seen().table_valued(column("id", Uuid()), name="seen").render_derived()
SEEN: ColumnElement[bool] = Membership.id.in_(select(_SEEN.c.id))


def _serves(day: ColumnElement[date]) -> ColumnElement[bool]:
    served = and_(DeskStaff.tenant_id == Membership.tenant_id, DeskStaff.membership_id == Membership.id)
    return and_(served, valid_on(DeskStaff, day))


DESKS: ColumnElement[str] = (
    select(func.string_agg(Desk.name, aggregate_order_by(literal(", "), Desk.name)))
    .join_from(DeskStaff, Desk, and_(Desk.tenant_id == DeskStaff.tenant_id, Desk.id == DeskStaff.desk_id))
    .where(_serves(AS_OF))
    .correlate(Membership)
    .scalar_subquery()
)


def everybody() -> Select[UUID]:
    """All who work, have worked or will work here; what is said of them is said on the day `as_of`."""
    return select(Membership.id)


def at_desks(desk_ids: list[UUID]) -> ColumnElement[bool]:
    return exists(select(DeskStaff.id).where(_serves(AS_OF), DeskStaff.desk_id.in_(desk_ids)).correlate(Membership))


def desk_names(session: Session) -> dict[str, str]:
    """Id → name of all desks, by name."""
    return {str(id): name for id, name in session.execute(select(Desk.id, Desk.name).order_by(Desk.name)).all()}


def open_desks(day: date) -> list[tuple[str, str]]:
    """(id, name) of the desks that one can be sent to on a day or later."""
    still_open = or_(Desk.closed_on.is_(None), Desk.closed_on >= day)
    return [(str(id), name) for id, name in db.session.execute(select(Desk.id, Desk.name).where(still_open).order_by(Desk.name)).all()]


def person(membership_id: UUID) -> tuple[Membership, bool] | None:
    """Somebody of the staff, and whether they have come in since they were added."""
    row = db.session.execute(select(Membership, SEEN).where(Membership.id == membership_id)).first()
    return (row[0], bool(row[1])) if row else None


def desks_of(membership_id: UUID) -> list[Served]:
    """The desks somebody serves, served or will serve, the last first."""
    rows = db.session.execute(
        select(Desk.id, Desk.slug, Desk.name, DeskStaff.valid_from, DeskStaff.valid_to)
        .join_from(DeskStaff, Desk, and_(Desk.tenant_id == DeskStaff.tenant_id, Desk.id == DeskStaff.desk_id))
        .where(DeskStaff.membership_id == membership_id)
        .order_by(DeskStaff.valid_from.desc(), Desk.name)
    )
    return [Served(*row) for row in rows]


def stage(membership: Membership, day: date) -> Stage:
    """Where a membership stands on a day, as the list says it."""
    if membership.valid_to and membership.valid_to < max(day, membership.valid_from):
        return Stage.ENDED
    return Stage.COMING if membership.valid_from > day else Stage.CURRENT
