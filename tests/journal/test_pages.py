"""Notes and tasks at the door: writing, doing, undoing, listing; who may; what is said of bad input."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from consortium.journal.models import Note, Task
from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.factories import Founded
from tests.states import CaseFactory, NoteFactory, TaskFactory


@pytest.fixture
def case_id(trecate: Founded) -> UUID:
    with at_work(trecate):
        case, _ = take_in(trecate)
        db.session.commit()
        return case.id


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


def sent(**facts: Any) -> dict[str, Any]:
    return {"once": str(uuid4()), **facts}


def count(founded: Founded, model: Any) -> int:
    with founded.scope():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def the(founded: Founded, model: Any) -> Any:
    with founded.scope():
        return db.session.execute(select(model)).scalar_one()


def test_a_note_is_written_once_and_read_by_others(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    address = f"/{trecate.slug}/cases/{case_id}/notes"
    data = sent(body="Vuole restare in zona")
    assert [cm.post(address, data=data).status_code for _ in range(2)] == [303, 303]
    assert count(trecate, Note) == 1
    read = trecate.as_("cm2.trecate").get(address).text
    assert "Vuole restare in zona" in read
    assert "/edit" not in read.split('class="notes"')[1]
    assert cm.post(address, data=sent(body=" ")).status_code == 422


def test_notes_on_top_come_first_then_the_newest(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case = CaseFactory(at=trecate)
        facts = [("prima", 3, True), ("seconda", 2, False), ("terza", 1, False)]
        for body, ago, pinned in facts:
            NoteFactory(at=trecate, case=case, body=body, on_date=today() - timedelta(days=ago), pinned=pinned)
        db.session.commit()
        address = f"/{trecate.slug}/cases/{case.id}/notes"
    page = cm.get(address).text
    assert sorted(("prima", "seconda", "terza"), key=page.index) == ["prima", "terza", "seconda"]


def test_notes_are_searched_without_accents(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case = CaseFactory(at=trecate)
        for body in ("Disponibilità al sabato", "100% remoto"):
            NoteFactory(at=trecate, case=case, body=body)
        db.session.commit()
        address = f"/{trecate.slug}/cases/{case.id}/notes"
    found = {
        text: ["sabato" in (page := cm.get(f"{address}?q={text}").text), "remoto" in page] for text in ("DISPONIBILITA", "100%25", "%25")
    }
    assert found == {"DISPONIBILITA": [True, False], "100%25": [False, True], "%25": [False, True]}


def test_only_the_author_changes_a_note_and_the_past_is_kept(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    cm.post(f"/{trecate.slug}/cases/{case_id}/notes", data=sent(body="Cerca lavoro come saldatore"))
    note = the(trecate, Note)
    address = f"/{trecate.slug}/notes/{note.id}"
    other = trecate.as_("cm2.trecate")
    assert other.get(f"{address}/edit").status_code == 409
    assert other.post(f"{address}/edit", data=sent(body="Altro", revision=1)).status_code == 409
    assert other.post(f"{address}/pin").status_code == 409
    assert cm.post(f"{address}/edit", data=sent(body="Cerca lavoro come carpentiere", revision=1)).status_code == 303
    assert cm.post(f"{address}/pin").status_code == 303
    history = other.get(address).text
    assert "saldatore" in history
    assert "carpentiere" in history
    behind = cm.post(f"{address}/edit", data=sent(body="Terza versione", revision=1))
    assert (behind.status_code, "carpentiere" in behind.text) == (409, True)


def test_a_task_is_added_in_one_line_done_with_one_click_and_undone(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    address = f"/{trecate.slug}/cases/{case_id}/tasks"
    data = sent(title="Portare il curriculum", due_on=today().isoformat(), doer="person")
    assert [cm.post(address, data=data).status_code for _ in range(2)] == [303, 303]
    task = the(trecate, Task)
    assert (task.doer, task.due_on, task.assignee_id) == ("person", today(), None)
    assert "La persona deve: Portare il curriculum" in cm.get(address).text
    for _ in range(2):
        assert cm.post(f"/{trecate.slug}/tasks/{task.id}/done", data={"back": address}).location == address
    assert (the(trecate, Task).done_on, the(trecate, Task).done_by_id) == (today(), trecate.staff[trecate.email("cm1.trecate")])
    assert f"/tasks/{task.id}/undo" in cm.get(address).text
    cm.post(f"/{trecate.slug}/tasks/{task.id}/undo")
    assert the(trecate, Task).done_on is None


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "/other/today", "\\elsewhere", "/{slug}/\n/x"])
def test_the_way_back_leads_nowhere_else(trecate: Founded, cm: FlaskClient, case_id: UUID, elsewhere: str) -> None:
    with at_work(trecate):
        task = TaskFactory(at=trecate)
        db.session.commit()
        task_id, home = task.id, f"/{trecate.slug}/cases/{task.case_id}/tasks"
    answer = cm.post(f"/{trecate.slug}/tasks/{task_id}/done", data={"back": elsewhere.format(slug=trecate.slug)})
    assert answer.location == home


def test_what_is_late_is_said_in_words(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case = CaseFactory(at=trecate)
        TaskFactory(at=trecate, case=case, overdue=True)
        db.session.commit()
        address = f"/{trecate.slug}/cases/{case.id}"
    for page in (f"{address}/tasks", address):
        assert "Scaduto da 3 giorni" in cm.get(page).text


def test_a_task_goes_to_who_may_see_the_case(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    address = f"/{trecate.slug}/cases/{case_id}/tasks"
    expected = {"cm2.trecate": 303, "coordinator": 303, "cm1.cerano": 422, "reader": 422}
    for who, status in expected.items():
        facts = sent(title="Chiamare", due_on="2030-01-01", assignee_id=str(trecate.staff[trecate.email(who)]))
        assert cm.post(address, data=facts).status_code == status, who
    assert cm.post(address, data=sent(title="Chiamare", due_on="31/02/2030")).status_code == 422


def test_a_task_is_corrected_and_removed(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    with at_work(trecate):
        task = TaskFactory(at=trecate)
        db.session.commit()
        address = f"/{trecate.slug}/tasks/{task.id}"
    facts = {"title": "Chiamare il CPI", "due_on": "2030-01-01", "doer": "desk", "details": "Dopo le 14"}
    assert cm.post(f"{address}/edit", data=sent(**facts, revision=1)).status_code == 303
    page = cm.get(f"{address}/edit").text
    assert "Dopo le 14" in page
    assert re.search(r'aria-current="page">\s*Compiti', page.partition("nav-tabs")[2])
    assert page.count("btn-primary") == 1
    behind = cm.post(f"{address}/edit", data=sent(**{**facts, "title": "Altro"}, revision=1))
    assert behind.status_code == 409
    crumbs = behind.text.partition('class="breadcrumb"')[2].partition("</ol>")[0]
    assert "Compito" in crumbs.partition('aria-current="page"')[2]
    assert cm.post(f"{address}/remove?revision=1").location == f"{address}/edit"
    page = cm.get(f"{address}/edit").text
    assert "Nel frattempo è cambiato" in page
    assert cm.post(unescape(re.search(r'action="([^"]+/remove[^"]*)"', page)[1])).status_code == 303
    assert count(trecate, Task) == 0


def test_the_list_comes_with_what_is_ones_own_and_to_do(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case = CaseFactory(at=trecate)
        other = trecate.staff[trecate.email("cm2.trecate")]
        for title, traits in (("mio", {}), ("altrui", {"assignee_id": other}), ("fatto", {"done": True}), ("tardi", {"overdue": True})):
            TaskFactory(at=trecate, case=case, title=title, **traits)
        TaskFactory(at=trecate, case=CaseFactory(at=trecate, desk="cerano"), title="di Cerano")
        db.session.commit()
    address = f"/{trecate.slug}/tasks"
    usual = cm.get(address).location
    assert usual.startswith(f"{address}?")
    assert titles(cm, usual) == ["tardi", "mio"]
    everything = f"{address}?all=1"
    assert f'href="{everything}"' in cm.get(usual).text
    assert set(titles(cm, everything)) == {"mio", "altrui", "fatto", "tardi"}
    asked = {"state=overdue": ["tardi"], "state=done": ["fatto"], f"assignee={other}": ["altrui"], "q=altr": ["altrui"]}
    assert {query: titles(cm, f"{address}?{query}") for query in asked} == asked
    assert trecate.as_("admin").get(address).location == f"{address}?state=open"
    assert len(titles(trecate.as_("coordinator"), everything)) == 5


def titles(browser: FlaskClient, address: str) -> list[str]:
    return [row["title"] for row in browser.get(f"{address}&format=json").get_json()["items"]]


@pytest.mark.parametrize("tab", ["notes", "tasks"])
def test_who_opens_the_tabs(trecate: Founded, other: Founded, case_id: UUID, tab: str) -> None:
    expected = {"admin": 200, "coordinator": 200, "cm1.trecate": 200, "cm1.cerano": 404, "reader": 403}
    assert {who: trecate.as_(who).get(f"/{trecate.slug}/cases/{case_id}/{tab}").status_code for who in expected} == expected
    assert other.as_("admin").get(f"/{other.slug}/cases/{case_id}/{tab}").status_code == 404


def test_tasks_and_notes_for_programs(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    api = f"/api/v1/{trecate.slug}"
    made = cm.post(f"{api}/cases/{case_id}/tasks", json={"title": "Chiamare", "due_on": "2030-01-01"})
    assert (made.status_code, made.json["assignee"]) == (201, "Cm1.Trecate")
    where = made.headers["Location"]
    assert cm.post(f"{where}/done").json["done_on"] == today().isoformat()
    assert cm.post(f"{where}/undo").json["done_on"] is None
    facts = {"title": "Scrivere", "due_on": "2030-01-02", "revision": 1}
    assert cm.put(where, json=facts).status_code == 409
    assert cm.put(where, json={**facts, "revision": 3}).json["title"] == "Scrivere"
    assert [each["title"] for each in cm.get(f"{api}/cases/{case_id}/tasks").json["items"]] == ["Scrivere"]
    assert set(cm.delete(where).json["errors"]["query"]) == {"revision"}
    assert [cm.delete(f"{where}?revision={number}").status_code for number in (3, 4)] == [409, 204]
    assert cm.get(where).status_code == 404
    note = cm.post(f"{api}/cases/{case_id}/notes", json={"body": "Chiamata", "pinned": True})
    assert (note.status_code, note.json["author"]) == (201, "Cm1.Trecate")
    there = note.headers["Location"]
    assert trecate.as_("cm2.trecate").put(there, json={"body": "x", "revision": 1}).status_code == 409
    assert cm.put(there, json={"body": "Chiamata persa", "revision": 1}).json["pinned"] is False
    assert [each["body"] for each in cm.get(f"{api}/cases/{case_id}/notes?q=persa").json["items"]] == ["Chiamata persa"]


def test_who_has_nothing_left_to_do_is_told_where_tasks_come_from(trecate: Founded, cm: FlaskClient) -> None:
    page = cm.get(f"/{trecate.slug}/tasks", follow_redirects=True).text
    assert "Aggiungi un compito dal fascicolo" in page
    assert "con i filtri scelti" not in page
    assert "con i filtri scelti" in cm.get(f"/{trecate.slug}/tasks?state=done").text
