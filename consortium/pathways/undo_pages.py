"""The page on which the last step of a pathway is taken back."""

from uuid import UUID

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.pathways import forms, queries, schemas, undoing, words
from consortium.pathways.door import blueprint, pathway_file
from consortium.pathways.policy import Pathways
from consortium.web.guard import requires
from consortium.web.intake import Form


@blueprint.route("/pathways/<uuid:pathway_id>/undo", methods=["GET", "POST"])
@requires(Pathways.RECORD)
def undo_step(pathway_id: UUID) -> ResponseReturnValue:
    file, back = pathway_file(pathway_id), url_for("pathways.pathway", pathway_id=pathway_id)
    found = undoing.last(file.Pathway, queries.events_of(pathway_id))
    form = Form(schemas.TakeBackSchema(), {"event": found.step.id} if found else None)
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            undone = undoing.undo_step(pathway=file.Pathway, **form.data)
            flash(_("The step was taken back: %(state)s.", state=words.STATES[undone.state]), "success")
            return form.done(back)
    forms.show_again(form)
    told = words.told(found.step, found.before) if found else ""
    return form.page("pathways/undo.html", file=pathway_file(pathway_id), found=found, told=told, back=back, words=words)
