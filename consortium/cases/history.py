"""How the trail of people, cases and assignments reads."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from flask_babel import lazy_gettext as _l

from consortium.cases import queries, words
from consortium.cases.models import Case, Merge, Person
from consortium.trail.labels import describe
from consortium.trail.queries import Entry, history

describe(
    "people",
    _l("Person"),
    {
        "codice_fiscale": _l("Codice fiscale"),
        "surname": _l("Surname"),
        "first_name": _l("Name"),
        "sex": _l("Sex"),
        "born_on": _l("Date of birth"),
        "birthplace": _l("Place of birth"),
        "citizenship": _l("Citizenship"),
        "residence": _l("Municipality of residence"),
        "phone": _l("Phone"),
        "email": _l("E-mail"),
        "education": _l("Education"),
        "occupation": _l("Occupational status"),
    },
    {"sex": words.SEXES, "education": words.EDUCATION, "occupation": words.OCCUPATION},
)
describe(
    "cases",
    _l("Case"),
    {
        "number": _l("Number"),
        "desk_id": _l("Desk"),
        "case_manager_id": _l("Case manager"),
        "opened_on": _l("Case opened on"),
    },
    hidden=("person_id",),
)
describe(
    "assignments",
    _l("Assignment"),
    {
        "state": _l("State"),
        "source": _l("Source"),
        "job_centre": _l("Job centre"),
        "gol_path": _l("GOL path"),
        "desk_id": _l("Desk"),
        "assigned_on": _l("Assigned on"),
        "contacted_on": _l("Contacted on"),
        "taken_in_charge_on": _l("Taken in charge on"),
        "returned_on": _l("Returned on"),
        "return_reason": _l("Reason of the return"),
    },
    {"state": words.STATES, "source": words.SOURCES, "return_reason": words.RETURN_REASONS, "gol_path": words.GOL_PATHS},
    hidden=("case_id",),
)

describe(
    "handovers",
    _l("Handover"),
    {
        "on_date": _l("Day"),
        "from_desk_id": _l("From the desk"),
        "to_desk_id": _l("To the desk"),
        "from_manager_id": _l("From the case manager"),
        "to_manager_id": _l("To the case manager"),
        "note": _l("Handover note"),
    },
    hidden=("case_id",),
)
describe(
    "merges",
    _l("Merge of two people"),
    {"number": _l("Case that went into it"), "reason": _l("Reason"), "undone_on": _l("Undone on")},
    hidden=("kept_id", "merged_id", "merged_case_id", "undo"),
)


# Assignments whose history is shown.
NEWEST = 20
# Of what went in a merge, what is open to whoever sees the case, beside what rooms above keep of the person.
OWN = ("people", "cases", "assignments")


def of_case(case: Case, person: Person, parts: Mapping[str, str]) -> list[Entry]:
    """What was changed in a case, its person, its newest assignments and those removed, and in whoever was merged into them; newest first.

    `parts`: tables of what rooms above keep of the person, each with the column of its person.
    """
    names = queries.names()
    assignments = queries.assignment_ids(case.id, NEWEST)
    merges = queries.merges_of(person.id)
    rows = [("cases", case.id), *(("assignments", each) for each in assignments), *(("merges", each.id) for each in merges)]
    removed = [("assignments", "case_id", case.id)]
    return history("people", person.id, also=[*rows, *_gone(merges, *OWN, *parts)], parts=parts, also_parts=removed, names=names)


def merged_into(person_id: UUID, *tables: str) -> list[tuple[str, UUID]]:
    """(table, id) of the rows that went in the merges that a person came of."""
    return _gone(queries.merges_of(person_id), *tables)


def _gone(merges: Iterable[Merge], *tables: str) -> list[tuple[str, UUID]]:
    steps = [step for merge in merges if not merge.undone_on for step in merge.undo["removed"]]
    return [(step["table"], UUID(step["row"]["id"])) for step in steps if step["table"] in tables]
