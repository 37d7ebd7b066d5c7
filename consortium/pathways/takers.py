"""Who takes part in a session: their pathways and cases, held while it is written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from consortium.pathways import guarding, standing
from consortium.pathways.models import Pathway
from tenants.database import db
from tenants.errors import Problem


class NotInGroup(Problem):
    title = _l("Not everybody can be in this session")
    remedy = _l("Take that person out, or choose again: a group is of one measure and one desk.")


@dataclass(frozen=True)
class Taker:
    """Somebody who takes part: their pathway, and their name where there are several."""

    pathway: Pathway
    name: str

    @contextmanager
    def named(self) -> Iterator[None]:
        """A rule that says no says whom it is about, where that is not clear."""
        try:
            yield
        except Problem as problem:
            if not self.name:
                raise
            words = f"{self.name}: {problem.detail or problem.title}"
            raise type(problem)(words, field=problem.field, remedy=problem.remedy) from problem


def hold(pathway_ids: Sequence[UUID]) -> list[Taker]:
    """The pathways and their cases are held until the transaction ends, always in one order. Raises NotInGroup."""
    ids = set(pathway_ids)
    statement = select(Pathway).where(Pathway.id.in_(ids)).order_by(Pathway.id).with_for_update()
    found = list(db.session.execute(statement, execution_options={"populate_existing": True}).scalars())
    if len(found) != len(ids):
        raise NotInGroup(_("One of the pathways is no more."), field="others")
    guarding.hold_cases(*(each.case_id for each in found))
    names = standing.names_of([each.id for each in found]) if len(found) > 1 else {}
    return [Taker(each, names.get(each.id, "")) for each in found]


def alike(takers: Sequence[Taker]) -> None:
    """They can be in one session. Raises NotInGroup."""
    if len({(each.pathway.measure_id, each.pathway.desk_id) for each in takers}) > 1:
        raise NotInGroup(_("One of them is in another measure, or at another desk."), field="others")
