"""The pages of months: hours and value desk by desk, a month, closing it, reopening it."""

from datetime import date
from uuid import UUID

from dateutil.relativedelta import relativedelta
from flask import flash, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consortium.pathways import books, closing, lists, schemas, words
from consortium.pathways.door import blueprint, month_of
from consortium.pathways.policy import Months
from consortium.web.guard import requires
from consortium.web.intake import Form
from consortium.web.listing.door import respond
from consortium.web.listing.formats import today
from tenants.database import db

# Pathways without a session that a month's page names; the number beyond is told.
NAMED = 50


@blueprint.get("/months")
@requires(Months.READ)
def months() -> ResponseReturnValue:
    return respond(lists.MONTHS, db.session(), lists.months(), template="pathways/months.html", who=g.visitor.account.name)


@blueprint.get("/desks/<uuid:desk_id>/months/<month>")
@requires(Months.READ)
def month(desk_id: UUID, month: str) -> str:
    desk, first = month_of(desk_id, month)
    last, found = first + relativedelta(day=31), books.month(desk_id, first)
    return render_template(
        "pathways/month.html",
        desk=desk,
        month=first,
        last=last,
        over=last < today(),
        found=found,
        unfinished=[] if found.closed else books.unfinished(desk_id, first, NAMED),
        around=_around(first),
        closings=books.closings(desk_id, first),
        sessions_url=url_for("pathways.sessions", desk=desk.slug, on_from=first, on_to=last),
        may=g.visitor.may,
        words=words,
        permissions=Months,
    )


def _around(first: date) -> list[date]:
    """The month before and, unless it is yet to come, the one after: of months without a session the list has no line."""
    return [each for number in (-1, 1) if (each := first + relativedelta(months=number)) <= today()]


@blueprint.route("/desks/<uuid:desk_id>/months/<month>/close", methods=["GET", "POST"])
@requires(Months.CLOSE)
def close_month(desk_id: UUID, month: str) -> ResponseReturnValue:
    desk, first = month_of(desk_id, month)
    back = url_for("pathways.month", desk_id=desk_id, month=month)
    form = Form(schemas.NothingSchema())
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            closing.close_month(desk_id=desk_id, month=first, closed_by_id=g.visitor.membership_id)
            flash(_("%(month)s is closed.", month=f"{first:%m/%Y}"), "success")
            return form.done(back)
    found, unfinished = books.month(desk_id, first), books.unfinished(desk_id, first, NAMED)
    return form.page("pathways/month_close.html", desk=desk, month=first, found=found, unfinished=unfinished, back=back)


@blueprint.route("/desks/<uuid:desk_id>/months/<month>/reopen", methods=["GET", "POST"])
@requires(Months.REOPEN)
def reopen_month(desk_id: UUID, month: str) -> ResponseReturnValue:
    desk, first = month_of(desk_id, month)
    back = url_for("pathways.month", desk_id=desk_id, month=month)
    form = Form(schemas.ReasonSchema())
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            closing.reopen_month(desk_id=desk_id, month=first, reopened_by_id=g.visitor.membership_id, **form.data)
            flash(_("%(month)s is open again.", month=f"{first:%m/%Y}"), "success")
            return form.done(back)
    return form.page("pathways/month_reopen.html", desk=desk, month=first, back=back)
