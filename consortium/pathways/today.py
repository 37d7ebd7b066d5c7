"""Where a case manager's day begins: who waits, what is due, what is about to be too late; each line one click from being done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.cases import handovers
from consortium.cases import queries as cases
from consortium.cases import words as case_words
from consortium.cases.pages import case_file
from consortium.journal import queries as journal
from consortium.journal import words as journal_words
from consortium.pathways import queries, reminders, words
from consortium.pathways.door import day as blueprint
from consortium.pathways.policy import Pathways
from consortium.pathways.queries import Found
from consortium.web.guard import requires
from consortium.web.intake import told, way_back
from consortium.web.listing.formats import today
from tenants.models import new_id

# Rows of a part on the screen; lines of the paper that has to be one page, and those that a part takes beside its rows (its heading, that
# there are more). The lists have the rest.
ON_SCREEN, ON_SHEET, OF_A_PART = 10, 42, 3
# Rows that are counted: beyond, the count says “and more”. Of all desks together more of them, so that each desk's paper has its own count.
MOST, OF_ALL_DESKS = 200, 2000
EVERYBODYS = "all"
# For so long one is told which cases one was handed.
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Agenda:
    """What a day brings: sessions recorded, tasks due, cases that others handed over, people who wait, pathways near their hours or their
    end, cases of nobody."""

    sessions: Sequence[Found]
    tasks: Sequence[Found]
    received: Sequence[Found]
    waiting: Sequence[Found]
    used: Sequence[Found]
    over: Sequence[Found]
    nobodys: Sequence[Found]

    def at(self, desk: str) -> "Agenda":
        """The part of one desk, by its name."""
        return Agenda(*([row for row in getattr(self, each.name) if row.desk == desk] for each in fields(self)))

    @property
    def limits(self) -> list[list[Found]]:
        """Pathways near their hours, then those near their end: of each, all that is near."""
        together: dict[UUID, list[Found]] = {}
        for row in (*self.used, *self.over):
            together.setdefault(row.id, []).append(row)
        return list(together.values())

    @property
    def shares(self) -> Mapping[str, int]:
        """How many rows each part has of a sheet: as many as it needs, in turns, as long as there is room."""
        named = ("sessions", "tasks", *(("received",) if self.received else ()), "waiting", "limits", "nobodys")
        counts = {name: len(getattr(self, name)) for name in named}
        shown = dict.fromkeys(counts, 0)
        for _line in range(ON_SHEET - OF_A_PART * len(counts)):
            hungry = [name for name, count in counts.items() if shown[name] < count]
            if hungry:
                shown[min(hungry, key=lambda name: shown[name])] += 1
        return shown

    def capped(self, most: int) -> set[str]:
        """The parts of which there may be more than were read."""
        full = {each.name for each in fields(self) if len(getattr(self, each.name)) >= most}
        return full | ({"limits"} if full & {"used", "over"} else set())

    @property
    def desks(self) -> set[str]:
        return {row.desk for each in fields(self) for row in getattr(self, each.name)}


@blueprint.get("/today")
@requires(Pathways.FOLLOW)
def shown() -> str:
    """One's own day; with `desk`, that of everybody at a desk, or at all that one sees (`all`)."""
    desks, wanted = cases.open_desks_of(g.visitor), request.args.get("desk", "")
    agenda, me = agenda_of(desks, wanted), g.visitor.membership_id
    followed = queries.of_case_manager(me, MOST) if not wanted else []
    at: dict[str, Any] = {} if wanted in ("", EVERYBODYS) else {"desk": wanted}
    names = [desk.name for desk in desks if wanted in ("", EVERYBODYS, desk.slug)]
    return render_template(
        "pathways/today.html",
        agenda=agenda,
        sheets=[(name, agenda.at(name)) for name in [*names, *sorted(agenda.desks - set(names))]],
        followed=followed,
        views=_views(desks, wanted),
        at=at,
        whose=at if wanted else {"case_manager": me},
        owner="" if wanted else g.visitor.account.name,
        day=today(),
        here=_address(wanted),
        most=(most := _most(wanted)),
        capped=agenda.capped(most),
        on_screen=ON_SCREEN,
        new_id=new_id,
        words=words,
        case_words=case_words,
        journal_words=journal_words,
    )


def agenda_of(desks: Sequence[Found], wanted: str) -> Agenda:
    """One's own ("" wanted), that of everybody at one of the `desks` by its word, or at all (`all`); else 404."""
    return _agenda(*_whose(desks, wanted), _most(wanted))


def _most(wanted: str) -> int:
    return OF_ALL_DESKS if wanted == EVERYBODYS else MOST


def _whose(desks: Sequence[Found], wanted: str) -> tuple[UUID | None, UUID | None]:
    """(whose, at which desk): one's own, or everybody's at a desk or at all."""
    if wanted in ("", EVERYBODYS):
        return (None if wanted else g.visitor.membership_id), None
    return None, next((desk.id for desk in desks if desk.slug == wanted), None) or abort(404)


def _agenda(mine: UUID | None, at: UUID | None, most: int) -> Agenda:
    """Whoever waits, and whoever nobody follows, is everybody's who serves the desk."""
    day, visitor = today(), g.visitor
    return Agenda(
        sessions=queries.sessions_on(visitor, day, mine=mine, at=at),
        tasks=journal.to_do(visitor, by=day, at_most=most, mine=mine, at=at),
        received=cases.received(visitor, day - LATELY, most) if mine else [],
        waiting=reminders.waiting(visitor, most, at=at),
        used=reminders.nearly_used(visitor, day, most, mine=mine, at=at),
        over=reminders.nearly_over(visitor, day, most, mine=mine, at=at),
        nobodys=cases.nobodys(visitor, most, at=at),
    )


def _views(desks: Sequence[Found], wanted: str) -> list[tuple[str, str, bool]]:
    """(words, address, current) of the days that one may look at: one's own, that of each desk that one serves, of all together."""
    choices: list[tuple[str, str]] = [("", _("My day")), *((desk.slug, desk.name) for desk in desks)]
    choices += [(EVERYBODYS, _("All desks"))] if len(desks) > 1 else []
    return [(name, _address(slug), slug == wanted) for slug, name in choices]


def _address(slug: str) -> str:
    asked: dict[str, Any] = {"desk": slug} if slug else {}
    return url_for("pathways.today.shown", **asked)


@blueprint.post("/today/take/<uuid:case_id>")
@requires(Pathways.FOLLOW)
def take(case_id: UUID) -> ResponseReturnValue:
    """Follow a case that nobody follows. Somebody may have been quicker: then who, and back to the day."""
    file = case_file(case_id)
    name = f"{file.Person.surname} {file.Person.first_name}"
    try:
        handovers.take(case=file.Case, visitor=g.visitor)
        flash(_("%(name)s is among the people you follow.", name=name), "success")
    except handovers.CaseTaken as taken:
        flash(f"{name}: {told(taken)}", "warning")
    return redirect(way_back(url_for("pathways.today.shown")), 303)
