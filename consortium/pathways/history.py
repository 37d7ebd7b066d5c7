"""How the trail of pathways reads."""

from flask_babel import lazy_gettext as _l

from consortium.cases import queries as cases
from consortium.pathways import words
from consortium.pathways.models import Pathway
from consortium.trail.labels import describe
from consortium.trail.queries import Entry, history

describe(
    "pathways",
    _l("Pathway"),
    {
        "code": _l("Code"),
        "state": _l("State"),
        "measure_id": _l("Measure"),
        "desk_id": _l("Desk"),
        "case_manager_id": _l("Case manager"),
        "activated_on": _l("Activated on"),
        "ended_on": _l("Ended on"),
        "outcome": _l("Outcome"),
    },
    {"state": words.STATES, "outcome": words.OUTCOMES},
    hidden=("case_id", "measure_id"),
)


def of_pathway(pathway: Pathway) -> list[Entry]:
    """What was changed in a pathway, newest first."""
    return history("pathways", pathway.id, names=cases.names())
