"""Hours that files bring in against those that a measure grants a person: the rows that would go over are refused, the first ones stay."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, any_, bindparam, func, select

from consortium.exchange.faults import Fault
from consortium.exchange.plans import Plan
from consortium.exchange.register import Register
from consortium.pathways import worth
from consortium.pathways.hours import between, plain
from consortium.pathways.models import Pathway, Session
from tenants.database import db

_USED = (
    select(Session.case_id, Pathway.measure_id, Session.service, func.sum(worth.hours(date.max)).label("hours"))
    .join(Pathway, and_(Pathway.tenant_id == Session.tenant_id, Pathway.id == Session.pathway_id))
    .where(Session.case_id == any_(bindparam("cases", type_=ARRAY(Uuid()))))
    .group_by(Session.case_id, Pathway.measure_id, Session.service)
)
_RECORDED = select(Session.id, Session.starts, Session.ends, Session.service).where(
    Session.id == any_(bindparam("ids", type_=ARRAY(Uuid())))
)

Key = tuple[UUID, UUID, str]


def refuse_over_budget(plans: Sequence[tuple[Plan, Any]], register: Register) -> None:
    """`plans`: each with its pathway. Two statements where any of the services has a budget, else none."""
    granted = [(plan, pathway, budget) for plan, pathway in plans if (budget := _budget(plan, pathway, register)) is not None]
    if not granted:
        return
    used = _used({pathway.case_id for _plan, pathway, _budget in granted})
    _give_back(granted, used)
    for plan, pathway, budget in granted:
        key, wanted = _key(pathway, plan.line.values["service"]), between(plan.line.values["starts"], plan.line.values["ends"])
        left = budget - used.get(key, Decimal(0))
        if wanted > left:
            facts = {"service": plan.line.values["service"], "left": plain(max(left, Decimal(0)))}
            plan.line.faults.append(Fault("hours_used_up", "ends", f"{plan.line.values['ends']:%H:%M}", facts))
        else:
            used[key] = used.get(key, Decimal(0)) + wanted


def _budget(plan: Plan, pathway: Any, register: Register) -> Decimal | None:
    """The budget of a row that brings hours in, or None where there is nothing to count."""
    if not plan.new and not plan.changes:
        return None
    return register.measures_by_id[pathway.measure_id].budgets.get(plan.line.values["service"])


def _key(pathway: Any, service: str) -> Key:
    return pathway.case_id, pathway.measure_id, service


def _used(cases: set[UUID]) -> dict[Key, Decimal]:
    rows = db.session.execute(_USED, {"cases": list(cases)})
    return {(row.case_id, row.measure_id, row.service): row.hours for row in rows}


def _give_back(granted: Sequence[tuple[Plan, Any, Decimal]], used: dict[Key, Decimal]) -> None:
    """A session that changes is counted as it will be, not as it was."""
    changed = {plan.updates[0].id: pathway for plan, pathway, _budget in granted if plan.updates}
    for row in db.session.execute(_RECORDED, {"ids": list(changed)}) if changed else ():
        key = _key(changed[row.id], row.service)
        used[key] = used.get(key, Decimal(0)) - between(row.starts, row.ends)
