"""The file of the rejected rows: as they came, but for health data; the row's number, what is wrong, what to do in the last columns.

Safe in a spreadsheet: a text that could be taken for a formula gets an apostrophe. Uploaded again, the added columns are ignored.
"""

from collections.abc import Iterator
from typing import Any

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import Row, literal

from consortium.exchange import queries, words
from consortium.exchange.kinds import DISABILITY
from consortium.exchange.models import ImportFile
from consortium.web.listing.columns import Column
from consortium.web.listing.door import attachment
from consortium.web.listing.sheets import Sheet


def attachment_of(file: ImportFile) -> Response:
    """Written to the disk first, so memory stays flat."""
    headings = [*file.headings, _("Row"), _("Errors")]
    columns = [Column(f"c{place}", heading, literal("")) for place, heading in enumerate(headings)]
    name = f"{file.name.rpartition('.')[0] or file.name}-{_('rejected')}"
    return attachment(Sheet(name, columns, _lines(file), ()), "csv")


def _lines(file: ImportFile) -> Iterator[list[Any]]:
    width, note = len(file.headings), _note(file)
    for row in queries.rejected_rows(file.id):
        cells = [*row.cells, *[""] * width][:width]
        yield [*cells, str(row.number), errors_of(file.kind or "", row) + note]


def _note(file: ImportFile) -> str:
    """What a row has to be completed with before it is uploaded again: a cell that is empty says nothing."""
    if DISABILITY.name not in file.columns:
        return ""
    return " | " + str(_("%(column)s: not repeated here. Write it again from the file that was uploaded.", column=DISABILITY.label))


def errors_of(kind: str, row: Row[Any]) -> str:
    faults = [words.fault(details) for details in row.details]
    return " | ".join(f"{words.column(kind, fault.column) or _('Whole row')}: {fault.reason}. {fault.remedy}" for fault in faults)
