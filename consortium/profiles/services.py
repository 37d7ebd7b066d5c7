"""Writes of the SAP: the profile is saved, rows of its lists are added, changed, removed, and brought back."""

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import Column, Date

from consortium.cases import joining
from consortium.cases.models import Person
from consortium.profiles import queries
from consortium.profiles.kinds import Kind
from consortium.profiles.models import LanguageSkill, Profile
from consortium.trail.queries import removed
from tenants.database import db
from tenants.errors import Problem, told_by


class LanguageRepeated(Problem):
    title = _l("This language is in the list already")
    remedy = _l("Change its level in the list.")


class OccupationRepeated(Problem):
    title = _l("This occupation is in the list already")
    remedy = _l("Change it in the list.")


class ProfileJustMade(Problem):
    title = _l("Somebody else has written this profile at the same moment")
    remedy = _l("Open it again, and add what is missing.")


_REPEATED: dict[str, Problem] = {
    "uq_language_skills_tenant_id_person_id_language": LanguageRepeated(field="language"),
    "uq_desired_occupations_tenant_id_person_id_occupation": OccupationRepeated(field="occupation"),
}


def save_profile(*, person: Person, profile: Profile | None, occupation: str | None, **facts: Any) -> Profile:
    """What there is one of; the occupational status is the person's own column. Raises ProfileJustMade.

    `profile`: as it was read (None: there was none); who reads it anew here would overwrite what was written meanwhile.
    """
    profile = profile or Profile(person_id=person.id)
    for name, value in facts.items():
        setattr(profile, name, value)
    person.occupation = occupation
    with told_by({"uq_profiles_tenant_id_person_id": ProfileJustMade()}):
        db.session.add(profile)
        db.session.flush()
    return profile


def add_item(*, kind: Kind, person_id: UUID, **facts: Any) -> Any:
    """A row more in a list. Raises LanguageRepeated, OccupationRepeated."""
    row = kind.model(person_id=person_id, **facts)
    with told_by(_REPEATED):
        db.session.add(row)
        db.session.flush()
    return row


def change_item(*, row: Any, **facts: Any) -> Any:
    """Other facts in a row of a list. Raises LanguageRepeated, OccupationRepeated."""
    for name, value in facts.items():
        setattr(row, name, value)
    with told_by(_REPEATED):
        db.session.flush()
    return row


def remove_item(*, row: Any) -> None:
    """The row goes; the trail keeps it, and `bring_back` finds it there."""
    db.session.delete(row)
    db.session.flush()


def bring_back(*, kind: Kind, item_id: UUID, person_id: UUID) -> Any | None:
    """A removed row of this person, as it was; None where there is none. Raises LanguageRepeated, OccupationRepeated."""
    gone = removed(kind.name, item_id)
    facts = gone.before if gone else {}
    if facts.get("person_id") != str(person_id) or queries.is_there(kind, item_id):
        return None
    columns = kind.model.__table__.c
    return add_item(kind=kind, person_id=person_id, id=item_id, **{name: _as_kept(columns[name], facts[name]) for name in kind.columns})


def _as_kept(column: Column[Any], value: Any) -> Any:
    """A value of the trail, which is JSON, as the column has it."""
    return date.fromisoformat(value) if value and isinstance(column.type, Date) else value


def _made_one(kept: joining.Row, merged: joining.Row) -> dict[str, Any]:
    """A language in both of two people who become one: a certificate is of its level."""
    return joining.missing(kept, merged, ["certificate"] if kept["level"] == merged["level"] else [])


joining.PROPOSALS[LanguageSkill.__tablename__] = _made_one
