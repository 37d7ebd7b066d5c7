"""Reference data, the same for every consortium: places, and standard codes. Filled by the owner, after the migrations."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, select
from sqlalchemy.dialects.postgresql import insert

from tenants import classifications, gazetteer
from tenants.models import Birthplace, Municipality, Region, new_id


def fill(engine: Engine) -> None:
    """Bring the reference tables up to the gazetteer and the classifications, which come with the program; instant when they are."""
    with engine.begin() as owner:
        classifications.fill(owner)
        if not _filled(owner):
            _fill_places(owner)


def _fill_places(owner: Connection) -> None:
    _put(owner, Region, "id", ({"id": each.istat, "slug": each.slug, "name": each.name} for each in gazetteer.regions()))
    _put(owner, Municipality, "istat", (_municipality(each) for each in gazetteer.municipalities() if each.active))
    owner.execute(delete(Birthplace))
    _put(owner, Birthplace, "id", ({"id": new_id(), **each._asdict()} for each in gazetteer.birthplaces()))


def _filled(owner: Connection) -> bool:
    """Whether as many places are there as the gazetteer knows, by the same names."""
    known = [each.name for each in gazetteer.birthplaces()]
    return sorted(known) == sorted(owner.scalars(select(Birthplace.__table__.c.name)))


def _municipality(row: gazetteer.Municipality) -> dict[str, Any]:
    known = ("istat", "name", "province", "cadastral", "population", "population_on")
    return {**{name: getattr(row, name) for name in known}, "region_id": row.region}


def _put(owner: Connection, model: Any, key: str, rows: Iterable[dict[str, Any]]) -> None:
    table: Table = model.__table__
    statement = insert(table)
    kept = {column.name: statement.excluded[column.name] for column in table.columns if column.name != key}
    owner.execute(statement.on_conflict_do_update(index_elements=[key], set_=kept), list(rows))
