"""What the SAP's sections and values are called, and how the trail of them reads."""

from collections.abc import Mapping

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l

from consortium.cases.words import OCCUPATION
from consortium.codes.models import Scheme
from consortium.codes.tables import Table
from consortium.profiles.models import LanguageLevel, WorkingTime
from consortium.trail.labels import describe
from consortium.web.listing.columns import Label

LEVELS: Mapping[str, Label] = {
    LanguageLevel.MOTHER_TONGUE: _l("Mother tongue"),
    **{level: _l("%(level)s (CEFR)", level=level.value) for level in LanguageLevel if level != LanguageLevel.MOTHER_TONGUE},
}
WORKING_TIMES: Mapping[str, Label] = {
    WorkingTime.FULL: _l("Full time"),
    WorkingTime.PART: _l("Part time"),
    WorkingTime.ANY: _l("Full or part time"),
}
PERMIT_KINDS = Table(Scheme.PERMIT_KINDS)
LICENCES = Table(Scheme.DRIVING_LICENCES)
EDUCATION = Table(Scheme.EDUCATION)
CONTRACTS = Table(Scheme.CONTRACTS)
LANGUAGES = Table(Scheme.LANGUAGES)

# Sections of the profile: (anchor, heading, columns in order).
STAY, STATUS, AVAILABILITY, SKILLS = "stay", "status", "availability", "skills"
SECTIONS: Mapping[str, Label] = {
    STAY: _l("Permit of stay and domicile"),
    STATUS: _l("Administrative status"),
    AVAILABILITY: _l("Availability"),
    SKILLS: _l("Licences and skills"),
}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    STAY: ("permit_kind", "permit_number", "permit_expires_on", "domicile", "other_phone"),
    STATUS: ("status_since", "did_on"),
    AVAILABILITY: ("working_time", "shifts", "weekends", "available_from", "travel_km", "own_vehicle"),
    SKILLS: ("licences", "it_skills", "skills"),
}
PROFILE: Mapping[str, Label] = {
    "permit_kind": _l("Kind of permit of stay"),
    "permit_number": _l("Number of the permit"),
    "permit_expires_on": _l("Permit valid until"),
    "domicile": _l("Domicile, where it is not the residence"),
    "other_phone": _l("Other phone"),
    "status_since": _l("In this status since"),
    "did_on": _l("Date of the DID"),
    "working_time": _l("Working time"),
    "shifts": _l("Available for shifts"),
    "weekends": _l("Available at weekends"),
    "available_from": _l("Available from"),
    "travel_km": _l("How far from home (km)"),
    "own_vehicle": _l("Has a vehicle"),
    "licences": _l("Driving licences"),
    "it_skills": _l("IT skills"),
    "skills": _l("Other skills"),
}
OCCUPATION_LABEL = _l("Occupational status")
EDUCATION_FIELDS: Mapping[str, Label] = {
    "level": _l("Level"),
    "title": _l("Qualification"),
    "institution": _l("School or university"),
    "year": _l("Year"),
    "completed": _l("Completed"),
}
TRAINING_FIELDS: Mapping[str, Label] = {
    "title": _l("Course"),
    "body": _l("Training body"),
    "begins_on": _l("From"),
    "ends_on": _l("To"),
    "hours": _l("Hours"),
    "certificate": _l("Certificate"),
}
WORK_FIELDS: Mapping[str, Label] = {
    "employer": _l("Employer"),
    "role": _l("Qualification or role"),
    "occupation": _l("Occupation"),
    "contract": _l("Contract"),
    "begins_on": _l("From"),
    "ends_on": _l("To"),
    "duties": _l("Duties"),
}
LANGUAGE_FIELDS: Mapping[str, Label] = {"language": _l("Language"), "level": _l("Level"), "certificate": _l("Certificate")}
DESIRED_FIELDS: Mapping[str, Label] = {
    "occupation": _l("Occupation"),
    "experience": _l("Years of experience"),
    "note": _l("Note"),
}

_PART = ("person_id",)
describe(
    "profiles",
    _l("Professional record"),
    # The status is the person's own column, and the form's own field.
    {**PROFILE, "occupation": OCCUPATION_LABEL},
    {"permit_kind": PERMIT_KINDS, "licences": LICENCES, "working_time": WORKING_TIMES, "occupation": OCCUPATION},
    hidden=_PART,
)
describe("educations", _l("Education"), EDUCATION_FIELDS, {"level": EDUCATION}, hidden=_PART)
describe("trainings", _l("Training"), TRAINING_FIELDS, hidden=_PART)
describe("work_experiences", _l("Job held"), WORK_FIELDS, {"contract": CONTRACTS}, hidden=_PART)
describe("language_skills", _l("Language"), LANGUAGE_FIELDS, {"language": LANGUAGES, "level": LEVELS}, hidden=_PART)
describe("desired_occupations", _l("Desired occupation"), DESIRED_FIELDS, {"experience": format_decimal}, hidden=_PART)
