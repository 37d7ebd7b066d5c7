"""The pages of a session: recording it for one person or a group, looking at it, editing, removing, correcting it."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import flash, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.cases import queries as cases
from consortium.pathways import history, queries, recording, schemas, standing, words
from consortium.pathways.door import blueprint, pathway_file, session_file
from consortium.pathways.forms import followers
from consortium.pathways.hours import plain
from consortium.pathways.models import Mode
from consortium.pathways.policy import Pathways
from consortium.pathways.queries import Found
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form, not_offered
from consortium.web.listing.formats import ROME, day, today

USUAL = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
Offered = list[tuple[UUID, str]]


@blueprint.route("/pathways/<uuid:pathway_id>/sessions/new", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def record_session(pathway_id: UUID) -> ResponseReturnValue:
    file, back = pathway_file(pathway_id), url_for("pathways.pathway", pathway_id=pathway_id)
    operators, companions = cases.case_managers(), queries.companions(file.Pathway, g.visitor)
    budgets = queries.budgets(file.Pathway)
    form = Form(schemas.SessionSchema(), _usual_session(file, operators, budgets))
    if form.accepted() and _offered(form, operators, file):
        if answer := form.repeated():
            return answer
        with form.refusing():
            session = recording.record_session(pathway=file.Pathway, **form.data)
            flash(_("Session of %(day)s recorded.", day=day(session.on_date)), "success")
            return form.done(back)
    shown = {"file": pathway_file(pathway_id), "operators": operators, "companions": companions, "back": back, "words": words}
    return form.page("pathways/session.html", services=_services(budgets), **shown)


def _offered(form: Form, operators: Offered, file: Found) -> bool:
    """Whoever is chosen is among those that can be."""
    form.refuse(not_offered(form.data, operator_id=operators))
    others = form.data["others"]
    if others and not {each for each, _name in queries.companions(file.Pathway, g.visitor, others)}.issuperset(others):
        form.refuse({"others": [_("Choose one of the answers.")]})
    return not form.errors


def _services(budgets: list[Found], known: str | None = None) -> list[tuple[str, str]]:
    """What a session can be of, with the hours that are left; a withdrawn one only where the session has it already."""
    return [(row.name, _left(row)) for row in budgets if not row.withdrawn or row.name == known]


def _left(row: Found) -> str:
    if row.hours_budget is None:
        return str(row.name)
    left = max(row.hours_budget - row.used, Decimal(0))
    return str(_("%(service)s (%(left)s of %(budget)s hours left)", service=row.name, left=plain(left), budget=plain(row.hours_budget)))


def _usual_session(file: Found, operators: Offered, budgets: list[Found]) -> dict[str, Any]:
    """What most sessions are: today, as long as the last one, by whoever writes it down, of the measure's service."""
    mine = g.visitor.membership_id
    last = queries.last_session(file.Pathway.id, mine)
    starts, ends = _hours(last, datetime.now(ROME).replace(tzinfo=None))
    of_this = last if last and last.pathway_id == file.Pathway.id else None
    offered = [row.name for row in budgets if not row.withdrawn]
    return {
        "on_date": today(),
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "service": of_this.service if of_this else offered[0] if len(offered) == 1 else None,
        "mode": of_this.mode if of_this else Mode.IN_PERSON,
        "operator_id": mine if mine in dict(operators) else file.Pathway.case_manager_id,
    }


def _hours(last: Found | None, now: datetime) -> tuple[time, time]:
    """The hours of the last session, where they are over today; else as many, up to the last quarter of an hour."""
    if last and last.ends <= now.time():
        return last.starts, last.ends
    length = datetime.combine(now, last.ends) - datetime.combine(now, last.starts) if last else USUAL
    ends = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    midnight = ends.replace(hour=0, minute=0)
    return max(ends - length, midnight).time(), max(ends, midnight + QUARTER).time()


@blueprint.get("/sessions/<uuid:session_id>")
@requires(Pathways.READ)
def session(session_id: UUID) -> str:
    file = session_file(session_id)
    told: dict[str, Any] = {"corrections": standing.corrections_of(session_id), "entries": history.of_session(file.Session)}
    others = [row for row in queries.group_of(file.Session) if row.id != session_id]
    return render_template(
        "pathways/session_page.html", file=file, others=others, may_record=g.visitor.may(Pathways.RECORD), words=words, **told
    )


def _page(session_id: UUID) -> str:
    return url_for("pathways.session", session_id=session_id)


@blueprint.route("/sessions/<uuid:session_id>/edit", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def edit_session(session_id: UUID) -> ResponseReturnValue:
    file, back = session_file(session_id), _page(session_id)
    operators = followers(file.Session.operator_id, file.operator)
    form = Form(schemas.EditSessionForm(), _values(file.Session))
    if form.accepted():
        form.refuse(not_offered(form.data, operator_id=operators))
    if form.data and not form.errors:
        if answer := form.repeated() or conflicts.found(form, file.Session, back=back, current=lambda: _values(file.Session)):
            return answer
        with form.refusing():
            form.data.pop("revision")
            recording.edit_session(session=file.Session, **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    file = session_file(session_id)
    shown = {"services": _services(queries.budgets(file.Pathway), file.Session.service), "group": queries.group_of(file.Session)}
    return form.page("pathways/session_edit.html", file=file, operators=operators, back=back, words=words, **shown)


def _values(row: Any) -> dict[str, Any]:
    """A session as its form has it."""
    facts = {name: getattr(row, name) for name in ("on_date", "service", "mode", "operator_id", "note", "revision")}
    return {**facts, "starts": f"{row.starts:%H:%M}", "ends": f"{row.ends:%H:%M}"}


@blueprint.route("/sessions/<uuid:session_id>/remove", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def remove_session(session_id: UUID) -> ResponseReturnValue:
    file, back = session_file(session_id), _page(session_id)
    pathway = url_for("pathways.pathway", pathway_id=file.Pathway.id)
    form = Form(schemas.RemovalSchema())
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            recording.remove_session(session=file.Session, **form.data)
            flash(_("The session of %(day)s was removed.", day=day(file.Session.on_date)), "success")
            return form.done(pathway)
    file = session_file(session_id)
    return form.page("pathways/session_remove.html", file=file, group=queries.group_of(file.Session), back=back, words=words)


@blueprint.route("/sessions/<uuid:session_id>/correct", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def correct_session(session_id: UUID) -> ResponseReturnValue:
    file, back = session_file(session_id), _page(session_id)
    form = Form(schemas.CorrectionSchema())
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            recording.correct_session(session=file.Session, made_by_id=g.visitor.membership_id, **form.data)
            flash(_("The counter-entry is booked."), "success")
            return form.done(back)
    return form.page("pathways/session_correct.html", file=session_file(session_id), back=back, words=words)
