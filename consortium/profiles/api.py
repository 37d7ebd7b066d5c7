"""The SAP for programs: all of it, the profile, the rows of its lists."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from consortium.cases.pages import case_file
from consortium.cases.policy import Cases
from consortium.cases.queries import Found
from consortium.profiles import queries, schemas, services
from consortium.profiles.item_pages import existing
from consortium.profiles.kinds import KINDS, Kind
from consortium.profiles.models import Profile
from consortium.profiles.views import FACTS
from consortium.web.guard import requires
from consortium.web.programs import Blueprint, Facts, Made, refused, unchanged

blueprint = Blueprint(
    "profiles-api",
    __name__,
    url_prefix="/api/v1/<slug:tenant>",
    description="The professional record (SAP): status, availability, education, training, work, languages, desired occupations",
)


@blueprint.get("/cases/<uuid:case_id>/profile")
@blueprint.response(200, schemas.ProfileShape)
@requires(Cases.READ)
def profile(case_id: UUID) -> dict[str, Any]:
    """All of a person's record, but for their personal data, which are with the case."""
    return _whole(case_file(case_id))


def _whole(file: Found) -> dict[str, Any]:
    person, found = file.Person, queries.profile(file.Person.id)
    facts = {name: getattr(found, name) for name in FACTS if hasattr(found, name)}
    empty = {"shifts": False, "weekends": False, "own_vehicle": False, "licences": []}
    lists = {kind.name: queries.rows(kind, person.id) for kind in KINDS.values()}
    own = {"occupation": person.occupation, "case_id": file.Case.id, "revision": _revision(file, found)}
    return {**dict.fromkeys(FACTS), **empty, **facts, **own, **lists}


def _revision(file: Found, found: Profile | None) -> int:
    """The status is a column of the person: whoever saves either moves it on."""
    return int(file.Person.revision + (found.revision if found else 0))


@blueprint.put("/cases/<uuid:case_id>/profile")
@blueprint.takes(schemas.PutProfileSchema, schemas.ProfileShape, about=case_file, status=200)
@requires(Cases.WRITE)
def put_profile(file: Found, facts: Facts) -> Made:
    """Write what there is one of: what is left out is empty from now on."""
    found = queries.profile(file.Person.id)
    unchanged(_revision(file, found), facts)
    services.save_profile(person=file.Person, profile=found, **facts)
    return _whole(file), _address(file.Case.id)


def _address(case_id: UUID) -> str:
    return url_for("profiles-api.profile", case_id=case_id)


def _offer(kind: Kind) -> None:
    """A list, as the forms have it."""
    of_row = f"/{kind.address}/<uuid:{kind.key}>"

    def row(**where: UUID) -> queries.Item:
        return existing(kind, where[kind.key])

    @blueprint.post(f"/cases/<uuid:case_id>/{kind.address}", endpoint=f"{kind.name}-add")
    @blueprint.doc(summary=f"{kind.model.__name__}: Add a row to the list.")
    @blueprint.takes(kind.schema, kind.shape, about=case_file)
    @requires(Cases.WRITE)
    def add(file: Found, facts: Facts) -> Made:
        return services.add_item(kind=kind, person_id=file.Person.id, **facts), _address(file.Case.id)

    @blueprint.put(of_row, endpoint=f"{kind.name}-put")
    @blueprint.doc(summary=f"{kind.model.__name__}: Write a row of the list anew.")
    @blueprint.takes(kind.editing, kind.shape, about=row, status=200)
    @requires(Cases.WRITE)
    def put(item: queries.Item, facts: Facts) -> Made:
        unchanged(item.row.revision, facts)
        return services.change_item(row=item.row, **facts), _address(item.case_id)

    @blueprint.delete(of_row, endpoint=f"{kind.name}-remove")
    @blueprint.doc(summary=f"{kind.model.__name__}: Remove a row of the list.")
    @blueprint.removes(about=row)
    @requires(Cases.WRITE)
    def remove(item: queries.Item, facts: Facts) -> None:
        unchanged(item.row.revision, facts)
        services.remove_item(row=item.row)

    @blueprint.post(f"/cases/<uuid:case_id>/{kind.address}/bring-back", endpoint=f"{kind.name}-bring-back")
    @blueprint.doc(summary=f"{kind.model.__name__}: Bring a removed row of the list back, as it was.")
    @blueprint.takes(schemas.BringBackSchema, kind.shape, about=case_file, status=200)
    @requires(Cases.WRITE)
    def bring_back(file: Found, facts: Facts) -> Made:
        back = services.bring_back(kind=kind, item_id=facts["id"], person_id=file.Person.id)
        return back or refused({"id": [_("No row with this id was removed from this list.")]}), _address(file.Case.id)


for _kind in KINDS.values():
    _offer(_kind)
