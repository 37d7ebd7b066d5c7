"""What states, outcomes and modes are called on pages, and their colours."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from flask_babel import lazy_gettext as _l
from sqlalchemy import Row

from consortium.pathways.models import Effect, Mode, Outcome, PathwayState
from consortium.web.listing.columns import Label, Tone

Found: TypeAlias = Row[*tuple[Any, ...]]

STATES: Mapping[str, Label] = {
    PathwayState.DRAFT: _l("To be activated"),
    PathwayState.ACTIVATED: _l("Ongoing"),
    PathwayState.SUSPENDED: _l("Suspended"),
    PathwayState.CONCLUDED: _l("Finished"),
    PathwayState.CANCELLED: _l("Cancelled"),
}
TONES: Mapping[str, Tone] = {
    PathwayState.DRAFT: "neutral",
    PathwayState.ACTIVATED: "success",
    PathwayState.SUSPENDED: "warning",
    PathwayState.CONCLUDED: "primary",
    PathwayState.CANCELLED: "neutral",
}
OUTCOMES: Mapping[str, Label] = {
    Outcome.COMPLETED: _l("Pathway completed"),
    Outcome.PLACED: _l("Found work"),
    Outcome.TRAINING_STARTED: _l("Training started"),
    Outcome.INTERNSHIP_STARTED: _l("Internship started"),
    Outcome.DROPPED_OUT: _l("Dropped out"),
    Outcome.MOVED: _l("Moved elsewhere"),
    Outcome.EXCLUDED: _l("Excluded"),
    Outcome.DECEASED: _l("Deceased"),
}
MODES: Mapping[str, Label] = {
    Mode.IN_PERSON: _l("In person"),
    Mode.VIDEO: _l("By video"),
    Mode.PHONE: _l("By phone"),
    Mode.BACK_OFFICE: _l("Back-office"),
}
MONTHS: Mapping[str, Label] = {"open": _l("Open"), "closed": _l("Closed")}
MONTH_TONES: Mapping[str, Tone] = {"open": "neutral", "closed": "success"}
EFFECTS: Mapping[str, Label] = {"": _l("Nothing"), Effect.WARN: _l("Warn"), Effect.STOP: _l("Stop")}
# What happened, in the course of a pathway.
EVENTS: Mapping[str, Label] = {
    PathwayState.DRAFT: _l("Pathway opened"),
    PathwayState.ACTIVATED: _l("Pathway activated"),
    PathwayState.SUSPENDED: _l("Pathway suspended"),
    PathwayState.CONCLUDED: _l("Pathway concluded"),
    PathwayState.CANCELLED: _l("Pathway cancelled"),
}
RESUMED: Label = _l("Pathway resumed")


def told(step: Found, before: Found | None) -> Label:
    """What happened, after what was `before`."""
    again = before is not None and (before.state, step.state) == (PathwayState.SUSPENDED, PathwayState.ACTIVATED)
    return RESUMED if again else EVENTS[step.state]


def course(steps: Sequence[Found]) -> Iterator[tuple[Found, Label]]:
    """Each step with what happened; one that was taken back comes after those that were too."""
    for place, step in enumerate(steps):
        earlier = (each for each in reversed(steps[:place]) if step.undone_on or not each.undone_on)
        yield step, told(step, next((each for each in earlier if each.state != step.state), None))
