"""The same actions for programs: what a list's page does to the rows that are ticked, done to rows by id.

    several_api.offer(blueprint, lists.TASKS, lists.tasks, SEVERAL)

gives each action of the list two doors: `POST …/tasks/several/done` does it, to all the rows or to none;
`POST …/tasks/several/done/preview` tells what would become of each, and changes nothing. What can be taken back has one more,
`POST …/tasks/several/undo`:

    several_api.offer_undo(blueprint, lists.TASKS, Task, UNDONE, Tasks.WRITE)
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate
from sqlalchemy import Select

from consortium.web import undoing
from consortium.web.fields import Id
from consortium.web.guard import requires
from consortium.web.intake import not_offered
from consortium.web.listing.actions import MOST, Action, Outlook
from consortium.web.listing.declaration import Listing
from consortium.web.policy import Permission
from consortium.web.programs import Blueprint, Facts, Made, refuse
from consortium.web.several import Several, hold, seen
from tenants.models import Tenanted

Rows: TypeAlias = Callable[[], Select[Any]]


class ChangeShape(Schema):
    """Something of a row: as it is, and as it will be (in words, as the page tells it)."""

    what = fields.String()
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)


class OutlookShape(Schema):
    """What becomes of a row; or why nothing can (`refusal`, empty where all is well)."""

    id = fields.UUID()
    name = fields.String()
    changes = fields.List(fields.Nested(ChangeShape))
    refusal = fields.String()


class OutlooksShape(Schema):
    items = fields.List(fields.Nested(OutlookShape))


def offer(blueprint: Blueprint, listing: Listing, rows: Rows, several: Mapping[str, Several]) -> None:
    """Doors for the actions of a list; `rows`: which there are for the visitor, as the list's page says it."""
    for action in listing.actions:
        _Doors(listing, rows, action, several[action.verb]).on(blueprint)


def offer_undo(blueprint: Blueprint, listing: Listing, model: type[Tenanted], columns: Sequence[str], permission: Permission) -> None:
    """A door that takes back what one request of the same account did to `columns` of several rows of `model`."""
    name = listing.name

    @blueprint.post(f"/{name}/several/undo", endpoint=f"{name}-undo")
    @blueprint.doc(summary=f"What was done to several {name} within a day, by the same account, is taken back: all of it, or nothing.")
    @blueprint.arguments(undoing.UndoSchema)
    @blueprint.response(200, undoing.UndoneShape)
    @requires(permission)
    def undo(asked: Facts) -> dict[str, Any]:
        return {"ids": undoing.undo(model, asked["request_id"], columns)}


class _Doors:
    """One action: `endpoint` names its doors, `body` what they read."""

    def __init__(self, listing: Listing, rows: Rows, action: Action, several: Several) -> None:
        self.listing, self.rows, self.action, self.several = listing, rows, action, several
        ids = fields.List(Id(), required=True, validate=validate.Length(1, MOST))
        self.endpoint = f"{listing.name}-{action.verb}"
        self.body = several.schema.from_dict({"ids": ids}, name=f"{self.endpoint.title().replace('-', '')}Schema")

    def on(self, blueprint: Blueprint) -> None:
        name, verb = self.listing.name, self.action.verb

        @blueprint.post(f"/{name}/several/{verb}", endpoint=self.endpoint)
        @blueprint.doc(summary=f"{verb}: to all of these {name}, or to none.")
        @blueprint.takes(self.body, OutlooksShape, status=200)
        @requires(self.action.permission)
        def apply(facts: Facts) -> Made:
            return self.apply(**facts), url_for(f"{blueprint.name}.{name}")

        @blueprint.post(f"/{name}/several/{verb}/preview", endpoint=f"{self.endpoint}-preview")
        @blueprint.doc(summary=f"{verb}: what would become of these {name}; nothing is changed.")
        @blueprint.arguments(self.body)
        @blueprint.response(200, OutlooksShape)
        @requires(self.action.permission)
        def preview(facts: Facts) -> dict[str, Any]:
            return self.preview(**facts)

    def apply(self, *, ids: Sequence[UUID], **facts: Any) -> dict[str, Any]:
        found = self._found(ids, facts)
        hold(self.several.model, found)
        outlooks = self.several.outlook(found, facts)
        _refuse(ids, {each.id: each.refusal for each in outlooks if each.refusal})
        self.several.apply(found, facts)
        return _told(outlooks)

    def preview(self, *, ids: Sequence[UUID], **facts: Any) -> dict[str, Any]:
        return _told(self.several.outlook(self._found(ids, facts), facts))

    def _found(self, ids: Sequence[UUID], facts: Facts) -> list[UUID]:
        """The rows, if the visitor sees them all and chose among what is offered; else 422, each in its place."""
        found = seen(self.listing, self.rows(), ids)
        gone = str(_("It is not among the rows that you see."))
        _refuse(ids, {row_id: gone for row_id in ids if row_id not in found})
        refuse(not_offered(facts, **self.several.choices()))
        return found


def _refuse(ids: Sequence[UUID], refusals: Mapping[UUID, str]) -> None:
    refuse({"ids": {str(place): [refusals[row_id]] for place, row_id in enumerate(ids) if row_id in refusals}} if refusals else {})


def _told(looked: Sequence[Outlook]) -> dict[str, Any]:
    names = ("what", "before", "after")
    return {"items": [{**vars(each), "changes": [dict(zip(names, change, strict=True)) for change in each.changes]} for each in looked]}
