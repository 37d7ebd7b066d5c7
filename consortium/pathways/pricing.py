"""Writes of unit costs: what an hour of a service is worth, from when, by which act.

In a closed month nothing is valued anew. In an open one a cost that was typed wrong is corrected, and the sessions that it valued with it,
but never silently: whoever would change what recorded sessions are worth is told how many, from what to what, and confirms just that.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import and_, func, or_, select

from consortium.cases.queries import same
from consortium.pathways import worth
from consortium.pathways.models import MeasureService, MonthClosing, Pathway, Session, UnitCost
from consortium.pathways.queries import closing_of
from consortium.pathways.rules import confirmed
from consortium.web.listing.formats import amount as euros
from consortium.web.listing.formats import day as shown
from consortium.web.listing.formats import today
from tenants.database import db
from tenants.errors import Problem, told_by

DAY = timedelta(days=1)


class CostInUse(Problem):
    title = _l("Sessions of a closed month were valued with this cost")


class CostOverlaps(Problem):
    title = _l("On some of these days the service has another cost")
    remedy = _l("Let the earlier one end the day before the later one begins.")


class SessionsRevalued(Problem):
    title = _l("Sessions that were recorded would be worth something else")
    remedy = _l("If that is right, tick the box and save again; if another cost holds from a day on, let this one end and add that one.")


def add_cost(
    *,
    service: MeasureService,
    amount: Decimal,
    valid_from: date,
    valid_to: date | None,
    act: str,
    follows: bool = False,
    despite: bool = False,
    seen: str | None = None,
) -> UnitCost:
    """What an hour of a service is worth from a day on; `follows`: the cost that is in force on it ends the day before.

    Raises CostOverlaps, SessionsRevalued (until `despite` what was `seen`), CostInUse where a closed month would be valued anew.
    """
    _none_begins(service, valid_from)
    followed = _in_force(service, valid_from) if follows else None
    becomes = (valid_from, valid_to or date.max)
    last = max(becomes[1], followed.valid_to or date.max) if followed else becomes[1]
    _keep_closed(service, [(valid_from, last)], None, becomes)
    with knowingly(service, valid_from, last, despite=despite, seen=seen):
        if followed:
            followed.valid_to = valid_from - DAY
            db.session.flush()
        cost = UnitCost(service_id=service.id, amount=amount, valid_from=valid_from, valid_to=valid_to, act=act)
        db.session.add(cost)
        _keep()
    return cost


def change_cost(
    *, cost: UnitCost, amount: Decimal, valid_from: date, valid_to: date | None, act: str, despite: bool = False, seen: str | None = None
) -> UnitCost:
    """Correct a cost. The days that it comes to value otherwise must be of open months. Raises as `add_cost`."""
    service = db.session.get_one(MeasureService, (cost.tenant_id, cost.service_id))
    was, becomes = (cost.valid_from, cost.valid_to or date.max), (valid_from, valid_to or date.max)
    _keep_closed(service, _touched(was, becomes, amount != cost.amount), was, becomes)
    with knowingly(service, min(was[0], becomes[0]), max(was[1], becomes[1]), despite=despite, seen=seen):
        cost.amount, cost.valid_from, cost.valid_to, cost.act = amount, valid_from, valid_to, act
        _keep()
    return cost


def remove_cost(*, cost: UnitCost, despite: bool = False, seen: str | None = None) -> None:
    """It was a mistake. Raises CostInUse, SessionsRevalued (until `despite` what was `seen`)."""
    service = db.session.get_one(MeasureService, (cost.tenant_id, cost.service_id))
    was = (cost.valid_from, cost.valid_to or date.max)
    _keep_closed(service, [was], was, None)
    with knowingly(service, *was, despite=despite, seen=seen):
        db.session.delete(cost)
        db.session.flush()


def _none_begins(service: MeasureService, day: date) -> None:
    """Raises CostOverlaps: what begins on the same day cannot end before it."""
    there = select(UnitCost.amount).where(UnitCost.service_id == service.id, UnitCost.valid_from == day)
    if (amount := db.session.execute(there).scalar_one_or_none()) is not None:
        words = _("On that day a cost of %(amount)s begins already.", amount=euros(amount))
        raise CostOverlaps(words, field="valid_from", remedy=_("Correct that one."))


def _in_force(service: MeasureService, day: date) -> UnitCost | None:
    """The cost that a service has on a day, begun before it."""
    on_the_day = (UnitCost.valid_from < day, or_(UnitCost.valid_to.is_(None), UnitCost.valid_to >= day))
    return db.session.scalars(select(UnitCost).where(UnitCost.service_id == service.id, *on_the_day)).one_or_none()


def _keep() -> None:
    with told_by({"ex_unit_costs_period": CostOverlaps(field="valid_from")}):
        db.session.flush()


Span = tuple[date, date]


def _touched(was: Span, becomes: Span, dearer: bool) -> list[Span]:
    """The spans of days that are valued otherwise: all of both where the amount differs, else what one has and the other has not."""
    if dearer or was[1] < becomes[0] or becomes[1] < was[0]:
        return [was, becomes]
    firsts, lasts = sorted((was[0], becomes[0])), sorted((was[1], becomes[1]))
    before = [(firsts[0], firsts[1] - DAY)] if firsts[0] < firsts[1] else []
    after = [(lasts[0] + DAY, lasts[1])] if lasts[0] < lasts[1] else []
    return before + after


def _keep_closed(service: MeasureService, spans: Iterable[Span], was: Span | None, becomes: Span | None) -> None:
    """No session of the service in these spans is in a closed month. Raises CostInUse, saying until when there are some, and what to do.

    The cost `was` in force on some days (None: it is new), and `becomes` so on others (None: it is removed).
    """
    for span in spans:
        if day := _closed_until(service, *span):
            words = _("There are sessions of a closed month until %(day)s.", day=shown(day))
            field, remedy = _way_out(day, was, becomes)
            raise CostInUse(words, field=field, remedy=remedy)


def _closed_until(service: MeasureService, first: date, last: date) -> date | None:
    """The last day, between two, of a session of the service in a closed month."""
    theirs = closing_of(Pathway.desk_id, func.date_trunc("month", Session.on_date))
    closed = and_(MonthClosing.tenant_id == Pathway.tenant_id, theirs)
    held = select(func.max(Session.on_date)).join(Pathway, same(Session.pathway_id, Pathway)).join(MonthClosing, closed)
    mine = (Pathway.measure_id == service.measure_id, Session.service == service.name, Session.on_date.between(first, last))
    found: date | None = db.session.execute(held.where(*mine)).scalar_one()
    return found


def _way_out(day: date, was: Span | None, becomes: Span | None) -> tuple[str | None, str]:
    """(field, remedy) where the sessions of a day would be valued anew: they have this cost and would lose it, or would get it."""
    if was and was[0] <= day <= was[1]:
        remedy = _("End this cost on %(day)s or later, and write the new one from the day after.", day=shown(day))
        if becomes is None:
            return None, remedy
        return "valid_from" if day < becomes[0] else "valid_to" if day > becomes[1] else "amount", remedy
    if was and day > was[1]:
        return "valid_to", _("Leave the last day as it was, or ask for the month to be reopened.")
    return "valid_from", _("Let it begin on %(day)s or later, or ask for the month to be reopened.", day=shown(day + DAY))


@contextmanager
def knowingly(service: MeasureService, first: date, last: date, *, despite: bool, seen: str | None) -> Iterator[None]:
    """What is written inside changes costs of a service between two days. Raises SessionsRevalued where sessions are worth something
    else by it, unless whoever writes goes on `despite` what they have `seen`: just these words."""
    before = _values(service, first, last)
    yield
    after = _values(service, first, last)
    words = _told(before, after)
    if words and not confirmed(words, despite=despite, seen=seen):
        raise SessionsRevalued(words, field="despite")


Values: TypeAlias = Mapping[UUID, Decimal | None]


def _told(before: Values, after: Values) -> str:
    changed = [each for each, value in before.items() if after[each] != value]
    if not changed:
        return ""
    sums = {name: _worth(values[each] for each in changed) for name, values in (("before", before), ("after", after))}
    return str(
        ngettext(
            "This would change the value of %(num)s session, from %(before)s to %(after)s.",
            "This would change the value of %(num)s sessions, from %(before)s to %(after)s.",
            len(changed),
            **sums,
        )
    )


def _worth(values: Iterable[Decimal | None]) -> str:
    """What sessions are worth together; nothing is not zero: they have no cost."""
    known = [value for value in values if value is not None]
    return euros(sum(known)) if known else str(_("no value"))


def _values(service: MeasureService, first: date, last: date) -> Values:
    """Session of the service between two days → what it is worth today; None without a cost."""
    statement = select(Session.id, worth.value(today())).select_from(Session).join(Pathway, same(Session.pathway_id, Pathway))
    theirs = (Pathway.measure_id == service.measure_id, Session.service == service.name, Session.on_date.between(first, last))
    return {row[0]: row[1] for row in db.session.execute(statement.where(*theirs))}
