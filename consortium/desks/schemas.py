"""Shapes of desks and their opening hours, as charters write them."""

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from consortium.desks.models import Channel
from consortium.identity.models import StaffRole

SLUG = validate.Regexp(r"^[a-z][a-z0-9-]*\Z")


class CharterHours(Schema):
    weekday = fields.Integer(required=True, validate=validate.Range(1, 7))
    opens = fields.Time("%H:%M", required=True)
    closes = fields.Time("%H:%M", required=True)
    valid_from = fields.Date()
    valid_to = fields.Date()

    @validates_schema
    def _open_before_close(self, data: dict[str, Any], **_: Any) -> None:
        if data["closes"] <= data["opens"]:
            raise ValidationError("A desk closes after it opens.", "closes")


class CharterDesk(Schema):
    slug = fields.String(required=True, validate=SLUG)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    istat = fields.String(required=True, validate=validate.Regexp(r"^\d{6}\Z"))
    member = fields.String()
    address = fields.String()
    floor_note = fields.String()
    phone = fields.String()
    email = fields.Email()
    opened_on = fields.Date()
    channels = fields.List(fields.String(validate=validate.OneOf(list(Channel))), load_default=list)
    services = fields.List(fields.String(validate=validate.Length(1, 200)), load_default=list)
    by_appointment = fields.Boolean(load_default=False)
    hours = fields.List(fields.Nested(CharterHours), load_default=list)


class CharterStaff(Schema):
    """Somebody who works here, and the desks that they serve (none: the whole consortium's)."""

    email = fields.Email(required=True, validate=validate.Length(max=254))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    role = fields.String(required=True, validate=validate.OneOf(list(StaffRole)))
    desks = fields.List(fields.String(), load_default=list)
    valid_from = fields.Date(load_default=date.today)
    valid_to = fields.Date()
