"""Undoing a batch by what the trail says it did: rows that it changed are as before, rows that it inserted are gone.

Refused where later work stands on them: somebody changed one since, or something was recorded about it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, time
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ARRAY, Uuid, and_, any_, bindparam, delete, func, literal, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from consortium.cases.models import Person
from consortium.exchange import services
from consortium.exchange.models import BatchState, ImportBatch
from consortium.exchange.writing import ORDER
from consortium.trail.models import Action, TrailEntry
from tenants.database import Base, db, tenant_parameter
from tenants.errors import Problem

SLICE = 2000  # rows deleted by one statement
TABLES: Mapping[str, Any] = {model.__tablename__: model for model in ORDER}
_READERS: Mapping[type, Callable[[Any], Any]] = {date: date.fromisoformat, time: time.fromisoformat, UUID: UUID}


class LaterWork(Problem):
    """What was brought in has been worked on since. `detail`: tables, and how many of their rows (`people=2 cases=1`), for `words`."""

    title = _l("This import can no longer be undone: there is later work on what it brought in")
    remedy = _l("Correct the rows one by one, or bring in a corrected file.")


def undo(*, batch_id: UUID) -> None:
    """Undo a batch in the caller's transaction. Raises LaterWork, AnotherImportRuns."""
    with services.traced(f"undo-{batch_id}"):
        services.claim()
        db.session.execute(text("SET LOCAL plan_cache_mode = auto"))
        _refuse_changed_since(str(batch_id))
        with _refused_by_the_database():
            _restore(str(batch_id))
            _remove_all(str(batch_id))


def _refuse_changed_since(request: str) -> None:
    """Entries of the trail about the same rows, written after the batch's own (their ids are in order of time).

    What later imports did and undid again does not count.
    """
    mine, later = aliased(TrailEntry), aliased(TrailEntry)
    same = and_(later.tenant_id == mine.tenant_id, later.table_name == mine.table_name, later.row_id == mine.row_id, later.id > mine.id)
    ours = [request, *_undone()]
    statement = (
        select(later.table_name, func.count(later.row_id.distinct()))
        .select_from(mine)
        .join(later, same)
        .where(mine.request_id == request, mine.table_name.in_(TABLES))
        .where(or_(later.request_id.is_(None), later.request_id.not_in(ours)))
        .group_by(later.table_name)
    )
    told: dict[str, int] = {}
    for table, count in db.session.execute(statement):
        told[_told_as(table)] = max(count, told.get(_told_as(table), 0))
    if told:
        raise LaterWork(" ".join(f"{table}={count}" for table, count in sorted(told.items())))


def _told_as(table: str) -> str:
    """Of a concealed table it is not even said that there are rows: work on them is work on the people whose they are."""
    return Person.__tablename__ if Base.metadata.tables[table].info.get("concealed") else table


def _undone() -> list[str]:
    found = db.session.scalars(select(ImportBatch.id).where(ImportBatch.state == BatchState.UNDONE))
    return [name for batch_id in found for name in (str(batch_id), f"undo-{batch_id}")]


def _restore(request: str) -> None:
    """Give rows that the batch changed, and had not inserted itself, the values of before."""
    inserted = aliased(TrailEntry)
    own = and_(
        inserted.tenant_id == TrailEntry.tenant_id,
        inserted.row_id == TrailEntry.row_id,
        inserted.table_name == TrailEntry.table_name,
        inserted.action == Action.INSERT,
        inserted.request_id == request,
    )
    changed = select(TrailEntry.table_name, TrailEntry.row_id, TrailEntry.before).outerjoin(inserted, own)
    mine = (TrailEntry.request_id == request, TrailEntry.action == Action.UPDATE, TrailEntry.table_name.in_(TABLES), inserted.id.is_(None))
    before: dict[tuple[str, UUID], dict[str, Any]] = {}
    for table, row_id, values in db.session.execute(changed.where(*mine).order_by(TrailEntry.id.desc())):
        # Newest first: of a row changed twice, the older values come last and stay.
        before.setdefault((table, row_id), {}).update(values)
    _write_back(before)


def _write_back(before: Mapping[tuple[str, UUID], Mapping[str, Any]]) -> None:
    rows: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
    for (table, row_id), values in before.items():
        read = {f"old_{name}": _read(TABLES[table], name, value) for name, value in values.items()}
        rows[table, tuple(sorted(values))].append({"row": row_id, **read})
    for (table, names), values_of in rows.items():
        columns = TABLES[table].__table__.c
        values = {name: bindparam(f"old_{name}", type_=columns[name].type) for name in names}
        statement = update(TABLES[table].__table__).where(columns.tenant_id == tenant_parameter(), columns.id == bindparam("row"))
        db.session.connection().execute(statement.values(revision=columns.revision + 1, **values), values_of)


def _read(model: Any, name: str, value: Any) -> Any:
    """A value of the trail, which is JSON, as the column has it."""
    kind = model.__table__.c[name].type.python_type
    return _READERS[kind](value) if value is not None and kind in _READERS else value


@contextmanager
def _refused_by_the_database() -> Iterator[None]:
    """Something else refers to a row that goes, or the month of a session has been closed since. Raises LaterWork."""
    try:
        yield
    except IntegrityError as error:
        table = getattr(getattr(error.orig, "diag", None), "table_name", None) or ""
        raise LaterWork(_told_as(table) if table else "") from error


def _remove_all(request: str) -> None:
    """Remove what the batch inserted, children first."""
    for model in reversed(ORDER):
        _remove(model, request)


def _remove(model: Any, request: str) -> None:
    inserted = select(TrailEntry.row_id).where(
        TrailEntry.request_id == request, TrailEntry.table_name == model.__tablename__, TrailEntry.action == Action.INSERT
    )
    ids = list(db.session.scalars(inserted))
    for start in range(0, len(ids), SLICE):
        db.session.execute(delete(model).where(model.id == any_(literal(ids[start : start + SLICE], ARRAY(Uuid())))))
