"""A form that was sent when the session had ended: what it held is kept on the page that says so, and sent again from there."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from consortium.journal.models import Note
from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.factories import Founded
from tests.forms import standing

WRITTEN = 'Ha portato il CV.\r\nRichiamare <lunedì> & "presto"'


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


@pytest.fixture
def notes(trecate: Founded) -> str:
    with at_work(trecate):
        case, _ = take_in(trecate)
        db.session.commit()
        return f"/{trecate.slug}/cases/{case.id}/notes"


def written(founded: Founded) -> list[str]:
    with founded.scope():
        return list(db.session.scalars(select(Note.body)))


def test_what_was_typed_is_sent_again_after_signing_in(trecate: Founded, cm: FlaskClient, client: FlaskClient, notes: str) -> None:
    sent: dict[str, Any] = {**standing(cm.get(notes).text), "body": WRITTEN}
    gone = client.post(notes, data=sent)
    assert gone.status_code == 401
    assert "La sessione è scaduta" in gone.text
    assert re.search(r'href="/sign-in" target="_blank"', gone.text)
    assert re.search(rf'<form method="post" action="{re.escape(notes)}" data-rejected>', gone.text)
    assert written(trecate) == []
    assert cm.post(notes, data=standing(gone.text)).status_code == 303
    assert written(trecate) == [WRITTEN]


def test_several_values_of_one_name_are_kept(trecate: Founded, client: FlaskClient) -> None:
    gone = client.post(f"/{trecate.slug}/tasks/several/done", data={"row": ["1", "2"], "once": str(uuid4())})
    assert standing(gone.text)["row"] == ["1", "2"]


def test_a_password_is_not_written_in_a_page(client: FlaskClient) -> None:
    gone = client.post("/account/password", data={"current": "il segreto", "password": "un altro segreto"})
    assert gone.status_code == 401
    assert "segreto" not in gone.text
    assert 'href="/sign-in?next=/account/password"' in gone.text


def test_programs_are_answered_as_before(trecate: Founded, client: FlaskClient) -> None:
    refused = client.post(f"/api/v1/{trecate.slug}/cases", json={})
    assert (refused.status_code, refused.content_type) == (401, "application/problem+json")
