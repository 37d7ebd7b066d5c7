"""Shapes of people, cases and assignments, as pages and programs send them."""

import re
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
PHONE = validate.Regexp(r"^\+?\d{5,15}$", error=_l("Write the number in digits only, with the country's prefix if it is foreign."))


def tidy_phone(text: str) -> str | None:
    """Digits only, without the prefix of Italy."""
    return re.sub(r"^(\+39|0039)(?=\d{6})", "", re.sub(r"[\s./()-]", "", text)) or None


class PersonSchema(Schema):
    """The personal section of the SAP. A code, where there is one, agrees with the rest, or each field says what disagrees."""

    codice_fiscale = Words(allow_none=True, load_default=None)
    surname = Words(required=True)
    first_name = Words(required=True)
    sex = OneOf(Sex, required=True)
    born_on = Day(required=True)
    birthplace = Words(required=True)
    citizenship = Words(required=True)
    residence = Words(required=True)
    phone = fields.String(allow_none=True, load_default=None, validate=PHONE)
    email = Mail(allow_none=True, load_default=None)
    education = Words(allow_none=True, load_default=None)
    occupation = Words(allow_none=True, load_default=None)

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

    @validates_schema(skip_on_field_errors=False)
    def _born(self, data: dict[str, Any], **_options: Any) -> None:
        errors: dict[str, str] = {}
        if data.get("birthplace") and not birthplaces.named(data["birthplace"]):
            errors["birthplace"] = _("No municipality or state has this name: for who was born abroad, write the state.")
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


# The fields of a person, as forms and merges name them.
PERSON = tuple(PersonSchema().fields)
# Of two that become one.
SIDES = ("kept", "merged")


class AssignmentSchema(Schema):
    """How a person comes to a desk. A job centre is named when, and only when, it sends them."""

    source = OneOf(AssignmentSource, required=True)
    job_centre = Words(allow_none=True, load_default=None)
    desk_id = Id(required=True)
    gol_path = Whole(allow_none=True, load_default=None, validate=validate.Range(1, 5, error=_l("Choose one of the answers.")))
    assigned_on = Day(required=True)

    @validates_schema(skip_on_field_errors=False)
    def _job_centre(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("source") == AssignmentSource.JOB_CENTRE and not data.get("job_centre"):
            raise ValidationError([_("Write which job centre sends this person.")], "job_centre")

    @post_load
    def _nobody_sends(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {**data, "job_centre": None} if data["source"] == AssignmentSource.WALK_IN else data


class TakeInSchema(PersonSchema, AssignmentSchema):
    """One page: the person, where they come from, and whether they are taken in charge at once.

    `distinct`: it is another person than the similar one shown.
    """

    take_in_charge = fields.Boolean(load_default=False)
    distinct = fields.Boolean(load_default=False)


class EditPersonSchema(PersonSchema):
    revision = Whole(required=True)


class OnDaySchema(Schema):
    """Something that happened on a day."""

    on_date = Day(required=True)


class ReturnSchema(OnDaySchema):
    reason = OneOf(ReturnReason, required=True)


class HandOverSchema(Schema):
    """Who follows a case from now on, and at which desk."""

    desk_id = Id(required=True)
    case_manager_id = Id(allow_none=True, load_default=None)
    note = Words(LONGEST_NOTE, allow_none=True, load_default=None)
    revision = Whole(required=True)


class HandOverManySchema(Schema):
    """Who follows several cases from now on; each stays at its desk, where none is chosen."""

    desk_id = Id(allow_none=True, load_default=None)
    case_manager_id = Id(required=True)
    note = Words(LONGEST_NOTE, allow_none=True, load_default=None)


class _MergeSchema(Schema):
    other_id = Id(required=True)
    reason = Words(LONGEST_NOTE, allow_none=True, load_default=None)


def _side() -> OneOf:
    return OneOf(SIDES, allow_none=True, load_default="kept")


# The other case, and for each of the person's data whose is right: of the one that is kept, where nothing is said.
MergeSchema: type[Schema] = _MergeSchema.from_dict({name: _side() for name in PERSON}, name="MergeSchema")


class MergeShape(Schema):
    """Two people made one: `kept_id` is there, `merged_id` was."""

    id = fields.UUID()
    kept_id = fields.UUID()
    merged_id = fields.UUID()
    reason = fields.String(allow_none=True)
    undone_on = fields.Date(allow_none=True)


class HandoverShape(Schema):
    """A case that went from a desk or a case manager to another."""

    id = fields.UUID()
    on_date = fields.Date()
    from_desk = fields.String()
    to_desk = fields.String()
    from_manager = fields.String(allow_none=True)
    to_manager = fields.String(allow_none=True)
    note = fields.String(allow_none=True)


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


class ChangeShape(Schema):
    field = fields.String()
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)


class EntryShape(Schema):
    """Something that was done, and the fields that it changed."""

    moment = fields.DateTime()
    who = fields.String()
    what = fields.String()
    changes = fields.List(fields.Nested(ChangeShape))


class HistoryShape(Schema):
    items = fields.List(fields.Nested(EntryShape))


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
