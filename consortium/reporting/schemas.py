"""Shapes of figures: what is asked, what is answered, and what is hidden from who may not see persons."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from consortium.reporting.queries import COUNTS, DeskFigures, Figures, Window

SMALLEST = 5
"""Counts of 1 to 4 could point at a person: they are hidden from who has no permission on persons."""


class WindowSchema(Schema):
    """`from` and `to`, both included, and `as_of` (default: `to`)."""

    since = fields.Date(required=True, data_key="from")
    until = fields.Date(required=True, data_key="to")
    as_of = fields.Date(load_default=None, allow_none=True)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["until"] < data["since"]:
            raise ValidationError(_l("The first day comes after the last: swap them."), "to")
        if data["as_of"] is not None and data["as_of"] < data["since"]:
            raise ValidationError(_l("On this day nothing of the window had happened: choose a later one."), "as_of")

    @post_load
    def _window(self, data: dict[str, Any], **_: Any) -> Window:
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
    desks = tuple(_without(row, place, hidden) for place, row in enumerate(figures.by_desk))
    return replace(_without(figures, len(desks), hidden), by_desk=desks)


Cell = tuple[int, str]


def _betrayed(table: list[dict[str, Any]], hidden: set[Cell]) -> Iterator[Cell]:
    """The cells to hide next: companions of cells that are hidden alone in a sum."""
    columns = [[(place, name) for place in range(len(table))] for name in COUNTS]
    rows = [[(place, name) for name in ("activated", "concluded", "ongoing")] for place in range(len(table))]
    size: Callable[[Cell], int] = lambda cell: table[cell[0]][cell[1]]
    for terms in columns + rows:
        if sum(term in hidden for term in terms) == 1:
            others = [term for term in terms if term not in hidden]
            yield min(others, key=lambda cell: (size(cell) == 0, size(cell)))


def _without(row: Any, place: int, hidden: set[Cell]) -> Any:
    """The row with its hidden counts as None; hours of activated pathways go with their number."""
    gone = {name: None for name in COUNTS if (place, name) in hidden}
    return replace(row, **gone, **({"hours": None} if "activated" in gone else {}))


__all__ = ["DeskFigures", "FiguresSchema", "WindowSchema", "masked"]
