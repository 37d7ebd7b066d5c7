"""What pathways say to making two cases one: what stands against it, and what is to be known before it.

The guard against paying twice looks at one person: two records of a person are two for it, until they become one.
"""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.pathways import worth
from consortium.pathways.hours import counted, plain
from consortium.pathways.models import Effect, Measure, MeasureConflict, MeasureService, Pathway, PathwayState, Session
from consortium.pathways.queries import Found, meeting_sessions
from consortium.pathways.standing import ENDLESS
from consortium.web.listing.formats import day
from tenants.database import db

OTHER, ITS_MEASURE, ITS_DESK = aliased(Pathway), aliased(Measure), aliased(Desk)


def against(kept_id: UUID, merged_id: UUID) -> list[str]:
    """The person would have been in two places at once, or would be in two measures that do not go together."""
    found = meeting_sessions(kept_id, merged_id)
    when = ", ".join(f"{day(row.on_date)} {row.starts:%H:%M}–{row.ends:%H:%M}" for row in found)
    told = [_("Both were in a session at the same time: %(when)s.", when=when)] if found else []
    return told + [_stopped(row) for row in _funded_twice(kept_id, merged_id) if _stops(row)]


def to_know(kept_id: UUID, merged_id: UUID) -> list[str]:
    """Measures that the person was in at once (what is over cannot be changed any more), and hours beyond those granted."""
    overlaps = [_overlapping(row) for row in _funded_twice(kept_id, merged_id) if not _stops(row)]
    return overlaps + [_beyond(row) for row in _beyond_budget(kept_id, merged_id)]


def _stops(row: Found) -> bool:
    return bool(row.effect == Effect.STOP and row.both_go_on)


def _stopped(row: Found) -> str:
    words = _("“%(measure)s” at the desk of %(desk)s and “%(other)s” at the desk of %(its_desk)s cannot go on together.", **row._mapping)
    remedy = _("Conclude or cancel one of the two pathways first, or ask the administrator whether the measures go together.")
    return f"{words} {remedy}"


def _overlapping(row: Found) -> str:
    words = _(
        "The person is at the same time in “%(measure)s” at the desk of %(desk)s and in “%(other)s” at the desk of %(its_desk)s, "
        "which do not go together.",
        **row._mapping,
    )
    return str(words)


def _beyond(row: Found) -> str:
    hours = {"used": counted(row.used), "budget": plain(row.hours_budget)}
    words = _("Of “%(service)s” the person has had %(used)s of %(budget)s, if both are counted.", service=row.name, **hours)
    return str(words)


def _funded_twice(case_id: UUID, other_id: UUID) -> list[Found]:
    """Pathways of two cases that overlap, in measures that do not go together: `effect`, `measure` and `desk` of the first, `other` and
    `its_desk` of the second, and whether `both_go_on`. Where one ended on the day that the other began they do not overlap."""
    names = (Measure.name.label("measure"), Desk.name.label("desk"), ITS_MEASURE.name.label("other"), ITS_DESK.name.label("its_desk"))
    both_go_on = and_(Pathway.ended_on.is_(None), OTHER.ended_on.is_(None)).label("both_go_on")
    statement = select(MeasureConflict.effect, *names, both_go_on).select_from(Pathway).join(OTHER, OTHER.tenant_id == Pathway.tenant_id)
    joined = statement.join(MeasureConflict, _incompatible())
    joined = joined.join(Measure, same(Pathway.measure_id, Measure)).join(Desk, same(Pathway.desk_id, Desk))
    joined = joined.join(ITS_MEASURE, same(OTHER.measure_id, ITS_MEASURE)).join(ITS_DESK, same(OTHER.desk_id, ITS_DESK))
    theirs = (Pathway.case_id == case_id, OTHER.case_id == other_id, _before(Pathway, OTHER), _before(OTHER, Pathway))
    return list(db.session.execute(joined.where(*theirs).order_by(MeasureConflict.effect, Measure.name, ITS_MEASURE.name)))


def _incompatible() -> ColumnElement[bool]:
    pair = (Pathway.measure_id, OTHER.measure_id)
    first, second = MeasureConflict.measure_id == func.least(*pair), MeasureConflict.other_id == func.greatest(*pair)
    return and_(MeasureConflict.tenant_id == Pathway.tenant_id, first, second)


def _before(one: type[Pathway], other: type[Pathway]) -> ColumnElement[bool]:
    """One began before the other was over; a pathway that was cancelled was a mistake."""
    return and_(one.state != PathwayState.CANCELLED, one.activated_on < func.coalesce(other.ended_on, ENDLESS))


def _beyond_budget(case_id: UUID, other_id: UUID) -> list[Found]:
    """Services of which both had hours, together more than one person can have (`name`, `hours_budget`, `used`)."""
    used = func.sum(worth.hours(ENDLESS))
    granted = and_(
        MeasureService.tenant_id == Pathway.tenant_id,
        MeasureService.measure_id == Pathway.measure_id,
        MeasureService.name == Session.service,
    )
    statement = select(MeasureService.name, MeasureService.hours_budget, used.label("used")).select_from(Session)
    joined = statement.join(Pathway, same(Session.pathway_id, Pathway)).join(MeasureService, granted)
    theirs = joined.where(or_(Session.case_id == case_id, Session.case_id == other_id)).group_by(
        MeasureService.id, MeasureService.name, MeasureService.hours_budget
    )
    both = func.count(Session.case_id.distinct()) == 2
    return list(db.session.execute(theirs.having(used > MeasureService.hours_budget, both).order_by(MeasureService.name)))
