"""The pages of code tables: which there are, the codes of one, a code with its history; adding, renaming, hiding, bringing in a file."""

from typing import Any

from flask import Blueprint, Flask, abort, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.routing import BaseConverter
from werkzeug.utils import redirect

from consortium.codes import files, history, listings, queries, schemas, services, words
from consortium.codes.models import Code, Scheme
from consortium.codes.policy import Codes
from consortium.trail.queries import history as history_of
from consortium.web import conflicts, layout
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing.door import respond
from tenants.database import db
from tenants.errors import Problem

__all__ = ["blueprint", "furnish", "history"]


class NoFile(Problem):
    status = 422
    title = _l("Choose a file.")


class SchemeConverter(BaseConverter):
    """A code table, by the name of its scheme; another word is an address that there is not."""

    regex = "|".join(Scheme)


blueprint = Blueprint("codes", __name__, url_prefix="/<slug:tenant>/codes", template_folder="templates")

OF_SCHEME = "/<scheme:scheme>"
blueprint.record(lambda state: state.app.url_map.converters.update(scheme=SchemeConverter))
SHOWN = 10  # codes of a file that one looks at before it is loaded
NAMES = ("label_it", "label_en", "parent", "position", "hidden")


@blueprint.get("")
@requires(Codes.READ)
def schemes() -> str:
    return render_template("codes/schemes.html", schemes=words.SCHEMES, counts=queries.counts())


@blueprint.get(OF_SCHEME)
@requires(Codes.READ)
def index(scheme: str) -> ResponseReturnValue:
    context = {"scheme": scheme, "title": words.SCHEMES[scheme], "may_manage": g.visitor.may(Codes.MANAGE)}
    statement = listings.codes(scheme)
    return respond(listings.CODES, db.session(), statement, template="codes/index.html", who=g.visitor.account.name, **context)


@blueprint.get(f"{OF_SCHEME}/code")
@requires(Codes.READ)
def code(scheme: str) -> str:
    found = _asked(scheme)
    may_manage = g.visitor.may(Codes.MANAGE)
    context = {"scheme": scheme, "title": words.SCHEMES[scheme], "may_manage": may_manage, "words": words}
    context["may_remove"] = may_manage and queries.is_told(scheme) and queries.added(scheme, found.code) is not None
    return render_template("codes/code.html", code=found, entries=history_of("codes", found.id) if found.id else [], **context)


def _asked(scheme: str) -> Any:
    """The code that the address names (`?code=`); 404 where there is none."""
    return queries.one(scheme, request.args.get("code", "").replace("\0", "")) or abort(404)


@blueprint.route(f"{OF_SCHEME}/new", methods=["GET", "POST"])
@requires(Codes.MANAGE)
def add(scheme: str) -> ResponseReturnValue:
    form = Form(schemas.AddCodeSchema())
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            made = services.add_code(scheme=scheme, **form.data)
            flash(_("Saved."), "success")
            return form.done(url_for("codes.code", scheme=scheme, code=made.code))
    return form.page("codes/form.html", scheme=scheme, title=words.SCHEMES[scheme], code=None)


@blueprint.route(f"{OF_SCHEME}/edit", methods=["GET", "POST"])
@requires(Codes.MANAGE)
def edit(scheme: str) -> ResponseReturnValue:
    found = _asked(scheme)
    back = url_for("codes.code", scheme=scheme, code=found.code)
    # Its Italian name is asked for, even where it came with an English one alone.
    names = {name: getattr(found, name) for name in NAMES} | {"label_en": found.given_en, "revision": found.revision or 0}
    form = Form(schemas.EditCodeSchema(), names)
    if form.accepted():
        if answer := form.repeated():
            return answer
        own: Code | None = queries.own(scheme, found.code)
        with form.refusing():
            if own:
                conflicts.avoid(form, own, back=back)
            form.data.pop("revision")
            services.change_code(own=own, scheme=scheme, code=found.code, **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    return form.page("codes/form.html", scheme=scheme, title=words.SCHEMES[scheme], code=found)


@blueprint.post(f"{OF_SCHEME}/<any('hide','show'):verb>")
@requires(Codes.MANAGE)
def offer(scheme: str, verb: str) -> ResponseReturnValue:
    """Offer a code no more, or again."""
    found = _asked(scheme)
    (services.hide_code if verb == "hide" else services.show_code)(scheme=scheme, code=found.code)
    flash(_("“%(name)s” is offered no more.", name=found.label_it) if verb == "hide" else _("Saved."), "success")
    return redirect(url_for("codes.code", scheme=scheme, code=found.code), 303)


@blueprint.route(f"{OF_SCHEME}/remove", methods=["GET", "POST"])
@requires(Codes.MANAGE)
def remove(scheme: str) -> ResponseReturnValue:
    """A code of the consortium's own that nothing uses."""
    found = _asked(scheme)
    name = found.label_it
    if request.method == "POST":
        own = queries.own(scheme, found.code)
        if own and conflicts.changed_since_shown(own):
            return redirect(url_for("codes.remove", scheme=scheme, code=found.code), 303)
        services.remove_code(scheme=scheme, code=found.code)
        flash(_("“%(name)s” is removed.", name=name), "success")
        return redirect(url_for("codes.index", scheme=scheme), 303)
    back = url_for("codes.code", scheme=scheme, code=found.code)
    action = url_for("codes.remove", scheme=scheme, code=found.code, revision=found.revision)
    confirm = {"title": _("Remove “%(name)s”?", name=name), "text": words.REMOVE, "action": action, "label": _("Remove")}
    return render_template("web/confirm.html", confirm={**confirm, "cancel_url": back, "once": None})


@blueprint.route(f"{OF_SCHEME}/import", methods=["GET", "POST"])
@requires(Codes.MANAGE)
def bring_in(scheme: str) -> ResponseReturnValue:
    """A whole classification from a file: all of it or nothing, and what it brings in is shown first."""
    form, read, planned = Form(schemas.UploadSchema(), {"language": "it"}), files.Read(), None
    if form.accepted():
        with form.refusing():
            read = _read(scheme, **form.data)
            if not read.faults and form.data["checked"]:
                if again := form.repeated():
                    return again
                flash(words.loaded(services.load_codes(scheme=scheme, rows=read.rows)), "success")
                return form.done(url_for("codes.index", scheme=scheme))
            planned = None if read.faults else services.plan(scheme=scheme, rows=read.rows)
        form.refuse({"file": [words.nothing_loaded(len(read.faults))]} if read.faults else {})
    if planned:
        form.values["checked"] = files.packed(read.rows)
    context = {"faults": read.faults[: files.MOST_FAULTS], "more": max(0, len(read.faults) - files.MOST_FAULTS)}
    context |= {"planned": planned, "words": words, "languages": schemas.LANGUAGES, "shown": SHOWN}
    return form.page("codes/import.html", scheme=scheme, title=words.SCHEMES[scheme], **context)


def _read(scheme: str, *, language: str, checked: str | None) -> files.Read:
    """The file that came, or what was read of it at the step before. Raises NoFile, FileRefused."""
    upload = request.files.get("file")
    if checked:
        content = files.unpacked(checked)
    elif upload is not None and upload.filename:
        content = upload.read()
    else:
        raise NoFile(field="file")
    return files.read(content, language=language, known=queries.groups(scheme))


@blueprint.get(f"{OF_SCHEME}/suggestions")
@requires(Codes.READ)
def suggestions(scheme: str) -> str:
    """For htmx: what the text being typed may mean, as the options of its field (whose name is the field's own)."""
    text = next(iter(request.args.values()), "")
    return render_template("codes/suggestions.html", entries=queries.search(scheme, text[:100]))


def furnish(app: Flask) -> None:
    """Called once, when the room opens."""
    layout.menu(app).add(_l("Code tables"), "codes.schemes", permission=Codes.MANAGE, order=10)
