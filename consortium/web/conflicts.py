"""Two people editing one row: the second sees who changed what meanwhile, and chooses. Nothing is overwritten unseen.

The form carries the revision that it was opened on, in its schema (`revision = fields.Integer(load_default=0)`), its initial values
(`"revision": member.revision`) and its template (`field(form, "revision", type="hidden")`); the view asks before it writes:

    if form.accepted():
        if answer := form.repeated() or conflicts.found(form, member, back=url_for("network.member", member_id=member.id)):
            return answer
        with form.refusing(): …

Labels and words of values are those that the room gave the table in `trail.labels`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any

from flask import Response, make_response, render_template, request
from marshmallow import Schema

from consortium.trail import labels as trail_labels
from consortium.trail.queries import Entry, history
from consortium.web.intake import Form
from tenants.database import db
from tenants.models import Tenanted, new_id

Values = Mapping[str, Any]
UNSAID = ("revision", "once")


@dataclass(frozen=True)
class Conflict:
    """What `web/conflict.html` shows.

    `theirs`: the changes since the form was opened; `mine`: (field, as it is now, as I wrote it); `fields`: (name, value) that, sent again,
    save mine: what I did not touch takes the value that the row has now.
    """

    theirs: Sequence[Entry]
    mine: Sequence[tuple[str, str | None, str | None]]
    fields: Sequence[tuple[str, str]]
    action: str
    back: str
    once: str


def found(
    form: Form,
    row: Tenanted,
    *,
    back: str,
    current: Callable[[], Values] | None = None,
    words: Mapping[str, str] | None = None,
    parts: Mapping[str, str] | None = None,
) -> Response | None:
    """The page of the conflict (409), or None where the row is still as the form was opened; the row is then locked for this request.

    `back`: the row's page. For forms whose fields are not the row's columns: `current` gives the values of the form's fields as they are
    now, `words` the labels of the fields, `parts` the tables that they come from (as in `trail.queries.history`).
    """
    db.session.refresh(row, with_for_update=True)
    # A form without its revision was opened on none: it is behind every save.
    missed = row.revision - (form.data.get("revision") or 0)
    if not missed:
        return None
    table = str(row.__table__.name)
    theirs = _since(history(table, row.id, parts=parts), missed)
    now = dict(current()) if current else {name: getattr(row, attribute) for name, attribute in _attributes(form.schema)}
    mine = {name: form.data.get(attribute) for name, attribute in _attributes(form.schema)}
    touched = _touched(mine, _base(now, theirs, table))
    conflict = Conflict(
        theirs=theirs,
        mine=list(_differences(now, mine, touched, table, words or {})),
        fields=[*_fields(now, form.values, touched), ("revision", str(row.revision))],
        action=request.full_path.rstrip("?"),
        back=back,
        once=str(new_id()),
    )
    return make_response(render_template("web/conflict.html", conflict=conflict), 409)


def _attributes(schema: Schema) -> Iterator[tuple[str, str]]:
    """(name in the form, name in the data) of each field that people see."""
    for name, kind in schema.fields.items():
        if name not in UNSAID:
            yield kind.data_key or name, kind.attribute or name


def _since(entries: Sequence[Entry], missed: int) -> list[Entry]:
    """The entries of the last saves: each save is one request, and one revision."""
    requests = list(dict.fromkeys(entry.request_id for entry in entries))[: max(missed, 1)]
    return [entry for entry in entries if entry.request_id in requests]


def _base(now: Values, theirs: Sequence[Entry], table: str) -> Values:
    """The values when the form was opened: those of now, with what each change since had found."""
    base = dict(now)
    for entry in theirs:
        base |= {name: value for name, value in entry.before.items() if name in base and entry.table == table}
    return base


def _touched(mine: Values, base: Values) -> set[str]:
    return {name for name, value in mine.items() if _plain(value) != _plain(base.get(name))}


def _differences(
    now: Values, mine: Values, touched: set[str], table: str, words: Mapping[str, str]
) -> Iterator[tuple[str, str | None, str | None]]:
    for name, value in mine.items():
        if name in touched and _plain(value) != _plain(now.get(name)):
            label = words.get(name) or trail_labels.column(table, name)
            yield label, trail_labels.shown(table, name, now.get(name)), trail_labels.shown(table, name, value)


def _fields(now: Values, typed: Values, touched: set[str]) -> Iterator[tuple[str, str]]:
    """What to send again, as a form sends it: nothing for what is empty, one pair for each value of a list."""
    for name, value in now.items():
        kept = typed.get(name) if name in touched else value
        for each in kept if isinstance(kept, list | tuple) else [kept]:
            if each not in (None, "", False):
                yield name, "true" if each is True else str(_plain(each))


def _plain(value: Any) -> Any:
    """A value as JSON has it, so that what was typed, what the row holds and what the trail kept can be compared."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if value in ("", [], (), False):
        return None
    return json.loads(json.dumps(value, default=str))
