"""Shapes of the SAP's sections, as pages and programs send them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from consortium.cases.schemas import PHONE, tidy_phone
from consortium.codes.fields import Coded, SeveralCoded
from consortium.codes.models import Scheme
from consortium.profiles.models import LanguageLevel, WorkingTime
from consortium.web.fields import Day, Id, OneOf, RevisionSchema, Spoken, Whole, Words
from consortium.web.listing.formats import today

LONG_TEXT = 2000
OPTIONAL: Mapping[str, Any] = {"allow_none": True, "load_default": None}


class Years(Spoken, fields.Float):
    """Years of experience: 0.5, or 0,5."""

    default_error_messages = {"invalid": _l("This is not a number."), "too_large": _l("This is not a number.")}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        return super()._deserialize(value.replace(",", ".") if isinstance(value, str) else value, attr, data, **options)


def _whole(lowest: int, highest: int) -> Whole:
    words = _l("Write a number between %(lowest)s and %(highest)s.", lowest=lowest, highest=highest)
    return Whole(validate=validate.Range(lowest, highest, error=words), **OPTIONAL)


def _has_come(data: Mapping[str, Any], *names: str) -> dict[str, list[str]]:
    return {name: [_("This day has not come yet.")] for name in names if data.get(name) and data[name] > today()}


def _in_order(data: Mapping[str, Any]) -> dict[str, list[str]]:
    first: date | None = data.get("begins_on")
    last: date | None = data.get("ends_on")
    return {"ends_on": [_("It ends before it begins: correct one of the two days.")]} if first and last and last < first else {}


def _refuse(errors: dict[str, list[str]]) -> None:
    if errors:
        raise ValidationError(errors)


class ProfileSchema(Schema):
    """What there is one of for each person. `occupation` is the person's occupational status, kept with their personal data."""

    occupation = Words(**OPTIONAL)
    status_since = Day(**OPTIONAL)
    did_on = Day(**OPTIONAL)
    working_time = OneOf(WorkingTime, **OPTIONAL)
    shifts = fields.Boolean(load_default=False)
    weekends = fields.Boolean(load_default=False)
    own_vehicle = fields.Boolean(load_default=False)
    available_from = Day(**OPTIONAL)
    travel_km = _whole(0, 1000)
    licences = SeveralCoded(Scheme.DRIVING_LICENCES)
    it_skills = Words(LONG_TEXT, **OPTIONAL)
    skills = Words(LONG_TEXT, **OPTIONAL)
    permit_kind = Coded(Scheme.PERMIT_KINDS, **OPTIONAL)
    permit_number = Words(40, **OPTIONAL)
    permit_expires_on = Day(**OPTIONAL)
    domicile = Words(**OPTIONAL)
    other_phone = fields.String(validate=PHONE, **OPTIONAL)

    @pre_load
    def _tidy(self, data: Any, **_options: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("other_phone"), str):
            return data
        return {**data, "other_phone": tidy_phone(data["other_phone"])}

    @validates_schema(skip_on_field_errors=False)
    def _days(self, data: dict[str, Any], **_options: Any) -> None:
        _refuse(_has_come(data, "status_since", "did_on"))


class EditProfileSchema(ProfileSchema):
    """`revision`: of the profile, 0 where there is none yet; the status, which another form may change too, is compared by itself."""

    revision = Whole(required=True)


class PutProfileSchema(ProfileSchema):
    """`revision`: of the profile and the personal data together, for both are written in."""

    revision = Whole(required=True)


class EducationSchema(Schema):
    """A qualification, or a course of study left off."""

    level = Coded(Scheme.EDUCATION, required=True)
    title = Words(required=True)
    institution = Words(**OPTIONAL)
    year = _whole(1920, 2100)
    completed = fields.Boolean(load_default=False)

    @validates_schema(skip_on_field_errors=False)
    def _past(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("completed") and data.get("year") and data["year"] > today().year:
            raise ValidationError({"year": [_("This year has not come yet.")]})


class TrainingSchema(Schema):
    """A course outside school."""

    title = Words(required=True)
    body = Words(**OPTIONAL)
    begins_on = Day(**OPTIONAL)
    ends_on = Day(**OPTIONAL)
    hours = _whole(1, 10_000)
    certificate = Words(**OPTIONAL)

    @validates_schema(skip_on_field_errors=False)
    def _days(self, data: dict[str, Any], **_options: Any) -> None:
        _refuse(_in_order(data))


class WorkExperienceSchema(Schema):
    """A job held."""

    role = Words(required=True)
    employer = Words(required=True)
    begins_on = Day(required=True)
    ends_on = Day(**OPTIONAL)
    contract = Coded(Scheme.CONTRACTS, **OPTIONAL)
    occupation = Coded(Scheme.OCCUPATIONS, **OPTIONAL)
    duties = Words(LONG_TEXT, **OPTIONAL)

    @validates_schema(skip_on_field_errors=False)
    def _days(self, data: dict[str, Any], **_options: Any) -> None:
        _refuse(_in_order(data) | _has_come(data, "begins_on"))


class LanguageSkillSchema(Schema):
    """A language, and how well it is spoken."""

    language = Coded(Scheme.LANGUAGES, required=True)
    level = OneOf(LanguageLevel, required=True)
    certificate = Words(**OPTIONAL)


class DesiredOccupationSchema(Schema):
    """An occupation looked for."""

    occupation = Coded(Scheme.OCCUPATIONS, required=True)
    experience = Years(
        validate=validate.Range(0, 60, error=_l("Write a number between %(lowest)s and %(highest)s.", lowest=0, highest=60)), **OPTIONAL
    )
    note = Words(**OPTIONAL)


class BringBackSchema(Schema):
    """A row that was removed."""

    id = Id(required=True)


class EditEducationSchema(EducationSchema, RevisionSchema):
    pass


class EditTrainingSchema(TrainingSchema, RevisionSchema):
    pass


class EditWorkExperienceSchema(WorkExperienceSchema, RevisionSchema):
    pass


class EditLanguageSkillSchema(LanguageSkillSchema, RevisionSchema):
    pass


class EditDesiredOccupationSchema(DesiredOccupationSchema, RevisionSchema):
    pass


class RowShape(Schema):
    id = fields.UUID()
    revision = fields.Integer()


class EducationShape(RowShape, EducationSchema):
    """A qualification, as kept."""


class TrainingShape(RowShape, TrainingSchema):
    """A course, as kept."""


class WorkExperienceShape(RowShape, WorkExperienceSchema):
    """A job, as kept."""


class LanguageSkillShape(RowShape, LanguageSkillSchema):
    """A language, as kept."""


class DesiredOccupationShape(RowShape, DesiredOccupationSchema):
    """An occupation looked for, as kept."""


class ProfileShape(ProfileSchema):
    """The SAP beyond the personal section: the profile (null where nothing is known), and its lists.

    `revision`: of the profile and the personal data together (the occupational status is among those); each row has one of its own.
    """

    case_id = fields.UUID()
    revision = fields.Integer()
    educations = fields.List(fields.Nested(EducationShape))
    trainings = fields.List(fields.Nested(TrainingShape))
    work_experiences = fields.List(fields.Nested(WorkExperienceShape))
    language_skills = fields.List(fields.Nested(LanguageSkillShape))
    desired_occupations = fields.List(fields.Nested(DesiredOccupationShape))
