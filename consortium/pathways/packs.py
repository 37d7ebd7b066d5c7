"""What a person takes home on one page, in their language: the plan, the next steps, where and when to find the desk."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from babel.dates import get_day_names
from sqlalchemy import select

from consortium.cases.queries import Found
from consortium.desks.models import Desk, OpeningHours
from consortium.desks.timetable import Week, week
from consortium.identity.models import Membership
from consortium.journal.models import Doer, Task
from consortium.pathways import queries
from consortium.pathways.models import Measure, Pathway
from consortium.web.listing.formats import at_desk
from consortium.web.listing.formats import day as shown
from consortium.web.papers.making import Letterhead, long_day, pdf
from tenants.database import db
from tenants.models import Municipality

TEMPLATE = "pathways/papers/pack.typ"
# As each is called by who speaks it.
LANGUAGES = {"it": "Italiano", "en": "English", "fr": "Français", "ar": "العربية", "uk": "Українська", "ro": "Română"}
# How much is printed at least, most first: the first form that fits the page is taken, and the last one fits whatever there is. More
# steps are printed where there is room for them.
LEVELS = (
    {"size": 12, "pathways": 4, "steps": 8, "goal": 600, "step": 200, "title": 160},
    {"size": 10.5, "pathways": 4, "steps": 8, "goal": 400, "step": 160, "title": 160},
    {"size": 10, "pathways": 3, "steps": 6, "goal": 240, "step": 110, "title": 110},
    {"size": 9, "pathways": 3, "steps": 5, "goal": 160, "step": 90, "title": 80},
    {"size": 8.5, "pathways": 2, "steps": 3, "goal": 100, "step": 70, "title": 60},
)


@cache
def phrases(language: str) -> Mapping[str, str]:
    """The fixed words of the pack in a language."""
    with (Path(__file__).parent / "papers" / f"pack.{language}.toml").open("rb") as file:
        return tomllib.load(file)


def paper(file: Found, language: str, head: Letterhead, desk_url: str) -> bytes:
    """The pack of a case as PDF of one page. `desk_url`: the desk's page for the public, whole."""
    return pdf(TEMPLATE, _data(file, language, head.at), head, language=language, drawing=_qr(desk_url))


def _data(file: Found, language: str, at: datetime) -> dict[str, Any]:
    words = phrases(language)
    person = f"{file.Person.first_name} {file.Person.surname}"
    return {
        "title": words["title"],
        "reference": (words["case"], file.Case.number),
        "words": dict(words),
        "person": person,
        "number": file.Case.number,
        "manager": file.case_manager or "",
        "pathways": [_pathway(each, words, language) for each in _plan(file)],
        "steps": [{"day": shown(each.due_on), "title": each.title, "late": each.due_on < at_desk(at).date()} for each in _steps(file)],
        "desk": _desk(file.Desk),
        "hours": _hours(file.Desk, at_desk(at).date(), language),
        "levels": LEVELS,
    }


def _plan(file: Found) -> list[Found]:
    """The pathways that are open, newest first."""
    columns = (Pathway.goal, Pathway.activated_on, Measure.name.label("measure"), Membership.name.label("manager"))
    joined = queries.with_people(select(*columns)).where(Pathway.case_id == file.Case.id, Pathway.state.in_(queries.OPEN_STATES))
    return list(db.session.execute(joined.order_by(Pathway.activated_on.desc().nulls_last(), Pathway.id.desc())))


def _pathway(row: Found, words: Mapping[str, str], language: str) -> dict[str, str]:
    since = words["since"].replace("{day}", long_day(row.activated_on, language)) if row.activated_on else words["to_begin"]
    return {"measure": row.measure, "goal": row.goal or "", "since": since, "with": row.manager}


def _steps(file: Found) -> list[Found]:
    """What the person has to do, soonest first."""
    mine = (Task.case_id == file.Case.id, Task.doer == Doer.PERSON, Task.done_on.is_(None))
    return list(db.session.execute(select(Task.due_on, Task.title).where(*mine).order_by(Task.due_on, Task.id)))


def _desk(desk: Desk) -> dict[str, Any]:
    place = db.session.scalar(select(Municipality.name).where(Municipality.istat == desk.istat)) or ""
    # Most desks are called as their municipality: of an address that is not known it would be all, and said twice.
    place = place if desk.address or place != desk.name else ""
    address = ", ".join(part for part in (desk.address, place, desk.floor_note) if part)
    told = {"phone": desk.phone or "", "email": desk.email or "", "by_appointment": desk.by_appointment}
    return {"name": desk.name, "address": address, **told}


def _hours(desk: Desk, day: date, language: str) -> list[dict[str, str]]:
    """The days on which the desk is open, named in the language."""
    rows = db.session.scalars(select(OpeningHours).where(OpeningHours.desk_id == desk.id)).all()
    held: Week = week(rows, day)
    names = get_day_names("wide", locale=language)
    return [{"day": names[number - 1], "hours": held.text(number)} for number in range(1, 8) if held.text(number)]


def _qr(url: str) -> str:
    """An SVG."""
    made = BytesIO()
    segno.make(url, error="m").save(made, kind="svg", xmldecl=False, border=2)
    return made.getvalue().decode()
