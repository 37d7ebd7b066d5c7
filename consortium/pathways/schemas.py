"""Shapes of measures, as charters write them, and of what is recorded in pathways."""

from marshmallow import Schema, fields, validate

from consortium.cases.fields import Day, Hour, Id, OneOf, Words
from consortium.pathways.models import Mode, Outcome

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
