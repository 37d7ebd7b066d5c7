"""Rows of sessions: a service delivered on a pathway, by the pathway's case manager."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, Date, Integer, Text, Time, Uuid, and_, any_, bindparam, column, func, not_, or_, select, tuple_
from sqlalchemy.types import TypeEngine

from consortium.exchange.budgets import refuse_over_budget
from consortium.exchange.cells import fold
from consortium.exchange.faults import Fault
from consortium.exchange.kinds import SESSIONS, Line
from consortium.exchange.pathways import outside_measure
from consortium.exchange.plans import Plan
from consortium.exchange.register import Register
from consortium.pathways import clock, rules
from consortium.pathways.models import Pathway, PathwayState, Session
from consortium.pathways.rules import SessionRefused
from consortium.web.listing.formats import ROME
from tenants.database import db

FACTS = ("ends", "service", "mode")

_PATHWAYS = select(
    Pathway.id,
    Pathway.code,
    Pathway.case_id,
    Pathway.measure_id,
    Pathway.case_manager_id,
    Pathway.desk_id,
    Pathway.register_closed_on,
    Pathway.state,
    Pathway.activated_on,
    Pathway.ended_on,
).where(Pathway.code == any_(bindparam("codes", type_=ARRAY(Text()))))
_SESSIONS = select(
    Session.id, Session.revision, Session.pathway_id, Session.on_date, Session.starts, *(getattr(Session, name) for name in FACTS)
).where(tuple_(Session.pathway_id, Session.on_date, Session.starts).in_(bindparam("keys", expanding=True)))


# Those who are in another session already. By day: under row security an index serves equalities, not the overlap of ranges.
_COLUMNS: dict[str, TypeEngine[Any]] = {
    "number": Integer(),
    "pathway": Uuid(),
    "operator": Uuid(),
    "person": Uuid(),
    "day": Date(),
    "start": Time(),
    "finish": Time(),
}
_WANTED = (
    func.unnest(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _COLUMNS.items()))
    .table_valued(*(column(name, kind) for name, kind in _COLUMNS.items()), name="wanted")
    .render_derived()
)
_SAME = and_(Session.pathway_id == _WANTED.c.pathway, Session.starts == _WANTED.c.start)
_BUSY = select(_WANTED.c.number, (Session.operator_id == _WANTED.c.operator).label("operator")).join(
    Session,
    and_(
        Session.on_date == _WANTED.c.day,
        or_(Session.operator_id == _WANTED.c.operator, Session.case_id == _WANTED.c.person),
        Session.starts < _WANTED.c.finish,
        Session.ends > _WANTED.c.start,
        not_(_SAME),
    ),
)


class SessionLoader:
    """Plans lines of sessions. A session is delivered: one in the future is refused."""

    layout = SESSIONS

    def __init__(self, register: Register, today: date) -> None:
        self.register, self.today = register, today

    def waves(self, lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
        yield lines

    def check(self, line: Line) -> None:
        values = line.values
        if values["ends"] <= values["starts"]:
            line.faults.append(Fault("ends_before_starts", "ends", f"{values['ends']:%H:%M}"))
        if values["on_date"] > self.today:
            line.faults.append(Fault("future_date", "on_date", f"{values['on_date']:%d/%m/%Y}"))
        elif datetime.combine(values["on_date"], values["ends"]) > rules.over_by(datetime.now(ROME).replace(tzinfo=None)):
            line.faults.append(Fault("future_date", "ends", f"{values['ends']:%H:%M}"))
        if not line.faults and not _on_one_clock(values):
            line.faults.append(Fault("clock_change", "starts", f"{values['starts']:%H:%M}"))

    def plan(self, lines: Sequence[Line]) -> list[Plan]:
        rows = db.session.execute(_PATHWAYS, {"codes": list({line.values["code"] for line in lines})})
        pathways = {row.code: row for row in rows}
        keys = [
            (pathways[line.values["code"]].id, line.values["on_date"], line.values["starts"])
            for line in lines
            if line.values["code"] in pathways
        ]
        recorded: Any = db.session.execute(_SESSIONS, {"keys": keys}) if keys else ()
        known = {(row.pathway_id, row.on_date, row.starts): row for row in recorded}
        plans = [self._plan(line, pathways.get(line.values["code"]), known) for line in lines]
        _refuse_busy([plan for plan in plans if not plan.line.faults], pathways)
        refuse_over_budget([(plan, pathways[plan.line.values["code"]]) for plan in plans if not plan.line.faults], self.register)
        return plans

    def _plan(self, line: Line, pathway: Any, known: dict[Any, Any]) -> Plan:
        plan, values = Plan(line), line.values
        if pathway is None:
            line.faults.append(Fault("no_pathway", "code", values["code"]))
            return plan
        line.faults += self._allowed(pathway, values)
        # As the measure writes it: its budget and its cost go by the name.
        measure = self.register.measures_by_id[pathway.measure_id]
        values["service"] = measure.services.get(fold(values["service"]), values["service"])
        recorded = known.get((pathway.id, values["on_date"], values["starts"]))
        if recorded is None:
            _record(plan, pathway)
        else:
            plan.update(Session, recorded, plan.compare(recorded, values, *FACTS))
        if plan.new or plan.changes:
            line.faults += self._open(pathway, values["on_date"])
        return plan

    def _open(self, pathway: Any, day: date) -> Iterator[Fault]:
        """What was closed takes nothing new; a row that says nothing new is no matter."""
        if (pathway.desk_id, day.replace(day=1)) in self.register.closed:
            yield Fault("month_closed", "on_date", f"{day:%d/%m/%Y}", {"month": f"{day:%m/%Y}"})
        if pathway.register_closed_on:
            yield Fault("register_closed", "code", pathway.code)

    def _allowed(self, pathway: Any, values: dict[str, Any]) -> Iterator[Fault]:
        """Inside the pathway's days and its measure's, and one of the measure's services."""
        measure, day = self.register.measures_by_id[pathway.measure_id], values["on_date"]
        if pathway.state == PathwayState.CANCELLED:
            yield Fault("cancelled_here", "code", values["code"])
        if not (pathway.activated_on or date.max) <= day <= (pathway.ended_on or date.max):
            days = (pathway.activated_on, pathway.ended_on)
            first, last = (f"{each:%d/%m/%Y}" if each else "…" for each in days)
            yield Fault("outside_pathway", "on_date", f"{day:%d/%m/%Y}", {"first": first, "last": last})
        if not measure.valid_from <= day <= measure.valid_to:
            yield outside_measure(measure, "on_date", day)
        if measure.services and fold(values["service"]) not in measure.services:
            yield Fault("service_not_allowed", "service", values["service"], {"choices": ", ".join(sorted(measure.services.values()))})


def _on_one_clock(values: dict[str, Any]) -> bool:
    try:
        clock.on_one_clock(values["on_date"], values["starts"], values["ends"])
    except SessionRefused:
        return False
    return True


def _record(plan: Plan, pathway: Any) -> None:
    facts = {name: plan.line.values[name] for name in ("on_date", "starts", *FACTS)}
    plan.insert(Session, pathway_id=pathway.id, case_id=pathway.case_id, operator_id=pathway.case_manager_id, note=None, **facts)
    plan.new = True


def _refuse_busy(plans: Sequence[Plan], pathways: dict[str, Any]) -> None:
    """Nobody is in two sessions at once: not with those recorded, not with those of the same thousand lines (the first stays)."""
    busy = _busy(plans, pathways)
    taken: dict[Any, list[tuple[Any, Any]]] = defaultdict(list)
    for plan in plans:
        values, pathway = plan.line.values, pathways[plan.line.values["code"]]
        span, operator, person = (
            (values["starts"], values["ends"]),
            (pathway.case_manager_id, values["on_date"]),
            (pathway.case_id, values["on_date"]),
        )
        if busy.get(plan.line.number) or _overlaps(span, taken[operator]):
            plan.line.faults.append(Fault("operator_busy", "starts", f"{span[0]:%H:%M}"))
        elif plan.line.number in busy or _overlaps(span, taken[person]):
            plan.line.faults.append(Fault("person_busy", "starts", f"{span[0]:%H:%M}"))
        else:
            taken[operator].append(span)
            taken[person].append(span)


def _overlaps(span: tuple[Any, Any], others: Sequence[tuple[Any, Any]]) -> bool:
    return any(start < span[1] and end > span[0] for start, end in others)


def _busy(plans: Sequence[Plan], pathways: dict[str, Any]) -> dict[int, bool]:
    """Number of a line → whether it is the operator (else the person) who is in another session that is recorded."""
    if not plans:
        return {}
    lines = [(plan.line, pathways[plan.line.values["code"]]) for plan in plans]
    found = db.session.execute(
        _BUSY,
        {
            "number": [line.number for line, _ in lines],
            "pathway": [pathway.id for _, pathway in lines],
            "operator": [pathway.case_manager_id for _, pathway in lines],
            "person": [pathway.case_id for _, pathway in lines],
            "day": [line.values["on_date"] for line, _ in lines],
            "start": [line.values["starts"] for line, _ in lines],
            "finish": [line.values["ends"] for line, _ in lines],
        },
    )
    busy: dict[int, bool] = {}
    for number, operator in found:
        busy[number] = busy.get(number, False) or operator
    return busy
