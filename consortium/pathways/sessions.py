"""The pages of a session: recording it for one person or a group, looking at it, editing, removing, correcting it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import flash, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from consortium.cases import queries as cases
from consortium.pathways import correcting, history, queries, recording, rules, schemas, standing, usual, words
from consortium.pathways.door import blueprint, pathway_file, session_file
from consortium.pathways.forms import followers
from consortium.pathways.hours import plain
from consortium.pathways.models import Session
from consortium.pathways.policy import Pathways
from consortium.pathways.queries import Found
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form, not_offered
from consortium.web.listing.formats import day, today

Offered = list[tuple[UUID, str]]


@blueprint.route("/pathways/<uuid:pathway_id>/sessions/new", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def record_session(pathway_id: UUID) -> ResponseReturnValue:
    file, back = pathway_file(pathway_id), url_for("pathways.pathway", pathway_id=pathway_id)
    operators, companions = cases.case_managers(), queries.companions(file.Pathway, g.visitor)
    budgets = queries.budgets(file.Pathway)
    until = rules.until(file.Pathway.ended_on, standing.steps(file.Pathway), file.Measure.valid_to, today())
    form = Form(schemas.SessionSchema(), usual.session(file, operators, budgets, until))
    if form.accepted() and _offered(form, operators, file):
        if answer := form.repeated():
            return answer
        with form.refusing():
            session = recording.record_session(pathway=file.Pathway, **form.data)
            flash(_recorded(session, len({pathway_id, *form.data["others"]})), "success")
            return form.done(back)
    shown = {"file": pathway_file(pathway_id), "operators": operators, "companions": companions, "back": back, "words": words}
    return form.page("pathways/session.html", services=_services(budgets), until=until, **shown)


def _recorded(session: Session, many: int) -> str:
    """Of a group, for how many: who was forgotten is seen at once."""
    told = {"day": day(session.on_date)}
    return str(ngettext("Session of %(day)s recorded.", "Session of %(day)s recorded for %(num)s people.", many, **told))


def _offered(form: Form, operators: Offered, file: Found) -> bool:
    """Whoever is chosen is among those that can be."""
    form.refuse(not_offered(form.data, operator_id=operators))
    form.refuse(not_companions(file, form.data["others"]))
    return not form.errors


def not_companions(file: Found, others: Sequence[UUID]) -> dict[str, list[str]]:
    """What to say of the others of a session (pathways), where one cannot be in it with the pathway of `file`."""
    known = {each for each, _name in queries.companions(file.Pathway, g.visitor, others)} if others else set()
    return {} if known.issuperset(others) else {"others": [_("Choose one of the answers.")]}


def _services(budgets: list[Found], known: str | None = None) -> list[tuple[str, str]]:
    """What a session can be of, with the hours that are left; a withdrawn one only where the session has it already."""
    return [(row.name, _left(row)) for row in budgets if not row.withdrawn or row.name == known]


def _left(row: Found) -> str:
    if row.hours_budget is None:
        return str(row.name)
    left = max(row.hours_budget - row.used, Decimal(0))
    return str(_("%(service)s (%(left)s of %(budget)s hours left)", service=row.name, left=plain(left), budget=plain(row.hours_budget)))


@blueprint.get("/sessions/<uuid:session_id>")
@requires(Pathways.READ)
def session(session_id: UUID) -> str:
    file = session_file(session_id)
    told: dict[str, Any] = {"corrections": standing.corrections_of(session_id), "entries": history.of_session(file.Session)}
    others = queries.others_in(file.Session, g.visitor)
    return render_template(
        "pathways/session_page.html", file=file, others=others, may_record=g.visitor.may(Pathways.RECORD), words=words, **told
    )


def _page(session_id: UUID) -> str:
    return url_for("pathways.session", session_id=session_id)


@blueprint.route("/sessions/<uuid:session_id>/edit", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def edit_session(session_id: UUID) -> ResponseReturnValue:
    file, back = session_file(session_id), _page(session_id)
    operators, companions = followers(file.Session.operator_id, file.operator), _joinable(file)
    form = Form(schemas.EditSessionSchema(), _values(file.Session))
    if form.accepted() and _offered(form, operators, file):
        if answer := form.repeated():
            return answer
        with form.refusing():
            told = {"words": {"others": _("Who else was there")}, "names": lambda: {**cases.names(), **_named(companions)}}
            conflicts.avoid(form, file.Session, back=back, current=lambda: _values(file.Session), **told)
            form.data.pop("revision")
            recording.edit_session(session=file.Session, **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    file = session_file(session_id)
    shown = {"services": _services(queries.budgets(file.Pathway), file.Session.service), "group": queries.group_of(file.Session)}
    return form.page("pathways/session_edit.html", file=file, operators=operators, companions=companions, back=back, words=words, **shown)


def _joinable(file: Found) -> Offered:
    """Who can be added to a session: whoever could have been in it and is not."""
    there = {row.pathway_id for row in queries.group_of(file.Session)}
    return [each for each in queries.companions(file.Pathway, g.visitor) if each[0] not in there]


def _named(offered: Offered) -> dict[str, str]:
    return {str(key): name for key, name in offered}


def _values(row: Any) -> dict[str, Any]:
    """A session as its form has it."""
    facts = {name: getattr(row, name) for name in ("on_date", "service", "mode", "operator_id", "note", "revision")}
    return {**facts, "starts": f"{row.starts:%H:%M}", "ends": f"{row.ends:%H:%M}"}


@blueprint.route("/sessions/<uuid:session_id>/remove", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def remove_session(session_id: UUID) -> ResponseReturnValue:
    file, back = session_file(session_id), _page(session_id)
    pathway = url_for("pathways.pathway", pathway_id=file.Pathway.id)
    form = Form(schemas.RemovalSchema(), {"revision": file.Session.revision})
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.as_shown(form, file.Session)
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
            correcting.correct_session(session=file.Session, made_by_id=g.visitor.membership_id, **form.data)
            flash(_("The counter-entry is booked."), "success")
            return form.done(back)
    return form.page("pathways/session_correct.html", file=session_file(session_id), back=back, words=words)
