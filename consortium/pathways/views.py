"""The pages of pathways: today, the lists, a pathway, those of a case; and what they add to the pages of cases."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Flask, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from consortium.cases import pages, unions
from consortium.cases import queries as cases
from consortium.cases.pages import Panel, Result, Step, Tab
from consortium.pathways import (
    costs,
    forms,
    grid,
    history,
    lists,
    measures,
    months,
    paper_pages,
    queries,
    rules,
    sessions,
    several,
    today,
    words,
)
from consortium.pathways.door import blueprint, day, pathway_file
from consortium.pathways.models import PathwayState
from consortium.pathways.policy import Months, Pathways
from consortium.web import landing, layout
from consortium.web.guard import requires
from consortium.web.language import here
from consortium.web.listing import formats
from consortium.web.listing.door import respond
from consortium.web.policy import Role
from tenants.database import db

__all__ = ["blueprint", "costs", "forms", "grid", "measures", "months", "sessions", "several", "today"]

NEXT = {PathwayState.DRAFT: "activate", PathwayState.SUSPENDED: "resume"}


@blueprint.get("/pathways")
@requires(Pathways.READ)
def index() -> ResponseReturnValue:
    return respond(
        lists.PATHWAYS,
        db.session(),
        lists.pathways(),
        template="pathways/index.html",
        who=g.visitor.account.name,
        may_count=g.visitor.may(Months.READ),
    )


@blueprint.get("/sessions", endpoint="sessions")
@requires(Pathways.READ)
def every_session() -> ResponseReturnValue:
    return respond(lists.SESSIONS, db.session(), lists.sessions(), template="pathways/sessions.html", who=g.visitor.account.name)


@blueprint.get("/pathways/<uuid:pathway_id>")
@requires(Pathways.READ)
def pathway(pathway_id: UUID) -> str:
    file, held = pathway_file(pathway_id), queries.sessions_of(pathway_id)
    return render_template(
        "pathways/pathway.html",
        file=file,
        events=queries.events_of(pathway_id),
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
    return Panel(Markup(html), _step(file, pathways))


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


def _clash(kept_id: UUID, merged_id: UUID) -> list[str]:
    """Against making two cases one: the person would have been in two places at once."""
    found = queries.meeting_sessions(kept_id, merged_id)
    when = ", ".join(f"{formats.day(row.on_date)} {row.starts:%H:%M}–{row.ends:%H:%M}" for row in found)
    return [_("Both were in a session at the same time: %(when)s.", when=when)] if found else []


unions.CLASHES.append(_clash)


def furnish(app: Flask) -> None:
    """Called once, when the room opens."""
    navigation = layout.navigation(app)
    navigation.add(_l("Today"), "pathways.today.shown", permission=Pathways.FOLLOW, order=10)
    navigation.add(_l("Pathways"), "pathways.index", permission=Pathways.READ, order=30)
    app.jinja_env.filters["plain"] = lambda value: formats.number(Decimal(value).normalize(), here())
    app.jinja_env.filters["euros"] = lambda value: formats.amount(value, here())
    registry = pages.of(app)
    registry.tabs.append(Tab(_l("Pathways"), "pathways.of_case", Pathways.READ, 40))
    registry.panels.append((Pathways.READ, _panel))
    registry.sources.append((Pathways.READ, _found))
    paper_pages.furnish(app)
    with app.app_context():
        landing.at(Role.CASE_MANAGER, "pathways.today.shown")
