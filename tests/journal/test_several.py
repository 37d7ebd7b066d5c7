"""Several tasks at once: what will change is shown, then all of it is done or nothing, once, and can be undone."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from consortium.journal.models import Task
from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import at_work
from tests.factories import Founded
from tests.states import CaseFactory, TaskFactory


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


def tasks(founded: Founded, count: int, **traits: Any) -> list[str]:
    with at_work(founded):
        case = CaseFactory(at=founded)
        made = [str(task.id) for task in TaskFactory.create_batch(count, at=founded, case=case, **traits)]
        db.session.commit()
        return made


def hidden(answer: TestResponse) -> dict[str, Any]:
    """What the page's form sends: hidden fields by name, all of their values."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text):
        fields.setdefault(name, []).append(value)
    return fields


def stored(founded: Founded) -> dict[str, tuple[Any, ...]]:
    with founded.scope():
        rows = db.session.execute(select(Task.id, Task.done_on, Task.due_on, Task.assignee_id)).all()
        return {str(row.id): tuple(row)[1:] for row in rows}


def test_several_are_done_and_undone(trecate: Founded, cm: FlaskClient) -> None:
    chosen, address = tasks(trecate, 3), f"/{trecate.slug}/tasks/several"
    before = stored(trecate)
    preview = cm.post(f"{address}/done", data={"row": chosen[:2], "back": f"/{trecate.slug}/tasks?state=open"})
    assert preview.status_code == 200
    assert "2 righe cambieranno" in preview.text
    assert stored(trecate) == before
    confirmed = {**hidden(preview), "step": "confirm"}
    answers = [cm.post(f"{address}/done", data=confirmed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location == f"/{trecate.slug}/tasks?state=open"
    assert sum(done is not None for done, *_ in stored(trecate).values()) == 2
    said = cm.get(answers[0].location)
    (request,) = hidden(said)["request"]
    assert cm.post(f"{address}/undo", data={"request": request}).status_code == 303
    assert stored(trecate) == before
    assert cm.post(f"{address}/undo", data={"request": request, "back": answers[0].location}).location == answers[0].location
    assert "2 di queste righe sono cambiate nel frattempo" in cm.get(answers[0].location).text


def test_nobody_undoes_what_another_did(trecate: Founded, cm: FlaskClient) -> None:
    chosen, address = tasks(trecate, 2), f"/{trecate.slug}/tasks/several"
    preview = cm.post(f"{address}/done", data={"row": chosen})
    said = cm.get(cm.post(f"{address}/done", data={**hidden(preview), "step": "confirm"}).location + "?all=1")
    request = hidden(said)["request"]
    before, colleague = stored(trecate), trecate.as_("cm2.trecate")
    assert colleague.post(f"{address}/undo", data={"request": request}).status_code == 303
    assert stored(trecate) == before
    assert "Qui non c'è nulla da annullare" in unescape(colleague.get(f"/{trecate.slug}/tasks?all=1").text)


def test_what_has_changed_since_is_not_undone(trecate: Founded, cm: FlaskClient) -> None:
    chosen, address = tasks(trecate, 2), f"/{trecate.slug}/tasks/several"
    preview = cm.post(f"{address}/done", data={"row": chosen})
    said = cm.get(cm.post(f"{address}/done", data={**hidden(preview), "step": "confirm"}).location + "?all=1")
    cm.post(f"/{trecate.slug}/tasks/{chosen[0]}/undo")
    before = stored(trecate)
    back = f"/{trecate.slug}/tasks?all=1"
    assert cm.post(f"{address}/undo", data={"request": hidden(said)["request"], "back": back}).location == back
    assert stored(trecate) == before
    with trecate.scope():
        title = db.session.execute(select(Task.title).where(Task.id == UUID(chosen[0]))).scalar_one()
    (warning,) = re.findall(r'alert-warning"[^>]*><p>(.+?)</p>', cm.get(back).text)
    assert f"1 di queste righe è cambiata nel frattempo: “{title} · " in unescape(warning)
    assert "Non è stato annullato nulla" in warning


def test_the_choice_is_asked_for_then_shown_then_done(trecate: Founded, cm: FlaskClient) -> None:
    chosen, address = tasks(trecate, 2), f"/{trecate.slug}/tasks/several/move"
    asked = cm.post(address, data={"row": chosen})
    assert 'name="due_on"' in asked.text
    wrong = cm.post(address, data={**hidden(asked), "step": "preview", "due_on": "x"})
    assert (wrong.status_code, 'id="field-due_on-error"' in wrong.text) == (422, True)
    to = today() + timedelta(days=30)
    preview = cm.post(address, data={**hidden(asked), "step": "preview", "due_on": to.isoformat()})
    assert preview.text.count(f"<strong>{to:%d/%m/%Y}</strong>") == 2
    again = cm.post(address, data={**hidden(preview), "step": "change"})
    assert f'value="{to.isoformat()}"' in again.text
    assert cm.post(address, data={**hidden(preview), "step": "confirm"}).status_code == 303
    assert {due for _, due, _ in stored(trecate).values()} == {to}


def test_what_cannot_change_says_why_and_is_left(trecate: Founded, cm: FlaskClient) -> None:
    done, open_ = tasks(trecate, 1, done=True), tasks(trecate, 1)
    address = f"/{trecate.slug}/tasks/several/done"
    preview = cm.post(address, data={"row": done + open_})
    assert "1 riga non può cambiare" in preview.text
    assert f"È stato fatto il {today():%d/%m/%Y}." in preview.text
    assert cm.post(address, data={**hidden(preview), "step": "confirm"}).status_code == 303
    only = cm.post(address, data={"row": done})
    assert 'value="confirm"' not in only.text
    assert cm.post(address, data={**hidden(only), "step": "confirm"}).status_code == 409


def test_nobody_gets_the_tasks_of_a_desk_that_they_do_not_serve(trecate: Founded) -> None:
    chosen, address = tasks(trecate, 2), f"/{trecate.slug}/tasks/several/reassign"
    coordinator = trecate.as_("coordinator")
    for who, able in (("cm1.cerano", 0), ("cm2.trecate", 2), ("coordinator", 2)):
        facts = {"row": chosen, "step": "preview", "assignee_id": str(trecate.staff[trecate.email(who)])}
        assert coordinator.post(address, data=facts).text.count("<strong>Cm2.Trecate</strong>") == (able if who == "cm2.trecate" else 0)
    foreign = {"row": chosen, "step": "preview", "assignee_id": str(uuid4())}
    assert coordinator.post(address, data=foreign).status_code == 422


def test_a_confirmation_holds_for_what_was_shown(trecate: Founded, cm: FlaskClient) -> None:
    """Somebody did one of them meanwhile: nothing is done, and what will happen now is shown."""
    chosen, address = tasks(trecate, 2), f"/{trecate.slug}/tasks/several/done"
    preview = cm.post(address, data={"row": chosen})
    cm.post(f"/{trecate.slug}/tasks/{chosen[0]}/done")
    before = stored(trecate)
    refused = cm.post(address, data={**hidden(preview), "step": "confirm"})
    assert (refused.status_code, stored(trecate)) == (409, before)
    assert cm.post(address, data={**hidden(refused), "step": "confirm"}).status_code == 303
    assert all(done for done, *_ in stored(trecate).values())


def test_all_that_match_the_filters(trecate: Founded, cm: FlaskClient) -> None:
    tasks(trecate, 27, overdue=True)
    tasks(trecate, 2)
    page = cm.get(f"/{trecate.slug}/tasks?state=overdue")
    assert "Tutte le 27 righe che corrispondono ai filtri" in page.text
    address = f"/{trecate.slug}/tasks/several/done"
    preview = cm.post(address, data={"everything": "yes", "filters": "state=overdue"})
    assert "27 righe cambieranno" in preview.text
    cm.post(address, data={**hidden(preview), "step": "confirm"})
    assert sum(done is not None for done, *_ in stored(trecate).values()) == 27


def test_no_more_than_can_be_looked_through(trecate: Founded, cm: FlaskClient) -> None:
    chosen, address = tasks(trecate, 1), f"/{trecate.slug}/tasks/several/done"
    with trecate.scope():
        copy = db.session.get_one(Task, (trecate.id, UUID(chosen[0])))
        more = [Task(case_id=copy.case_id, title=f"{n}", doer="desk", due_on=date(2030, 1, 1)) for n in range(500)]
        db.session.add_all(more)
        db.session.commit()
    many = cm.post(address, data={"everything": "yes", "filters": ""})
    assert (many.status_code, "500 righe" in many.text) == (422, True)
    assert "Al massimo 500 righe alla volta" in cm.get(f"/{trecate.slug}/tasks?all=1").text


def test_rows_of_others_are_no_rows(trecate: Founded, other: Founded, cm: FlaskClient) -> None:
    theirs, address = tasks(other, 1), f"/{trecate.slug}/tasks/several/done"
    with at_work(trecate):
        hidden_ = TaskFactory(at=trecate, case=CaseFactory(at=trecate, desk="cerano"))
        db.session.commit()
        unseen = str(hidden_.id)
    for chosen in ([], ["x"], theirs, [unseen]):
        assert cm.post(address, data={"row": chosen}).status_code == 422
    assert trecate.as_("reader").post(address, data={"row": theirs}).status_code == 403


def test_programs_preview_then_do_all_or_nothing(trecate: Founded, cm: FlaskClient) -> None:
    chosen, address = tasks(trecate, 2), f"/api/v1/{trecate.slug}/tasks/several"
    before, to = stored(trecate), today() + timedelta(days=30)
    sent = {"ids": chosen, "due_on": to.isoformat()}
    looked = cm.post(f"{address}/move/preview", json=sent)
    assert looked.status_code == 200
    assert [row["id"] for row in looked.get_json()["items"]] == chosen
    assert all(row["changes"][0]["after"] == f"{to:%d/%m/%Y}" and not row["refusal"] for row in looked.get_json()["items"])
    assert stored(trecate) == before
    moved = cm.post(f"{address}/move", json=sent)
    assert (moved.status_code, moved.get_json()) == (200, looked.get_json())
    assert {due for _, due, _ in stored(trecate).values()} == {to}
    again = cm.post(f"{address}/move", json=sent)
    assert again.status_code == 422
    assert set(again.get_json()["errors"]["json"]["ids"]) == {"0", "1"}


def test_programs_hear_of_each_row_that_cannot_and_nothing_is_done(trecate: Founded, other: Founded, cm: FlaskClient) -> None:
    (done,), (open_,), (theirs,) = tasks(trecate, 1, done=True), tasks(trecate, 1), tasks(other, 1)
    address, before = f"/api/v1/{trecate.slug}/tasks/several", stored(trecate)
    refused = cm.post(f"{address}/done", json={"ids": [open_, done]})
    assert refused.get_json()["errors"]["json"]["ids"] == {"1": [f"È stato fatto il {today():%d/%m/%Y}."]}
    looked = cm.post(f"{address}/done/preview", json={"ids": [open_, done]}).get_json()["items"]
    assert {row["id"]: bool(row["refusal"]) for row in looked} == {open_: False, done: True}
    for place in ("done", "done/preview"):
        unseen = cm.post(f"{address}/{place}", json={"ids": [open_, theirs]})
        assert (unseen.status_code, set(unseen.get_json()["errors"]["json"]["ids"])) == (422, {"1"})
    for wrong in ({"ids": []}, {"ids": ["x"]}, {"ids": [str(uuid4())] * 501}, {}):
        assert cm.post(f"{address}/done", json=wrong).status_code == 422
    foreign = {"ids": [open_], "assignee_id": str(uuid4())}
    assert set(cm.post(f"{address}/reassign", json=foreign).get_json()["errors"]["json"]) == {"assignee_id"}
    assert stored(trecate) == before


def test_a_program_that_asks_twice_does_it_once(trecate: Founded, cm: FlaskClient) -> None:
    chosen, address = tasks(trecate, 1), f"/api/v1/{trecate.slug}/tasks/several/done"
    key = {"Idempotency-Key": str(uuid4())}
    assert cm.post(address, json={"ids": chosen}, headers=key).status_code == 200
    second = cm.post(address, json={"ids": chosen}, headers=key)
    assert (second.status_code, second.location) == (303, f"/api/v1/{trecate.slug}/tasks")
