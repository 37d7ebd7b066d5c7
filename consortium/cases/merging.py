"""Two records of one person made one, and two again.

What points to a person or a case is found in the keys of all tables, so that a room added later is covered without a line here. Rows
of which a person has one only (a case, a profile) are made one in turn; the kept one's stays. Nothing is ever overwritten: rows move, go
whole into `Merge.undo`, or the merge is refused.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Table, UniqueConstraint, and_, delete, func, literal_column, select, update

from consortium.cases.models import Case, Person
from tenants.database import Base, db, tenant_parameter

PEOPLE, CASES = Person.__table__, Case.__table__


@dataclass(frozen=True)
class Reference:
    """A column of a table that names a row of another. `only_one`: no two rows name the same one."""

    table: Table
    column: str
    only_one: bool
    # Other columns that together with this one are unique: an assignment's day and source, a language.
    shared: tuple[tuple[str, ...], ...]

    @property
    def is_told(self) -> bool:
        """Whether people who merge may know of such rows: sensitive ones move unseen."""
        return not self.table.info.get("concealed")


def references(to: Table) -> Iterator[Reference]:
    """Every column of every consortium's table that names a row of `to`."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            if key.referred_table is to and "tenant_id" in key.column_keys:
                (column,) = set(key.column_keys) - {"tenant_id"}
                uniques = [set(each.columns.keys()) - {"tenant_id"} for each in table.constraints if isinstance(each, UniqueConstraint)]
                shared = tuple(tuple(sorted(each - {column})) for each in uniques if column in each and len(each) > 1)
                yield Reference(table, column, {column} in uniques, shared)


@dataclass(frozen=True)
class Twins:
    """Two rows of the kept and the merged that cannot both be one person's: a fact of the same day, told twice."""

    table: str
    facts: dict[str, Any]


@dataclass
class Plan:
    """What a merge does: `moved` (reference, from, to, ids); `folded` (table, merged, kept), children first; what stands against it."""

    moved: list[tuple[Reference, UUID, UUID, list[UUID]]] = field(default_factory=list)
    folded: list[tuple[Table, UUID, UUID]] = field(default_factory=list)
    twins: list[Twins] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each table move, of those that may be told of."""
        counted: Counter[str] = Counter()
        for reference, _, _, ids in self.moved:
            if reference.is_told:
                counted[reference.table.name] += len(ids)
        return dict(counted)


def plan(kept_id: UUID, merged_id: UUID) -> Plan:
    """What making `merged_id` one with `kept_id` (people) would do; reads only."""
    made = Plan()
    _fold(made, PEOPLE, kept_id, merged_id)
    return made


def _fold(made: Plan, table: Table, kept: UUID, merged: UUID) -> None:
    """Whatever names the merged row is to name the kept one; then the merged row goes."""
    for reference in references(table):
        theirs, ours = (_rows(reference, row_id) for row_id in (merged, kept))
        for their_id, our_id in _meeting(made, reference, theirs, ours):
            _fold(made, reference.table, our_id, their_id)
        gone = {row_id for gone_from, row_id, _ in made.folded if gone_from is reference.table}
        if ids := [row["id"] for row in theirs if row["id"] not in gone]:
            made.moved.append((reference, merged, kept, ids))
    made.folded.append((table, merged, kept))


def _rows(reference: Reference, row_id: UUID) -> Sequence[Any]:
    """(id, and what may be unique with it) of the rows that name a row."""
    table = reference.table
    names = dict.fromkeys(("id", *(name for shared in reference.shared for name in shared)))
    statement = select(*(table.c[name] for name in names)).where(mine(table), table.c[reference.column] == row_id)
    return db.session.execute(statement.order_by(table.c.id)).mappings().all()


def _meeting(made: Plan, reference: Reference, theirs: Sequence[Any], ours: Sequence[Any]) -> Iterator[tuple[UUID, UUID]]:
    """(theirs, ours) of rows that cannot both be there. One that is a fact of a day may not be dropped: it stands against the merge."""
    if reference.only_one:
        yield from ((their["id"], our["id"]) for their in theirs for our in ours)
        return
    for shared in reference.shared:
        known = {tuple(row[name] for name in shared): row["id"] for row in ours}
        for row in theirs:
            if (same := known.get(tuple(row[name] for name in shared))) is None:
                continue
            if any(isinstance(reference.table.c[name].type, Date) for name in shared):
                made.twins.append(Twins(reference.table.name, {name: row[name] for name in shared}))
            else:
                yield row["id"], same


def mine(table: Table) -> ColumnElement[bool]:
    """Core statements name their consortium themselves."""
    return table.c.tenant_id == tenant_parameter()


def carry_out(made: Plan) -> dict[str, Any]:
    """Does it; what is needed to undo it: `moved` (table, column, from, to, ids), `removed` (table, row, kept), in the order of doing."""
    moved = [_move(reference, start, end, ids) for reference, start, end, ids in made.moved]
    return {"moved": moved, "removed": [_remove(table, merged, kept) for table, merged, kept in made.folded]}


def _move(reference: Reference, start: UUID, end: UUID, ids: Sequence[UUID]) -> dict[str, Any]:
    table, column = reference.table, reference.column
    # The revision stays: a form that is open on such a row loses nothing by the move.
    db.session.execute(update(table).where(mine(table), table.c.id.in_(ids)).values({column: end}))
    return {"table": table.name, "column": column, "from": str(start), "to": str(end), "ids": [str(each) for each in ids]}


def _remove(table: Table, merged: UUID, kept: UUID) -> dict[str, Any]:
    which = and_(mine(table), table.c.id == merged)
    row = db.session.execute(select(func.to_jsonb(literal_column(table.name))).select_from(table).where(which)).scalar_one()
    db.session.execute(delete(table).where(which))
    return {"table": table.name, "row": row, "kept": str(kept)}
