"""Shapes of measures, as charters write them, and of what is recorded in pathways."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from consortium.cases.fields import Day, Hour, Id, OneOf, Whole, Words
from consortium.pathways.models import Mode, Outcome, PathwayState

LONGEST_NOTE = 2000


class CharterMeasure(Schema):
    code = fields.String(required=True, validate=validate.Length(1, 40))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    gol_paths = fields.List(fields.Integer(validate=validate.Range(1, 5)), load_default=list)
    desks = fields.List(fields.String(), load_default=list)
    services = fields.List(fields.String(validate=validate.Length(1, 200)), load_default=list)
    act = fields.String(load_default=None)


class MeasureSchema(Schema):
    """A measure as its page sends it: services one a line."""

    code = Words(40, required=True)
    name = Words(required=True)
    valid_from = Day(required=True)
    valid_to = Day(required=True)
    services = Words(LONGEST_NOTE, allow_none=True, load_default=None)
    gol_paths = fields.List(Whole(validate=validate.Range(1, 5)), load_default=list)
    desks = fields.List(Id(), load_default=list)
    act = Words(allow_none=True, load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def _period(self, data: dict[str, Any], **_options: Any) -> None:
        if data["valid_to"] < data["valid_from"]:
            raise ValidationError([_("The last day comes before the first: correct one of the two.")], "valid_to")

    @post_load
    def _lines(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Services as a list, each once."""
        lines = (line.strip() for line in (data["services"] or "").splitlines())
        return {**data, "services": list(dict.fromkeys(line for line in lines if line)), "gol_paths": sorted(set(data["gol_paths"]))}


class EditMeasureSchema(MeasureSchema):
    revision = Whole(required=True)


class OpenSchema(Schema):
    """A pathway to open; `activate`: at once, on `on_date`."""

    measure_id = Id(required=True)
    desk_id = Id(required=True)
    case_manager_id = Id(required=True)
    on_date = Day(required=True)
    activate = fields.Boolean(load_default=False)


class StepSchema(Schema):
    """A change of state. `reason` is for whoever reads it later."""

    on_date = Day(required=True)
    reason = Words(LONGEST_NOTE, allow_none=True, load_default=None)


class ReasonedStepSchema(StepSchema):
    """A change of state that nobody would understand without its reason."""

    reason = Words(LONGEST_NOTE, required=True)


class ConclusionSchema(StepSchema):
    outcome = OneOf(Outcome, required=True)


class SessionSchema(Schema):
    """A service delivered on a day, from hour to hour."""

    on_date = Day(required=True)
    starts = Hour(required=True)
    ends = Hour(required=True)
    service = Words(required=True)
    mode = OneOf(Mode, required=True)
    operator_id = Id(required=True)
    note = Words(LONGEST_NOTE, allow_none=True, load_default=None)


class EventShape(Schema):
    """A change of state, on a day."""

    state = fields.String(validate=validate.OneOf(list(PathwayState)))
    on_date = fields.Date()
    reason = fields.String(allow_none=True)


class SessionShape(Schema):
    """A session as recorded; `hours` as they count."""

    id = fields.UUID()
    on_date = fields.Date()
    starts = fields.Time()
    ends = fields.Time()
    hours = fields.Float()
    service = fields.String()
    mode = fields.String(validate=validate.OneOf(list(Mode)))
    operator_id = fields.UUID()
    operator = fields.String()
    note = fields.String(allow_none=True)


class PathwayShape(Schema):
    """A pathway with its events in order and its sessions, the newest first. `case_id` is null for whoever may not see the case."""

    id = fields.UUID(attribute="Pathway.id")
    code = fields.String(attribute="Pathway.code")
    case_id = fields.UUID(allow_none=True)
    surname = fields.String()
    first_name = fields.String()
    measure_id = fields.UUID(attribute="Measure.id")
    measure = fields.String(attribute="Measure.name")
    desk_id = fields.UUID(attribute="Pathway.desk_id")
    desk = fields.String()
    case_manager_id = fields.UUID(attribute="Pathway.case_manager_id")
    case_manager = fields.String()
    state = fields.String(attribute="Pathway.state", validate=validate.OneOf(list(PathwayState)))
    activated_on = fields.Date(attribute="Pathway.activated_on", allow_none=True)
    ended_on = fields.Date(attribute="Pathway.ended_on", allow_none=True)
    outcome = fields.String(attribute="Pathway.outcome", allow_none=True)
    hours = fields.Float(metadata={"description": "Delivered in all sessions."})
    events = fields.List(fields.Nested(EventShape))
    sessions = fields.List(fields.Nested(SessionShape))
