"""What states, outcomes and modes are called on pages, and their colours."""

from flask_babel import lazy_gettext as _l

from consortium.pathways.models import Mode, Outcome, PathwayState

STATES = {
    PathwayState.DRAFT: _l("To be activated"),
    PathwayState.ACTIVATED: _l("Ongoing"),
    PathwayState.SUSPENDED: _l("Suspended"),
    PathwayState.CONCLUDED: _l("Concluded"),
    PathwayState.CANCELLED: _l("Cancelled"),
}
TONES = {
    PathwayState.DRAFT: "neutral",
    PathwayState.ACTIVATED: "success",
    PathwayState.SUSPENDED: "warning",
    PathwayState.CONCLUDED: "primary",
    PathwayState.CANCELLED: "neutral",
}
OUTCOMES = {
    Outcome.COMPLETED: _l("Pathway completed"),
    Outcome.PLACED: _l("Found work"),
    Outcome.TRAINING_STARTED: _l("Training started"),
    Outcome.INTERNSHIP_STARTED: _l("Internship started"),
    Outcome.DROPPED_OUT: _l("Dropped out"),
    Outcome.MOVED: _l("Moved elsewhere"),
    Outcome.EXCLUDED: _l("Excluded"),
    Outcome.DECEASED: _l("Deceased"),
}
MODES = {
    Mode.IN_PERSON: _l("In person"),
    Mode.VIDEO: _l("By video"),
    Mode.PHONE: _l("By phone"),
    Mode.BACK_OFFICE: _l("Back-office"),
}
