"""A merge undone: rows that went come back as they were, rows that moved go back, and what was recorded about them since goes with them.

What the kept rows took of those that went is given back; what they have been given since, if only the entrusted know of it, stays.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, TableValuedAlias, func, literal_column, select, type_coerce, update
from sqlalchemy.dialects.postgresql import JSONB

from consortium.cases.merging import as_it_is, is_told, mine, named, references
from tenants.database import db

Steps = Sequence[dict[str, Any]]


def bring_back(removed: Steps) -> None:
    """The last that went comes first: others stand on it."""
    for each in reversed(removed):
        table = named(each["table"])
        names = [column.name for column in table.columns if column.computed is None]
        row = _typed(table, each["row"], names)
        returned = table.insert().from_select(names, select(*(row.c[name] for name in names)), include_defaults=False)
        db.session.execute(returned.returning(table.c.id))


def _typed(table: Table, row: dict[str, Any], names: Sequence[str]) -> TableValuedAlias:
    """What was kept as JSON, in the types of the columns."""
    return func.jsonb_populate_record(literal_column(f"NULL::{table.name}"), type_coerce(row, JSONB)).table_valued(*names)


def changed(joined: Steps) -> Iterator[tuple[str, str]]:
    """(table, column) of what kept rows took in the merge and no longer hold, of those that may be told of."""
    for each in joined:
        if is_told(table := named(each["table"])):
            now = as_it_is(table, UUID(each["id"]))
            yield from ((table.name, name) for name, value in each["after"].items() if now.get(name) != value)


def give_back(joined: Steps) -> None:
    """What kept rows took, and still hold."""
    for each in joined:
        table, row_id = named(each["table"]), UUID(each["id"])
        now = as_it_is(table, row_id)
        if names := [name for name, value in each["after"].items() if now.get(name) == value]:
            before = _typed(table, each["before"], names)
            values = {**{name: before.c[name] for name in names}, "revision": table.c.revision + 1}
            db.session.execute(update(table).where(mine(table), table.c.id == row_id).values(values))


def move_back(moved: Steps, removed: Steps) -> None:
    went: dict[str, list[UUID]] = {}
    for each in moved:
        table, ids = named(each["table"]), _ids(each)
        went.setdefault(table.name, []).extend(ids)
        db.session.execute(update(table).where(mine(table), table.c.id.in_(ids)).values({each["column"]: UUID(each["from"])}))
    for each in removed:
        _follow(named(each["table"]), UUID(each["kept"]), UUID(each["row"]["id"]), went)


def _follow(table: Table, kept: UUID, back: UUID, went: dict[str, list[UUID]]) -> None:
    """What was recorded since about a row that moved names the kept one too: a session, its pathway and the pathway's case."""
    for reference in references(table):
        for key in reference.table.foreign_key_constraints:
            if ids := went.get(key.referred_table.name):
                column = reference.table.c[next(name for name in key.column_keys if name != "tenant_id")]
                which = (mine(reference.table), reference.table.c[reference.column] == kept, column.in_(ids))
                db.session.execute(update(reference.table).where(*which).values({reference.column: back}))


def astray(moved: Steps) -> dict[str, int]:
    """Table → how many of the rows that moved are not where the merge left them: somebody has moved them on."""
    found: dict[str, int] = {}
    for each in moved:
        table = named(each["table"])
        elsewhere = (table.c.id.in_(_ids(each)), table.c[each["column"]].is_distinct_from(UUID(each["to"])))
        if many := db.session.execute(select(func.count()).select_from(table).where(mine(table), *elsewhere)).scalar_one():
            found[table.name] = many
    return found


def _ids(step: dict[str, Any]) -> list[UUID]:
    return [UUID(row_id) for row_id in step["ids"]]
