"""Papers: what stands in them, that they keep the rules of PDF/UA-1 and PDF/A-2a, and the closing of a register."""

import hashlib
import re
import time as clock
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from consortium.cases.models import Case, Person
from consortium.desks.models import Desk
from consortium.documents.models import Document, DocumentVersion
from consortium.identity.models import Membership
from consortium.journal.models import Doer, Task
from consortium.pathways import packs
from consortium.pathways.models import Measure, Mode, Pathway, Session, SessionCorrection
from consortium.pathways.recording import record_session
from consortium.web.listing.formats import today
from consortium.web.papers.coverage import printable
from tenants.database import db
from tests.cases.people import at_work
from tests.documents.conftest import failing
from tests.factories import Founded
from tests.pathways.paper import is_right, overprinted, pages, seen, text
from tests.states import BEGUN, SERVICE, PathwayFactory

LONG = "Wolfeschlegelsteinhausenbergerdorff-Venkatanarasimharajuvaripeta"
NAMES = ("Ștefania Łucja", "D'Àngelo-Müller")


def opened(at: Founded, sessions: int = 0, **facts: Any) -> UUID:
    """An ongoing pathway of a person with accents in the name; its id."""
    with at.scope():
        pathway = PathwayFactory(at=at, ongoing=True, sessions=sessions)
        person = db.session.get_one(Person, (at.id, db.session.get_one(Case, (at.id, pathway.case_id)).person_id))
        person.first_name, person.surname, person.codice_fiscale = *NAMES, None
        for name, value in facts.items():
            setattr(pathway, name, value)
        db.session.commit()
        made: UUID = pathway.id
    return made


def record(at: Founded, pathway_id: UUID, on_date: date, hour: int, mode: Mode = Mode.IN_PERSON, minutes: int = 60) -> UUID:
    """A session, written as it may have been years ago."""
    with at.scope():
        pathway = db.session.get_one(Pathway, (at.id, pathway_id))
        hours = {"starts": time(hour), "ends": time(hour + minutes // 60, minutes % 60)}
        whom = {"pathway_id": pathway.id, "case_id": pathway.case_id, "operator_id": pathway.case_manager_id}
        session = Session(on_date=on_date, service=SERVICE, mode=mode, **hours, **whom)
        db.session.add(session)
        db.session.commit()
        made: UUID = session.id
    return made


def got(at: Founded, path: str, who: str = "cm1.trecate") -> bytes:
    answer = at.as_(who).get(f"/{at.slug}/{path}")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf"), answer.text[:300]
    return answer.data


def case_of(at: Founded, pathway_id: UUID) -> UUID:
    with at.scope():
        return db.session.get_one(Pathway, (at.id, pathway_id)).case_id


def test_a_register_has_a_row_a_session_and_its_totals(trecate: Founded) -> None:
    pathway_id = opened(trecate)
    record(trecate, pathway_id, BEGUN, 9, minutes=90)
    corrected = record(trecate, pathway_id, BEGUN + timedelta(days=1), 9)
    record(trecate, pathway_id, BEGUN + timedelta(days=2), 14, Mode.BACK_OFFICE)
    with trecate.scope():
        booked = {"booked_on": BEGUN + timedelta(days=40), "hours": -0.5, "reason": "Finita prima"}
        db.session.add(SessionCorrection(session_id=corrected, **booked))
        db.session.commit()
    made = got(trecate, f"pathways/{pathway_id}/register")
    is_right(made)
    found = text(made)
    for words in (*NAMES, "06/04/2023", "09:00–10:30", "1,50", SERVICE, "non prevista", "rettifica", "Finita prima", "−0,50", "Trecate"):
        assert words in found, words
    assert "Con la persona (firmate) 2,50" in found
    assert "Di back-office (non firmate) 1,00" in found
    assert "In tutto 3,00" in found
    assert "Pagina 1 di " in found


def test_a_register_of_two_hundred_sessions_names_the_pathway_on_every_page(trecate: Founded) -> None:
    pathway_id = opened(trecate)
    with trecate.scope():
        pathway = db.session.get_one(Pathway, (trecate.id, pathway_id))
        whom = {"pathway_id": pathway.id, "case_id": pathway.case_id, "operator_id": pathway.case_manager_id}
        days = [BEGUN + timedelta(days=n) for n in range(200)]
        db.session.add_all(
            Session(on_date=day, starts=time(9), ends=time(10), service=SERVICE, mode=Mode.IN_PERSON, **whom) for day in days
        )
        code = pathway.code
        db.session.commit()
    started = clock.perf_counter()
    made = got(trecate, f"pathways/{pathway_id}/register")
    assert clock.perf_counter() - started < 20
    is_right(made)
    total = pages(made)
    assert total > 10
    found = text(made)
    assert all(f"Pagina {n} di {total}" in found for n in range(1, total + 1))
    assert found.count(f"Registro delle presenze · {code}") == total


def test_a_register_without_sessions_is_one_page_to_be_filled_by_hand(trecate: Founded) -> None:
    made = got(trecate, f"pathways/{opened(trecate)}/register")
    is_right(made)
    assert "Righe da compilare a mano" in text(made)
    assert "Per lo sportello" in text(made)
    assert pages(made) == 1


# As long as a form lets each be, in words as people write them and in one that never ends.
WORDY = f"{LONG} orientamento specialistico individuale, bilancio delle competenze e accompagnamento alla ricerca di un lavoro "[:200]
ENDLESS = ("Professionalizzazione" * 10)[:200]


@pytest.mark.parametrize("words", [WORDY, ENDLESS, "Amministrativamente " * 9], ids=["wordy", "endless", "barely"])
def test_names_of_any_length_leave_the_rest_of_the_papers_readable(trecate: Founded, words: str) -> None:
    pathway_id = opened(trecate, goal=words)
    attended = record(trecate, pathway_id, BEGUN, 9)
    for day in range(1, 4):
        record(trecate, pathway_id, BEGUN + timedelta(days=day), 9, Mode.BACK_OFFICE if day == 2 else Mode.IN_PERSON)
    case_id, mine = case_of(trecate, pathway_id), trecate.staff[trecate.email("cm1.trecate")]
    _furnish(trecate, case_id, 3, words)
    with trecate.scope():
        db.session.add(SessionCorrection(session_id=attended, booked_on=date(2023, 4, 28), hours=-0.5, reason=words))
        db.session.execute(update(Person).values(first_name=words, surname=words))
        db.session.execute(update(Membership).where(Membership.id == mine).values(name=words))
        db.session.execute(update(Measure).where(Measure.code == "OS").values(name=words))
        db.session.execute(update(Desk).where(Desk.slug == "trecate").values(name=words, address=words))
        db.session.execute(update(Session).values(service=words))
        db.session.commit()
    months = f"operator_id={mine}&month=2023-04"
    addresses = (f"pathways/{pathway_id}/register", f"timesheet/paper?{months}", f"sessions/{attended}/attendance", f"cases/{case_id}/pack")
    for address in addresses:
        made = got(trecate, address)
        is_right(made)
        assert overprinted(made) == [], address


def test_closing_a_register_keeps_it_and_is_done_once(trecate: Founded) -> None:
    pathway_id = opened(trecate, sessions=3)
    browser = trecate.as_("cm1.trecate")
    address = f"/{trecate.slug}/pathways/{pathway_id}/close-register"
    assert browser.post(address, data={}).status_code == 303
    with trecate.scope():
        pathway = db.session.get_one(Pathway, (trecate.id, pathway_id))
        assert pathway.register_closed_on
        document = db.session.scalars(select(Document)).one()
        version = db.session.scalars(select(DocumentVersion)).one()
        assert (document.kind, document.case_id, version.media_type) == ("registro-presenze", pathway.case_id, "application/pdf")
    made = browser.get(f"/{trecate.slug}/documents/versions/{version.id}").data
    is_right(made)
    assert hashlib.sha256(made).hexdigest() == version.sha256
    assert "Registro chiuso il" in text(made)
    again = browser.post(address, data={})
    assert again.status_code == 409
    assert "È stato chiuso il" in again.text
    assert "non si registrano più colloqui" in browser.get(f"/{trecate.slug}/pathways/{pathway_id}/papers").text


def test_a_register_closed_again_is_the_next_version_of_the_same_document(trecate: Founded) -> None:
    pathway_id = opened(trecate, sessions=1)
    browser = trecate.as_("admin")
    for verb in ("close-register", "reopen-register", "close-register"):
        assert browser.post(f"/{trecate.slug}/pathways/{pathway_id}/{verb}", data={}).status_code == 303, verb
    with trecate.scope():
        assert len(db.session.scalars(select(Document)).all()) == 1
        assert sorted(db.session.scalars(select(DocumentVersion.number))) == [1, 2]


def test_a_register_without_sessions_is_not_closed(trecate: Founded) -> None:
    answer = trecate.as_("cm1.trecate").post(f"/{trecate.slug}/pathways/{opened(trecate)}/close-register", data={})
    assert answer.status_code == 409
    assert "nessun colloquio" in answer.text


def test_a_register_stays_open_where_the_store_fails(app: Flask, trecate: Founded) -> None:
    pathway_id = opened(trecate, sessions=1)
    with failing(app, "after"):
        answer = trecate.as_("cm1.trecate").post(f"/{trecate.slug}/pathways/{pathway_id}/close-register", data={})
    assert answer.status_code == 503
    with trecate.scope():
        assert db.session.get_one(Pathway, (trecate.id, pathway_id)).register_closed_on is None
        assert db.session.scalars(select(Document)).all() == []


def test_a_month_of_an_operator(trecate: Founded) -> None:
    pathway_id = opened(trecate)
    record(trecate, pathway_id, date(2023, 4, 6), 9, minutes=90)
    outside = record(trecate, pathway_id, date(2023, 5, 2), 9)
    with trecate.scope():
        booked = {"booked_on": date(2023, 4, 28), "hours": -1, "reason": "Contata due volte"}
        db.session.add(SessionCorrection(session_id=outside, **booked))
        db.session.commit()
    browser = trecate.as_("cm1.trecate")
    page = browser.get(f"/{trecate.slug}/timesheet?operator_id={trecate.staff[trecate.email('cm1.trecate')]}&month=2023-04").text
    assert "1,50" in page
    assert "Contata due volte" in page
    made = got(trecate, f"timesheet/paper?operator_id={trecate.staff[trecate.email('cm1.trecate')]}&month=2023-04")
    is_right(made)
    found = text(made)
    for words in ("Foglio delle ore, aprile 2023", "Cm1.Trecate", "1,50", "−1,00", "Contata due volte", "In tutto 1 0,50"):
        assert words in found, words
    assert "02/05/2023 09:00" not in found


def _group(at: Founded, people: int) -> list[UUID]:
    """An hour of a group on 6 April 2023 at 14; the sessions of its people."""
    first, *others = [opened(at) for _ in range(people)]
    with at_work(at):
        held = {"on_date": date(2023, 4, 6), "starts": time(14), "ends": time(15), "service": SERVICE, "mode": Mode.IN_PERSON}
        pathway = db.session.get_one(Pathway, (at.id, first))
        record_session(pathway=pathway, others=others, operator_id=pathway.case_manager_id, **held)
        db.session.commit()
        return list(db.session.scalars(select(Session.id).where(Session.group_id.is_not(None)).order_by(Session.id)))


def _month_of(at: Founded, month: str = "2023-04") -> Any:
    """What programs read of the first case manager's month, page and paper in agreement with it."""
    asked = f"operator_id={at.staff[at.email('cm1.trecate')]}&month={month}"
    told = at.as_("cm1.trecate").get(f"/api/v1/{at.slug}/timesheet/hours?{asked}").json
    hours = f"{told['hours']:.2f}".replace(".", ",").replace("-", "−")
    page = at.as_("cm1.trecate").get(f"/{at.slug}/timesheet?{asked}").text
    paper = text(got(at, f"timesheet/paper?{asked}"))
    assert f"<strong>{hours}</strong>" in page or not told["totals"]
    assert f"In tutto {len(told['sessions'])} {hours}" in paper
    return told


def test_a_group_is_one_session_of_its_operator(trecate: Founded) -> None:
    _group(trecate, 4)
    record(trecate, opened(trecate), date(2023, 4, 6), 9)
    told = _month_of(trecate)
    assert [(each["starts"], each["people"], each["hours"]) for each in told["sessions"]] == [("09:00:00", 1, 1.0), ("14:00:00", 4, 1.0)]
    assert [(each["sessions"], each["hours"]) for each in told["totals"]] == [(2, 2.0)]
    asked = f"operator_id={trecate.staff[trecate.email('cm1.trecate')]}&month=2023-04"
    assert "in gruppo, 4 persone" in trecate.as_("cm1.trecate").get(f"/{trecate.slug}/timesheet?{asked}").text
    made = got(trecate, f"timesheet/paper?{asked}")
    is_right(made)
    assert "in gruppo, 4 persone" in " ".join(text(made).split())


def _correct(at: Founded, session_id: UUID, hours: float, booked_on: date) -> None:
    with at.scope():
        db.session.add(SessionCorrection(session_id=session_id, booked_on=booked_on, hours=hours, reason="Finita prima"))
        db.session.commit()


def test_an_operator_worked_as_long_as_whoever_of_a_group_stayed_longest(trecate: Founded) -> None:
    sessions = _group(trecate, 3)
    may, june = date(2023, 5, 10), date(2023, 6, 10)
    _correct(trecate, sessions[0], -0.5, may)
    _correct(trecate, sessions[1], -1, may)
    assert _month_of(trecate)["hours"] == 1.0
    told = _month_of(trecate, "2023-05")
    assert [(each["booked"], each["hours"], each["people"]) for each in told["corrections"]] == [(-0.5, 0.0, 3), (-1.0, 0.0, 3)]
    assert told["hours"] == 0.0
    _correct(trecate, sessions[2], -0.75, june)
    told = _month_of(trecate, "2023-06")
    assert [(each["booked"], each["hours"]) for each in told["corrections"]] == [(-0.75, -0.5)]
    assert told["hours"] == -0.5
    assert _month_of(trecate, "2023-05")["hours"] == 0.0


def test_a_correction_of_one_persons_session_is_the_operators_too(trecate: Founded) -> None:
    _correct(trecate, record(trecate, opened(trecate), date(2023, 4, 6), 9), -0.25, date(2023, 4, 28))
    told = _month_of(trecate)
    assert (told["hours"], told["corrections"][0]["hours"], told["corrections"][0]["people"]) == (0.75, -0.25, 1)


def test_whose_timesheet_programs_may_read(trecate: Founded) -> None:
    mine, others = (trecate.staff[trecate.email(who)] for who in ("cm1.trecate", "cm2.trecate"))
    program, address = trecate.as_("cm1.trecate"), f"/api/v1/{trecate.slug}/timesheet/hours"
    assert program.get(address).json["operator_id"] == str(mine)
    assert program.get(f"{address}?operator_id={others}").status_code == 404
    assert program.get(f"{address}?month=2023-13").status_code == 422
    assert trecate.as_("admin").get(f"{address}?operator_id={others}&month=2023-04").json["sessions"] == []


def test_whose_timesheet_one_may_see(trecate: Founded) -> None:
    mine, others = (trecate.staff[trecate.email(who)] for who in ("cm1.trecate", "cm2.trecate"))
    address = f"/{trecate.slug}/timesheet?month=2023-04&operator_id="
    assert trecate.as_("cm1.trecate").get(address + str(mine)).status_code == 200
    assert trecate.as_("cm1.trecate").get(address + str(others)).status_code == 404
    assert trecate.as_("coordinator").get(address + str(others)).status_code == 200
    assert trecate.as_("admin").get(address + str(others)).status_code == 200
    assert trecate.as_("admin").get(f"/{trecate.slug}/timesheet").status_code == 200
    assert trecate.as_("cm1.trecate").get(f"/{trecate.slug}/timesheet?month=2023-13&operator_id={mine}").status_code == 422


def test_a_statement_says_that_the_person_was_here_and_nothing_of_why(trecate: Founded) -> None:
    pathway_id = opened(trecate)
    first = record(trecate, pathway_id, BEGUN, 9, minutes=90)
    record(trecate, pathway_id, BEGUN, 14)
    hidden = record(trecate, pathway_id, BEGUN, 16, Mode.BACK_OFFICE)
    made = got(trecate, f"sessions/{first}/attendance")
    is_right(made)
    found = text(made)
    assert "D'Àngelo-Müller Ștefania Łucja" in found
    assert "dalle 09:00 alle 10:30" in found
    assert "6 aprile 2023" in found
    assert "14:00" not in found
    assert SERVICE not in found
    assert "GOL" not in found
    day = text(got(trecate, f"sessions/{first}/attendance?whole_day=yes"))
    assert "dalle 14:00 alle 15:00" in day
    assert "16:00" not in day
    refused = trecate.as_("cm1.trecate").get(f"/{trecate.slug}/sessions/{hidden}/attendance")
    assert refused.status_code == 409
    assert trecate.as_("cm1.cerano").get(f"/{trecate.slug}/sessions/{first}/attendance").status_code == 404


def test_a_statement_says_where_somebody_was_only_if_they_were_there(trecate: Founded) -> None:
    """Nobody was at the desk by telephone; of a day that was both, the address is where they were in person."""
    pathway_id = opened(trecate)
    by_phone = record(trecate, pathway_id, BEGUN, 9, Mode.PHONE)
    with trecate.scope():
        db.session.execute(update(Person).values(sex="F"))
        db.session.execute(update(Desk).values(address="Piazza Cavour, 24"))
        db.session.commit()
    remote = " ".join(text(got(trecate, f"sessions/{by_phone}/attendance")).split())
    assert "il giorno 6 aprile 2023 ha partecipato a distanza ad attività concordate con lo sportello di Trecate:" in remote
    assert "Piazza" not in remote
    in_person = record(trecate, pathway_id, BEGUN, 14)
    here = " ".join(text(got(trecate, f"sessions/{in_person}/attendance")).split())
    assert "è stata presente presso lo sportello di Trecate, Piazza Cavour, 24, per attività concordate:" in here
    made = got(trecate, f"sessions/{in_person}/attendance?whole_day=yes")
    is_right(made)
    mixed = "ha partecipato, di persona (Piazza Cavour, 24) e a distanza, ad attività concordate con lo sportello di Trecate:"
    assert mixed in " ".join(text(made).split())
    with trecate.scope():
        db.session.execute(update(Desk).values(address=None))
        db.session.commit()
    unplaced = " ".join(text(got(trecate, f"sessions/{in_person}/attendance?whole_day=yes")).split())
    assert "ha partecipato, di persona e a distanza, ad attività" in unplaced


def test_a_statement_says_of_a_state_that_one_was_born_there(trecate: Founded) -> None:
    attended = record(trecate, opened(trecate), BEGUN, 9)
    for place, said in (("Marocco", "nata il 01/02/1990 (Marocco)"), ("Trecate", "nata a Trecate il 01/02/1990")):
        with trecate.scope():
            db.session.execute(update(Person).values(born_on=date(1990, 2, 1), sex="F", birthplace=place))
            db.session.commit()
        assert said in text(got(trecate, f"sessions/{attended}/attendance"))


# An article before a day that begins with a vowel would be elided: “l'8 marzo”, “dall'11 novembre”.
ARTICLE = re.compile(r"\b(il|dal|al|del|nel|sul) (8|11) [a-z]")


@pytest.mark.parametrize("day", [8, 11])
def test_no_paper_puts_an_article_before_a_day_that_wants_another(trecate: Founded, day: int) -> None:
    pathway_id = opened(trecate, activated_on=date(2023, 3, day))
    attended, case_id = record(trecate, pathway_id, date(2023, 4, day), 9), case_of(trecate, pathway_id)
    with trecate.scope():
        db.session.execute(update(Person).values(born_on=date(1985, 3, day), sex="F"))
        db.session.commit()
    statement = text(got(trecate, f"sessions/{attended}/attendance"))
    assert f"nata a Trecate il {day:02}/03/1985" in statement
    pack = text(got(trecate, f"cases/{case_id}/pack"))
    assert f"inizio: {day} marzo 2023" in pack
    for found in (statement, pack, text(got(trecate, f"pathways/{pathway_id}/register"))):
        assert not ARTICLE.search(found), ARTICLE.search(found)


def _furnish(at: Founded, case_id: UUID, each: int, title: str) -> None:
    with at.scope():
        facts = {"case_id": case_id, "due_on": date(2026, 12, 12), "doer": Doer.PERSON}
        db.session.add_all(Task(title=title, **facts) for _ in range(each))
        db.session.add(Task(title="Cosa dello sportello", **{**facts, "doer": Doer.DESK}))
        db.session.commit()


# A few words of each paper that come out in the order of reading.
SAID = {
    "it": ("Il tuo percorso", "martedì", "6 aprile 2023"),
    "en": ("Your pathway", "Tuesday", "6 April 2023"),
    "fr": ("Votre parcours", "mardi", "6 avril 2023"),
    "ar": ("مسارك", "أوقات الدوام"),
    "uk": ("Ваш шлях", "вівторок", "6 квітня 2023"),
    "ro": ("Parcursul dumneavoastră", "marți", "6 aprilie 2023"),
}


@pytest.mark.parametrize("language", packs.LANGUAGES)
def test_the_pack_is_one_page_in_the_persons_language(trecate: Founded, language: str) -> None:
    pathway_id = opened(trecate, goal="Trovare lavoro come aiuto cuoca: così c'è tempo per i bambini")
    case_id = case_of(trecate, pathway_id)
    _furnish(trecate, case_id, 2, "Portare il curriculum")
    made = got(trecate, f"cases/{case_id}/pack?language={language}")
    is_right(made, language)
    assert pages(made) == 1
    found = text(made)
    assert all(words in found for words in SAID[language]), found
    assert "Cosa dello sportello" not in found
    if language == "ar":  # the reader of the test turns joined letters around: all of them are there, each once
        words = {"".join(sorted(word)) for word in found.split()}
        assert all("".join(sorted(word)) in words for word in packs.phrases("ar")["steps"].split())
    else:
        assert "Ștefania Łucja D'Àngelo-Müller" in found
        assert "Portare il curriculum" in found
        assert "08:30–12:00" in found or "8:30–12:00" in found


def test_a_number_of_an_arabic_pack_is_read_as_it_is_written(trecate: Founded) -> None:
    case_id = case_of(trecate, opened(trecate))
    with trecate.scope():
        number = db.session.get_one(Case, (trecate.id, case_id)).number
    lines = seen(got(trecate, f"cases/{case_id}/pack?language=ar"))
    assert sum(number in line for line in lines) == 2, lines  # on top, and at the foot


def test_a_french_colon_has_its_space(trecate: Founded) -> None:
    found = text(got(trecate, f"cases/{case_of(trecate, opened(trecate, goal='Cuoca'))}/pack?language=fr"))
    assert "Objectif\u00a0: Cuoca" in found
    assert not re.search(r"[^\W\d]:(?!//)|[^\W\d] :", found), found


def test_a_pack_has_as_many_steps_as_there_is_room_for(trecate: Founded) -> None:
    case_id = case_of(trecate, opened(trecate))
    _furnish(trecate, case_id, 10, "Portare il curriculum")
    found = text(got(trecate, f"cases/{case_id}/pack"))
    assert found.count("Portare il curriculum") == 10
    assert "Altre cose da fare" not in found
    _furnish(trecate, case_id, 60, "Portare il curriculum")
    made = got(trecate, f"cases/{case_id}/pack")
    shown = text(made).count("Portare il curriculum")
    assert 10 < shown < 70
    assert f"Altre cose da fare: {70 - shown}. Chiedi allo sportello." in text(made)
    assert pages(made) == 1


def test_a_pack_tells_what_is_overdue(trecate: Founded) -> None:
    case_id = case_of(trecate, opened(trecate))
    _furnish(trecate, case_id, 2, "Portare il curriculum")
    for due_on, late in ((today(), 0), (today() - timedelta(days=1), 2)):
        with trecate.scope():
            db.session.execute(update(Task).where(Task.case_id == case_id).values(due_on=due_on))
            db.session.commit()
        assert text(got(trecate, f"cases/{case_id}/pack")).count("In ritardo") == late


def test_a_pack_says_once_where_a_desk_without_an_address_is(trecate: Founded) -> None:
    case_id = case_of(trecate, opened(trecate))
    with trecate.scope():
        db.session.execute(update(Desk).where(Desk.slug == "trecate").values(address=None, floor_note=None))
        db.session.commit()
    lines = [line.strip() for line in text(got(trecate, f"cases/{case_id}/pack")).splitlines()]
    assert lines.count("Trecate") == 1, lines


@pytest.mark.parametrize("language", packs.LANGUAGES)
def test_the_pack_stays_one_page_whatever_there_is(trecate: Founded, language: str) -> None:
    pathway_id = opened(trecate, goal="Obiettivo lungo " * 300)
    case_id = case_of(trecate, pathway_id)
    _furnish(trecate, case_id, 60, f"{LONG} " * 20)
    with trecate.scope():
        db.session.execute(update(Person).values(first_name=LONG * 3, surname=LONG * 3))
        db.session.commit()
    made = got(trecate, f"cases/{case_id}/pack?language={language}")
    is_right(made, language)
    assert pages(made) == 1


def test_the_pack_says_its_words_in_all_languages() -> None:
    known = packs.phrases("it").keys()
    for language in packs.LANGUAGES:
        words = packs.phrases(language)
        assert words.keys() == known
        assert all(words.values())
        assert "{day}" in words["since"]
        assert "{n}" in words["more_steps"]
        assert "{n}" in words["more_pathways"]
        assert printable(dict(words)) == dict(words)  # in the typefaces that there are


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("Lamberti-Castronuovo", "Lamberti-|Castronuovo"),
        ("orientamento/accompagnamento", "orientamento/|accompagnamento"),
        ("rappresentante@example.it", "rappresentante@example.it"),
        ("a" * 30, f"{'a' * 12}|{'a' * 12}|{'a' * 6}"),
    ],
)
def test_a_long_word_is_broken_where_it_is_joined_and_else_only_if_no_column_has_it(word: str, told: str) -> None:
    assert printable(word).replace("\u200b", "|") == told


def test_what_is_written_in_a_paper_is_words_never_markup(trecate: Founded) -> None:
    wicked = '#panic("x") *no* _no_ $x$ `x` \\ @x <x> [x] ${x} 😀 中'
    pathway_id = opened(trecate, goal=wicked)
    found = text(got(trecate, f"cases/{case_of(trecate, pathway_id)}/pack"))
    assert '#panic("x") *no* _no_ $x$ `x` \\ @x <x> [x] ${x} ? ?' in " ".join(found.split())


def test_a_language_that_there_is_not(trecate: Founded) -> None:
    case_id = case_of(trecate, opened(trecate))
    assert trecate.as_("cm1.trecate").get(f"/{trecate.slug}/cases/{case_id}/pack?language=xx").status_code == 404
    assert trecate.as_("cm1.trecate").get(f"/api/v1/{trecate.slug}/cases/{case_id}/pack?language=xx").status_code == 422


def test_programs_get_the_same_papers(trecate: Founded) -> None:
    pathway_id = opened(trecate, sessions=1)
    program, api = trecate.as_("cm1.trecate"), f"/api/v1/{trecate.slug}"
    for path in (f"pathways/{pathway_id}/register", f"cases/{case_of(trecate, pathway_id)}/pack?language=uk"):
        answer = program.get(f"{api}/{path}")
        assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    mine = trecate.staff[trecate.email("cm1.trecate")]
    assert program.get(f"{api}/timesheet?operator_id={mine}&month=2023-04").content_type == "application/pdf"
    closed = program.post(f"{api}/pathways/{pathway_id}/close-register", json={})
    assert closed.status_code == 201
    assert closed.json["versions"][0]["media_type"] == "application/pdf"
    assert program.post(f"{api}/pathways/{pathway_id}/close-register", json={}).status_code == 409
