"""A week's opening hours: as people write them ("8:30-12:00, 14:30-17:30"), as they are kept, as pages show them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from itertools import pairwise
from typing import Protocol

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

DAYS = {
    1: _l("Monday"),
    2: _l("Tuesday"),
    3: _l("Wednesday"),
    4: _l("Thursday"),
    5: _l("Friday"),
    6: _l("Saturday"),
    7: _l("Sunday"),
}
_CLOCK = r"(\d{1,2})(?:[:.,](\d{2}))?"
_WINDOW = re.compile(rf"{_CLOCK}\s*(?:-|–|—|/|alle)\s*{_CLOCK}")
_BETWEEN = re.compile(r"[\s,;+e]*", re.IGNORECASE)


class Unreadable(ValueError):
    """The hours of a day cannot be read, or contradict themselves; `message` says why."""

    def __init__(self, message: LazyString) -> None:
        super().__init__(message)
        self.message = message


class Hours(Protocol):
    """A window of the weekly template, as the table keeps it."""

    weekday: int
    opens: time
    closes: time
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Window:
    opens: time
    closes: time

    @property
    def hours(self) -> Decimal:
        minutes = (self.closes.hour - self.opens.hour) * 60 + self.closes.minute - self.opens.minute
        return Decimal(minutes) / 60

    def __str__(self) -> str:
        return f"{clock(self.opens)}–{clock(self.closes)}"


@dataclass(frozen=True)
class Week:
    """The windows of each day (1 = Monday) that hold on one day of the calendar."""

    windows: Mapping[int, Sequence[Window]]

    @property
    def total(self) -> Decimal:
        """Public hours a week."""
        return plain(sum((window.hours for day in self.windows.values() for window in day), Decimal()))

    @property
    def days(self) -> list[tuple[int, LazyString, str]]:
        """(number, name, "8:30–12:00, 14:30–17:30") of the days, those of the weekend only where there is something in them."""
        return [(day, name, self.text(day)) for day, name in DAYS.items() if day < 6 or self.windows.get(day)]

    def text(self, day: int) -> str:
        return ", ".join(str(window) for window in self.windows.get(day, ()))

    def __bool__(self) -> bool:
        return any(self.windows.values())


def week(rows: Iterable[Hours], day: date) -> Week:
    """The week that holds on `day`."""
    held = sorted((row for row in rows if holds(row, day)), key=lambda row: (row.weekday, row.opens))
    return Week({number: [Window(row.opens, row.closes) for row in held if row.weekday == number] for number in DAYS})


def holds(row: Hours, day: date) -> bool:
    return (row.valid_from or date.min) <= day <= (row.valid_to or date.max)


def next_change(rows: Iterable[Hours], day: date) -> date | None:
    """The first day after `day` from which other hours hold, as far as is known."""
    return min((row.valid_from for row in rows if row.valid_from and row.valid_from > day), default=None)


def read(text: str) -> list[Window]:
    """The windows of a day, in order: "8:30-12:00, 14:30-17:30", "9-13", "8.30–12". Raises Unreadable."""
    windows = sorted((_window(found) for found in _WINDOW.finditer(text)), key=lambda window: window.opens)
    if _BETWEEN.fullmatch(_WINDOW.sub(" ", text)) is None:
        raise Unreadable(_l("Write hours like this: 8:30-12:00, 14:30-17:30"))
    for earlier, later in pairwise(windows):
        if later.opens < earlier.closes:
            raise Unreadable(_l("Two windows of this day overlap: correct one of the two."))
    return windows


def clock(value: time) -> str:
    """8:30"""
    return f"{value.hour}:{value.minute:02}"


def plain(value: Decimal) -> Decimal:
    """Without zeros that say nothing: 17, 17.5."""
    found = round(value, 2).normalize()
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found


def _window(found: re.Match[str]) -> Window:
    opens, closes = _time(found[1], found[2]), _time(found[3], found[4])
    if closes <= opens:
        raise Unreadable(_l("A desk closes after it opens: correct the hours of this day."))
    return Window(opens, closes)


def _time(hour: str, minute: str | None) -> time:
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise Unreadable(_l("There is no such hour: write from 0:00 to 23:59.")) from None
