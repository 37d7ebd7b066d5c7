"""How the trail of pathways reads."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask_babel import lazy_gettext as _l

from consortium.cases import queries as cases
from consortium.cases import words as case_words
from consortium.pathways import words
from consortium.pathways.models import Measure, MeasureService, Pathway, Session, UnitCost
from consortium.pathways.queries import Found
from consortium.trail.labels import describe
from consortium.trail.queries import Entry, history, history_of_all

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
    {"effect": _l("Effect"), "act": _l("Act")},
    {"effect": words.EFFECTS},
    # Which two they are stands above (see `_about`).
    hidden=("measure_id", "other_id"),
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


def of_measure(measure: Measure, services: Sequence[MeasureService], costs: Sequence[UnitCost], measures: Sequence[Found]) -> list[Entry]:
    """What was changed in a measure, its desks, its services and their costs, and with which of all `measures` it goes, newest first."""
    parts = {"measure_desks": "measure_id", "measure_services": "measure_id", "measure_conflicts": "measure_id"}
    names = {**cases.names(), **_names(measures), **{str(service.id): service.name for service in services}}
    costed = [("unit_costs", cost.id) for cost in costs]
    others = [("measure_conflicts", "other_id", measure.id)]
    return _about(history("measures", measure.id, parts=parts, also=costed, also_parts=others, names=names))


def of_conflicts(measures: Sequence[Found]) -> list[Entry]:
    """What was changed in which measures go together, newest first."""
    return _about(history_of_all("measure_conflicts", names=_names(measures)))


def pairs_of(entries: Sequence[Entry]) -> dict[UUID, tuple[str, str]]:
    """Row → the ids of the two measures whose going together it is about, of those whose birth or end is among the entries."""
    sides = [(entry.row_id, side) for entry in entries if entry.table == "measure_conflicts" for side in (entry.before, entry.after)]
    return {row_id: (side["measure_id"], side["other_id"]) for row_id, side in sides if "other_id" in side}


def _about(entries: Sequence[Entry]) -> list[Entry]:
    """Each with the names of the pair that it is about: a change of one says nothing of them."""
    pairs = pairs_of(entries)
    return [replace(entry, about=" + ".join(entry.names.get(each, "") for each in pairs.get(entry.row_id, ()))) for entry in entries]


def _names(measures: Sequence[Found]) -> dict[str, str]:
    return {str(row.id): row.name for row in measures}


def of_session(session: Session) -> list[Entry]:
    """What was changed in a session, newest first."""
    return history("sessions", session.id, names=cases.names())


def of_pathway(pathway: Pathway) -> list[Entry]:
    """What was changed in a pathway and its sessions, those that were removed too, newest first."""
    return history("pathways", pathway.id, parts={"sessions": "pathway_id"}, names=cases.names())
