"""Coming in and going out."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from consortium.identity.models import Account
from consortium.identity.services import hasher
from tenants import scope
from tenants.database import db
from tests.factories import Founded


def set_password(app: Flask, email: str, password: str) -> None:
    with app.app_context(), scope.gatekeeper_scope():
        db.session.execute(update(Account).where(Account.email == email).values(password_hash=hasher.hash(password)))
        db.session.commit()


def test_the_right_password_opens_and_signing_out_closes(app: Flask, client: FlaskClient, trecate: Founded) -> None:
    email = trecate.email("admin")
    set_password(app, email, "una parola lunga")
    answer = client.post("/sign-in", data={"email": email, "password": "una parola lunga"})
    assert answer.status_code == 303
    client.post("/sign-out")
    assert client.get(f"/{trecate.slug}/figures").status_code == 302


def test_every_failure_says_the_same(app: Flask, client: FlaskClient, trecate: Founded) -> None:
    set_password(app, trecate.email("admin"), "una parola lunga")
    attempts = [(trecate.email("admin"), "sbagliata"), (f"nobody@{trecate.slug}.example", "x"), (trecate.email("reader"), "x")]
    answers = [client.post("/sign-in", data={"email": email, "password": password}) for email, password in attempts]
    assert {answer.status_code for answer in answers} == {422}
    assert all("E-mail" in answer.text for answer in answers)


def test_attempts_are_throttled(app: Flask, client: FlaskClient, trecate: Founded) -> None:
    data = {"email": trecate.email("admin"), "password": "sbagliata"}
    statuses = [client.post("/sign-in", data=data).status_code for _ in range(9)]
    assert statuses[:8] == [422] * 8
    assert statuses[8] == 429
