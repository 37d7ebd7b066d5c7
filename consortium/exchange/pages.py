"""What the page of a batch shows: its files with a preview, its counts, what would change, what was refused, how far the work is."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from consortium.exchange import queries, words
from consortium.exchange.kinds import DISABILITY, LAYOUTS, concealed
from consortium.exchange.models import ImportFile, Kind, Verdict

PREVIEW = 5  # rows
SILENCE = 120  # seconds without a sign after which the work is no longer taken to be going on


@dataclass(frozen=True)
class Mapped:
    """A field of a file's kind, and the place of its column (None: not told)."""

    name: str
    label: str
    required: bool
    place: int | None


@dataclass(frozen=True)
class Shown:
    """A row refused or changed: where it is, what is said of it."""

    file: str
    number: int
    key: str
    lines: Sequence[tuple[str, ...]]


def mapping(file: ImportFile) -> list[Mapped]:
    if not file.kind:
        return []
    return [Mapped(each.name, str(each.label), each.required, file.columns.get(each.name)) for each in LAYOUTS[Kind(file.kind)].fields]


def preview(file: ImportFile) -> list[str]:
    """The first values of each column, those that are not empty; of health data none."""
    text, width = queries.first_piece(file.id).decode(file.encoding, "replace"), len(file.headings)
    read = islice(csv.reader(text.splitlines(), delimiter=file.delimiter), 1, 1 + PREVIEW)
    # In a row of another length the cells of a column stand under another.
    columns = list(zip(*(row for row in read if len(row) == width), strict=True)) or [()] * width
    unseen = concealed(file.headings, file.columns)
    return [str(_("not shown")) if place in unseen else _first(values) for place, values in enumerate(columns)]


def _first(values: Sequence[str]) -> str:
    return ", ".join(value for value in dict.fromkeys(map(str.strip, values)) if value) or "—"


def rejected(batch_id: UUID) -> list[Shown]:
    """(column, value, reason, remedy) of each fault."""
    return [
        Shown(row.name, row.number, row.key, [_fault(row.kind, each) for each in row.details])
        for row in queries.rows_of(batch_id, Verdict.REJECTED)
    ]


def _fault(kind: str, details: dict[str, Any]) -> tuple[str, ...]:
    fault = words.fault(details)
    return words.column(kind, fault.column) or _("Whole row"), fault.value, fault.reason, fault.remedy


def changed(batch_id: UUID) -> list[Shown]:
    """(column, before, after) of each difference."""
    return [
        Shown(row.name, row.number, row.key, [_change(row.kind, each) for each in row.details])
        for row in queries.rows_of(batch_id, Verdict.CHANGED)
    ]


def _change(kind: str, details: dict[str, Any]) -> tuple[str, ...]:
    name, before, after = details["field"], details["before"], details["after"]
    return words.column(kind, name), words.value(name, before) or "", words.value(name, after) or ""


def unseen(files: Sequence[ImportFile]) -> bool:
    """Whether they bring what is written without being shown or counted: health data."""
    return any(DISABILITY.name in file.columns for file in files)


def totals(files: Sequence[ImportFile]) -> dict[str, int]:
    names = ("rows", "inserted", "updated", "unchanged", "rejected")
    return {name: sum(getattr(file, name) for file in files) for name in names}


def time_left(found: queries.Progress, now: datetime) -> str:
    """In words; "" while it is too soon to say."""
    if not found.started_at or found.done < 1000:
        return ""
    elapsed = max((now - found.started_at).total_seconds(), 0.1)
    seconds = round(elapsed * (found.total - found.done) / found.done)
    if seconds >= 60:
        return str(_("about %(minutes)s minutes left", minutes=seconds // 60 + 1))
    return str(_("about %(seconds)s seconds left", seconds=seconds))


def is_silent(found: queries.Progress, now: datetime) -> bool:
    """Whether nothing was heard of the work for so long that it cannot be going on by itself."""
    return found.seen_at is not None and (now - found.seen_at).total_seconds() > SILENCE
