"""Writes of measures: what is funded, at which desks, by the hour of which services; which measures do not go together.

Changing a measure never rewrites the past: what sessions were recorded with stays as it was. What they are worth is in `pricing`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from consortium.cases.queries import same
from consortium.pathways import standing
from consortium.pathways.models import Measure, MeasureConflict, MeasureDesk, MeasureService, Pathway, Session, UnitCost
from consortium.web.listing.formats import day as shown
from tenants.database import db
from tenants.errors import Problem, told_by


class MeasureKnown(Problem):
    title = _l("Another measure has this code or this name")
    remedy = _l("Give this one another, or change the one that there is.")


class MeasureInUse(Problem):
    title = _l("Pathways of this measure stand in the way")


class ServiceInUse(Problem):
    title = _l("Sessions of this service stand in the way")


class ServiceTwice(Problem):
    title = _l("Two services of a measure have one name")
    remedy = _l("Give one of them another name.")


class GridChanged(Problem):
    title = _l("Somebody has changed these choices meanwhile")
    remedy = _l("Look at them as they are now, and choose again.")


def set_up_measure(*, desks: Iterable[UUID], services: Iterable[Mapping[str, Any]] = (), **facts: Any) -> Measure:
    """A measure, the desks (ids) that may work it, its services ({name, hours_budget}). Raises MeasureKnown, ServiceTwice."""
    measure = Measure(**facts)
    with told_by(_known()):
        db.session.add(measure)
        db.session.flush()
    db.session.add_all(MeasureDesk(measure_id=measure.id, desk_id=desk_id) for desk_id in desks)
    rows = [MeasureService(measure_id=measure.id, position=place, **told) for place, told in enumerate(services, 1)]
    with told_by(_twice()):
        db.session.add_all(rows)
        db.session.flush()
    return measure


def change_measure(*, measure: Measure, desks: Iterable[UUID], **facts: Any) -> Measure:
    """Correct a measure, and which desks may work it from now on. Raises MeasureKnown, MeasureInUse."""
    _still_covers(measure, facts["valid_from"], facts["valid_to"])
    for field, value in facts.items():
        setattr(measure, field, value)
    with told_by(_known()):
        db.session.flush()
    wanted = set(desks)
    allowed = {row.desk_id: row for row in db.session.scalars(select(MeasureDesk).where(MeasureDesk.measure_id == measure.id))}
    for desk_id in allowed.keys() - wanted:
        db.session.delete(allowed[desk_id])
    db.session.add_all(MeasureDesk(measure_id=measure.id, desk_id=desk_id) for desk_id in wanted - allowed.keys())
    if wanted != allowed.keys():
        flag_modified(measure, "name")  # the desks are part of the form: a page left behind must find a new revision
    db.session.flush()
    return measure


def _known() -> dict[str, Problem]:
    return {"uq_measures_tenant_id_code": MeasureKnown(field="code"), "uq_measures_tenant_id_name": MeasureKnown(field="name")}


def _still_covers(measure: Measure, valid_from: date, valid_to: date) -> None:
    """The period holds every activation and every session that there is."""
    activated = select(func.min(Pathway.activated_on), func.max(Pathway.activated_on)).where(Pathway.measure_id == measure.id)
    held = select(func.min(Session.on_date), func.max(Session.on_date)).join(Pathway, same(Session.pathway_id, Pathway))
    spans = (db.session.execute(activated).one(), db.session.execute(held.where(Pathway.measure_id == measure.id)).one())
    said = (_("A pathway was activated on %(day)s."), _("There is a session on %(day)s."))
    for words, (first, last) in zip(said, spans, strict=True):
        if first and first < valid_from:
            raise MeasureInUse(words % {"day": shown(first)}, field="valid_from", remedy=_("Write that day or an earlier one."))
        if last and last > valid_to:
            raise MeasureInUse(words % {"day": shown(last)}, field="valid_to", remedy=_("Write that day or a later one."))


def set_services(*, measure: Measure, services: Iterable[Mapping[str, Any]]) -> Measure:
    """The services of a measure in their order: {id (none: a new one), name, hours_budget, withdrawn}; one that is not among them goes.

    `field`: where an error about it is told. Raises ServiceInUse, ServiceTwice.
    """
    there = {row.id: row for row in standing.services_of(measure.id)}
    wanted = list(services)
    used = used_services(measure.id)
    for row in there.values():
        if row.id not in {told.get("id") for told in wanted}:
            _unused(row.name, used, row, None)
            db.session.delete(row)
    names = [told["name"].casefold() for told in wanted]
    for place, told in enumerate(wanted):
        if names[place] in names[:place]:
            raise ServiceTwice(field=_field(told, place))
        _set_service(measure, there, used, place, told)
    # The services are part of the measure: who edits them edits it, and its revision says so.
    flag_modified(measure, "name")
    with told_by(_twice()):
        db.session.flush()
    return measure


def _set_service(
    measure: Measure, there: Mapping[UUID, MeasureService], used: Mapping[str, int], place: int, told: Mapping[str, Any]
) -> None:
    row = there.get(told.get("id") or measure.id)
    if row is None:
        row = MeasureService(measure_id=measure.id, name=told["name"])
        db.session.add(row)
    if row.name != told["name"]:
        _unused(row.name, used, row, _field(told, place))
    row.name, row.position = told["name"], place + 1
    row.hours_budget, row.withdrawn = told.get("hours_budget"), bool(told.get("withdrawn"))


def _field(told: Mapping[str, Any], place: int) -> str:
    """Where an error about a service is told: a form says which field, programs have a list."""
    return told.get("field") or f"services.{place}.name"


def used_services(measure_id: UUID) -> dict[str, int]:
    """Name → how many sessions of the measure are of this service."""
    counted = select(Session.service, func.count().label("count")).join(Pathway, same(Session.pathway_id, Pathway))
    rows = db.session.execute(counted.where(Pathway.measure_id == measure_id).group_by(Session.service))
    return {row[0]: row[1] for row in rows}


def _unused(name: str, used: Mapping[str, int], row: MeasureService, field: str | None) -> None:
    """A service that was delivered, or has a cost, keeps its name and its place. Raises ServiceInUse."""
    if used.get(name):
        words = ngettext(
            "“%(service)s” has %(num)s session, which keeps its name.",
            "“%(service)s” has %(num)s sessions, which keep its name.",
            used[name],
            service=name,
        )
        raise ServiceInUse(words, field=field, remedy=_("Withdraw it: it is offered no more. Write another one beside it."))
    if field is None and db.session.scalar(select(func.count()).select_from(UnitCost).where(UnitCost.service_id == row.id)):
        words = _("“%(service)s” has a unit cost.", service=name)
        raise ServiceInUse(words, remedy=_("Remove its costs first, or withdraw it: it is offered no more."))


def _twice() -> dict[str, Problem]:
    return {"uq_measure_services_tenant_id_measure_id_name": ServiceTwice()}


def set_conflicts(*, effects: Mapping[tuple[UUID, UUID], str | None], act: str | None, seen: str) -> None:
    """Which pairs of measures (or a measure with itself) do not go together: stop, warn, or nothing. Only what differs is written.

    `seen`: the `stamp` of the grid as it was looked at. Raises GridChanged.
    """
    rows = {(row.measure_id, row.other_id): row for row in db.session.scalars(select(MeasureConflict).with_for_update())}
    if seen != stamp(rows.values()):
        raise GridChanged
    for pair, effect in effects.items():
        first, second = sorted(pair)
        row = rows.get((first, second))
        if effect and row is None:
            db.session.add(MeasureConflict(measure_id=first, other_id=second, effect=effect, act=act))
        elif row is not None and not effect:
            db.session.delete(row)
        elif row is not None and effect and row.effect != effect:
            row.effect, row.act = effect, act or row.act
    db.session.flush()


def stamp(rows: Iterable[MeasureConflict]) -> str:
    """The state of the grid in a word."""
    known = list(rows)
    return f"{len(known)}-{sum(row.revision for row in known)}-{max((row.id.hex for row in known), default='')}"
