"""The XLSX of a list: typed cells, a bold heading that stays, filters on it; a second sheet says which rows these are.

XlsxWriter's constant_memory mode: one row in memory, the rest in temporary files, removed here whatever happens
(they hold personal data).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import IO, Any

from flask_babel import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from consortium.web.listing import formats
from consortium.web.listing.columns import Kind
from consortium.web.listing.readings import BadFilter
from consortium.web.listing.sheets import Sheet

# Limits of the format: XlsxWriter leaves out what exceeds them, silently.
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
FIRST_DAY = date(1900, 1, 1)

_WIDTHS: dict[Kind, int] = {"text": 24, "state": 18, "date": 12, "moment": 17, "number": 12, "amount": 14, "yesno": 8}
_PATTERNS: dict[str, str] = {"date": "dd/mm/yyyy", "moment": "dd/mm/yyyy hh:mm", "amount": "€ #,##0.00"}


@dataclass(frozen=True)
class Styles:
    bold: Format
    date: Format
    moment: Format
    amount: Format


def write_xlsx(sheet: Sheet, file: IO[bytes]) -> int:
    """Write the workbook to a seekable file; the number of rows. Raises BadFilter where they exceed a sheet's limit."""
    with TemporaryDirectory() as folder:
        book = Workbook(file, {"constant_memory": True, "tmpdir": folder})
        try:
            styles = _styles(book)
            total = _rows(book.add_worksheet(_sheet_name(sheet.title)), sheet, styles)
            _facts(book.add_worksheet(_("Filters")), [*sheet.facts, (_("Rows"), str(total))], styles)
        finally:
            book.close()
    return total


def _styles(book: Workbook) -> Styles:
    made = {name: book.add_format({"num_format": _PATTERNS[name]}) for name in ("date", "moment", "amount")}
    return Styles(bold=book.add_format({"bold": True}), **made)


def _rows(page: Worksheet, sheet: Sheet, styles: Styles) -> int:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, max(_WIDTHS[column.kind], len(str(column.label)) + 4))
        page.write_string(0, place, str(column.label), styles.bold)
    page.freeze_panes(1, 0)
    money = [styles.amount if column.kind == "amount" else None for column in sheet.columns]
    total = 0
    for total, line in enumerate(sheet.rows, start=1):
        if total >= MOST_ROWS:
            raise BadFilter({"format": _("A spreadsheet holds 1,048,575 rows: narrow the filters, or take the CSV.")})
        for place, value in enumerate(line):
            _cell(page, total, place, value, money[place], styles)
    page.autofilter(0, 0, total, max(len(sheet.columns) - 1, 0))
    return total


def _cell(page: Worksheet, row: int, place: int, value: Any, money: Format | None, styles: Styles) -> None:
    if value is None:
        return
    if isinstance(value, (int, float, Decimal)):
        page.write_number(row, place, value, money)
    elif isinstance(value, date) and (value.date() if isinstance(value, datetime) else value) >= FIRST_DAY:
        page.write_datetime(row, place, value, styles.moment if isinstance(value, datetime) else styles.date)
    else:
        page.write_string(row, place, _text(value))


def _text(value: Any) -> str:
    """Text as text: never a formula or a link. Days before 1900, which a sheet cannot hold, are text too."""
    text = value if isinstance(value, str) else formats.day(value)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _facts(page: Worksheet, lines: list[tuple[str, str]], styles: Styles) -> None:
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 60)
    for row, (what, value) in enumerate(lines):
        page.write_string(row, 0, what, styles.bold)
        page.write_string(row, 1, _text(value))


def _sheet_name(title: str) -> str:
    """A sheet's name: at most 31 letters, none of []:*?/\\, no apostrophe at its ends, not that of the other sheet."""
    name = title.translate(dict.fromkeys(map(ord, "[]:*?/\\"), " "))[:31].strip("' ")
    return name if name and name.lower() not in (_("Filters").lower(), "history") else _("List")
