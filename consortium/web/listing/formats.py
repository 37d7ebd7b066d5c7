"""Days, moments and numbers as people here read them: small functions, since Babel in a loop takes half of a page's time."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

# The consortia are Italian: a moment is read on the clock of their desks, wherever the server stands.
ROME = ZoneInfo("Europe/Rome")

Number: TypeAlias = int | float | Decimal

_SWAPPED = str.maketrans(",.", ".,")
_SPACE = "\N{NO-BREAK SPACE}"


def at_desk(value: datetime) -> datetime:
    """A moment on the clock of the desks, without zone; one that has no zone already is."""
    return value if value.tzinfo is None else value.astimezone(ROME).replace(tzinfo=None)


def today() -> date:
    """The day it is at the desks."""
    return datetime.now(ROME).date()


def day(value: date) -> str:
    """31/10/2023"""
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def moment(value: datetime) -> str:
    """31/10/2023 09:05, on the clock of the desks"""
    local = at_desk(value)
    return f"{day(local)} {local.hour:02}:{local.minute:02}"


def word(value: object) -> str:
    """A time of day as 09:05; anything else as it writes itself."""
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def number(value: Number, language: str = "it") -> str:
    """2.231,5 (2,231.5 in English); a Decimal keeps its decimals, a float is rounded to two."""
    pattern = ",f" if isinstance(value, Decimal) else ",.2f" if isinstance(value, float) else ","
    text = f"{value:{pattern}}"
    return text if language == "en" else text.translate(_SWAPPED)


def amount(value: Number, language: str = "it") -> str:
    """€ 1.234,56 (€ 1,234.56 in English)"""
    text = f"{value:,.2f}"
    return f"€{_SPACE}{text if language == 'en' else text.translate(_SWAPPED)}"
