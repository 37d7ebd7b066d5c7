"""Writes of mistakes: the last step of a pathway is taken back, and the pathway stands as if it had never been made.

Its event stays, with the day and the reason of the undo, and tells no state any more.
"""

from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from consortium.cases.models import Assignment
from consortium.pathways import guarding, queries
from consortium.pathways.models import Pathway, PathwayEvent, PathwayState, Session
from consortium.pathways.queries import Found
from consortium.pathways.rules import MeasuresIncompatible
from consortium.web.listing.formats import day as shown
from consortium.web.listing.formats import today
from tenants.database import db, scope
from tenants.errors import Problem


class StepGone(Problem):
    title = _l("This is not the last step of the pathway any more")
    remedy = _l("Look at its page, and take back the last one if it was a mistake.")


class StepStands(Problem):
    title = _l("This step can no longer be taken back")


class Last(NamedTuple):
    """The last step of a pathway (`id`, `state`, `on_date`), and how the pathway stood before it: in which state, since when."""

    step: Found
    before: Found


def last(pathway: Pathway, events: list[Found]) -> Last | None:
    """What can be taken back, of the pathway's events in order: not its opening, nor what came in with a file as its first."""
    if len(events) < 2 or events[-1].state != pathway.state:
        return None
    return Last(events[-1], events[-2])


def undo_step(*, pathway: Pathway, event: UUID, reason: str, despite: bool = False, seen: str | None = None) -> Pathway:
    """The last step, if it is still that one, was a mistake. `despite`: a warning about another measure was read, and these words `seen`.

    Raises StepGone, StepStands, MeasuresOverlap (until `despite`).
    """
    db.session.refresh(pathway, with_for_update=True)
    found = last(pathway, queries.events_of(pathway.id))
    if found is None or found.step.id != event:
        raise StepGone
    _register_is_open(pathway)
    _no_session_of(pathway, found)
    _was_in_charge(pathway, found)
    warned = _no_double_funding(pathway, found, despite=despite, seen=seen)
    undone = db.session.get_one(PathwayEvent, (scope().tenant_id, event))
    undone.undone_on, undone.undone_reason = today(), guarding.with_warning(reason, warned)
    pathway.state, pathway.ended_on, pathway.outcome = found.before.state, None, None
    pathway.activated_on = None if found.before.state == PathwayState.DRAFT else pathway.activated_on
    db.session.flush()
    return pathway


def _register_is_open(pathway: Pathway) -> None:
    """Its paper tells when the pathway began and ended. Raises StepStands."""
    if pathway.register_closed_on:
        words = _("The attendance register was closed on %(day)s.", day=shown(pathway.register_closed_on))
        raise StepStands(words, remedy=_("Ask the administrator to reopen it first."))


def _no_session_of(pathway: Pathway, found: Last) -> None:
    """A session that the step made possible stands on it. Raises StepStands."""
    if found.step.state != PathwayState.ACTIVATED:
        return
    held = select(func.min(Session.on_date)).where(Session.pathway_id == pathway.id)
    # The first day of a suspension is still good for a session.
    if found.before.state == PathwayState.SUSPENDED:
        held = held.where(Session.on_date > found.before.on_date)
    if on_date := db.session.execute(held).scalar_one():
        words = _("There is a session on %(day)s.", day=shown(on_date))
        raise StepStands(words, remedy=_("If the sessions are a mistake too, remove them first."))


def _was_in_charge(pathway: Pathway, found: Last) -> None:
    """Meanwhile the intake of a draft that was cancelled may have been taken back: nothing stood on it. Raises StepStands."""
    if found.before.state != PathwayState.DRAFT or found.step.state != PathwayState.CANCELLED:
        return
    first = select(func.min(Assignment.taken_in_charge_on)).where(Assignment.case_id == pathway.case_id)
    since = db.session.execute(first).scalar_one()
    if since is None or since > found.before.on_date:
        words = _("The person was not taken in charge on %(day)s, when the pathway was opened.", day=shown(found.before.on_date))
        raise StepStands(words, remedy=_("Take the person in charge, and open another pathway."))


def _no_double_funding(pathway: Pathway, found: Last, *, despite: bool, seen: str | None) -> str | None:
    """A pathway that goes on again meets the others as when it was activated. A cancelled one stopped nobody since its first day, a
    concluded one since its end."""
    since = pathway.activated_on if found.step.state == PathwayState.CANCELLED else pathway.ended_on
    if since is None:
        return None
    whose = {"case_id": pathway.case_id, "measure_id": pathway.measure_id, "but": pathway.id}
    try:
        return guarding.no_double_funding(**whose, from_day=since, day_field=None, despite=despite, seen=seen)
    except MeasuresIncompatible as refused:
        remedy = _("Leave this pathway as it is, or ask the administrator whether the two measures go together.")
        raise StepStands(refused.detail, remedy=remedy) from refused
