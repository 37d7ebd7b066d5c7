"""Shapes of desks, their opening hours and staff, as charters and forms write them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from consortium.desks import timetable
from consortium.desks.models import Channel
from consortium.identity.models import StaffRole
from consortium.web.fields import Hour
from consortium.web.listing.formats import today
from consortium.web.policy import TRUSTABLE

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
    """Somebody who works here, and the desks that they serve (none: the whole consortium's).

    `sensitive`: entrusted with disability and health data.
    """

    email = fields.Email(required=True, validate=validate.Length(max=254))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    role = fields.String(required=True, validate=validate.OneOf(list(StaffRole)))
    desks = fields.List(fields.String(), load_default=list)
    valid_from = fields.Date(load_default=date.today)
    valid_to = fields.Date()
    sensitive = fields.Boolean(load_default=False)

    @validates_schema
    def _works_with_people(self, data: dict[str, Any], **_options: Any) -> None:
        trusted_with_people(data)


def trusted_with_people(data: Mapping[str, Any]) -> None:
    """Whoever is entrusted with sensitive data has a role that sees people. Raises ValidationError."""
    if data.get("sensitive") and data.get("role") not in TRUSTABLE:
        raise ValidationError(str(_l("This role sees no person: nobody in it is entrusted with sensitive data.")), "sensitive")


class DeskForm(Schema):
    """A desk as its page edits it; `services` is a text, one a line."""

    revision = fields.Integer(load_default=0, allow_none=True)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    istat = fields.String(required=True, validate=validate.Regexp(r"^\d{6}\Z"))
    member_id = fields.UUID(load_default=None, allow_none=True)
    address = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=300))
    floor_note = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=300))
    phone = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    email = fields.Email(load_default=None, allow_none=True, validate=validate.Length(max=254))
    # Of the list, not of its items: an error is the field's.
    channels = fields.List(fields.String(), load_default=list, validate=validate.ContainsOnly(list(Channel)))
    services = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=4000))
    by_appointment = fields.Boolean(load_default=False)
    opened_on = fields.Date(load_default=None, allow_none=True)
    closed_on = fields.Date(load_default=None, allow_none=True)

    @validates_schema
    def _dates(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("opened_on") and data.get("closed_on") and data["closed_on"] < data["opened_on"]:
            raise ValidationError(str(_l("A desk closes after it opens: correct one of the two days.")), "closed_on")


class HoursForm(Schema):
    """The weekly hours from a day on (None: they have always held): `day_1` … `day_7`, each a text that `timetable.read` reads."""

    revision = fields.Integer(load_default=0, allow_none=True)
    valid_from = fields.Date(load_default=None, allow_none=True)
    day_1 = fields.String(load_default="", allow_none=True, validate=validate.Length(max=200))
    day_2 = fields.String(load_default="", allow_none=True, validate=validate.Length(max=200))
    day_3 = fields.String(load_default="", allow_none=True, validate=validate.Length(max=200))
    day_4 = fields.String(load_default="", allow_none=True, validate=validate.Length(max=200))
    day_5 = fields.String(load_default="", allow_none=True, validate=validate.Length(max=200))
    day_6 = fields.String(load_default="", allow_none=True, validate=validate.Length(max=200))
    day_7 = fields.String(load_default="", allow_none=True, validate=validate.Length(max=200))

    @validates_schema
    def _readable(self, data: dict[str, Any], **_: Any) -> None:
        errors = {}
        for day in timetable.DAYS:
            try:
                timetable.read(data.get(f"day_{day}") or "")
            except timetable.Unreadable as error:
                errors[f"day_{day}"] = [f"{timetable.DAYS[day]}: {error.message}"]
        if errors:
            raise ValidationError(errors)


class StaffForm(Schema):
    """Somebody comes to serve a desk."""

    membership_id = fields.UUID(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)

    @validates_schema
    def _dates(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("valid_to") and data["valid_to"] < data["valid_from"]:
            raise ValidationError(str(_l("This day comes before the beginning: correct one of the two.")), "valid_to")


class StaffEndForm(Schema):
    """The last day of somebody at a desk (None: no end is known)."""

    revision = fields.Integer(load_default=0, allow_none=True)
    valid_to = fields.Date(load_default=None, allow_none=True)


class OnDayQuery(Schema):
    """The day of which something is told: today, unless another is asked for."""

    as_of = fields.Date(load_default=today)


class WindowShape(Schema):
    """A window of the weekly hours, and the days between which it holds (null: unbounded); `weekday` 1 is Monday."""

    weekday = fields.Integer()
    opens = Hour()
    closes = Hour()
    valid_from = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)


class ServiceShape(Schema):
    """Somebody who serves a desk, from a day to another (null: no end is known)."""

    membership_id = fields.UUID(attribute="DeskStaff.membership_id")
    name = fields.String()
    email = fields.String()
    role = fields.String()
    valid_from = fields.Date(attribute="DeskStaff.valid_from")
    valid_to = fields.Date(attribute="DeskStaff.valid_to", allow_none=True)


class DeskShape(Schema):
    """A desk as programs see it; `weekly_hours` on the day asked for, hours and staff of any day."""

    id = fields.UUID(attribute="desk.id")
    slug = fields.String(attribute="desk.slug")
    name = fields.String(attribute="desk.name")
    istat = fields.String(attribute="desk.istat")
    municipality = fields.String(attribute="place.municipality")
    province = fields.String(attribute="place.province")
    host_id = fields.UUID(attribute="place.id", allow_none=True)
    host = fields.String(attribute="place.host", allow_none=True)
    address = fields.String(attribute="desk.address", allow_none=True)
    floor_note = fields.String(attribute="desk.floor_note", allow_none=True)
    phone = fields.String(attribute="desk.phone", allow_none=True)
    email = fields.String(attribute="desk.email", allow_none=True)
    channels = fields.List(fields.String(validate=validate.OneOf(list(Channel))), attribute="desk.channels")
    services = fields.List(fields.String(), attribute="desk.services")
    by_appointment = fields.Boolean(attribute="desk.by_appointment")
    opened_on = fields.Date(attribute="desk.opened_on", allow_none=True)
    closed_on = fields.Date(attribute="desk.closed_on", allow_none=True)
    as_of = fields.Date()
    weekly_hours = fields.Float()
    hours = fields.List(fields.Nested(WindowShape))
    staff = fields.List(fields.Nested(ServiceShape))
