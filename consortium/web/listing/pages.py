"""A page of a list, ready for the template: everything is text and addresses, nothing is computed there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Row

from consortium.web.listing import formats
from consortium.web.listing.actions import MOST
from consortium.web.listing.asked import AFTER, BEFORE, FORMAT, SIZES, Address, Asked, cursor_at
from consortium.web.listing.columns import Column, as_text
from consortium.web.listing.readings import Reading
from consortium.web.listing.rows import Window


@dataclass(frozen=True)
class Heading:
    """A column's heading. `href` sorts by it (the other way round, where it is the sort already); "" where it cannot."""

    name: str
    label: str
    numeric: bool
    state: bool
    href: str
    aria_sort: str
    minor: bool
    whole: bool

    @property
    def css(self) -> str:
        """Classes of its cells: numbers to the right; codes in one piece; `minor` is left out of a phone's card."""
        told = (("text-end", self.numeric), ("minor", self.minor), ("nowrap", self.whole))
        return " ".join(name for name, has in told if has)


@dataclass(frozen=True)
class Option:
    """A link, or an option of a field: its words, its address or value, and whether it is the one in force."""

    text: str
    value: str
    chosen: bool = False


@dataclass(frozen=True)
class Invitation:
    """What stands where there is no row at all: words, and the first action ("" where there is none to offer)."""

    text: str
    action: str = ""
    href: str = ""


@dataclass(frozen=True)
class Line:
    """A row: its key, where it opens ("" nowhere), and a (text, tone) for each column, tone "" but for states.

    `links`: where a cell itself leads, by its place; for the numbers that count another list.
    """

    key: str
    href: str
    cells: Sequence[tuple[str, str]]
    links: Mapping[int, str]


@dataclass(frozen=True)
class Page:
    """What `web/listing.html` shows. `status` is 422 where a filter is wrong (then there are no rows), else 200.

    `actions`: what can be done to several rows at once, each with its address.
    `as_usual`: what is chosen is only what everybody comes for.
    `remember` is the query that brings this list back as it is: the hook for filters remembered per list. `everything`: what the address
    says where no filter is chosen, so that the list's usual ones do not come back.
    """

    name: str
    title: str
    address: Address
    headings: Sequence[Heading]
    lines: Sequence[Line]
    total: int
    filters: Sequence[Reading]
    errors: Mapping[str, str]
    empty: Invitation
    previous: str = ""
    next: str = ""
    language: str = "it"
    sums: Mapping[str, Any] = field(default_factory=dict)
    everything: Sequence[tuple[str, str]] = ()
    as_usual: bool = False
    actions: Sequence[Option] = ()

    @property
    def status(self) -> int:
        return 422 if self.errors else 200

    @property
    def counter(self) -> str:
        total = formats.number(self.total, self.language)
        return str(ngettext("%(total)s result", "%(total)s results", self.total, total=total))

    @property
    def first(self) -> str:
        """The address of the first page, where this is another."""
        return self._href(self.address) if self.previous else ""

    @property
    def here(self) -> str:
        """The address of this list with its filters, to come back to."""
        return self._href(self.address)

    @property
    def all_of_them(self) -> str:
        """The words by which all rows are chosen, whatever page they are on."""
        return str(_("All the %(total)s rows that match the filters", total=formats.number(self.total, self.language)))

    @property
    def most(self) -> int:
        """How many rows can be chosen at once."""
        return MOST

    @property
    def remember(self) -> str:
        return self._href(self.address).partition("?")[2]

    @property
    def pills(self) -> list[Option]:
        """Chosen filters, each with the address without it."""
        made = (pill for reading in self.filters if not reading.fixed for pill in reading.made.pills)
        return [Option(pill.text, self._href(self.address.without(*pill.pairs))) for pill in made]

    @property
    def fixed(self) -> list[str]:
        """What the page asks whatever else is chosen, in words."""
        return [pill.text for reading in self.filters if reading.fixed for pill in reading.made.pills]

    @property
    def clear(self) -> str:
        kept = tuple(pair for reading in self.filters if reading.fixed for pair in reading.pairs)
        return self._href(replace(self.address, filters=kept))

    def _href(self, address: Address) -> str:
        return address.href(*(() if address.filters else self.everything))

    @property
    def files(self) -> list[Option]:
        """The formats of the same rows, as files."""
        return [Option(text, self.address.href((FORMAT, kind))) for text, kind in (("CSV", "csv"), ("Excel", "xlsx"))]

    @property
    def sizes(self) -> list[Option]:
        sized = ((size, replace(self.address, size=size)) for size in SIZES)
        return [Option(str(size), self._href(address), size == self.address.size) for size, address in sized]

    @property
    def sorts(self) -> list[Option]:
        """The sorts by name, for where there are no headings to choose from (a phone)."""
        named = [heading for heading in self.headings if heading.href]
        ways = [("", _("%(column)s, ascending")), ("-", _("%(column)s, descending"))]
        found = [(sign + each.name, words % {"column": each.label}) for each in named for sign, words in ways]
        return [Option(text, value, value == self.address.sort) for value, text in found]


def headings(asked: Asked, columns: Sequence[Column], phone: Sequence[str]) -> list[Heading]:
    first = asked.order[0] if asked.order else ""
    return [_heading(column, first, asked.address, bool(phone) and column.name not in phone) for column in columns]


def _heading(column: Column, first: str, address: Address, minor: bool) -> Heading:
    sign = "-" if first == column.name else ""
    ways = {column.name: "ascending", f"-{column.name}": "descending"}
    href = replace(address, sort=sign + column.name).href() if column.sortable else ""
    state = column.kind == "state"
    return Heading(column.name, str(column.label), column.numeric, state, href, ways.get(first, ""), minor, column.whole)


def lines(columns: Sequence[Column], rows: Sequence[Row[Any]], language: str) -> list[Line]:
    """Formatters and links are made once, then run down the rows. The first column with a link opens the row, others their cell."""
    made = [(place, column.link()) for place, column in enumerate(columns) if column.link]
    opens = made[0][1] if made else lambda row: ""
    writers = [(as_text(column, language), column.tones) for column in columns]
    return [Line(str(row.key), opens(row), _cells(row, writers), _links(row, made[1:])) for row in rows]


def _links(row: Row[Any], made: Sequence[tuple[int, Callable[[Row[Any]], str]]]) -> dict[int, str]:
    """Nothing leads nowhere."""
    return {place: link(row) for place, link in made if row[place] is not None}


def _cells(row: Row[Any], writers: Sequence[tuple[Callable[[Any], str], Mapping[Any, str]]]) -> list[tuple[str, str]]:
    # The columns shown come first in the row; sort keys and the rest follow.
    return [(write(value), tones.get(value, "") if tones else "") for value, (write, tones) in zip(row, writers, strict=False)]


def around(asked: Asked, window: Window) -> dict[str, str]:
    """Addresses of the pages before and after this one ("" where there is none)."""
    rows, address = window.rows, asked.address

    def there(parameter: str, row: Row[Any]) -> str:
        return address.href((parameter, cursor_at(row, asked.order, asked.keys)))

    previous = there(BEFORE, rows[0]) if rows and window.before else ""
    following = there(AFTER, rows[-1]) if rows and window.after else ""
    return {"previous": previous, "next": following}
