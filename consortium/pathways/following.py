"""Who follows pathways: several given to another case manager at once."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from consortium.cases.models import Person
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.pathways import queries
from consortium.pathways.models import Pathway
from consortium.pathways.queries import OPEN_STATES, Found
from tenants.database import db

__all__ = ["OPEN_STATES", "follow_many", "lines"]


def lines(ids: Collection[UUID]) -> list[Found]:
    """Pathways by id, with what a page says of each (`id`, `code`, `state`, `surname`, `first_name`, `desk_id`, `desk`,
    `case_manager_id`, `case_manager`), by code."""
    columns = (Pathway.id, Pathway.code, Pathway.state, Pathway.desk_id, Pathway.case_manager_id, Person.surname, Person.first_name)
    statement = queries.with_people(select(*columns, Desk.name.label("desk"), Membership.name.label("case_manager")))
    return list(db.session.execute(statement.where(Pathway.id.in_(ids)).order_by(Pathway.code)))


def follow_many(*, pathway_ids: Collection[UUID], case_manager_id: UUID) -> list[Pathway]:
    """All of these go to a case manager, who is to see their desks (the caller looks)."""
    chosen = list(db.session.scalars(select(Pathway).where(Pathway.id.in_(pathway_ids)).order_by(Pathway.id)))
    for pathway in chosen:
        pathway.case_manager_id = case_manager_id
    db.session.flush()
    return chosen
