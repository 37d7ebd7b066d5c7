"""What most sessions are: what the form of a new one begins with, so that most are recorded by a glance and a click."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import g

from consortium.pathways import queries, rules
from consortium.pathways.models import Mode
from consortium.pathways.queries import Found
from consortium.web.listing.formats import ROME, today

LENGTH = timedelta(hours=1)
LAST_MINUTE = time(23, 59)
# When a day's sessions are over, of a day that is past.
EVENING = time(19)


def session(file: Found, operators: Sequence[tuple[UUID, str]], budgets: Sequence[Found], until: date | None) -> dict[str, Any]:
    """Today (or the last day that can be), as long as the last one, by whoever writes it down, of the measure's service."""
    mine, day = g.visitor.membership_id, until or today()
    operator_id = mine if mine in dict(operators) else file.Pathway.case_manager_id
    last, busy = queries.last_session(file.Pathway.id, mine), queries.busy(day, operator_id, file.case_id)
    starts, ends = hours(last, _by_now(day), busy)
    of_this = last if last and last.pathway_id == file.Pathway.id else None
    offered = [row.name for row in budgets if not row.withdrawn]
    return {
        "on_date": day,
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}" if ends else None,
        "service": of_this.service if of_this else offered[0] if len(offered) == 1 else None,
        "mode": of_this.mode if of_this else Mode.IN_PERSON,
        "operator_id": operator_id,
    }


def _by_now(day: date) -> datetime:
    """Until when there can be a session on a day."""
    return datetime.now(ROME).replace(tzinfo=None) if day == today() else datetime.combine(day, EVENING)


def hours(last: Any, now: datetime, busy: Sequence[Any]) -> tuple[time, time | None]:
    """Those of the last session; where somebody is `busy` then, what follows the last of these. No end where it is still to come."""
    starts, ends = _as_last(last, now)
    if not any(each.starts < ends and starts < each.ends for each in busy):
        return starts, ends
    length = datetime.combine(now, ends) - datetime.combine(now, starts)
    begins = datetime.combine(now, max(each.ends for each in busy))
    over = min(begins + length, rules.over_by(now), datetime.combine(now, LAST_MINUTE))
    return begins.time(), over.time() if begins <= now and begins < over else None


def _as_last(last: Any, now: datetime) -> tuple[time, time]:
    """The hours of the last session, where they are over today; else as many, up to the last quarter of an hour."""
    if last and last.ends <= now.time():
        return last.starts, last.ends
    length = datetime.combine(now, last.ends) - datetime.combine(now, last.starts) if last else LENGTH
    midnight = datetime.combine(now, time())
    ends = now - (now - midnight) % rules.QUARTER
    return max(ends - length, midnight).time(), max(ends, midnight + rules.QUARTER).time()
