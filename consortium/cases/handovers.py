"""Writes: cases go from a desk or a case manager to another, one or many at once, with what the next one must know."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from consortium.cases import queries
from consortium.cases.models import Case, Handover
from consortium.cases.queries import Found
from consortium.web.listing.columns import Label
from consortium.web.listing.formats import today
from consortium.web.visitor import Visitor
from tenants.database import db
from tenants.errors import Problem


@dataclass(frozen=True)
class Along:
    """What a room above keeps of a case, followed by whoever follows the case, that goes to the next one with it.

    `going`: those of some cases that are not yet somebody's (None: of whoever is chosen), each with its `case_id` and its `case_manager`;
    `give`: they go, to somebody. Both are called while the cases are still as they were.
    """

    name: Label
    going: Callable[[Collection[UUID], UUID | None], list[Found]]
    give: Callable[[Collection[UUID], UUID], None]


# Rooms above say so: `handovers.ALONG.append(Along(…))`.
ALONG: list[Along] = []


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
    remedy = _l("Ask them to hand the case over.")


class NobodyChosen(Problem):
    """The desk and the case manager are those that the case has: a note alone would be lost."""

    title = _l("Nothing would change")
    remedy = _l("Choose to whom the case goes; what is only to be known is a note of the case.")


def take(*, case: Case, visitor: Visitor) -> Case:
    """A case that nobody follows is followed by the visitor from now on, with what goes along; taken twice, it is taken once.

    Raises CaseTaken.
    """
    db.session.refresh(case, with_for_update=True)
    me = visitor.membership_id
    if me is None or case.case_manager_id == me:
        return case
    if name := queries.follower(case.id):
        raise CaseTaken(_("%(name)s follows this person.", name=name))
    return hand_over(case=case, desk_id=case.desk_id, case_manager_id=me)


def take_back(handover: Handover) -> None:
    """Whoever had the case before has it again, where it is still as the handover left it."""
    case = db.session.get_one(Case, (handover.tenant_id, handover.case_id), with_for_update=True, populate_existing=True)
    if (case.desk_id, case.case_manager_id) == (handover.to_desk_id, handover.to_manager_id):
        _hand_over(case, handover.from_desk_id, handover.from_manager_id, None)


def hand_over(*, case: Case, desk_id: UUID, case_manager_id: UUID | None, note: str | None = None, along: bool = True) -> Case:
    """The case goes on at a desk, followed by somebody (or by nobody yet); written down. Raises NobodyChosen, NotServing.

    `along`: what rooms above keep of it goes to the same one (see ALONG).
    """
    if (case.desk_id, case.case_manager_id) == (desk_id, case_manager_id):
        raise NobodyChosen(field="case_manager_id")
    _refuse_who_would_not_see(desk_id, case_manager_id)
    if along and case_manager_id:
        _bring_along([case.id], case_manager_id)
    return _hand_over(case, desk_id, case_manager_id, note)


def going_along(case_ids: Collection[UUID], case_manager_id: UUID | None = None) -> dict[UUID, list[tuple[str, str]]]:
    """Case → what goes along with it (“open pathways (2)”) and who has it now; once it is known to whom, what is theirs already stays."""
    told: dict[UUID, list[tuple[str, str]]] = {}
    for each in ALONG:
        rows: dict[UUID, list[str]] = {}
        for row in each.going(case_ids, case_manager_id):
            rows.setdefault(row.case_id, []).append(row.case_manager)
        for case_id, names in rows.items():
            told.setdefault(case_id, []).append((f"{each.name} ({len(names)})", ", ".join(dict.fromkeys(names))))
    return told


def _bring_along(case_ids: Collection[UUID], case_manager_id: UUID) -> None:
    for each in ALONG:
        each.give(case_ids, case_manager_id)


def hand_over_many(
    *,
    case_ids: Collection[UUID],
    visitor: Visitor,
    desk_id: UUID | None,
    case_manager_id: UUID,
    note: str | None = None,
    along: bool = True,
) -> list[Case]:
    """All of these cases go to somebody, each at its desk or all at `desk_id`, as in `hand_over`: all or none.

    Raises CaseGone, NotServing.
    """
    chosen = select(Case).where(Case.id.in_(case_ids), queries.visible(visitor)).order_by(Case.id)
    cases = list(db.session.scalars(chosen.with_for_update(of=Case), execution_options={"populate_existing": True}))
    if len(cases) < len(set(case_ids)):
        raise CaseGone
    for each in {desk_id or case.desk_id for case in cases}:
        _refuse_who_would_not_see(each, case_manager_id)
    if along:
        _bring_along([case.id for case in cases], case_manager_id)
    return [_hand_over(case, desk_id or case.desk_id, case_manager_id, note) for case in cases]


def _hand_over(case: Case, desk_id: UUID, case_manager_id: UUID | None, note: str | None) -> Case:
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
