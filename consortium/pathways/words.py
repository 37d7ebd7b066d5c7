"""What states, outcomes and modes are called on pages, and their colours."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from consortium.pathways.models import Effect, Mode, Outcome, PathwayState
from consortium.web.listing.columns import Label, Tone

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
