"""A merge undone: rows that went come back as they were, rows that moved go back, and what was recorded about them since goes with them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, literal_column, select, type_coerce, update
from sqlalchemy.dialects.postgresql import JSONB

from consortium.cases.merging import mine, references
from tenants.database import Base, db

Steps = Sequence[dict[str, Any]]


def bring_back(removed: Steps) -> None:
    """The last that went comes first: others stand on it."""
    for each in reversed(removed):
        table = _table(each)
        names = [column.name for column in table.columns if column.computed is None]
        row = func.jsonb_populate_record(literal_column(f"NULL::{table.name}"), type_coerce(each["row"], JSONB)).table_valued(*names)
        returned = table.insert().from_select(names, select(*(row.c[name] for name in names)), include_defaults=False)
        db.session.execute(returned.returning(table.c.id))


def move_back(moved: Steps, removed: Steps) -> None:
    went: dict[str, list[UUID]] = {}
    for each in moved:
        table, ids = _table(each), _ids(each)
        went.setdefault(table.name, []).extend(ids)
        db.session.execute(update(table).where(mine(table), table.c.id.in_(ids)).values({each["column"]: UUID(each["from"])}))
    for each in removed:
        _follow(_table(each), UUID(each["kept"]), UUID(each["row"]["id"]), went)


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
        table = _table(each)
        elsewhere = (table.c.id.in_(_ids(each)), table.c[each["column"]].is_distinct_from(UUID(each["to"])))
        if many := db.session.execute(select(func.count()).select_from(table).where(mine(table), *elsewhere)).scalar_one():
            found[table.name] = many
    return found


def _table(step: dict[str, Any]) -> Table:
    return Base.metadata.tables[step["table"]]


def _ids(step: dict[str, Any]) -> list[UUID]:
    return [UUID(row_id) for row_id in step["ids"]]
