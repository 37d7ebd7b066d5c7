"""The mail of a demo is on a page; elsewhere there is no such page."""

from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consortium.post import queries, services, tasks
from tenants import scope
from tenants.database import db


@pytest.fixture
def message_id(app: Flask) -> UUID:
    with app.app_context(), scope.gatekeeper_scope():
        text = "Per scegliere la password:\nhttp://127.0.0.1/password-reset/abc\n"
        message_id = services.announce(to="anna@example.it", subject="Nuova <password>", text=text).id
        db.session.commit()
        tasks.send(str(message_id))
    return message_id


def test_a_message_is_read_there(client: FlaskClient, message_id: UUID) -> None:
    assert f'href="/mail/{message_id}"' in client.get("/mail").text
    page = client.get(f"/mail/{message_id}").text
    assert '<a href="http://127.0.0.1/password-reset/abc"' in page
    assert "Nuova &lt;password&gt;" in page
    assert f'src="/mail/{message_id}/page"' in page


def test_its_html_runs_no_scripts_and_is_of_no_origin(client: FlaskClient, message_id: UUID) -> None:
    framed = client.get(f"/mail/{message_id}/page")
    policy = framed.headers["Content-Security-Policy"]
    assert '<a href="http://127.0.0.1/password-reset/abc">' in framed.text
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy


def test_it_was_sent_once_and_its_keys_are_gone(app: Flask, message_id: UUID) -> None:
    with app.app_context(), scope.gatekeeper_scope():
        tasks.send(str(message_id))
        message = queries.message(message_id)
        assert message is not None
        assert (message.state, message.attempts, message.text, message.html) == ("sent", 1, None, None)


def test_files_are_the_owners(app: Flask, message_id: UUID) -> None:
    file = Path(app.config["MAIL_URL"].removeprefix("file://")) / f"{message_id}.eml"
    assert (file.stat().st_mode & 0o077, file.parent.stat().st_mode & 0o077) == (0, 0)


@pytest.mark.parametrize(("setting", "value"), [("PRODUCTION", True), ("MAIL_URL", "smtp://mail.example.it")])
def test_elsewhere_there_is_no_such_page(
    app: Flask, client: FlaskClient, message_id: UUID, monkeypatch: pytest.MonkeyPatch, setting: str, value: object
) -> None:
    monkeypatch.setitem(app.config, setting, value)
    assert [client.get(path).status_code for path in ("/mail", f"/mail/{message_id}", f"/mail/{message_id}/page")] == [404] * 3


def test_nor_for_another_machine(client: FlaskClient, message_id: UUID) -> None:
    assert client.get("/mail", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 404
