"""Writes of the desks: a desk opens, has hours, has staff."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from consortium.desks import schemas
from consortium.desks.models import Desk, DeskStaff, OpeningHours
from consortium.identity.services import join_staff
from consortium.network.models import Member
from tenants.charter import Section
from tenants.database import db


def open_desk(*, hours: list[dict[str, Any]], **facts: Any) -> Desk:
    """A desk with its weekly windows (weekday, opens, closes, valid_from, valid_to)."""
    desk = Desk(**facts)
    db.session.add(desk)
    db.session.flush()
    db.session.add_all(OpeningHours(desk_id=desk.id, **window) for window in hours)
    db.session.flush()
    return desk


def staff_desk(*, desk_id: UUID, membership_id: UUID, valid_from: date, valid_to: date | None = None) -> DeskStaff:
    """Somebody serves a desk from a day on."""
    staff = DeskStaff(desk_id=desk_id, membership_id=membership_id, valid_from=valid_from, valid_to=valid_to)
    db.session.add(staff)
    db.session.flush()
    return staff


def _found_desks(rows: list[dict[str, Any]]) -> None:
    hosts = {istat: member_id for istat, member_id in db.session.execute(select(Member.istat, Member.id))}
    for row in rows:
        open_desk(member_id=hosts.get(row.pop("member", "")), **row)


def _found_staff(rows: list[dict[str, Any]]) -> None:
    desks = {slug: desk_id for slug, desk_id in db.session.execute(select(Desk.slug, Desk.id))}
    for row in rows:
        served = row.pop("desks")
        membership = join_staff(**row)
        for slug in served:
            staff_desk(desk_id=desks[slug], membership_id=membership.id, valid_from=membership.valid_from, valid_to=membership.valid_to)


CHARTER = (
    Section("desks", schemas.CharterDesk(many=True), _found_desks, unique=(("slug",),), refers={"member": "members.istat"}),
    Section("staff", schemas.CharterStaff(many=True), _found_staff, unique=(("email",),), refers={"desks": "desks.slug"}),
)
