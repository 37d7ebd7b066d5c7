"""The rules of pathways and sessions that need no database, and the facts that they raise.

States and transitions are those of the regional systems: draft → activated → suspended ⇄ activated → concluded | cancelled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.pathways.models import PathwayState
from consortium.web.listing.formats import day as shown
from tenants.errors import Problem


@dataclass(frozen=True)
class Move:
    """A change of state: the states it can start from, and the one it leads to."""

    starts: frozenset[PathwayState]
    leads: PathwayState


_OPEN = frozenset({PathwayState.ACTIVATED, PathwayState.SUSPENDED})
MOVES = {
    "activate": Move(frozenset({PathwayState.DRAFT}), PathwayState.ACTIVATED),
    "suspend": Move(frozenset({PathwayState.ACTIVATED}), PathwayState.SUSPENDED),
    "resume": Move(frozenset({PathwayState.SUSPENDED}), PathwayState.ACTIVATED),
    "conclude": Move(_OPEN, PathwayState.CONCLUDED),
    "cancel": Move(_OPEN | {PathwayState.DRAFT}, PathwayState.CANCELLED),
}
NOW = {
    PathwayState.DRAFT: _l("The pathway has not been activated yet."),
    PathwayState.ACTIVATED: _l("The pathway is ongoing."),
    PathwayState.SUSPENDED: _l("The pathway is suspended."),
    PathwayState.CONCLUDED: _l("The pathway is already concluded."),
    PathwayState.CANCELLED: _l("The pathway was cancelled."),
}
REMEDIES = {
    PathwayState.DRAFT: _l("Activate it first."),
    PathwayState.ACTIVATED: _l("Look at its page: it may have changed meanwhile."),
    PathwayState.SUSPENDED: _l("Resume it, conclude it or cancel it."),
    PathwayState.CONCLUDED: _l("If the person goes on, open a new pathway."),
    PathwayState.CANCELLED: _l("If the person goes on, open a new pathway."),
}


class StepRefused(Problem):
    title = _l("The pathway is in another state")


class DayRefused(Problem):
    title = _l("This day cannot be")


class MeasureClosed(Problem):
    title = _l("The measure does not run on that day")


class DeskNotAllowed(Problem):
    title = _l("The desk does not work this measure")


class PathNotAdmitted(Problem):
    title = _l("The measure does not admit the person's GOL path")


class NotTakenInCharge(Problem):
    title = _l("The person has not been taken in charge")


class ServiceForeign(Problem):
    title = _l("The measure does not have this service")


class SessionRefused(Problem):
    title = _l("This session cannot be recorded")


class HoursUsedUp(SessionRefused):
    title = _l("The hours of this service are used up")


class MonthClosed(SessionRefused):
    title = _l("The month of this session is closed")


class RegisterClosed(SessionRefused):
    title = _l("The register of this pathway is closed")


class MeasuresIncompatible(Problem):
    title = _l("The person is in a measure that cannot go with this one")


class MeasuresOverlap(Problem):
    title = _l("The person is in a measure that usually does not go with this one")


@dataclass(frozen=True)
class Step:
    """A past event: the state it led to, on a day."""

    state: str
    on_date: date


def confirmed(words: str, *, despite: bool, seen: str | None) -> bool:
    """Whoever goes on `despite` a warning has `seen` just its words (what to do, which they were shown with, may follow)."""
    return bool(despite and seen and seen.startswith(words))


def possible(state: str) -> list[str]:
    """The moves that can be made in a state, the usual one first."""
    return [verb for verb, move in MOVES.items() if state in move.starts]


def may(verb: str, state: str) -> None:
    """Raises StepRefused where the move cannot be made in this state."""
    if state not in MOVES[verb].starts:
        current = PathwayState(state)
        raise StepRefused(NOW[current], remedy=REMEDIES[current])


def in_order(on_date: date, steps: Sequence[Step], today: date) -> None:
    """A step is not in the future, nor before the one that it follows. Raises DayRefused."""
    if on_date > today:
        raise DayRefused(_("This day has not come yet."), field="on_date", remedy=_("Write today or an earlier day."))
    last = max((step.on_date for step in steps), default=None)
    if last and on_date < last:
        words = _("The last change of this pathway is of %(day)s.", day=shown(last))
        raise DayRefused(words, field="on_date", remedy=_("Write that day or a later one."))


def within(valid_from: date, valid_to: date, on_date: date, measure: str, remedy: str = "") -> None:
    """A day is in the measure's period. Raises MeasureClosed."""
    if not valid_from <= on_date <= valid_to:
        words = _("“%(measure)s” runs from %(first)s to %(last)s.", measure=measure, first=shown(valid_from), last=shown(valid_to))
        usual = _("Write a day in this period, or ask the administrator whether the measure goes on.")
        raise MeasureClosed(words, field="on_date", remedy=remedy or usual)


QUARTER = timedelta(minutes=15)


def over_by(now: datetime) -> datetime:
    """What ends by then may be told as over: a session is written down while the person gets up from the chair."""
    return now + (datetime.combine(now, time()) - now) % QUARTER


def delivered(on_date: date, starts: time, ends: time, now: datetime) -> None:
    """A session ends after it starts, has started, and is over (`over_by`). Raises SessionRefused."""
    _forward(starts, ends)
    if on_date > now.date():
        raise SessionRefused(_("A session in the future has not been delivered."), field="on_date", remedy=_("Record it when it is done."))
    if on_date == now.date() and starts > now.time():
        raise SessionRefused(_("This session has not started yet."), field="starts", remedy=_("Record it when it is done."))
    if (latest := over_by(now)) < datetime.combine(on_date, ends):
        words = _("It is %(now)s: this session is not over yet.", now=f"{now:%H:%M}")
        remedy = _("Record it when it is done, or let it end by %(latest)s.", latest=f"{latest:%H:%M}")
        raise SessionRefused(words, field="ends", remedy=remedy)


def _forward(starts: time, ends: time) -> None:
    """Raises SessionRefused."""
    if ends == starts:
        raise SessionRefused(_("The session starts and ends at the same hour."), field="ends", remedy=_("Correct one of the two hours."))
    if ends == time():
        raise SessionRefused(_("At midnight it is the next day already."), field="ends", remedy=_("Let it end at 23:59."))
    if ends < starts:
        remedy = _("Correct one of the two hours; what goes on after midnight is a session of the next day.")
        raise SessionRefused(_("The session ends before it starts."), field="ends", remedy=remedy)


def inside(on_date: date, activated_on: date | None, ended_on: date | None, steps: Sequence[Step]) -> None:
    """A session is between activation and end, and in no suspension (its first and last day are still good). Raises SessionRefused."""
    if activated_on is None:
        raise SessionRefused(NOW[PathwayState.DRAFT], remedy=REMEDIES[PathwayState.DRAFT])
    if on_date < activated_on:
        words = _("The pathway was activated on %(day)s.", day=shown(activated_on))
        raise SessionRefused(words, field="on_date", remedy=_("Write that day or a later one."))
    if ended_on and on_date > ended_on:
        words = _("The pathway ended on %(day)s.", day=shown(ended_on))
        raise SessionRefused(words, field="on_date", remedy=_("Write that day or an earlier one."))
    for first, last in suspensions(steps):
        if last is None and first < on_date:
            words = _("The pathway was suspended from %(day)s.", day=shown(first))
            raise SessionRefused(words, field="on_date", remedy=_("Write another day, or resume the pathway."))
        if last and first < on_date < last:
            words = _("The pathway was suspended from %(first)s to %(last)s.", first=shown(first), last=shown(last))
            raise SessionRefused(words, field="on_date", remedy=_("Write a day outside of this period."))


def until(ended_on: date | None, steps: Sequence[Step], valid_to: date, today: date) -> date | None:
    """The last day of which a session can be, where that is not today: a pathway's end, the first day of a suspension that lasts, the last
    day of a measure that is over."""
    lasting = [first for first, last in suspensions(steps) if last is None]
    over = [valid_to] if valid_to < today else []
    return min([*filter(None, [ended_on]), *lasting, *over], default=None)


def suspensions(steps: Sequence[Step]) -> list[tuple[date, date | None]]:
    """(first, last) day of each suspension, from the steps in order; None for one that lasts."""
    found: list[tuple[date, date | None]] = []
    for step in steps:
        if found and found[-1][1] is None:
            found[-1] = (found[-1][0], step.on_date)
        if step.state == PathwayState.SUSPENDED:
            found.append((step.on_date, None))
    return found
