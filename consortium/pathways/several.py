"""What can be done to several pathways, or sessions, at once: give them to another case manager."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.cases import queries as cases
from consortium.cases import words as case_words
from consortium.cases.pages import linker
from consortium.cases.queries import Found
from consortium.pathways import following, lists, recording, schemas, words
from consortium.pathways.door import blueprint
from consortium.pathways.hours import span
from consortium.pathways.models import Pathway, Session
from consortium.pathways.policy import Pathways
from consortium.web.guard import requires
from consortium.web.listing.actions import Outlook
from consortium.web.listing.formats import day
from consortium.web.several import Facts, Several, respond, undone

# What the following of several pathways changes, and an undo gives back.
UNDONE = ("case_manager_id",)


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


def _held(ids: Sequence[UUID], facts: Facts | None) -> list[Outlook]:
    opens, found = linker("pathways.session", "session_id", "id")(), following.sessions(ids)
    if facts is None:
        return [Outlook(row.id, _session(row), opens(row)) for row in found]
    to = facts["operator_id"]
    name, others = dict(cases.case_managers())[to], following.taken(to, {row.on_date for row in found})
    told: list[Outlook] = []
    for party in _parties(found):
        refusals = _refusals(party, to, name, others)
        told += [
            Outlook(row.id, _session(row), opens(row), () if refusals else [(_("Operator"), row.operator, name)], refusals.get(row.id, ""))
            for row in party
        ]
        others += [] if refusals else party
    return told


def _parties(found: Sequence[Found]) -> Iterable[list[Found]]:
    """The rows of each session: all who were there change as one."""
    parties: dict[UUID, list[Found]] = {}
    for row in found:
        parties.setdefault(row.group_id or row.id, []).append(row)
    return parties.values()


def _refusals(party: Sequence[Found], to: UUID, name: str, others: Sequence[Found]) -> dict[UUID, str]:
    """Why a session cannot change, by row: what stands against one of a group stands against all of it."""
    own = {row.id: why for row in party if (why := _unchangeable(row, to) or _busy(row, name, others))}
    if not own:
        return {}
    first = next(row for row in party if row.id in own)
    words = _("%(name)s: %(why)s Those of a group change as one.", name=f"{first.surname} {first.first_name}", why=own[first.id])
    return {row.id: own.get(row.id, words) for row in party}


def _session(row: Found) -> str:
    return f"{day(row.on_date)} {span(row.starts, row.ends)} · {row.surname} {row.first_name}"


def _unchangeable(row: Found, to: UUID) -> str:
    if row.operator_id == to:
        return str(_("It is so already."))
    if row.register_closed_on:
        return str(_("The attendance register was closed on %(day)s.", day=day(row.register_closed_on)))
    if row.month_closed:
        return str(_("%(month)s is closed at the desk of %(desk)s.", month=f"{row.on_date:%m/%Y}", desk=row.desk))
    return str(_("The hours of this session were corrected by a counter-entry.")) if row.corrected else ""


def _busy(row: Found, name: str, others: Sequence[Found]) -> str:
    """Who holds one session cannot hold another at that hour, but for the others of its group."""
    at_once = (each for each in others if each.on_date == row.on_date and each.starts < row.ends and row.starts < each.ends)
    if all(row.group_id and each.group_id == row.group_id for each in at_once):
        return ""
    return str(_("%(name)s is in another session at that hour.", name=name))


def _give(ids: Sequence[UUID], facts: Facts) -> None:
    recording.give_sessions(session_ids=ids, operator_id=facts["operator_id"])


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
    ),
    "operator": Several(
        title=_l("Change the operator"),
        text=_l("Who held the sessions. Those of a group change for everybody who was there."),
        model=Session,
        schema=schemas.GiveSchema,
        fields="pathways/several_operator.html",
        choices=lambda: {"operator_id": cases.case_managers()},
        outlook=_held,
        apply=_give,
    ),
}


@blueprint.post("/sessions/several/<any(operator):verb>")
@requires(Pathways.RECORD)
def several_sessions(verb: str) -> ResponseReturnValue:
    """Giving them back is another change, for which the hours must be free again: so there is no undo."""
    return respond(lists.SESSIONS, lists.sessions(), SEVERAL[verb], back=url_for("pathways.sessions"))


@blueprint.post("/pathways/several/<any(follow):verb>")
@requires(Pathways.RECORD)
def several(verb: str) -> ResponseReturnValue:
    return respond(lists.PATHWAYS, lists.pathways(), SEVERAL[verb], back=url_for("pathways.index"))


@blueprint.post("/pathways/several/undo")
@requires(Pathways.RECORD)
def undo_several() -> ResponseReturnValue:
    """What was done to several pathways a moment ago, by the same person."""
    return undone(SEVERAL["follow"], UNDONE, back=url_for("pathways.index"))
