"""Pathways that files bring in against those that a person is in already: nobody is paid for twice, whatever the desk and the file.

The rule of `pathways.guarding`, for days of the past: both ends of both pathways count. What is stopped there is a fault here, and of two
rows the first stays; what is warned of there comes in here with the warning as its event's reason, for a file has nobody to ask.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from consortium.exchange.faults import Fault
from consortium.exchange.plans import Plan
from consortium.exchange.register import Register
from consortium.pathways.guarding import despite_of, in_it
from consortium.pathways.models import Effect, Pathway, PathwayEvent, PathwayState
from tenants.database import db

_OF_CASES = select(
    Pathway.id, Pathway.code, Pathway.case_id, Pathway.measure_id, Pathway.desk_id, Pathway.activated_on, Pathway.ended_on
).where(
    Pathway.case_id == any_(bindparam("cases", type_=ARRAY(Uuid()))),
    Pathway.activated_on.is_not(None),
    Pathway.state != PathwayState.CANCELLED,
)


class Span(NamedTuple):
    """A pathway's measure, desk and days; `ended_on` None: it goes on."""

    code: str
    measure_id: UUID
    desk_id: UUID
    activated_on: date
    ended_on: date | None

    def overlaps(self, other: "Span") -> bool:
        """One that ended on the very day of the other's activation does not overlap it."""
        return self.activated_on < (other.ended_on or date.max) and other.activated_on < (self.ended_on or date.max)


def refuse_double_funding(plans: Sequence[tuple[Plan, UUID]], register: Register) -> None:
    """`plans`: each with its case. One statement where any measure of theirs does not go with another, else none."""
    guarded = [(plan, case_id) for plan, case_id in plans if _is_guarded(plan, register)]
    if not guarded:
        return
    known = _known({case_id for _plan, case_id in guarded})
    for plan, case_id in guarded:
        mine = _span(plan.line.values)
        others = [span for span in known[case_id].values() if span.code != mine.code and span.overlaps(mine)]
        met = [(span, effect) for span in others if (effect := register.effect(mine.measure_id, span.measure_id))]
        if stopped := next((span for span, effect in met if effect == Effect.STOP), None):
            plan.line.faults.append(Fault("paid_twice", "measure", plan.line.values["measure"], _facts(stopped, register)))
            continue
        known[case_id][mine.code] = mine
        if met:
            _warn(plan, " ".join(in_it(**_facts(span, register), is_over=bool(span.ended_on)) for span, _effect in met))


def _is_guarded(plan: Plan, register: Register) -> bool:
    moved = plan.new or {"activated_on", "ended_on"} & {change.field for change in plan.changes}
    return bool(moved) and plan.line.values["measure_id"] in register.incompatible


def _known(cases: set[UUID]) -> dict[UUID, dict[str, Span]]:
    """Case → code → the pathway that is recorded."""
    known: dict[UUID, dict[str, Span]] = defaultdict(dict)
    for row in db.session.execute(_OF_CASES, {"cases": list(cases)}):
        known[row.case_id][row.code] = _span(row._mapping)
    return known


def _span(values: Any) -> Span:
    return Span(*(values[name] for name in Span._fields))


def _facts(span: Span, register: Register) -> dict[str, str]:
    return {"measure": register.measures_by_id[span.measure_id].name, "desk": register.desk_names[span.desk_id]}


def _warn(plan: Plan, words: str) -> None:
    """The warning stays with the activation that came in despite it."""
    for model, values in plan.inserts:
        if model is PathwayEvent and values["state"] == PathwayState.ACTIVATED:
            values["reason"] = despite_of(words)
