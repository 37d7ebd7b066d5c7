"""Writes of counter-entries: what corrects a session that stays as it was recorded."""

from decimal import Decimal
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.pathways import guarding, standing
from consortium.pathways.hours import counted
from consortium.pathways.models import Pathway, Session, SessionCorrection
from consortium.pathways.rules import HoursUsedUp
from consortium.pathways.takers import hold
from consortium.web.listing.formats import today
from tenants.database import db
from tenants.errors import Problem, told_by


class CorrectionRefused(Problem):
    title = _l("This counter-entry cannot be")


def correct_session(*, session: Session, hours: Decimal, reason: str, made_by_id: UUID | None) -> SessionCorrection:
    """Hours taken from a session of a closed month, or given back, booked today. Raises CorrectionRefused, HoursUsedUp."""
    (taker,) = hold([session.pathway_id])
    db.session.refresh(session, with_for_update=True)
    _correctable(taker.pathway, session)
    stand = standing.hours_today(session.id)
    if stand + hours < 0:
        words = _("The session counts %(hours)s: no more can be taken.", hours=counted(stand))
        raise CorrectionRefused(words, field="hours", remedy=_("Write fewer hours."))
    if hours > 0 and (words := guarding.beyond(taker.pathway, session.service, hours)):
        raise HoursUsedUp(words, field="hours", remedy=_("Give back fewer hours, or ask the administrator to grant more of them."))
    correction = SessionCorrection(session_id=session.id, booked_on=today(), hours=hours, reason=reason, made_by_id=made_by_id)
    refused = CorrectionRefused(_("The session has fewer hours than these."), field="hours", remedy=_("Write fewer hours."))
    with told_by({"ck_session_corrections_never_below_zero": refused}):
        db.session.add(correction)
        db.session.flush()
    return correction


def _correctable(pathway: Pathway, session: Session) -> None:
    """Its month is closed; or was when it was first corrected, and the session stays as it is since. Raises CorrectionRefused."""
    if not standing.closed_at(pathway.desk_id, session.on_date) and not standing.corrections_of(session.id):
        raise CorrectionRefused(_("The month of this session is open."), remedy=_("Change the session itself."))
