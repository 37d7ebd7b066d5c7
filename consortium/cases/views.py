"""The pages of cases: the list, the search, the tabs of a case."""

from typing import Any
from uuid import UUID

from flask import Flask, g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from consortium.cases import forms, lists, merge_pages, pages, places, queries, several, steps, taking_in, words
from consortium.cases.door import blueprint, next_step
from consortium.cases.models import Person
from consortium.cases.pages import Panel, Result, Tab, around, past_of
from consortium.cases.policy import Cases
from consortium.cases.search import people, words_of
from consortium.cases.taking_in import SEARCHED
from consortium.desks.policy import Desks
from consortium.desks.queries import open_on
from consortium.network.labels import PARTNER_KINDS, PARTNER_STATUSES, PARTNER_TONES
from consortium.network.models import Partner
from consortium.network.policy import Network
from consortium.network.queries import partners_by_name
from consortium.staff import leaving
from consortium.staff.leaving import InHand, Left
from consortium.trail.queries import past
from consortium.web import layout
from consortium.web.guard import requires
from consortium.web.listing.door import respond
from consortium.web.listing.formats import day, today
from tenants.database import db

__all__ = ["blueprint", "forms", "merge_pages", "places", "several", "steps", "taking_in"]

LONGEST_SEARCH = 100
AT_MOST = 10
ON_A_PAGE = 50


@blueprint.get("/cases")
@requires(Cases.READ)
def index() -> ResponseReturnValue:
    waiting = queries.count_to_reassign(g.visitor) if g.visitor.may(Cases.ALL) and not request.args.get("format") else 0
    shown: dict[str, Any] = {"waiting": waiting, "links": pages.links()}
    return respond(lists.CASES, db.session(), lists.cases(), template="cases/index.html", who=g.visitor.account.name, **shown)


@blueprint.get("/assignments")
@requires(Cases.READ)
def assignments() -> ResponseReturnValue:
    shown: dict[str, Any] = {"template": "cases/assignments.html", "links": pages.links()}
    return respond(lists.ASSIGNMENTS, db.session(), lists.assignments(), who=g.visitor.account.name, **shown)


@blueprint.get("/search")
@requires(Desks.READ)
def search() -> str:
    """The search: a part of the page for htmx, else a page of its own. Whoever sees no people finds desks and partners: each source has
    its own permission."""
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    if text and g.visitor.may(Cases.WRITE):
        session[SEARCHED] = text
    if request.headers.get("HX-Request"):
        new = url_for("cases.take_in") if text and g.visitor.may(Cases.WRITE) else None
        return render_template("web/search_results.html", results=pages.results(text, AT_MOST), new=new)
    return render_template("cases/search.html", text=text, results=pages.results(text, ON_A_PAGE))


@blueprint.get("/cases/<uuid:case_id>")
@requires(Cases.READ)
def overview(case_id: UUID) -> str:
    context = around(case_id)
    panels = pages.panels(context["file"])
    step = next(filter(None, [next_step(context["file"]), *(panel.step for panel in panels)]), None)
    due_on = next((panel.due_on for panel in panels if panel.due_on), None)
    return render_template("cases/overview.html", **context, panels=panels, step=step, due_on=due_on, day=today())


@blueprint.get("/cases/<uuid:case_id>/personal-data")
@requires(Cases.READ)
def personal_data(case_id: UUID) -> str:
    """The SAP: the personal section, and those of upper rooms."""
    context = around(case_id)
    person = context["file"].Person
    sections = pages.sections(context["file"])
    missing = [*_unknown(person, case_id), *(each for section in sections for each in section.missing)]
    return render_template("cases/personal_data.html", **context, sections=sections, missing=missing, past=past([("people", person.id)]))


def _unknown(person: Person, case_id: UUID) -> list[tuple[str, str]]:
    """What is not known of a person: words, and where it is written. Of their education, the section about it says so."""
    form = url_for("cases.edit_person", case_id=case_id)
    missing = [] if person.codice_fiscale else [(_("Codice fiscale"), f"{form}#field-codice_fiscale")]
    missing += [(_("Codice fiscale: the one written is temporary"), f"{form}#field-codice_fiscale")] if person.has_temporary_code else []
    return missing if person.phone or person.email else [*missing, (_("Phone or e-mail"), f"{form}#field-phone")]


@blueprint.get("/cases/<uuid:case_id>/assignments")
@requires(Cases.READ)
def of_case(case_id: UUID) -> str:
    told = {"assignments": queries.assignments_of(case_id), "handovers": queries.handovers_of(case_id)}
    return render_template("cases/of_case.html", **around(case_id), **told)


@blueprint.get("/cases/<uuid:case_id>/history")
@requires(Cases.READ)
def changes(case_id: UUID) -> str:
    context = around(case_id)
    return render_template("cases/history.html", **context, entries=past_of(context["file"]))


def _people(text: str, at_most: int) -> list[Result]:
    to_case = pages.linker("cases.overview", "case_id", "case_id")()
    return [_result(row, to_case(row)) for row in people(text, g.visitor, at_most)]


def _result(row: queries.Found, url: str) -> Result:
    number = _("%(number)s, once %(merged)s", number=row.number, merged=row.merged_number) if row.merged_number else row.number
    hint = " · ".join((number, row.codice_fiscale or day(row.born_on), row.desk, row.case_manager or _("nobody yet")))
    state = str(words.STATES.get(row.state, "")) if row.state else ""
    return Result(f"{row.surname} {row.first_name}", url, hint, state, words.TONES.get(row.state, "neutral"), "case", row.case_id)


def _desks(text: str, at_most: int) -> list[Result]:
    """Desks open today whose name or municipality begins so. They are few: no index is asked."""
    wanted = words_of(text)
    rows = [row for row in (open_on(today()) if wanted else []) if _begins(f"{row.Desk.name} {row.municipality}", wanted)]
    return [_desk_result(row) for row in rows[:at_most]]


def _begins(name: str, wanted: list[str]) -> bool:
    """Whether each word begins one of a name's."""
    return all(any(word.startswith(each) for word in words_of(name)) for each in wanted)


def _desk_result(row: queries.Found) -> Result:
    url = url_for("desks.desk", desk_id=row.Desk.id)
    return Result(row.Desk.name, url, f"{_('Desk')} · {row.municipality} ({row.province})", kind="desk", id=row.Desk.id)


def _partners(text: str, at_most: int) -> list[Result]:
    """Partners by the beginnings of their name's words. They are few, as desks are."""
    wanted = words_of(text)
    rows = [row for row in (partners_by_name() if wanted else []) if _begins(row.name, wanted)]
    return [_partner_result(row) for row in rows[:at_most]]


def _partner_result(row: Partner) -> Result:
    hint, url = f"{_('Partner')} · {PARTNER_KINDS[row.kind]}", url_for("network.partner", partner_id=row.id)
    return Result(row.name, url, hint, str(PARTNER_STATUSES[row.status]), PARTNER_TONES.get(row.status, "neutral"), "partner", row.id)


def _in_hand(membership_id: UUID) -> InHand:
    """The cases that somebody follows; of those, what waits for another: they have left, or serve other desks."""
    followed, waiting = queries.in_hand(g.visitor, membership_id)
    held = Left(followed, ngettext("%(num)s case", "%(num)s cases", followed), url_for("cases.index", case_manager=membership_id))
    text = ngettext("%(num)s case waits for another case manager.", "%(num)s cases wait for another case manager.", waiting)
    left = Left(waiting, text, url_for("cases.index", to_reassign="yes", case_manager=membership_id))
    return InHand(held, left)


def _handed_over(file: queries.Found) -> Panel:
    """On the overview: what whoever had the case wrote for whoever has it now."""
    found = queries.latest_note(file.Case.id)
    return Panel(Markup(render_template("cases/handover_panel.html", handover=found)) if found else Markup())


def furnish(app: Flask) -> None:
    """Called once, when the room opens."""
    layout.navigation(app).add(_l("Cases"), "cases.index", permission=Cases.READ, order=20)
    leaving.of(app).append(_in_hand)
    registry = pages.of(app)
    registry.tabs += [
        Tab(_l("Overview"), "cases.overview", Cases.READ, 10),
        Tab(_l("Professional record (SAP)"), "cases.personal_data", Cases.READ, 20),
        Tab(_l("Assignments"), "cases.of_case", Cases.READ, 30),
        Tab(_l("History"), "cases.changes", Cases.READ, 90),
    ]
    registry.panels += [(Cases.MERGE, merge_pages.panel), (Cases.READ, _handed_over)]
    registry.sources += [(Cases.READ, _people), (Desks.READ, _desks), (Network.READ, _partners)]
