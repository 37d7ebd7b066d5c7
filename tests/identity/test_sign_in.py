"""Coming in and going out."""

import threading
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, select, update

from consortium.identity import attempts, services
from consortium.identity.models import Account, SignIn
from consortium.identity.services import hashed
from tenants import scope
from tenants.database import db
from tests.factories import Founded

PASSWORD = "una parola lunga"


def set_password(app: Flask, email: str, password: str = PASSWORD) -> None:
    with app.app_context(), scope.gatekeeper_scope():
        db.session.execute(update(Account).where(Account.email == email).values(password_hash=hashed(password)))
        db.session.commit()


@pytest.fixture
def email(app: Flask, trecate: Founded) -> str:
    """An administrator with a password."""
    set_password(app, trecate.email("admin"))
    return trecate.email("admin")


def come_in(client: FlaskClient, email: str, password: str = PASSWORD, **query: str) -> "tuple[int, str]":
    answer = client.post("/sign-in", data={"email": email, "password": password}, query_string=query)
    return answer.status_code, answer.headers.get("Location", "")


def test_the_right_password_opens_and_signing_out_closes(client: FlaskClient, email: str) -> None:
    assert come_in(client, email) == (303, "/")
    assert client.get("/account").status_code == 200
    kept = client.get_cookie("capofila")
    client.post("/sign-out")
    assert client.get("/account").status_code == 302
    client.set_cookie("capofila", kept.value if kept else "")
    assert client.get("/account").status_code == 302, "the sign-in itself is over, not only the cookie"


def test_every_failure_says_the_same(client: FlaskClient, email: str, trecate: Founded) -> None:
    wrong = [(email, "sbagliata"), (f"nobody@{trecate.slug}.example", "x"), (trecate.email("reader"), "x")]
    answers = [client.post("/sign-in", data={"email": each, "password": password}) for each, password in wrong]
    assert {answer.status_code for answer in answers} == {422}
    bodies = {_without_what_was_typed(answer.text, each) for answer, (each, _) in zip(answers, wrong, strict=True)}
    assert len(bodies) == 1


def _without_what_was_typed(body: str, email: str) -> str:
    lines = (line.replace(email, "…") for line in body.splitlines())
    return "\n".join(line for line in lines if 'name="once"' not in line and "request" not in line)


def test_an_unknown_account_costs_a_verification_too(client: FlaskClient, email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    verify = services.hasher.verify

    class Counting:
        """argon2, with a tally."""

        def verify(self, password_hash: str, password: str) -> bool:
            verified.append(password_hash)
            return verify(password_hash, password)

    monkeypatch.setattr(services, "hasher", Counting())
    come_in(client, "nobody@nowhere.example")
    come_in(client, email, "sbagliata")
    known, unknown = (each.split("$")[1:4] for each in verified)
    assert known == unknown, "the same parameters, so the same work"


def test_attempts_on_an_account_are_throttled_known_or_not(client: FlaskClient, email: str, trecate: Founded) -> None:
    for target in (email, f"nobody@{trecate.slug}.example"):
        statuses = [come_in(client, target, "sbagliata")[0] for _ in range(9)]
        assert statuses == [422] * 8 + [429]
    assert come_in(client, email)[0] == 429, "the right password does not pass either"
    assert come_in(client, email.upper())[0] == 429, "however it is written"


def test_an_address_is_throttled(app: Flask, trecate: Founded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts.excessive, "__defaults__", (attempts.PER_ACCOUNT, 5))
    client = app.test_client()
    there = {"REMOTE_ADDR": f"fd00::{trecate.id.hex[-4:]}:{trecate.id.hex[-8:-4]}"}
    data = [{"email": f"u{n}@{trecate.slug}.example", "password": "x"} for n in range(6)]
    statuses = [client.post("/sign-in", data=each, environ_base=there).status_code for each in data]
    assert statuses == [422] * 5 + [429]


def test_waiting_is_enough(client: FlaskClient, email: str, owner: Connection) -> None:
    for _ in range(10):
        come_in(client, email, "sbagliata")
    owner.exec_driver_sql("UPDATE sign_in_failures SET at = at - interval '16 minutes'")
    owner.commit()
    assert come_in(client, email)[0] == 303


def test_many_at_once_do_not_slip_past_the_count(app: Flask, email: str) -> None:
    statuses: list[int] = []

    def try_it() -> None:
        statuses.append(come_in(app.test_client(), email, "sbagliata")[0])

    threads = [threading.Thread(target=try_it) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(422) <= attempts.PER_ACCOUNT
    assert set(statuses) <= {422, 429}


def test_the_key_is_new_at_every_sign_in(client: FlaskClient, email: str) -> None:
    with client.session_transaction() as session:
        session["sign_in"], session["planted"] = "planted by somebody", "x"
    come_in(client, email)
    with client.session_transaction() as session:
        first = session["sign_in"]
        assert first != "planted by somebody"
        assert "planted" not in session
    come_in(client, email)
    with client.session_transaction() as session:
        assert session["sign_in"] != first
        session["sign_in"] = first
    assert client.get("/account").status_code == 302, "the one before is over"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "\\\\evil.example", "javascript:alert(1)", "evil"],
)
def test_no_open_redirect(client: FlaskClient, email: str, target: str) -> None:
    assert come_in(client, email, next=target) == (303, "/")
    assert client.get("/sign-in", query_string={"next": target}).headers["Location"] == "/"


def test_the_page_asked_for_comes_after_signing_in(client: FlaskClient, email: str) -> None:
    assert come_in(client, email, next="/account?x=1") == (303, "/account?x=1")


def test_the_cookie_is_closed(app: Flask, client: FlaskClient, email: str) -> None:
    come_in(client, email)
    cookie = client.get_cookie("capofila")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.expires is None
    assert app.config["SESSION_COOKIE_SECURE"] == app.config["PRODUCTION"]


def test_a_sign_in_lasts_twelve_hours(app: Flask, client: FlaskClient, email: str) -> None:
    come_in(client, email)
    with app.app_context(), scope.gatekeeper_scope():
        of_mine = SignIn.account_id == select(Account.id).where(Account.email == email).scalar_subquery()
        expires, started = db.session.execute(select(SignIn.expires_at, SignIn.created_at).where(of_mine)).one()
        assert abs(expires - started - timedelta(hours=12)) < timedelta(minutes=1)
        db.session.execute(update(SignIn).where(of_mine).values(expires_at=started))
        db.session.commit()
    assert client.get("/account").status_code == 302


def test_being_seen_costs_a_write_every_five_minutes_at_most(app: Flask, client: FlaskClient, email: str) -> None:
    come_in(client, email)
    seen = _seen(app, email)
    client.get("/account")
    assert _seen(app, email) == seen
    _seen(app, email, moved=timedelta(minutes=-6))
    client.get("/account")
    assert _seen(app, email) > seen


def _seen(app: Flask, email: str, moved: timedelta | None = None) -> datetime:
    with app.app_context(), scope.gatekeeper_scope():
        of_mine = SignIn.account_id == select(Account.id).where(Account.email == email).scalar_subquery()
        if moved is not None:
            db.session.execute(update(SignIn).where(of_mine).values(seen_at=SignIn.seen_at + moved))
            db.session.commit()
        return db.session.execute(select(SignIn.seen_at).where(of_mine)).scalar_one()


def test_passwords_are_argon2id(app: Flask) -> None:
    assert hashed(PASSWORD).startswith("$argon2id$")


def test_an_accent_is_the_same_however_it_is_typed() -> None:
    assert services.matches(hashed("perche\N{COMBINING ACUTE ACCENT} no, dico io"), "perch\N{LATIN SMALL LETTER E WITH ACUTE} no, dico io")
