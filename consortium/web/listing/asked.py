"""What an address asks of a list: filters, sort, size, place. And the addresses of its variations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy import ColumnElement

from consortium.web.listing import cursors
from consortium.web.listing.columns import KEY, Column, Expression, type_of
from consortium.web.listing.ordering import Key
from consortium.web.listing.readings import BadFilter, Reading, given

SIZES = (25, 50, 100)
SORT, SIZE, AFTER, BEFORE, FORMAT = "sort", "rows", "after", "before", "format"
# Of a list that has usual filters: it asks for all rows. It says nothing besides.
ALL = "all"
RESERVED = (SORT, SIZE, AFTER, BEFORE, FORMAT, ALL)


@dataclass(frozen=True)
class Address:
    """An address of the list without its place: other sorts, filters and sizes start again from the first row."""

    path: str
    filters: tuple[tuple[str, str], ...] = ()
    sort: str = ""
    size: int = SIZES[0]

    def href(self, *more: tuple[str, str]) -> str:
        sized = ((SIZE, str(self.size)),) if self.size != SIZES[0] else ()
        sorted_ = ((SORT, self.sort),) if self.sort else ()
        query = urlencode((*self.filters, *sorted_, *sized, *more))
        return f"{self.path}?{query}" if query else self.path

    def without(self, *pairs: tuple[str, str]) -> "Address":
        return replace(self, filters=tuple(pair for pair in self.filters if pair not in pairs))


@dataclass(frozen=True)
class Place:
    """A place in the list: the sort keys of a row, and whether to read on from it or back."""

    values: tuple[Any, ...]
    back: bool


@dataclass(frozen=True)
class Asked:
    """A validated request for rows: everything a statement needs."""

    columns: tuple[Column, ...]
    readings: tuple[Reading, ...]
    order: tuple[str, ...]
    keys: tuple[Key, ...]
    address: Address
    place: Place | None

    @property
    def errors(self) -> dict[str, str]:
        return {reading.name: reading.error for reading in self.readings if reading.error}

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        return [reading.made.condition for reading in self.readings if reading.made.condition is not None]

    @property
    def parameters(self) -> dict[str, Any]:
        return {name: value for reading in self.readings for name, value in reading.made.parameters.items()}

    def insist(self) -> "Asked":
        """This, or BadFilter where a filter has a value that it cannot take."""
        if self.errors:
            raise BadFilter(self.errors)
        return self


def sort_of(args: Mapping[str, Any], columns: Mapping[str, Column]) -> str:
    """The sort asked for (`surname`, `-surname`), or "" for the declared one."""
    wanted = next(iter(given(args, SORT)), "")
    column = columns.get(wanted.removeprefix("-"))
    return wanted if column and column.sortable else ""


def size_of(args: Mapping[str, Any]) -> int:
    wanted = next(iter(given(args, SIZE)), "")
    return next((size for size in SIZES if str(size) == wanted), SIZES[0])


def order_of(sort: str, declared: Sequence[str]) -> tuple[str, ...]:
    """The sort asked for, then the declared order for what it leaves equal."""
    name = sort.removeprefix("-")
    return (sort, *(each for each in declared if each.removeprefix("-") != name)) if sort else tuple(declared)


def keys_of(order: Sequence[str], columns: Mapping[str, Column], tiebreak: Expression) -> tuple[Key, ...]:
    """The sort keys; the tiebreak goes the way of the first, so that one index serves both ways."""
    keys = [_key(columns[each.removeprefix("-")], each.startswith("-")) for each in order]
    return (*keys, Key(KEY, tiebreak, bool(keys) and keys[0].descending, required=True))


def _key(column: Column, descending: bool) -> Key:
    return Key(column.key_name, column.key_expression, descending, column.required)


def place_of(args: Mapping[str, Any], order: Sequence[str], keys: Sequence[Key]) -> Place | None:
    """The place asked for; None, the first page, where there is none or it is not one of this order."""
    for parameter in (AFTER, BEFORE):
        text = next(iter(given(args, parameter)), "")
        values = cursors.read(text, ",".join(order), [type_of(key.expression) for key in keys])
        if values and not any(value is None and key.required for key, value in zip(keys, values, strict=True)):
            return Place(tuple(values), parameter == BEFORE)
    return None


def cursor_at(row: Any, order: Sequence[str], keys: Sequence[Key]) -> str:
    found = row._mapping
    return cursors.write(",".join(order), [found[key.name] for key in keys])


def unread(args: Mapping[str, Any], asked: Asked) -> dict[str, str]:
    """What is wrong with a sort, a size or a place that the list does not have, by parameter: on a page it counts as none."""
    wrong = {}
    if given(args, SORT) not in ((), (asked.address.sort,)):
        wrong[SORT] = _("The list has no such order: name a column that it can be sorted by, with - before it for descending.")
    if given(args, SIZE) not in ((), (str(asked.address.size),)):
        wrong[SIZE] = _("A page has 25, 50 or 100 rows.")
    places = [name for name in (AFTER, BEFORE) if given(args, name)]
    if places and (asked.place is None or len(places) > 1):
        wrong |= dict.fromkeys(places, _("This is no place in the list, in this order: follow the addresses in next and previous."))
    return wrong
