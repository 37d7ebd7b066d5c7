"""How the trail of pathways reads."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from consortium.cases import queries as cases
from consortium.cases import words as case_words
from consortium.pathways import words
from consortium.pathways.models import Measure, MeasureService, Pathway, Session, UnitCost
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
        "goal": _l("Goal"),
        "register_closed_on": _l("Register closed on"),
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
        "contact_days": _l("Days to contact"),
        "intake_days": _l("Days to take in charge"),
        "act": _l("Act"),
    },
    {"gol_paths": case_words.GOL_PATHS},
)
describe("measure_desks", _l("Desk that works the measure"), {"desk_id": _l("Desk")}, hidden=("measure_id",))


describe(
    "measure_services",
    _l("Service"),
    {"name": _l("Service"), "hours_budget": _l("Hours a person"), "withdrawn": _l("Withdrawn")},
    hidden=("measure_id", "position"),
)
describe(
    "unit_costs",
    _l("Unit cost"),
    {
        "service_id": _l("Service"),
        "amount": _l("Euros an hour"),
        "valid_from": _l("In force from"),
        "valid_to": _l("In force until"),
        "act": _l("Act"),
    },
)
describe(
    "measure_conflicts",
    _l("Measures that do not go together"),
    {"measure_id": _l("Measure"), "other_id": _l("With"), "effect": _l("Effect"), "act": _l("Act")},
    {"effect": words.EFFECTS},
)
describe(
    "sessions",
    _l("Session"),
    {
        "on_date": _l("Day"),
        "starts": _l("Starts at"),
        "ends": _l("Ends at"),
        "service": _l("Service"),
        "mode": _l("Mode"),
        "operator_id": _l("Operator"),
        "note": _l("Note"),
    },
    {"mode": words.MODES},
    hidden=("pathway_id", "case_id", "group_id"),
)
describe(
    "session_corrections",
    _l("Counter-entry"),
    {"hours": _l("Hours"), "booked_on": _l("Booked on"), "reason": _l("Reason")},
    hidden=("session_id", "made_by_id"),
)
describe(
    "month_closings",
    _l("Month"),
    {"month": _l("Month"), "desk_id": _l("Desk"), "reopened_on": _l("Reopened on"), "reason": _l("Reason")},
    hidden=("closed_by_id", "reopened_by_id"),
)


def of_measure(measure: Measure, services: Sequence[MeasureService], costs: Sequence[UnitCost]) -> list[Entry]:
    """What was changed in a measure, its desks, its services and their costs, newest first."""
    parts = {"measure_desks": "measure_id", "measure_services": "measure_id"}
    names = {**cases.names(), **{str(service.id): service.name for service in services}}
    return history("measures", measure.id, parts=parts, also=[("unit_costs", cost.id) for cost in costs], names=names)


def of_session(session: Session) -> list[Entry]:
    """What was changed in a session, newest first."""
    return history("sessions", session.id, names=cases.names())


def of_pathway(pathway: Pathway) -> list[Entry]:
    """What was changed in a pathway and its sessions, those that were removed too, newest first."""
    return history("pathways", pathway.id, parts={"sessions": "pathway_id"}, names=cases.names())
