"""Links sent by e-mail: one use, one hour, nothing told to whoever has no account."""

import re
import threading
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, select

from consortium.identity import attempts
from consortium.identity.models import Account, AccountToken
from consortium.identity.views import RESET_TAKES
from consortium.post.models import AccountMessage
from tenants import scope
from tenants.database import db
from tests.factories import Founded
from tests.identity.test_sign_in import PASSWORD, come_in, set_password

NEW = "cavallo batteria graffetta"


@pytest.fixture
def email(app: Flask, trecate: Founded) -> str:
    set_password(app, trecate.email("admin"))
    return trecate.email("admin")


def mails(app: Flask, email: str) -> list[str]:
    with app.app_context(), scope.gatekeeper_scope():
        written = select(AccountMessage.text).where(AccountMessage.recipient == email).order_by(AccountMessage.id)
        return [text or "" for text in db.session.execute(written).scalars()]


def link(app: Flask, client: FlaskClient, email: str) -> str:
    """Ask for a new password; the path of the link that was mailed."""
    assert client.post("/password-reset", data={"email": email}).status_code == 303
    found = re.search(r"http://localhost(/password-reset/[\w-]{43})\s", mails(app, email)[-1] + "\n")
    assert found
    return found[1]


def test_looking_does_not_use_a_link_up_and_sending_does(app: Flask, client: FlaskClient, email: str) -> None:
    path = link(app, client, email)
    assert client.head(path).status_code == client.get(path).status_code == 200
    assert email in client.get(path).text
    answer = client.post(path, data={"password": NEW})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert client.get("/account").status_code == 200, "signed in"
    assert client.get(path).status_code == 404
    assert client.post(path, data={"password": NEW}).status_code == 404
    assert come_in(app.test_client(), email, PASSWORD)[0] == 422
    assert come_in(app.test_client(), email, NEW)[0] == 303


def test_a_new_password_ends_all_sign_ins_and_all_links(app: Flask, client: FlaskClient, email: str) -> None:
    signed_in = app.test_client()
    come_in(signed_in, email)
    first, second = link(app, client, email), link(app, client, email)
    client.post(second, data={"password": NEW})
    assert signed_in.get("/account").status_code == 302
    assert client.get(first).status_code == 404


def test_a_weak_password_does_not_use_the_link_up(app: Flask, client: FlaskClient, email: str) -> None:
    path = link(app, client, email)
    answer = client.post(path, data={"password": "corta"})
    assert answer.status_code == 422
    assert 'id="field-password-error"' in answer.text
    assert client.post(path, data={"password": NEW}).status_code == 303


def test_a_link_lasts_one_hour(app: Flask, client: FlaskClient, email: str, owner: Connection) -> None:
    path = link(app, client, email)
    age = (
        "UPDATE account_tokens t SET expires_at = expires_at - CAST(%s AS interval) "
        "FROM accounts a WHERE a.id = t.account_id AND a.email = %s"
    )
    owner.exec_driver_sql(age, ("59 minutes", email))
    owner.commit()
    assert client.get(path).status_code == 200
    owner.exec_driver_sql(age, ("2 minutes", email))
    owner.commit()
    assert client.get(path).status_code == client.post(path, data={"password": NEW}).status_code == 404


def test_of_two_at_once_one_wins(app: Flask, client: FlaskClient, email: str) -> None:
    path = link(app, client, email)
    statuses: list[int] = []

    def use() -> None:
        statuses.append(app.test_client().post(path, data={"password": NEW}).status_code)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303] + [404] * 5


def test_the_answer_is_the_same_for_everybody(app: Flask, client: FlaskClient, email: str, trecate: Founded) -> None:
    nobody = f"nobody@{trecate.slug}.example"
    told = {}
    for each in (email, nobody):
        began = time.monotonic()
        answer = client.post("/password-reset", data={"email": each})
        told[each] = (answer.status_code, answer.headers["Location"])
        assert time.monotonic() - began >= RESET_TAKES  # what an account costs more is hidden in the wait
    assert told[email] == told[nobody] == (303, "/password-reset/asked")
    assert mails(app, email)
    assert not mails(app, nobody)
    assert client.get("/password-reset/asked").status_code == 200


def test_an_account_asked_for_too_often_gets_no_more_mail(app: Flask, client: FlaskClient, email: str) -> None:
    statuses = [client.post("/password-reset", data={"email": email}).status_code for _ in range(5)]
    assert statuses == [303] * 5
    assert len(mails(app, email)) == 3


def test_an_address_that_asks_too_much_is_stopped(
    app: Flask, client: FlaskClient, trecate: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts.excessive, "__defaults__", (attempts.PER_ACCOUNT, 2))
    there = {"REMOTE_ADDR": f"fd01::{trecate.id.hex[-4:]}:{trecate.id.hex[-8:-4]}"}
    data = [{"email": f"u{n}@{trecate.slug}.example"} for n in range(3)]
    assert [client.post("/password-reset", data=each, environ_base=there).status_code for each in data] == [303, 303, 429]


def test_a_new_password_opens_an_account_that_was_locked(app: Flask, client: FlaskClient, email: str) -> None:
    for _ in range(9):
        come_in(client, email, "sbagliata")
    client.post(link(app, client, email), data={"password": NEW})
    assert come_in(app.test_client(), email, NEW)[0] == 303


def test_the_key_is_in_the_mail_only(app: Flask, client: FlaskClient, email: str, capfd: pytest.CaptureFixture[str]) -> None:
    path = link(app, client, email)
    token = path.rpartition("/")[2]
    answer = client.get(path)
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer", "strict-origin-when-cross-origin")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r'(src|href)="(https?:)?//', answer.text), "nothing is fetched from elsewhere"
    assert token not in capfd.readouterr().err
    with app.app_context(), scope.gatekeeper_scope():
        kept = db.session.execute(select(AccountToken.token_hash).join(Account).where(Account.email == email)).scalars().all()
    assert token.encode() not in kept


@pytest.mark.parametrize("path", ["/password-reset/x", "/invitations/x", "/password-reset/%00", "/invitations/" + "a" * 3000])
def test_what_is_no_link_is_one_that_no_longer_works(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_link_works_for_what_it_was_sent_for(app: Flask, client: FlaskClient, email: str) -> None:
    path = link(app, client, email)
    assert client.get(path.replace("password-reset", "invitations")).status_code == 404
