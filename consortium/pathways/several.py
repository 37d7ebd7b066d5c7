"""What can be done to several pathways at once: give them to another case manager."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.cases import queries as cases
from consortium.cases import words as case_words
from consortium.cases.pages import linker
from consortium.cases.queries import Found
from consortium.pathways import following, lists, schemas, words
from consortium.pathways.door import blueprint
from consortium.pathways.models import Pathway
from consortium.pathways.policy import Pathways
from consortium.web.guard import requires
from consortium.web.listing.actions import Outlook
from consortium.web.several import Facts, Several, respond, undone


def _followed(ids: Sequence[UUID], facts: Facts | None) -> list[Outlook]:
    opens, found = linker("pathways.pathway", "pathway_id", "id")(), following.lines(ids)
    if facts is None:
        return [Outlook(row.id, _name(row), opens(row)) for row in found]
    to = facts["case_manager_id"]
    name, seen = dict(cases.case_managers())[to], cases.desks_seen(to)
    changes = {row.id: [(_("Case manager"), row.case_manager, name)] for row in found}
    return [Outlook(row.id, _name(row), opens(row), changes[row.id], _refusal(row, to, name, seen)) for row in found]


def _name(row: Found) -> str:
    return f"{row.code} · {row.surname} {row.first_name}"


def _refusal(row: Found, to: UUID, name: str, seen: set[UUID] | None) -> str:
    if row.state not in following.OPEN_STATES:
        return str(_("It is over: %(state)s.", state=words.STATES[row.state]))
    so_already = str(_("It is so already.")) if row.case_manager_id == to else ""
    return case_words.does_not_serve(seen, name, row.desk_id, row.desk) or so_already


def _follow(ids: Sequence[UUID], facts: Facts) -> None:
    following.follow_many(pathway_ids=ids, case_manager_id=facts["case_manager_id"])


SEVERAL: Mapping[str, Several] = {
    "follow": Several(
        title=_l("Change the case manager"),
        text=_l("Whoever follows a pathway finds it among their own. The case stays with who follows it."),
        model=Pathway,
        schema=schemas.FollowSchema,
        fields="pathways/several_follow.html",
        choices=lambda: {"case_manager_id": cases.case_managers()},
        outlook=_followed,
        apply=_follow,
        undo=lambda: url_for("pathways.undo_several"),
    )
}


@blueprint.post("/pathways/several/<any(follow):verb>")
@requires(Pathways.RECORD)
def several(verb: str) -> ResponseReturnValue:
    return respond(lists.PATHWAYS, lists.pathways(), SEVERAL[verb], back=url_for("pathways.index"))


@blueprint.post("/pathways/several/undo")
@requires(Pathways.RECORD)
def undo_several() -> ResponseReturnValue:
    """What was done to several pathways a moment ago, by the same person."""
    return undone(Pathway, ("case_manager_id",), back=url_for("pathways.index"))
