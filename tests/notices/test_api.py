"""The privacy notice for programs: versions written, read, changed before they are in force; people who have seen them."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.factories import Founded

TOMORROW = (today() + timedelta(days=1)).isoformat()
FIRST: dict[str, Any] = {"title": "Informativa", "body": "Chi.\n\nPerché.", "in_force_from": "2026-03-01"}


@pytest.fixture
def root(trecate: Founded) -> str:
    return f"/api/v1/{trecate.slug}"


@pytest.fixture
def admin(trecate: Founded) -> FlaskClient:
    return trecate.as_("admin")


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


@pytest.fixture
def case(trecate: Founded, root: str) -> str:
    with at_work(trecate):
        made, _ = take_in(trecate)
        db.session.commit()
        return f"{root}/cases/{made.id}"


def test_versions_are_written_changed_and_removed(admin: FlaskClient, cm: FlaskClient, root: str) -> None:
    first = admin.post(f"{root}/notices", json=FIRST)
    assert (first.status_code, first.json["number"], first.json["state"], first.json["acknowledged"]) == (201, 1, "in_force", 0)
    assert set(admin.post(f"{root}/notices", json=FIRST).json["errors"]["json"]) == {"in_force_from"}
    second = admin.post(f"{root}/notices", json={**FIRST, "in_force_from": TOMORROW})
    assert (second.json["number"], second.json["state"]) == (2, "to_come")
    there, body = second.location, {**FIRST, "title": "Nuova", "in_force_from": TOMORROW}
    assert set(admin.put(there, json=body).json["errors"]["json"]) == {"revision"}
    changed = admin.put(there, json={**body, "revision": 1})
    assert (changed.status_code, changed.json["title"]) == (200, "Nuova")
    assert admin.put(there, json={**body, "revision": 1}).status_code == 409
    assert cm.get(there).json == changed.json
    assert {"field": "Titolo", "before": "Informativa", "after": "Nuova"} in cm.get(f"{there}/history").json["items"][0]["changes"]
    assert [each["number"] for each in cm.get(f"{root}/notices").json["items"]] == [2, 1]
    assert cm.put(there, json={**body, "revision": 2}).status_code == 403
    assert cm.delete(there).status_code == 403
    assert [admin.delete(f"{there}?revision={number}").status_code for number in (1, 2)] == [409, 204]
    assert admin.get(there).status_code == 404


def test_a_version_in_force_is_neither_changed_nor_removed(admin: FlaskClient, root: str) -> None:
    there = admin.post(f"{root}/notices", json=FIRST).location
    for answer in (admin.put(there, json={**FIRST, "title": "Altra", "revision": 1}), admin.delete(f"{there}?revision=1")):
        assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
        assert "nuova versione" in answer.text
    assert admin.get(there).json["title"] == "Informativa"


def test_an_acknowledgement_is_recorded_once_and_removed(
    trecate: Founded, admin: FlaskClient, cm: FlaskClient, root: str, case: str
) -> None:
    there = f"{case}/acknowledgements"
    assert cm.get(there).json == {"case_id": case[-36:], "state": None, "in_force": None, "items": []}
    assert cm.post(there, json={"on_date": "2026-03-05", "how": "read"}).status_code == 409
    first = admin.post(f"{root}/notices", json=FIRST).json
    assert cm.get(there).json["state"] == "missing"
    assert set(cm.post(there, json={}).json["errors"]["json"]) == {"on_date", "how"}
    body, key = {"on_date": "2026-03-05", "how": "read"}, {"Idempotency-Key": str(uuid4())}
    assert set(cm.post(there, json={**body, "on_date": "2026-02-28"}).json["errors"]["json"]) == {"on_date"}
    assert set(cm.post(there, json={**body, "notice_id": str(uuid4())}).json["errors"]["json"]) == {"notice_id"}
    made = cm.post(there, json=body, headers=key)
    assert (made.status_code, made.json["number"], made.json["recorded_by"]) == (201, 1, "Cm1.Trecate")
    assert cm.post(there, json=body, headers=key).status_code == 303
    assert cm.post(there, json=body).status_code == 409
    assert admin.get(f"{root}/notices/{first['id']}").json["acknowledged"] == 1
    assert cm.get(f"{root}/acknowledgements").json["items"][0]["state"] == "acknowledged"
    admin.post(f"{root}/notices", json={**FIRST, "in_force_from": "2026-09-01"})
    found = cm.get(there).json
    assert (found["state"], found["in_force"]["number"], [each["number"] for each in found["items"]]) == ("earlier", 2, [1])
    one = f"{root}/acknowledgements/{made.json['id']}"
    assert {who: trecate.as_(who).delete(one).status_code for who in ("cm1.cerano", "reader")} == {"cm1.cerano": 404, "reader": 403}
    assert cm.delete(one).status_code == 204
    assert cm.get(there).json["items"] == []
    told = cm.get(f"{there}/history").json["items"]
    assert {"field": "Versione", "before": "Versione 1", "after": None} in told[0]["changes"]
    assert len(told) == 2


def test_nothing_of_another_consortium_is_there(trecate: Founded, other: Founded, admin: FlaskClient, root: str) -> None:
    made = admin.post(f"{root}/notices", json=FIRST)
    assert date.fromisoformat(made.json["in_force_from"])
    there = made.location.replace(trecate.slug, other.slug)
    stranger = other.as_("admin")
    assert [stranger.get(there).status_code, stranger.delete(there).status_code] == [404, 404]
    assert stranger.get(f"/api/v1/{other.slug}/notices").json["items"] == []
