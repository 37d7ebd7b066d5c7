"""Writes of unit costs: what an hour of a service is worth, from when, by which act.

In a closed month nothing is valued anew. In an open one a cost that was typed wrong is corrected, and the sessions that it valued with it,
but never silently: whoever would change what recorded sessions are worth is told how many, from what to what, and confirms just that.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import and_, func, select

from consortium.cases.queries import same
from consortium.pathways import worth
from consortium.pathways.models import MeasureService, MonthClosing, Pathway, Session, UnitCost
from consortium.pathways.queries import closing_of
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
    remedy = _l("End the other cost the day before this one begins.")


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
    despite: bool = False,
    seen: str | None = None,
) -> UnitCost:
    """What an hour of a service is worth from a day on. Raises CostOverlaps, SessionsRevalued (until `despite` what was `seen`), CostInUse
    where a closed month would be valued anew."""
    first, last = valid_from, valid_to or date.max
    _no_closed_day(service, first, last)
    with knowingly(service, first, last, despite=despite, seen=seen):
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
    for first, last in _touched(was, becomes, amount != cost.amount):
        _no_closed_day(service, first, last)
    with knowingly(service, min(was[0], becomes[0]), max(was[1], becomes[1]), despite=despite, seen=seen):
        cost.amount, cost.valid_from, cost.valid_to, cost.act = amount, valid_from, valid_to, act
        _keep()
    return cost


def remove_cost(*, cost: UnitCost, despite: bool = False, seen: str | None = None) -> None:
    """It was a mistake. Raises CostInUse, SessionsRevalued (until `despite` what was `seen`)."""
    service = db.session.get_one(MeasureService, (cost.tenant_id, cost.service_id))
    first, last = cost.valid_from, cost.valid_to or date.max
    _no_closed_day(service, first, last)
    with knowingly(service, first, last, despite=despite, seen=seen):
        db.session.delete(cost)
        db.session.flush()


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


def _no_closed_day(service: MeasureService, first: date, last: date) -> None:
    """No session of the service on these days is in a closed month. Raises CostInUse, saying until when."""
    theirs = closing_of(Pathway.desk_id, func.date_trunc("month", Session.on_date))
    closed = and_(MonthClosing.tenant_id == Pathway.tenant_id, theirs)
    held = select(func.max(Session.on_date)).join(Pathway, same(Session.pathway_id, Pathway)).join(MonthClosing, closed)
    mine = (Pathway.measure_id == service.measure_id, Session.service == service.name, Session.on_date.between(first, last))
    day = db.session.execute(held.where(*mine)).scalar_one()
    if day is not None:
        words = _("There are sessions of a closed month until %(day)s.", day=shown(day))
        remedy = _("End this cost on %(day)s or later, and write the new one from the day after.", day=shown(day))
        raise CostInUse(words, field="valid_from", remedy=remedy)


@contextmanager
def knowingly(service: MeasureService, first: date, last: date, *, despite: bool, seen: str | None) -> Iterator[None]:
    """What is written inside changes costs of a service between two days. Raises SessionsRevalued where sessions are worth something
    else by it, unless whoever writes goes on `despite` what they have `seen`: just these words."""
    before = _values(service, first, last)
    yield
    after = _values(service, first, last)
    words = _told(before, after)
    if words and not (despite and seen and seen.startswith(words)):
        raise SessionsRevalued(words, field="despite")


def _told(before: Mapping[UUID, Decimal], after: Mapping[UUID, Decimal]) -> str:
    changed = [each for each, value in before.items() if after[each] != value]
    if not changed:
        return ""
    sums = {name: euros(sum(values[each] for each in changed)) for name, values in (("before", before), ("after", after))}
    return str(
        ngettext(
            "This would change the value of %(num)s session, from %(before)s to %(after)s.",
            "This would change the value of %(num)s sessions, from %(before)s to %(after)s.",
            len(changed),
            **sums,
        )
    )


def _values(service: MeasureService, first: date, last: date) -> dict[UUID, Decimal]:
    """Session of the service between two days → what it is worth today; without a cost nothing."""
    value = func.coalesce(worth.value(today()), 0)
    statement = select(Session.id, value).select_from(Session).join(Pathway, same(Session.pathway_id, Pathway))
    theirs = (Pathway.measure_id == service.measure_id, Session.service == service.name, Session.on_date.between(first, last))
    return {row[0]: row[1] for row in db.session.execute(statement.where(*theirs))}
