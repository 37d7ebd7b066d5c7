"""Writes: versions of the notice, of which nothing changes from their first day on; and that a person has seen one."""

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.cases import joining
from consortium.cases.queries import Found
from consortium.notices import queries
from consortium.notices.models import Acknowledgement, Notice
from consortium.notices.queries import Standing
from consortium.web.listing.formats import day as shown
from consortium.web.listing.formats import today
from tenants.database import db
from tenants.errors import Problem, told_by


class VersionFrozen(Problem):
    title = _l("A version of the notice that is or was in force stays as it is")
    remedy = _l("Write a new version, in force from a later day.")


class VersionsCross(Problem):
    """The versions come into force in the order of their numbers."""

    title = _l("The versions of the notice come into force one after the other")


class VersionJustWritten(Problem):
    title = _l("Somebody else has written a version of the notice at the same moment")
    remedy = _l("Look at it first, in the list of versions.")


class NothingInForce(Problem):
    title = _l("No privacy notice is in force")
    remedy = _l("An administrator writes one, under “Privacy notice”.")


class AlreadyAcknowledged(Problem):
    title = _l("This person has acknowledged this version already")
    remedy = _l("If what was recorded is a mistake, remove it first.")


class DayRefused(Problem):
    """A day that has not come yet, or on which the version was not in force."""

    title = _l("This day cannot be")


_TAKEN = {
    "uq_notices_tenant_id_number": VersionJustWritten(),
    "uq_notices_tenant_id_in_force_from": VersionJustWritten(field="in_force_from"),
}


def write_notice(*, title: str, body: str, in_force_from: date) -> Notice:
    """A new version, with the next number. Raises VersionsCross, VersionJustWritten."""
    notice = Notice(number=queries.last_number() + 1, title=title, body=body, in_force_from=in_force_from)
    _in_order(notice.number, in_force_from)
    with told_by(_TAKEN):
        db.session.add(notice)
        db.session.flush()
    return notice


def edit_notice(*, notice: Notice, **facts: Any) -> Notice:
    """Other words, another first day, before that day has come. Raises VersionFrozen, VersionsCross, VersionJustWritten."""
    not_frozen(notice)
    _in_order(notice.number, facts["in_force_from"])
    for field, value in facts.items():
        setattr(notice, field, value)
    with told_by(_TAKEN):
        db.session.flush()
    return notice


def remove_notice(*, notice: Notice) -> None:
    """It will not come into force; the trail keeps it. Raises VersionFrozen."""
    not_frozen(notice)
    db.session.delete(notice)
    db.session.flush()


def not_frozen(notice: Notice) -> None:
    """Raises VersionFrozen from the version's first day on: only from then can anybody have acknowledged it."""
    if notice.in_force_from <= today():
        told = {"number": notice.number, "day": shown(notice.in_force_from)}
        raise VersionFrozen(_("Version %(number)s is in force since %(day)s: people are shown it, or have acknowledged it.", **told))


def _in_order(number: int, first: date) -> None:
    earlier, later = queries.neighbours(number)
    if earlier and first <= earlier.in_force_from:
        words = _("Version %(number)s is in force from %(day)s.", number=earlier.number, day=shown(earlier.in_force_from))
        raise VersionsCross(words, field="in_force_from", remedy=_("Write a later day."))
    if later and first >= later.in_force_from:
        words = _("Version %(number)s is in force from %(day)s.", number=later.number, day=shown(later.in_force_from))
        raise VersionsCross(words, field="in_force_from", remedy=_("Write an earlier day, or move that version first."))


def acknowledge(*, standing: Standing, person_id: UUID, notice_id: UUID | None, on_date: date, how: str, by: UUID) -> Acknowledgement:
    """A person has seen one of the versions of their `standing` on a day; `notice_id` null: that in force.

    Raises NothingInForce, DayRefused, AlreadyAcknowledged.
    """
    if standing.in_force is None:
        raise NothingInForce
    version = next((row for row in standing.versions if row.notice_id == notice_id), standing.in_force)
    _was_in_force(version, on_date)
    made = Acknowledgement(person_id=person_id, notice_id=version.notice_id, on_date=on_date, how=how, recorded_by_id=by)
    with told_by({"uq_acknowledgements_tenant_id_person_id_notice_id": AlreadyAcknowledged()}):
        db.session.add(made)
        db.session.flush()
    return made


def _was_in_force(version: Found, on_date: date) -> None:
    if on_date > today():
        raise DayRefused(_("This day has not come yet."), field="on_date", remedy=_("Write today or an earlier day."))
    if on_date < version.in_force_from:
        words = _("Version %(number)s is in force from %(day)s.", number=version.number, day=shown(version.in_force_from))
        remedy = _("Write that day or a later one, or choose the version that the person has seen.")
        raise DayRefused(words, field="on_date", remedy=remedy)


def remove_acknowledgement(*, acknowledgement: Acknowledgement) -> None:
    """It was recorded by mistake; the history of the case keeps it."""
    db.session.delete(acknowledgement)
    db.session.flush()


def _first(kept: joining.Row, merged: joining.Row) -> dict[str, Any]:
    """A version that both of two people who become one have acknowledged: it was seen on the earlier day, in the way of that day."""
    return {name: merged[name] for name in ("on_date", "how", "recorded_by_id")} if merged["on_date"] < kept["on_date"] else {}


joining.RULES[Acknowledgement.__tablename__] = _first
