"""Shapes of sensitive data, and of the reason for which they are opened."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from consortium.web.fields import Day, Whole, Words
from consortium.web.listing.formats import today

SHORTEST_REASON = 10
LONGEST = 4000


class ReasonSchema(Schema):
    """Why somebody opens them: a sentence that whoever controls will read."""

    reason = Words(500, SHORTEST_REASON, required=True)


class RecordSchema(Schema):
    """Disability, protected list, health as it bears on work. `revision`: of the record that was read, 0 where there was none."""

    disability = fields.Boolean(load_default=False)
    percentage = Whole(allow_none=True, load_default=None, validate=validate.Range(0, 100, error=_l("Write a number from 0 to 100.")))
    certificate = Words(allow_none=True, load_default=None)
    certificate_expires_on = Day(allow_none=True, load_default=None)
    protected_list = Words(40, allow_none=True, load_default=None)
    protected_since = Day(allow_none=True, load_default=None)
    health = Words(LONGEST, allow_none=True, load_default=None)
    limitations = Words(LONGEST, allow_none=True, load_default=None)
    revision = Whole(load_default=0, allow_none=True)

    @validates_schema
    def _agree(self, data: dict[str, Any], **_options: Any) -> None:
        errors: dict[str, list[str]] = {}
        if data.get("percentage") and not data.get("disability"):
            errors["percentage"] = [_("A percentage is of a disability: tick it, or leave this empty.")]
        if data.get("protected_since") and not data.get("protected_list"):
            errors["protected_list"] = [_("Choose the list in which the person is since that day.")]
        if data.get("protected_since") and data["protected_since"] > today():
            errors["protected_since"] = [_("This day has not come yet.")]
        if errors:
            raise ValidationError(errors)


FACTS = tuple(name for name in RecordSchema().fields if name != "revision")


class ReadingShape(Schema):
    """Who opened them, when and why."""

    who = fields.String()
    at = fields.DateTime()
    reason = fields.String()


class RecordShape(Schema):
    """The sensitive data of a person; empty with revision 0 where nothing is recorded."""

    case_id = fields.UUID()
    revision = fields.Integer()
    disability = fields.Boolean()
    percentage = fields.Integer(allow_none=True)
    certificate = fields.String(allow_none=True)
    certificate_expires_on = fields.Date(allow_none=True)
    protected_list = fields.String(allow_none=True)
    protected_since = fields.Date(allow_none=True)
    health = fields.String(allow_none=True)
    limitations = fields.String(allow_none=True)
    readings = fields.List(fields.Nested(ReadingShape))
