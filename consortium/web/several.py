"""Doing something to several rows of a list: what will change is shown row by row first, then all of it is done, or nothing.

A room declares an `Action` on its list and answers it with one view:

    @blueprint.post("/tasks/several/<any(done,move):verb>")
    @requires(Tasks.WRITE)
    def several(verb: str) -> ResponseReturnValue:
        return respond(lists.TASKS, lists.tasks(), SEVERAL[verb], back=url_for("journal.tasks"))

The rows come from the list's form (ticked, or all that match the filters), then the action's own form where it asks something, then the
preview, then the confirmation. Nothing is kept between the steps but in the page; each asks again which of the rows the visitor may see.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qs
from uuid import UUID

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup
from marshmallow import Schema
from sqlalchemy import Select, select

from consortium.web.intake import Form, not_offered, told, way_back
from consortium.web.listing import rows
from consortium.web.listing.actions import CHOSEN, EVERYTHING, FILTERS, MOST, Outlook
from consortium.web.listing.columns import Label
from consortium.web.listing.declaration import Listing
from consortium.web.undoing import ChangedSince, NothingToUndo, undo
from tenants.database import db
from tenants.errors import Problem
from tenants.models import Tenanted

Facts: TypeAlias = Mapping[str, Any]
Choices: TypeAlias = dict[str, list[tuple[UUID, str]]]
# Names of rows in one message.
MOST_NAMED = 5


class NothingChosen(Problem):
    status = 422
    title = _l("No row was chosen")
    remedy = _l("Go back to the list and tick the rows.")


class TooMany(Problem):
    status = 422
    title = _l("Too many rows at once")
    remedy = _l("At most 500 rows at once: narrow the filters of the list, or choose some of the rows.")


@dataclass(frozen=True, kw_only=True)
class Several:
    """An action on several rows of `model`.

    outlook  what will become of each row, given what the form asks (None: before it was asked); it changes nothing
    apply    does it, to the rows that can be; raises a Problem where one cannot after all, and then nothing was done
    fields   the template of what is asked, with `form` and `choices` in reach; choices: the ids that may be chosen
    undo     where it can be undone, gives the address that does it
    """

    title: Label
    text: Label
    model: type[Tenanted]
    outlook: Callable[[Sequence[UUID], Facts | None], list[Outlook]]
    apply: Callable[[Sequence[UUID], Facts], None]
    schema: type[Schema] = Schema
    fields: str = ""
    choices: Callable[[], Choices] = dict
    initial: Callable[[], Facts] = dict
    undo: Callable[[], str] | None = None
    words: Mapping[str, Any] = field(default_factory=dict)


def respond(listing: Listing, statement: Select[Any], several: Several, *, back: str) -> ResponseReturnValue:
    """The step that was asked for: the action's form, the preview, or the confirmation (then to the list)."""
    ids, form, choices = chosen(listing, statement), Form(several.schema(), several.initial()), several.choices()
    step = request.form.get("step", "")
    ready = (bool(step) or not form.schema.fields) and form.accepted() and _offered(form, choices)
    confirming = ready and step == "confirm"
    if confirming:
        if answer := form.repeated():
            return answer
        hold(several.model, ids)
    outlooks = several.outlook(ids, form.data if ready else None)
    able, seal = [each for each in outlooks if not each.refusal], _seal(outlooks, form.values)
    if confirming and request.form.get("seal") == seal and able:
        with form.refusing():
            several.apply([each.id for each in able], form.data)
            _tell(several, len(able), way_back(back))
            return form.done(way_back(back))
    elif confirming:
        form.refuse({"_schema": [_("Something has changed meanwhile: look once more at what will happen, then confirm.")]}, 409)
    shown = {"several": several, "choices": choices, "seal": seal, "ready": ready and step != "change", "back": way_back(back)}
    return form.page("web/several.html", outlooks=outlooks, able=able, **shown)


def chosen(listing: Listing, statement: Select[Any]) -> list[UUID]:
    """The rows that the form names, of those that the visitor may see, in the order of the list. Raises NothingChosen, TooMany."""
    if EVERYTHING in request.form:
        found = _matching(listing, statement, parse_qs(request.form.get(FILTERS, "")))
    else:
        found = seen(listing, statement, {row_id for each in request.form.getlist(CHOSEN) if (row_id := _id(each))})
    if not found:
        raise NothingChosen
    return found


def seen(listing: Listing, statement: Select[Any], ids: Collection[UUID]) -> list[UUID]:
    """Of the rows that somebody names, those that are in `statement`, in the order of the list. Raises TooMany."""
    if len(ids) > MOST:
        raise TooMany
    return _matching(listing, statement.where(listing.tiebreak.in_(ids)), {})


def _matching(listing: Listing, statement: Select[Any], filters: Facts) -> list[UUID]:
    asked = listing.asked(db.session(), filters).insist()
    which = rows.filtered(statement, asked).with_only_columns(listing.tiebreak, maintain_column_froms=True)
    found = list(db.session.scalars(which.order_by(*(key.clause() for key in asked.keys)).limit(MOST + 1), asked.parameters))
    if len(found) > MOST:
        raise TooMany
    return found


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _offered(form: Form, choices: Choices) -> bool:
    form.refuse(not_offered(form.data, **choices))
    return not form.errors


def hold(model: type[Tenanted], ids: Sequence[UUID]) -> None:
    """Nobody else changes these rows until the transaction ends; always in one order, so that no two wait for each other."""
    db.session.execute(select(model.id).where(model.id.in_(ids)).order_by(model.id).with_for_update()).all()


def _seal(outlooks: Sequence[Outlook], values: Facts) -> str:
    """What was shown, in short: a confirmation holds for that and nothing else."""
    said = [[each.id, each.changes, each.refusal] for each in outlooks]
    return hashlib.sha256(repr((said, sorted((name, str(value)) for name, value in values.items()))).encode()).hexdigest()


def _tell(several: Several, count: int, back: str) -> None:
    """The message on the list, with the button that undoes it where there is one."""
    words = ngettext("%(num)s row was changed.", "%(num)s rows were changed.", count)
    shown = {"title": several.title, "words": words, "url": several.undo() if several.undo else None}
    flash(Markup(render_template("web/several_done.html", **shown, request_id=g.request_id, back=back)), "success")


def undone(several: Several, columns: Sequence[str], *, back: str) -> ResponseReturnValue:
    """What one request of the same person did to `columns` of several rows is taken back; where it cannot be, the list says why."""
    try:
        ids = undo(several.model, request.form.get("request", ""), columns)
    except ChangedSince as refusal:
        flash(told(ChangedSince(refusal.ids, _names(several.outlook(refusal.ids, None)))), "warning")
    except NothingToUndo as refusal:
        flash(told(refusal), "warning")
    else:
        flash(ngettext("Undone: %(num)s row is as it was.", "Undone: %(num)s rows are as they were.", len(ids)), "success")
    return redirect(way_back(back), 303)


def _names(outlooks: Sequence[Outlook]) -> str:
    named = ", ".join(f"“{each.name}”" for each in outlooks[:MOST_NAMED])
    return f"{named} …" if len(outlooks) > MOST_NAMED else named
