"""The intake, as the doors have it: whoever takes in charge a person whom nobody follows is their case manager from then on."""

from datetime import date

from consortium.cases import handovers, queries, services
from consortium.cases.models import Assignment, AssignmentState, Case
from consortium.web.visitor import Visitor
from tenants.database import db


def offered(case: Case, visitor: Visitor) -> bool:
    """Whether the visitor would be the case manager of a person whom they take in charge."""
    return queries.follows(visitor) and case.case_manager_id != visitor.membership_id and queries.follower(case.id) is None


def take_in_charge(*, assignment: Assignment, on_date: date, follow: bool, visitor: Visitor) -> Assignment:
    """Raises AlreadyEnded, DayRefused. `follow`: the visitor follows the person, where nobody does."""
    services.take_in_charge(assignment=assignment, on_date=on_date)
    case = db.session.get_one(Case, (assignment.tenant_id, assignment.case_id), with_for_update=True, populate_existing=True)
    if follow and offered(case, visitor):
        handovers.take(case=case, visitor=visitor)
    return assignment


def undo_step(*, assignment: Assignment, state: str) -> Assignment:
    """As `services.undo_step`; whoever follows the person because of the intake does not any more. Raises StepGone, StepStands."""
    services.undo_step(assignment=assignment, state=state)
    if state == AssignmentState.TAKEN_IN_CHARGE and (made := queries.handover_of_intake(assignment)):
        handovers.take_back(made)
    return assignment
