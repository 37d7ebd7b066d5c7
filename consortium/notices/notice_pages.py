"""The pages of the notice's versions: which there are, one to be read and printed, writing the next one."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.notices import history, lists, queries, schemas, services, words
from consortium.notices.door import blueprint, notice_file
from consortium.notices.policy import Notices
from consortium.web import conflicts
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing.door import respond
from tenants.database import db


@blueprint.get("/notices")
@requires(Notices.READ)
def index() -> ResponseReturnValue:
    context = {"who": g.visitor.account.name, "may_manage": g.visitor.may(Notices.MANAGE)}
    return respond(lists.NOTICES, db.session(), queries.versions(), template="notices/index.html", **context)


@blueprint.get("/notices/<uuid:notice_id>")
@requires(Notices.READ)
def notice(notice_id: UUID) -> str:
    """A version as it is read, and on paper as it is signed."""
    found = notice_file(notice_id)
    shown = {"entries": history.of_notice(found.Notice), "may_manage": g.visitor.may(Notices.MANAGE), "words": words}
    return render_template("notices/notice.html", file=found, **shown)


@blueprint.route("/notices/new", methods=["GET", "POST"])
@requires(Notices.MANAGE)
def new_notice() -> ResponseReturnValue:
    form = Form(schemas.NoticeSchema())
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            made = services.write_notice(**form.data)
            flash(_("Version %(number)s is in the list.", number=made.number), "success")
            return form.done(_page_of(made.id))
    return form.page("notices/form.html", title=_("New version of the privacy notice"), back=url_for("notices.index"))


@blueprint.route("/notices/<uuid:notice_id>/edit", methods=["GET", "POST"])
@requires(Notices.MANAGE)
def edit_notice(notice_id: UUID) -> ResponseReturnValue:
    found, back = notice_file(notice_id).Notice, _page_of(notice_id)
    services.not_frozen(found)
    title = _("Change version %(number)s", number=found.number)
    form = Form(schemas.EditNoticeSchema(), {name: getattr(found, name) for name in schemas.EditNoticeSchema().fields})
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            conflicts.avoid(form, found, back=back)
            form.data.pop("revision")
            services.edit_notice(notice=found, **form.data)
            flash(_("Saved."), "success")
            return form.done(back)
    return form.page("notices/form.html", title=title, back=back)


@blueprint.get("/notices/<uuid:notice_id>/remove")
@requires(Notices.MANAGE)
def confirm_removal(notice_id: UUID) -> str:
    found = notice_file(notice_id).Notice
    services.not_frozen(found)
    action = url_for("notices.remove_notice", notice_id=notice_id, revision=found.revision)
    addresses = {"action": action, "cancel_url": _page_of(notice_id)}
    return render_template("web/confirm.html", confirm={**words.removal(found), **addresses})


@blueprint.post("/notices/<uuid:notice_id>/remove")
@requires(Notices.MANAGE)
def remove_notice(notice_id: UUID) -> ResponseReturnValue:
    found = notice_file(notice_id).Notice
    if conflicts.changed_since_shown(found):
        return redirect(_page_of(notice_id), 303)
    services.remove_notice(notice=found)
    flash(_("The version was removed."), "success")
    return redirect(url_for("notices.index"), 303)


def _page_of(notice_id: UUID) -> str:
    return url_for("notices.notice", notice_id=notice_id)
