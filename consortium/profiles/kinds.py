"""The lists of the SAP, each told once: its table, schemas and words; pages and programs are made of this."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from consortium.profiles import models, schemas, words
from consortium.web.listing.columns import Label


@dataclass(frozen=True)
class Kind:
    """A list. `name` is its table and stands in addresses; `key` is the parameter that holds a row's id.

    `fields`: its columns with their words, in order; `title`: the one that names a row; `newest`: those to order by, latest first.
    """

    model: Any
    key: str
    heading: Label
    adding: Label
    changing: Label
    empty: Label
    schema: type[Schema]
    editing: type[Schema]
    shape: type[Schema]
    fields: Mapping[str, Label]
    title: str
    newest: tuple[str, ...] = ()
    # Whether a person without any row is asked for one: not everybody has been trained.
    asked: bool = True

    @property
    def name(self) -> str:
        return str(self.model.__tablename__)

    @property
    def address(self) -> str:
        """The list in addresses: work-experiences."""
        return self.name.replace("_", "-")

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.fields)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            models.Education,
            "education_id",
            _l("Education and qualifications"),
            _l("Add a qualification"),
            _l("Change the qualification"),
            _l("No qualification is written yet."),
            schemas.EducationSchema,
            schemas.EditEducationSchema,
            schemas.EducationShape,
            words.EDUCATION_FIELDS,
            "title",
            ("year",),
        ),
        Kind(
            models.Training,
            "training_id",
            _l("Training"),
            _l("Add a course"),
            _l("Change the course"),
            _l("No course is written yet."),
            schemas.TrainingSchema,
            schemas.EditTrainingSchema,
            schemas.TrainingShape,
            words.TRAINING_FIELDS,
            "title",
            ("ends_on", "begins_on"),
            asked=False,
        ),
        Kind(
            models.WorkExperience,
            "work_experience_id",
            _l("Work experience"),
            _l("Add a job"),
            _l("Change the job"),
            _l("No job is written yet."),
            schemas.WorkExperienceSchema,
            schemas.EditWorkExperienceSchema,
            schemas.WorkExperienceShape,
            words.WORK_FIELDS,
            "role",
            ("begins_on",),
        ),
        Kind(
            models.LanguageSkill,
            "language_skill_id",
            _l("Languages"),
            _l("Add a language"),
            _l("Change the language"),
            _l("No language is written yet."),
            schemas.LanguageSkillSchema,
            schemas.EditLanguageSkillSchema,
            schemas.LanguageSkillShape,
            words.LANGUAGE_FIELDS,
            "language",
        ),
        Kind(
            models.DesiredOccupation,
            "desired_occupation_id",
            _l("Desired occupations"),
            _l("Add an occupation"),
            _l("Change the occupation"),
            _l("No occupation is written yet."),
            schemas.DesiredOccupationSchema,
            schemas.EditDesiredOccupationSchema,
            schemas.DesiredOccupationShape,
            words.DESIRED_FIELDS,
            "occupation",
        ),
    )
}
