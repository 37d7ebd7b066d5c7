"""Rows of pathways: a person's way through a measure, activated, then concluded with an outcome."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, and_, any_, bindparam, func, select

from consortium.cases.models import Assignment, Case, Person
from consortium.exchange.faults import Fault
from consortium.exchange.kinds import PATHWAYS, Line
from consortium.exchange.overlaps import refuse_double_funding
from consortium.exchange.plans import Plan
from consortium.exchange.register import KnownMeasure, Register
from consortium.pathways.models import Pathway, PathwayEvent, PathwayState, Session
from tenants.database import db
from tenants.models import new_id

FACTS = ("desk_id", "case_manager_id", "activated_on", "ended_on", "outcome")

_OF_CASE = (Assignment.tenant_id == Case.tenant_id, Assignment.case_id == Case.id)
_INTAKE = select(func.min(Assignment.taken_in_charge_on)).where(*_OF_CASE).correlate(Case).scalar_subquery()
_GOL_PATH = (
    select(Assignment.gol_path)
    .where(*_OF_CASE, Assignment.gol_path.is_not(None))
    .order_by(Assignment.assigned_on.desc())
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)
_LAST_SESSION = (
    select(func.max(Session.on_date)).where(Session.tenant_id == Pathway.tenant_id, Session.pathway_id == Pathway.id).correlate(Pathway)
)
_CASES = (
    select(Case.id, Case.revision, Case.case_manager_id, Person.codice_fiscale, _INTAKE.label("intake"), _GOL_PATH.label("gol_path"))
    .join(Person, and_(Person.tenant_id == Case.tenant_id, Person.id == Case.person_id))
    .where(Person.codice_fiscale == any_(bindparam("codes", type_=ARRAY(Text()))))
)
_PATHWAYS = select(
    Pathway.id,
    Pathway.revision,
    Pathway.code,
    Pathway.case_id,
    Pathway.measure_id,
    Pathway.state,
    _LAST_SESSION.scalar_subquery().label("last_session"),
    *(getattr(Pathway, name) for name in FACTS),
).where(Pathway.code == any_(bindparam("codes", type_=ARRAY(Text()))))
_EVENTS = (
    select(PathwayEvent.id, PathwayEvent.revision, PathwayEvent.pathway_id, PathwayEvent.state)
    .where(PathwayEvent.pathway_id == any_(bindparam("pathways", type_=ARRAY(Uuid()))), PathwayEvent.undone_on.is_(None))
    .order_by(PathwayEvent.on_date, PathwayEvent.id)
)


class PathwayLoader:
    """Plans lines of pathways."""

    layout = PATHWAYS

    def __init__(self, register: Register) -> None:
        self.register = register

    def waves(self, lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
        yield lines

    def check(self, line: Line) -> None:
        """What can be said of a line by itself: dates against each other, and the measure's desks and period."""
        values = line.values
        measure = self.register.measure(line)
        values["desk_id"], values["case_manager_id"] = self.register.desk(line), self.register.manager(line)
        line.faults += _dates(values)
        if measure is not None:
            values["measure_id"] = measure.id
            line.faults += self._allowed(measure, values)

    def _allowed(self, measure: KnownMeasure, values: dict[str, Any]) -> Iterator[Fault]:
        if values["desk_id"] and values["desk_id"] not in measure.desks:
            names = ", ".join(sorted(self.register.desk_names[desk_id] for desk_id in measure.desks))
            yield Fault("desk_not_allowed", "desk", values["desk"], {"desk": values["desk"], "choices": names})
        if not measure.valid_from <= values["activated_on"] <= measure.valid_to:
            yield outside_measure(measure, "activated_on", values["activated_on"])

    def plan(self, lines: Sequence[Line]) -> list[Plan]:
        cases = {
            row.codice_fiscale: row for row in db.session.execute(_CASES, {"codes": [line.values["codice_fiscale"] for line in lines]})
        }
        known = {row.code: row for row in db.session.execute(_PATHWAYS, {"codes": [line.values["code"] for line in lines]})}
        followed: set[UUID] = set()
        plans = [self._plan(line, cases.get(line.values["codice_fiscale"]), known.get(line.values["code"]), followed) for line in lines]
        refuse_double_funding(
            [(plan, cases[plan.line.values["codice_fiscale"]].id) for plan in plans if not plan.line.faults], self.register
        )
        _move_events([plan for plan in plans if plan.changes and not plan.line.faults], known)
        return plans

    def _plan(self, line: Line, case: Any, known: Any, followed: set[UUID]) -> Plan:
        plan = Plan(line)
        if case is None:
            line.faults.append(Fault("no_person", "codice_fiscale", line.values["codice_fiscale"]))
            return plan
        if known is not None:
            self._follow(plan, case, known)
        else:
            _activate(plan, case.id)
            _entrust(plan, case, followed)
        if plan.new or any(change.field == "activated_on" for change in plan.changes):
            line.faults += self._admitted(case, line.values)
        return plan

    def _admitted(self, case: Any, values: dict[str, Any]) -> Iterator[Fault]:
        """A pathway is activated after the intake, on a GOL path that the measure admits."""
        admitted, day = self.register.measures_by_id[values["measure_id"]].gol_paths, values["activated_on"]
        if case.intake is None or day < case.intake:
            intake = f"{case.intake:%d/%m/%Y}" if case.intake else "…"
            yield Fault("before_intake" if case.intake else "no_intake", "activated_on", f"{day:%d/%m/%Y}", {"intake": intake})
        if admitted and case.gol_path and case.gol_path not in admitted:
            facts = {"path": str(case.gol_path), "admitted": ", ".join(map(str, admitted))}
            yield Fault("path_not_admitted", "measure", values["measure"], facts)

    def _follow(self, plan: Plan, case: Any, known: Any) -> None:
        """A known pathway: the same person's and measure's, or the row is refused; then what the file says of it now."""
        values = plan.line.values
        if known.case_id != case.id:
            plan.line.faults.append(Fault("other_person", "code", values["code"]))
        if known.measure_id != values["measure_id"]:
            name = self.register.measures_by_id[known.measure_id].name
            plan.line.faults.append(Fault("other_measure", "measure", values["measure"], {"measure": name}))
        if known.state == PathwayState.CANCELLED:
            plan.line.faults.append(Fault("cancelled_here", "code", values["code"]))
        differing = plan.compare(known, values, *FACTS)
        if "ended_on" in differing and known.last_session and values["ended_on"] < known.last_session:
            day = f"{known.last_session:%d/%m/%Y}"
            plan.line.faults.append(Fault("session_after_end", "ended_on", f"{values['ended_on']:%d/%m/%Y}", {"day": day}))
        state = _state(values, known.state)
        plan.update(Pathway, known, {**differing, "state": state} if state != known.state else differing)


def outside_measure(measure: KnownMeasure, column: str, day: Any) -> Fault:
    period = {"first": f"{measure.valid_from:%d/%m/%Y}", "last": f"{measure.valid_to:%d/%m/%Y}"}
    return Fault("outside_measure", column, f"{day:%d/%m/%Y}", period)


def _dates(values: dict[str, Any]) -> Iterator[Fault]:
    ended = values["ended_on"]
    if ended and ended < values["activated_on"]:
        yield Fault("end_before_start", "ended_on", f"{ended:%d/%m/%Y}")
    if ended and not values["outcome"]:
        yield Fault("end_without_outcome", "outcome")
    if values["outcome"] and not ended:
        yield Fault("outcome_without_end", "ended_on")


def _state(values: dict[str, Any], known: str) -> str:
    """A conclusion concludes; a draft that was activated elsewhere is activated; nothing else is said of the state."""
    if values["ended_on"]:
        return PathwayState.CONCLUDED
    return PathwayState.ACTIVATED if known == PathwayState.DRAFT else known


def _activate(plan: Plan, case_id: UUID) -> None:
    values, pathway_id = plan.line.values, new_id()
    facts = {name: values[name] for name in ("code", "measure_id", *FACTS)}
    plan.insert(Pathway, id=pathway_id, case_id=case_id, state=_state(values, PathwayState.ACTIVATED), **facts)
    for state, column in _STEPS:
        if values[column]:
            plan.insert(PathwayEvent, pathway_id=pathway_id, state=state, on_date=values[column], reason=None)
    plan.new = True


def _entrust(plan: Plan, case: Any, followed: set[UUID]) -> None:
    """A case that nobody follows is followed by the case manager of its first pathway."""
    if case.case_manager_id is None and case.id not in followed:
        followed.add(case.id)
        plan.update(Case, case, {"case_manager_id": plan.line.values["case_manager_id"]})


_STEPS = ((PathwayState.ACTIVATED, "activated_on"), (PathwayState.CONCLUDED, "ended_on"))


def _move_events(plans: Sequence[Plan], known: dict[str, Any]) -> None:
    """The events of dates that changed: moved where there is one, else added."""
    moved = {known[plan.line.values["code"]].id: plan for plan in plans if {"activated_on", "ended_on"} & {c.field for c in plan.changes}}
    if not moved:
        return
    rows = db.session.execute(_EVENTS, {"pathways": list(moved)})
    events = {(row.pathway_id, row.state): row for row in rows}
    for pathway_id, plan in moved.items():
        changed = {change.field for change in plan.changes}
        for state, column in _STEPS:
            if column not in changed:
                continue
            event, on_date = events.get((pathway_id, state)), plan.line.values[column]
            if event is None:
                plan.insert(PathwayEvent, pathway_id=pathway_id, state=state, on_date=on_date, reason=None)
            else:
                plan.update(PathwayEvent, event, {"on_date": on_date})
