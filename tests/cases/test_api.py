"""Cases for programs: taken in once, moved on, found; for whoever may see them, and nobody else."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from consortium.cases.models import Assignment, Case, Person
from consortium.sensitive.models import SensitiveRecord
from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.cases.test_merging import two
from tests.factories import Founded

OKAFOR = {
    "codice_fiscale": "kfrmra79r59z138m",
    "surname": " Okafor ",
    "first_name": "Maria",
    "sex": "F",
    "born_on": "1979-10-19",
    "birthplace": "ucraina",
    "citizenship": "Ucraina",
    "residence": "Trecate",
    "phone": "+39 384 233 8031",
    "email": "",
}


def sent(founded: Founded, desk: str = "trecate", **other: Any) -> dict[str, Any]:
    """The body of a person taken in."""
    usual = {"source": "job_centre", "job_centre": "Novara", "desk_id": str(founded.desks[desk]), "gol_path": 1}
    return {**OKAFOR, **usual, "assigned_on": today().isoformat(), **other}


def post(client: FlaskClient, founded: Founded, path: str, body: Any, key: UUID | None = None) -> TestResponse:
    headers = {"Idempotency-Key": str(key)} if key else {}
    return client.post(f"/api/v1/{founded.slug}/{path}", json=body, headers=headers)


def count(founded: Founded, model: Any) -> int:
    with founded.scope():
        return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def waiting(founded: Founded, desk: str = "trecate", **facts: Any) -> tuple[UUID, UUID]:
    """(case, assignment) of somebody who waits."""
    with at_work(founded):
        case, assignment = take_in(founded, desk, None, **facts)
        db.session.commit()
        return case.id, assignment.id


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


def test_a_person_is_taken_in(trecate: Founded, cm: FlaskClient) -> None:
    answer = post(cm, trecate, "cases", sent(trecate, take_in_charge=True))
    assert answer.status_code == 201, answer.text
    case = answer.json or {}
    assert (case["number"], case["desk"], case["case_manager"]) == (f"{today().year}-000001", "Trecate", "Cm1.Trecate")
    person = case["person"]
    assert (person["surname"], person["codice_fiscale"], person["birthplace"]) == ("Okafor", "KFRMRA79R59Z138M", "Ucraina")
    assert (person["phone"], person["email"], person["born_on"]) == ("3842338031", None, "1979-10-19")
    assert [(each["state"], each["taken_in_charge_on"]) for each in case["assignments"]] == [("taken_in_charge", today().isoformat())]
    assert cm.get(answer.location).json == case
    assert answer.location == f"/api/v1/{trecate.slug}/cases/{case['id']}"


def test_a_person_is_corrected_as_they_were_read(trecate: Founded, other: Founded, cm: FlaskClient) -> None:
    made = post(cm, trecate, "cases", sent(trecate)).json or {}
    path = f"/api/v1/{trecate.slug}/cases/{made['id']}/person"
    body = {**OKAFOR, "residence": "Cerano", "revision": made["person"]["revision"]}
    assert (cm.put(path, json={**body, "born_on": "1979-10-20"}).json or {})["errors"]["json"].keys() == {"born_on"}
    corrected = cm.put(path, json=body)
    assert (corrected.status_code, (corrected.json or {})["residence"]) == (200, "Cerano")
    assert cm.put(path, json=body).status_code == 409  # read before it was corrected
    told = (cm.get(path.replace("person", "history")).json or {})["items"][0]
    assert (told["who"], told["changes"]) == ("Cm1.Trecate", [{"field": "Comune di residenza", "before": "Trecate", "after": "Cerano"}])
    assert trecate.as_("reader").put(path, json=body).status_code == 403
    assert other.as_("admin").put(path.replace(trecate.slug, other.slug), json=body).status_code == 404


def test_a_key_sent_again_leads_to_what_came_of_it(trecate: Founded, cm: FlaskClient) -> None:
    key = uuid4()
    first, second = (post(cm, trecate, "cases", sent(trecate), key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 303)
    assert first.location == second.location
    assert count(trecate, Person) == 1
    assert post(cm, trecate, "cases", sent(trecate), uuid4()).status_code == 422


def test_what_was_refused_may_be_sent_again_by_the_same_key(trecate: Founded, cm: FlaskClient) -> None:
    key = uuid4()
    assert post(cm, trecate, "cases", sent(trecate, desk_id=str(trecate.desks["cerano"])), key).status_code == 422
    assert post(cm, trecate, "cases", sent(trecate), key).status_code == 201


def test_a_key_is_a_uuid(trecate: Founded, cm: FlaskClient) -> None:
    answer = cm.post(f"/api/v1/{trecate.slug}/cases", json=sent(trecate), headers={"Idempotency-Key": "again"})
    told = (answer.json or {})["errors"]["headers"]
    assert (answer.status_code, told) == (422, {"Idempotency-Key": ["La chiave è un UUID, uno nuovo per ogni richiesta."]})


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"surname": "Rossi"}, "surname"),
        ({"surname": "  "}, "surname"),
        ({"surname": "\ud800"}, "surname"),
        ({"surname": "a\x00"}, "surname"),
        ({"phone": "tre"}, "phone"),
        ({"job_centre": None}, "job_centre"),
        ({"assigned_on": "2999-01-01"}, "assigned_on"),
        ({"desk_id": str(uuid4())}, "desk_id"),
        ({"gol_path": 6}, "gol_path"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_wrong_is_told_by_field(trecate: Founded, cm: FlaskClient, other: dict[str, Any], field: str) -> None:
    answer = post(cm, trecate, "cases", sent(trecate, **other))
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert field in (answer.json or {})["errors"]["json"]
    assert count(trecate, Person) == 0


def test_somebody_who_is_here_already(trecate: Founded, cm: FlaskClient) -> None:
    assert post(cm, trecate, "cases", sent(trecate, codice_fiscale=None)).status_code == 201
    again = post(cm, trecate, "cases", sent(trecate, codice_fiscale=None, surname="Okafòr"))
    assert list((again.json or {})["errors"]["json"]) == ["distinct"]
    assert post(cm, trecate, "cases", sent(trecate, codice_fiscale=None, distinct=True)).status_code == 201


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"surname=Rossi", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"gol_path": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"[1, 2]", "application/json", 422),
        (b"null", "application/json", 422),
        (b"{}", "application/json; charset=utf-8", 422),
    ],
)
def test_json_and_nothing_else(trecate: Founded, cm: FlaskClient, body: bytes, kind: str, status: int) -> None:
    answer = cm.post(f"/api/v1/{trecate.slug}/cases", data=body, content_type=kind)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text


def test_the_steps_of_an_assignment(trecate: Founded, cm: FlaskClient) -> None:
    case_id, assignment_id = waiting(trecate)
    day = {"on_date": today().isoformat()}
    contacted = post(cm, trecate, f"assignments/{assignment_id}/contact", day)
    assert (contacted.status_code, (contacted.json or {})["state"]) == (200, "contacted")
    early = post(cm, trecate, f"assignments/{assignment_id}/take-in-charge", {"on_date": "2023-04-05"})
    assert (early.status_code, list((early.json or {})["errors"]["json"])) == (422, ["on_date"])
    key = uuid4()
    taken = [post(cm, trecate, f"assignments/{assignment_id}/take-in-charge", day, key) for _ in range(2)]
    assert [each.status_code for each in taken] == [200, 303]
    assert taken[1].location == f"/api/v1/{trecate.slug}/cases/{case_id}"
    closed = post(cm, trecate, f"assignments/{assignment_id}/return", {**day, "reason": "no_show"})
    assert (closed.status_code, closed.content_type) == (409, "application/problem+json")
    assert "errors" not in (closed.json or {})


def test_a_case_is_for_whoever_serves_its_desk(trecate: Founded, other: Founded) -> None:
    case_id, assignment_id = waiting(trecate, surname="Nicolò")
    case, step = f"/api/v1/{trecate.slug}/cases/{case_id}", f"/api/v1/{trecate.slug}/assignments/{assignment_id}/contact"
    expected = {"admin": 200, "coordinator": 200, "cm1.trecate": 200, "cm1.cerano": 404, "reader": 403}
    assert {who: trecate.as_(who).get(case).status_code for who in expected} == expected
    refused = {who: trecate.as_(who).post(step, json={}).status_code for who in expected}
    assert refused == {**expected, "admin": 422, "coordinator": 422, "cm1.trecate": 422}
    assert trecate.app.test_client().get(case).status_code == 401
    assert other.as_("admin").get(f"/api/v1/{other.slug}/cases/{case_id}").status_code == 404
    for path in ("cases", "assignments", "search?q=nicolò"):
        seen = {who: len((trecate.as_(who).get(f"/api/v1/{trecate.slug}/{path}").json or {})["items"]) for who in ("admin", "cm1.cerano")}
        assert seen == {"admin": 1, "cm1.cerano": 0}, path


def test_a_list_is_that_of_the_page(trecate: Founded, cm: FlaskClient) -> None:
    waiting(trecate, surname="Rossi")
    waiting(trecate, surname="Bianchi")
    for path in ("cases?q=ros", "cases?state=assigned&sort=-surname", "assignments?as_of=2023-04-03", "assignments?source=job_centre"):
        mine, page = (cm.get(where).json or {} for where in (f"/api/v1/{trecate.slug}/{path}", f"/{trecate.slug}/{path}&format=json"))
        assert (mine["total"], mine["items"]) == (page["total"], page["items"]), path


def test_the_search_tells_which_row_it_found(trecate: Founded, cm: FlaskClient) -> None:
    case_id, _ = waiting(trecate, surname="D'Àngelo")
    (found,) = (cm.get(f"/api/v1/{trecate.slug}/search?q=d'ange").json or {})["items"]
    assert (found["kind"], found["id"], found["url"]) == ("case", str(case_id), f"/{trecate.slug}/cases/{case_id}")
    assert cm.get(f"/api/v1/{trecate.slug}/search").status_code == 422
    assert (cm.get(f"/api/v1/{trecate.slug}/search?q=1%00").status_code) == 422


@pytest.mark.parametrize("word", ["api", "regions", "operator", "nowhere"])
def test_a_word_of_the_application_is_no_consortium(cm: FlaskClient, word: str) -> None:
    answer = cm.post(f"/api/v1/{word}/cases", json={})
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_from_elsewhere_nothing_is_taken(trecate: Founded, cm: FlaskClient) -> None:
    answer = cm.post(f"/api/v1/{trecate.slug}/cases", json=sent(trecate), headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, count(trecate, Case), count(trecate, Assignment)) == (403, 0, 0)


def test_who_is_here_already_is_told_before_anything_is_written(trecate: Founded, cm: FlaskClient) -> None:
    assert post(cm, trecate, "cases", sent(trecate)).status_code == 201
    for asked in ({"codice_fiscale": "kfrmra79r59z138m"}, {"surname": "okafòr", "first_name": "Maria", "born_on": "19/10/1979"}):
        (known,) = (post(cm, trecate, "cases/known", asked).json or {})["items"]
        assert (known["name"], known["desk"], known["same_code"]) == ("Okafor Maria", "Trecate", "codice_fiscale" in asked)
        assert cm.get(f"/api/v1/{trecate.slug}/cases/{known['case_id']}").status_code == 200
    (elsewhere,) = (post(trecate.as_("cm1.cerano"), trecate, "cases/known", {"phone": "384 233 8031"}).json or {})["items"]
    nothing = {"case_id": None, "number": "", "name": "", "born_on": None, "codice_fiscale": None}
    assert elsewhere == {"desk": "Trecate", "same_code": False, "same_phone": True, **nothing}
    assert post(cm, trecate, "cases/known", {}).json == {"items": []}
    assert count(trecate, Person) == 1
    assert set((post(cm, trecate, "cases/known", {"phone": "tre"}).json or {})["errors"]["json"]) == {"phone"}
    assert post(trecate.as_("reader"), trecate, "cases/known", {}).status_code == 403


def test_what_a_code_says(trecate: Founded, cm: FlaskClient) -> None:
    told = post(cm, trecate, "cases/decoded", {"codice_fiscale": "kfr mra 79r59 z138m"}).json
    assert told == {"sex": "F", "born_on": "1979-10-19", "birthplace": "Ucraina", "province": "EE"}
    for wrong in ("KFRMRA79R59Z138X", "KFR", "", None):
        refused = post(cm, trecate, "cases/decoded", {"codice_fiscale": wrong})
        assert (refused.status_code, set((refused.json or {})["errors"]["json"])) == (422, {"codice_fiscale"}), wrong
    assert post(trecate.as_("reader"), trecate, "cases/decoded", {}).status_code == 403


def test_a_person_who_is_here_is_sent_again(trecate: Founded, other: Founded, cm: FlaskClient) -> None:
    case_id, _ = waiting(trecate)
    path, body = f"cases/{case_id}/assignments", {"source": "walk_in", "desk_id": str(trecate.desks["trecate"])}
    body |= {"assigned_on": today().isoformat(), "gol_path": 2}
    key = uuid4()
    made, again = (post(cm, trecate, path, body, key) for _ in range(2))
    assert (made.status_code, again.status_code, again.location) == (201, 303, made.location)
    assert ((made.json or {})["case_id"], (made.json or {})["state"]) == (str(case_id), "assigned")
    assert (made.json or {}) in (cm.get(made.location).json or {})["assignments"]
    for wrong, field in (
        ({}, "assigned_on"),
        ({"desk_id": str(trecate.desks["cerano"])}, "desk_id"),
        ({"source": "job_centre"}, "job_centre"),
    ):
        refused = post(cm, trecate, path, {**body, **wrong})
        assert (refused.status_code, set((refused.json or {})["errors"]["json"])) == (422, {field}), wrong
    expected = {"cm1.cerano": 404, "reader": 403}
    assert {who: post(trecate.as_(who), trecate, path, {}).status_code for who in expected} == expected
    assert post(other.as_("admin"), other, path, {}).status_code == 404


def test_two_cases_are_compared_merged_and_found_later(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = two(trecate)
        db.session.commit()
        ids, number = (kept.id, merged.id), merged.number
    coordinator, path, body = trecate.as_("coordinator"), f"cases/{ids[0]}/merge", {"other_id": str(ids[1])}
    looked = post(coordinator, trecate, f"{path}/preview", body)
    assert looked.status_code == 200, looked.text
    told = looked.json or {}
    assert (told["kept"]["person"]["phone"], told["merged"]["person"]["email"]) == ("3471234567", "m@example.org")
    assert (told["merged"]["number"], told["merged"]["desk"], told["against"]) == (number, "Cerano", [])
    assert {"surname", "first_name", "phone", "email"} <= set(told["differing"])
    assert {"what": "Percorso", "rows": 1} in told["moving"]
    assert coordinator.get(f"/api/v1/{trecate.slug}/cases/{ids[1]}").status_code == 200, "nothing was done"
    assert (coordinator.get(f"/api/v1/{trecate.slug}/cases/{ids[0]}/merges").json or {})["items"] == []
    done = post(coordinator, trecate, path, {**body, "email": "merged"})
    assert (done.status_code, (done.json or {})["merged_number"], (done.json or {})["case_id"]) == (201, number, str(ids[0]))
    assert {"what": "Percorso", "rows": 1} in (done.json or {})["moved"]
    assert coordinator.get(done.location).json == done.json
    (found,) = (coordinator.get(f"/api/v1/{trecate.slug}/cases/{ids[0]}/merges").json or {})["items"]
    assert found.items() <= (done.json or {}).items()
    assert post(coordinator, trecate, f"merges/{found['id']}/undo", {}).status_code == 200
    assert (coordinator.get(f"/api/v1/{trecate.slug}/cases/{ids[0]}/merges").json or {})["items"][0]["undone_on"] == today().isoformat()


def test_a_comparison_tells_nothing_of_what_only_the_entrusted_see(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = two(trecate)
        for case, percentage in ((kept, 60), (merged, 67)):
            db.session.add(SensitiveRecord(person_id=case.person_id, disability=True, percentage=percentage, health="Riservato"))
        db.session.commit()
        path, body = f"cases/{kept.id}/merge", {"other_id": str(merged.id)}
    admin = trecate.as_("admin")
    answers = [post(admin, trecate, f"{path}/preview", body), post(admin, trecate, path, body)]
    answers += [admin.get(answers[1].location), admin.get(f"/api/v1/{trecate.slug}/{path}s")]
    for answer in answers:
        assert answer.status_code in (200, 201), answer.text
        assert not [word for word in ("isabil", "iservat", "ensitiv", "ensibil") if word in answer.text], answer.text


def test_who_compares_and_with_whom(trecate: Founded, other: Founded) -> None:
    with at_work(trecate):
        kept, merged = two(trecate)
        db.session.commit()
        path, body = f"cases/{kept.id}/merge/preview", {"other_id": str(merged.id)}
    admin = trecate.as_("admin")
    assert {who: post(trecate.as_(who), trecate, path, body).status_code for who in ("cm1.trecate", "reader")} == {
        "cm1.trecate": 403,
        "reader": 403,
    }
    with at_work(other):
        theirs, _ = take_in(other)
        db.session.commit()
        foreign = str(theirs.id)
    for unknown in (foreign, str(uuid4())):
        refused = post(admin, trecate, path, {"other_id": unknown})
        assert (refused.status_code, set((refused.json or {})["errors"]["json"])) == (422, {"other_id"})
    assert post(admin, trecate, path, {"other_id": path.split("/")[1]}).status_code == 409
    assert post(other.as_("admin"), other, path, body).status_code == 404
    assert other.as_("admin").get(f"/api/v1/{other.slug}/cases/{path.split('/')[1]}/merges").status_code == 404
