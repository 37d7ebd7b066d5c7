"""The staff for programs: read, invited, changed as they were read, ended; and what they leave behind."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from consortium.post.models import Message
from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.factories import Founded
from tests.states import TaskFactory


@pytest.fixture
def admin(trecate: Founded) -> FlaskClient:
    return trecate.as_("admin")


def address(founded: Founded, who: str) -> str:
    return f"/api/v1/{founded.slug}/staff/{founded.staff[founded.email(who)]}"


def as_read(client: FlaskClient, there: str, **other: Any) -> dict[str, Any]:
    """The body of a change that changes nothing but `other`."""
    read = client.get(there).json
    names = ("name", "role", "valid_from", "valid_to", "sensitive", "revision")
    return {**{name: read[name] for name in names}, "desks": [each["desk_id"] for each in read["desks"]], **other}


def test_somebody_is_read_with_their_desks(trecate: Founded, admin: FlaskClient) -> None:
    read = admin.get(address(trecate, "cm1.cerano")).json
    assert (read["name"], read["role"], read["stage"], read["revision"]) == ("Cm1.Cerano", "case_manager", "current", 1)
    assert [(each["desk_id"], each["valid_to"]) for each in read["desks"]] == [(str(trecate.desks["cerano"]), None)]
    assert read["left"] == []


@pytest.mark.parametrize(("who", "reads", "manages"), [("coordinator", 200, 403), ("cm1.trecate", 403, 403), ("reader", 403, 403)])
def test_who_reads_and_who_manages(trecate: Founded, who: str, reads: int, manages: int) -> None:
    client, there = trecate.as_(who), address(trecate, "reader")
    assert [client.get(f"{there}{part}").status_code for part in ("", "/history")] == [reads] * 2
    assert client.put(there, json={}).status_code == manages
    assert [client.post(f"{there}/{verb}", json={}).status_code for verb in ("end", "invitation")] == [manages] * 2
    assert client.post(f"/api/v1/{trecate.slug}/staff", json={}).status_code == manages


def test_the_staff_of_another_consortium_does_not_exist(trecate: Founded, other: Founded, admin: FlaskClient) -> None:
    there = address(trecate, "reader").replace(*(str(each.staff[each.email("reader")]) for each in (trecate, other)))
    assert [admin.get(f"{there}{part}").status_code for part in ("", "/history")] == [404, 404]
    assert admin.put(there, json={}).status_code == 404
    assert [admin.post(f"{there}/{verb}", json={}).status_code for verb in ("end", "invitation")] == [404, 404]


def test_somebody_is_invited_once(trecate: Founded, admin: FlaskClient) -> None:
    body = {"name": "Ada Verdi", "email": f"ada-{uuid4().hex[:8]}@prova.example", "role": "case_manager"}
    body |= {"desks": [str(trecate.desks["cerano"])], "valid_from": today().isoformat()}
    root, key = f"/api/v1/{trecate.slug}/staff", {"Idempotency-Key": str(uuid4())}
    made, again = (admin.post(root, json=body, headers=key) for _ in range(2))
    assert (made.status_code, again.status_code, again.location) == (201, 303, made.location)
    assert (admin.get(made.location).json, made.json["seen"]) == (made.json, False)
    assert admin.post(f"{made.location}/invitation", json={}).status_code == 200
    with trecate.scope():
        assert db.session.scalar(select(func.count()).select_from(Message).where(Message.recipient == body["email"])) == 2
    for wrong, field in (({}, "email"), ({"email": "x"}, "email"), ({"desks": []}, "desks"), ({"desks": [str(uuid4())]}, "desks")):
        refused = admin.post(root, json={**body, "email": f"b-{uuid4().hex[:8]}@prova.example", **wrong} if wrong else body)
        assert (refused.status_code, set(refused.json["errors"]["json"])) == (422, {field}), wrong
    refused = admin.post(root, json={**body, "name": "a\x00", "role": "operator", "valid_from": "31/31/2026"})
    assert set(refused.json["errors"]["json"]) == {"name", "role", "valid_from"}


def test_a_change_holds_for_what_was_read(trecate: Founded, admin: FlaskClient) -> None:
    there = address(trecate, "cm1.cerano")
    body = as_read(admin, there, desks=[str(trecate.desks["trecate"])])
    changed = admin.put(there, json=body)
    assert changed.status_code == 200, changed.text
    assert {each["desk_id"] for each in changed.json["desks"] if each["valid_to"] is None} == {body["desks"][0]}
    stale = admin.put(there, json={**body, "desks": [str(trecate.desks["cerano"])]})
    assert (stale.status_code, stale.content_type) == (409, "application/problem+json")
    assert admin.get(there).json == changed.json
    assert admin.get(f"{there}/history").json["items"][0]["who"] == "Admin"
    del body["revision"]
    assert set(admin.put(there, json=body).json["errors"]["json"]) == {"revision"}
    alone = address(trecate, "admin")
    assert admin.put(alone, json=as_read(admin, alone, role="reader")).status_code == 409, "nobody would administer"
    assert admin.put(alone, json=as_read(admin, alone, valid_to="9999-12-31")).status_code == 200


def test_the_end_is_at_once_and_tells_what_is_left(trecate: Founded, admin: FlaskClient) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate, "cerano")
        TaskFactory(at=trecate, case=case)
        TaskFactory(at=trecate, case=case, assignee_id=trecate.staff[trecate.email("cm1.cerano")])
        TaskFactory(at=trecate, case=case, assignee_id=trecate.staff[trecate.email("cm2.cerano")])
        db.session.commit()
    gone, there = trecate.as_("cm1.cerano"), address(trecate, "cm1.cerano")
    assert gone.get(f"/api/v1/{trecate.slug}/cases").json["total"] == 1
    ended = admin.post(f"{there}/end", json={})
    assert (ended.status_code, ended.json["stage"], ended.json["valid_to"]) == (200, "ended", (today() - timedelta(days=1)).isoformat())
    left = {each["url"]: each["text"] for each in ended.json["left"]}
    cases, tasks = (f"/{trecate.slug}/{path}" for path in ("cases?to_reassign=yes&case_manager=", "tasks?to_reassign=yes&assignee="))
    assert left == {
        f"{cases}{ended.json['id']}": "1 fascicolo aspetta un altro case manager.",
        f"{tasks}{ended.json['id']}": "2 compiti aspettano qualcun altro.",
    }
    assert admin.get(f"/api/v1{tasks}{ended.json['id']}").json["total"] == 2
    assert admin.get(f"/api/v1/{trecate.slug}/cases?to_reassign=yes").json["total"] == 1
    assert gone.get(f"/api/v1/{trecate.slug}/cases").status_code in (401, 404)
    assert admin.post(f"{address(trecate, 'admin')}/end", json={}).status_code == 409, "the last administrator stays"
