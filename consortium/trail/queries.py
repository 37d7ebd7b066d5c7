"""Reads of the trail: the history of a row, as pages show it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Row, Select, Text, Uuid, and_, cast, column, or_, select, table, tuple_
from sqlalchemy.orm import aliased

from consortium.trail import labels
from consortium.trail.models import Action, TrailEntry
from tenants.database import Base, db, tenant_parameter

LONGEST = 100

# Names stand in a room above this one (identity): its table is named, not imported, and, out of the hook's reach, names its tenant here.
_PEOPLE = table("memberships", column("tenant_id", Uuid()), column("account_id", Uuid()), column("name", Text()))


class Change(NamedTuple):
    """A field and its values, in words."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Entry:
    """One change of one row, ready for the macro `history(entries)`, in the language of the request.

    `before` and `after` hold the columns that changed, as JSON; `names` words for ids and codes among them: id → name.
    `together`: what the same save did to rows like this one, this one included. `about`: which row it was, where several are told.
    """

    who: labels.Label
    moment: datetime
    action: str
    table: str
    row_id: UUID
    request_id: str | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    names: Mapping[str, str]
    together: tuple["Entry", ...] = ()
    about: str = ""

    @property
    def when(self) -> str:
        return labels.moment(self.moment)

    @property
    def at(self) -> str:
        return self.moment.isoformat()

    @property
    def what(self) -> str:
        return " · ".join(filter(None, (labels.headline(self.table, self.action), self.about)))

    @property
    def changes(self) -> list[Change]:
        if self.together:
            return list(dict.fromkeys(change for entry in self.together for change in replace(entry, together=()).changes))
        whole = labels.words_of(self.table).whole
        if whole and self.action != Action.UPDATE:
            label, value = whole(self.after or self.before)
            shown = self.names.get(value, value)
            return [Change(label, None, shown) if self.action == Action.INSERT else Change(label, shown, None)]
        told = labels.changed_columns(self.table, self.before, self.after)
        made = [Change(labels.column(self.table, name), self.shown(name, self.before), self.shown(name, self.after)) for name in told]
        # An empty list, say, where there was nothing.
        return [change for change in made if change.before is not None or change.after is not None]

    def shown(self, name: str, side: Mapping[str, Any]) -> str | None:
        """A value of `before` or `after`, in words."""
        value = side.get(name)
        if isinstance(value, list):
            value = [self.names.get(each, each) for each in value]
        return self.names.get(value) if isinstance(value, str) and value in self.names else labels.shown(self.table, name, value)


def history(
    table_name: str,
    row_id: UUID,
    *,
    also: Sequence[tuple[str, UUID]] = (),
    parts: Mapping[str, str] | None = None,
    also_parts: Sequence[tuple[str, str, UUID]] = (),
    names: Mapping[str, str] | None = None,
    limit: int = LONGEST,
) -> list[Entry]:
    """The changes of a row, newest first; one statement, at most `limit` entries.

    `also`: other rows, (table, id), whose changes belong to the same story.
    `parts`: tables whose rows are parts of this one, with the column that says so (`{"opening_hours": "desk_id"}`), removed rows included:
    small tables, since no index serves them, or those whose model says `info["part_of"]`; `also_parts`: parts of other rows of the story,
    (table, column, whole). `names`: id → name, for columns that hold ids.
    """
    wholes = [*((part, key, row_id) for part, key in (parts or {}).items()), *also_parts]
    whose = [_is_row(*row) for row in ((table_name, row_id), *also)] + [_is_part(*whole) for whole in wholes]
    rows = db.session.execute(_entries().where(or_(*whose)).order_by(TrailEntry.id.desc()).limit(limit))
    return _told_together([_entry(row, names or {}) for row in rows])


def history_of_all(table_name: str, *, names: Mapping[str, str] | None = None, limit: int = LONGEST) -> list[Entry]:
    """The changes of all rows of a small table that is read as one thing, newest first; one statement, at most `limit` entries."""
    rows = db.session.execute(_entries().where(TrailEntry.table_name == table_name).order_by(TrailEntry.id.desc()).limit(limit))
    return _told_together([_entry(row, names or {}) for row in rows])


@dataclass(frozen=True)
class Past:
    """A value that a field had until somebody changed it; `value` as JSON has it."""

    table: str
    column: str
    value: Any
    who: labels.Label
    moment: datetime

    @property
    def shown(self) -> str | None:
        return labels.shown(self.table, self.column, self.value)

    @property
    def when(self) -> str:
        return labels.moment(self.moment)

    @property
    def at(self) -> str:
        return self.moment.isoformat()


def past(rows: Collection[tuple[str, UUID]]) -> dict[tuple[UUID, str], list[Past]]:
    """(row, column) → the values that it had before, newest first, of some rows (table, id); one statement."""
    if not rows:
        return {}
    found: dict[tuple[UUID, str], list[Past]] = {}
    mine = tuple_(TrailEntry.table_name, TrailEntry.row_id).in_(rows)
    for row in db.session.execute(_entries().where(mine, TrailEntry.action == Action.UPDATE).order_by(TrailEntry.id.desc())):
        entry = row.TrailEntry
        for name, value in (entry.before or {}).items():
            told = Past(entry.table_name, name, value, row.name or _who(entry.actor_id), entry.created_at)
            found.setdefault((entry.row_id, name), []).append(told)
    return found


def _entries() -> Select[Any]:
    """The trail with the names of who changed what."""
    named = and_(_PEOPLE.c.tenant_id == tenant_parameter(), _PEOPLE.c.account_id == TrailEntry.actor_id)
    return select(TrailEntry, _PEOPLE.c.name).outerjoin(_PEOPLE, named)


def removed(table_name: str, row_id: UUID) -> Entry | None:
    """How a row was removed, with its columns as they were; None where it was not."""
    gone = _entries().where(_is_row(table_name, row_id), TrailEntry.action == Action.DELETE)
    row = db.session.execute(gone.order_by(TrailEntry.id.desc()).limit(1)).first()
    return _entry(row, {}) if row else None


def _told_together(entries: Sequence[Entry]) -> list[Entry]:
    """One entry for what one save did to small parts of one kind (five windows of a week); rows of one transaction share their moment."""
    told: list[Entry] = []
    for (table_name, *_), group in groupby(entries, key=lambda entry: (entry.table, entry.moment, entry.request_id)):
        found = list(group)
        small = labels.words_of(table_name).whole is not None and len(found) > 1
        told += [_joined(found)] if small else found
    return told


def _joined(entries: Sequence[Entry]) -> Entry:
    """In the order of reading of their columns; several kinds of action together are a change."""
    action = entries[0].action if len({entry.action for entry in entries}) == 1 else Action.UPDATE
    fields = labels.words_of(entries[0].table).fields
    in_order = sorted(entries, key=lambda entry: [str((entry.after or entry.before).get(name)) for name in fields])
    return replace(entries[0], action=action, together=tuple(in_order))


def _is_row(table_name: str, row_id: UUID) -> ColumnElement[bool]:
    return and_(TrailEntry.table_name == table_name, TrailEntry.row_id == row_id)


def _is_part(table_name: str, key: str, row_id: UUID) -> ColumnElement[bool]:
    """Rows that were born as parts of the row: found by what the trail says, or by their birth (updates say only what changed)."""
    if Base.metadata.tables[table_name].info.get("part_of") == key:
        return and_(TrailEntry.table_name == table_name, TrailEntry.part_of == row_id)
    birth = aliased(TrailEntry)
    whose = cast(birth.after[key].astext, Text) == str(row_id)
    born = select(birth.row_id).where(birth.table_name == table_name, birth.action == Action.INSERT, whose)
    return and_(TrailEntry.table_name == table_name, TrailEntry.row_id.in_(born))


def _entry(row: Row[Any], names: Mapping[str, str]) -> Entry:
    entry = row.TrailEntry
    return Entry(
        who=row.name or _who(entry.actor_id),
        moment=entry.created_at,
        action=entry.action,
        table=entry.table_name,
        row_id=entry.row_id,
        request_id=entry.request_id,
        before=entry.before or {},
        after=entry.after or {},
        names=names,
    )


def _who(actor_id: UUID | None) -> labels.Label:
    """Whoever is not of the consortium: the system itself, or who runs the platform."""
    return _l("The system") if actor_id is None else _l("The platform")
