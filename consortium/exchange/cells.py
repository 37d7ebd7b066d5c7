"""What a cell says: its text made a date, a time, a choice. A cell that cannot be read raises Unreadable with the code of the fault.

Fast by design: millions of cells pass here, most of them one of a few values that a cache has seen.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time
from functools import cache, lru_cache
from typing import Any, TypeAlias

Reader: TypeAlias = Callable[[str], Any]

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
# A sign that starts a formula, and is not a number's or a telephone's.
_FORMULA = re.compile(r"[=@\uff1d\uff20]|[+\-\uff0b\uff0d](?![\d\s(.,]*\d)(?=.*[A-Za-z(])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
FIRST_YEAR, LAST_YEAR = 1900, 2100
LONGEST = 200


class Unreadable(ValueError):
    """The cell does not say what its column asks; `code` is the fault's, `facts` its words."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def is_formula(text: str) -> bool:
    return _FORMULA.match(text) is not None


@lru_cache(maxsize=4096)
def day(text: str) -> date:
    """31/10/2023, 31-10-2023, 31.10.2023 or 2023-10-31."""
    found = _DAY.fullmatch(text)
    parts = found.group(3, 2, 1) if found else (_ISO.fullmatch(text) or _unreadable("no_date")).group(1, 2, 3)
    try:
        made = date(*map(int, parts))
    except ValueError:
        raise Unreadable("no_date") from None
    if not FIRST_YEAR <= made.year <= LAST_YEAR:
        raise Unreadable("far_date")
    return made


@lru_cache(maxsize=2048)
def clock(text: str) -> time:
    """14:30, 14.30 or 14:30:00."""
    found = _TIME.fullmatch(text) or _unreadable("no_time")
    try:
        return time(int(found.group(1)), int(found.group(2)))
    except ValueError:
        raise Unreadable("no_time") from None


def words(text: str) -> str:
    """A text of one line: blanks made single, no signs that cannot be shown."""
    if len(text) > LONGEST:
        raise Unreadable("too_long", most=str(LONGEST))
    if _CONTROL.search(text):
        raise Unreadable("control")
    return " ".join(text.split())


def code(text: str) -> str:
    """A code: in capitals, without blanks."""
    return "".join(words(text).upper().split())


def email(text: str) -> str:
    if not _EMAIL.fullmatch(text) or len(text) > LONGEST:
        raise Unreadable("no_email")
    return text.lower()


def choice(values: Mapping[str, Any]) -> Reader:
    """A reader of one of the values, whatever its capitals and accents; a heading of `values` is how it is written."""
    known = {fold(written): value for written, value in values.items()}
    listed = ", ".join(dict.fromkeys(values))

    @cache
    def read(text: str) -> Any:
        found = known.get(fold(text), _NOTHING)
        if found is _NOTHING:
            raise Unreadable("no_choice", choices=listed)
        return found

    return lambda text: read(text) if len(text) < LONGEST else _unreadable("too_long")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Text to compare by: no capitals, accents, signs nor double blanks (“Centro per l’impiego” = “CENTRO PER L'IMPIEGO”)."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return " ".join(kept.split())


_NOTHING = object()


def _unreadable(code: str) -> Any:
    raise Unreadable(code)
