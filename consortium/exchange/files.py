"""A file as it came: is it a table of text, in which signs, parted by what, with how many rows. Read as a stream, however long.

Known by its content, never by its name: UTF-8 (with or without BOM) or Windows-1252; `;`, `,` or a tab.
"""

import codecs
import csv
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO, TypeAlias

from flask_babel import lazy_gettext as _l

from consortium.exchange import kinds
from consortium.exchange.cells import is_formula
from tenants.errors import Problem

Opener: TypeAlias = Callable[[], IO[bytes]]

PIECE = 1024 * 1024
LONGEST_FIELD = 10_000
MOST_ROWS = 500_000
MOST_COLUMNS = 200
DELIMITERS = (";", ",", "\t")
# Signs that no text has: a NUL comes with workbooks, images and UTF-16.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_KNOWN = {b"PK\x03\x04": "xlsx", b"\xd0\xcf\x11\xe0": "xls", b"%PDF": "pdf", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class FileRefused(Problem):
    """A file that cannot be brought in, whatever its rows say."""

    status = 422
    title = _l("This file cannot be read")


@dataclass(frozen=True)
class Examined:
    """How a file is written, and what is in it. `rows` leaves out the heading and blank lines."""

    size: int
    sha256: str
    encoding: str
    delimiter: str
    headings: list[str]
    rows: int


def examine(opened: Opener) -> Examined:
    """Look through the whole file; raises FileRefused, saying why and what to do."""
    size, sha256, encoding = _signs(opened)
    headings, delimiter = _heading(opened, encoding)
    return Examined(size, sha256, encoding, delimiter, headings, _count(opened, encoding, delimiter))


def rows(opened: Opener, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of each row that is not blank, after the heading; numbers are those a spreadsheet shows."""
    with _reader(opened, encoding, delimiter) as reader:
        next(reader, None)
        for number, row in enumerate(reader, start=2):
            if any(map(str.strip, row)):
                yield number, row


def pieces(opened: Opener) -> Iterator[bytes]:
    with opened() as file:
        while piece := file.read(PIECE):
            yield piece


def _signs(opened: Opener) -> tuple[int, str, str]:
    """Size, SHA-256 and encoding; refuses what is no text."""
    size, digest, decoder, utf8 = 0, hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), True
    for piece in pieces(opened):
        _refuse_binary(piece, first=size == 0)
        size += len(piece)
        digest.update(piece)
        utf8 = utf8 and _decodes(decoder, piece)
    if size == 0:
        raise FileRefused(_l("The file is empty."), remedy=_l("Export it again, and check that it has rows."))
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    return size, digest.hexdigest(), "utf-8-sig" if utf8 else "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_binary(piece: bytes, *, first: bool) -> None:
    known = next((name for mark, name in _KNOWN.items() if first and piece.startswith(mark)), "")
    if known in ("xlsx", "xls"):
        raise FileRefused(
            _l("This is a workbook, not a CSV."), remedy=_l("In Excel or LibreOffice: Save as, “CSV UTF-8”; then upload that file.")
        )
    if known == "utf-16":
        raise FileRefused(_l("This file is written in UTF-16."), remedy=_l("Save it as “CSV UTF-8” and upload it again."))
    if known or _BINARY.search(piece):
        raise FileRefused(_l("This is not a file of text."), remedy=_l("Upload the CSV that the regional system exports."))


@contextmanager
def _reader(opened: Opener, encoding: str, delimiter: str) -> Iterator[Iterator[list[str]]]:
    with opened() as binary, TextIOWrapper(binary, encoding, newline="") as text:
        reader = csv.reader(text, delimiter=delimiter)
        try:
            yield _bounded(reader)
        except UnicodeDecodeError:
            raise FileRefused(
                _l("Some signs are neither UTF-8 nor Windows-1252."), remedy=_l("Save it as “CSV UTF-8” and upload it again.")
            ) from None
        except csv.Error:
            raise FileRefused(
                _l("Near line %(line)s a text is longer than %(most)s letters.", line=reader.line_num, most=LONGEST_FIELD),
                remedy=_l("Look there for a quotation mark that is never closed."),
            ) from None


def _bounded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Refuse a row with a text that is too long. The module's own limit is the whole process's, and other files have longer ones."""
    for row in rows:
        if max(map(len, row), default=0) > LONGEST_FIELD:
            raise csv.Error
        yield row


def _heading(opened: Opener, encoding: str) -> tuple[list[str], str]:
    """The first row, under the separator that makes most sense of it: known columns first, then their number."""
    found = []
    for delimiter in DELIMITERS:
        with _reader(opened, encoding, delimiter) as reader:
            headings = [" ".join(cell.split())[:100] for cell in next(reader, [])]
        known = max(len(layout.mapped(headings)) for layout in kinds.LAYOUTS.values())
        found.append((known, len(headings), headings, delimiter))
    _, width, headings, delimiter = max(found, key=lambda each: each[:2])
    if not 2 <= width <= MOST_COLUMNS or not any(headings):
        raise FileRefused(_l("The first row is not a row of headings."), remedy=_l("It must name the columns, parted by ; or , or a tab."))
    return headings, delimiter


def _count(opened: Opener, encoding: str, delimiter: str) -> int:
    total = formulas = 0
    for _number, row in rows(opened, encoding, delimiter):
        total += 1
        formulas += any(map(is_formula, row))
        if total > MOST_ROWS:
            raise FileRefused(_l("The file has more than %(most)s rows.", most=MOST_ROWS), remedy=_l("Split it."))
    if not total:
        raise FileRefused(_l("There is a heading, and no row under it."), remedy=_l("Export it again, and check that it has rows."))
    if formulas * 2 > total:
        raise FileRefused(_l("The file is full of formulas."), remedy=_l("Export the values: formulas are never calculated here."))
    return total
