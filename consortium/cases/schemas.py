"""Shapes of people, cases and assignments, as pages and programs send them."""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from consortium.cases import birthplaces, codice_fiscale
from consortium.cases.models import AssignmentSource, AssignmentState, ReturnReason, Sex
from consortium.web.fields import Day, Id, Mail, OneOf, Whole, Words
from consortium.web.listing.formats import today

# `$`, not `\Z`: the pattern is in the API's description too, where only the first is known; blanks are gone when it is asked.
LONGEST_NOTE = 2000
MEANT = 2  # states offered for a name that is none
PHONE = validate.Regexp(r"^\+?\d{5,15}$", error=_l("Write the number in digits only, with the country's prefix if it is foreign."))


def tidy_phone(text: str) -> str | None:
    """Digits only, without the prefix of Italy."""
    return re.sub(r"^(\+39|0039)(?=\d{6})", "", re.sub(r"[\s./()-]", "", text)) or None


class _TidySchema(Schema):
    """A codice fiscale and a phone, however they are written."""

    @pre_load
    def _tidy(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            return data  # marshmallow says what is wrong with it
        tidied = dict(data)
        if isinstance(data.get("codice_fiscale"), str):
            tidied["codice_fiscale"] = codice_fiscale.tidy(data["codice_fiscale"]) or None
        if isinstance(data.get("phone"), str):
            tidied["phone"] = tidy_phone(data["phone"])
        return tidied


class PersonSchema(_TidySchema):
    """The personal section of the SAP. A code, where there is one, agrees with the rest, or each field says what disagrees."""

    codice_fiscale = Words(allow_none=True, load_default=None)
    surname = Words(required=True)
    first_name = Words(required=True)
    residence = Words(required=True)
    phone = fields.String(allow_none=True, load_default=None, validate=PHONE)
    email = Mail(allow_none=True, load_default=None)
    sex = OneOf(Sex, required=True)
    born_on = Day(required=True)
    birthplace = Words(required=True)
    citizenship = Words(required=True)
    education = Words(allow_none=True, load_default=None)
    occupation = Words(allow_none=True, load_default=None)

    @validates_schema(skip_on_field_errors=False)
    def _born(self, data: dict[str, Any], **_options: Any) -> None:
        errors: dict[str, str] = {}
        if data.get("birthplace") and not birthplaces.named(data["birthplace"]):
            errors["birthplace"] = _no_such_place(data["birthplace"])
        if data.get("born_on") and data["born_on"] > today():
            errors["born_on"] = _("This day has not come yet.")
        if data.get("codice_fiscale"):
            errors |= {k: v for k, v in codice_fiscale.contradictions(data["codice_fiscale"], data).items() if k not in errors}
        if errors:
            raise ValidationError({field: [message] for field, message in errors.items()})

    @post_load
    def _name_the_place(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """The birthplace as the gazetteer writes it, of the day of birth where it changed name."""
        if not data.get("birthplace"):
            return data
        place = birthplaces.on(birthplaces.named(data["birthplace"]), data["born_on"]) or birthplaces.named(data["birthplace"])[-1]
        return {**data, "birthplace": place.name}


def _no_such_place(name: str) -> str:
    """States of which it is a word come first, each once, by its usual name; else the name that is written most alike."""
    states: dict[str, str] = {}
    for state, found in birthplaces.beginning(name, "state"):
        states.setdefault(state, found)
    near = list(states.values())[:MEANT] or list(filter(None, [birthplaces.nearest(name, birthplaces.ANYWHERE)]))
    if near:
        meant = ", ".join(f"“{each}”" for each in near)
        return str(_("No municipality or state has this name: did you mean %(near)s?", near=meant))
    return str(_("No municipality or state has this name: for who was born abroad, write the state."))


# The fields of a person, as forms and merges name them.
PERSON = tuple(PersonSchema().fields)
# Of two that become one.
SIDES = ("kept", "merged")


class AssignmentSchema(Schema):
    """How a person comes to a desk. A job centre is named when, and only when, it sends them."""

    source = OneOf(AssignmentSource, required=True)
    job_centre = Words(allow_none=True, load_default=None)
    assigned_on = Day(required=True)
    desk_id = Id(required=True)
    gol_path = Whole(allow_none=True, load_default=None, validate=validate.Range(1, 5, error=_l("Choose one of the answers.")))

    @validates_schema(skip_on_field_errors=False)
    def _job_centre(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("source") == AssignmentSource.JOB_CENTRE and not data.get("job_centre"):
            raise ValidationError([_("Write which job centre sends this person.")], "job_centre")

    @post_load
    def _nobody_sends(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {**data, "job_centre": None} if data["source"] == AssignmentSource.WALK_IN else data


class TakeInSchema(AssignmentSchema, PersonSchema):
    """One page: the person, where they come from, and whether they are taken in charge at once.

    `follow`: who takes them in charge follows them. `distinct`: it is another person than the similar one shown.
    """

    take_in_charge = fields.Boolean(load_default=False)
    follow = fields.Boolean(load_default=True)
    distinct = fields.Boolean(load_default=False)


class EditPersonSchema(PersonSchema):
    revision = Whole(required=True)


class CodeSchema(_TidySchema):
    codice_fiscale = Words(required=True)


class KnownSchema(_TidySchema):
    """What is known of a person so far: whoever has this code or this phone, or this birth date and a similar name, may be the same."""

    codice_fiscale = Words(allow_none=True, load_default=None)
    surname = Words(load_default="")
    first_name = Words(load_default="")
    born_on = Day(allow_none=True, load_default=None)
    phone = fields.String(allow_none=True, load_default=None, validate=PHONE)


class OnDaySchema(Schema):
    """Something that happened on a day."""

    on_date = Day(required=True)


class TakeInChargeSchema(OnDaySchema):
    """`follow`: who takes a person in charge follows them from then on, where nobody does."""

    follow = fields.Boolean(load_default=True)


# What a step leads to.
STEPPED = (AssignmentState.CONTACTED, AssignmentState.TAKEN_IN_CHARGE, AssignmentState.RETURNED)


class UndoStepSchema(Schema):
    """The step that is taken back, by the state to which it led: another one taken since stays."""

    state = OneOf(STEPPED, required=True)


class ReturnSchema(OnDaySchema):
    reason = OneOf(ReturnReason, required=True)


class _AlongSchema(Schema):
    """`along`: the open pathways of a case go to the same case manager: those that its own followed until now, or that nobody does."""

    along = fields.Boolean(load_default=True)


class HandOverSchema(_AlongSchema):
    """Who follows a case from now on, and at which desk."""

    desk_id = Id(required=True)
    case_manager_id = Id(allow_none=True, load_default=None)
    note = Words(LONGEST_NOTE, allow_none=True, load_default=None)
    revision = Whole(required=True)


class HandOverManySchema(_AlongSchema):
    """Who follows several cases from now on; each stays at its desk, where none is chosen."""

    desk_id = Id(allow_none=True, load_default=None)
    case_manager_id = Id(required=True)
    note = Words(LONGEST_NOTE, allow_none=True, load_default=None)


class OtherSchema(Schema):
    """Another case, of the same person perhaps."""

    other_id = Id(required=True)


class _MergeSchema(OtherSchema):
    """Of each of the person's data, whose is right; where nothing is said, that of the one that stays, unless it has none.

    `follows`: the same of desk and case manager.
    """

    follows = OneOf(SIDES, allow_none=True, load_default=None)
    reason = Words(LONGEST_NOTE, allow_none=True, load_default=None)


def _side() -> OneOf:
    return OneOf(SIDES, allow_none=True, load_default=None)


MergeSchema: type[Schema] = _MergeSchema.from_dict({name: _side() for name in PERSON}, name="MergeSchema")


def merge_form(parts: Iterable[str]) -> Schema:
    """As a page asks it, of what these two have: `parts` are fields of what is known of the person in both ("profiles.skills")."""
    return MergeSchema.from_dict({name: _side() for name in parts}, name="MergeForm")()


class ProgramMergeSchema(MergeSchema):  # type: ignore[misc, valid-type]  # made of the person's fields, above
    """Of each of the person's data, whose is right; of which nothing is said, what only the merged one has is taken.

    `parts`: the same of what is known of the person in both, {"profiles": {"skills": "merged"}}, where there may be several with the id of
    the merged one's, {"language_skills:<id>": {"level": "merged"}}: the preview tells their names. `follows`: the same of desk and case
    manager together.
    """

    parts = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=OneOf(SIDES)), load_default=dict)


class MovedShape(Schema):
    """Records of a kind that go to the case that stays, and how many."""

    what = fields.String()
    rows = fields.Integer()


class ListedMergeShape(Schema):
    """Two people made one: `kept_id` is there, `merged_id` was. `case_id` is the case that stayed, `merged_number` the one that went."""

    id = fields.UUID()
    case_id = fields.UUID()
    merged_number = fields.String()
    kept_id = fields.UUID()
    merged_id = fields.UUID()
    merged_at = fields.DateTime()
    reason = fields.String(allow_none=True)
    undone_on = fields.Date(allow_none=True)
    moved = fields.List(fields.Nested(MovedShape))


class BecameOneShape(Schema):
    """Two records that became one, and what the one that stayed took of the other."""

    what = fields.String()
    took = fields.String()


class MergeShape(ListedMergeShape):
    """Two people made one, with what moved and what became one."""

    became_one = fields.List(fields.Nested(BecameOneShape))


class MergesShape(Schema):
    items = fields.List(fields.Nested(ListedMergeShape))


class HandoverShape(Schema):
    """A case that went from a desk or a case manager to another."""

    id = fields.UUID()
    on_date = fields.Date()
    from_desk = fields.String()
    to_desk = fields.String()
    from_manager = fields.String(allow_none=True)
    to_manager = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    recorded_by = fields.String(allow_none=True)


class HandedOverShape(Schema):
    """The case that went: perhaps where one does not see it any more."""

    case_id = fields.UUID()


class SearchQuery(Schema):
    """The beginnings of names, codes or numbers."""

    q = Words(100, required=True)


class ResultShape(Schema):
    """Something found: which row it is, and the address of its page."""

    kind = fields.String()
    id = fields.UUID()
    label = fields.String()
    hint = fields.String()
    state = fields.String()
    url = fields.String()


class ResultsShape(Schema):
    items = fields.List(fields.Nested(ResultShape))


class PersonShape(Schema):
    """The personal section of the SAP, as kept."""

    id = fields.UUID()
    revision = fields.Integer()
    codice_fiscale = fields.String(allow_none=True)
    surname = fields.String()
    first_name = fields.String()
    sex = fields.String(validate=validate.OneOf(list(Sex)))
    born_on = fields.Date()
    birthplace = fields.String()
    citizenship = fields.String()
    residence = fields.String()
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    education = fields.String(allow_none=True)
    occupation = fields.String(allow_none=True)


class AssignmentShape(Schema):
    """An assignment as it stands."""

    id = fields.UUID()
    revision = fields.Integer()
    case_id = fields.UUID()
    desk_id = fields.UUID()
    state = fields.String(validate=validate.OneOf(list(AssignmentState)))
    source = fields.String(validate=validate.OneOf(list(AssignmentSource)))
    job_centre = fields.String(allow_none=True)
    gol_path = fields.Integer(allow_none=True)
    assigned_on = fields.Date()
    contacted_on = fields.Date(allow_none=True)
    taken_in_charge_on = fields.Date(allow_none=True)
    returned_on = fields.Date(allow_none=True)
    return_reason = fields.String(allow_none=True)


class KnownShape(Schema):
    """Somebody who is here already, and by what they are known. Of one that one may not see, the desk and nothing else (`case_id` null)."""

    case_id = fields.UUID(allow_none=True)
    desk = fields.String()
    same_code = fields.Boolean()
    same_phone = fields.Boolean()
    number = fields.String()
    name = fields.String()
    born_on = fields.Date(allow_none=True)
    codice_fiscale = fields.String(allow_none=True)


class KnownPeopleShape(Schema):
    items = fields.List(fields.Nested(KnownShape))


class DecodedShape(Schema):
    """What a codice fiscale says; the place by its name of the day of birth, `province` EE for a state abroad."""

    sex = fields.String(validate=validate.OneOf(list(Sex)))
    born_on = fields.Date()
    birthplace = fields.String()
    province = fields.String()


class SideShape(Schema):
    """One of two cases that are compared."""

    case_id = fields.UUID(attribute="Case.id")
    number = fields.String(attribute="Case.number")
    desk = fields.String(attribute="Desk.name")
    case_manager = fields.String(allow_none=True)
    person = fields.Nested(PersonShape, attribute="Person")


class ComparedShape(Schema):
    """A field in which two records differ, in words. `stays`: whose it is then; empty where it is made of both."""

    name = fields.String()
    label = fields.String()
    kept = fields.String(attribute="ours", allow_none=True)
    merged = fields.String(attribute="theirs", allow_none=True)
    stays = fields.String(validate=validate.OneOf([*SIDES, ""]))


class BecomingOneShape(Schema):
    """Two records that become one. `is_offered`: whose is right is chosen field by field, in `parts`; `name` is part.field."""

    table = fields.String()
    title = fields.String()
    columns = fields.List(fields.Nested(ComparedShape))
    is_offered = fields.Boolean()


class ComparisonShape(Schema):
    """Two cases side by side: the fields of the person that differ, what would move or become one, what stands against their merge and
    what is to be known before it, in sentences."""

    kept = fields.Nested(SideShape)
    merged = fields.Nested(SideShape)
    differing = fields.List(fields.String(validate=validate.OneOf(list(PERSON))))
    moving = fields.List(fields.Nested(MovedShape))
    becoming_one = fields.List(fields.Nested(BecomingOneShape))
    against = fields.List(fields.String())
    to_know = fields.List(fields.String())


class CaseShape(Schema):
    """A case with its person, its assignments and its handovers, the newest first."""

    id = fields.UUID(attribute="Case.id")
    number = fields.String(attribute="Case.number")
    revision = fields.Integer(attribute="Case.revision")
    opened_on = fields.Date(attribute="Case.opened_on")
    desk_id = fields.UUID(attribute="Case.desk_id")
    desk = fields.String(attribute="Desk.name")
    case_manager_id = fields.UUID(attribute="Case.case_manager_id", allow_none=True)
    case_manager = fields.String(allow_none=True)
    person = fields.Nested(PersonShape, attribute="Person")
    assignments = fields.List(fields.Nested(AssignmentShape))
    handovers = fields.List(fields.Nested(HandoverShape))
