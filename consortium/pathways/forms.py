"""The forms of pathways: opening one, changing its state, recording a session."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import flash, g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from consortium.cases import queries as cases
from consortium.cases.pages import case_file
from consortium.pathways import queries, schemas, services, words
from consortium.pathways.door import blueprint, pathway_file
from consortium.pathways.models import Mode, Pathway
from consortium.pathways.policy import Pathways
from consortium.pathways.queries import Found
from consortium.web.guard import requires
from consortium.web.intake import Form, not_offered
from consortium.web.listing.formats import ROME, day, today

USUAL = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


@blueprint.route("/cases/<uuid:case_id>/pathways/new", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def open_pathway(case_id: UUID) -> ResponseReturnValue:
    file, offered = case_file(case_id), choices()
    form = Form(schemas.OpenSchema(), _usual(file, offered["case_manager_id"]))
    if form.accepted() and _among(form, **offered):
        if answer := form.repeated():
            return answer
        with form.refusing():
            pathway = opened(case_id=case_id, **form.data)
            flash(_("The pathway %(code)s is open.", code=pathway.code), "success")
            return form.done(url_for("pathways.pathway", pathway_id=pathway.id))
    measures, desks, managers = offered.values()
    return form.page("pathways/open.html", file=file, measures=measures, desks=desks, managers=managers)


def choices() -> dict[str, list[tuple[UUID, str]]]:
    """Measures, desks and case managers with which a pathway can be opened."""
    measures = [(row.id, _measure(row)) for row in queries.measures()]
    return {"measure_id": measures, "desk_id": cases.open_desks(), "case_manager_id": cases.case_managers()}


def _usual(file: Found, managers: list[tuple[UUID, str]]) -> dict[str, Any]:
    mine = g.visitor.membership_id
    manager = mine if mine in dict(managers) else file.Case.case_manager_id
    return {"desk_id": file.Case.desk_id, "case_manager_id": manager, "on_date": today(), "activate": True}


def _measure(row: Found) -> str:
    """The name, and the period where it is not running today."""
    if row.valid_from <= today() <= row.valid_to:
        return str(row.name)
    return str(_("%(measure)s (from %(first)s to %(last)s)", measure=row.name, first=day(row.valid_from), last=day(row.valid_to)))


def _among(form: Form, **choices: list[tuple[UUID, str]]) -> bool:
    """Whether each chosen id is one of those offered."""
    form.refuse(not_offered(form.data, **choices))
    return not form.errors


def opened(*, activate: bool, **facts: Any) -> Pathway:
    """A new pathway, from either door; activated at once if asked for."""
    pathway = services.open_pathway(**facts)
    return services.activate(pathway=pathway, on_date=facts["on_date"]) if activate else pathway


@dataclass(frozen=True)
class Move:
    """A change of state, as pages show it: the words of its button, what will happen, its form and its service."""

    verb: str
    label: LazyString
    text: LazyString
    service: Callable[..., Pathway]
    schema: type[Schema] = schemas.StepSchema
    tone: str = "outline-primary"


MOVES = {
    move.verb: move
    for move in (
        Move("activate", _l("Activate the pathway"), _l("It counts from this day on."), services.activate, tone="primary"),
        Move("resume", _l("Resume the pathway"), _l("It goes on from this day."), services.resume, tone="primary"),
        Move(
            "conclude",
            _l("Conclude the pathway"),
            _l("From this day on it counts as concluded. It cannot be reopened: whoever goes on has a new one."),
            services.conclude,
            schemas.ConclusionSchema,
        ),
        Move(
            "suspend",
            _l("Suspend the pathway"),
            _l("No session is recorded until it is resumed."),
            services.suspend,
            schemas.ReasonedStepSchema,
        ),
        Move(
            "cancel",
            _l("Cancel the pathway"),
            _l("For a pathway opened by mistake. It cannot be reopened. Once activated, it still counts among the concluded ones."),
            services.cancel,
            schemas.ReasonedStepSchema,
            "outline-danger",
        ),
    )
}


def move_url(pathway_id: UUID, move: Move) -> str:
    return url_for("pathways.move", pathway_id=pathway_id, verb=move.verb)


@blueprint.route("/pathways/<uuid:pathway_id>/<any(activate,resume,conclude,suspend,cancel):verb>", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def move(pathway_id: UUID, verb: str) -> ResponseReturnValue:
    file, made = pathway_file(pathway_id), MOVES[verb]
    back = url_for("pathways.pathway", pathway_id=pathway_id)
    form = Form(made.schema(), {"on_date": today()})
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            made.service(pathway=file.Pathway, **form.data)
            return form.done(back)
    return form.page("pathways/move.html", file=pathway_file(pathway_id), made=made, back=back, words=words)


@blueprint.route("/pathways/<uuid:pathway_id>/sessions/new", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def record_session(pathway_id: UUID) -> ResponseReturnValue:
    file, back = pathway_file(pathway_id), url_for("pathways.pathway", pathway_id=pathway_id)
    operators = cases.case_managers()
    form = Form(schemas.SessionSchema(), _usual_session(file, operators))
    if form.accepted() and _among(form, operator_id=operators):
        if answer := form.repeated():
            return answer
        with form.refusing():
            session = services.record_session(pathway=file.Pathway, **form.data)
            flash(_("Session of %(day)s recorded.", day=day(session.on_date)), "success")
            return form.done(back)
    file = pathway_file(pathway_id)
    services_ = [(service, service) for service in file.Measure.services]
    return form.page("pathways/session.html", file=file, services=services_, operators=operators, back=back, words=words)


def _usual_session(file: Found, operators: list[tuple[UUID, str]]) -> dict[str, Any]:
    """What most sessions are: today, as long as the last one, by whoever writes it down, of the measure's service."""
    mine = g.visitor.membership_id
    last = queries.last_session(file.Pathway.id, mine)
    starts, ends = _hours(last, datetime.now(ROME).replace(tzinfo=None))
    of_this = last if last and last.pathway_id == file.Pathway.id else None
    services_ = file.Measure.services
    return {
        "on_date": today(),
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "service": of_this.service if of_this else services_[0] if len(services_) == 1 else None,
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
