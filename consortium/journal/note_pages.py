"""The notes of a case: a tab where one writes and looks for them, and a page of each with what it said before."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.cases.pages import around
from consortium.journal import history, queries, schemas, services
from consortium.journal.door import blueprint, note_file
from consortium.journal.policy import Notes
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form, way_back
from consortium.web.listing.formats import today

LONGEST_SEARCH = 100


@blueprint.route("/cases/<uuid:case_id>/notes", methods=["GET", "POST"])
@requires(Notes.WRITE)
def notes(case_id: UUID) -> ResponseReturnValue:
    """The tab: write a note, read the others."""
    context, form = around(case_id), Form(schemas.NoteSchema())
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            services.write_note(case_id=case_id, author_id=g.visitor.membership_id, on_date=today(), **form.data)
            flash(_("Note written."), "success")
            return form.done(way_back(url_for("journal.notes", case_id=case_id)))
    text = request.args.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    found = queries.notes_of(case_id, text)
    return form.page("journal/notes.html", **context, notes=found, text=text, me=g.visitor.membership_id)


@blueprint.get("/notes/<uuid:note_id>")
@requires(Notes.READ)
def note(note_id: UUID) -> str:
    """A note, and what it said before."""
    found = note_file(note_id)
    context = {**around(found.Note.case_id, "journal.notes"), "note": found.Note, "author": found.author}
    return render_template("journal/note.html", **context, entries=history.of_note(found.Note), me=g.visitor.membership_id)


@blueprint.route("/notes/<uuid:note_id>/edit", methods=["GET", "POST"])
@requires(Notes.WRITE)
def edit_note(note_id: UUID) -> ResponseReturnValue:
    """The author's own: the others read."""
    found, me = note_file(note_id).Note, g.visitor.membership_id
    services.its_own(found, me)
    page = url_for("journal.note", note_id=note_id)
    form = Form(schemas.EditNoteSchema(), {"body": found.body, "pinned": found.pinned, "revision": found.revision})
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, found, back=page)
            services.edit_note(note=found, by=me, body=form.data["body"], pinned=form.data["pinned"])
            flash(_("Saved."), "success")
            return form.done(url_for("journal.notes", case_id=found.case_id))
    return form.page("journal/edit_note.html", **around(found.case_id, "journal.notes"), note=found)


@blueprint.post("/notes/<uuid:note_id>/<any(pin,unpin):verb>")
@requires(Notes.WRITE)
def pin(note_id: UUID, verb: str) -> ResponseReturnValue:
    """Keep a note of one's own on top, or no more."""
    found = note_file(note_id).Note
    services.edit_note(note=found, by=g.visitor.membership_id, body=found.body, pinned=verb == "pin")
    return redirect(url_for("journal.notes", case_id=found.case_id), 303)
