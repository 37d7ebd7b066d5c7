"""Shapes of what the staff's forms take in."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from consortium.desks.schemas import trusted_with_people
from consortium.identity.models import StaffRole


class PlaceSchema(Schema):
    """What somebody does here: role, desks, days (the last included; none: until further notice)."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    role = fields.String(required=True, validate=validate.OneOf(list(StaffRole)))
    desks = fields.List(fields.UUID(), load_default=list)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
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


class InviteSchema(PlaceSchema):
    email = fields.Email(required=True, validate=validate.Length(max=254))


class ChangeSchema(PlaceSchema):
    revision = fields.Integer(required=True)
