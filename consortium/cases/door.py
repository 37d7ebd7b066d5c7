"""The room's door: its blueprint, and what to do next with a case."""

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from consortium.cases.models import AssignmentState
from consortium.cases.pages import Step
from consortium.cases.queries import Found
from consortium.web.listing.formats import day, today

blueprint = Blueprint("cases", __name__, url_prefix="/<slug:tenant>", template_folder="templates")


def next_step(file: Found) -> Step | None:
    """What to do with the newest assignment, unless it was taken in charge: to go on with it, or to record another."""
    assignment = file.Assignment
    if assignment is None or assignment.state == AssignmentState.RETURNED:
        gone = _("The person was returned on %(day)s.", day=day(assignment.returned_on)) if assignment else _("There is no assignment.")
        return Step(gone, _("Record an assignment"), url_for("cases.new_assignment", case_id=file.Case.id))
    if assignment.state == AssignmentState.TAKEN_IN_CHARGE:
        return None
    url = url_for("cases.step", assignment_id=assignment.id, verb="take-in-charge")
    return Step(waited((today() - assignment.assigned_on).days), _("Take in charge"), url)


def waited(days: int) -> str:
    return str(ngettext("Waiting for %(num)s day.", "Waiting for %(num)s days.", days)) if days else _("Assigned today.")
