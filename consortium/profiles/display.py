"""The sections of the SAP as its page shows them: every value in words, with what it was before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from consortium.cases.models import Person
from consortium.profiles import words
from consortium.profiles.kinds import KINDS, Kind
from consortium.profiles.queries import OCCUPATION, Facts, Record
from consortium.trail.labels import shown
from consortium.trail.queries import Past
from consortium.web.listing.columns import Tone
from consortium.web.listing.formats import today

ITALIAN = ("Italia", "italiana", "IT")
PERMIT_END = "permit_expires_on"


# Days before its end in which a permit of stay is to be renewed.
SOON = 60


@dataclass(frozen=True)
class Fact:
    """`state`: how a value stands today, with its tone; None where that goes without saying."""

    label: str
    value: str | None
    past: list[Past]
    state: tuple[str, Tone] | None = None


@dataclass(frozen=True)
class Group:
    """A section of the profile; `filled`: there is something in it."""

    anchor: str
    heading: str
    facts: list[Fact]
    filled: bool
    missing: bool


@dataclass(frozen=True)
class Line:
    """A row of a list: what names it, and what is known beside."""

    id: str
    title: str
    facts: list[Fact]


@dataclass(frozen=True)
class Listed:
    kind: Kind
    lines: list[Line]


def groups(record: Record, person: Person) -> list[Group]:
    return [_group(name, record, person) for name in words.SECTIONS]


def _group(name: str, record: Record, person: Person) -> Group:
    facts = [_fact("profiles", column, words.PROFILE, record, record.profile) for column in words.COLUMNS[name]]
    filled = any(record.profile.get(column) for column in words.COLUMNS[name])
    if name == words.STATUS:
        status = shown("people", OCCUPATION, person.occupation)
        facts.insert(0, Fact(str(words.OCCUPATION_LABEL), status, record.past.get((person.id, OCCUPATION), [])))
        return Group(name, str(words.SECTIONS[name]), facts, filled or bool(status), not (filled and status))
    # Who is Italian needs no permit of stay, and may well live where they are resident.
    missing = not filled and not (name == words.STAY and person.citizenship in ITALIAN)
    return Group(name, str(words.SECTIONS[name]), facts, filled, missing)


def lists(record: Record) -> list[Listed]:
    return [Listed(kind, [_line(kind, row, record) for row in record.lists[kind.name]]) for kind in KINDS.values()]


def _line(kind: Kind, row: Facts, record: Record) -> Line:
    told = {column: _fact(kind.name, column, kind.fields, record, row) for column in kind.columns}
    title = told.pop(kind.title)
    # What names the row is told beside too, where it has a history.
    beside = [*([title] if title.past else []), *(fact for fact in told.values() if fact.value or fact.past)]
    return Line(str(row["id"]), title.value or "—", beside)


def _fact(table: str, column: str, labels: Mapping[str, Any], record: Record, row: Facts) -> Fact:
    value = row.get(column)
    if column == OCCUPATION and value:
        value = record.names.get(value, value)
    past = record.past.get((UUID(row["id"]), column), []) if row else []
    return Fact(str(labels[column]), shown(table, column, value), past, _expiry(value) if column == PERMIT_END else None)


def _expiry(day: str | None) -> tuple[str, Tone] | None:
    left = (date.fromisoformat(day) - today()).days if day else SOON + 1
    if left < 0:
        return _("Expired"), "danger"
    if left > SOON:
        return None
    return ngettext("Expires in %(num)s day", "Expires in %(num)s days", left) if left else _("Expires today"), "warning"
