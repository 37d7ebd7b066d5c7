"""The pages of cases: the list, the search, the tabs of a case."""

from uuid import UUID

from flask import Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.cases import forms, history, lists, pages, queries, taking_in, words
from consortium.cases.door import blueprint, next_step
from consortium.cases.pages import Result, Tab, around
from consortium.cases.policy import Cases
from consortium.cases.search import people, words_of
from consortium.desks.policy import Desks
from consortium.desks.queries import open_on
from consortium.web import layout
from consortium.web.guard import requires
from consortium.web.listing.door import respond
from consortium.web.listing.formats import day, today
from tenants.database import db

__all__ = ["blueprint", "forms", "taking_in"]

LONGEST_SEARCH = 100
AT_MOST = 10
ON_A_PAGE = 50


@blueprint.get("/cases")
@requires(Cases.READ)
def index() -> ResponseReturnValue:
    return respond(lists.CASES, db.session(), lists.cases(), template="cases/index.html", who=g.visitor.account.name)


@blueprint.get("/assignments")
@requires(Cases.READ)
def assignments() -> ResponseReturnValue:
    template = "cases/assignments.html"
    return respond(lists.ASSIGNMENTS, db.session(), lists.assignments(), template=template, who=g.visitor.account.name)


@blueprint.get("/search")
@requires(Cases.READ)
def search() -> str:
    """The search: a part of the page for htmx, else a page of its own."""
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    if request.headers.get("HX-Request"):
        return render_template("web/search_results.html", results=pages.results(text, AT_MOST))
    return render_template("cases/search.html", text=text, results=pages.results(text, ON_A_PAGE))


@blueprint.get("/cases/<uuid:case_id>")
@requires(Cases.READ)
def overview(case_id: UUID) -> str:
    context = around(case_id)
    panels = pages.panels(context["file"])
    steps = [next_step(context["file"]), *(panel.step for panel in panels)]
    return render_template("cases/overview.html", **context, panels=panels, step=next(filter(None, steps), None))


@blueprint.get("/cases/<uuid:case_id>/personal-data")
@requires(Cases.READ)
def personal_data(case_id: UUID) -> str:
    return render_template("cases/personal_data.html", **around(case_id))


@blueprint.get("/cases/<uuid:case_id>/assignments")
@requires(Cases.READ)
def of_case(case_id: UUID) -> str:
    return render_template("cases/of_case.html", **around(case_id), assignments=queries.assignments_of(case_id))


@blueprint.get("/cases/<uuid:case_id>/history")
@requires(Cases.READ)
def changes(case_id: UUID) -> str:
    context = around(case_id)
    file = context["file"]
    return render_template("cases/history.html", **context, entries=history.of_case(file.Case, file.Person))


def _people(text: str, at_most: int) -> list[Result]:
    to_case = pages.linker("cases.overview", "case_id", "case_id")()
    return [_result(row, to_case(row)) for row in people(text, g.visitor, at_most)]


def _result(row: queries.Found, url: str) -> Result:
    hint = " · ".join((row.number, row.codice_fiscale or day(row.born_on), row.desk))
    state = str(words.STATES.get(row.state, "")) if row.state else ""
    return Result(f"{row.surname} {row.first_name}", url, hint, state, words.TONES.get(row.state, "neutral"), "case", row.case_id)


def _desks(text: str, at_most: int) -> list[Result]:
    """Desks open today whose name or municipality begins so. They are few: no index is asked."""
    wanted = words_of(text)
    there = ((row, words_of(f"{row.Desk.name} {row.municipality}")) for row in (open_on(today()) if wanted else []))
    rows = [row for row, named in there if all(any(name.startswith(each) for name in named) for each in wanted)]
    return [_desk_result(row) for row in rows[:at_most]]


def _desk_result(row: queries.Found) -> Result:
    url = url_for("desks.desk", desk_id=row.Desk.id)
    return Result(row.Desk.name, url, f"{_('Desk')} · {row.municipality} ({row.province})", kind="desk", id=row.Desk.id)


def furnish(app: Flask) -> None:
    """Called once, when the room opens."""
    layout.navigation(app).add(_l("Cases"), "cases.index", permission=Cases.READ, order=20)
    registry = pages.of(app)
    registry.tabs += [
        Tab(_l("Overview"), "cases.overview", Cases.READ, 10),
        Tab(_l("Personal data"), "cases.personal_data", Cases.READ, 20),
        Tab(_l("Assignments"), "cases.of_case", Cases.READ, 30),
        Tab(_l("History"), "cases.changes", Cases.READ, 90),
    ]
    registry.sources += [(Cases.READ, _people), (Desks.READ, _desks)]
