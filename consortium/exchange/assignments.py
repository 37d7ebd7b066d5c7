"""Rows of assignments: a person with their data, the case, the assignment by a job centre; disability goes to its own table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, and_, any_, bindparam, select

from consortium.cases.models import Assignment, AssignmentSource, AssignmentState, Case, Person
from consortium.exchange import fiscal
from consortium.exchange.faults import Fault
from consortium.exchange.kinds import ASSIGNMENTS, Line
from consortium.exchange.plans import Plan
from consortium.exchange.register import Register
from consortium.sensitive.models import SensitiveRecord
from tenants.database import db
from tenants.models import new_id

# (year, how many) → new case numbers.
Numbers: TypeAlias = Callable[[int, int], list[str]]

PERSON = ("surname", "first_name", "sex", "born_on", "birthplace", "citizenship", "residence", "phone", "email", "education", "occupation")
ASSIGNMENT = ("desk_id", "job_centre", "gol_path", "taken_in_charge_on")

_PEOPLE = (
    select(
        Person.id,
        Person.revision,
        Person.codice_fiscale,
        *(getattr(Person, name) for name in PERSON),
        Case.id.label("case_id"),
        SensitiveRecord.id.label("sensitive_id"),
        SensitiveRecord.revision.label("sensitive_revision"),
        SensitiveRecord.disability,
    )
    .outerjoin(Case, and_(Case.tenant_id == Person.tenant_id, Case.person_id == Person.id))
    .outerjoin(SensitiveRecord, and_(SensitiveRecord.tenant_id == Person.tenant_id, SensitiveRecord.person_id == Person.id))
    .where(Person.codice_fiscale == any_(bindparam("codes", type_=ARRAY(Text()))))
)
_ASSIGNMENTS = select(
    Assignment.id,
    Assignment.revision,
    Assignment.case_id,
    Assignment.source,
    Assignment.assigned_on,
    Assignment.state,
    *(getattr(Assignment, name) for name in ASSIGNMENT),
).where(Assignment.case_id == any_(bindparam("cases", type_=ARRAY(Uuid()))))


@dataclass(slots=True)
class Known:
    """A person who is here: their row, and their assignments by day (those of job centres) with the day of the latest of all."""

    row: Any
    assignments: dict[date, Any] = field(default_factory=dict)
    latest: date = date.min


class AssignmentLoader:
    """Plans lines of assignments. `numbers` gives new case numbers."""

    layout = ASSIGNMENTS

    def __init__(self, register: Register, numbers: Numbers) -> None:
        self.register, self.numbers = register, numbers

    def waves(self, lines: Sequence[Line]) -> Iterator[list[Line]]:
        """Lines of one person go one after another: the second finds what the first has written."""
        rest = list(lines)
        while rest:
            seen: set[Any] = set()
            wave: list[Line] = []
            later: list[Line] = []
            for line in rest:
                (later if line.values["codice_fiscale"] in seen else wave).append(line)
                seen.add(line.values["codice_fiscale"])
            yield wave
            rest = later

    def check(self, line: Line) -> None:
        """What can be said of a line by itself."""
        values = line.values
        line.faults += fiscal.faults(values)
        if values["taken_in_charge_on"] and values["taken_in_charge_on"] < values["assigned_on"]:
            line.faults.append(Fault("intake_before_assignment", "taken_in_charge_on"))
        values["desk_id"] = self.register.desk(line)

    def plan(self, lines: Sequence[Line]) -> list[Plan]:
        known = _known([line.values["codice_fiscale"] for line in lines])
        plans = [self._plan(line, known.get(line.values["codice_fiscale"])) for line in lines]
        self._number(plans)
        return plans

    def _plan(self, line: Line, known: Known | None) -> Plan:
        plan, values = Plan(line), line.values
        if known is None:
            person_id = new_id()
            plan.insert(Person, id=person_id, codice_fiscale=values["codice_fiscale"], **{name: values[name] for name in PERSON})
            _assign(plan, _open_case(plan, person_id))
            _record_disability(plan, person_id, None)
            return plan
        if values["assigned_on"] >= known.latest:
            # A person's data are those of their latest assignment: a file read twice, or out of order, comes to the same.
            plan.update(Person, known.row, plan.compare(known.row, values, *PERSON))
            _record_disability(plan, known.row.id, known.row)
        assigned = known.assignments.get(values["assigned_on"])
        if assigned is not None:
            _follow(plan, assigned)
        else:
            _assign(plan, known.row.case_id or _open_case(plan, known.row.id))
        return plan

    def _number(self, plans: Sequence[Plan]) -> None:
        """Give their numbers to the cases that are opened, year by year."""
        opened = [values for plan in plans if not plan.line.faults for model, values in plan.inserts if model is Case]
        for year in sorted({values["opened_on"].year for values in opened}):
            cases = [values for values in opened if values["opened_on"].year == year]
            for values, number in zip(cases, self.numbers(year, len(cases)), strict=True):
                values["number"] = number


def _open_case(plan: Plan, person_id: UUID) -> UUID:
    case_id, values = new_id(), plan.line.values
    plan.insert(Case, id=case_id, person_id=person_id, desk_id=values["desk_id"], case_manager_id=None, opened_on=values["assigned_on"])
    return case_id


def _assign(plan: Plan, case_id: UUID) -> None:
    values = plan.line.values
    state = AssignmentState.TAKEN_IN_CHARGE if values["taken_in_charge_on"] else AssignmentState.ASSIGNED
    facts = {name: values[name] for name in ("assigned_on", *ASSIGNMENT)}
    plan.insert(Assignment, case_id=case_id, source=AssignmentSource.JOB_CENTRE, state=state, **facts)
    plan.new = True


def _follow(plan: Plan, assigned: Any) -> None:
    """A known assignment: what the file says of it now."""
    values = plan.line.values
    if values["taken_in_charge_on"] and assigned.state == AssignmentState.RETURNED:
        plan.line.faults.append(Fault("returned_here", "taken_in_charge_on", f"{values['taken_in_charge_on']:%d/%m/%Y}"))
        return
    differing = plan.compare(assigned, values, *ASSIGNMENT)
    if "taken_in_charge_on" in differing:
        differing["state"] = AssignmentState.TAKEN_IN_CHARGE
    plan.update(Assignment, assigned, differing)


def _record_disability(plan: Plan, person_id: UUID, known: Any) -> None:
    """Health data: written, and neither shown nor counted, for what a check says of them would be read by anybody and for no reason."""
    disability = plan.line.values["disability"]
    if disability is None or (known is not None and known.disability == disability):
        return
    if known is None or known.sensitive_id is None:
        plan.insert(SensitiveRecord, person_id=person_id, disability=disability)
    else:
        row = _Row(known.sensitive_id, known.sensitive_revision)
        plan.update(SensitiveRecord, row, {"disability": disability})


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    revision: int


def _known(codes: Sequence[str]) -> dict[str, Known]:
    people = {row.codice_fiscale: Known(row) for row in db.session.execute(_PEOPLE, {"codes": list(codes)})}
    by_case = {known.row.case_id: known for known in people.values() if known.row.case_id}
    for row in db.session.execute(_ASSIGNMENTS, {"cases": list(by_case)}) if by_case else ():
        known = by_case[row.case_id]
        known.latest = max(known.latest, row.assigned_on)
        if row.source == AssignmentSource.JOB_CENTRE:
            known.assignments[row.assigned_on] = row
    return people
