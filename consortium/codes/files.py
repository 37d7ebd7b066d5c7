"""A classification as a file: CSV with `;`, `,` or tabs, its columns found by their headings, those of ISTAT and of ESCO among them.

ISTAT's CP2021 numbers its groups from 1 to 9 as ISCO-08 does, and means others: its codes (a digit, a point, …) are kept
with "CP" in front. A file that has one name only (ESCO publishes one a language) says in which language.
"""

import base64
import csv
import io
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.codes.queries import comes_back
from consortium.codes.schemas import LONGEST_CODE, LONGEST_LABEL
from tenants.errors import Problem

LONGEST_FIELD = 200_000  # ESCO's definitions
MOST_ROWS = 20_000
MOST_FAULTS = 100
_CP2021 = re.compile(r"\d(\.\d+)+")
_NUMBERED = re.compile(r"(CP)?\d")
# What a workbook begins with: a zip, or an office file of before 2007.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OURS = ("code", "parent", "label_it", "label_en")
_MOST_BYTES = 32 * 1024 * 1024
# Headings that begin so, the first that fits.
_HEADINGS = {
    "label_en": ("label_en", "english", "inglese", "title en"),
    "label_it": ("label_it", "italiano", "italian", "denominazione", "nome", "titolo", "voce"),
    "parent": ("parent", "padre", "iscogroup", "gruppo"),
    "code": ("code", "codice", "cod", "cp2021"),
    "label": ("preferredlabel", "label", "preferred label", "title"),
    # Of an occupation ISTAT says both: what it is called, and in a paragraph what it is.
    "description": ("descrizione",),
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


def read(content: bytes, *, language: str, known: Mapping[str, str | None]) -> Read:
    """Read a file; `known` are the codes that there are, each with its group: they may be groups too. Raises FileRefused."""
    lines = _lines(_text(content))
    headings = [heading.strip().casefold() for heading in lines[0][1]]
    places = _places(headings, language)
    found = Read()
    for number, cells in lines[1:]:
        _take(found, number, {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()})
    _rename(found.rows)
    _find_parents(found, known)
    found.faults.sort(key=lambda fault: fault.number)
    if not found.rows and not found.faults:
        raise FileRefused(_("There is no row in it."))
    return found


def _text(content: bytes) -> str:
    if content.startswith(_WORKBOOKS):
        raise FileRefused(
            _("This is a workbook, not a CSV."), remedy=_("In Excel or LibreOffice: Save as, “CSV UTF-8”; then upload that file.")
        )
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
    lines, number = list[tuple[int, list[str]]](), 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1):
            if any(cell.strip() for cell in row):
                lines.append((number, row))
    except csv.Error as error:
        words = _("From row %(number)s on its cells cannot be told apart.", number=number + 1)
        raise FileRefused(words, remedy=_("Look there for a quotation mark that is never closed.")) from error
    if not lines:
        raise FileRefused(_("The file is empty."), remedy=_("Export it again, and check that it has rows."))
    if len(lines) > MOST_ROWS:
        raise FileRefused(_("It has more than %(most)s rows.", most=format_decimal(MOST_ROWS)))
    return lines


def _places(headings: Sequence[str], language: str) -> dict[str, int]:
    """Field → column. A single name goes to the language that was said."""
    places: dict[str, int] = {}
    for name, beginnings in _HEADINGS.items():
        place = _first(headings, beginnings, set(places.values()))
        if place is not None:
            places[name] = place
    if (alone := places.pop("label", None)) is not None and "label_it" not in places and "label_en" not in places:
        places[f"label_{language}"] = alone
    if (described := places.pop("description", None)) is not None:
        places.setdefault("label_it", described)
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
    names = [row[name] or "" for name in ("label_it", "label_en")]
    if any("\n" in text or "\r" in text for text in (row["code"], row["parent"] or "", *names)):
        return str(_("the text goes on in another line: look for a quotation mark that is never closed"))
    if max(map(len, names)) > LONGEST_LABEL:
        return str(_("the name is longer than %(max)s characters", max=LONGEST_LABEL))
    return ""


def _rename(rows: list[dict[str, Any]]) -> None:
    """Codes of CP2021, its one-digit groups among them, get CP in front."""
    if not any(_CP2021.fullmatch(row["code"]) for row in rows):
        return
    for row in rows:
        row["code"] = f"CP{row['code']}"
        row["parent"] = f"CP{row['parent'].rstrip('.')}" if row["parent"] else None


def _find_parents(found: Read, known: Mapping[str, str | None]) -> None:
    """A code given twice, or a group that is nowhere, is a fault; a file without groups, or without some of them, has them in its codes."""
    codes: dict[str, int] = {}
    for row in found.rows:
        if (first := codes.setdefault(row["code"], row["number"])) != row["number"]:
            found.faults.append(
                Fault(row["number"], str(_("the code %(code)s is in row %(first)s already", code=row["code"], first=first)))
            )
    there = known.keys() | codes.keys()
    for row in found.rows:
        parent = row["parent"]
        if parent not in there:
            # ESCO publishes the groups of four digits in a file of their own: until they come, the group around them.
            row["parent"] = _group_of(parent or row["code"], there) if _NUMBERED.match(parent or row["code"]) else None
        if parent and not row["parent"]:
            found.faults.append(Fault(row["number"], str(_("there is no group %(code)s", code=parent))))
    _go_up(found, known)


def _go_up(found: Read, known: Mapping[str, str | None]) -> None:
    """A code that is in itself, over however many groups, is a fault. A row without a group leaves the code in that which it has."""
    parents = {**known, **{row["code"]: row["parent"] or known.get(row["code"]) for row in found.rows}}
    for row in found.rows:
        if comes_back(row["code"], parents):
            words = _("the group %(group)s is in the code %(code)s itself", group=parents[row["code"]], code=row["code"])
            found.faults.append(Fault(row["number"], str(words)))


def _group_of(code: str, there: set[str]) -> str | None:
    """The longest beginning of a code that is a code itself: 2654.1.7 → 2654.1 → 2654."""
    return next((code[:end] for end in range(len(code) - 1, 0, -1) if code[:end] in there), None)


def packed(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows that were read, as a text that a page takes along to its next step; `unpacked` makes a file of them again."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _OURS, delimiter=";", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return base64.b64encode(zlib.compress(text.getvalue().encode())).decode()


def unpacked(text: str) -> bytes:
    """Raises FileRefused, where it is not what `packed` made."""
    opened = zlib.decompressobj()
    try:
        content = opened.decompress(base64.b64decode(text, validate=True), _MOST_BYTES)
    except (ValueError, zlib.error):
        content = b""
    if not opened.eof:
        raise FileRefused(_("What was checked did not come back whole."), remedy=_("Choose the file again."))
    return content
