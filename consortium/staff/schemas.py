"""Shapes of what the staff's forms take in."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from consortium.desks.schemas import trusted_with_people
from consortium.identity.models import StaffRole
from consortium.web.fields import Day, Id, Mail, OneOf, Whole, Words


class NameSchema(Schema):
    name = Words(required=True)


class MailSchema(Schema):
    email = Mail(required=True)


class PlaceSchema(Schema):
    """What somebody does here: role, desks, days (the last included; none: until further notice)."""

    role = OneOf(StaffRole, required=True)
    desks = fields.List(Id(), load_default=list)
    valid_from = Day(required=True)
    valid_to = Day(load_default=None, allow_none=True)
    sensitive = fields.Boolean(load_default=False)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("valid_to") and data.get("valid_from") and data["valid_to"] < data["valid_from"]:
            raise ValidationError(str(_l("The last day comes before the first: correct one of them.")), "valid_to")

    @validates_schema
    def _at_a_desk(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("role") == StaffRole.CASE_MANAGER and not data.get("desks"):
            raise ValidationError(str(_l("A case manager sees the cases of the desks they serve: choose at least one.")), "desks")

    @validates_schema
    def _works_with_people(self, data: dict[str, Any], **_: Any) -> None:
        trusted_with_people(data)


class InviteSchema(PlaceSchema, MailSchema, NameSchema):
    """The last of the bases comes first, as in the form."""


class ChangeSchema(PlaceSchema, NameSchema):
    revision = Whole(required=True)


class ServedShape(Schema):
    """A desk that somebody serves, from a day to another (the last included; none: until further notice)."""

    desk_id = fields.UUID()
    name = fields.String()
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)


class LeftShape(Schema):
    """What waits for somebody else, in words, and the address of its page."""

    text = fields.String()
    url = fields.String()


class MemberOfStaffShape(Schema):
    """Somebody who works, worked or will work here. `desks`: the last first.

    `held`: what they follow and have to do; `left`: of that, what waits for somebody else, since they have left or serve other desks.
    """

    id = fields.UUID(attribute="membership.id")
    revision = fields.Integer(attribute="membership.revision")
    name = fields.String(attribute="membership.name")
    email = fields.String(attribute="membership.email")
    role = fields.String(attribute="membership.role", validate=validate.OneOf(list(StaffRole)))
    valid_from = fields.Date(attribute="membership.valid_from")
    valid_to = fields.Date(attribute="membership.valid_to", allow_none=True)
    sensitive = fields.Boolean(attribute="membership.sensitive", metadata={"description": "Entrusted with sensitive data."})
    stage = fields.String(validate=validate.OneOf(["current", "coming", "ended"]))
    seen = fields.Boolean(metadata={"description": "Has come in since they were added."})
    desks = fields.List(fields.Nested(ServedShape))
    held = fields.List(fields.Nested(LeftShape))
    left = fields.List(fields.Nested(LeftShape))
