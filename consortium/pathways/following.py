"""Who follows pathways, and whose sessions are: several given to another case manager at once, or with their cases."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import exists, or_, select, true
from sqlalchemy.orm import aliased

from consortium.cases.models import Case, Person
from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.pathways import queries
from consortium.pathways.models import Pathway, Session, SessionCorrection
from consortium.pathways.queries import OPEN_STATES, Found
from tenants.database import db

__all__ = ["OPEN_STATES", "follow_many", "give_along", "going", "lines", "sessions", "taken"]


def lines(ids: Collection[UUID]) -> list[Found]:
    """Pathways by id, with what a page says of each (`id`, `code`, `state`, `surname`, `first_name`, `desk_id`, `desk`,
    `case_manager_id`, `case_manager`), by code."""
    columns = (Pathway.id, Pathway.code, Pathway.state, Pathway.desk_id, Pathway.case_manager_id, Person.surname, Person.first_name)
    statement = queries.with_people(select(*columns, Desk.name.label("desk"), Membership.name.label("case_manager")))
    return list(db.session.execute(statement.where(Pathway.id.in_(ids)).order_by(Pathway.code)))


def sessions(ids: Collection[UUID]) -> list[Found]:
    """Sessions by id, with what a page says of each (`id`, `on_date`, `starts`, `ends`, `group_id`, `operator_id`, `operator`, `code`,
    `surname`, `first_name`, `desk`), and what stands against a change (`register_closed_on`, `month_closed`, `corrected`), by day; of a
    group, everybody's rows."""
    operator = aliased(Membership)
    facts = (
        Session.id,
        Session.on_date,
        Session.starts,
        Session.ends,
        Session.group_id,
        Session.operator_id,
        operator.name.label("operator"),
    )
    names = (Pathway.code, Pathway.register_closed_on, Person.surname, Person.first_name, Desk.name.label("desk"))
    closed = queries.is_closed().label("month_closed")
    corrected = (
        exists().where(SessionCorrection.tenant_id == Session.tenant_id, SessionCorrection.session_id == Session.id).label("corrected")
    )
    statement = queries.with_people(select(*facts, *names, closed, corrected)).join(Session, queries.of_pathway(Session))
    groups = select(Session.group_id).where(Session.id.in_(ids), Session.group_id.is_not(None))
    known = statement.join(operator, same(Session.operator_id, operator))
    wanted = or_(Session.id.in_(ids), Session.group_id.in_(groups))
    return list(db.session.execute(known.where(wanted).order_by(Session.on_date, Session.starts, Session.id)))


def taken(operator_id: UUID, days: Collection[date]) -> list[Found]:
    """The sessions of an operator on some days (`id`, `on_date`, `starts`, `ends`, `group_id`)."""
    facts = select(Session.id, Session.on_date, Session.starts, Session.ends, Session.group_id)
    return list(db.session.execute(facts.where(Session.operator_id == operator_id, Session.on_date.in_(days))))


def going(case_ids: Collection[UUID], case_manager_id: UUID | None) -> list[Found]:
    """The open pathways that go to somebody else with their cases (`id`, `case_id`, `case_manager`; see `cases.handovers.Along`): those
    that whoever follows the case follows too, or nobody who sees them."""
    statement = queries.with_people(select(Pathway.id, Pathway.case_id, Membership.name.label("case_manager")))
    theirs = or_(Pathway.case_manager_id == Case.case_manager_id, queries.out_of_reach())
    found = statement.where(Pathway.case_id.in_(case_ids), Pathway.state.in_(OPEN_STATES), theirs)
    others = true() if case_manager_id is None else Pathway.case_manager_id != case_manager_id
    return list(db.session.execute(found.where(others).order_by(Pathway.code)))


def give_along(case_ids: Collection[UUID], case_manager_id: UUID) -> None:
    """Whoever follows these cases from now on follows those pathways too."""
    follow_many(pathway_ids=[row.id for row in going(case_ids, case_manager_id)], case_manager_id=case_manager_id)


def follow_many(*, pathway_ids: Collection[UUID], case_manager_id: UUID) -> list[Pathway]:
    """All of these go to a case manager, who is to see their desks (the caller looks)."""
    chosen = list(db.session.scalars(select(Pathway).where(Pathway.id.in_(pathway_ids)).order_by(Pathway.id).with_for_update()))
    for pathway in chosen:
        pathway.case_manager_id = case_manager_id
    db.session.flush()
    return chosen
