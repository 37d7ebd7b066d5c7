"""The kinds of filter a list can have. Each lives in the address, and refuses what it cannot take, saying why."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, TypeAlias

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from consortium.web.listing import cursors, formats
from consortium.web.listing.columns import Expression, Label, type_of
from consortium.web.listing.readings import Made, Pill, Reading, Refused, given

Typed: TypeAlias = Mapping[str, tuple[str, ...]]
# Value → words; or what finds them, once a page (desks of the consortium: one statement).
Options: TypeAlias = Mapping[str, Label] | Callable[[Session], Mapping[str, Label]]
LONGEST_TEXT = 100


@dataclass(frozen=True)
class Filter(ABC):
    """Base of the filters. `name` is the parameter of the address (or the stem of two).

    `fixed`: part of what the page asks, which shows nothing without it. It can be changed, never taken off.
    """

    control: ClassVar[str]
    name: str
    label: Label
    fixed: bool = field(default=False, kw_only=True)

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.name,)

    @abstractmethod
    def make(self, typed: Typed, options: Mapping[str, str]) -> Made:
        """What the typed values make; raises Refused."""

    def choices(self, session: Session) -> Mapping[str, str]:
        return {}

    def read(self, args: Mapping[str, Any], session: Session) -> Reading:
        typed = {parameter: values for parameter in self.parameters if (values := given(args, parameter))}
        options = self.choices(session)
        made, error = Made(), None
        try:
            made = self.make(typed, options)
        except Refused as refusal:
            error = str(refusal)
        return Reading(self.name, str(self.label), self.control, typed, options, made, error, self.fixed)

    def one(self, typed: Typed, parameter: str | None = None) -> str | None:
        """The single value of a parameter, or None where nothing was typed."""
        values = typed.get(parameter or self.name, ())
        if len(values) > 1:
            raise Refused(_("Give one value only."))
        return _clean(values[0]) if values else None

    def pill(self, text: str, *pairs: tuple[str, str]) -> Pill:
        return Pill(f"{self.label}: {text}", pairs)


@dataclass(frozen=True)
class Choice(Filter):
    """One of the options (any of those ticked, where `multiple`). `condition` where equality does not say it."""

    expression: Expression | None = None
    options: Options = field(default_factory=dict, kw_only=True)
    multiple: bool = field(default=False, kw_only=True)
    condition: Callable[[Sequence[str]], ColumnElement[bool]] | None = field(default=None, kw_only=True)

    @property
    def control(self) -> str:  # type: ignore[override]  # a constant in the other filters, here it depends on `multiple`
        return "choices" if self.multiple else "choice"

    def choices(self, session: Session) -> Mapping[str, str]:
        found = self.options(session) if callable(self.options) else self.options
        return {value: str(label) for value, label in found.items()}

    def make(self, typed: Typed, options: Mapping[str, str]) -> Made:
        values = typed.get(self.name, ())
        if not self.multiple:
            self.one(typed)
        if not all(value in options for value in values):
            raise Refused(_("This choice is not in the list: choose another, or remove it."))
        if not values:
            return Made()
        return Made(self._where(values), pills=tuple(self.pill(options[value], (self.name, value)) for value in values))

    def _where(self, values: Sequence[str]) -> ColumnElement[bool]:
        if self.condition:
            return self.condition(values)
        if self.expression is None:
            raise TypeError(f"the choice {self.name!r} has neither an expression nor a condition")
        kind = type_of(self.expression)
        return self.expression.in_([cursors.typed(value, kind) for value in values])


@dataclass(frozen=True)
class Text(Filter):
    """Words, all of which must be found, each in any of the expressions; or a condition made of the whole text.

    `%` and `_` are letters like others. On long lists give a condition that an index serves.
    """

    control: ClassVar[str] = "text"
    expressions: tuple[Expression, ...] = ()
    condition: Callable[[str], ColumnElement[bool]] | None = field(default=None, kw_only=True)

    def make(self, typed: Typed, options: Mapping[str, str]) -> Made:
        text = self.one(typed)
        if text is None:
            return Made()
        if len(text) > LONGEST_TEXT:
            raise Refused(_("This text is too long: give at most %(longest)s letters.", longest=LONGEST_TEXT))
        found = self.condition(text) if self.condition else contains(text, *self.expressions)
        return Made(found, pills=(self.pill(f"“{text}”", *_pairs(typed)),))


@dataclass(frozen=True)
class DateRange(Filter):
    """Days from … to …, both included, either may lack: `name_from`, `name_to`. For columns of days, not of moments."""

    control: ClassVar[str] = "dates"
    expression: Expression

    @property
    def parameters(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to")

    def read_bound(self, text: str | None) -> date | None:
        """What was typed as the first or the last; raises Refused."""
        return _day(text)

    def shown(self, bound: date) -> str:
        return formats.day(bound)

    def make(self, typed: Typed, options: Mapping[str, str]) -> Made:
        first, last = (self.read_bound(self.one(typed, parameter)) for parameter in self.parameters)
        if first and last and first > last:
            raise Refused(_("The first day comes after the last: swap them."))
        if not first and not last:
            return Made()
        bounds = [self.expression >= first] if first else []
        bounds += [self.expression <= last] if last else []
        return Made(and_(*bounds), pills=(self.pill(self._span(first, last), *_pairs(typed)),))

    def _span(self, first: date | None, last: date | None) -> str:
        if first and last:
            return str(_("%(first)s to %(last)s", first=self.shown(first), last=self.shown(last)))
        if first:
            return str(_("from %(first)s", first=self.shown(first)))
        return str(_("to %(last)s", last=self.shown(last))) if last else ""


@dataclass(frozen=True)
class MonthRange(DateRange):
    """Months from … to …, both included, either may lack. For columns of the first days of months."""

    control: ClassVar[str] = "months"

    def read_bound(self, text: str | None) -> date | None:
        return _month(text)

    def shown(self, bound: date) -> str:
        return f"{bound.month:02}/{bound.year:04}"


@dataclass(frozen=True)
class AsOf(Filter):
    """The day of which the facts are told. Statements, columns and conditions name it `bindparam(name, type_=Date())`."""

    control: ClassVar[str] = "date"
    default: Callable[[], date] = field(default=formats.today, kw_only=True)

    def make(self, typed: Typed, options: Mapping[str, str]) -> Made:
        chosen = _day(self.one(typed))
        pills = (self.pill(formats.day(chosen), *_pairs(typed)),) if chosen else ()
        return Made(None, {self.name: chosen or self.default()}, pills)


def contains(text: str, *expressions: Expression) -> ColumnElement[bool]:
    """All words of `text`, each in any of the expressions, case ignored; wildcards escaped."""
    return and_(*(or_(*(part.icontains(word, autoescape=True) for part in expressions)) for word in text.split()))


def _clean(text: str) -> str:
    """The text, if the database takes it (no NUL, no lone surrogate)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "\0"
    if "\0" in text:
        raise Refused(_("There are signs in it that cannot be read: type it again."))
    return text


def _day(text: str | None) -> date | None:
    """A day written 2023-10-31 or 31/10/2023."""
    if text is None:
        return None
    try:
        return date.fromisoformat("-".join(reversed(text.split("/"))) if "/" in text else text)
    except ValueError:
        raise Refused(_("“%(text)s” is not a day: write it like 31/10/2023.", text=text)) from None


def _month(text: str | None) -> date | None:
    """The first day of a month written 2023-10 or 10/2023, or by any of its days."""
    if text is None:
        return None
    parts = list(reversed(text.split("/"))) if "/" in text else text.split("-")
    try:
        return date.fromisoformat("-".join(parts if len(parts) > 2 else [*parts, "01"])).replace(day=1)
    except ValueError:
        raise Refused(_("“%(text)s” is not a month: write it like 10/2023.", text=text)) from None


def _pairs(typed: Typed) -> tuple[tuple[str, str], ...]:
    return tuple((parameter, value) for parameter, values in typed.items() for value in values)
