"""Shapes of the notice's versions and of their acknowledgements, as pages and programs send them."""

from marshmallow import Schema, fields, validate

from consortium.notices.models import How, Seen, State
from consortium.web.fields import Day, Id, OneOf, Whole, Words

LONGEST_NOTICE = 50_000


class NoticeSchema(Schema):
    """A version of the notice; in the text a blank line begins a paragraph."""

    in_force_from = Day(required=True)
    title = Words(required=True)
    body = Words(LONGEST_NOTICE, required=True)


class EditNoticeSchema(NoticeSchema):
    revision = Whole(required=True)


class AcknowledgementSchema(Schema):
    """A person has seen a version of the notice. `notice_id` null: the one in force today."""

    notice_id = Id(allow_none=True, load_default=None)
    on_date = Day(required=True)
    how = OneOf(How, required=True)


class NoticeShape(Schema):
    """A version as it stands; `acknowledged`: by how many people."""

    id = fields.UUID(attribute="Notice.id")
    number = fields.Integer(attribute="Notice.number")
    in_force_from = fields.Date(attribute="Notice.in_force_from")
    title = fields.String(attribute="Notice.title")
    body = fields.String(attribute="Notice.body")
    state = fields.String(validate=validate.OneOf(list(State)))
    acknowledged = fields.Integer()
    revision = fields.Integer(attribute="Notice.revision")


class NoticeVersionShape(Schema):
    """Which version it is."""

    id = fields.UUID(attribute="notice_id")
    number = fields.Integer()
    in_force_from = fields.Date()
    title = fields.String()


class AcknowledgementShape(NoticeVersionShape):
    """That a person has seen a version, and who recorded it when."""

    id = fields.UUID()
    notice_id = fields.UUID()
    on_date = fields.Date()
    how = fields.String(validate=validate.OneOf(list(How)))
    recorded_by = fields.String()
    recorded_at = fields.DateTime()


class StandingShape(Schema):
    """How a person stands with the notice. `in_force` null: there is none, and nothing is missing."""

    case_id = fields.UUID()
    state = fields.String(allow_none=True, validate=validate.OneOf(list(Seen)))
    in_force = fields.Nested(NoticeVersionShape, allow_none=True)
    items = fields.List(fields.Nested(AcknowledgementShape))
