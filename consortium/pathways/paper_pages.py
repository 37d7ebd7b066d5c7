"""The pages of papers: those of a pathway, an operator's month, what a person takes home."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Flask, Response, abort, flash, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from consortium.cases import pages
from consortium.cases import queries as cases
from consortium.cases.pages import Panel, case_file
from consortium.cases.policy import Cases
from consortium.pathways import hours, packs, registers, schemas, schemas_of_papers, statements, timesheets, words
from consortium.pathways.door import blueprint, pathway_file
from consortium.pathways.models import Mode
from consortium.pathways.policy import Months, Pathways
from consortium.storage.door import store
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.language import here
from consortium.web.listing.formats import today
from consortium.web.papers.making import Letterhead


def head() -> Letterhead:
    """Papers of this consortium, made now."""
    return Letterhead(g.visitor.tenant.name, g.visitor.tenant.lead_body, datetime.now(UTC).replace(microsecond=0))


def sent(made: bytes, name: str) -> Response:
    """A PDF to be opened by the browser; `name`: what it is saved as, codes and days only."""
    response = Response(made, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"{name}.pdf")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/pathways/<uuid:pathway_id>/papers")
@requires(Pathways.READ)
def papers(pathway_id: UUID) -> str:
    """The register, and a statement for each day on which the person was here."""
    file, register = pathway_file(pathway_id), registers.read(pathway_id)
    present = [session for session in register.sessions if session.mode != Mode.BACK_OFFICE]
    context = {"present": present[::-1], "span": hours.span, "words": words, "may_reopen": g.visitor.may(Months.REOPEN)}
    return render_template("pathways/papers.html", file=file, register=register, **context)


@blueprint.get("/pathways/<uuid:pathway_id>/register")
@requires(Pathways.READ)
def register(pathway_id: UUID) -> ResponseReturnValue:
    """The register as it stands now."""
    return register_paper(pathway_id)


def register_paper(pathway_id: UUID) -> Response:
    pathway = pathway_file(pathway_id).Pathway
    made = registers.paper(registers.read(pathway_id), head(), pathway.register_closed_on)
    return sent(made, f"registro-{pathway.code}")


@blueprint.route("/pathways/<uuid:pathway_id>/close-register", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def close_register(pathway_id: UUID) -> ResponseReturnValue:
    file, back = pathway_file(pathway_id), url_for("pathways.papers", pathway_id=pathway_id)
    form = Form(schemas.NothingSchema())
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            registers.close_register(store=store(), pathway=file.Pathway, head=head(), by=g.visitor.membership_id)
            flash(_("The register is closed, and kept among the documents of the case."), "success")
            return form.done(back)
    return form.page("pathways/close_register.html", file=pathway_file(pathway_id), back=back)


@blueprint.route("/pathways/<uuid:pathway_id>/reopen-register", methods=["GET", "POST"])
@requires(Months.REOPEN)
def reopen_register(pathway_id: UUID) -> ResponseReturnValue:
    back = url_for("pathways.papers", pathway_id=pathway_id)
    form = Form(schemas.NothingSchema())
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            registers.reopen_register(pathway=pathway_file(pathway_id).Pathway)
            return form.done(back)
    return form.page("pathways/reopen_register.html", file=pathway_file(pathway_id), back=back)


@blueprint.get("/sessions/<uuid:session_id>/attendance")
@requires(Pathways.READ)
def attendance(session_id: UUID) -> ResponseReturnValue:
    """A statement of the session, or of all of that day (`?whole_day=yes`)."""
    asked = Form(schemas_of_papers.AttendanceSchema(), {}).asked()
    found = statements.attended(session_id, g.visitor, whole_day=bool(asked) and asked["whole_day"] == "yes") or abort(404)
    return attendance_paper(found)


def attendance_paper(found: list[cases.Found]) -> Response:
    return sent(statements.paper(found, head()), f"presenza-{found[0].on_date:%Y-%m-%d}")


@blueprint.get("/cases/<uuid:case_id>/pack")
@requires(Pathways.READ)
def pack(case_id: UUID) -> ResponseReturnValue:
    """What the person takes home, in a language that is asked for (Italian, where none is)."""
    file = case_file(case_id)
    asked = Form(schemas_of_papers.PackSchema(), {"language": "it"}).asked() or abort(404)
    return pack_paper(file, asked["language"])


def pack_paper(file: cases.Found, language: str) -> Response:
    # The language of the page behind the code is the person's, where the pages speak it.
    address = url_for("desks.find", _external=True, _anchor=file.Desk.slug, **({"lang": "en"} if language == "en" else {}))
    return sent(packs.paper(file, language, head(), address), f"percorso-{file.Case.number}-{language}")


def operators() -> list[tuple[UUID, str]]:
    """(membership, name) of those whose timesheets the visitor may see: everybody's, or their own."""
    if g.visitor.may(Cases.ALL):
        return timesheets.operators()
    return [(g.visitor.membership_id, g.visitor.account.name)]


@blueprint.get("/timesheet")
@requires(Pathways.READ)
def timesheet() -> ResponseReturnValue:
    """A month of somebody: one's own and this one, unless another is asked for."""
    known = operators()
    form = _which_timesheet(known)
    found = read_timesheet(form.asked(), known) if known else None
    month = timesheets.month_name(found.month, here()) if found else ""
    shown: dict[str, Any] = {"found": found, "month": month, "hours": hours, "words": words}
    return form.page("pathways/timesheet.html", operators=known, **shown)


def _which_timesheet(known: list[tuple[UUID, str]]) -> Form:
    return Form(schemas_of_papers.TimesheetSchema(), {"operator_id": _usual(known), "month": f"{today():%Y-%m}"})


def _usual(known: list[tuple[UUID, str]]) -> UUID | None:
    """Oneself, where one is among them."""
    mine = g.visitor.membership_id
    return mine if mine in dict(known) else known[0][0] if known else None


def read_timesheet(asked: dict[str, Any] | None, known: list[tuple[UUID, str]]) -> timesheets.Timesheet | None:
    """What was asked for, if it was asked well; 404 for somebody whose timesheet the visitor may not see."""
    if asked is None:
        return None
    operator_id, month = asked["operator_id"] or _usual(known), asked["month"] or today().replace(day=1)
    if operator_id not in dict(known):
        abort(404)
    return timesheets.read(operator_id, month)


@blueprint.get("/timesheet/paper")
@requires(Pathways.READ)
def timesheet_paper() -> ResponseReturnValue:
    known = operators()
    found = read_timesheet(_which_timesheet(known).asked(), known) or abort(404)
    return sent(timesheets.paper(found, head()), f"ore-{found.month:%Y-%m}")


def _panel(file: cases.Found) -> Panel:
    """On the overview of a case: the paper for the person, a click in each language."""
    return Panel(Markup(render_template("pathways/pack_panel.html", file=file, languages=packs.LANGUAGES)))


def furnish(app: Flask) -> None:
    """Called once, when the room opens."""
    pages.of(app).panels.append((Pathways.READ, _panel))
