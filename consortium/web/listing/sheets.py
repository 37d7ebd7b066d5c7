"""All rows of a list on their way to a file, and the CSV: what Italian Excel and LibreOffice open by a double click."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from itertools import islice
from typing import Any
from unicodedata import normalize

from flask_babel import gettext as _

from consortium.web.listing import formats
from consortium.web.listing.columns import Column

# Text that a spreadsheet may take for a formula (OWASP, "CSV injection"), full-width signs and leading blanks included.
_FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_BATCH = 500


@dataclass(frozen=True)
class Sheet:
    """Rows for a file: each a list of None, str, number, bool, date or naive datetime, one for each column.

    `rows` can be read once, while the transaction is open. `facts` say which rows these are: (what, value).
    """

    title: str
    columns: Sequence[Column]
    rows: Iterator[list[Any]]
    facts: Sequence[tuple[str, str]]

    @property
    def headings(self) -> list[str]:
        return [str(column.label) for column in self.columns]

    def filename(self, suffix: str) -> str:
        """fascicoli-2026-11-26.csv: the title in letters that every system takes, and today."""
        letters = normalize("NFKD", self.title).encode("ascii", "ignore").decode().lower()
        name = "-".join(re.findall(r"[a-z0-9]+", letters)) or "capofila"
        return f"{name}-{formats.at_desk(datetime.now(UTC)):%Y-%m-%d}.{suffix}"


def facts(title: str, who: str, filters: Sequence[str]) -> list[tuple[str, str]]:
    """Which list this is, when and by whom it was exported, with which filters."""
    when = formats.moment(datetime.now(UTC))
    head = [(_("List"), title), (_("Exported on"), when), (_("Exported by"), who)]
    return head + [(_("Filter"), text) for text in filters or [_("none")]]


def csv_chunks(sheet: Sheet) -> Iterator[bytes]:
    """The file, some rows at a time: `;`, UTF-8 with BOM, CRLF, decimal comma, dd/mm/yyyy."""
    yield b"\xef\xbb\xbf" + _csv([sheet.headings])
    while batch := list(islice(sheet.rows, _BATCH)):
        yield _csv(batch)


def _csv(lines: Sequence[Sequence[Any]]) -> bytes:
    buffer = StringIO(newline="")
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerows([[field(value) for value in line] for line in lines])
    return buffer.getvalue().encode()


def field(value: Any) -> str:
    """A value as text of a CSV. A text that could be taken for a formula gets an apostrophe; a number never does."""
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    return "" if value is None else _plain_number(value)


def _plain_number(value: int | float | Decimal) -> str:
    """No thousands, so that it stays a number: -1234,5"""
    text = f"{value:f}" if isinstance(value, Decimal) else repr(value)
    return text.replace(".", ",")
