"""What can be done to several cases at once: hand them over to another desk or case manager, with a note."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.cases import handovers, lists, queries, schemas, words
from consortium.cases.door import blueprint
from consortium.cases.models import Case
from consortium.cases.pages import linker
from consortium.cases.policy import Cases
from consortium.cases.queries import Found
from consortium.web.guard import requires
from consortium.web.listing.actions import Change, Outlook
from consortium.web.several import Facts, Several, respond


def _handed_over(ids: Sequence[UUID], facts: Facts | None) -> list[Outlook]:
    opens, found = linker("cases.overview", "case_id", "id")(), queries.lines(ids)
    if facts is None:
        return [Outlook(row.id, _name(row), opens(row)) for row in found]
    to = _Next(ids, facts)
    return [Outlook(row.id, _name(row), opens(row), to.changes(row), to.refusal(row)) for row in found]


def _name(row: Found) -> str:
    return f"{row.surname} {row.first_name} · {row.number}"


class _Next:
    """Where cases go: `desk_id` None, each stays at its desk."""

    def __init__(self, ids: Sequence[UUID], facts: Facts) -> None:
        self.desk_id: UUID | None = facts["desk_id"]
        self.manager_id: UUID = facts["case_manager_id"]
        self.desk = queries.desk_name(self.desk_id) if self.desk_id else ""
        self.manager = dict(queries.case_managers())[self.manager_id]
        self.seen = queries.desks_seen(self.manager_id)
        self.along = handovers.going_along(ids, self.manager_id) if facts["along"] else {}

    def changes(self, row: Found) -> list[Change]:
        """What goes along goes with a case that goes."""
        told: list[Change] = [(_("Desk"), row.desk, self.desk)] if self.desk_id not in (None, row.desk_id) else []
        told += [(_("Case manager"), row.case_manager, self.manager)] if self.manager_id != row.case_manager_id else []
        along: list[Change] = [(what.capitalize(), names, self.manager) for what, names in self.along.get(row.id, ())]
        return [*told, *along] if told else []

    def refusal(self, row: Found) -> str:
        desk_id, desk = (self.desk_id, self.desk) if self.desk_id else (row.desk_id, row.desk)
        so_already = "" if self.changes(row) else str(_("It is so already."))
        return words.does_not_serve(self.seen, self.manager, desk_id, desk) or so_already


def _hand_over(ids: Sequence[UUID], facts: Facts) -> None:
    handovers.hand_over_many(case_ids=ids, visitor=g.visitor, **facts)


SEVERAL: Mapping[str, Several] = {
    "hand-over": Several(
        title=_l("Change desk or case manager"),
        text=_l("Whoever serves the desk sees the case. What was recorded stays where it was recorded."),
        model=Case,
        schema=schemas.HandOverManySchema,
        fields="cases/several_hand_over.html",
        choices=lambda: {"desk_id": queries.open_desks(), "case_manager_id": queries.case_managers()},
        initial=lambda: {"along": True},
        words={"along": handovers.ALONG},
        outlook=_handed_over,
        apply=_hand_over,
    )
}


@blueprint.post("/cases/several/<any('hand-over'):verb>")
@requires(Cases.WRITE)
def several(verb: str) -> ResponseReturnValue:
    """Handing back is another handover, with its note: so there is no undo."""
    return respond(lists.CASES, lists.cases(), SEVERAL[verb], back=url_for("cases.index"))
