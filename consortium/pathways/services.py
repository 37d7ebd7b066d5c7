"""Writes of pathways: measures are set up; pathways are opened, suspended, concluded; sessions are recorded."""

from typing import Any

from sqlalchemy import select

from consortium.desks.models import Desk
from consortium.pathways import schemas
from consortium.pathways.models import Measure, MeasureDesk
from tenants.charter import Section
from tenants.database import db


def set_up_measure(*, desks: list[Any], **facts: Any) -> Measure:
    """A measure and the desks (ids) that may work it."""
    measure = Measure(**facts)
    db.session.add(measure)
    db.session.flush()
    db.session.add_all(MeasureDesk(measure_id=measure.id, desk_id=desk_id) for desk_id in desks)
    db.session.flush()
    return measure


def _found_measures(rows: list[dict[str, Any]]) -> None:
    desks = {slug: desk_id for slug, desk_id in db.session.execute(select(Desk.slug, Desk.id))}
    for row in rows:
        set_up_measure(**{**row, "desks": [desks[slug] for slug in row["desks"]]})


CHARTER = (
    Section("measures", schemas.CharterMeasure(many=True), _found_measures, unique=(("code",), ("name",)), refers={"desks": "desks.slug"}),
)
