"""What a load of a batch finds, written where others see it while the load's own transaction is still open."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import func, insert, update

from consortium.exchange.kinds import Line, concealed
from consortium.exchange.loading import Source
from consortium.exchange.models import ImportFile, ImportRow, Verdict
from consortium.exchange.plans import Plan
from tenants.database import db

# A transaction beside the one that is open, committed at its end.
Aside = Callable[[], AbstractContextManager[None]]


class Notes:
    """Keeps the rows refused or changed, and how far the load is: one short transaction a chunk."""

    def __init__(self, aside: Aside) -> None:
        self.aside = aside
        self.rows: list[dict[str, Any]] = []

    def rejected(self, source: Source, lines: Sequence[Line]) -> None:
        self.rows += [_row(source, line, Verdict.REJECTED, [fault.as_json() for fault in line.faults]) for line in lines]

    def changed(self, source: Source, plans: Sequence[Plan]) -> None:
        self.rows += [_row(source, plan.line, Verdict.CHANGED, [change._asdict() for change in plan.changes]) for plan in plans]

    def progressed(self, source: Source) -> None:
        rows, self.rows = self.rows, []
        with self.aside():
            if rows:
                db.session.execute(insert(ImportRow), rows)
            db.session.execute(
                update(ImportFile).where(ImportFile.id == source.id).values(seen_at=func.clock_timestamp(), **_counts(source))
            )


def _row(source: Source, line: Line, verdict: Verdict, details: list[dict[str, Any]]) -> dict[str, Any]:
    shown = _shown(source, line)
    # The cells are needed for the file of the rejected rows only.
    cells = shown if verdict == Verdict.REJECTED else []
    return {"file_id": source.id, "number": line.number, "verdict": verdict, "key": _key(source, shown), "cells": cells, "details": details}


def _shown(source: Source, line: Line) -> list[str]:
    """The cells as they came, those of columns that are told and hold no health data: whoever opens the import reads them.

    None where the row is longer or shorter than the heading, for then nobody can tell which cell is which.
    """
    headings = source.found.headings
    if len(line.cells) != len(headings):
        return []
    told = {*source.columns.values()} - concealed(headings, source.columns)
    return list(_storable(cell if place in told else "" for place, cell in enumerate(line.cells)))


def _key(source: Source, cells: Sequence[str]) -> str:
    """The row's key as it is written in the file."""
    places = [source.columns[name] for name in source.layout.key if name in source.columns]
    return " · ".join(cells[place].strip()[:100] for place in places if cells)


def _storable(texts: Any) -> Iterator[str]:
    """PostgreSQL keeps no NUL."""
    return (text.replace("\0", "") for text in texts)


def _counts(source: Source) -> dict[str, int]:
    tally = source.tally.as_dict()
    return {"rows_read": tally.pop("read"), **tally}
