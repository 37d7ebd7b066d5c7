"""Rows of two people that become one, in words, for the pages of a merge."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

from flask_babel import gettext as _

from consortium.cases import joining, merging, pages, queries
from consortium.cases.merging import Fold
from consortium.trail import labels
from consortium.trail.models import Action
from consortium.trail.queries import Entry

# Columns before and after, as the trail has them.
Side: TypeAlias = tuple[Mapping[str, Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Compared:
    """A column in which two rows differ. `name`: as forms ask it (`Fold.part` and the column: "profiles.skills"); `stays`: whose it is
    then, "" where it is of both."""

    name: str
    label: str
    ours: str | None
    theirs: str | None
    stays: str


@dataclass(frozen=True)
class One:
    """Two rows that become one. `is_offered`: people choose field by field; `several`: what they are is told by the title only."""

    table: str
    title: str
    columns: list[Compared]
    is_offered: bool
    several: bool


def ones(made: merging.Plan) -> list[One]:
    """What becomes one in a merge, but for the person and the case, of what may be told."""
    folds = [fold for fold in made.folded if merging.is_told(fold.table) and fold.through and fold.table is not merging.CASES]
    sides = [(fold.table.name, side) for fold in folds for side in _sides(fold)]
    told = iter(_worded(sides))
    return [_one(fold, title, beside) for fold, title, beside in zip(folds, told, told, strict=True)]


def _sides(fold: Fold) -> list[Side]:
    """What names the two, and (merged, kept) where they differ."""
    theirs, ours = ({name: row[name] for name in fold.differing} for row in (fold.merged, fold.kept))
    return [({}, _naming(fold.kept, fold.same)), (theirs, ours)]


def _naming(row: Mapping[str, Any], same: Iterable[str]) -> dict[str, Any]:
    """What a row is called by: a yes or no says nothing without its label."""
    return {name: row[name] for name in same if not isinstance(row[name], bool)}


def _one(fold: Fold, title: Entry, beside: Entry) -> One:
    columns = []
    for name, change in zip(labels.changed_columns(fold.table.name, beside.before, beside.after), beside.changes, strict=True):
        # What only the kept one has stays, and nobody is asked.
        if not joining.is_empty(fold.merged[name]):
            columns.append(Compared(f"{fold.part}.{name}", change.field, change.after, change.before, _stays(fold, name)))
    return One(fold.table.name, _title(title), columns, fold.is_offered, bool(fold.same))


def _stays(fold: Fold, name: str) -> str:
    if name not in fold.takes:
        return "kept"
    return "merged" if fold.takes[name] == fold.merged[name] else ""


def became_one(undo: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(what, what the kept one took) of the rows that a merge made one, from what it keeps to be undone."""
    took = {step["id"]: step for step in undo.get("joined", [])}
    # Of the person it is told field by field; of the case, where it has another desk or case manager now.
    gone = [step for step in undo["removed"] if step["table"] != merging.PEOPLE.name]
    said = [step for step in gone if step["table"] != merging.CASES.name or step["kept"] in took]
    told = [step for step in said if merging.is_told(merging.named(step["table"]))]
    sides = [(step["table"], side) for step in told for side in _kept_sides(step, took.get(step["kept"], {}))]
    words = iter(_worded(sides))
    return [(_title(title), _taken(beside)) for title, beside in zip(words, words, strict=True)]


def _taken(beside: Entry) -> str:
    return ", ".join(f"{field}: {after or '—'}" for field, _before, after in beside.changes) or str(_("it stayed as it was"))


def _kept_sides(step: Mapping[str, Any], took: Mapping[str, Any]) -> list[Side]:
    return [({}, _naming(step["row"], step.get("same", []))), (took.get("before", {}), took.get("after", {}))]


def _title(entry: Entry) -> str:
    thing = str(labels.words_of(entry.table).thing)
    facts = ", ".join(change.after for change in entry.changes if change.after)
    return f"{thing} ({facts})" if facts else thing


def _worded(sides: Sequence[tuple[str, Side]]) -> Iterable[Entry]:
    """As changes of the trail, which every room knows how to word."""
    names = queries.names() if sides else {}
    return pages.worded([_entry(table, before, after, names) for table, (before, after) in sides])


def _entry(table: str, before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str]) -> Entry:
    plain = [{name: str(value) if isinstance(value, UUID) else value for name, value in side.items()} for side in (before, after)]
    return Entry(
        who="",
        moment=datetime.now(UTC),
        action=Action.UPDATE,
        table=table,
        row_id=UUID(int=0),
        request_id=None,
        before=plain[0],
        after=plain[1],
        names=names,
    )
