"""Measures, their services and costs, which do not go together, and months: for programs."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import g, url_for
from flask_babel import gettext as _
from sqlalchemy import Select

from consortium.cases import queries as cases
from consortium.desks.models import Desk
from consortium.pathways import books, closing, funding, history, lists, pricing, queries, schemas, standing
from consortium.pathways.costs import cost_file
from consortium.pathways.door import desk_of, month_of
from consortium.pathways.door import programs as blueprint
from consortium.pathways.measures import measure_of
from consortium.pathways.models import Measure
from consortium.pathways.months import NAMED
from consortium.pathways.policy import Measures, Months
from consortium.trail.schemas import HistoryShape
from consortium.web.guard import requires
from consortium.web.intake import not_offered
from consortium.web.programs import Facts, Made, refuse, unchanged


@blueprint.get("/measures")
@blueprint.lists(lists.MEASURES)
@requires(Measures.READ)
def measures() -> Select[Any]:
    """The funded measures, their period and their desks."""
    return lists.every_measure()


@blueprint.get("/measures/<uuid:measure_id>")
@blueprint.response(200, schemas.MeasureShape)
@requires(Measures.READ)
def measure(measure_id: UUID) -> dict[str, Any]:
    """A measure with its services and their unit costs."""
    return _whole(measure_of(measure_id))


@blueprint.get("/measures/<uuid:measure_id>/history")
@blueprint.response(200, HistoryShape)
@requires(Measures.READ)
def measure_history(measure_id: UUID) -> dict[str, Any]:
    """What was changed in a measure, its desks, services and costs, and in what goes with it, when and by whom, the newest first."""
    found, services, costs = measure_of(measure_id), standing.services_of(measure_id), queries.costs_of(measure_id)
    return {"items": history.of_measure(found, services, costs, queries.measures())}


@blueprint.post("/measures")
@blueprint.takes(schemas.MeasureSchema, schemas.MeasureShape)
@requires(Measures.MANAGE)
def new_measure(facts: Facts) -> Made:
    """Set up a measure; its services come next."""
    _desks_are_ours(facts)
    return _made(funding.set_up_measure(**facts))


@blueprint.post("/measures/<uuid:measure_id>/edit")
@blueprint.takes(schemas.EditMeasureSchema, schemas.MeasureShape, about=measure_of, status=200)
@requires(Measures.MANAGE)
def edit_measure(found: Measure, facts: Facts) -> Made:
    """Change a measure: what is left out is empty from now on. Its period goes on holding what was done in it."""
    unchanged(found.revision, facts)
    _desks_are_ours(facts)
    return _made(funding.change_measure(measure=found, **facts))


@blueprint.post("/measures/<uuid:measure_id>/services")
@blueprint.takes(schemas.ServicesSchema, schemas.MeasureShape, about=measure_of, status=200)
@requires(Measures.MANAGE)
def services(found: Measure, facts: Facts) -> Made:
    """Set the services of a measure, all of them. One that was delivered is withdrawn, not renamed."""
    unchanged(found.revision, facts)
    return _made(funding.set_services(measure=found, services=facts["services"]))


@blueprint.post("/measures/<uuid:measure_id>/costs")
@blueprint.takes(schemas.NewCostSchema, schemas.MeasureShape, about=measure_of)
@requires(Measures.MANAGE)
def new_cost(found: Measure, facts: Facts) -> Made:
    """Say what an hour of a service is worth from a day on."""
    offered = {service.id: service for service in standing.services_of(found.id)}
    refuse(not_offered(facts, service_id=[(each, "") for each in offered]))
    pricing.add_cost(service=offered[facts.pop("service_id")], **facts)
    return _made(found)


@blueprint.post("/unit-costs/<uuid:unit_cost_id>/edit")
@blueprint.takes(schemas.EditCostSchema, schemas.MeasureShape, about=cost_file, status=200)
@requires(Measures.MANAGE)
def edit_cost(found: Any, facts: Facts) -> Made:
    """Correct or end a unit cost. What values sessions of a closed month can only be ended."""
    unchanged(found.UnitCost.revision, facts)
    pricing.change_cost(cost=found.UnitCost, **facts)
    return _made(measure_of(found.MeasureService.measure_id))


@blueprint.post("/unit-costs/<uuid:unit_cost_id>/remove")
@blueprint.takes(schemas.CostRemovalSchema, schemas.MeasureShape, about=cost_file, status=200)
@requires(Measures.MANAGE)
def remove_cost(found: Any, facts: Facts) -> Made:
    """Remove a unit cost that was a mistake."""
    unchanged(found.UnitCost.revision, facts)
    measure_id = found.MeasureService.measure_id
    pricing.remove_cost(cost=found.UnitCost, **facts)
    return _made(measure_of(measure_id))


def _desks_are_ours(facts: Facts) -> None:
    if not {each for each, _name in cases.open_desks()}.issuperset(facts["desks"]):
        refuse({"desks": [_("Choose one of the answers.")]})


def _made(found: Measure) -> Made:
    return _whole(found), url_for("pathways-api.measure", measure_id=found.id)


def _whole(found: Measure) -> dict[str, Any]:
    """A measure for `MeasureShape`."""
    costs = queries.costs_of(found.id)
    rows = [{**_service(row), "costs": [cost for cost in costs if cost.service_id == row.id]} for row in standing.services_of(found.id)]
    return {"measure": found, "desks": [desk_id for desk_id, _name in queries.desks_of(found.id)], "services": rows}


def _service(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "name", "hours_budget", "withdrawn")}


@blueprint.get("/measure-conflicts")
@blueprint.response(200, schemas.ConflictsShape)
@requires(Measures.READ)
def conflicts() -> dict[str, Any]:
    """The pairs of measures that do not go together, and what happens to a person who would be in both."""
    return _conflicts()


@blueprint.post("/measure-conflicts")
@blueprint.takes(schemas.ConflictsSchema, schemas.ConflictsShape, status=200)
@requires(Measures.MANAGE)
def set_conflicts(facts: Facts) -> Made:
    """Set some pairs; the others stay as they are, and as they were read."""
    known = {row.id for row in queries.measures()}
    if not all({pair["measure_id"], pair["other_id"]} <= known for pair in facts["pairs"]):
        refuse({"pairs": [_("Choose one of the answers.")]})
    effects = {(pair["measure_id"], pair["other_id"]): pair["effect"] for pair in facts["pairs"]}
    funding.set_conflicts(effects=effects, act=facts["act"], seen=facts["revision"])
    return _conflicts(), url_for("pathways-api.conflicts")


def _conflicts() -> dict[str, Any]:
    pairs = queries.conflicts()
    return {"pairs": pairs, "revision": funding.stamp(pairs)}


@blueprint.get("/months")
@blueprint.lists(lists.MONTHS)
@requires(Months.READ)
def months() -> Select[Any]:
    """Hours and value delivered at each desk month by month, as of a day."""
    return lists.months()


@blueprint.get("/desks/<uuid:desk_id>/months/<month>")
@blueprint.response(200, schemas.WholeMonthShape)
@requires(Months.READ)
def month(desk_id: UUID, month: str) -> dict[str, Any]:
    """A desk's month (2023-05): what was done in it, what is perhaps unfinished, when it was closed and reopened, by whom and why."""
    found, first = month_of(desk_id, month)
    told = _of_month(found, first)
    unfinished = [] if told["closed"] else books.unfinished(found.id, first, NAMED)
    return {**told, "unfinished": unfinished, "closings": books.closings(found.id, first)}


@blueprint.post("/desks/<uuid:desk_id>/close-month")
@blueprint.takes(schemas.MonthSchema, schemas.MonthShape, about=desk_of)
@requires(Months.CLOSE)
def close_month(found: Desk, facts: Facts) -> Made:
    """Close a desk's month: its sessions stay as they are."""
    closing.close_month(desk_id=found.id, closed_by_id=g.visitor.membership_id, **facts)
    return _month(found, facts)


@blueprint.post("/desks/<uuid:desk_id>/reopen-month")
@blueprint.takes(schemas.ReopenMonthSchema, schemas.MonthShape, about=desk_of, status=200)
@requires(Months.REOPEN)
def reopen_month(found: Desk, facts: Facts) -> Made:
    """Reopen a desk's last closed month, saying why."""
    closing.reopen_month(desk_id=found.id, reopened_by_id=g.visitor.membership_id, **facts)
    return _month(found, facts)


def _month(found: Desk, facts: Facts) -> Made:
    return _of_month(found, facts["month"]), url_for("pathways-api.month", desk_id=found.id, month=f"{facts['month']:%Y-%m}")


def _of_month(found: Desk, first: date) -> dict[str, Any]:
    """A month for `MonthShape`."""
    return {"desk_id": found.id, "month": first, **books.month(found.id, first)._mapping}
