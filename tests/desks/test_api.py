"""The desks for programs: staff's and auditors'."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from consortium.config import Config
from tests.factories import Founded
from tests.house.furniture import AUDITOR, mandate


def asked(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


@pytest.fixture
def auditor(trecate: Founded, config: Config) -> FlaskClient:
    mandate(config.owner_database_url or "")
    return Founded.browser(trecate.app, AUDITOR)


def test_the_desks_and_their_hours_on_a_day(trecate: Founded) -> None:
    admin = trecate.as_("admin")
    rows = {row["name"]: row for row in asked(admin, f"{trecate.slug}/desks")["items"]}
    assert {name: (row["weekly_hours"], row["staff"]) for name, row in rows.items()} == {"Trecate": (6.5, 2), "Cerano": (6.5, 2)}
    assert rows["Trecate"]["by_appointment"] is False
    desk = asked(admin, f"{trecate.slug}/desks/{trecate.desks['trecate']}?as_of=2023-10-31")
    assert (desk["as_of"], desk["weekly_hours"], desk["host"]) == ("2023-10-31", 6.5, "Comune di Trecate")
    assert [(each["weekday"], each["opens"], each["closes"]) for each in desk["hours"]] == [
        (2, "08:30:00", "12:00:00"),
        (2, "14:30:00", "17:30:00"),
    ]
    assert {each["email"] for each in desk["staff"]} == {trecate.email("cm1.trecate"), trecate.email("cm2.trecate")}


def test_a_day_that_is_none_is_named(trecate: Founded) -> None:
    answer = trecate.as_("admin").get(f"/api/v1/{trecate.slug}/desks/{trecate.desks['trecate']}?as_of=x")
    assert (answer.status_code, list((answer.json or {})["errors"]["query"])) == (422, ["as_of"])


def test_the_staff_is_for_whoever_may_see_it(trecate: Founded) -> None:
    found = {row["email"]: row for row in asked(trecate.as_("coordinator"), f"{trecate.slug}/staff?rows=100")["items"]}
    assert found.keys() == trecate.staff.keys()
    assert (found[trecate.email("cm1.cerano")]["desks"], found[trecate.email("cm1.cerano")]["seen"]) == ("Cerano", False)
    assert {who: trecate.as_(who).get(f"/api/v1/{trecate.slug}/staff").status_code for who in ("cm1.cerano", "reader")} == {
        "cm1.cerano": 403,
        "reader": 403,
    }


def test_an_auditor_has_the_consortia_of_the_region(trecate: Founded, auditor: FlaskClient) -> None:
    rows = asked(auditor, f"regions/piemonte/consortia?q={trecate.slug}")["items"]
    assert [(row["id"], row["members"], row["desks"], row["weekly_hours"]) for row in rows] == [(str(trecate.id), 3, 2, 13)]
    page = auditor.get(f"/regions/piemonte/consortia?q={trecate.slug}&format=json").json or {}
    assert page["items"] == rows
    assert auditor.get(f"/api/v1/{trecate.slug}/desks").status_code == 404
    assert auditor.get("/api/v1/regions/liguria/consortia").status_code == 404
    assert trecate.as_("admin").get("/api/v1/regions/piemonte/consortia").status_code == 404
