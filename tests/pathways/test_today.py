"""A case manager's day: what is on it, whose it is, each line done from there, in few statements."""

import re
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from consortium.cases import services as cases
from consortium.cases.models import Assignment, Case, Handover
from consortium.journal.models import Task
from consortium.pathways.models import Measure, Session
from consortium.pathways.today import Agenda
from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import at_work, begin, measure, take_in
from tests.factories import Founded
from tests.pathways.ground import grant, record
from tests.pathways.test_pages import counted
from tests.states import CaseFactory, TaskFactory


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


def day_of(founded: Founded, who: str, desk: str = "") -> str:
    answer = founded.as_(who).get(f"/{founded.slug}/today{f'?desk={desk}' if desk else ''}")
    assert answer.status_code == 200
    return answer.text


def on_screen(page: str) -> str:
    return page.partition('<div class="sheet">')[0]


def sheets(page: str) -> list[str]:
    return page.split('<div class="sheet">')[1:]


def changed(founded: Founded, model: Any, *columns: str) -> list[tuple[Any, ...]]:
    with founded.scope():
        return [tuple(row) for row in db.session.execute(select(*(getattr(model, name) for name in columns)))]


def test_who_waits_is_contacted_with_one_click(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        _case, assignment = take_in(trecate, taken_on=None, surname="Attende")
        db.session.execute(select(Measure)).scalars().first().contact_days = 2
        db.session.commit()
        assignment_id = assignment.id
    page = on_screen(day_of(trecate, "cm1.trecate"))
    waited = (today() - date(2023, 4, 4)).days
    assert f"{waited} giorni" in page
    assert "In ritardo: entro il 06/04/2023" in page
    form = re.search(rf'action="(/[^"]*{assignment_id}/contact)">(.*?)</form>', page, re.DOTALL)
    assert form
    data = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    assert cm.post(form[1], data=data).location == f"/{trecate.slug}/today"
    assert changed(trecate, Assignment, "contacted_on") == [(today(),)]
    assert "/contact" not in day_of(trecate, "cm1.trecate")


def test_who_was_contacted_meanwhile_keeps_the_first_day(trecate: Founded, cm: FlaskClient) -> None:
    """The page of a colleague is of this morning: its button does no harm, and what was done with a click is undone with one."""
    yesterday = today() - timedelta(days=1)
    with at_work(trecate):
        _case, assignment = take_in(trecate, taken_on=None)
        db.session.commit()
        address = f"/{trecate.slug}/assignments/{assignment.id}"
    sent = {"on_date": yesterday.isoformat(), "back": f"/{trecate.slug}/today"}
    done = cm.get(cm.post(f"{address}/contact", data={**sent, "once": str(uuid4())}).location).text
    form = re.search(rf'action="({address}/undo)">(.*?)</form>', done, re.DOTALL)
    assert form
    colleague = trecate.as_("cm2.trecate")
    again = {**sent, "on_date": today().isoformat(), "once": str(uuid4())}
    assert (
        f"era già stata contattata il {yesterday:%d/%m/%Y}" in colleague.get(colleague.post(f"{address}/contact", data=again).location).text
    )
    assert changed(trecate, Assignment, "contacted_on", "state") == [(yesterday, "contacted")]
    undo = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    assert cm.post(form[1], data=undo).location == f"/{trecate.slug}/today"
    assert changed(trecate, Assignment, "contacted_on", "state") == [(None, "assigned")]


def test_who_waits_is_on_the_day_of_the_desk_that_has_the_case(trecate: Founded) -> None:
    """Handed to another desk before anybody called: there they are waited for, and counted as many as the list has."""
    with at_work(trecate):
        case, _ = take_in(trecate, taken_on=None, surname="Attende")
        case.desk_id = trecate.desks["cerano"]
        db.session.commit()
    assert "Attende" not in day_of(trecate, "cm1.trecate")
    assert "Attende" in on_screen(day_of(trecate, "cm1.cerano", "cerano"))
    (sheet,) = sheets(day_of(trecate, "cm1.cerano"))
    assert "Attende" in sheet
    assert ["Attende" in day_of(trecate, "coordinator", desk) for desk in ("trecate", "cerano")] == [False, True]
    assert total(trecate, "coordinator", "waiting", desk="cerano") == 1
    assert total(trecate, "coordinator", "waiting", desk="trecate") == 0


def total(founded: Founded, who: str, page: str, **asked: str) -> int:
    answer = founded.as_(who).get(f"/{founded.slug}/{page}", query_string={**asked, "format": "json"})
    assert answer.status_code == 200, answer.text
    return int(answer.get_json()["total"])


def counts(page: str) -> dict[str, int]:
    """The numbers on top of the day, by the part to which each leads."""
    return {part: int(number) for part, number in re.findall(r'<a href="#(\w+)"><strong>(\d+)</strong>', page)}


def test_numbers_of_the_day_are_those_of_the_lists(trecate: Founded) -> None:
    """Who waits and is nobody's is counted among both; who went back to the job centre is nobody's business; late is marked."""
    with at_work(trecate):
        measure().contact_days = 5
        for surname in ("Attende", "Solitaria", "Tornata"):
            case, assignment = take_in(trecate, taken_on=date(2023, 4, 14) if surname == "Solitaria" else None, surname=surname)
            case.case_manager_id = None
            if surname == "Tornata":
                cases.return_assignment(assignment=assignment, on_date=today(), reason="no_show")
        db.session.commit()
    page = day_of(trecate, "cm1.trecate")
    assert counts(page) == {"waiting": 1, "nobodys": 2}
    assert "Tornata" not in page
    assert total(trecate, "cm1.trecate", "cases", to_reassign="yes") == 2
    assert total(trecate, "cm1.trecate", "waiting") == total(trecate, "cm1.trecate", "waiting", deadline="late") == 1
    assert total(trecate, "cm1.trecate", "waiting", state="contacted") == 0
    assert "fascicoli non sono seguiti" in trecate.as_("admin").get(f"/{trecate.slug}/cases").text


def test_a_case_handed_over_is_on_the_day_of_who_got_it(trecate: Founded, cm: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """For seven days, with its note; not what one took oneself, nor what has gone on since."""
    to = trecate.staff[trecate.email("cm2.trecate")]
    with at_work(trecate):
        given, taken = (take_in(trecate, surname=surname)[0] for surname in ("Passata", "Presa"))
        taken.case_manager_id = None
        db.session.commit()
        sent = {"desk_id": str(given.desk_id), "case_manager_id": str(to), "note": "Richiamare lunedì", "revision": "1"}
        addresses = f"/{trecate.slug}/cases/{given.id}", f"/{trecate.slug}/today/take/{taken.id}"
    assert cm.post(f"{addresses[0]}/hand-over", data={**sent, "once": str(uuid4())}).status_code == 303
    assert re.search(r"Fascicolo \S+: ora Cm2.Trecate, sportello di Trecate", cm.get(addresses[0]).text)
    assert trecate.as_("cm2.trecate").post(addresses[1]).status_code == 303
    page = on_screen(day_of(trecate, "cm2.trecate"))
    assert "Richiamare lunedì" in page
    assert page.count("Presa") == 0
    assert "Passaggio fatto da Cm1.Trecate" in page
    assert "Richiamare lunedì" not in day_of(trecate, "cm1.trecate")
    assert "Richiamare lunedì" not in day_of(trecate, "cm2.trecate", "trecate")
    assert "Richiamare lunedì" in trecate.as_("cm2.trecate").get(addresses[0]).text
    received = trecate.as_("cm2.trecate").get(f"/api/v1/{trecate.slug}/today").get_json()["received"]
    assert [(row["surname"], row["note"], row["recorded_by"]) for row in received] == [("Passata", "Richiamare lunedì", "Cm1.Trecate")]
    monkeypatch.setattr("consortium.pathways.today.LATELY", timedelta(days=-1))
    assert "Richiamare lunedì" not in day_of(trecate, "cm2.trecate")


def test_a_task_is_done_from_here(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case = CaseFactory(at=trecate)
        late = TaskFactory(at=trecate, case=case, overdue=True, title="Chiamare il CPI")
        TaskFactory(at=trecate, case=case, title="Non ancora")
        db.session.commit()
        task_id = late.id
    page = day_of(trecate, "cm1.trecate")
    assert "Chiamare il CPI" in page
    assert "Scaduto da 3 giorni" in page
    assert "Non ancora" not in page
    assert "Chiamare il CPI" not in day_of(trecate, "cm2.trecate")
    assert "Chiamare il CPI" in day_of(trecate, "cm2.trecate", "trecate")
    assert cm.post(f"/{trecate.slug}/tasks/{task_id}/done", data={"back": f"/{trecate.slug}/today"}).location == f"/{trecate.slug}/today"
    assert changed(trecate, Task, "done_on").count((today(),)) == 1


def test_what_somebody_who_left_had_to_do_is_on_the_day_of_the_desk(trecate: Founded) -> None:
    """That of whoever follows the case, above all."""
    with at_work(trecate):
        case = CaseFactory(at=trecate)
        gone = trecate.staff[trecate.email("cm2.trecate")]
        TaskFactory(at=trecate, case=case, overdue=True, title="Chiamare il CPI", assignee_id=gone)
        db.session.commit()
    assert "Chiamare il CPI" not in day_of(trecate, "cm1.trecate")
    admin, there = trecate.as_("admin"), f"/{trecate.slug}/staff/{gone}"
    question = admin.get(f"{there}/end").text
    assert "1 compito" in question and "1 compito" in admin.get(there).text
    assert admin.post(f"{there}/end").status_code == 303
    assert "1 compito aspetta qualcun altro" in admin.get(there).text
    assert "Chiamare il CPI" in day_of(trecate, "cm1.trecate")
    assert "Chiamare il CPI" not in day_of(trecate, "cm1.cerano")


def test_a_case_of_nobody_is_taken_once(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate, surname="Solitario")
        case.case_manager_id = None
        db.session.commit()
        address = f"/{trecate.slug}/today/take/{case.id}"
    assert address in on_screen(day_of(trecate, "cm1.trecate"))
    assert "Solitario" not in day_of(trecate, "cm1.cerano")
    assert [cm.post(address).status_code for _ in range(2)] == [303, 303]
    assert changed(trecate, Case, "case_manager_id") == [(trecate.staff[trecate.email("cm1.trecate")],)]
    assert len(changed(trecate, Handover, "id")) == 1
    late = trecate.as_("cm2.trecate")
    said = late.get(late.post(address).location).text
    assert "segue già questa persona" in said
    assert len(changed(trecate, Handover, "id")) == 1
    assert trecate.as_("cm1.cerano").post(address).status_code == 404


def test_pathways_near_their_end_are_shown_to_who_follows_them(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate, surname="Scade")
        db.session.get_one(Measure, (trecate.id, pathway.measure_id)).valid_to = today() + timedelta(days=10)
        db.session.commit()
    page = on_screen(day_of(trecate, "cm1.trecate"))
    assert f"Finisce il {today() + timedelta(days=10):%d/%m/%Y}" in page
    assert "/conclude" in page
    assert "Finisce il" not in day_of(trecate, "cm2.trecate")
    assert "Finisce il" in day_of(trecate, "coordinator", "all")
    assert "Finisce il" not in day_of(trecate, "coordinator", "cerano")


def test_a_pathway_near_two_limits_is_one_line_and_one_row_of_the_list(trecate: Founded) -> None:
    """The number is that of the list to which it leads: mine, and near a limit. Two pathways of one person are told apart by measure."""
    with at_work(trecate):
        near = begin(trecate, surname="Vicina")
        record(trecate, near)
        grant("1.80")
        begin(trecate, "cerano", surname="Lontana")
        for each in (measure("OS"), measure("RA")):
            each.valid_to = today() + timedelta(days=300)
        db.session.commit()
    assert counts(day_of(trecate, "cm1.trecate")) == {"limits": 1}
    with at_work(trecate):
        measure("OS").valid_to = today() + timedelta(days=10)
        db.session.commit()
    page, me = day_of(trecate, "cm1.trecate"), str(trecate.staff[trecate.email("cm1.trecate")])
    assert (counts(page), counts(day_of(trecate, "coordinator", "all"))) == ({"limits": 1}, {"limits": 2})
    assert "ore usate: 1,5" in page
    assert "Finisce il" in page
    assert re.search(r'<td role="cell" class="" data-label="Misura">', page), "shown on a phone too"
    assert total(trecate, "cm1.trecate", "pathways", near="yes", case_manager=me) == 1
    assert total(trecate, "coordinator", "pathways", near="yes") == 2
    assert total(trecate, "coordinator", "pathways", near="yes", desk="cerano") == 1


def test_parts_come_in_one_order_on_the_screen_and_on_paper(trecate: Founded) -> None:
    """And a sheet is used: what one part has no need of is another's."""
    with at_work(trecate):
        pathway = begin(trecate, surname="Oggi")
        measure().valid_to = today() + timedelta(days=10)
        facts = {"on_date": today(), "service": "Orientamento specialistico", "mode": "in_person", "case_id": pathway.case_id}
        db.session.add(Session(pathway_id=pathway.id, operator_id=pathway.case_manager_id, starts=time(9), ends=time(10), **facts))
        for number in range(15):
            case, _ = take_in(trecate, taken_on=None, surname=f"Attende{number}")
        TaskFactory(at=trecate, case=case, overdue=True)
        db.session.commit()
    page = day_of(trecate, "cm1.trecate")
    ids = re.findall(r'<section class="day-part" aria-labelledby="(\w+)"', page)
    assert ids == ["sessions", "tasks", "waiting", "limits", "mine"]
    (sheet,) = sheets(page)
    assert len(set(re.findall(r"Attende\d+", sheet))) == 15
    assert sheet.index("Colloqui") < sheet.index("Compiti") < sheet.index("Attende0")


def test_the_sheet_of_each_desk_has_its_own_count(trecate: Founded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Printed together as when it is printed alone; beyond what is read, there are more."""
    with at_work(trecate):
        for desk in ("cerano", "trecate", "trecate", "trecate"):
            take_in(trecate, desk, taken_on=None)
        db.session.commit()
    monkeypatch.setattr("consortium.pathways.today.MOST", 3)
    counted_ = r"Assegnate, non ancora prese in carico \((\d+\+?)\)"
    assert re.findall(counted_, "".join(sheets(day_of(trecate, "coordinator", "all")))) == ["1", "3"]
    assert re.findall(counted_, "".join(sheets(day_of(trecate, "coordinator", "trecate")))) == ["3+"]


@pytest.mark.parametrize(
    ("counted", "shown"),
    [((0, 0, 0, 0), (0, 0, 0, 0)), ((3, 0, 50, 0), (3, 0, 24, 0)), ((50, 50, 50, 50), (7, 7, 7, 6)), ((1, 2, 3, 4), (1, 2, 3, 4))],
)
def test_the_room_of_a_sheet_is_shared_out(counted: tuple[int, ...], shown: tuple[int, ...]) -> None:
    rows: Any = [[None] * many for many in counted]
    agenda = Agenda(sessions=rows[0], tasks=rows[1], received=[], waiting=rows[2], used=[], over=[], nobodys=rows[3])
    assert [agenda.shares[name] for name in ("sessions", "tasks", "waiting", "nobodys")] == list(shown)


def test_the_sessions_of_the_day_in_order(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate, surname="Oggi")
        for hours in ((11, 12), (9, 10)):
            facts = {"on_date": today(), "service": "Orientamento specialistico", "mode": "in_person", "case_id": pathway.case_id}
            starts, ends = map(time, hours)
            db.session.add(Session(pathway_id=pathway.id, operator_id=pathway.case_manager_id, starts=starts, ends=ends, **facts))
        db.session.commit()
    page = on_screen(day_of(trecate, "cm1.trecate"))
    assert page.index("09:00–10:00") < page.index("11:00–12:00")


def test_an_empty_day_says_what_it_will_show(trecate: Founded) -> None:
    assert "Cerca una persona" in on_screen(day_of(trecate, "cm1.trecate"))


def test_a_sheet_a_desk(trecate: Founded) -> None:
    with at_work(trecate):
        for desk in ("trecate", "cerano"):
            take_in(trecate, desk, taken_on=None, surname=f"Attende{desk}")
        db.session.commit()
    both = sheets(day_of(trecate, "coordinator", "all"))
    assert ["Attendecerano" in each for each in both] == [True, False]
    assert ["Attendetrecate" in each for each in both] == [False, True]
    assert len(sheets(day_of(trecate, "cm1.trecate"))) == 1


def test_the_sheet_of_ones_own_day_says_whose_it_is(trecate: Founded) -> None:
    """Of everybody at the desk there is another, one click away, also for whoever serves one desk alone."""
    mine, everybodys = (day_of(trecate, "cm1.trecate", asked) for asked in ("", "trecate"))
    assert ["La giornata di Cm1.Trecate" in each for page in (mine, everybodys) for each in sheets(page)] == [True, False]
    assert f'href="/{trecate.slug}/today?desk=trecate"' in mine
    assert f'href="/{trecate.slug}/today"' in everybodys


@pytest.mark.parametrize(("asked", "status"), [("trecate", 200), ("cerano", 404), ("all", 200), ("%00", 404), ("x", 404)])
def test_a_day_is_of_desks_that_one_sees(trecate: Founded, cm: FlaskClient, asked: str, status: int) -> None:
    assert cm.get(f"/{trecate.slug}/today?desk={asked}").status_code == status


def test_few_statements_however_full_the_day(app: Flask, trecate: Founded) -> None:
    with at_work(trecate):
        for _ in range(15):
            case, _assignment = take_in(trecate, taken_on=None)
            TaskFactory(at=trecate, case=case, overdue=True)
            begin(trecate)
        db.session.commit()
    for who, desk in (("cm1.trecate", ""), ("coordinator", "all")):
        browser = trecate.as_(who)
        with counted(app) as made:
            assert browser.get(f"/{trecate.slug}/today?desk={desk}").status_code == 200
        assert len(made) <= 10, "\n\n".join(made)


def test_a_case_is_not_taken_by_a_stranger(trecate: Founded, other: Founded) -> None:
    with at_work(trecate):
        case_id: UUID = CaseFactory(at=trecate).id
        db.session.commit()
    assert other.as_("coordinator").post(f"/{other.slug}/today/take/{case_id}").status_code == 404
    assert trecate.as_("reader").post(f"/{trecate.slug}/today/take/{uuid4()}").status_code == 403


def test_programs_have_the_day_of_the_page(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        take_in(trecate, taken_on=None, surname="Attende")
        case = CaseFactory(at=trecate, desk="cerano")
        TaskFactory(at=trecate, case=case, overdue=True)
        db.session.commit()

    mine = cm.get(f"/api/v1/{trecate.slug}/today").json or {}
    assert mine["day"] == today().isoformat()
    assert [row["surname"] for row in mine["waiting"]] == ["Attende"]
    theirs = trecate.as_("cm1.cerano").get(f"/api/v1/{trecate.slug}/today?desk=all").json or {}
    assert [row["due_on"] < today().isoformat() for row in theirs["tasks"]] == [True]
    assert cm.get(f"/api/v1/{trecate.slug}/today?desk=cerano").status_code == 404
    assert trecate.as_("reader").get(f"/api/v1/{trecate.slug}/today").status_code == 403
