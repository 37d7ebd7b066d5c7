"""Undoing what one request of one's own changed in rows of a table, from the trail: all of it, or nothing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from marshmallow import Schema, fields
from sqlalchemy import select

from consortium.trail.models import Action, TrailEntry
from consortium.web.fields import Words
from consortium.web.listing import cursors
from tenants.database import db, scope
from tenants.errors import Problem
from tenants.models import Tenanted

WITHIN = timedelta(days=1)


class NothingToUndo(Problem):
    title = _l("There is nothing to undo here")
    remedy = _l("What was done more than a day ago, or by somebody else, is changed row by row.")


class ChangedSince(Problem):
    """`ids`: the rows that have been changed since, or are gone; `names`: what people call them."""

    title = _l("Some of these rows have been changed since")
    remedy = _l("Nothing was undone: change them row by row.")

    def __init__(self, ids: Sequence[UUID], names: str = "") -> None:
        count = ngettext("%(num)s of these rows has been changed since", "%(num)s of these rows have been changed since", len(ids))
        super().__init__(f"{count}: {names}" if names else count)
        self.ids = ids


class UndoSchema(Schema):
    """What is taken back: the request, by the X-Request-Id of its answer."""

    request_id = Words(required=True)


class UndoneShape(Schema):
    """The rows that are as they were before."""

    ids = fields.List(fields.UUID())


def undo(model: type[Tenanted], request_id: str, columns: Sequence[str]) -> list[UUID]:
    """Give back to `columns` of the rows what they held before a request of the same account; the ids.

    Raises NothingToUndo, ChangedSince.
    """
    entries = _entries(model, request_id)
    if not entries:
        raise NothingToUndo
    ids = sorted(entry.row_id for entry in entries)
    held = select(model).where(model.id.in_(ids)).order_by(model.id).with_for_update().execution_options(populate_existing=True)
    rows = {row.id: row for row in db.session.scalars(held)}
    if changed := [entry.row_id for entry in entries if _has_changed(rows.get(entry.row_id), entry, columns)]:
        raise ChangedSince(changed)
    for entry in entries:
        _give_back(rows[entry.row_id], entry, columns)
    db.session.flush()
    return ids


def _entries(model: type[Tenanted], request_id: str) -> Sequence[TrailEntry]:
    mine = (TrailEntry.request_id == request_id, TrailEntry.actor_id == scope().actor_id)
    which = (TrailEntry.table_name == model.__table__.name, TrailEntry.action == Action.UPDATE)
    recent = TrailEntry.created_at > datetime.now(UTC) - WITHIN
    return db.session.scalars(select(TrailEntry).where(*mine, *which, recent)).all()


def _has_changed(row: Any, entry: TrailEntry, columns: Sequence[str]) -> bool:
    return row is None or any(getattr(row, name) != _value(row, name, entry.after or {}) for name in _touched(entry, columns))


def _give_back(row: Any, entry: TrailEntry, columns: Sequence[str]) -> None:
    for name in _touched(entry, columns):
        setattr(row, name, _value(row, name, entry.before or {}))


def _touched(entry: TrailEntry, columns: Sequence[str]) -> list[str]:
    return [name for name in columns if name in (entry.after or {}) or name in (entry.before or {})]


def _value(row: Any, name: str, side: Mapping[str, Any]) -> Any:
    """A column's value as JSON kept it, in its own type."""
    return cursors.typed(side.get(name), row.__table__.c[name].type)
