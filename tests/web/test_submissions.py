"""What is sent twice is done once; and what only looks like it, because it carries the same token, is not lost."""

import io
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.factories import Founded
from tests.forms import standing


@pytest.fixture
def case(trecate: Founded) -> str:
    """The path of a case, the same for pages and for programs."""
    with at_work(trecate):
        case, _ = take_in(trecate)
        db.session.commit()
        return f"/{trecate.slug}/cases/{case.id}"


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


def notes(client: FlaskClient, case: str) -> set[str]:
    return {each["body"] for each in client.get(f"/api/v1{case}/notes").json["items"]}


@pytest.fixture
def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def test_the_same_request_with_its_key_is_done_once(cm: FlaskClient, case: str, key: dict[str, str]) -> None:
    bodies: tuple[dict[str, Any], ...] = ({"body": "Uno", "pinned": True}, {"pinned": True, "body": "Uno"})
    first, second = (cm.post(f"/api/v1{case}/notes", json=body, headers=key) for body in bodies)
    assert (first.status_code, second.status_code, second.location) == (201, 303, first.location)
    assert len(cm.get(f"/api/v1{case}/notes").json["items"]) == 1


@pytest.mark.parametrize(("door", "body"), [("notes", {"body": "Due"}), ("tasks", {"title": "Chiamare", "due_on": "2030-01-01"})])
def test_a_key_sent_with_another_request_is_refused(
    cm: FlaskClient, case: str, key: dict[str, str], door: str, body: dict[str, str]
) -> None:
    """Neither done nor answered as if it had been."""
    cm.post(f"/api/v1{case}/notes", json={"body": "Uno"}, headers=key)
    refused = cm.post(f"/api/v1{case}/{door}", json=body, headers=key)
    assert (refused.status_code, refused.json["title"]) == (422, "Questa Idempotency-Key è arrivata già con un'altra richiesta")
    assert cm.post(f"/api/v1{case}/{door}", json=body, headers={"Idempotency-Key": str(uuid4())}).status_code == 201


def test_the_key_of_another_account_is_another_key(trecate: Founded, cm: FlaskClient, case: str, key: dict[str, str]) -> None:
    made = [trecate.as_(who).post(f"/api/v1{case}/notes", json={"body": "Uno"}, headers=key) for who in ("cm1.trecate", "cm2.trecate")]
    assert [answer.status_code for answer in made] == [201, 201]
    assert len(cm.get(f"/api/v1{case}/notes").json["items"]) == 2


def test_a_key_holds_for_the_file_that_came_with_it(cm: FlaskClient, case: str, key: dict[str, str]) -> None:
    def sent(text: bytes) -> int:
        data = {"kind": "cv", "file": (io.BytesIO(text), "nota.txt")}
        return cm.post(f"/api/v1{case}/documents", data=data, headers=key).status_code

    assert [sent(b"Uno"), sent(b"Uno"), sent(b"Due")] == [201, 303, 422]


def test_a_page_sent_again_with_other_data_is_told(cm: FlaskClient, case: str) -> None:
    """Back after saving, another word, and save: not lost, not saved behind one's back; once more, and it is a second one."""
    sent = standing(cm.get(f"{case}/notes").text, body="Uno")
    saved = cm.post(f"{case}/notes", data=sent)
    assert [saved.status_code, cm.post(f"{case}/notes", data=sent).status_code] == [303, 303]
    told = cm.post(f"{case}/notes", data={**sent, "body": ["Due"]})
    assert (told.status_code, notes(cm, case)) == (409, {"Uno"})
    assert "è già stata salvata" in told.text
    assert f'href="{saved.location}"' in told.text
    assert cm.post(f"{case}/notes", data=standing(told.text)).status_code == 303
    assert notes(cm, case) == {"Uno", "Due"}


def test_a_row_edited_again_by_the_same_page_shows_both_versions(cm: FlaskClient, case: str) -> None:
    page = cm.post(f"/api/v1{case}/notes", json={"body": "Uno"}).location.replace("/api/v1", "") + "/edit"
    sent = standing(cm.get(page).text, body="Due")
    assert cm.post(page, data=sent).status_code == 303
    told = cm.post(page, data={**sent, "body": ["Tre"]})
    assert (told.status_code, notes(cm, case)) == (409, {"Due"})
    assert all(f"<ins>{word}</ins>" in told.text for word in ("Due", "Tre"))
    assert cm.post(page, data=standing(told.text)).status_code == 303
    assert notes(cm, case) == {"Tre"}


def test_a_page_sent_by_another_account_is_another_page(trecate: Founded, cm: FlaskClient, case: str) -> None:
    sent = standing(cm.get(f"{case}/notes").text, body="Uno")
    for who in ("cm1.trecate", "cm2.trecate"):
        assert trecate.as_(who).post(f"{case}/notes", data=sent).status_code == 303
    assert len(cm.get(f"/api/v1{case}/notes").json["items"]) == 2
