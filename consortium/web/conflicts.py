"""Two people editing one row, or one in two windows: the second sees what was changed meanwhile, by whom, and chooses. Nothing is
overwritten unseen.

The form carries the revision that it was opened on, in its schema (`revision = fields.Integer(load_default=0)`), its initial values
(`"revision": member.revision`) and its template (`field(form, "revision", type="hidden")`); what its fields held then goes along by
itself (`Form.opened`). The view asks before it writes:

        with form.refusing():
            conflicts.avoid(form, member, back=url_for("network.member", member_id=member.id))
            …

and the form's page shows both versions in place of its fields (web/conflict.html). Labels and words of values are those that the room
gave the table in `trail.labels`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from flask import flash, request
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields

from consortium.trail import labels as trail_labels
from consortium.trail.models import Action
from consortium.trail.queries import Entry, history
from consortium.web.intake import Form, as_opened, told
from tenants.database import db
from tenants.errors import Problem
from tenants.models import Tenanted

Values: TypeAlias = Mapping[str, Any]
UNSAID = ("revision", "once")


class ChangedMeanwhile(Problem):
    title = _l("These data have changed meanwhile")
    remedy = _l("Compare the two versions, and choose.")


class ChangedSinceShown(Problem):
    title = _l("This has changed since you looked at it, and was not removed")
    remedy = _l("Look at it as it is now, and remove it if it still has to go.")


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


@dataclass(frozen=True)
class Told:
    """How a form's values and the trail of its row read, beyond what `trail.labels` says.

    `words`: labels of fields that are no columns; `names`: id or code → name; `worded`: what gives entries of the trail their words,
    where that takes looking up; `parts` and `also` as in `trail.queries.history`.
    """

    words: Mapping[str, str] | None = None
    names: Callable[[], Mapping[str, str]] = dict
    worded: Callable[[list[Entry]], list[Entry]] = list
    parts: Mapping[str, str] | None = None
    also: Sequence[tuple[str, UUID]] = ()


def avoid(form: Form, row: Tenanted, *, back: str, current: Callable[[], Values] | None = None, **told: Any) -> None:
    """Lock the row for this request, where it is still as the form was opened; else tell both versions in `form.conflict`.

    Raises ChangedMeanwhile.

    `back`: the row's page. `current`: where the form's fields are not the row's columns, their values as they are now. `told`: see `Told`.
    """
    db.session.refresh(row, with_for_update=True)
    # A form without its revision was opened on none: it is behind every save.
    missed = row.revision - (form.data.get("revision") or 0)
    if missed:
        now = dict(current()) if current else {name: getattr(row, attribute) for name, attribute, _kind in _asked(form.schema)}
        form.conflict = _conflict(form, row, missed, now, back, Told(**told))
        raise ChangedMeanwhile


def as_shown(form: Form, row: Tenanted) -> None:
    """Lock the row that a form is about to remove, where it is still as the form's page showed it; the page shows it anew.

    Raises ChangedSinceShown.
    """
    db.session.refresh(row, with_for_update=True)
    sent, form.values["revision"] = form.data.pop("revision"), row.revision
    if sent != row.revision:
        raise ChangedSinceShown


def changed_since_shown(row: Tenanted) -> bool:
    """Where a button removes a row, whose address says the `revision`: whether it is another by now. Then the next page tells it."""
    db.session.refresh(row, with_for_update=True)
    if request.args.get("revision") == str(row.revision):
        return False
    flash(told(ChangedSinceShown()), "warning")
    return True


def _conflict(form: Form, row: Tenanted, missed: int, now: Values, back: str, told: Told) -> Conflict:
    touched = {name for name, _attribute, kind in _asked(form.schema) if _differs(kind, form.values.get(name), form.held.get(name))}
    sent = [*_fields(form, now, touched), ("revision", str(row.revision)), ("opened", as_opened(now))]
    action = request.full_path.rstrip("?")
    return Conflict(_theirs(form, row, missed, told), list(_mine(form, row, now, touched, told)), sent, action, back)


def _asked(schema: Schema) -> Iterator[tuple[str, str, fields.Field[Any]]]:
    """(name in the form, name in the data, kind) of each field that people see."""
    for name, kind in schema.fields.items():
        if name not in UNSAID:
            yield kind.data_key or name, kind.attribute or name, kind


def _differs(kind: fields.Field[Any], typed: Any, opened: Any) -> bool:
    """Whether a field says another thing than when the form was opened: as the field reads it, for one thing is written in many ways."""
    return bool(_read(kind, typed) != _read(kind, opened))


def _read(kind: fields.Field[Any], value: Any) -> Any:
    try:
        return _plain(None if value is None else kind.deserialize(value))
    except ValidationError:
        return _plain(value)


def _theirs(form: Form, row: Tenanted, missed: int, told: Told) -> list[Entry]:
    """The entries of the last saves: each save is one request, and one revision."""
    table = str(row.__table__.name)
    entries = history(table, row.id, parts=told.parts, also=told.also, names=told.names())
    own = {table, *(told.parts or ())}
    requests = list(dict.fromkeys(entry.request_id for entry in entries if entry.table in own))[: max(missed, 1)]
    made = (table, Action.INSERT)
    mine = [entry for entry in entries if entry.request_id in requests]
    return told.worded([_since_opened(form, entry) if (entry.table, entry.action) == made else entry for entry in mine])


def _since_opened(form: Form, entry: Entry) -> Entry:
    """The birth of a row whose form was opened before: what it says otherwise than the form did."""
    kinds = {name: kind for name, _attribute, kind in _asked(form.schema) if name in entry.after}
    changed = [name for name, kind in kinds.items() if _differs(kind, entry.after[name], form.held.get(name))]
    before = {name: _read(kinds[name], form.held.get(name)) for name in changed}
    return replace(entry, before=before, after={name: entry.after[name] for name in changed})


def _mine(form: Form, row: Tenanted, now: Values, touched: set[str], told: Told) -> Iterator[tuple[str, str | None, str | None]]:
    """What I would change in the row as it is now, read as an entry of its trail would be."""
    typed = {name: form.data.get(attribute) for name, attribute, _kind in _asked(form.schema) if name in touched}
    after = {name: _said(value) for name, value in typed.items() if _plain(value) != _plain(now.get(name))}
    before = {name: _said(now.get(name)) for name in after}
    table, moment = str(row.__table__.name), datetime.now(UTC)
    (entry,) = told.worded([Entry("", moment, Action.UPDATE, table, row.id, None, before, after, told.names())])
    for name in after:
        label = (told.words or {}).get(name) or trail_labels.column(table, name)
        yield label, entry.shown(name, entry.before), entry.shown(name, entry.after)


def _fields(form: Form, now: Values, touched: set[str]) -> Iterator[tuple[str, str]]:
    """What to send again, as a form sends it: nothing for what is empty, one pair for each value of a list."""
    for name, _attribute, _kind in _asked(form.schema):
        kept = form.values.get(name) if name in touched or name not in now else now[name]
        for each in kept if isinstance(kept, list | tuple) else [kept]:
            if each not in (None, "", False):
                yield name, "true" if each is True else str(_plain(each))


def _said(value: Any) -> Any:
    """As the trail would keep it: what is not ticked says no."""
    return value if isinstance(value, bool) else _plain(value)


def _plain(value: Any) -> Any:
    """A value as JSON has it, so that what was typed, what the row holds and what the trail kept can be compared."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").strip()
    if value in ("", [], (), False):
        return None
    return json.loads(json.dumps(value, default=str))
