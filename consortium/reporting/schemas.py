"""Shapes of figures: what is asked, what is answered, and what is hidden from who may not see persons."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields, post_load, validates_schema


@dataclass(frozen=True, slots=True)
class Window:
    """Days `since`–`until`, both included, seen as of a day."""

    since: date
    until: date
    as_of: date

    def parameters(self) -> dict[str, date]:
        """By the names that addresses and statements use."""
        return {"from": self.since, "to": self.until, "as_of": self.as_of}

    def year_before(self) -> "Window":
        """The same window a year earlier, as seen then (29 February becomes the 28th)."""
        return Window(*(day + relativedelta(years=-1) for day in (self.since, self.until, self.as_of)))


COUNTS = ("assigned", "taken_in_charge", "activated", "concluded", "ongoing", "placements")


@dataclass(frozen=True, slots=True)
class DeskFigures:
    """One desk's row: counts of records, hours delivered. A number of None is masked."""

    desk_id: UUID
    slug: str
    desk: str
    assigned: int | None
    taken_in_charge: int | None
    activated: int | None
    concluded: int | None
    ongoing: int | None
    placements: int | None
    hours: Decimal | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The consortium's figures; each is the sum of its column in `by_desk`."""

    window: Window
    by_desk: tuple[DeskFigures, ...]
    assigned: int | None
    taken_in_charge: int | None
    activated: int | None
    concluded: int | None
    ongoing: int | None
    placements: int | None
    hours: Decimal | None

    @property
    def has_masked(self) -> bool:
        return any(getattr(row, name) is None for row in (self, *self.by_desk) for name in COUNTS)


SMALLEST = 5
"""Counts of 1 to 4 could point at a person: they are hidden from who has no permission on persons."""


class WindowSchema(Schema):
    """`from` and `to`, both included, and `as_of` (default: `to`)."""

    since = fields.Date(required=True, data_key="from")
    until = fields.Date(required=True, data_key="to")
    as_of = fields.Date(load_default=None, allow_none=True)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_options: Any) -> None:
        if data["until"] < data["since"]:
            raise ValidationError(_("The first day comes after the last: swap them."), "to")
        if data["as_of"] is not None and data["as_of"] < data["since"]:
            raise ValidationError(_("On this day nothing of the window had happened: choose a later one."), "as_of")

    @post_load
    def _window(self, data: dict[str, Any], **_options: Any) -> Window:
        as_of: date | None = data["as_of"]
        return Window(data["since"], data["until"], as_of or data["until"])


class BoundsSchema(Schema):
    since = fields.Date(data_key="from")
    until = fields.Date(data_key="to")


class CountsSchema(Schema):
    """Counts are null where they are masked (see `SMALLEST`)."""

    assigned = fields.Integer(allow_none=True)
    taken_in_charge = fields.Integer(allow_none=True)
    activated = fields.Integer(allow_none=True)
    concluded = fields.Integer(allow_none=True)
    ongoing = fields.Integer(allow_none=True)
    hours = fields.Float(allow_none=True)


class DeskFiguresSchema(CountsSchema):
    desk = fields.String()


class FiguresSchema(CountsSchema):
    """The figures of a window as of a day; each total is the sum of its column in `by_desk`."""

    window = fields.Nested(BoundsSchema)
    as_of = fields.Date(attribute="window.as_of")
    placements = fields.Integer(allow_none=True)
    by_desk = fields.List(fields.Nested(DeskFiguresSchema))


def masked(figures: Figures) -> Figures:
    """The figures without small cells, nor any that would give one away by a sum or a difference.

    Each column adds up to its total, and in each row activated = concluded + ongoing: wherever one term alone is hidden, the smallest
    other one is hidden with it, until nothing can be worked out.
    """
    table = [{name: getattr(row, name) for name in COUNTS} for row in (*figures.by_desk, figures)]
    hidden = {(place, name) for place, row in enumerate(table) for name in COUNTS if 0 < row[name] < SMALLEST}
    while found := next(_betrayed(table, hidden), None):
        hidden.add(found)
    desks = tuple(replace(row, **_gone(place, hidden)) for place, row in enumerate(figures.by_desk))
    return replace(figures, **_gone(len(desks), hidden), by_desk=desks)


Cell = tuple[int, str]


def _betrayed(table: list[dict[str, int]], hidden: set[Cell]) -> Iterator[Cell]:
    """The cells to hide next: the companion of each cell that is hidden alone in a sum (one that is not zero, if there is)."""
    columns = [[(place, name) for place in range(len(table))] for name in COUNTS]
    rows = [[(place, name) for name in ("activated", "concluded", "ongoing")] for place in range(len(table))]
    for terms in columns + rows:
        if sum(term in hidden for term in terms) == 1:
            others = [(table[place][name] == 0, table[place][name], (place, name)) for place, name in terms if (place, name) not in hidden]
            yield min(others)[2]


def _gone(place: int, hidden: set[Cell]) -> dict[str, Any]:
    """The counts of a row that are hidden, as None; the hours of activated pathways go with their number."""
    gone = dict.fromkeys((name for name in COUNTS if (place, name) in hidden), None)
    return {**gone, "hours": None} if "activated" in gone else gone
