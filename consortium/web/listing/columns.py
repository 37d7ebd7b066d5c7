"""A column of a list: what it selects, how it is named, and how its values look to people, spreadsheets and programs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any, Literal, TypeAlias
from uuid import UUID

from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import Row, SQLColumnExpression
from sqlalchemy.types import TypeEngine

from consortium.web.listing import formats

Kind: TypeAlias = Literal["text", "date", "moment", "number", "amount", "state", "yesno"]
Tone: TypeAlias = Literal["primary", "success", "warning", "danger", "neutral"]
Label: TypeAlias = str | LazyString
Expression: TypeAlias = SQLColumnExpression[Any]
# Called once a page; what it returns is called once a row. So `url_for` runs once, not a hundred times.
LinkMaker: TypeAlias = Callable[[], Callable[[Row[Any]], str]]
Shown: TypeAlias = Callable[[Any], Any]

KEY = "key"
NOTHING = "–"
NUMERIC = ("number", "amount")
_PLAIN = (str, int, float, Decimal, date)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be said of a column beyond name, label and expression.

    sort       what to order by where it is not the expression itself (a folded text); sortable=False: no heading link
    required   the value is never NULL in this list, outer joins included: only then can an index seek a page
    labels     of a state: stored value → words; tones: stored value → colour (the words are always there too)
    whole      a code: never broken in two
    link       gives, once a page, the function row → address; the row has every column by name, and `key`
    """

    kind: Kind = "text"
    sort: Expression | None = None
    sortable: bool = True
    required: bool = False
    labels: Mapping[Any, Label] = field(default_factory=dict)
    tones: Mapping[Any, Tone] = field(default_factory=dict)
    whole: bool = False
    link: LinkMaker | None = None


@dataclass(frozen=True)
class Column(Settings):
    """A column. `name` is its name in the address, in JSON and in the row: an identifier, `key` excluded."""

    name: str
    label: Label
    expression: Expression

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.name == KEY or self.name.startswith("_"):
            raise ValueError(f"{self.name!r} cannot name a column")

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def key_name(self) -> str:
        """Name, in the row, of what this column is ordered by."""
        return self.name if self.sort is None else f"_{self.name}"

    @property
    def key_expression(self) -> Expression:
        return self.expression if self.sort is None else self.sort


def type_of(expression: Expression) -> TypeEngine[Any]:
    """The SQL type of an expression, mapped attributes included."""
    found: TypeEngine[Any] = expression.label(None).type
    return found


def words(column: Column) -> dict[Any, str]:
    """The words of a column's values, where it has any, in the language of the request."""
    if column.kind == "yesno":
        return {True: _("Yes"), False: _("No")}
    return {value: str(label) for value, label in column.labels.items()}


def as_text(column: Column, language: str) -> Callable[[Any], str]:
    """For pages: value → text, NULL → a dash. Made once a page."""
    named = words(column)
    writers: dict[str, Callable[[Any], str]] = {
        "date": formats.day,
        "moment": formats.moment,
        "number": partial(formats.number, language=language),
        "amount": partial(formats.amount, language=language),
    }
    write = writers.get(column.kind, lambda value: named.get(value) or formats.word(value))
    return lambda value: NOTHING if value is None else write(value)


def as_cell(column: Column) -> Shown:
    """For spreadsheets: value → None, str, number, date or naive datetime; words for states. Made once a file."""
    named = words(column)
    if named:
        return lambda value: None if value is None else named.get(value) or str(value)
    return _moment_cell if column.kind == "moment" else _plain_cell


def _moment_cell(value: datetime | None) -> datetime | None:
    return None if value is None else formats.at_desk(value)


def _plain_cell(value: Any) -> Any:
    return value if value is None or isinstance(value, _PLAIN) else formats.word(value)


def as_json(value: Any) -> Any:
    """For programs: ISO dates, stored values of states, decimals as numbers (exact up to 15 digits)."""
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value) if isinstance(value, UUID) else value
