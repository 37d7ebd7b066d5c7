"""How the trail of pathways reads."""

from flask_babel import lazy_gettext as _l

from consortium.cases import queries as cases
from consortium.cases import words as case_words
from consortium.pathways import words
from consortium.pathways.models import Measure, Pathway
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


describe(
    "measures",
    _l("Measure"),
    {
        "code": _l("Code"),
        "name": _l("Measure"),
        "valid_from": _l("In force from"),
        "valid_to": _l("In force until"),
        "gol_paths": _l("GOL paths"),
        "services": _l("Services"),
        "act": _l("Act"),
    },
    {"gol_paths": case_words.GOL_PATHS},
)
describe("measure_desks", _l("Desk that works the measure"), {"desk_id": _l("Desk")}, hidden=("measure_id",))


def of_measure(measure: Measure) -> list[Entry]:
    """What was changed in a measure and its desks, newest first."""
    return history("measures", measure.id, parts={"measure_desks": "measure_id"}, names=cases.names())


def of_pathway(pathway: Pathway) -> list[Entry]:
    """What was changed in a pathway, newest first."""
    return history("pathways", pathway.id, names=cases.names())
