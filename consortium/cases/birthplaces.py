"""Places where one can be born, by name and by the code that a codice fiscale gives them.

Read from the gazetteer that comes with the program (the table `birthplaces` holds the same rows), so that a form is checked
without asking the database.
"""

import re
import unicodedata
from collections import defaultdict
from datetime import date
from functools import cache

from tenants import gazetteer
from tenants.gazetteer import Birthplace


def folded(words: str) -> str:
    """Small letters without accents, one blank between words: "Sant’Àngelo" and "sant angelo" are the same."""
    plain = unicodedata.normalize("NFKD", words.replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


def named(words: str) -> list[Birthplace]:
    """The places of a name, each with the days it was in force; a province in brackets is left out: "Livo (TN)"."""
    name, _, province = words.partition("(")
    wanted = province.strip(" )").upper()
    found = _by_name().get(folded(name), [])
    return [place for place in found if place.province == wanted] or found


def coded(cadastral: str) -> list[Birthplace]:
    """The names that a code has had, oldest first."""
    return _by_code().get(cadastral, [])


def on(places: list[Birthplace], day: date) -> Birthplace | None:
    """Of a code's names, that of a day; else the first given after it (codes are given late), else none."""
    by_day = [place for place in places if (place.since or date.min) <= day <= (place.until or date.max)]
    later = [place for place in places if (place.since or date.min) > day]
    return next(iter(by_day or later), None)


def _by_code() -> dict[str, list[Birthplace]]:
    return _indexed()[0]


def _by_name() -> dict[str, list[Birthplace]]:
    return _indexed()[1]


@cache
def _indexed() -> tuple[dict[str, list[Birthplace]], dict[str, list[Birthplace]]]:
    """All places by code and by folded name: a quarter of a second, once a process."""
    codes: dict[str, list[Birthplace]] = defaultdict(list)
    names: dict[str, list[Birthplace]] = defaultdict(list)
    for place in gazetteer.birthplaces():
        codes[place.cadastral].append(place)
        names[folded(place.name)].append(place)
    return dict(codes), dict(names)
