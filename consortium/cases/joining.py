"""How two rows of a table become one, where a person cannot have both: what the kept one takes of the other.

By default what it has not itself. A room says otherwise of its tables: `joining.RULES["acknowledgements"] = …`. Of what a person has as
facts of their own (a profile, a language) this is proposed, and people choose: `joining.PROPOSALS["language_skills"] = …`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias

from consortium.cases.models import Assignment, AssignmentState, Case, Person

Row: TypeAlias = Mapping[str, Any]
# (kept, merged) → the columns that the kept one takes, and what they hold then.
Rule: TypeAlias = Callable[[Row, Row], dict[str, Any]]

# From the beginning on; who was returned by one desk and taken in charge by another is followed.
_WAY = (AssignmentState.ASSIGNED, AssignmentState.CONTACTED, AssignmentState.RETURNED, AssignmentState.TAKEN_IN_CHARGE)


def is_empty(value: Any) -> bool:
    """A zero says something; a no that nobody has chosen does not."""
    return value is None or value is False or value in ("", [])


def missing(kept: Row, merged: Row, names: Iterable[str]) -> dict[str, Any]:
    """Of some columns, what the kept one has not itself."""
    return {name: merged[name] for name in names if is_empty(kept[name]) and not is_empty(merged[name])}


def nothing(kept: Row, merged: Row) -> dict[str, Any]:
    """What stands in the kept one is chosen elsewhere, or goes together."""
    return {}


def _assignment(kept: Row, merged: Row) -> dict[str, Any]:
    """Sent once, told twice: the further of the two states, with the earliest of the days that lead to it."""
    both = (kept, merged)
    further = max(both, key=lambda row: _WAY.index(row["state"]))
    taken = _earliest(row["taken_in_charge_on"] for row in both)
    returned = min((row for row in both if row["returned_on"] and not taken), key=lambda row: row["returned_on"], default=None)
    end = taken or (returned and returned["returned_on"]) or date.max
    return {
        "state": further["state"],
        "contacted_on": _earliest(row["contacted_on"] for row in both if row["contacted_on"] and row["contacted_on"] <= end),
        "taken_in_charge_on": taken,
        "returned_on": returned and returned["returned_on"],
        "return_reason": returned and returned["return_reason"],
        **missing(kept, merged, ["gol_path"]),
    }


def _earliest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day), default=None)


RULES: dict[str, Rule] = {
    # A person's data are chosen field by field, and so is who follows the case, with the desk; it keeps its number.
    Person.__tablename__: nothing,
    Case.__tablename__: nothing,
    Assignment.__tablename__: _assignment,
}
PROPOSALS: dict[str, Rule] = {}
