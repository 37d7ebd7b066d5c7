"""Documents for programs: sent as multipart, once, and got back."""

from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.documents.conftest import failing
from tests.documents.files import PDF, PNG, PROGRAM, upload
from tests.factories import Founded

FORM = "multipart/form-data"


def test_a_file_is_sent_and_got_back(trecate: Founded, case_id: UUID) -> None:
    program, api = trecate.as_("cm1.trecate"), f"/api/v1/{trecate.slug}"
    key = {"Idempotency-Key": str(uuid4())}
    data = {"kind": "cv", "dated_on": "2024-02-29"}
    made = program.post(f"{api}/cases/{case_id}/documents", data={**data, "file": upload(PDF, "cv.pdf")}, content_type=FORM, headers=key)
    assert made.status_code == 201, made.text
    assert made.json["title"] == "Curriculum vitae"
    again = program.post(f"{api}/cases/{case_id}/documents", data={**data, "file": upload(PDF, "cv.pdf")}, content_type=FORM, headers=key)
    assert (again.status_code, again.location) == (303, made.location)
    there, dates = f"{api}/documents/{made.json['id']}/versions", {"dated_on": "2024-03-01", "expires_on": "2094-03-01"}
    unread = program.post(there, data={**dates, "file": upload(PNG, "cv.png")}, content_type=FORM)
    assert (unread.status_code, set(unread.json["errors"]["form"])) == (422, {"revision"})
    newer = program.post(there, data={**dates, "revision": 1, "file": upload(PNG, "cv.png")}, content_type=FORM)
    assert [each["number"] for each in newer.json["versions"]] == [2, 1]
    assert {name: newer.json[name] for name in dates} == dates
    assert program.post(there, data={"revision": 1, "file": upload(PNG, "cv.png")}, content_type=FORM).status_code == 409
    assert program.get(f"{api}/documents/versions/{made.json['versions'][0]['id']}").data == PDF
    assert [each["id"] for each in program.get(f"{api}/cases/{case_id}/documents").json] == [made.json["id"]]
    assert program.get(f"{api}/documents?kind=cv").json["total"] == 1


def test_of_two_new_versions_at_once_the_second_is_told(trecate: Founded, case_id: UUID) -> None:
    first, second = trecate.as_("cm1.trecate"), trecate.as_("admin")
    api = f"/api/v1/{trecate.slug}"
    made = first.post(f"{api}/cases/{case_id}/documents", data={"kind": "cv", "file": upload(PDF, "cv.pdf")}, content_type=FORM).json
    there, told = f"{api}/documents/{made['id']}", first.get(f"{api}/documents/{made['id']}/history").json
    taken = first.post(f"{there}/versions", data={"revision": 1, "file": upload(PNG, "cv.png")}, content_type=FORM)
    late = second.post(f"{there}/versions", data={"revision": 1, "file": upload(PNG, "cv.png")}, content_type=FORM)
    assert (taken.status_code, taken.json["revision"], late.status_code) == (201, 2, 409)
    assert len(first.get(there).json["versions"]) == 2
    assert first.get(f"{there}/history").json == told, "no change without changes"
    for address, method in ((there, "PUT"), (f"{there}/remove", "POST")):
        body = {"revision": 1, **({"kind": "cv"} if method == "PUT" else {})}
        assert second.open(address, method=method, json=body).status_code == 409
    again = second.post(f"{there}/versions", data={"revision": 2, "file": upload(PDF, "cv.pdf")}, content_type=FORM)
    assert (again.status_code, again.json["revision"], len(again.json["versions"])) == (201, 3, 3)


def test_a_document_is_corrected_as_it_was_read(trecate: Founded, other: Founded, case_id: UUID) -> None:
    program, api = trecate.as_("cm1.trecate"), f"/api/v1/{trecate.slug}"
    sent = {"kind": "cv", "dated_on": "2024-02-29", "file": upload(PDF, "cv.pdf")}
    made = program.post(f"{api}/cases/{case_id}/documents", data=sent, content_type=FORM).json
    there, body = f"{api}/documents/{made['id']}", {"kind": "cv", "title": "Curriculum", "revision": made["revision"]}
    assert set(program.put(there, json={"kind": "cv"}).json["errors"]["json"]) == {"revision"}
    assert set(program.put(there, json={**body, "kind": "nothing-known"}).json["errors"]["json"]) == {"kind"}
    corrected = program.put(there, json=body)
    assert (corrected.status_code, corrected.json["title"], corrected.json["dated_on"]) == (200, "Curriculum", None)
    assert corrected.json["versions"] == made["versions"]
    assert program.put(there, json={**body, "title": "Vecchio"}).status_code == 409
    assert program.get(there).json == corrected.json
    told = program.get(f"{there}/history").json["items"]
    assert {"field": "Titolo", "before": "Curriculum vitae", "after": "Curriculum"} in told[0]["changes"]
    assert [each["who"] for each in told] == ["Cm1.Trecate"] * 2
    for who, status in (("cm1.cerano", 404), ("reader", 403)):
        assert trecate.as_(who).get(f"{there}/history").status_code == status
        assert trecate.as_(who).put(there, json=body).status_code == status
    assert other.as_("admin").get(f"/api/v1/{other.slug}/documents/{made['id']}/history").status_code == 404


def test_removing_and_bringing_back(trecate: Founded, case_id: UUID) -> None:
    program, api = trecate.as_("cm1.trecate"), f"/api/v1/{trecate.slug}"
    sent = {"kind": "cv", "file": upload(PDF, "cv.pdf")}
    made = program.post(f"{api}/cases/{case_id}/documents", data=sent, content_type=FORM).json
    removed, behind = (program.post(f"{api}/documents/{made['id']}/remove", json={"revision": 1}) for _ in range(2))
    assert (bool(removed.json["removed_on"]), behind.status_code) == (True, 409)
    assert program.get(f"{api}/documents").json["total"] == 0
    assert program.post(f"{api}/documents/{made['id']}/restore", json={}).json["removed_on"] is None


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"kind": "cv"}, {"file"}),
        ({"file": upload(PDF, "cv.pdf")}, {"kind"}),
        ({"kind": "cv", "file": upload(PDF, "cv.pdf"), "titel": "Curriculum"}, {"titel"}),
        ({"kind": "nothing-known", "file": upload(PDF, "cv.pdf")}, {"kind"}),
        ({"kind": "cv", "file": upload(PROGRAM, "cv.pdf")}, {"file"}),
        ({"file": upload(PDF, "cv.pdf"), "kind": "cv", "dated_on": "2024-03-01", "expires_on": "2024-02-01"}, {"expires_on"}),
    ],
)
def test_what_is_wrong_is_told_by_field(trecate: Founded, case_id: UUID, sent: dict[str, object], wrong: set[str]) -> None:
    answer = trecate.as_("cm1.trecate").post(f"/api/v1/{trecate.slug}/cases/{case_id}/documents", data=sent, content_type=FORM)
    assert answer.status_code == 422
    assert {place: set(fields) for place, fields in answer.json["errors"].items()} == {"form": wrong}


def test_a_store_that_is_away_is_a_problem_of_its_own(app: Flask, trecate: Founded, case_id: UUID) -> None:
    sent = {"kind": "cv", "file": upload(PDF, "cv.pdf")}
    with failing(app, "before"):
        answer = trecate.as_("cm1.trecate").post(f"/api/v1/{trecate.slug}/cases/{case_id}/documents", data=sent, content_type=FORM)
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
