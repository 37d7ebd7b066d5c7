"""Two records of one person made one, and two again.

What points to a person or a case is found in the keys of all tables, so that a room added later is covered without a line here. Rows
of which a person cannot have two (a case, a profile, an assignment of one day) are made one in turn, as `joining` says. Nothing is ever
lost: rows move, go whole into `Merge.undo`, or take what they had not, and what they had before is in there too.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, UniqueConstraint, delete, func, literal_column, select, update
from sqlalchemy.orm.exc import StaleDataError

from consortium.cases import joining
from consortium.cases.joining import Row
from consortium.cases.models import Case, Person
from consortium.trail.labels import HIDDEN
from tenants.database import Base, db, tenant_parameter

PEOPLE, CASES = Person.__table__, Case.__table__
# What goes together: somebody follows a case at a desk that they serve.
FOLLOWED = ("desk_id", "case_manager_id")
# Part → column → whose value is right ("kept", "merged"), of the rows that are offered field by field: see `Fold.part`.
Sides = Mapping[str, Mapping[str, str | None]]


@dataclass(frozen=True)
class Reference:
    """A column of a table that names a row of another. `only_one`: no two rows name the same one."""

    table: Table
    column: str
    only_one: bool
    # Other columns that together with this one are unique (an assignment's day and source, a language), or say the same fact.
    shared: tuple[tuple[str, ...], ...]


def named(name: str) -> Table:
    """A table by its name, as steps keep it."""
    return Base.metadata.tables[name]


def is_told(table: Table) -> bool:
    """Whether people who merge may know of rows of a table: sensitive ones move, and become one, unseen."""
    return not table.info.get("concealed")


def references(to: Table) -> Iterator[Reference]:
    """Every column of every consortium's table that names a row of `to`."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            if key.referred_table is to and "tenant_id" in key.column_keys:
                (column,) = set(key.column_keys) - {"tenant_id"}
                uniques = [set(each.columns.keys()) - {"tenant_id"} for each in table.constraints if isinstance(each, UniqueConstraint)]
                shared = tuple(tuple(sorted(each - {column})) for each in uniques if column in each and len(each) > 1)
                only_one = {column} in uniques
                if to is PEOPLE and table.info.get("part_of") == column and not (only_one or shared):
                    # Facts of a person of which there may be any number (qualifications): the same one told twice is one.
                    shared = (tuple(name for name in said(table) if name != column),)
                yield Reference(table, column, only_one, shared)


@dataclass(frozen=True)
class Fold:
    """A row of the merged that cannot be there beside one of the kept, and what the kept one takes of it.

    `through`: the column by which they are somebody's; `same`: those that, equal in both, make them one fact.
    """

    table: Table
    kept: Row
    merged: Row
    through: str
    same: tuple[str, ...]
    takes: Mapping[str, Any]

    @property
    def differing(self) -> list[str]:
        return [name for name in said(self.table) if name != self.through and self.kept[name] != self.merged[name]]

    @property
    def part(self) -> str:
        """As `Sides` and forms name it: "profiles"; where a person has several, "language_skills:" and the id of the merged one's."""
        return f"{self.table.name}:{self.merged['id']}" if self.same else self.table.name

    @property
    def is_offered(self) -> bool:
        """Whether people choose field by field: facts of the person, where no rule makes the two one."""
        return self.through == "person_id" and is_told(self.table) and self.table.name not in joining.RULES


def said(table: Table) -> list[str]:
    """The columns in which a row says something."""
    return [column.name for column in table.columns if column.name not in HIDDEN and column.computed is None]


@dataclass
class Plan:
    """What a merge does: `moved` (reference, from, to, ids); `folded`, children first."""

    moved: list[tuple[Reference, UUID, UUID, list[UUID]]] = field(default_factory=list)
    folded: list[Fold] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each table move, of those that may be told of."""
        counted: Counter[str] = Counter()
        for reference, _, _, ids in self.moved:
            if is_told(reference.table):
                counted[reference.table.name] += len(ids)
        return dict(counted)

    @property
    def offered(self) -> dict[str, list[str]]:
        """Part → columns of which people choose."""
        folds = [fold for fold in self.folded if fold.is_offered]
        return {fold.part: [name for name in said(fold.table) if name not in (fold.through, *fold.same)] for fold in folds}


def plan(kept_id: UUID, merged_id: UUID, sides: Sides | None = None) -> Plan:
    """What making `merged_id` one with `kept_id` (people) would do; reads only."""
    made = Plan()
    kept, merged = (_rows(PEOPLE, PEOPLE.c.id == row_id)[0] for row_id in (kept_id, merged_id))
    _fold(made, Fold(PEOPLE, kept, merged, "", (), {}), sides or {})
    return made


def _fold(made: Plan, fold: Fold, sides: Sides) -> None:
    """Whatever names the merged row is to name the kept one; then the merged row goes."""
    for reference in references(fold.table):
        theirs, ours = (_rows(reference.table, reference.table.c[reference.column] == row["id"]) for row in (fold.merged, fold.kept))
        gone = set()
        for their, our, same in _meeting(reference, theirs, ours):
            met = Fold(reference.table, our, their, reference.column, same, {})
            _fold(made, replace(met, takes=_taken(met, sides.get(met.part, {}))), sides)
            gone.add(their["id"])
        if ids := [row["id"] for row in theirs if row["id"] not in gone]:
            made.moved.append((reference, fold.merged["id"], fold.kept["id"], ids))
    made.folded.append(fold)


def _rows(table: Table, which: ColumnElement[bool]) -> Sequence[Row]:
    return [dict(row) for row in db.session.execute(select(table).where(mine(table), which).order_by(table.c.id)).mappings()]


def _meeting(reference: Reference, theirs: Sequence[Row], ours: Sequence[Row]) -> Iterator[tuple[Row, Row, tuple[str, ...]]]:
    """(theirs, ours) of rows that cannot both be there, and the columns by which they are the same."""
    for shared in [()] if reference.only_one else reference.shared:
        known = {tuple(row[name] for name in shared): row for row in ours}
        same = ((row, known.get(tuple(row[name] for name in shared))) for row in theirs)
        yield from ((their, our, shared) for their, our in same if our is not None)


def _taken(fold: Fold, sides: Mapping[str, str | None]) -> dict[str, Any]:
    """The columns of the kept row that change, and what they hold then: as chosen; the rest as the rule says of what is chosen."""
    table, kept, merged = fold.table, fold.kept, fold.merged
    chosen = {name: (merged if side == "merged" else kept)[name] for name, side in sides.items() if side}
    rule = joining.RULES.get(table.name) or joining.PROPOSALS.get(table.name)
    begun = {**kept, **chosen}
    takes = {**(rule(begun, merged) if rule else joining.missing(begun, merged, said(table))), **chosen}
    return {name: value for name, value in takes.items() if value != kept[name]}


def mine(table: Table) -> ColumnElement[bool]:
    """Core statements name their consortium themselves."""
    return table.c.tenant_id == tenant_parameter()


def carry_out(made: Plan) -> dict[str, Any]:
    """Does it; what is needed to undo it, in the order of doing.

    `moved` (table, column, from, to, ids), `removed` (table, row, kept, same), `joined` (table, id, before, after).
    """
    moved = [_move(reference, start, end, ids) for reference, start, end, ids in made.moved]
    removed = [_remove(fold) for fold in made.folded]
    return {"moved": moved, "removed": removed, "joined": [_join(fold) for fold in made.folded if fold.takes]}


def _move(reference: Reference, start: UUID, end: UUID, ids: Sequence[UUID]) -> dict[str, Any]:
    table, column = reference.table, reference.column
    # The revision stays: a form that is open on such a row loses nothing by the move.
    db.session.execute(update(table).where(mine(table), table.c.id.in_(ids)).values({column: end}))
    return {"table": table.name, "column": column, "from": str(start), "to": str(end), "ids": [str(each) for each in ids]}


def _remove(fold: Fold) -> dict[str, Any]:
    table = fold.table
    gone = delete(table).where(mine(table), table.c.id == fold.merged["id"]).returning(_as_json(table))
    return {"table": table.name, "row": db.session.scalars(gone).one(), "kept": str(fold.kept["id"]), "same": list(fold.same)}


def _join(fold: Fold) -> dict[str, Any]:
    """The revision goes on: a form that is open on the row would take away what it was given. Raises StaleDataError where the row is no
    longer as it was when this was planned."""
    table, row_id = fold.table, fold.kept["id"]
    before = as_it_is(table, row_id)
    as_planned = (mine(table), table.c.id == row_id, table.c.revision == fold.kept["revision"])
    values = {**fold.takes, "revision": table.c.revision + 1}
    after = db.session.scalars(update(table).where(*as_planned).values(values).returning(_as_json(table))).one_or_none()
    if after is None:
        raise StaleDataError(f"a row of {table.name} has been changed meanwhile")
    sides = {side: {name: row[name] for name in fold.takes} for side, row in (("before", before), ("after", after))}
    return {"table": table.name, "id": str(row_id), **sides}


def as_it_is(table: Table, row_id: UUID) -> dict[str, Any]:
    """A row as JSON has it; nothing where it is not there."""
    return db.session.scalars(select(_as_json(table)).select_from(table).where(mine(table), table.c.id == row_id)).one_or_none() or {}


def _as_json(table: Table) -> ColumnElement[Any]:
    return func.to_jsonb(literal_column(table.name))
