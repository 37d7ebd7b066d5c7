"""Writes of months: a desk's month is closed, and reopened with a reason.

The database keeps a closed month whoever writes (see migration 0016): closing waits for those who are recording in it.
"""

from datetime import date
from uuid import UUID

from dateutil.relativedelta import relativedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from consortium.pathways.models import MonthClosing
from consortium.web.listing.formats import today
from tenants.database import db
from tenants.errors import Problem, told_by


class MonthNotOver(Problem):
    title = _l("This month is not over yet")
    remedy = _l("Close it from the first day of the next one.")


class MonthAlreadyClosed(Problem):
    title = _l("This month is closed already")
    remedy = _l("Look at its page: somebody closed it meanwhile.")


class MonthOpen(Problem):
    title = _l("This month is open already")
    remedy = _l("Look at its page: somebody reopened it meanwhile.")


class LaterMonthClosed(Problem):
    title = _l("A later month of this desk is closed")


def close_month(*, desk_id: UUID, month: date, closed_by_id: UUID | None) -> MonthClosing:
    """From now on the sessions of a desk's month (its first day) stay as they are. Raises MonthNotOver, MonthAlreadyClosed."""
    if month > today() - relativedelta(months=1):
        raise MonthNotOver
    closing = MonthClosing(desk_id=desk_id, month=month, closed_by_id=closed_by_id)
    with told_by({"uq_month_closings_in_force": MonthAlreadyClosed()}):
        db.session.add(closing)
        db.session.flush()
    return closing


def reopen_month(*, desk_id: UUID, month: date, reason: str, reopened_by_id: UUID | None) -> MonthClosing:
    """Its sessions can be changed again; who, when and why stays. Months are reopened from the last. Raises MonthOpen, LaterMonthClosed."""
    in_force = (MonthClosing.desk_id == desk_id, MonthClosing.reopened_on.is_(None))
    closing = db.session.scalars(select(MonthClosing).where(*in_force, MonthClosing.month == month).with_for_update()).one_or_none()
    if closing is None:
        raise MonthOpen
    later = db.session.execute(select(func.max(MonthClosing.month)).where(*in_force, MonthClosing.month > month)).scalar_one()
    if later is not None:
        words = _("%(month)s is closed too, and its figures go on from this one.", month=f"{later:%m/%Y}")
        raise LaterMonthClosed(words, remedy=_("Reopen that one first, or correct the session by a counter-entry."))
    closing.reopened_on, closing.reopened_by_id, closing.reason = today(), reopened_by_id, reason
    db.session.flush()
    return closing
