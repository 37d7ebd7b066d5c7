"""Places where one can be born, by name and by the code that a codice fiscale gives them.

Read from the gazetteer that comes with the program (the table `birthplaces` holds the same rows), so that a form is checked
without asking the database.
"""

import re
import unicodedata
from collections import defaultdict
from datetime import date
from difflib import get_close_matches
from functools import cache

from consortium.cases import usual_names
from tenants import gazetteer
from tenants.gazetteer import Birthplace

ITALY = "Italia"
ANYWHERE = "birthplace"  # municipalities and states
AT_MOST = 20  # names suggested
NEAR = 0.8  # of 1, how much alike two names are written


def folded(words: str) -> str:
    """Small letters without accents, one blank between words: "Sant’Àngelo" and "sant angelo" are the same."""
    plain = unicodedata.normalize("NFKD", words.replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


def named(words: str) -> list[Birthplace]:
    """The places of a name, each with the days it was in force; a province in brackets is left out: "Livo (TN)"."""
    name, _, province = words.partition("(")
    wanted = province.strip(" )").upper()
    found = _by_name().get(_usual().get(folded(name), folded(name)), [])
    return [place for place in found if place.province == wanted] or found


def coded(cadastral: str) -> list[Birthplace]:
    """The names that a code has had, oldest first."""
    return _by_code().get(cadastral, [])


def on(places: list[Birthplace], day: date) -> Birthplace | None:
    """Of a code's names, that of a day; else the first given after it (codes are given late), else none."""
    by_day = [place for place in places if (place.since or date.min) <= day <= (place.until or date.max)]
    later = [place for place in places if (place.since or date.min) > day]
    return next(iter(by_day or later), None)


def is_abroad(words: str) -> bool:
    """Whether a name is that of states only."""
    places = named(words)
    return bool(places) and all(place.kind == "state" for place in places)


def beginning(words: str, kind: str, at_most: int = AT_MOST) -> list[tuple[str, str]]:
    """(name, as it was found) of places of today of a kind in which each word begins one of theirs, those that begin so first: a state is
    found by its usual name too."""
    wanted = folded(words)
    if not wanted:
        return []
    found = [name for name in _of_today(kind) if all(f" {word}" in f" {name}" for word in wanted.split())]
    first = sorted(found, key=lambda name: (not name.startswith(wanted), name))[:at_most]
    return [(_of_today(kind)[name], _usually().get(name, _of_today(kind)[name])) for name in first]


def is_known(words: str, kind: str) -> bool:
    """Whether a residence (a municipality, or a state abroad) or a citizenship is one that there is, or was."""
    if kind == "state":
        return folded(words) in _of_today(kind) or any(place.kind == kind for place in named(words))
    return bool(named(words))


def nearest(words: str, kind: str) -> str | None:
    """The name of today that is written most like this one, if any is."""
    near = get_close_matches(folded(words), _of_today(kind), n=1, cutoff=NEAR)
    return _of_today(kind)[near[0]] if near else None


@cache
def _of_today(kind: str) -> dict[str, str]:
    """Folded name → name, of the places of a kind that there are, a state's usual name too. Italy is a state, though no codice fiscale says
    so."""
    if kind == ANYWHERE:
        return {**_of_today("state"), **_of_today("municipality")}
    there = {folded(place.name): place.name for place in gazetteer.birthplaces() if place.kind == kind and place.until is None}
    usual = {usual: there[name] for usual, name in _usual().items() if name in there}
    return {**usual, **there, folded(ITALY): ITALY} if kind == "state" else there


@cache
def _usual() -> dict[str, str]:
    """Folded usual name → folded name, of states."""
    return {folded(usual): folded(name) for usual, name in usual_names.STATES.items()}


@cache
def _usually() -> dict[str, str]:
    """Folded usual name → as it is written."""
    return {folded(usual): usual for usual in usual_names.STATES}


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
