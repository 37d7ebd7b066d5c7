"""What an operator did in a month: for the page, and as a paper."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.dates import format_date
from flask_babel import force_locale
from sqlalchemy import func, select

from consortium.identity.models import Membership
from consortium.pathways import hours, words, worked
from consortium.web.listing.formats import day as shown
from consortium.web.papers.making import Letterhead, pdf
from tenants.database import db

TEMPLATE = "pathways/papers/timesheet.typ"


@dataclass(frozen=True)
class Total:
    """Hours of a service of a measure, corrections in them, and of how many sessions."""

    measure: str
    service: str
    sessions: int
    hours: Decimal


@dataclass(frozen=True)
class Timesheet:
    """A month (its first day) of an operator: sessions in order, and the corrections that were booked in it (of any session of theirs)."""

    operator_id: UUID
    month: date
    operator: str
    sessions: list[worked.Held]
    corrections: list[worked.Corrected]

    @property
    def totals(self) -> list[Total]:
        """By measure and service, in order of their names."""
        found: dict[tuple[str, str], list[Decimal]] = {}
        for session in self.sessions:
            found.setdefault((session.measure, session.service), []).append(session.hours)
        counts = {key: len(each) for key, each in found.items()}
        for correction in self.corrections:
            found.setdefault((correction.measure, correction.service), []).append(correction.hours)
        return [Total(*key, counts.get(key, 0), hours.total(each)) for key, each in sorted(found.items())]

    @property
    def hours(self) -> Decimal:
        return hours.total(each.hours for each in self.totals)


def read(membership_id: UUID, month: date) -> Timesheet | None:
    """The month of somebody of the consortium; None where there is no such membership."""
    name = db.session.scalar(select(Membership.name).where(Membership.id == membership_id))
    if name is None:
        return None
    return Timesheet(membership_id, month, name, worked.sessions(membership_id, month), worked.corrections(membership_id, month))


def operators() -> list[tuple[UUID, str]]:
    """(membership, name) of whoever works or worked with people here, by name."""
    ever = Membership.role.in_(("case_manager", "coordinator"))
    rows = db.session.execute(select(Membership.id, Membership.name).where(ever).order_by(func.app.fold(Membership.name)))
    return [(row.id, row.name) for row in rows]


def paper(timesheet: Timesheet, head: Letterhead) -> bytes:
    """The timesheet as PDF, in Italian."""
    with force_locale("it"):
        return pdf(TEMPLATE, _data(timesheet), head)


def month_name(month: date, language: str = "it") -> str:
    """ottobre 2023"""
    return format_date(month, "MMMM y", locale=language)


def _data(timesheet: Timesheet) -> dict[str, Any]:
    month = month_name(timesheet.month)
    return {
        "title": f"Foglio delle ore, {month}",
        "reference": ("Foglio delle ore", timesheet.operator, month),
        "operator": timesheet.operator,
        "month": month,
        "rows": [_row(each) for each in timesheet.sessions],
        "corrections": [_correction(each) for each in timesheet.corrections],
        "totals": [_total(each) for each in timesheet.totals],
        "sessions": len(timesheet.sessions),
        "hours": hours.shown(timesheet.hours),
    }


def _row(session: worked.Held) -> dict[str, str]:
    return {
        "day": shown(session.on_date),
        "time": hours.span(session.starts, session.ends),
        "hours": hours.shown(session.hours),
        "service": session.service,
        "mode": str(words.MODES[session.mode]),
        "pathway": f"in gruppo, {session.people} persone" if session.people > 1 else session.code,
        "desk": session.desk,
    }


def _correction(correction: worked.Corrected) -> dict[str, str]:
    booked = hours.shown(correction.booked)
    of_group = f"{booked} per una di {correction.people} persone in gruppo, " if correction.people > 1 else ""
    told = {"reason": correction.reason, "of": f"{of_group}colloquio del {shown(correction.on_date)}", "code": correction.code}
    return {"day": shown(correction.booked_on), "hours": hours.shown(correction.hours), **told}


def _total(total: Total) -> dict[str, Any]:
    return {"measure": total.measure, "service": total.service, "sessions": total.sessions, "hours": hours.shown(total.hours)}
