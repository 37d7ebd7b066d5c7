"""Writes of cases: a person is registered, has a case, is assigned, contacted, taken in charge or returned."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert

from consortium.cases import queries
from consortium.cases.models import Assignment, AssignmentState, Case, Counter, Person
from consortium.desks.models import Desk
from consortium.web.listing.formats import day as shown
from consortium.web.listing.formats import today
from tenants.database import db, scope
from tenants.errors import Problem, told_by

NUMBER = "{year}-{running:06}"


class PersonKnown(Problem):
    title = _l("This codice fiscale is of a person who is already here")
    remedy = _l("Search for the person, and open the case that there is.")


class CaseExists(Problem):
    title = _l("This person already has a case")
    remedy = _l("Search for the person, and open the case that there is.")


class AssignmentRepeated(Problem):
    title = _l("This assignment was already recorded, on the same day")
    remedy = _l("Open the case: it is among the assignments, where a step that was a mistake can be taken back.")


class DeskClosed(Problem):
    title = _l("This desk is not open on that day")
    remedy = _l("Choose another desk.")


class DayRefused(Problem):
    """A day that comes before what it must follow, or has not come yet."""

    title = _l("This day cannot be")


class AlreadyEnded(Problem):
    """An assignment that was taken in charge or returned takes no more steps."""

    title = _l("This assignment is already closed")


class StepGone(Problem):
    title = _l("This is not the last step of the assignment any more")
    remedy = _l("Look at it again, and take back the last one if it was a mistake.")


class StepStands(Problem):
    title = _l("This step can no longer be taken back: there is later work on it")
    remedy = _l("Undo the later work first.")


class StepsTaken(Problem):
    title = _l("Only an assignment of which no step was recorded can be removed")
    remedy = _l("Take its last step back first, if that was a mistake too.")


# What rooms above know against taking an intake back, in sentences, from the assignment: `services.LATER_WORK.append(…)`.
LATER_WORK: list[Callable[[Assignment], list[str]]] = []


def draw(name: str, count: int = 1) -> int:
    """The last of `count` new numbers of a series, which are the caller's alone.

    The series stays locked until the transaction ends: a long one takes its numbers in a short one of its own (numbers
    that are then not used are left out, which does no harm).
    """
    statement = insert(Counter).values(name=name, value=count)
    upward = {"value": Counter.value + statement.excluded.value}
    drawn = statement.on_conflict_do_update(index_elements=["tenant_id", "name"], set_=upward).returning(Counter.value)
    return int(db.session.execute(drawn).scalar_one())


def reserve_case_numbers(*, year: int, count: int) -> list[str]:
    """New case numbers of a year ("2023-000012"), for imports too. See `draw` for how long the series is locked."""
    if count < 1:
        return []
    last = draw(f"cases-{year}", count)
    return [NUMBER.format(year=year, running=running) for running in range(last - count + 1, last + 1)]


def register_person(**facts: Any) -> Person:
    """A person, from what PersonSchema loads. Raises PersonKnown."""
    person = Person(**facts)
    with told_by({"uq_people_tenant_id_codice_fiscale": PersonKnown(field="codice_fiscale")}):
        db.session.add(person)
        db.session.flush()
    return person


def edit_person(*, person: Person, **facts: Any) -> Person:
    """Correct a person's data. Raises PersonKnown; StaleDataError where somebody saved meanwhile."""
    for field, value in facts.items():
        setattr(person, field, value)
    with told_by({"uq_people_tenant_id_codice_fiscale": PersonKnown(field="codice_fiscale")}):
        db.session.flush()
    return person


def open_case(*, person_id: UUID, desk_id: UUID, case_manager_id: UUID | None, opened_on: date) -> Case:
    """A person's case, with the next number of the year. Raises CaseExists."""
    (number,) = reserve_case_numbers(year=opened_on.year, count=1)
    case = Case(number=number, person_id=person_id, desk_id=desk_id, case_manager_id=case_manager_id, opened_on=opened_on)
    with told_by({"uq_cases_tenant_id_person_id": CaseExists()}):
        db.session.add(case)
        db.session.flush()
    return case


def assign(*, case_id: UUID, desk_id: UUID, source: str, job_centre: str | None, gol_path: int | None, assigned_on: date) -> Assignment:
    """A person is sent to a desk by a job centre, or walks in. Raises DayRefused, DeskClosed, AssignmentRepeated."""
    _has_come(assigned_on, "assigned_on")
    _is_open(desk_id, assigned_on)
    assignment = Assignment(
        case_id=case_id, desk_id=desk_id, source=source, job_centre=job_centre, gol_path=gol_path, assigned_on=assigned_on
    )
    with told_by({"uq_assignments_tenant_id_case_id_assigned_on_source": AssignmentRepeated(field="assigned_on")}):
        db.session.add(assignment)
        db.session.flush()
    return assignment


def contact(*, assignment: Assignment, on_date: date) -> Assignment:
    """The person was reached: told twice (by two people, each from a page of their own), the first day stays.

    Raises AlreadyEnded, DayRefused.
    """
    _may_go_on(assignment, on_date)
    assignment.contacted_on, assignment.state = assignment.contacted_on or on_date, AssignmentState.CONTACTED
    db.session.flush()
    return assignment


def take_in_charge(*, assignment: Assignment, on_date: date) -> Assignment:
    """The intake. Raises AlreadyEnded, DayRefused."""
    _may_go_on(assignment, on_date)
    assignment.taken_in_charge_on, assignment.state = on_date, AssignmentState.TAKEN_IN_CHARGE
    db.session.flush()
    return assignment


def return_assignment(*, assignment: Assignment, on_date: date, reason: str) -> Assignment:
    """The person goes back to who sent them (no show, refused, out of scope). Raises AlreadyEnded, DayRefused."""
    _may_go_on(assignment, on_date)
    assignment.returned_on, assignment.return_reason, assignment.state = on_date, reason, AssignmentState.RETURNED
    db.session.flush()
    return assignment


def undo_step(*, assignment: Assignment, state: str) -> Assignment:
    """The last step, which led to `state`, was a mistake: the assignment stands as before it. Raises StepGone, StepStands."""
    db.session.refresh(assignment, with_for_update=True)
    if assignment.state != state:
        raise StepGone
    if against := _later_work(assignment):
        raise StepStands(" ".join(against))
    if assignment.state == AssignmentState.CONTACTED:
        assignment.contacted_on = None
    assignment.taken_in_charge_on = assignment.returned_on = assignment.return_reason = None
    assignment.state = AssignmentState.CONTACTED if assignment.contacted_on else AssignmentState.ASSIGNED
    db.session.flush()
    return assignment


def _later_work(assignment: Assignment) -> list[str]:
    """What stands on the last step, in sentences."""
    if assignment.state == AssignmentState.TAKEN_IN_CHARGE:
        return [words for known in LATER_WORK for words in known(assignment)]
    after = queries.assigned_after(assignment) if assignment.state == AssignmentState.RETURNED else None
    return [_("The person was assigned again on %(day)s.", day=shown(after))] if after else []


def remove_assignment(*, assignment: Assignment) -> None:
    """It was recorded by mistake; the history of the case keeps it. Raises StepsTaken."""
    db.session.refresh(assignment, with_for_update=True)
    if assignment.state != AssignmentState.ASSIGNED:
        raise StepsTaken
    db.session.delete(assignment)
    db.session.flush()


def _may_go_on(assignment: Assignment, on_date: date) -> None:
    """The row is held from here on: of two steps at once, the second finds the first done."""
    db.session.refresh(assignment, with_for_update=True)
    _has_come(on_date, "on_date")
    must_go_on(assignment)
    since = max(assignment.assigned_on, assignment.contacted_on or assignment.assigned_on)
    if on_date < since:
        words = _("The person was assigned or contacted on %(day)s.", day=shown(since))
        raise DayRefused(words, field="on_date", remedy=_("Write that day or a later one."))


def must_go_on(assignment: Assignment) -> None:
    """Raises AlreadyEnded: of one that is closed no step is offered."""
    if assignment.taken_in_charge_on:
        raise AlreadyEnded(_("The person was taken in charge on %(day)s.", day=shown(assignment.taken_in_charge_on)))
    if assignment.returned_on:
        words = _("The person was returned on %(day)s.", day=shown(assignment.returned_on))
        raise AlreadyEnded(words, remedy=_("If they have come back, record a new assignment."))


def _has_come(on_date: date, field: str) -> None:
    if on_date > today():
        raise DayRefused(_("This day has not come yet."), field=field, remedy=_("Write today or an earlier day."))


def _is_open(desk_id: UUID, on_date: date) -> None:
    desk = db.session.get(Desk, _key(desk_id))
    if desk is None:
        raise DeskClosed(_("There is no such desk."), field="desk_id")
    if (desk.opened_on and on_date < desk.opened_on) or (desk.closed_on and on_date > desk.closed_on):
        raise DeskClosed(_("The desk of %(desk)s is not open on %(day)s.", desk=desk.name, day=shown(on_date)), field="desk_id")


def _key(row_id: UUID) -> tuple[UUID | None, UUID]:
    return scope().tenant_id, row_id
