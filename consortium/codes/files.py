"""A classification as a file: CSV with `;`, `,` or tabs, its columns found by their headings, those of ISTAT and of ESCO among them.

ISTAT's CP2021 numbers its groups from 1 to 9 as ISCO-08 does, and means others: its codes (a digit, a point, …) are kept
with "CP" in front. A file that has one name only (ESCO publishes one a language) says in which language.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.codes.schemas import LONGEST_CODE, LONGEST_LABEL
from tenants.errors import Problem

LONGEST_FIELD = 200_000  # ESCO's definitions
MOST_ROWS = 50_000
MOST_FAULTS = 100
_CP2021 = re.compile(r"\d(\.\d+)+")
_NUMBERED = re.compile(r"(CP)?\d")
# Headings that begin so, the first that fits.
_HEADINGS = {
    "label_en": ("label_en", "english", "inglese", "title en"),
    "label_it": ("label_it", "italiano", "italian", "descrizione", "denominazione", "nome", "titolo", "voce"),
    "parent": ("parent", "padre", "iscogroup", "gruppo"),
    "code": ("code", "codice", "cod", "cp2021"),
    "label": ("preferredlabel", "label", "preferred label", "title"),
}

# Of the whole process: files of other rooms have bounds of their own.
csv.field_size_limit(LONGEST_FIELD)


class FileRefused(Problem):
    status = 422
    title = _l("This file cannot be read")
    remedy = _l("Send a CSV file with the columns code, parent, label_it, label_en, or one of ISTAT or ESCO as it is published.")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, by the number that a spreadsheet shows."""

    number: int
    words: str

    def __str__(self) -> str:
        return str(_("row %(number)s: %(words)s", number=self.number, words=self.words))


@dataclass
class Read:
    """The rows of a file, in order, and what is wrong with it; no row is good while another is wrong."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(content: bytes, *, language: str, known: set[str]) -> Read:
    """Read a file; `known` are the codes that there are, which may be parents too. Raises FileRefused."""
    lines = _lines(_text(content))
    headings = [heading.strip().casefold() for heading in lines[0][1]] if lines else []
    places = _places(headings, language)
    found = Read()
    for number, cells in lines[1:]:
        _take(found, number, {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()})
    _rename(found.rows)
    _find_parents(found, known)
    if not found.rows and not found.faults:
        raise FileRefused(_("There is no row in it."))
    return found


def _text(content: bytes) -> str:
    if b"\0" in content:
        raise FileRefused(_("It is not a text."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """(number, cells) of each line that is not blank."""
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise FileRefused(_("Its cells cannot be told apart.")) from error
    if len(rows) > MOST_ROWS:
        raise FileRefused(_("It has more than %(most)s rows.", most=MOST_ROWS))
    return [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]


def _places(headings: Sequence[str], language: str) -> dict[str, int]:
    """Field → column. A single name goes to the language that was said."""
    places: dict[str, int] = {}
    for name, beginnings in _HEADINGS.items():
        place = _first(headings, beginnings, set(places.values()))
        if place is not None:
            places[name] = place
    if (alone := places.pop("label", None)) is not None and "label_it" not in places and "label_en" not in places:
        places[f"label_{language}"] = alone
    if "code" not in places or not places.keys() & {"label_it", "label_en"}:
        raise FileRefused(_("No column is called “code”, or none has a name: the headings are %(all)s.", all=", ".join(headings)[:300]))
    return places


def _first(headings: Sequence[str], beginnings: Sequence[str], taken: set[int]) -> int | None:
    """An exact heading before one that only begins so."""
    free = [(place, heading) for place, heading in enumerate(headings) if place not in taken]
    for exact in (True, False):
        for beginning in beginnings:
            for place, heading in free:
                if heading == beginning or (not exact and heading.startswith(beginning)):
                    return place
    return None


def _take(found: Read, number: int, cells: dict[str, str]) -> None:
    names = {name: cells.get(name) or None for name in ("parent", "label_it", "label_en")}
    row = {"number": number, "code": cells["code"].rstrip("."), **names}
    if words := _wrong(row):
        found.faults.append(Fault(number, words))
    else:
        found.rows.append(row)


def _wrong(row: dict[str, Any]) -> str:
    if not row["code"]:
        return str(_("the code is missing"))
    if len(row["code"]) > LONGEST_CODE:
        return str(_("the code is longer than %(max)s characters", max=LONGEST_CODE))
    if not row["label_it"] and not row["label_en"]:
        return str(_("the name is missing"))
    if any(len(row[name] or "") > LONGEST_LABEL for name in ("label_it", "label_en")):
        return str(_("the name is longer than %(max)s characters", max=LONGEST_LABEL))
    return ""


def _rename(rows: list[dict[str, Any]]) -> None:
    """Codes of CP2021, its one-digit groups among them, get CP in front."""
    if not any(_CP2021.fullmatch(row["code"]) for row in rows):
        return
    for row in rows:
        row["code"] = f"CP{row['code']}"
        row["parent"] = f"CP{row['parent'].rstrip('.')}" if row["parent"] else None


def _find_parents(found: Read, known: set[str]) -> None:
    """A code given twice, or a group that is nowhere, is a fault; a file without groups, or without some of them, has them in its codes."""
    codes: dict[str, int] = {}
    for row in found.rows:
        if (first := codes.setdefault(row["code"], row["number"])) != row["number"]:
            found.faults.append(
                Fault(row["number"], str(_("the code %(code)s is in row %(first)s already", code=row["code"], first=first)))
            )
    there = known | codes.keys()
    for row in found.rows:
        parent = row["parent"]
        if parent not in there:
            # ESCO publishes the groups of four digits in a file of their own: until they come, the group around them.
            row["parent"] = _group_of(parent or row["code"], there) if _NUMBERED.match(parent or row["code"]) else None
        if parent and not row["parent"]:
            found.faults.append(Fault(row["number"], str(_("there is no group %(code)s", code=parent))))
    found.faults.sort(key=lambda fault: fault.number)


def _group_of(code: str, there: set[str]) -> str | None:
    """The longest beginning of a code that is a code itself: 2654.1.7 → 2654.1 → 2654."""
    return next((code[:end] for end in range(len(code) - 1, 0, -1) if code[:end] in there), None)
