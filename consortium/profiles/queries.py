"""Reads of the SAP: all of a person's rows in one statement, one row of a list, what each field was before."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Select, func, literal, select, union_all

from consortium.cases.models import Case, Person
from consortium.cases.queries import visible
from consortium.codes import queries as codes
from consortium.codes.models import Scheme
from consortium.profiles.kinds import KINDS, Kind
from consortium.profiles.models import Profile
from consortium.trail.queries import Entry, Past, past, removed
from consortium.web.visitor import Visitor
from tenants.database import db, tenant_parameter

# A row as JSON has it: days as text, as in the trail.
Facts: TypeAlias = Mapping[str, Any]
OCCUPATION = "occupation"


@dataclass(frozen=True)
class Record:
    """The SAP beyond the personal section: the profile (empty where there is none yet), the rows of each list, newest first.

    `names`: code → name of the occupations in it, now and before.
    """

    profile: Facts = field(default_factory=dict)
    lists: Mapping[str, list[Facts]] = field(default_factory=dict)
    past: Mapping[tuple[UUID, str], list[Past]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def record(person_id: UUID) -> Record:
    """All of it, for the page: three statements."""
    found = list(db.session.execute(union_all(*(_rows(model, name, person_id) for name, model in _TABLES.items()))))
    before = past([(Person.__tablename__, person_id), *((row.name, UUID(row.facts["id"])) for row in found)])
    lists = {kind.name: _ordered(kind, [row.facts for row in found if row.name == kind.name]) for kind in KINDS.values()}
    profile: Facts = next((row.facts for row in found if row.name == Profile.__tablename__), {})
    names = _names(lists, before)
    return Record(profile, lists, {key: _in_words(key[1], told, names) for key, told in before.items()}, names)


def _in_words(column: str, told: list[Past], names: Mapping[str, str]) -> list[Past]:
    """Occupations are too many to be words of the trail: those that are asked for are told here."""
    coded = column == OCCUPATION and told[0].table != Person.__tablename__
    return [replace(each, value=names.get(each.value, each.value)) for each in told] if coded else told


def in_words(entries: list[Entry]) -> list[Entry]:
    """A history in which occupations are told by their names; one statement where there are any."""
    coded = [side for entry in entries if entry.table in _TABLES for side in (entry.before, entry.after) if side.get(OCCUPATION)]
    if not coded:
        return entries
    names = codes.named({Scheme.OCCUPATIONS: {side[OCCUPATION] for side in coded}})[Scheme.OCCUPATIONS]
    return [
        replace(entry, before=_named(entry.before, names), after=_named(entry.after, names)) if entry.table in _TABLES else entry
        for entry in entries
    ]


def _named(side: Facts, names: Mapping[str, str]) -> Facts:
    return {name: names.get(value, value) if name == OCCUPATION else value for name, value in side.items()}


_TABLES: Mapping[str, Any] = {Profile.__tablename__: Profile, **{kind.name: kind.model for kind in KINDS.values()}}


def _rows(model: Any, name: str, person_id: UUID) -> Select[Any]:
    table = model.__table__
    mine = (table.c.tenant_id == tenant_parameter(), table.c.person_id == person_id)
    return select(literal(name).label("name"), func.to_jsonb(table.table_valued()).label("facts")).where(*mine)


def _ordered(kind: Kind, rows: list[Facts]) -> list[Facts]:
    in_order = sorted(rows, key=lambda row: str(row["id"]))
    if not kind.newest:
        return in_order
    return sorted(in_order, key=lambda row: [str(row[name] or "") for name in kind.newest], reverse=True)


def _names(lists: Mapping[str, list[Facts]], before: Mapping[tuple[UUID, str], list[Past]]) -> Mapping[str, str]:
    now = {row.get(OCCUPATION) for rows in lists.values() for row in rows}
    once = {each.value for (_row, column), told in before.items() if column == OCCUPATION for each in told if each.table in _TABLES}
    return codes.named({Scheme.OCCUPATIONS: now | once})[Scheme.OCCUPATIONS]


# Whose part each row is, for the history of a person.
PARTS: Mapping[str, str] = {name: str(model.__table__.info["part_of"]) for name, model in _TABLES.items()}


def profile(person_id: UUID) -> Profile | None:
    return db.session.scalars(select(Profile).where(Profile.person_id == person_id)).first()


def rows(kind: Kind, person_id: UUID) -> list[Any]:
    """The rows of a list, in the order in which they were written."""
    return list(db.session.scalars(select(kind.model).where(kind.model.person_id == person_id).order_by(kind.model.id)))


def is_there(kind: Kind, item_id: UUID) -> bool:
    return db.session.scalar(select(kind.model.id).where(kind.model.id == item_id)) is not None


@dataclass(frozen=True)
class Item:
    """A row of a list, and the case that it is a part of."""

    row: Any
    case_id: UUID


def item(kind: Kind, item_id: UUID, visitor: Visitor) -> Item | None:
    """A row of a list, of a case that the visitor may see."""
    person = kind.model.person_id
    statement = select(kind.model, Case.id).join(Case, (Case.tenant_id == kind.model.tenant_id) & (Case.person_id == person))
    found = db.session.execute(statement.where(kind.model.id == item_id, visible(visitor))).first()
    return Item(found[0], found[1]) if found else None


@dataclass(frozen=True)
class Gone:
    """A row of a list that was removed, and the case that it was a part of."""

    entry: Entry
    case_id: UUID


def gone(kind: Kind, item_id: UUID, visitor: Visitor) -> Gone | None:
    """How a row of a list was removed, of a case that the visitor may see."""
    entry = removed(kind.name, item_id)
    if entry is None or is_there(kind, item_id):
        return None
    case_id = db.session.scalar(select(Case.id).where(Case.person_id == UUID(entry.before["person_id"]), visible(visitor)))
    return Gone(entry, case_id) if case_id else None


def occupation_words(code: str | None) -> str:
    """A code as a field with suggestions shows it."""
    if not code:
        return ""
    label = codes.named({Scheme.OCCUPATIONS: [code]})[Scheme.OCCUPATIONS][code]
    return codes.Entry(Scheme.OCCUPATIONS, code, label).words
