"""The SAP for programs: written as it was read, row by row; what was removed comes back."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from consortium.profiles.kinds import KINDS
from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.factories import Founded


@pytest.fixture
def case_id(trecate: Founded) -> UUID:
    with at_work(trecate):
        case, _ = take_in(trecate, surname="Okafor", occupation="Disoccupato")
        db.session.commit()
        return case.id


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


@pytest.fixture
def there(trecate: Founded, case_id: UUID) -> str:
    return f"/api/v1/{trecate.slug}/cases/{case_id}"


def put(client: FlaskClient, there: str, revision: int, **facts: Any) -> Any:
    return client.put(f"{there}/profile", json={"occupation": "Disoccupato", **facts, "revision": revision})


def test_the_profile_is_written_as_it_was_read(trecate: Founded, cm: FlaskClient, there: str) -> None:
    read = cm.get(f"{there}/profile").json
    assert read["licences"] == []
    assert set(cm.put(f"{there}/profile", json={"did_on": "2024-03-01"}).json["errors"]["json"]) == {"revision"}
    first = put(cm, there, read["revision"], it_skills="Excel", licences=["B"])
    assert (first.status_code, first.json["it_skills"], first.json["licences"]) == (200, "Excel", ["B"])
    second = put(trecate.as_("cm2.trecate"), there, read["revision"], skills="Saldatura")
    assert (second.status_code, second.content_type) == (409, "application/problem+json")
    assert cm.get(f"{there}/profile").json == first.json
    again = put(cm, there, first.json["revision"], it_skills="Excel", skills="Saldatura")
    assert (again.json["it_skills"], again.json["skills"]) == ("Excel", "Saldatura")


def test_of_several_who_write_at_once_one_does(trecate: Founded, cm: FlaskClient, there: str) -> None:
    """Under haste too: whoever comes second is told by the row's own revision."""
    for _ in range(2):  # there is no profile yet; then there is one
        revision, browsers = cm.get(f"{there}/profile").json["revision"], [trecate.as_(f"cm{n % 2 + 1}.trecate") for n in range(6)]
        ready = Barrier(len(browsers))

        def write(browser: FlaskClient, revision: int = revision, ready: Barrier = ready) -> int:
            ready.wait(20)
            return int(put(browser, there, revision, skills=str(uuid4())).status_code)

        with ThreadPoolExecutor(len(browsers)) as pool:
            assert sorted(pool.map(write, browsers)) == [200, *[409] * 5]


def test_a_status_that_was_changed_among_the_personal_data_is_not_overwritten(cm: FlaskClient, there: str) -> None:
    case, read = cm.get(there).json, cm.get(f"{there}/profile").json
    person = {name: value for name, value in case["person"].items() if name != "id"}
    assert cm.put(f"{there}/person", json={**person, "occupation": "Occupato"}).status_code == 200
    assert put(cm, there, read["revision"], skills="Saldatura").status_code == 409
    assert cm.get(f"{there}/profile").json["occupation"] == "Occupato"


def test_a_row_is_added_written_anew_removed_and_brought_back(trecate: Founded, other: Founded, cm: FlaskClient, there: str) -> None:
    made = cm.post(f"{there}/language-skills", json={"language": "de", "level": "B2"})
    assert (made.status_code, made.json["revision"]) == (201, 1)
    row, body = f"/api/v1/{trecate.slug}/language-skills/{made.json['id']}", {"language": "de", "level": "C1"}
    assert set(cm.put(row, json=body).json["errors"]["json"]) == {"revision"}
    assert cm.put(row, json={**body, "revision": 1}).json["level"] == "C1"
    assert cm.put(row, json={**body, "level": "A1", "revision": 1}).status_code == 409
    assert cm.post(f"{there}/language-skills", json={"language": "de", "level": "A1"}).status_code == 422
    assert [each["level"] for each in cm.get(f"{there}/profile").json["language_skills"]] == ["C1"]
    assert cm.delete(row).status_code == 422
    assert [cm.delete(f"{row}?revision={number}").status_code for number in (1, 2)] == [409, 204]
    assert cm.get(f"{there}/profile").json["language_skills"] == []
    gone = {"id": made.json["id"]}
    assert trecate.as_("cm1.cerano").post(f"{there}/language-skills/bring-back", json=gone).status_code == 404
    assert other.as_("admin").post(f"{there}/language-skills/bring-back".replace(trecate.slug, other.slug), json=gone).status_code == 404
    back = cm.post(f"{there}/language-skills/bring-back", json=gone)
    assert (back.status_code, back.json["id"], back.json["level"]) == (200, gone["id"], "C1")
    assert cm.get(f"{there}/profile").json["language_skills"] == [back.json]
    for nothing in (gone, {"id": str(uuid4())}):
        refused = cm.post(f"{there}/language-skills/bring-back", json=nothing)
        assert (refused.status_code, set(refused.json["errors"]["json"])) == (422, {"id"})


def test_a_row_comes_back_to_its_own_person_and_list_only(trecate: Founded, cm: FlaskClient, there: str) -> None:
    made = cm.post(f"{there}/trainings", json={"title": "Saldatura"}).json
    assert cm.delete(f"/api/v1/{trecate.slug}/trainings/{made['id']}?revision=1").status_code == 204
    with at_work(trecate):
        another, _ = take_in(trecate)
        db.session.commit()
        elsewhere = f"/api/v1/{trecate.slug}/cases/{another.id}"
    for address in (f"{elsewhere}/trainings", f"{there}/educations"):
        assert cm.post(f"{address}/bring-back", json={"id": made["id"]}).status_code == 422, address
    assert cm.post(f"{there}/trainings/bring-back", json={"id": made["id"]}).json["title"] == "Saldatura"
    assert {f"{kind.name}" for kind in KINDS.values()} <= cm.get(f"{there}/profile").json.keys()
