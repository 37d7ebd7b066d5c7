"""The pages of pathways: today, the lists, a pathway, those of a case; and what they add to the pages of cases."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from consortium.cases import handovers, pages, unions
from consortium.cases import queries as cases
from consortium.cases import services as case_services
from consortium.cases.models import Assignment, AssignmentState
from consortium.cases.pages import Link, Panel, Result, Step, Tab
from consortium.cases.policy import Cases
from consortium.pathways import (
    clashes,
    costs,
    following,
    forms,
    grid,
    history,
    lists,
    measures,
    months,
    paper_pages,
    queries,
    reminders,
    rules,
    sessions,
    several,
    today,
    undo_pages,
    undoing,
    waiting,
    words,
)
from consortium.pathways.door import blueprint, day, pathway_file
from consortium.pathways.hours import counted
from consortium.pathways.models import PathwayState
from consortium.pathways.policy import Months, Pathways
from consortium.staff import leaving
from consortium.staff.leaving import InHand, Left
from consortium.web import landing, layout
from consortium.web.guard import requires
from consortium.web.language import here
from consortium.web.listing import formats
from consortium.web.listing.door import respond
from consortium.web.policy import Role
from tenants.database import db

__all__ = ["blueprint", "costs", "forms", "grid", "measures", "months", "sessions", "several", "today", "undo_pages", "waiting"]

NEXT = {PathwayState.DRAFT: "activate", PathwayState.SUSPENDED: "resume"}


@blueprint.get("/pathways")
@requires(Pathways.READ)
def index() -> ResponseReturnValue:
    nobodys = queries.count_to_reassign(g.visitor) if g.visitor.may(Cases.ALL) and not request.args.get("format") else 0
    shown: dict[str, Any] = {"nobodys": nobodys, "may_count": g.visitor.may(Months.READ)}
    return respond(lists.PATHWAYS, db.session(), lists.pathways(), template="pathways/index.html", who=g.visitor.account.name, **shown)


@blueprint.get("/sessions", endpoint="sessions")
@requires(Pathways.READ)
def every_session() -> ResponseReturnValue:
    return respond(lists.SESSIONS, db.session(), lists.sessions(), template="pathways/sessions.html", who=g.visitor.account.name)


@blueprint.get("/pathways/<uuid:pathway_id>")
@requires(Pathways.READ)
def pathway(pathway_id: UUID) -> str:
    file, held, steps = pathway_file(pathway_id), queries.sessions_of(pathway_id), queries.steps_of(pathway_id)
    events = [each for each in steps if not each.undone_on]
    return render_template(
        "pathways/pathway.html",
        file=file,
        steps=steps,
        last=undoing.last(file.Pathway, events),
        until=rules.until(
            file.Pathway.ended_on, [rules.Step(each.state, each.on_date) for each in events], file.Measure.valid_to, formats.today()
        ),
        sessions=held,
        hours=sum(session.hours for session in held),
        value=total_value(held),
        budgets=queries.budgets(file.Pathway),
        moves=[forms.MOVES[verb] for verb in rules.possible(file.Pathway.state)],
        entries=history.of_pathway(file.Pathway),
        words=words,
    )


def total_value(rows: Sequence[queries.Found]) -> Any:
    """Of those that have one; None where none has."""
    valued = [row.value for row in rows if row.value is not None]
    return sum(valued) if valued else None


@blueprint.get("/cases/<uuid:case_id>/pathways")
@requires(Pathways.READ)
def of_case(case_id: UUID) -> str:
    """A tab of the case page."""
    return render_template("pathways/of_case.html", **pages.around(case_id), pathways=queries.of_case(case_id), words=words)


def _panel(file: cases.Found) -> Panel:
    """The overview's part about pathways, and what to do with them."""
    pathways = queries.of_case(file.Case.id)
    html = render_template("pathways/panel.html", file=file, pathways=pathways, words=words)
    waits = file.Assignment is not None and file.Assignment.state in (AssignmentState.ASSIGNED, AssignmentState.CONTACTED)
    return Panel(Markup(html), _step(file, pathways), reminders.due_on(file.Assignment.id) if waits else None)


def _step(file: cases.Found, pathways: list[cases.Found]) -> Step | None:
    """To open the first pathway, or go on with the newest that is open."""
    open_ = next((each for each in pathways if each.state in queries.OPEN_STATES), None)
    if open_ is None:
        url = url_for("pathways.open_pathway", case_id=file.Case.id)
        return Step(_("No pathway is open."), _("Open a pathway"), url)
    if open_.state in NEXT:
        move = forms.MOVES[NEXT[open_.state]]
        return Step(f"{open_.measure}: {words.STATES[open_.state]}.", str(move.label), forms.move_url(open_.id, move))
    url = url_for("pathways.record_session", pathway_id=open_.id)
    conclude = forms.MOVES["conclude"]
    also = ((str(conclude.label), forms.move_url(open_.id, conclude)),)
    return Step(_("%(measure)s is ongoing.", measure=open_.measure), _("Record a session"), url, also)


def _found(text: str, at_most: int) -> list[Result]:
    """Pathways by the beginning of their code."""
    if not any(sign.isdigit() for sign in text) or " " in text.strip():
        return []
    to_pathway = pages.linker("pathways.pathway", "pathway_id", "id")()
    return [_result(row, to_pathway(row)) for row in queries.by_code(text.strip(), g.visitor, at_most)]


def _result(row: queries.Found, url: str) -> Result:
    hint = " · ".join((row.code, row.measure, row.desk))
    state, tone = str(words.STATES[row.state]), words.TONES[row.state]
    return Result(f"{row.surname} {row.first_name}", url, hint, state, tone, "pathway", row.id)


blueprint.register_blueprint(day)
unions.CLASHES.append(clashes.against)
unions.WARNINGS.append(clashes.to_know)
handovers.ALONG.append(handovers.Along(_l("open pathways"), following.going, following.give_along))


def _standing_on(intake: Assignment) -> list[str]:
    """Against taking an intake back: pathways that were opened because of it."""
    opened = queries.opened_after(intake)
    return [_("Pathway %(code)s was opened on %(day)s.", code=row.code, day=formats.day(row.on_date)) for row in opened]


case_services.LATER_WORK.append(_standing_on)


def _in_hand(membership_id: UUID) -> InHand:
    """The open pathways that somebody follows; of those, what waits for another: they have left, or serve other desks."""
    followed, waiting = queries.in_hand(g.visitor, membership_id)
    address = url_for("pathways.index", state="open", case_manager=membership_id)
    held = Left(followed, ngettext("%(num)s open pathway", "%(num)s open pathways", followed), address)
    text = ngettext("%(num)s pathway waits for another case manager.", "%(num)s pathways wait for another case manager.", waiting)
    left = Left(waiting, text, url_for("pathways.index", to_reassign="yes", case_manager=membership_id))
    return InHand(held, left)


def furnish(app: Flask) -> None:
    """Called once, when the room opens."""
    navigation = layout.navigation(app)
    navigation.add(_l("Today"), "pathways.today.shown", permission=Pathways.FOLLOW, order=10)
    navigation.add(_l("Pathways"), "pathways.index", permission=Pathways.READ, order=30)
    app.jinja_env.filters["plain"] = lambda value: formats.number(Decimal(value).normalize(), here())
    app.jinja_env.filters["counted"] = lambda value: counted(Decimal(value), here())
    app.jinja_env.filters["euros"] = lambda value: formats.amount(value, here())
    registry = pages.of(app)
    registry.tabs.append(Tab(_l("Pathways"), "pathways.of_case", Pathways.READ, 40))
    registry.panels.append((Pathways.READ, _panel))
    registry.sources.append((Pathways.READ, _found))
    registry.links.append(Link(_l("Who waits"), "pathways.waiting", Pathways.READ))
    leaving.of(app).append(_in_hand)
    paper_pages.furnish(app)
    with app.app_context():
        for role in (Role.CASE_MANAGER, Role.COORDINATOR):
            landing.at(role, "pathways.today.shown")
