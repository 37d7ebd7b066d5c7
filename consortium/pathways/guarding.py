"""Rules that ask the database: which desks work a measure; how many hours are left; that nobody is paid for twice.

The guard against paying twice: a person is not in two incompatible measures at once, or only knowingly, whatever the desk.
Of the other pathway nothing is said but its measure and its desk, which knows the rest: it may be one that the visitor cannot see.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Row, and_, func, or_, select

from consortium.cases.models import Case
from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.pathways import standing
from consortium.pathways.hours import plain
from consortium.pathways.models import Effect, Measure, MeasureConflict, MeasureDesk, Pathway, PathwayState
from consortium.pathways.rules import DeskNotAllowed, MeasuresIncompatible, MeasuresOverlap, confirmed
from tenants.database import db, scope


def hold_cases(*case_ids: UUID) -> None:
    """What is decided about a person is decided by one transaction at a time. Held in order, so that nobody waits in a circle.

    Not against rows that merely refer to the case (a key share), such as the sessions of others.
    """
    held = select(Case.id).where(Case.id.in_(case_ids)).order_by(Case.id)
    db.session.execute(held.with_for_update(key_share=True)).all()


def hold_operator(membership_id: UUID) -> None:
    """The sessions of an operator are recorded by one transaction at a time: else two of one hour wait for each other, and one breaks."""
    held = select(Membership.id).where(Membership.id == membership_id)
    db.session.execute(held.with_for_update(key_share=True)).all()


def incompatible(case_id: UUID, measure_id: UUID, from_day: date, but: UUID | None) -> list[Row[tuple[str, str, str, date | None]]]:
    """(effect, measure, desk, ended_on) of the person's pathways that go on after a day in a measure that does not go with this one: those
    that stop first, and of them those that go on longest.

    One that ended on that very day does not overlap; one that was cancelled was a mistake.
    """
    either = and_(
        MeasureConflict.tenant_id == Pathway.tenant_id,
        MeasureConflict.measure_id == func.least(Pathway.measure_id, measure_id),
        MeasureConflict.other_id == func.greatest(Pathway.measure_id, measure_id),
    )
    facts = (MeasureConflict.effect, Measure.name.label("measure"), Desk.name.label("desk"), Pathway.ended_on)
    statement = select(*facts).select_from(Pathway)
    joined = (
        statement.join(MeasureConflict, either).join(Measure, same(Pathway.measure_id, Measure)).join(Desk, same(Pathway.desk_id, Desk))
    )
    overlaps = (Pathway.activated_on.is_not(None), or_(Pathway.ended_on.is_(None), Pathway.ended_on > from_day))
    theirs = (Pathway.case_id == case_id, Pathway.state != PathwayState.CANCELLED, Pathway.id.is_distinct_from(but))
    order = (MeasureConflict.effect, Pathway.ended_on.desc().nulls_first(), Measure.name)
    return list(db.session.execute(joined.where(*overlaps, *theirs).order_by(*order)))


def no_double_funding(
    *,
    case_id: UUID,
    measure_id: UUID,
    from_day: date,
    but: UUID | None = None,
    day_field: str | None = "on_date",
    despite: bool = False,
    seen: str | None = None,
) -> str | None:
    """Nothing stands against it (None), or a warning that was read: its words, for the event's reason.

    `day_field`: where another day can be written, if anywhere. Raises MeasuresIncompatible, MeasuresOverlap (until `despite` just what
    was `seen`). The case is held until the transaction ends.
    """
    hold_cases(case_id)
    found = incompatible(case_id, measure_id, from_day, but)
    if not found:
        return None
    if found[0].effect == Effect.STOP:
        raise _stopped(found[0], "measure_id" if but is None else None, day_field)
    others = " ".join(in_it(row.measure, row.desk, is_over=bool(row.ended_on)) for row in found)
    words = f"{_unusual(measure_id)} {others}"
    if not confirmed(words, despite=despite, seen=seen):
        raise MeasuresOverlap(words, field="despite", remedy=_knowingly(found[0], day_field))
    return despite_of(others)


def _stopped(row: Row[tuple[str, str, str, date | None]], measure_field: str | None, day_field: str | None) -> MeasuresIncompatible:
    words = in_it(row.measure, row.desk, is_over=bool(row.ended_on))
    if row.ended_on is None:
        remedy = _("Conclude that pathway first, choose another measure, or ask the administrator whether the two go together.")
        return MeasuresIncompatible(words, field=measure_field, remedy=remedy)
    remedy = _("Write the day on which that pathway ended, or a later one: the desk of %(desk)s knows it.", desk=row.desk)
    return MeasuresIncompatible(words, field=day_field, remedy=remedy)


def _unusual(measure_id: UUID) -> str:
    """The measure's name is in the warning: where another is chosen, another warning is to be read."""
    measure = db.session.get_one(Measure, (scope().tenant_id, measure_id))
    return str(_("“%(measure)s” usually does not go with another measure of the person.", measure=measure.name))


def _knowingly(row: Row[tuple[str, str, str, date | None]], day_field: str | None) -> str:
    """What to do with a warning: of a pathway that is over, another day is a way too."""
    if row.ended_on is None or day_field is None:
        return str(_("If it is right all the same, tick the box and save again."))
    another = _("Write the day on which that pathway ended, or a later one: the desk of %(desk)s knows it.", desk=row.desk)
    return f"{another} {_('If it is right all the same, tick the box and save again.')}"


def in_it(measure: str, desk: str, *, is_over: bool = False) -> str:
    """All that is said of the other pathway."""
    if is_over:
        return str(_("On this day the person was in “%(measure)s” at the desk of %(desk)s.", measure=measure, desk=desk))
    return str(_("The person is in “%(measure)s” at the desk of %(desk)s.", measure=measure, desk=desk))


def despite_of(words: str) -> str:
    """The reason of an event that a warning did not stop."""
    return str(_("Despite the warning. %(words)s", words=words))


def with_warning(reason: str | None, warned: str | None) -> str | None:
    """The reason that was written, and the warning that was read as a sentence of its own."""
    if reason and warned and not reason.endswith((".", "!", "?", "…")):
        reason = f"{reason}."
    return " ".join(filter(None, (reason, warned))) or None


def beyond(pathway: Pathway, service: str, wanted: Decimal, instead_of: Sequence[UUID] = ()) -> str:
    """How many hours of a service the person has left in the measure, in words, where that is fewer than are wanted."""
    budget = standing.budget(pathway, service, instead_of)
    if budget is None or budget.used + wanted <= budget.hours_budget:
        return ""
    left = max(budget.hours_budget - budget.used, Decimal(0))
    numbers = {"left": plain(left), "budget": plain(budget.hours_budget), "wanted": plain(wanted)}
    return str(_("Hours of “%(service)s” left: %(left)s of %(budget)s. This would take %(wanted)s.", service=service, **numbers))


def desk_works(measure: Measure, desk_id: UUID, field: str | None = None) -> None:
    """The desk is one of those that may work the measure today; `field`: where another can be chosen. Raises DeskNotAllowed."""
    allowed = select(Desk.id, Desk.name).join(MeasureDesk, (MeasureDesk.tenant_id == Desk.tenant_id) & (MeasureDesk.desk_id == Desk.id))
    desks = {row.id: row.name for row in db.session.execute(allowed.where(MeasureDesk.measure_id == measure.id).order_by(Desk.name))}
    if desk_id in desks:
        return
    desk = db.session.get_one(Desk, (scope().tenant_id, desk_id))
    raise DeskNotAllowed(_instead(desk.name, list(desks.values()) if field else []), field=field)


def _instead(desk: str, others: list[str]) -> str:
    """What to do where a desk does not work a measure: the ones to choose instead, if there are any; else who to ask."""
    words = {"desk": desk, "others": _either(others)}
    if not others:
        return str(_("The desk of %(desk)s does not work this measure: ask the administrator to add it.", **words))
    return str(_("The desk of %(desk)s does not work this measure: choose %(others)s, or ask the administrator to add it.", **words))


def _either(names: list[str]) -> str:
    """A · A or B · A, B or C"""
    *first, last = names or [""]
    return str(_("%(first)s or %(last)s", first=", ".join(first), last=last)) if first else last
