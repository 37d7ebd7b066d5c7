"""Shapes of people, cases and assignments, as pages and programs send them."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from consortium.cases import birthplaces, codice_fiscale
from consortium.cases.fields import Day, Id, Mail, OneOf, Whole, Words
from consortium.cases.models import AssignmentSource, ReturnReason, Sex
from consortium.web.listing.formats import today

PHONE = validate.Regexp(r"^\+?\d{5,15}\Z", error=_l("Write the number in digits only, with the country's prefix if it is foreign."))


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
        tidied = dict(data)
        if isinstance(data.get("codice_fiscale"), str):
            tidied["codice_fiscale"] = codice_fiscale.tidy(data["codice_fiscale"]) or None
        if isinstance(data.get("phone"), str):
            tidied["phone"] = re.sub(r"^(\+39|0039)(?=\d{6})", "", re.sub(r"[\s./()-]", "", data["phone"])) or None
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
    revision = Whole(required=True)
