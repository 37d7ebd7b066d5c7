"""Accounts from the command line."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from consortium.identity.models import Account
from consortium.identity.services import endow, matches
from tests.identity.test_sign_in import PASSWORD, come_in


@pytest.fixture
def email() -> str:
    return f"u{uuid4().hex[:12]}@platform.example"


def run(app: Flask, *arguments: str) -> "tuple[int, str]":
    result = app.test_cli_runner().invoke(args=["identity", *arguments])
    return result.exit_code, result.output


def test_an_auditor_and_an_operator_are_made(app: Flask, email: str, owner: Connection) -> None:
    assert run(app, "grant-region", email, "piemonte")[0] == 0
    assert run(app, "grant-region", email, "piemonte")[0] == 0, "again changes nothing"
    assert run(app, "grant-platform", email)[0] == 0
    assert run(app, "set-password", email, "--password", PASSWORD)[0] == 0
    client = app.test_client()
    assert come_in(client, email)[0] == 303
    page = client.get("/account").text
    assert "/regions/piemonte/" in page
    assert "Capofila" in page


def test_a_region_that_is_not_there_is_told_with_those_that_are(app: Flask, email: str) -> None:
    status, output = run(app, "grant-region", email, "padania")
    assert status == 1
    assert "piemonte" in output


@pytest.mark.parametrize("arguments", [("grant-platform", "non un indirizzo"), ("set-password", "a@b.example", "--password", "corta")])
def test_what_cannot_be_is_refused(app: Flask, arguments: "tuple[str, ...]") -> None:
    assert run(app, *arguments)[0] != 0


def test_setting_a_password_ends_the_sign_ins(app: Flask, email: str) -> None:
    run(app, "set-password", email, "--password", PASSWORD)
    client = app.test_client()
    come_in(client, email)
    run(app, "set-password", email, "--password", "un'altra parola lunga")
    assert client.get("/account").status_code == 302


def test_endowing_keeps_what_is_there(owner: Connection, email: str) -> None:
    first = endow(owner, email=email.upper(), name="Ada", password=PASSWORD, demo=True)
    assert endow(owner, email=email, name="Another", region_id="01") == first
    row = owner.execute(select(Account.name, Account.password_hash, Account.demo).where(Account.id == first)).one()
    assert (row.name, row.demo) == ("Ada", True)
    assert matches(row.password_hash, PASSWORD)
