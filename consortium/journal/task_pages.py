"""The tasks of a case: added in one line, done with one click, and undone; and a page of each, to correct it."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from consortium.cases import queries as cases
from consortium.cases.pages import around
from consortium.journal import history, queries, schemas, services, words
from consortium.journal.door import blueprint, task_file
from consortium.journal.models import Doer
from consortium.journal.policy import Tasks
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form, not_offered, way_back
from consortium.web.listing.formats import today


@blueprint.route("/cases/<uuid:case_id>/tasks", methods=["GET", "POST"])
@requires(Tasks.WRITE)
def of_case(case_id: UUID) -> ResponseReturnValue:
    """The tab: one line to add, what has to be done, what was done."""
    context = around(case_id)
    doers = queries.who_may_do(context["file"].Case.desk_id, today())
    form = Form(schemas.TaskSchema(), {"doer": Doer.DESK.value, "due_on": today()})
    if form.accepted() and offered(form, doers):
        if answer := form.repeated():
            return answer
        with form.refusing():
            services.add_task(case_id=case_id, **form.data)
            flash(_("Task added."), "success")
            return form.done(way_back(url_for("journal.of_case", case_id=case_id)))
    found = queries.tasks_of(case_id)
    return form.page("journal/of_case.html", **context, tasks=found, doers=doers, words=words, day=today())


def offered(form: Form, doers: list[tuple[UUID, str]]) -> bool:
    """Whether the one chosen may see the case."""
    form.refuse(not_offered(form.data, assignee_id=doers))
    return not form.errors


@blueprint.post("/tasks/<uuid:task_id>/<any(done,undo):verb>")
@requires(Tasks.WRITE)
def step(task_id: UUID, verb: str) -> ResponseReturnValue:
    """Done with one click; the message that says so has the button that undoes it. Twice is as once, so nothing is claimed."""
    task = task_file(task_id).Task
    page = way_back(url_for("journal.of_case", case_id=task.case_id))
    if verb == "undo":
        services.reopen_task(task=task)
        flash(_("“%(title)s” is to be done again.", title=task.title), "success")
    else:
        services.do_task(task=task, on_date=today(), by=g.visitor.membership_id)
        flash(Markup(render_template("journal/done.html", task=task, back=page)), "success")
    return redirect(page, 303)


@blueprint.route("/tasks/<uuid:task_id>/edit", methods=["GET", "POST"])
@requires(Tasks.WRITE)
def edit_task(task_id: UUID) -> ResponseReturnValue:
    """Correct a task; its history, and its end where it was a mistake."""
    found = task_file(task_id)
    task, context = found.Task, around(found.Task.case_id, "journal.of_case")
    page = url_for("journal.of_case", case_id=task.case_id)
    doers = _with_whoever_has_it(queries.who_may_do(context["file"].Case.desk_id, today()), found)
    form = Form(schemas.EditTaskSchema(), _values(task))
    if form.accepted() and offered(form, doers):
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, task, back=page, names=cases.names)
            form.data.pop("revision")
            services.edit_task(task=task, **form.data)
            flash(_("Saved."), "success")
            return form.done(page)
    return form.page("journal/edit_task.html", **context, task=task, doers=doers, words=words, day=today(), entries=history.of_task(task))


def _values(task: Any) -> dict[str, Any]:
    return {name: getattr(task, name) for name in schemas.EditTaskSchema().fields}


def _with_whoever_has_it(doers: list[tuple[UUID, str]], found: Any) -> list[tuple[UUID, str]]:
    """Who may do it, and who was to, though they serve the desk no more."""
    has = found.Task.assignee_id
    return doers if has is None or has in dict(doers) else [*doers, (has, found.assignee)]


@blueprint.post("/tasks/<uuid:task_id>/remove")
@requires(Tasks.WRITE)
def remove_task(task_id: UUID) -> ResponseReturnValue:
    task = task_file(task_id).Task
    if conflicts.changed_since_shown(task):
        return redirect(url_for("journal.edit_task", task_id=task_id), 303)
    services.remove_task(task=task)
    flash(_("Task removed."), "success")
    return redirect(url_for("journal.of_case", case_id=task.case_id), 303)
