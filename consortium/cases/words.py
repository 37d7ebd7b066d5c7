"""What stored values are called on pages, and their colours (the words are always there too)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.cases.models import Assignment, AssignmentSource, AssignmentState, ReturnReason, Sex
from consortium.codes.models import Scheme
from consortium.codes.tables import Table
from consortium.web.listing.columns import Label, Tone
from consortium.web.listing.formats import day

SEXES: Mapping[str, Label] = {Sex.FEMALE: _l("Woman"), Sex.MALE: _l("Man")}
SOURCES: Mapping[str, Label] = {
    AssignmentSource.JOB_CENTRE: _l("Assigned by a job centre"),
    AssignmentSource.WALK_IN: _l("Came to the desk"),
}
STATES: Mapping[str, Label] = {
    AssignmentState.ASSIGNED: _l("Assigned, to be contacted"),
    AssignmentState.CONTACTED: _l("Contacted"),
    AssignmentState.TAKEN_IN_CHARGE: _l("Is taken in charge"),
    AssignmentState.RETURNED: _l("Returned"),
}
TONES: Mapping[str, Tone] = {
    AssignmentState.ASSIGNED: "warning",
    AssignmentState.CONTACTED: "primary",
    AssignmentState.TAKEN_IN_CHARGE: "success",
    AssignmentState.RETURNED: "neutral",
}
RETURN_REASONS: Mapping[str, Label] = {
    ReturnReason.NO_SHOW: _l("Did not show up"),
    ReturnReason.REFUSED: _l("Refused"),
    ReturnReason.OUT_OF_SCOPE: _l("Out of scope"),
}
GOL_PATHS = {
    1: _l("1 · Reinsertion"),
    2: _l("2 · Upskilling"),
    3: _l("3 · Reskilling"),
    4: _l("4 · Work and inclusion"),
    5: _l("5 · Collective redeployment"),
}
# Stored as the regional files write them, in Italian: these are the codes.
EDUCATION = Table(Scheme.EDUCATION)
OCCUPATION = Table(Scheme.OCCUPATIONAL_STATUS)


def removal(assignment: Assignment) -> dict[str, str]:
    """The words of the question before an assignment is removed."""
    return {
        "title": _("Remove the assignment?"),
        "text": _("The assignment of %(day)s was recorded by mistake. The history of the case keeps it.", day=day(assignment.assigned_on)),
        "label": _("Remove the assignment"),
    }


def does_not_serve(seen: Collection[UUID] | None, name: str, desk_id: UUID, desk: str) -> str:
    """Why somebody who sees the desks `seen` (None: all) cannot be given what is at a desk; "" where they can."""
    foreign = seen is not None and desk_id not in seen
    return str(_("%(name)s does not serve the desk of %(desk)s.", name=name, desk=desk)) if foreign else ""
