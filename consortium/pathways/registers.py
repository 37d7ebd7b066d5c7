"""The attendance register of a pathway, as a paper; its closing, which keeps the paper and locks the pathway; its reopening."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from consortium.cases.models import Case, Person
from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.documents.models import Document
from consortium.documents.services import Received, add_version, keep_document
from consortium.identity.models import Membership
from consortium.pathways import hours, words
from consortium.pathways.models import Measure, Mode, Pathway, Session, SessionCorrection
from consortium.pathways.queries import Found, with_people
from consortium.storage.stores import Store
from consortium.web.listing.formats import day as shown
from consortium.web.listing.formats import today
from consortium.web.papers.making import Letterhead, pdf
from tenants.database import db
from tenants.errors import Problem

TEMPLATE = "pathways/papers/register.typ"
KIND = "registro-presenze"  # of the scheme document_kinds
# Where no session is recorded yet, the register is printed to be filled by hand: so many rows leave room for the totals on the same page.
BLANK = 7


class RegisterClosed(Problem):
    title = _l("The register is closed already")
    remedy = _l("Its paper is among the documents of the case. To record in it again, ask the administrator to reopen it.")


class RegisterStands(Problem):
    title = _l("The register is so already")
    remedy = _l("Look at the pathway's page: it may have changed meanwhile.")


class NothingToClose(Problem):
    title = _l("There is no session in this register")
    remedy = _l("Record the sessions first, then close the register.")


@dataclass(frozen=True)
class Register:
    """What stands in a register, in order: sessions with their operator's name, and corrections of them."""

    file: Found
    sessions: list[Found]
    corrections: list[Found]


def read(pathway_id: UUID) -> Register:
    """Three statements: whose register it is, its sessions, their corrections."""
    whom = (Person.surname, Person.first_name, Person.codice_fiscale, Case.number)
    statement = with_people(
        select(Pathway, *whom, Measure.name.label("measure"), Desk.name.label("desk"), Membership.name.label("manager"))
    )
    file = db.session.execute(statement.where(Pathway.id == pathway_id)).one()
    return Register(file, _sessions(pathway_id), _corrections(pathway_id))


def _sessions(pathway_id: UUID) -> list[Found]:
    columns = (Session.id, Session.on_date, Session.starts, Session.ends, Session.service, Session.mode, Session.group_id)
    statement = select(*columns, Membership.name.label("operator")).join(Membership, same(Session.operator_id, Membership))
    return list(db.session.execute(statement.where(Session.pathway_id == pathway_id).order_by(Session.on_date, Session.starts)))


def _corrections(pathway_id: UUID) -> list[Found]:
    columns = (SessionCorrection.session_id, SessionCorrection.booked_on, SessionCorrection.hours, SessionCorrection.reason)
    statement = select(*columns).join(Session, same(SessionCorrection.session_id, Session)).where(Session.pathway_id == pathway_id)
    return list(db.session.execute(statement.order_by(SessionCorrection.booked_on, SessionCorrection.id)))


def paper(register: Register, head: Letterhead, closed_on: date | None) -> bytes:
    """The register as PDF, in Italian whatever the language of the page: it is signed and kept."""
    with force_locale("it"):
        return pdf(TEMPLATE, _data(register, closed_on), head)


def _data(register: Register, closed_on: date | None) -> dict[str, Any]:
    file, pathway = register.file, register.file.Pathway
    person = f"{file.surname} {file.first_name}"
    return {
        "title": f"Registro delle presenze {pathway.code}",
        "reference": ("Registro delle presenze", pathway.code, person),
        "person": person,
        "codice_fiscale": file.codice_fiscale or "",
        "code": pathway.code,
        "desk": file.desk,
        "measure": file.measure,
        "case_manager": file.manager,
        "activated_on": _day(pathway.activated_on),
        "ended_on": _day(pathway.ended_on),
        "closed_on": _day(closed_on),
        **_rows(register),
        **_totals(register),
    }


def _rows(register: Register) -> dict[str, Any]:
    numbers = {session.id: (number, session) for number, session in enumerate(register.sessions, start=1)}
    rows = [_row(number, session) for number, session in numbers.values()]
    rows += [_correction(each, *numbers[each.session_id]) for each in register.corrections]
    blank = 0 if rows else BLANK
    return {"rows": rows + [_BLANK_ROW] * blank, "blank": blank}


_BLANK_ROW = {"kind": "session", "signed": True, "group": False} | dict.fromkeys(
    ("number", "day", "time", "hours", "service", "mode", "operator"), ""
)


def _row(number: int, session: Found) -> dict[str, Any]:
    return {
        "kind": "session",
        "number": number,
        "day": shown(session.on_date),
        "time": hours.span(session.starts, session.ends),
        "hours": hours.shown(hours.between(session.starts, session.ends)),
        "service": session.service,
        "group": session.group_id is not None,
        "mode": str(words.MODES[session.mode]),
        "operator": session.operator,
        "signed": session.mode != Mode.BACK_OFFICE,
    }


def _correction(correction: Found, number: int, session: Found) -> dict[str, Any]:
    return {
        "kind": "correction",
        "day": shown(correction.booked_on),
        "hours": hours.shown(correction.hours),
        "reason": correction.reason,
        "number": number,
        "of": shown(session.on_date),
    }


def _totals(register: Register) -> dict[str, str]:
    """Hours signed by the person, of back-office, corrected, and all together; nothing in a register to be filled by hand."""
    if not register.sessions:
        return dict.fromkeys(("hours_signed", "hours_back_office", "hours_corrected", "hours"), "")
    lasted = {session.id: hours.between(session.starts, session.ends) for session in register.sessions}
    unsigned = hours.total(lasted[each.id] for each in register.sessions if each.mode == Mode.BACK_OFFICE)
    delivered, corrected = hours.total(lasted.values()), hours.total(each.hours for each in register.corrections)
    return {
        "hours_signed": hours.shown(delivered - unsigned),
        "hours_back_office": hours.shown(unsigned),
        "hours_corrected": hours.shown(corrected) if register.corrections else "",
        "hours": hours.shown(delivered + corrected),
    }


def _day(value: date | None) -> str:
    return shown(value) if value else ""


def close_register(*, store: Store, pathway: Pathway, head: Letterhead, by: UUID | None) -> Document:
    """Lock the register from today on, and keep it as it is among the documents of the case.

    The pathway's row is held meanwhile, as whoever records a session holds it: none comes in between the paper and the lock.
    Raises RegisterClosed, NothingToClose, StoreAway.
    """
    db.session.refresh(pathway, with_for_update=True)
    if pathway.register_closed_on:
        raise RegisterClosed(_("It was closed on %(day)s.", day=shown(pathway.register_closed_on)))
    register = read(pathway.id)
    if not register.sessions:
        raise NothingToClose
    closed_on = today()
    made = paper(register, head, closed_on)
    pathway.register_closed_on = closed_on
    title = f"Registro delle presenze {pathway.code}"
    received = Received(BytesIO(made), f"{title}.pdf")
    earlier = _kept(pathway.case_id, title)
    if earlier:
        add_version(store=store, document=earlier, received=received, by=by, revision=earlier.revision, dated_on=closed_on)
        return earlier
    case_id = pathway.case_id
    return keep_document(store=store, case_id=case_id, kind=KIND, title=title, received=received, by=by, dated_on=closed_on)


def reopen_register(*, pathway: Pathway) -> Pathway:
    """Sessions can be changed again. Raises RegisterStands."""
    db.session.refresh(pathway, with_for_update=True)
    if pathway.register_closed_on is None:
        raise RegisterStands
    pathway.register_closed_on = None
    db.session.flush()
    return pathway


def _kept(case_id: UUID, title: str) -> Document | None:
    """The document that an earlier closing left: what is closed again becomes its next version."""
    mine = (Document.case_id == case_id, Document.kind == KIND, Document.title == title, Document.removed_on.is_(None))
    return db.session.scalars(select(Document).where(*mine).order_by(Document.id.desc()).limit(1)).first()
