"""Writes of the desks: a desk opens, has hours, has staff."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from consortium.desks import queries, schemas
from consortium.desks.models import Desk, DeskStaff, OpeningHours
from consortium.desks.timetable import Window
from consortium.identity.services import join_all
from consortium.network.models import Member
from tenants.charter import Section
from tenants.database import db
from tenants.errors import Problem, told_by


class DeskNameTaken(Problem):
    title = _l("There is a desk of this name already")
    remedy = _l("Write a name that tells them apart.")


class UnknownPlace(Problem):
    title = _l("No municipality has this ISTAT code")
    remedy = _l("Choose it from the list.")


class UnknownHost(Problem):
    title = _l("This member does not exist")
    remedy = _l("Choose it from the list.")


class ServesAlready(Problem):
    title = _l("This person serves the desk already in those days")
    remedy = _l("End the other period first, or choose other days.")


class NotStaff(Problem):
    title = _l("This person does not work in the consortium on those days")
    remedy = _l("Choose somebody from the list, and days within their membership.")


class EndsTooEarly(Problem):
    title = _l("The last day comes before the first")
    remedy = _l("Choose a later day.")


def open_desk(*, hours: Sequence[dict[str, Any]] = (), **facts: Any) -> Desk:
    """A desk with its weekly windows (weekday, opens, closes, valid_from, valid_to). Raises DeskNameTaken, UnknownPlace, UnknownHost."""
    desk = Desk(**{"slug": slug_of(facts["name"]), **facts})
    db.session.add(desk)
    _save_desk()
    db.session.add_all(OpeningHours(desk_id=desk.id, **window) for window in hours)
    db.session.flush()
    return desk


def slug_of(name: str) -> str:
    """A desk's word in files and addresses: "Santo Stefano di Magra" → santo-stefano-di-magra."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "desk"


def change_desk(desk: Desk, **facts: Any) -> None:
    """`facts` are columns of Desk; its slug stays, as files know it. Raises UnknownPlace, UnknownHost."""
    for name, value in facts.items():
        setattr(desk, name, value)
    _save_desk()


def _save_desk() -> None:
    problems = {
        "uq_desks_tenant_id_slug": DeskNameTaken(field="name"),
        "fk_desks_istat": UnknownPlace(field="istat"),
        "fk_desks_tenant_id_member_id": UnknownHost(field="member_id"),
    }
    with told_by(problems):
        db.session.flush()


def set_hours(desk: Desk, *, week: Mapping[int, Sequence[Window]], valid_from: date | None = None) -> None:
    """From a day on (None: as if always) the desk's weekly windows are these; what held before stays known.

    Only what differs is written, so that the history tells what changed.
    """
    start = valid_from or date.min
    wanted = {(day, window.opens, window.closes) for day, windows in week.items() for window in windows}
    standing = [row for row in queries.hours(desk.id) if (row.valid_to or date.max) >= start]
    kept = [row for row in standing if _key(row) in wanted and (row.valid_from or date.min) <= start and row.valid_to is None]
    gone = [row for row in standing if row not in kept]
    new = sorted(wanted - {_key(row) for row in kept})
    for row in gone:
        _end_window(row, start)
    db.session.add_all(OpeningHours(desk_id=desk.id, weekday=d, opens=o, closes=c, valid_from=valid_from) for d, o, c in new)
    if gone or new:
        # The hours are part of the desk: who edits them edits it, and its revision says so.
        flag_modified(desk, "name")
    db.session.flush()


def _key(row: OpeningHours) -> tuple[int, time, time]:
    return row.weekday, row.opens, row.closes


def _end_window(row: OpeningHours, start: date) -> None:
    if (row.valid_from or date.min) >= start:
        db.session.delete(row)
    else:
        row.valid_to = start - timedelta(days=1)


def assign_staff(*, desk_id: UUID, membership_id: UUID, valid_from: date, valid_to: date | None = None) -> DeskStaff:
    """Somebody comes to serve a desk. Raises NotStaff, ServesAlready."""
    membership = queries.membership(membership_id)
    if membership is None or not membership.valid_from <= valid_from <= (membership.valid_to or date.max):
        raise NotStaff(field="valid_from" if membership else "membership_id")
    if queries.overlapping(desk_id, membership_id, valid_from, valid_to):
        raise ServesAlready(field="membership_id")
    return staff_desk(desk_id=desk_id, membership_id=membership_id, valid_from=valid_from, valid_to=valid_to)


def end_staff(staff: DeskStaff, *, valid_to: date | None) -> None:
    """The last day of somebody at a desk; None takes the end back. Raises EndsTooEarly."""
    if valid_to is not None and valid_to < staff.valid_from:
        raise EndsTooEarly(field="valid_to")
    staff.valid_to = valid_to
    db.session.flush()


def staff_desk(*, desk_id: UUID, membership_id: UUID, valid_from: date, valid_to: date | None = None) -> DeskStaff:
    """Somebody serves a desk from a day on."""
    staff = DeskStaff(desk_id=desk_id, membership_id=membership_id, valid_from=valid_from, valid_to=valid_to)
    db.session.add(staff)
    db.session.flush()
    return staff


def _found_desks(rows: list[dict[str, Any]]) -> None:
    hosts = dict(db.session.execute(select(Member.istat, Member.id)).all())
    for row in rows:
        open_desk(member_id=hosts.get(row.pop("member", "")), **row)


def _found_staff(rows: list[dict[str, Any]]) -> None:
    desks = dict(db.session.execute(select(Desk.slug, Desk.id)).all())
    served = [row.pop("desks") for row in rows]
    for membership, slugs in zip(join_all(rows), served, strict=True):
        period = {"valid_from": membership.valid_from, "valid_to": membership.valid_to}
        db.session.add_all(DeskStaff(desk_id=desks[slug], membership_id=membership.id, **period) for slug in slugs)
    db.session.flush()


CHARTER = (
    Section("desks", schemas.CharterDesk(many=True), _found_desks, unique=(("slug",),), refers={"member": "members.istat"}),
    Section("staff", schemas.CharterStaff(many=True), _found_staff, unique=(("email",),), refers={"desks": "desks.slug"}),
)
