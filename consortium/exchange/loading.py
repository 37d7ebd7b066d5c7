"""The one way rows come in: read, checked, planned and written, a thousand at a time, in the transaction of the caller.

A check is the same work, rolled back: what it finds is what applying will find, down to the database's own rules.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import text

from consortium.exchange import files
from consortium.exchange.assignments import AssignmentLoader, Numbers
from consortium.exchange.faults import Fault
from consortium.exchange.files import Examined, Opener
from consortium.exchange.kinds import LAYOUTS, Layout, Line, read
from consortium.exchange.models import Kind
from consortium.exchange.pathways import PathwayLoader
from consortium.exchange.plans import Plan, Tally
from consortium.exchange.register import registered
from consortium.exchange.sessions import SessionLoader
from consortium.exchange.writing import write
from tenants.database import db
from tenants.models import new_id

CHUNK = 1000


@dataclass(frozen=True)
class Source:
    """A file to be read: how it opens, how it is written (`found`), which place each field has among its columns."""

    name: str
    kind: Kind
    opened: Opener
    columns: Mapping[str, int]
    found: Examined
    tally: Tally = field(default_factory=Tally)
    id: UUID = field(default_factory=new_id)

    @property
    def layout(self) -> Layout:
        return LAYOUTS[self.kind]


class Watcher(Protocol):
    """Who follows a load. Each is called once a chunk."""

    def rejected(self, source: Source, lines: Sequence[Line]) -> None: ...
    def changed(self, source: Source, plans: Sequence[Plan]) -> None: ...
    def progressed(self, source: Source) -> None: ...


class Loader(Protocol):
    """What knows a kind of row: the lines that may be planned together, what a line says of itself, what it comes to."""

    layout: Layout

    def waves(self, lines: Sequence[Line]) -> Iterable[Sequence[Line]]: ...
    def check(self, line: Line) -> None: ...
    def plan(self, lines: Sequence[Line]) -> list[Plan]: ...


def load(sources: Sequence[Source], numbers: Numbers, watchers: Sequence[Watcher], today: date) -> str:
    """Load files in the order of their kinds; each source's tally says what became of its rows.

    Returns the fingerprint of what was found: equal if the files and what is known are. Raises FileRefused, ChangedMeanwhile.
    """
    # The application plans each statement anew; here that would be each check behind each insert (tried: three times slower).
    db.session.execute(text("SET LOCAL plan_cache_mode = auto"))
    register, digest = registered(), hashlib.sha256()
    loaders: dict[Kind, Loader] = {
        Kind.ASSIGNMENTS: AssignmentLoader(register, numbers),
        Kind.PATHWAYS: PathwayLoader(register),
        Kind.SESSIONS: SessionLoader(register, today),
    }
    for source in sorted(sources, key=lambda each: list(Kind).index(each.kind)):
        for kept in _load_file(source, loaders[source.kind], watchers):
            digest.update(repr(kept).encode())
    return digest.hexdigest()


def _load_file(source: Source, loader: Loader, watchers: Sequence[Watcher]) -> Iterator[Any]:
    """Load one file chunk by chunk; yields, of each row that is not unchanged, what it comes to."""
    seen: dict[int, int] = {}
    for lines in _chunks(source):
        plans = _load_lines(lines, source, loader, seen)
        rejected = [line for line in lines if line.faults]
        changed = [plan for plan in plans if plan.changes and not plan.new and not plan.line.faults]
        _count(source.tally, lines, plans)
        for watcher in watchers:
            watcher.rejected(source, rejected)
            watcher.changed(source, changed)
            watcher.progressed(source)
        yield [(line.number, [fault.code for fault in line.faults]) for line in rejected]
        yield [(plan.line.number, plan.new, plan.changes) for plan in plans if plan.new or plan.changes]


def _load_lines(lines: Sequence[Line], source: Source, loader: Loader, seen: dict[int, int]) -> list[Plan]:
    """The plans of the lines that were good enough for one; each written, or its line has the fault that kept it out."""
    for line in lines:
        read(line, source.layout, source.columns, len(source.found.headings))
        if not line.faults:
            loader.check(line)
            _refuse_repeated(line, source.layout, seen)
    made: list[Plan] = []
    good = [line for line in lines if not line.faults]
    for wave in loader.waves(good) if good else ():
        plans = loader.plan(wave)
        write([plan for plan in plans if not plan.line.faults])
        made += plans
    return [plan for plan in made if not plan.line.faults]


def _refuse_repeated(line: Line, layout: Layout, seen: dict[int, int]) -> None:
    """Two rows of one key: which is right? Only the hash of a key is kept, so that a long file takes little memory."""
    if line.faults:
        return
    first = seen.setdefault(hash(layout.key_of(line.values)), line.number)
    if first != line.number:
        line.faults.append(Fault("repeated", layout.key[0], facts={"row": str(first)}))


def _count(tally: Tally, lines: Sequence[Line], plans: Sequence[Plan]) -> None:
    tally.read += len(lines)
    tally.rejected += sum(bool(line.faults) for line in lines)
    for plan in plans:
        tally.count(plan)


def _chunks(source: Source) -> Iterator[list[Line]]:
    rows = files.rows(source.opened, source.found.encoding, source.found.delimiter)
    while lines := [Line(number, cells) for number, cells in islice(rows, CHUNK)]:
        yield lines
