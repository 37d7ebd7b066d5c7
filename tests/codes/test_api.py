"""Code tables for programs: read by all who work here, changed by the administrator, brought in as files."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import Founded

LICENCES = "codes/driving_licences"


@pytest.fixture
def admin(trecate: Founded) -> FlaskClient:
    return trecate.as_("admin")


@pytest.fixture
def there(trecate: Founded) -> str:
    return f"/api/v1/{trecate.slug}/{LICENCES}"


def test_codes_are_added_hidden_and_found(admin: FlaskClient, there: str) -> None:
    made = admin.put(there, json={"code": "nautica", "label_it": "Patente nautica", "revision": 0})
    assert (made.status_code, made.json["standing"], made.json["label_en"]) == (200, "own", "Patente nautica")
    assert admin.put(there, json={"code": "AM", "label_it": "AM", "hidden": True, "revision": 0}).json["standing"] == "hidden"
    found = admin.get(f"{there}/suggestions?q=naut").json["items"]
    assert found == [{"code": "nautica", "label": "Patente nautica"}]
    assert admin.get(f"{there}?q=nautica").json["total"] == 1
    named = admin.post(there, json={"label_it": "Patente per il muletto"})
    assert (named.status_code, named.json["code"]) == (201, "patente-per-il-muletto")
    assert admin.get(named.location).json == named.json
    assert set(admin.post(there, json={"code": "B", "label_it": "B"}).json["errors"]["json"]) == {"code"}


def test_a_code_is_changed_as_it_was_read(trecate: Founded, admin: FlaskClient, there: str) -> None:
    read = admin.get(f"{there}/code?code=B").json
    assert (read["standing"], read["revision"]) == ("standard", 0)
    assert admin.get(f"{there}/code/history?code=B").json == {"items": []}
    body = {"code": "B", "label_it": "B (auto)", "label_en": "B (cars)", "revision": read["revision"]}
    assert set(admin.put(there, json={"code": "B", "label_it": "B"}).json["errors"]["json"]) == {"revision"}
    changed = admin.put(there, json=body)
    assert (changed.status_code, changed.json["standing"], changed.json["revision"]) == (200, "renamed", 1)
    assert admin.put(there, json={**body, "label_it": "B (macchine)"}).status_code == 409
    assert admin.put(there, json={**body, "label_it": "B (macchine)", "revision": 1}).json["label_it"] == "B (macchine)"
    told = admin.get(f"{there}/code/history?code=B").json["items"]
    assert told[0]["changes"][0] == {"field": "Nome italiano", "before": "B (auto)", "after": "B (macchine)"}
    assert admin.get(f"{there}/code?code=nothing").status_code == 404
    assert admin.get(f"{there}/code/history?code=nothing").status_code == 404
    assert trecate.as_("cm1.trecate").put(there, json=body).status_code == 403


def test_which_tables_there_are(trecate: Founded) -> None:
    tables = trecate.as_("reader").get(f"/api/v1/{trecate.slug}/codes").json["items"]
    assert {each["scheme"]: each["name"] for each in tables}["driving_licences"] == "Patenti"
    assert all(each["codes"] for each in tables)


def sent(client: FlaskClient, founded: Founded, text: str, **other: str) -> TestResponse:
    data = {"language": "it", "file": (BytesIO(text.encode()), "cp2021.csv"), **other}
    return client.post(f"/api/v1/{founded.slug}/codes/occupations/import", data=data, content_type="multipart/form-data")


def test_a_file_is_brought_in_whole_or_not_at_all(trecate: Founded, admin: FlaskClient) -> None:
    wrong = sent(admin, trecate, "code;label_it\n7212;Saldatori\n;Nessuno\n")
    assert (wrong.status_code, wrong.json["errors"]["form"]["file"]) == (422, ["riga 3: manca il codice"])
    found = f"/api/v1/{trecate.slug}/codes/occupations?q=saldat"
    assert admin.get(found).json["total"] == 0
    done = sent(admin, trecate, "code;label_it\n7212;Saldatori\n")
    assert (done.status_code, done.json) == (200, {"added": 1, "renamed": 0, "unchanged": 0})
    assert sent(admin, trecate, "code;label_it\n7212;Saldatori\n").json == {"added": 0, "renamed": 0, "unchanged": 1}
    assert admin.get(found).json["items"][0]["label_it"] == "Saldatori"
    assert sent(admin, trecate, "\0").status_code == 422
    assert "language" in sent(admin, trecate, "code;label_it\n1;Uno\n", language="fr").text
    assert sent(trecate.as_("cm1.trecate"), trecate, "code;label_it\n1;Uno\n").status_code == 403


def test_a_file_is_checked_first(trecate: Founded, admin: FlaskClient) -> None:
    text = "code;label_it\n7212;Saldatori\n"
    assert sent(admin, trecate, text, check="true").json == {"added": 1, "renamed": 0, "unchanged": 0}
    assert admin.get(f"/api/v1/{trecate.slug}/codes/occupations?q=saldat").json["total"] == 0
    assert sent(admin, trecate, text, check="false").json == {"added": 1, "renamed": 0, "unchanged": 0}


def test_a_code_of_ones_own_is_removed(trecate: Founded, admin: FlaskClient, there: str) -> None:
    assert admin.post(there, json={"code": "X9", "label_it": "Sbagliata"}).status_code == 201
    assert trecate.as_("cm1.trecate").delete(f"{there}/code?code=X9").status_code == 403
    assert set(admin.delete(f"{there}/code?code=X9").json["errors"]["query"]) == {"revision"}
    assert [admin.delete(f"{there}/code?code=X9&revision={number}").status_code for number in (2, 1, 1)] == [409, 204, 404]
    refused = admin.delete(f"{there}/code?code=B&revision=0")
    assert (refused.status_code, "standard" in refused.text) == (409, True)
