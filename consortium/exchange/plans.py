"""What is to be written for a row: rows to insert, rows to change, and the differences that a person wants to see first."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time
from typing import Any, NamedTuple
from uuid import UUID

from consortium.exchange.kinds import Line


class Change(NamedTuple):
    """A value that a row makes different: `field` names a column of the file. Before and after as JSON has them."""

    field: str
    before: str | None
    after: str | None


class Update(NamedTuple):
    """A row to change, if it is still as it was read (`revision`)."""

    model: Any
    id: UUID
    revision: int
    values: dict[str, Any]


@dataclass(slots=True)
class Plan:
    """What a line comes to. `new`: its own row is inserted (not only rows around it)."""

    line: Line
    new: bool = False
    inserts: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def insert(self, model: Any, **values: Any) -> None:
        self.inserts.append((model, values))

    def update(self, model: Any, row: Any, values: dict[str, Any]) -> None:
        """Change a row (with `id` and `revision`), where there is anything to change."""
        if values:
            self.updates.append(Update(model, row.id, row.revision, values))

    def compare(self, known: Any, values: Mapping[str, Any], *names: str) -> dict[str, Any]:
        """The values that differ from those known, noted as changes. An empty cell says nothing: it never erases."""
        differing = {name: values[name] for name in names if values[name] is not None and not same(getattr(known, name), values[name])}
        self.changes += [Change(name, told(getattr(known, name)), told(value)) for name, value in differing.items()]
        return differing


def same(known: Any, value: Any) -> bool:
    """Capitals make no difference: exports shout."""
    if isinstance(known, str) and isinstance(value, str):
        return known.casefold() == value.casefold()
    return bool(known == value)


def told(value: Any) -> str | None:
    """A value as it is kept in a difference: ISO dates, hours and minutes, text."""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)


@dataclass(slots=True)
class Tally:
    """What became of the rows of a file so far."""

    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def count(self, plan: Plan) -> None:
        self.inserted += plan.new
        self.updated += not plan.new and bool(plan.changes)
        self.unchanged += not plan.new and not plan.changes

    def as_dict(self) -> dict[str, int]:
        return asdict(self)
