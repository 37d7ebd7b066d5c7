"""Writes: cases go from a desk or a case manager to another, one or many at once, with what the next one must know."""

from collections.abc import Collection
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from consortium.cases import queries
from consortium.cases.models import Case, Handover
from consortium.web.listing.formats import today
from consortium.web.visitor import Visitor
from tenants.database import db
from tenants.errors import Problem


class NotServing(Problem):
    """A case manager sees the cases of the desks they serve, and no others."""

    title = _l("This case manager does not serve that desk")
    remedy = _l("Choose somebody who serves it, or ask an administrator to put them on its staff.")


class CaseGone(Problem):
    title = _l("One of the cases is not among yours any more")
    remedy = _l("Open the list again, and choose among those that are there.")


class CaseChanged(Problem):
    title = _l("Somebody else has changed this case meanwhile")
    remedy = _l("Read it again, and hand it over as it is now.")


class CaseTaken(Problem):
    title = _l("Somebody follows this person already")
    remedy = _l("Open the case to see who, or ask them to hand it over.")


def take(*, case: Case, visitor: Visitor) -> Case:
    """A case that nobody follows is followed by the visitor from now on; taken twice, it is taken once. Raises CaseTaken."""
    db.session.refresh(case, with_for_update=True)
    me = visitor.membership_id
    if case.case_manager_id != me and not queries.nobodys(visitor, 1, case_id=case.id):
        raise CaseTaken
    return hand_over(case=case, desk_id=case.desk_id, case_manager_id=me)


def hand_over(*, case: Case, desk_id: UUID, case_manager_id: UUID | None, note: str | None = None) -> Case:
    """The case goes on at a desk, followed by somebody (or by nobody yet); written down, unless nothing changes. Raises NotServing."""
    _refuse_who_would_not_see(desk_id, case_manager_id)
    return _hand_over(case, desk_id, case_manager_id, note)


def hand_over_many(
    *, case_ids: Collection[UUID], visitor: Visitor, desk_id: UUID | None, case_manager_id: UUID | None, note: str | None = None
) -> list[Case]:
    """All of these cases go to somebody, each at its desk or all at `desk_id`: all or none. Raises CaseGone, NotServing."""
    chosen = select(Case).where(Case.id.in_(case_ids), queries.visible(visitor)).order_by(Case.id)
    cases = list(db.session.scalars(chosen.with_for_update(of=Case), execution_options={"populate_existing": True}))
    if len(cases) < len(set(case_ids)):
        raise CaseGone
    for each in {desk_id or case.desk_id for case in cases}:
        _refuse_who_would_not_see(each, case_manager_id)
    return [_hand_over(case, desk_id or case.desk_id, case_manager_id, note) for case in cases]


def _hand_over(case: Case, desk_id: UUID, case_manager_id: UUID | None, note: str | None) -> Case:
    if (case.desk_id, case.case_manager_id) == (desk_id, case_manager_id):
        return case
    before = {"from_desk_id": case.desk_id, "from_manager_id": case.case_manager_id}
    after = {"to_desk_id": desk_id, "to_manager_id": case_manager_id}
    db.session.add(Handover(case_id=case.id, **before, **after, on_date=today(), note=note))
    case.desk_id, case.case_manager_id = desk_id, case_manager_id
    db.session.flush()
    return case


def _refuse_who_would_not_see(desk_id: UUID, case_manager_id: UUID | None) -> None:
    if case_manager_id is None or queries.sees_desk(case_manager_id, desk_id):
        return
    raise NotServing(_("They do not serve the desk of %(desk)s.", desk=queries.desk_name(desk_id)), field="case_manager_id")
