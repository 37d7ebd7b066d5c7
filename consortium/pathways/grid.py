"""The page of measures that do not go together: a symmetric grid, its diagonal included."""

from typing import Any
from uuid import UUID

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from consortium.pathways import funding, queries, words
from consortium.pathways.door import blueprint
from consortium.pathways.models import Effect
from consortium.pathways.policy import Measures
from consortium.pathways.queries import Found
from consortium.web.fields import OneOf, Words
from consortium.web.guard import requires
from consortium.web.intake import Form

Pair = tuple[UUID, UUID]


@blueprint.route("/measures/conflicts", methods=["GET", "POST"])
@requires(Measures.MANAGE)
def conflicts() -> ResponseReturnValue:
    measures = queries.measures()
    pairs = _pairs(measures)
    form = Form(_schema(pairs), _as_kept(pairs))
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            effects = {pair: form.data[name] for name, pair in pairs.items()}
            funding.set_conflicts(effects=effects, act=form.data["act"], seen=form.data["seen"])
            flash(_("Saved."), "success")
            return form.done(url_for("pathways.conflicts"))
        # Somebody was quicker: what they chose is shown, to be chosen again knowingly.
        form.values = _as_kept(pairs)
    return form.page("pathways/conflicts.html", measures=measures, name=_name, effects=words.EFFECTS, back=url_for("pathways.measures"))


def _as_kept(pairs: dict[str, Pair]) -> dict[str, Any]:
    rows = queries.conflicts()
    kept: dict[str, Any] = dict.fromkeys(pairs)
    return {**kept, **{_name(row.measure_id, row.other_id): row.effect for row in rows}, "seen": funding.stamp(rows)}


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
        {"seen": Words(required=True), "act": Words(allow_none=True, load_default=None), **made}, name="ConflictsForm"
    )()
