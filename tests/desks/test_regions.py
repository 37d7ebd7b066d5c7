"""What a region's auditor sees: consortia, members, desks, hours; never a person."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from tests.factories import Founded

Browser = Callable[[str], FlaskClient]


@pytest.fixture
def auditor(owner: Connection, sign_in: Browser) -> FlaskClient:
    """An auditor of Piemonte."""
    email = f"auditor-{uuid4().hex[:8]}@example.org"
    account = owner.execute(text("INSERT INTO accounts (email, name) VALUES (:e, 'Auditor') RETURNING id"), {"e": email}).scalar_one()
    values = {"id": uuid4(), "account": account, "day": date(2022, 1, 1)}
    owner.execute(text("INSERT INTO region_mandates (id, account_id, region_id, valid_from) VALUES (:id, :account, '01', :day)"), values)
    owner.commit()
    return sign_in(email)


def test_an_auditor_lands_on_the_consortia_of_the_region(auditor: FlaskClient, trecate: Founded) -> None:
    answer = auditor.get("/regions/piemonte/", follow_redirects=True)
    assert answer.status_code == 200
    assert answer.request.path == "/regions/piemonte/consortia"
    listed = auditor.get(f"/regions/piemonte/consortia?q={trecate.slug}&format=json").json
    assert [(row["members"], row["desks"], row["weekly_hours"]) for row in listed["items"]] == [(3, 2, 13)]


def test_a_consortium_is_shown_without_persons(auditor: FlaskClient, trecate: Founded) -> None:
    page = auditor.get(f"/regions/piemonte/consortia/{trecate.slug}")
    assert page.status_code == 200
    assert "Comune di Nibbiola" in page.text
    assert "8:30–12:00, 14:30–17:30" in page.text
    assert "Cm1" not in page.text


def test_another_region_does_not_exist(auditor: FlaskClient, trecate: Founded) -> None:
    assert auditor.get("/regions/liguria/consortia").status_code == 404
    assert auditor.get("/regions/piemonte/consortia/no-such").status_code == 404
    assert auditor.get(f"/{trecate.slug}/desks").status_code == 404


def test_staff_is_no_auditor(trecate: Founded, client: FlaskClient) -> None:
    assert trecate.as_("admin").get("/regions/piemonte/consortia").status_code == 404
    assert client.get("/regions/piemonte/consortia").status_code == 302
