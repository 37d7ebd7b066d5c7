"""Shapes of measures, as charters write them, and of what is recorded in pathways."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from consortium.pathways.models import Effect, Mode, Outcome, PathwayState
from consortium.web.fields import Day, Hour, Id, Month, OneOf, Quantity, RevisionSchema, Whole, Words

LONGEST_NOTE = 2000
LARGEST_GROUP = 60
MOST_DAYS = 366
MOST_SERVICES = 60


def hours_budget() -> Quantity:
    """Hours that one person can have of a service; none: as many as needed."""
    return Quantity("0.01", "9999.99", allow_none=True, load_default=None)


class CharterService(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 200))
    hours_budget = hours_budget()


class NamedService(fields.Nested):
    """A service in a charter: its name, or a table {name, hours_budget}."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        return super().deserialize({"name": value} if isinstance(value, str) else value, attr, data, **options)


class CharterMeasure(Schema):
    code = fields.String(required=True, validate=validate.Length(1, 40))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    gol_paths = fields.List(fields.Integer(validate=validate.Range(1, 5)), load_default=list)
    desks = fields.List(fields.String(), load_default=list)
    services = fields.List(NamedService(CharterService), load_default=list)
    act = fields.String(load_default=None)
    contact_days = fields.Integer(load_default=None, validate=validate.Range(0, MOST_DAYS))
    intake_days = fields.Integer(load_default=None, validate=validate.Range(0, MOST_DAYS))


def _days() -> Whole:
    error = _l("Write a number of days from 0 to %(most)s.", most=MOST_DAYS)
    return Whole(allow_none=True, load_default=None, validate=validate.Range(0, MOST_DAYS, error=error))


class MeasureSchema(Schema):
    """A measure, without its services. `contact_days`, `intake_days`: counted from the assignment."""

    name = Words(required=True)
    code = Words(40, required=True)
    valid_from = Day(required=True)
    valid_to = Day(required=True)
    desks = fields.List(Id(), load_default=list)
    gol_paths = fields.List(Whole(validate=validate.Range(1, 5)), load_default=list)
    contact_days = _days()
    intake_days = _days()
    act = Words(allow_none=True, load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def _period(self, data: dict[str, Any], **_options: Any) -> None:
        if data["valid_to"] < data["valid_from"]:
            raise ValidationError([_("The last day comes before the first: correct one of the two.")], "valid_to")

    @post_load
    def _sorted(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {**data, "gol_paths": sorted(set(data["gol_paths"]))}


class EditMeasureSchema(MeasureSchema):
    revision = Whole(required=True)


class ServiceSchema(Schema):
    """A service of a measure: one that is there already has its `id`. One that was delivered is withdrawn, not renamed."""

    id = Id(allow_none=True, load_default=None)
    name = Words(required=True)
    hours_budget = hours_budget()
    withdrawn = fields.Boolean(load_default=False)


class ServicesSchema(Schema):
    """All services of a measure in their order; what is not among them goes. `revision`: the measure's, which they are a part of."""

    revision = Whole(required=True)
    services = fields.List(fields.Nested(ServiceSchema), required=True, validate=validate.Length(max=MOST_SERVICES))


def services_form(rows: int) -> Schema:
    """The same as a form of so many rows, one that has no name being empty: `id_1`, `name_1`, `hours_budget_1`, `withdrawn_1`, …"""
    row: dict[str, Callable[[], fields.Field[Any]]] = {
        "id": lambda: Id(allow_none=True, load_default=None),
        "name": lambda: Words(allow_none=True, load_default=None),
        "hours_budget": hours_budget,
        "withdrawn": lambda: fields.Boolean(load_default=False),
    }
    made: dict[str, Any] = {f"{name}_{number}": make() for number in range(1, rows + 1) for name, make in row.items()}
    return Schema.from_dict({"revision": Whole(required=True), **made}, name="ServicesForm")()


class KnowingSchema(Schema):
    """What is not usual is refused with a warning; `despite`, with its words as `seen`, confirms it. Where these would be others by now, it
    is asked again."""

    despite = fields.Boolean(load_default=False, metadata={"description": "It is right, despite the warning that was read."})
    seen = Words(
        LONGEST_NOTE, allow_none=True, load_default=None, metadata={"description": "That warning, as the error `despite` told it."}
    )


class CostRemovalSchema(KnowingSchema, RevisionSchema):
    """A unit cost as it was read."""


class CostSchema(KnowingSchema):
    """What an hour of a service is worth in euros, between two days (the last included), by which act."""

    amount = Quantity("0", "99999999.99", required=True)
    valid_from = Day(required=True)
    valid_to = Day(allow_none=True, load_default=None)
    act = Words(required=True)

    @validates_schema(skip_on_field_errors=True)
    def _period(self, data: dict[str, Any], **_options: Any) -> None:
        if data["valid_to"] and data["valid_to"] < data["valid_from"]:
            raise ValidationError([_("The last day comes before the first: correct one of the two.")], "valid_to")


class OfServiceSchema(Schema):
    service_id = Id(required=True)


class NewCostSchema(CostSchema, OfServiceSchema):
    """`follows`: the cost that the service has on the first day ends the day before. The last of the bases comes first, as in the form."""

    follows = fields.Boolean(load_default=False)


class EditCostSchema(CostSchema):
    revision = Whole(required=True)


class PairSchema(Schema):
    """Two measures (or one twice) that a person cannot be in at once (`stop`), or only knowingly (`warn`); null: they go together."""

    measure_id = Id(required=True)
    other_id = Id(required=True)
    effect = OneOf(Effect, required=True, allow_none=True)


class ConflictsSchema(Schema):
    """Pairs to set; the others stay as they are. `revision`: of all pairs together, as they were read."""

    revision = Words(required=True)
    pairs = fields.List(fields.Nested(PairSchema), required=True, validate=validate.Length(1, 1000))
    act = Words(allow_none=True, load_default=None)


class OpenSchema(KnowingSchema):
    """A pathway to open; `activate`: at once, on `on_date`. Warned of is another measure of the person that does not go with this one."""

    measure_id = Id(required=True)
    desk_id = Id(required=True)
    case_manager_id = Id(required=True)
    on_date = Day(required=True)
    goal = Words(LONGEST_NOTE, allow_none=True, load_default=None)
    activate = fields.Boolean(load_default=False)


class EditPathwaySchema(Schema):
    """Who follows a pathway, and what it is to reach."""

    case_manager_id = Id(required=True)
    goal = Words(LONGEST_NOTE, allow_none=True, load_default=None)
    revision = Whole(required=True)


class StepSchema(Schema):
    """A change of state. `reason` is for whoever reads it later."""

    on_date = Day(required=True)
    reason = Words(LONGEST_NOTE, allow_none=True, load_default=None)


class ActivationSchema(KnowingSchema, StepSchema):
    """A pathway begins, or goes on. Warned of is another measure of the person that does not go with this one."""


class ReasonedStepSchema(StepSchema):
    """A change of state that nobody would understand without its reason."""

    reason = Words(LONGEST_NOTE, required=True)


class ConclusionSchema(StepSchema):
    outcome = OneOf(Outcome, required=True)


class TakeBackSchema(KnowingSchema):
    """The step that is taken back, by its event (another one taken since stays), and why. Warned of is another measure of the person that
    does not go with this one."""

    event = Id(required=True)
    reason = Words(LONGEST_NOTE, required=True)


class SessionSchema(Schema):
    """A service delivered on a day, from hour to hour, to one person or, with the pathways of the `others`, to a group of the same measure
    and desk."""

    on_date = Day(required=True)
    starts = Hour(required=True)
    ends = Hour(required=True)
    service = Words(required=True)
    mode = OneOf(Mode, required=True)
    operator_id = Id(required=True)
    note = Words(LONGEST_NOTE, allow_none=True, load_default=None)
    others = fields.List(Id(), load_default=list, validate=validate.Length(max=LARGEST_GROUP, error=_l("A group has at most 60 people.")))


class EditSessionSchema(SessionSchema):
    """What is changed holds for everybody who was there; the `others` are added to them."""

    revision = Whole(required=True)


class RemovalSchema(RevisionSchema):
    """`everybody`: of a group, all rows rather than this person's."""

    everybody = fields.Boolean(load_default=False)


class CorrectionSchema(Schema):
    """A counter-entry: hours taken (less than zero) or given back, booked today."""

    hours = Quantity("-24", "24", required=True)
    reason = Words(LONGEST_NOTE, required=True)

    @validates_schema(skip_on_field_errors=True)
    def _something(self, data: dict[str, Any], **_options: Any) -> None:
        if not data["hours"]:
            raise ValidationError([_("Nothing is corrected by 0 hours: write how many to take or to give back.")], "hours")


class MonthSchema(Schema):
    month = Month(required=True)


class ReasonSchema(Schema):
    reason = Words(LONGEST_NOTE, required=True)


class ReopenMonthSchema(MonthSchema):
    reason = Words(LONGEST_NOTE, required=True)


class NothingSchema(Schema):
    """Nothing more is to be said."""


class EventShape(Schema):
    """A change of state, on a day."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(list(PathwayState)))
    on_date = fields.Date()
    reason = fields.String(allow_none=True)


class UndoneEventShape(EventShape):
    """A change of state that was a mistake and was taken back: when, and why."""

    undone_on = fields.Date()
    undone_reason = fields.String()


class SessionShape(Schema):
    """A session as recorded; `hours` as they count."""

    id = fields.UUID()
    revision = fields.Integer()
    on_date = fields.Date()
    starts = Hour()
    ends = Hour()
    hours = fields.Float(metadata={"description": "As of today, counter-entries included."})
    value = fields.Float(allow_none=True, metadata={"description": "In euros; null where the service had no unit cost on the day."})
    group_id = fields.UUID(allow_none=True, metadata={"description": "The same in the rows of one session with several people."})
    service = fields.String()
    mode = fields.String(validate=validate.OneOf(list(Mode)))
    operator_id = fields.UUID()
    operator = fields.String()
    note = fields.String(allow_none=True)


class BudgetShape(Schema):
    """A service of the pathway's measure: the hours that the person can have (null: no limit), and those they had in all its pathways."""

    name = fields.String()
    hours_budget = fields.Float(allow_none=True)
    used = fields.Float()
    withdrawn = fields.Boolean()


class PathwayShape(Schema):
    """A pathway with its events in order and its sessions, the newest first. `case_id` is null for whoever may not see the case."""

    id = fields.UUID(attribute="Pathway.id")
    revision = fields.Integer(attribute="Pathway.revision")
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
    goal = fields.String(attribute="Pathway.goal", allow_none=True)
    register_closed_on = fields.Date(attribute="Pathway.register_closed_on", allow_none=True)
    hours = fields.Float(metadata={"description": "Delivered in all sessions, counter-entries included."})
    value = fields.Float(allow_none=True, metadata={"description": "In euros, of the sessions that have one."})
    services = fields.List(fields.Nested(BudgetShape))
    events = fields.List(fields.Nested(EventShape))
    undone = fields.List(fields.Nested(UndoneEventShape), metadata={"description": "Taken back: they tell no state."})
    sessions = fields.List(fields.Nested(SessionShape))


class OfCaseShape(Schema):
    """A pathway among those of its case; `hours` and `value` null where there is no session."""

    id = fields.UUID()
    code = fields.String()
    measure = fields.String()
    desk = fields.String()
    case_manager = fields.String()
    state = fields.String(validate=validate.OneOf(list(PathwayState)))
    activated_on = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    outcome = fields.String(allow_none=True)
    hours = fields.Float(allow_none=True)
    value = fields.Float(allow_none=True)
    last_on = fields.Date(allow_none=True, metadata={"description": "The day of its last session."})


class PathwaysOfCaseShape(Schema):
    items = fields.List(fields.Nested(OfCaseShape))


class CostShape(Schema):
    id = fields.UUID()
    revision = fields.Integer()
    amount = fields.Float()
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    act = fields.String()


class MeasureServiceShape(Schema):
    id = fields.UUID()
    name = fields.String()
    hours_budget = fields.Float(allow_none=True)
    withdrawn = fields.Boolean()
    costs = fields.List(fields.Nested(CostShape))


class MeasureShape(Schema):
    """A measure with its services and their costs, the newest first. `revision`: of the measure, its desks and its services."""

    id = fields.UUID(attribute="measure.id")
    revision = fields.Integer(attribute="measure.revision")
    code = fields.String(attribute="measure.code")
    name = fields.String(attribute="measure.name")
    valid_from = fields.Date(attribute="measure.valid_from")
    valid_to = fields.Date(attribute="measure.valid_to")
    gol_paths = fields.List(fields.Integer(), attribute="measure.gol_paths")
    contact_days = fields.Integer(attribute="measure.contact_days", allow_none=True)
    intake_days = fields.Integer(attribute="measure.intake_days", allow_none=True)
    act = fields.String(attribute="measure.act", allow_none=True)
    desks = fields.List(fields.UUID())
    services = fields.List(fields.Nested(MeasureServiceShape))


class PairShape(Schema):
    measure_id = fields.UUID()
    other_id = fields.UUID()
    effect = fields.String(validate=validate.OneOf(list(Effect)))
    act = fields.String(allow_none=True)


class ConflictsShape(Schema):
    revision = fields.String(metadata={"description": "Of all pairs together: to be sent when some are set."})
    pairs = fields.List(fields.Nested(PairShape))


class CorrectionShape(Schema):
    booked_on = fields.Date()
    hours = fields.Float()
    reason = fields.String()
    made_by = fields.String(allow_none=True)


class CompanionShape(Schema):
    """Somebody else who was in a session: their row of it, and their pathway."""

    id = fields.UUID()
    pathway_id = fields.UUID()
    surname = fields.String()
    first_name = fields.String()


class WholeSessionShape(Schema):
    """A session with its pathway, whoever else was there, and the counter-entries that its hours are made of."""

    id = fields.UUID(attribute="Session.id")
    revision = fields.Integer(attribute="Session.revision")
    surname = fields.String()
    first_name = fields.String()
    code = fields.String(attribute="Pathway.code")
    measure = fields.String(attribute="Measure.name")
    desk_id = fields.UUID(attribute="Pathway.desk_id")
    desk = fields.String()
    pathway_id = fields.UUID(attribute="Session.pathway_id")
    on_date = fields.Date(attribute="Session.on_date")
    starts = Hour(attribute="Session.starts")
    ends = Hour(attribute="Session.ends")
    service = fields.String(attribute="Session.service")
    mode = fields.String(attribute="Session.mode")
    operator_id = fields.UUID(attribute="Session.operator_id")
    operator = fields.String()
    note = fields.String(attribute="Session.note", allow_none=True)
    group_id = fields.UUID(attribute="Session.group_id", allow_none=True)
    hours = fields.Float()
    value = fields.Float(allow_none=True)
    closed = fields.Boolean(metadata={"description": "Its month is closed: only a counter-entry corrects it."})
    others = fields.List(fields.Nested(CompanionShape), metadata={"description": "Of whom one may see the pathway."})
    corrections = fields.List(fields.Nested(CorrectionShape))


class MonthShape(Schema):
    """A desk's month: what its sessions come to as of today, and whether it is closed."""

    desk_id = fields.UUID()
    month = Month()
    sessions = fields.Integer()
    people = fields.Integer()
    hours = fields.Float()
    value = fields.Float(allow_none=True)
    unvalued = fields.Integer(metadata={"description": "Sessions without a unit cost on their day."})
    closed = fields.Boolean()


class UnfinishedShape(Schema):
    """A pathway that ran in the month and has no session in it."""

    id = fields.UUID()
    code = fields.String()
    surname = fields.String()
    first_name = fields.String()
    case_manager = fields.String()


class ClosingShape(Schema):
    """When a month was closed and, unless it still is, reopened; by whom, and why."""

    closed_at = fields.DateTime(attribute="MonthClosing.created_at")
    closed_by = fields.String(allow_none=True)
    reopened_on = fields.Date(attribute="MonthClosing.reopened_on", allow_none=True)
    reopened_at = fields.DateTime(allow_none=True)
    reopened_by = fields.String(allow_none=True)
    reason = fields.String(attribute="MonthClosing.reason", allow_none=True)


class WholeMonthShape(MonthShape):
    """A desk's month with what is perhaps unfinished in it while it is open (the first 50 pathways), and its closings, the newest first."""

    unfinished = fields.List(fields.Nested(UnfinishedShape))
    closings = fields.List(fields.Nested(ClosingShape))


class GiveSchema(Schema):
    """Who held several sessions."""

    operator_id = Id(required=True)


class FollowSchema(Schema):
    """Who follows several pathways from now on."""

    case_manager_id = Id(required=True)


class TodayQuery(Schema):
    """Whose day: one's own, everybody's at a desk (its word), or everybody's that one sees (`all`)."""

    desk = fields.String(load_default="")


class _LineShape(Schema):
    surname = fields.String()
    first_name = fields.String()
    desk = fields.String()


class HeldTodayShape(_LineShape):
    id = fields.UUID()
    pathway_id = fields.UUID()
    starts = Hour()
    ends = Hour()
    service = fields.String()
    mode = fields.String(validate=validate.OneOf(list(Mode)))
    operator = fields.String()


class DueShape(_LineShape):
    id = fields.UUID()
    case_id = fields.UUID()
    title = fields.String()
    doer = fields.String()
    due_on = fields.Date()
    assignee = fields.String(allow_none=True)


class ReceivedShape(_LineShape):
    """A case that somebody else handed over, and that is still one's own."""

    id = fields.UUID()
    number = fields.String()
    phone = fields.String(allow_none=True)
    on_date = fields.Date()
    from_manager = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    recorded_by = fields.String(allow_none=True)


class WaitingShape(_LineShape):
    """An assignment that waits; the days by which somebody should act are those of the strictest measure, if there is one."""

    id = fields.UUID()
    case_id = fields.UUID()
    number = fields.String()
    phone = fields.String(allow_none=True)
    state = fields.String()
    assigned_on = fields.Date()
    contact_by = fields.Date(allow_none=True)
    intake_by = fields.Date(allow_none=True)
    due_on = fields.Date(allow_none=True)
    followed = fields.Boolean()


class NearShape(_LineShape):
    id = fields.UUID()
    code = fields.String()
    case_id = fields.UUID()
    measure = fields.String()


class NearlyUsedShape(NearShape):
    service = fields.String()
    hours_budget = fields.Float()
    used = fields.Float()


class NearlyOverShape(NearShape):
    valid_to = fields.Date()


class NobodysShape(_LineShape):
    id = fields.UUID()
    number = fields.String()
    phone = fields.String(allow_none=True)
    opened_on = fields.Date()


class TodayShape(Schema):
    """A day: sessions, tasks due, cases `received` in the last seven days, who waits, pathways near their hours (`used`) or their end
    (`over`), cases that nobody follows."""

    day = fields.Date()
    sessions = fields.List(fields.Nested(HeldTodayShape))
    tasks = fields.List(fields.Nested(DueShape))
    received = fields.List(fields.Nested(ReceivedShape))
    waiting = fields.List(fields.Nested(WaitingShape))
    used = fields.List(fields.Nested(NearlyUsedShape))
    over = fields.List(fields.Nested(NearlyOverShape))
    nobodys = fields.List(fields.Nested(NobodysShape))
