"""What papers are asked by: a month, a language, a day; and what is in a timesheet."""

from marshmallow import Schema, fields, validate

from consortium.pathways.models import Mode
from consortium.pathways.packs import LANGUAGES
from consortium.web.fields import Hour, Id, Month, OneOf


class TimesheetSchema(Schema):
    """Without an operator one's own, without a month this one."""

    operator_id = Id(load_default=None, allow_none=True)
    month = Month(load_default=None, allow_none=True)


class HeldShape(Schema):
    """A session as its operator held it: once, with however many people."""

    id = fields.UUID(metadata={"description": "Of the session; of a group, that of one of its people."})
    group_id = fields.UUID(allow_none=True, metadata={"description": "The same in the rows of one session with several people."})
    people = fields.Integer()
    on_date = fields.Date()
    starts = Hour()
    ends = Hour()
    hours = fields.Float(metadata={"description": "Without counter-entries."})
    service = fields.String()
    mode = fields.String(validate=validate.OneOf(list(Mode)))
    measure = fields.String()
    desk = fields.String()
    pathway_id = fields.UUID()
    code = fields.String()


class CorrectedShape(Schema):
    """A counter-entry booked in the month, of whatever month's session; of a group it is of one of its people."""

    id = fields.UUID()
    booked_on = fields.Date()
    booked = fields.Float(metadata={"description": "The hours of the counter-entry: those of the person."})
    hours = fields.Float(metadata={"description": "By how much it changes those of the operator: those of whoever stayed longest."})
    reason = fields.String()
    people = fields.Integer()
    on_date = fields.Date(metadata={"description": "Of the session."})
    code = fields.String()
    measure = fields.String()
    service = fields.String()


class TotalShape(Schema):
    measure = fields.String()
    service = fields.String()
    sessions = fields.Integer()
    hours = fields.Float()


class TimesheetShape(Schema):
    """What an operator did in a month. A group is one session, and its hours count once."""

    operator_id = fields.UUID()
    operator = fields.String()
    month = Month()
    hours = fields.Float(metadata={"description": "Of the sessions and the counter-entries."})
    sessions = fields.List(fields.Nested(HeldShape))
    corrections = fields.List(fields.Nested(CorrectedShape))
    totals = fields.List(fields.Nested(TotalShape))


class PackSchema(Schema):
    language = OneOf(LANGUAGES, load_default="it")


class AttendanceSchema(Schema):
    whole_day = OneOf(("yes", "no"), load_default=None, allow_none=True)
