"""How the trail of the notice and of its acknowledgements reads."""

from dataclasses import replace
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.cases import history as cases
from consortium.notices import queries, words
from consortium.notices.models import Acknowledgement, Notice
from consortium.trail.labels import describe
from consortium.trail.queries import Entry, history

describe(
    "notices",
    _l("Privacy notice"),
    {"number": _l("Version"), "in_force_from": _l("In force from"), "title": _l("Title"), "body": _l("Text")},
)
describe(
    "acknowledgements",
    _l("Acknowledgement of the privacy notice"),
    {"notice_id": _l("Version"), "on_date": _l("Day"), "how": _l("How")},
    {"how": words.HOWS},
    # Who recorded it is who made the entry.
    hidden=("person_id", "recorded_by_id"),
)

# Whose part each row is, for the history of a person.
PARTS = {Acknowledgement.__tablename__: "person_id"}


def of_notice(notice: Notice) -> list[Entry]:
    """What was changed in a version before it came into force, newest first."""
    return history("notices", notice.id)


def of_person(person_id: UUID) -> list[Entry]:
    """What was recorded of a person and removed, newest first; of whoever was merged into them, what went."""
    gone = cases.merged_into(person_id, *PARTS)
    # Nothing but parts: the person's own changes are in the history of the case.
    return worded(history(Acknowledgement.__tablename__, person_id, parts=PARTS, also=gone))


def worded(entries: list[Entry]) -> list[Entry]:
    """A history in which versions are told by their numbers; one statement where there are any."""
    if not any(entry.table in PARTS for entry in entries):
        return entries
    names = {str(notice_id): str(_("Version %(number)s", number=number)) for notice_id, number in queries.numbers().items()}
    return [replace(entry, names={**entry.names, **names}) if entry.table in PARTS else entry for entry in entries]
