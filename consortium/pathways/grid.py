"""The page of measures that do not go together: a symmetric grid, its diagonal included."""

from typing import Any
from uuid import UUID

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from consortium.pathways import funding, history, queries, words
from consortium.pathways.door import blueprint
from consortium.pathways.models import Effect
from consortium.pathways.policy import Measures
from consortium.pathways.queries import Found
from consortium.trail.queries import Entry
from consortium.web.fields import OneOf, Words
from consortium.web.guard import requires
from consortium.web.intake import Form, as_opened

Pair = tuple[UUID, UUID]


@blueprint.route("/measures/conflicts", methods=["GET", "POST"])
@requires(Measures.MANAGE)
def conflicts() -> ResponseReturnValue:
    measures = queries.measures()
    pairs = _pairs(measures)
    form, theirs = Form(_schema(pairs), _as_kept(pairs)), dict[str, Entry]()
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            effects = {pair: form.data[name] for name, pair in pairs.items()}
            funding.set_conflicts(effects=effects, act=form.data["act"], seen=form.data["revision"])
            flash(_("Saved."), "success")
            return form.done(url_for("pathways.conflicts"))
        theirs = _met(form, pairs, measures)
    kept = {_name(row.measure_id, row.other_id): row for row in queries.conflicts()}
    shown = {"measures": measures, "name": _name, "effects": words.EFFECTS, "kept": kept, "theirs": theirs}
    return form.page("pathways/conflicts.html", **shown, entries=history.of_conflicts(measures), back=url_for("pathways.measures"))


def _as_kept(pairs: dict[str, Pair]) -> dict[str, Any]:
    rows = queries.conflicts()
    kept: dict[str, Any] = dict.fromkeys(pairs)
    return {**kept, **{_name(row.measure_id, row.other_id): row.effect for row in rows}, "revision": funding.stamp(rows)}


def _met(form: Form, pairs: dict[str, Pair], measures: list[Found]) -> dict[str, Entry]:
    """Somebody was quicker: the form has what they chose, and over it what its sender did. Gives their last change of each pair."""
    now, held = _as_kept(pairs), form.held
    mine = {name: form.values.get(name) or None for name in pairs}
    changed = {name for name in pairs if now[name] != held.get(name)}
    form.values |= {**now, **{name: value for name, value in mine.items() if value != held.get(name)}}
    form.opened = as_opened(now)
    entries = history.of_conflicts(measures)
    rows = {row_id: _name(*map(UUID, pair)) for row_id, pair in history.pairs_of(entries).items()}
    # Newest first: of a pair the last one stays.
    return {rows[entry.row_id]: entry for entry in reversed(entries) if rows.get(entry.row_id) in changed}


def _pairs(measures: list[Found]) -> dict[str, Pair]:
    """Name of the field → the two measures; each pair once, each measure with itself too."""
    ids = [row.id for row in measures]
    return {_name(one, other): (one, other) for place, one in enumerate(ids) for other in ids[: place + 1]}


def _name(one: UUID, other: UUID) -> str:
    first, second = sorted((one, other))
    return f"pair-{first}-{second}"


def _schema(pairs: dict[str, Pair]) -> Schema:
    made: dict[str, Any] = {name: OneOf(Effect, allow_none=True, load_default=None) for name in pairs}
    return Schema.from_dict(
        {"revision": Words(required=True), "act": Words(allow_none=True, load_default=None), **made}, name="ConflictsForm"
    )()
