"""`Listing`: a list declared once. Its page, its JSON and its files have the same rows, filters and order.

    PEOPLE = Listing(
        name="cases", title=_l("Cases"), tiebreak=Case.id, order=("surname", "first_name"),
        columns=(
            Column("surname", _l("Surname"), Person.surname, required=True, link=case_link),
            Column("activated_on", _l("Activated"), Pathway.activated_on, kind="date"),
            Column("state", _l("State"), Pathway.state, kind="state", labels=STATES, tones=TONES)),
        filters=(Choice("desk", _l("Desk"), Desk.slug, options=desk_options), DateRange("activated", _l("Activated"), …)),
        phone=("surname", "activated_on", "state"))

The caller's statement says which rows there are (FROM, JOIN, WHERE; what it selects is replaced); it has no GROUP BY
(join an aggregating subquery instead) and one row for each value of `tiebreak`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select
from sqlalchemy.orm import Session

from consortium.web.listing import pages, rows
from consortium.web.listing.actions import Action
from consortium.web.listing.asked import ALL, RESERVED, Address, Asked, keys_of, order_of, place_of, size_of, sort_of, unread
from consortium.web.listing.columns import Column, Expression, Label, as_cell, as_json, as_text
from consortium.web.listing.filters import Filter
from consortium.web.listing.pages import Invitation, Option, Page
from consortium.web.listing.readings import BadFilter
from consortium.web.listing.sheets import Sheet, facts


@dataclass(frozen=True)
class Empty:
    """What to say where the list has no row at all, and the first action to offer: its words and its address.

    `href` is called in the request and may give None: not for this person.
    """

    text: Label
    action: Label = ""
    href: Callable[[], str | None] = lambda: None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A declared list. `order`: names of columns, `-name` for descending. `keys`: more expressions, for links and for programs to use.

    `actions`: what can be done to several rows at once. `usual`: called in the request, the filters of a page whose address asks nothing
    (what people come for); "clear all" shows everything. `sums`: what is told of all rows that match, whatever page is shown.
    """

    name: str
    title: Label
    columns: tuple[Column, ...]
    tiebreak: Expression
    order: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    phone: tuple[str, ...] = ()
    keys: Mapping[str, Expression] = field(default_factory=dict)
    empty: Empty | None = None
    actions: tuple[Action, ...] = ()
    usual: Callable[[], Mapping[str, str]] | None = None
    sums: Mapping[str, Expression] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = {column.name for column in self.columns}
        named = [*(each.removeprefix("-") for each in self.order), *self.phone]
        parameters = [parameter for each in self.filters for parameter in each.parameters]
        if not known.issuperset(named) or len(known) != len(self.columns):
            raise ValueError(f"list {self.name!r}: order and phone name its columns, each of another name")
        if len({*parameters, *RESERVED}) != len(parameters) + len(RESERVED):
            raise ValueError(f"list {self.name!r}: two filters, or a filter and the list, use one parameter")

    def asked(self, session: Session, args: Mapping[str, Any], path: str = "", columns: Iterable[str] | None = None) -> Asked:
        """What `args` (a query string, parsed) asks; `columns` names those that may be seen, all by default."""
        seen = self.columns if columns is None else tuple(each for each in self.columns if each.name in set(columns))
        named = {column.name: column for column in seen}
        sort = sort_of(args, named)
        # Nobody's rows are ordered by what he may not see: cursors would tell it.
        order = order_of(sort, [each for each in self.order if each.removeprefix("-") in named])
        keys = keys_of(order, named, self.tiebreak)
        readings = tuple(each.read(args, session) for each in self.filters)
        filters = tuple(pair for reading in readings for pair in reading.pairs)
        return Asked(seen, readings, order, keys, Address(path, filters, sort, size_of(args)), place_of(args, order, keys))

    def page(
        self,
        session: Session,
        statement: Select[Any],
        args: Mapping[str, Any],
        *,
        path: str,
        columns: Iterable[str] | None = None,
        language: str = "it",
        actions: Sequence[Option] = (),
    ) -> Page:
        """The page for `web/listing.html`: two statements, plus one for each filter that looks up its options. `actions`: those offered.

        A wrong filter raises nothing: its error stands beside it, no row is listed, `status` is 422.
        """
        asked = self.asked(session, args, path, columns)
        window, total, sums = rows.Window((), False, False), 0, dict[str, Any]()
        if not asked.errors:
            window, total, sums = self._window(session, statement, asked, self.sums)
        return Page(
            name=self.name,
            title=str(self.title),
            address=asked.address,
            headings=pages.headings(asked, asked.columns, self.phone),
            lines=pages.lines(asked.columns, window.rows, language),
            total=total,
            sums=sums,
            filters=asked.readings,
            errors=asked.errors,
            empty=self._empty(),
            language=language,
            actions=actions,
            everything=((ALL, "1"),) if self.usual else (),
            as_usual=self.usual is not None and dict(asked.address.filters) == dict(self.usual()),
            **pages.around(asked, window),
        )

    def data(
        self,
        session: Session,
        statement: Select[Any],
        args: Mapping[str, Any],
        *,
        path: str,
        columns: Iterable[str] | None = None,
    ) -> dict[str, Any]:
        """A page for programs: {"total", "items": [{"id", column: value, …, key: value, …}], "next", "previous"}; addresses or None.

        Raises BadFilter: a program that is misunderstood would take other rows for those it asked for.
        """
        asked = self.asked(session, args, path, columns)
        if wrong := {**asked.errors, **unread(args, asked)}:
            raise BadFilter(wrong)
        window, total, _none = self._window(session, statement, asked, {})
        names = [*(column.name for column in asked.columns), *self.keys]
        items = [{"id": as_json(row.key)} | {name: as_json(row._mapping[name]) for name in names} for row in window.rows]
        places = pages.around(asked, window)
        return {"total": total, "items": items, "next": places["next"] or None, "previous": places["previous"] or None}

    def sheet(
        self,
        session: Session,
        statement: Select[Any],
        args: Mapping[str, Any],
        *,
        who: str,
        columns: Iterable[str] | None = None,
        language: str = "it",
    ) -> Sheet:
        """All rows, in the order of the screen, for a file; read as the file is written, in this transaction. Raises BadFilter.

        Its facts have the filters as the screen says them, and what the screen sums.
        """
        asked = self.asked(session, args, "", columns).insist()
        cells = [as_cell(column) for column in asked.columns]
        found = rows.every(session, rows.selection(statement, asked, self.keys), asked)
        lines = ([cell(value) for cell, value in zip(cells, row, strict=False)] for row in found)
        pills = [pill.text for reading in asked.readings for pill in reading.made.pills]
        told = [*facts(str(self.title), who, pills), *self._summed(session, statement, asked, language)]
        return Sheet(str(self.title), asked.columns, lines, told)

    def _summed(self, session: Session, statement: Select[Any], asked: Asked, language: str) -> Iterator[tuple[str, str]]:
        """(what, how much) of each sum, in the words of its column."""
        named = {column.name: column for column in self.columns if column.name in self.sums}
        found = rows.totals(session, statement, asked, self.sums) if named else None
        for name, column in named.items():
            yield _("%(column)s in all", column=column.label), as_text(column, language)(getattr(found, name))

    def _window(
        self, session: Session, statement: Select[Any], asked: Asked, sums: Mapping[str, Expression]
    ) -> tuple[rows.Window, int, dict[str, Any]]:
        window = rows.window(session, rows.selection(statement, asked, self.keys), asked)
        if not (window.before or window.after or sums):
            return window, len(window.rows), {}
        found = rows.totals(session, statement, asked, sums)
        return window, found.total, {name: getattr(found, name) for name in sums}

    def _empty(self) -> Invitation:
        if self.empty is None:
            return Invitation(_("There is nothing here yet."))
        return Invitation(str(self.empty.text), str(self.empty.action), self.empty.href() or "")
