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
    newer = program.post(f"{api}/documents/{made.json['id']}/versions", data={"file": upload(PNG, "cv.png")}, content_type=FORM)
    assert [each["number"] for each in newer.json["versions"]] == [2, 1]
    assert program.get(f"{api}/documents/versions/{made.json['versions'][0]['id']}").data == PDF
    assert [each["id"] for each in program.get(f"{api}/cases/{case_id}/documents").json] == [made.json["id"]]
    assert program.get(f"{api}/documents?kind=cv").json["total"] == 1


def test_removing_and_bringing_back(trecate: Founded, case_id: UUID) -> None:
    program, api = trecate.as_("cm1.trecate"), f"/api/v1/{trecate.slug}"
    sent = {"kind": "cv", "file": upload(PDF, "cv.pdf")}
    made = program.post(f"{api}/cases/{case_id}/documents", data=sent, content_type=FORM).json
    assert program.post(f"{api}/documents/{made['id']}/remove", json={}).json["removed_on"]
    assert program.get(f"{api}/documents").json["total"] == 0
    assert program.post(f"{api}/documents/{made['id']}/restore", json={}).json["removed_on"] is None


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"kind": "cv"}, {"file"}),
        ({"kind": "nothing-known", "file": upload(PDF, "cv.pdf")}, {"kind"}),
        ({"kind": "cv", "file": upload(PROGRAM, "cv.pdf")}, {"file"}),
        ({"file": upload(PDF, "cv.pdf"), "kind": "cv", "dated_on": "2024-03-01", "expires_on": "2024-02-01"}, {"expires_on"}),
    ],
)
def test_what_is_wrong_is_told_by_field(trecate: Founded, case_id: UUID, sent: dict[str, object], wrong: set[str]) -> None:
    answer = trecate.as_("cm1.trecate").post(f"/api/v1/{trecate.slug}/cases/{case_id}/documents", data=sent, content_type=FORM)
    assert answer.status_code == 422
    assert wrong == {field for place in answer.json["errors"].values() for field in place}


def test_a_store_that_is_away_is_a_problem_of_its_own(app: Flask, trecate: Founded, case_id: UUID) -> None:
    sent = {"kind": "cv", "file": upload(PDF, "cv.pdf")}
    with failing(app, "before"):
        answer = trecate.as_("cm1.trecate").post(f"/api/v1/{trecate.slug}/cases/{case_id}/documents", data=sent, content_type=FORM)
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
