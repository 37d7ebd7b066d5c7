"""Shapes in and out of documents."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_smorest.fields import Upload
from marshmallow import Schema, ValidationError, fields, validates, validates_schema

from consortium.web.fields import Day, Whole, Words
from consortium.web.listing.formats import today


class DatesSchema(Schema):
    """The days of a document: its own, and the last on which it is good."""

    dated_on = Day(load_default=None, allow_none=True)
    expires_on = Day(load_default=None, allow_none=True)

    @validates("dated_on")
    def _not_to_come(self, day: date | None, **options: Any) -> None:
        if day and day > today():
            raise ValidationError(_("This day is still to come: write the day that is on the document."))

    @validates_schema(skip_on_field_errors=True)
    def _in_order(self, data: Mapping[str, date | None], **options: Any) -> None:
        dated_on, expires_on = data["dated_on"], data["expires_on"]
        if dated_on and expires_on and expires_on < dated_on:
            raise ValidationError(_("It expires before its own day: correct one of the two."), "expires_on")


class FactsSchema(DatesSchema):
    """What is said of a document; its file comes apart. Without a title, the kind is its title."""

    kind = Words(required=True, longest=60)
    title = Words(load_default=None, allow_none=True)


class EditSchema(FactsSchema):
    revision = Whole(required=True)


class VersionSchema(DatesSchema):
    """What is said of a document from its new version on; the file comes apart. `revision`: of the document, as it was read."""

    revision = Whole(required=True)


class NoFactsSchema(Schema):
    """A button."""


class FileSchema(Schema):
    """The part of a program's request that is a file."""

    file = Upload(required=True)


class SentSchema(FactsSchema, FileSchema):
    """A file with what is said of it."""


class SentVersionSchema(VersionSchema, FileSchema):
    """A newer file with the days that are on it."""


class VersionShape(Schema):
    id = fields.UUID()
    number = fields.Integer(metadata={"description": "The highest is in force."})
    filename = fields.String()
    media_type = fields.String()
    size = fields.Integer(metadata={"description": "Bytes."})
    sha256 = fields.String()
    uploaded_at = fields.DateTime(attribute="created_at")
    uploaded_by = fields.String(allow_none=True)


class ListedShape(Schema):
    id = fields.UUID()
    revision = fields.Integer()
    case_id = fields.UUID()
    kind = fields.String(metadata={"description": "A code of the scheme document_kinds."})
    title = fields.String()
    dated_on = fields.Date(allow_none=True)
    expires_on = fields.Date(allow_none=True)
    removed_on = fields.Date(allow_none=True)


class DocumentShape(ListedShape):
    versions = fields.List(fields.Nested(VersionShape), metadata={"description": "Newest first."})
