"""Writes of the staff: people are invited, change role, desks and dates, and leave. There is always an administrator."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm.attributes import flag_modified

from consortium.desks.models import DeskStaff
from consortium.desks.services import staff_desk
from consortium.identity.models import Membership, StaffRole
from consortium.identity.services import join_staff
from consortium.staff import letters
from consortium.web.listing import formats
from tenants.database import db
from tenants.errors import Problem, told_by

DAY = timedelta(days=1)


class AlreadyOnStaff(Problem):
    title = _l("This person is on the list already")
    remedy = _l("Open their page: if they had left, give them a new last day there.")


class DeskUnknown(Problem):
    title = _l("One of the desks does not exist any more")
    remedy = _l("Open the page again and choose among those listed.")


class ChangedMeanwhile(Problem):
    title = _l("Somebody else has changed this meanwhile")
    remedy = _l("Compare below, correct what you wrote, and save again: what you save then is kept.")

    def __init__(self) -> None:
        super().__init__(_l("Somebody else has changed this meanwhile."))


class LastAdministrator(Problem):
    title = _l("A consortium cannot be without an administrator")
    remedy = _l("First invite another administrator, or give somebody that role, from that day or earlier and for as long.")

    def __init__(self, day: date) -> None:
        super().__init__(_l("From %(day)s on, nobody would administer the consortium.", day=formats.day(day)))


class Period(NamedTuple):
    """Days on which somebody is administrator, both included; no last one: until further notice."""

    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def invite(
    *,
    name: str,
    email: str,
    role: str,
    desks: Iterable[UUID],
    valid_from: date,
    valid_to: date | None,
    pages: letters.Pages,
    sensitive: bool = False,
) -> Membership:
    """Add somebody and tell them by mail, all or nothing. Raises AlreadyOnStaff, DeskUnknown."""
    with told_by({"uq_memberships_tenant_id_account_id": AlreadyOnStaff(field="email")}):
        membership = join_staff(email=email, name=name, role=role, valid_from=valid_from, valid_to=valid_to, sensitive=sensitive)
    _send_to(membership, desks, valid_from)
    letters.send_invitation(membership, pages)
    return membership


def _send_to(membership: Membership, desks: Iterable[UUID], first: date) -> None:
    with told_by({"fk_desk_staff_tenant_id_desk_id": DeskUnknown(field="desks")}):
        for desk_id in desks:
            staff_desk(desk_id=desk_id, membership_id=membership.id, valid_from=first, valid_to=membership.valid_to)


def invite_again(*, membership_id: UUID, pages: letters.Pages) -> Membership | None:
    """Send the invitation anew; links sent before stop working. None where there is nobody of this id."""
    membership = _locked(membership_id)
    if membership is not None:
        letters.send_invitation(membership, pages)
    return membership


def change(
    *,
    membership_id: UUID,
    revision: int,
    name: str,
    role: str,
    desks: list[UUID],
    valid_from: date,
    valid_to: date | None,
    today: date,
    sensitive: bool = False,
) -> Membership | None:
    """Change what somebody does here. None: nobody of this id. Raises ChangedMeanwhile, LastAdministrator, DeskUnknown."""
    others, membership = _administrators_and(membership_id)
    if membership is None:
        return None
    if membership.revision != revision:
        raise ChangedMeanwhile
    before, was = _administers(membership), Period(membership.valid_from, membership.valid_to)
    membership.name, membership.role, membership.valid_from, membership.valid_to = name, role, valid_from, valid_to
    membership.sensitive = sensitive
    _keep_administered(before, _administers(membership), others, today)
    _follow(membership, was)
    if _move(membership, set(desks), today) and membership.revision == revision:
        flag_modified(membership, "role")  # where one serves is part of the form: a page left behind must find a new revision
    db.session.flush()
    return membership


def end(*, membership_id: UUID, today: date) -> Membership | None:
    """The end, at once: yesterday becomes the last day, and links sent stop working. None: nobody of this id. Raises LastAdministrator."""
    others, membership = _administrators_and(membership_id)
    if membership is None:
        return None
    before, was = _administers(membership), Period(membership.valid_from, membership.valid_to)
    # Who was to begin today or later never began: an empty period.
    membership.valid_to = max(today, membership.valid_from) - DAY
    _keep_administered(before, _administers(membership), others, today)
    _follow(membership, was)
    letters.withdraw_invitation(membership)
    db.session.flush()
    return membership


def _administrators_and(membership_id: UUID) -> tuple[list[Period], Membership | None]:
    """The other administrators' periods, and the membership. All are locked: of two who leave at once, the second sees the first gone."""
    chosen = select(Membership).where(or_(Membership.role == StaffRole.ADMINISTRATOR, Membership.id == membership_id))
    locked = db.session.execute(chosen.order_by(Membership.id).with_for_update(), execution_options={"populate_existing": True})
    rows = {row.id: row for row in locked.scalars()}
    mine = rows.pop(membership_id, None)
    return [Period(row.valid_from, row.valid_to) for row in rows.values()], mine


def _locked(membership_id: UUID) -> Membership | None:
    return db.session.execute(select(Membership).where(Membership.id == membership_id).with_for_update()).scalar_one_or_none()


def _administers(membership: Membership) -> Period | None:
    return Period(membership.valid_from, membership.valid_to) if membership.role == StaffRole.ADMINISTRATOR else None


def _keep_administered(before: Period | None, after: Period | None, others: list[Period], today: date) -> None:
    """Refuse what takes the administrator away from a day, today or later, that has one."""
    if before is None:
        return
    left = [*others, after] if after else others
    # Cover can only begin to lack today, on the first day of what is taken away, or the day after somebody's last.
    days = {today, max(today, before.first), *(each.last + DAY for each in left if each.last and each.last < date.max)}
    for day in sorted(day for day in days if day >= today and before.holds(day)):
        if not any(each.holds(day) for each in left):
            raise LastAdministrator(day)


def _follow(membership: Membership, was: Period) -> None:
    """Service at desks follows the membership: it begins and ends with it where it did, and never reaches beyond it."""
    for row in _service(membership.id):
        row.valid_from = membership.valid_from if row.valid_from == was.first else max(row.valid_from, membership.valid_from)
        row.valid_to = membership.valid_to if row.valid_to == was.last else _earlier(row.valid_to, membership.valid_to)
        _drop_if_empty(row)
    db.session.flush()


def _move(membership: Membership, desks: set[UUID], today: date) -> bool:
    """From today they serve these desks: service elsewhere ended yesterday. Whether anything changed."""
    if membership.valid_to is not None and membership.valid_to < today:
        return False
    serving = {row.desk_id: row for row in _service(membership.id) if row.valid_to is None or row.valid_to >= today}
    for left in serving.keys() - desks:
        serving[left].valid_to = today - DAY
        _drop_if_empty(serving[left])
    db.session.flush()
    _send_to(membership, desks - serving.keys(), max(today, membership.valid_from))
    return desks != serving.keys()


def _service(membership_id: UUID) -> Iterable[DeskStaff]:
    return db.session.execute(select(DeskStaff).where(DeskStaff.membership_id == membership_id).order_by(DeskStaff.id)).scalars().all()


def _drop_if_empty(row: DeskStaff) -> None:
    if row.valid_to is not None and row.valid_to < row.valid_from:
        db.session.expire(row)  # what it was is what the trail says was removed
        db.session.delete(row)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(each for each in (one, other) if each) if one or other else None
