"""The forms of pathways: opening one, saying what it is to reach, changing its state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from marshmallow import Schema

from consortium.cases import queries as cases
from consortium.cases.pages import case_file
from consortium.pathways import queries, schemas, services, words
from consortium.pathways.door import blueprint, pathway_file
from consortium.pathways.models import Pathway, PathwayState
from consortium.pathways.packs import LANGUAGES
from consortium.pathways.policy import Pathways
from consortium.pathways.queries import Found
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form, not_offered
from consortium.web.listing.formats import day, today


@blueprint.route("/cases/<uuid:case_id>/pathways/new", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def open_pathway(case_id: UUID) -> ResponseReturnValue:
    file, offered = case_file(case_id), choices()
    form = Form(schemas.OpenSchema(), _usual(file, offered["case_manager_id"]))
    if form.accepted() and _among(form, **offered):
        if answer := form.repeated():
            return answer
        with form.refusing():
            pathway = services.open_pathway(case_id=case_id, **form.data)
            flash(_("The pathway %(code)s is open.", code=pathway.code), "success")
            return form.done(url_for("pathways.pathway", pathway_id=pathway.id))
    show_again(form)
    measures, desks, managers = offered.values()
    return form.page("pathways/open.html", file=file, measures=measures, desks=desks, managers=managers)


def show_again(form: Form) -> None:
    """A confirmation holds for the warning that was shown: the form sends its words back."""
    if warned := form.errors.get("despite"):
        form.values |= {"despite": False, "seen": warned[0]}


def choices() -> dict[str, list[tuple[UUID, str]]]:
    """Measures (those that run today first), desks and case managers with which a pathway can be opened."""
    measures = [(row.id, _measure(row)) for row in sorted(queries.measures(), key=lambda row: not _runs(row))]
    return {"measure_id": measures, "desk_id": cases.open_desks(), "case_manager_id": cases.case_managers()}


def _usual(file: Found, managers: list[tuple[UUID, str]]) -> dict[str, Any]:
    mine = g.visitor.membership_id
    manager = mine if mine in dict(managers) else file.Case.case_manager_id
    return {"desk_id": file.Case.desk_id, "case_manager_id": manager, "on_date": today(), "activate": True}


def _runs(row: Found) -> bool:
    return bool(row.valid_from <= today() <= row.valid_to)


def _measure(row: Found) -> str:
    """The name, and the period where it is not running today."""
    if _runs(row):
        return str(row.name)
    return str(_("%(measure)s (from %(first)s to %(last)s)", measure=row.name, first=day(row.valid_from), last=day(row.valid_to)))


def _among(form: Form, **choices: list[tuple[UUID, str]]) -> bool:
    """Whether each chosen id is one of those offered."""
    form.refuse(not_offered(form.data, **choices))
    return not form.errors


@blueprint.route("/pathways/<uuid:pathway_id>/edit", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def edit_pathway(pathway_id: UUID) -> ResponseReturnValue:
    file, back = pathway_file(pathway_id), url_for("pathways.pathway", pathway_id=pathway_id)
    managers = followers(file.Pathway.case_manager_id, file.case_manager)
    form = Form(schemas.EditPathwaySchema(), {name: getattr(file.Pathway, name) for name in ("goal", "case_manager_id", "revision")})
    if form.accepted() and _among(form, case_manager_id=managers):
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, file.Pathway, back=back, names=cases.names)
            form.data.pop("revision")
            services.edit_pathway(pathway=file.Pathway, **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    return form.page("pathways/edit.html", file=pathway_file(pathway_id), managers=managers, back=back)


def followers(membership_id: UUID, name: str) -> list[tuple[UUID, str]]:
    """Case managers of today, and whoever it is already."""
    managers = cases.case_managers()
    return managers if membership_id in dict(managers) else [*managers, (membership_id, name)]


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
        Move(
            "activate",
            _l("Activate the pathway"),
            _l("It counts from this day on."),
            services.activate,
            schemas.ActivationSchema,
            tone="primary",
        ),
        Move(
            "resume",
            _l("Resume the pathway"),
            _l("It goes on from this day."),
            services.resume,
            schemas.ActivationSchema,
            tone="primary",
        ),
        Move(
            "conclude",
            _l("Conclude the pathway"),
            _l("From this day on it counts as concluded. Whoever goes on later has a new one."),
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
            _l("For a pathway opened by mistake. Once activated it still counts as concluded, unless the activation is taken back first."),
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
            moved = made.service(pathway=file.Pathway, **form.data)
            flash(_told(verb, moved, file, form.data["on_date"]), "success")
            return form.done(_after(verb, file, back))
    show_again(form)
    return form.page("pathways/move.html", file=pathway_file(pathway_id), made=made, back=back, words=words)


def _takes_home(verb: str, file: Found) -> bool:
    """After the end of a pathway the case, with what the person takes home; else the pathway."""
    return bool(verb == "conclude" and file.case_seen)


def _told(verb: str, pathway: Pathway, file: Found, on_date: date) -> str:
    """What happened; after the end of a pathway with the next step: what the person takes home."""
    event = words.RESUMED if verb == "resume" else words.EVENTS[PathwayState(pathway.state)]
    said = _("%(event)s on %(day)s.", event=event, day=day(on_date))
    if not _takes_home(verb, file):
        return Markup(render_template("pathways/moved.html", said=said, pathway_id=pathway.id))
    return Markup(render_template("pathways/concluded.html", said=said, pathway_id=pathway.id, case_id=file.case_id, languages=LANGUAGES))


def _after(verb: str, file: Found, back: str) -> str:
    return url_for("cases.overview", case_id=file.case_id, _anchor="concluded") if _takes_home(verb, file) else back
