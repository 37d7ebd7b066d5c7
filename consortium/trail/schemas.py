"""The history of a row, as programs get it: in the words of the pages."""

from marshmallow import Schema, fields


class FieldChangeShape(Schema):
    field = fields.String()
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)


class EntryShape(Schema):
    """Something that was done, and the fields that it changed."""

    moment = fields.DateTime()
    who = fields.String()
    what = fields.String()
    changes = fields.List(fields.Nested(FieldChangeShape))


class HistoryShape(Schema):
    """What was changed, the newest first."""

    items = fields.List(fields.Nested(EntryShape))
