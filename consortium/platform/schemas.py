"""Shapes of the operator's forms."""

from marshmallow import Schema, fields


class FoundingSchema(Schema):
    """The charter as text; a file sent along takes its place."""

    charter = fields.String(allow_none=True)


class DeletionSchema(Schema):
    slug = fields.String(required=True)
    forced = fields.Boolean(load_default=False)
