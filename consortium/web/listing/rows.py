"""The statements of a list: one page of rows, their number, all of them in turn. The caller's statement says which rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func
from sqlalchemy.orm import Session

from consortium.web.listing import ordering
from consortium.web.listing.asked import Asked, Place
from consortium.web.listing.columns import Expression

# Rows fetched at a time from the cursor on the server: some 100 kB.
BATCH = 500


@dataclass(frozen=True)
class Window:
    """A page of rows, and whether there are others before and after it."""

    rows: Sequence[Row[Any]]
    before: bool
    after: bool


def selection(statement: Select[Any], asked: Asked, keys: Mapping[str, Expression]) -> Select[Any]:
    """The statement, selecting the columns shown, the sort keys and what links need; filtered, not yet ordered."""
    taken: dict[str, Expression] = {column.name: column.expression for column in asked.columns}
    taken |= {key.name: key.expression for key in asked.keys} | dict(keys)
    labelled: list[ColumnElement[Any]] = [expression.label(name) for name, expression in taken.items()]
    return filtered(statement, asked).with_only_columns(*labelled, maintain_column_froms=True)


def filtered(statement: Select[Any], asked: Asked) -> Select[Any]:
    return statement.where(*asked.conditions)


def window(session: Session, chosen: Select[Any], asked: Asked) -> Window:
    """The page asked for; the first, where its place has no full page any more (rows have gone since)."""
    size, place = asked.address.size, asked.place
    found = session.execute(_page(chosen, asked, place).limit(size + 1), asked.parameters).all()
    more, rows = len(found) > size, found[:size]
    if place and (not rows or (place.back and len(rows) < size)):
        return window(session, chosen, replace(asked, place=None))
    if place and place.back:
        return Window(rows[::-1], more, True)
    return Window(rows, place is not None, more)


def _page(chosen: Select[Any], asked: Asked, place: Place | None) -> Select[Any]:
    if place is None:
        return chosen.order_by(*(key.clause() for key in asked.keys))
    keys = ordering.backwards(asked.keys) if place.back else asked.keys
    return chosen.where(ordering.beyond(keys, place.values)).order_by(*(key.clause() for key in keys))


def totals(session: Session, statement: Select[Any], asked: Asked, sums: Mapping[str, Expression]) -> Row[Any]:
    """How many rows there are in all pages together (`total`), and what else is summed over them."""
    summed: tuple[ColumnElement[Any], ...] = (func.count().label("total"), *(expression.label(name) for name, expression in sums.items()))
    counted: Select[Any] = filtered(statement, asked).with_only_columns(*summed, maintain_column_froms=True).order_by(None)
    return session.execute(counted, asked.parameters).one()


def every(session: Session, chosen: Select[Any], asked: Asked) -> Iterator[Row[Any]]:
    """All rows in order, through a cursor on the server: memory stays flat. The transaction must outlast the iteration."""
    ordered = chosen.order_by(*(key.clause() for key in asked.keys))
    yield from session.execute(ordered, asked.parameters, execution_options={"yield_per": BATCH})
