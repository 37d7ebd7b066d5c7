"""Notes and tasks for programs: what they said before, and a bulk action taken back."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.factories import Founded


@pytest.fixture
def there(trecate: Founded) -> str:
    with at_work(trecate):
        case, _ = take_in(trecate)
        db.session.commit()
        return f"/api/v1/{trecate.slug}/cases/{case.id}"


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


def changes(client: FlaskClient, address: str) -> list[Any]:
    return [each["changes"] for each in client.get(f"{address}/history").json["items"]]


def test_what_a_note_said_before(trecate: Founded, other: Founded, cm: FlaskClient, there: str) -> None:
    note = cm.post(f"{there}/notes", json={"body": "Cerca lavoro"})
    assert cm.put(note.location, json={"body": "Cerca lavoro a Novara", "revision": 1}).status_code == 200
    corrected, _written = changes(trecate.as_("cm2.trecate"), note.location)
    assert corrected == [{"field": "Nota", "before": "Cerca lavoro", "after": "Cerca lavoro a Novara"}]
    hidden(trecate, other, note.location)


def test_what_a_task_said_before(trecate: Founded, other: Founded, cm: FlaskClient, there: str) -> None:
    task = cm.post(f"{there}/tasks", json={"title": "Chiamare", "due_on": "2030-01-01"})
    assert cm.put(task.location, json={"title": "Scrivere", "due_on": "2030-01-01", "revision": 1}).status_code == 200
    corrected, _added = changes(cm, task.location)
    assert corrected == [{"field": "Che cosa fare", "before": "Chiamare", "after": "Scrivere"}]
    hidden(trecate, other, task.location)


def hidden(founded: Founded, other: Founded, address: str) -> None:
    statuses = {who: founded.as_(who).get(f"{address}/history").status_code for who in ("coordinator", "cm1.cerano", "reader")}
    assert statuses == {"coordinator": 200, "cm1.cerano": 404, "reader": 403}
    assert other.as_("admin").get(f"{address}/history".replace(founded.slug, other.slug)).status_code == 404


def test_what_was_done_to_several_is_taken_back(trecate: Founded, cm: FlaskClient, there: str) -> None:
    made = [cm.post(f"{there}/tasks", json={"title": title, "due_on": "2030-01-01"}).json["id"] for title in ("Chiamare", "Scrivere")]
    root = f"/api/v1/{trecate.slug}/tasks"
    moved = cm.post(f"{root}/several/move", json={"ids": made, "due_on": "2031-01-01"})
    assert moved.status_code == 200
    request = {"request_id": moved.headers["X-Request-Id"]}
    assert trecate.as_("cm2.trecate").post(f"{root}/several/undo", json=request).status_code == 409
    undone = cm.post(f"{root}/several/undo", json=request)
    assert (undone.status_code, set(undone.json["ids"])) == (200, set(made))
    assert {cm.get(f"{root}/{each}").json["due_on"] for each in made} == {"2030-01-01"}
    assert cm.post(f"{root}/several/undo", json=request).status_code == 409
    assert cm.post(f"{root}/several/undo", json={}).status_code == 422
