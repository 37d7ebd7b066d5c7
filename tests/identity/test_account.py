"""One's own account: details, password, sign-ins, consortia."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, select, update

from consortium.identity import queries
from consortium.identity.models import LOCALES, Account, Membership, SignIn
from consortium.identity.services import join_staff
from consortium.web.language import LANGUAGES
from consortium.web.listing.formats import today
from tenants import scope
from tenants.database import db
from tests.factories import Founded
from tests.identity.test_sign_in import PASSWORD, come_in, set_password

NEW = "cavallo batteria graffetta"


@pytest.fixture
def email(app: Flask, trecate: Founded) -> str:
    set_password(app, trecate.email("admin"))
    return trecate.email("admin")


def signed_in(app: Flask, email: str) -> FlaskClient:
    client = app.test_client()
    assert come_in(client, email)[0] == 303
    return client


def test_nobody_is_sent_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/account").headers["Location"] == "/sign-in?next=/account"
    assert client.post("/account/sign-ins/revoke-others").status_code == 401


def test_name_and_language_are_kept(app: Flask, email: str) -> None:
    client = signed_in(app, email)
    assert client.post("/account", data={"name": "Ada Verdi", "locale": "en"}).status_code == 303
    page = client.get("/account").text
    assert 'value="Ada Verdi"' in page
    assert '<html lang="en"' in page
    assert client.post("/account", data={"name": "Ada", "locale": "xx"}).status_code == 422


def test_the_languages_of_accounts_are_those_of_the_pages() -> None:
    assert set(LOCALES) == set(LANGUAGES)


def test_a_new_password_needs_the_current_one_and_ends_other_sign_ins(app: Flask, email: str) -> None:
    here, elsewhere = signed_in(app, email), signed_in(app, email)
    assert here.post("/account/password", data={"current": "sbagliata", "password": NEW}).status_code == 422
    assert here.post("/account/password", data={"current": PASSWORD, "password": NEW}).status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert come_in(app.test_client(), email)[0] == 422
    assert come_in(app.test_client(), email, NEW)[0] == 303


@pytest.mark.parametrize("weak", ["undici segn", "           a", "{email}", "{EMAIL}"])
def test_weak_passwords_are_refused(app: Flask, email: str, weak: str) -> None:
    password = weak.replace("{email}", email).replace("{EMAIL}", email.upper())
    answer = signed_in(app, email).post("/account/password", data={"current": PASSWORD, "password": password})
    assert answer.status_code == 422
    assert 'id="field-password-error"' in answer.text
    assert f'value="{password}"' not in answer.text.replace(f'value="{email}" autocomplete="username"', "")


def test_guessing_the_current_password_is_throttled(app: Flask, email: str) -> None:
    client = signed_in(app, email)
    data = {"current": "sbagliata", "password": NEW}
    statuses = [client.post("/account/password", data=data).status_code for _ in range(9)]
    assert statuses == [422] * 8 + [429]


def test_sign_ins_are_listed_and_revoked_one_by_one(app: Flask, email: str) -> None:
    here, elsewhere = signed_in(app, email), signed_in(app, email)
    revoke = re.findall(r'action="(/account/sign-ins/[0-9a-f-]{36}/revoke)"', here.get("/account").text)
    assert len(revoke) == 1, "the one in use is left by signing out"
    assert here.post(revoke[0]).status_code == 303
    assert elsewhere.get("/account").status_code == 302
    assert here.get("/account").status_code == 200
    assert here.post(revoke[0]).status_code == 404, "it is over already"


def test_all_others_are_revoked_at_once(app: Flask, email: str) -> None:
    here, *others = [signed_in(app, email) for _ in range(3)]
    here.post("/account/sign-ins/revoke-others")
    assert here.get("/account").status_code == 200
    assert {each.get("/account").status_code for each in others} == {302}


def test_nobody_revokes_the_sign_in_of_another(app: Flask, email: str, trecate: Founded) -> None:
    mine = signed_in(app, email)
    with app.app_context(), scope.gatekeeper_scope():
        account_id = select(Account.id).where(Account.email == email).scalar_subquery()
        sign_in_id = db.session.execute(select(SignIn.id).where(SignIn.account_id == account_id)).scalar_one()
    assert trecate.as_("reader").post(f"/account/sign-ins/{sign_in_id}/revoke").status_code == 404
    assert mine.get("/account").status_code == 200


def test_one_person_in_two_consortia_switches(trecate: Founded, other: Founded) -> None:
    with other.scope():
        join_staff(email=trecate.email("cm1.trecate"), name="CM", role="reader", valid_from=today())
        db.session.commit()
    client = trecate.as_("cm1.trecate")
    page = client.get("/account").text
    for place in (trecate, other):
        assert f'href="/{place.slug}/"' in page
        assert client.get(f"/{place.slug}/").status_code == 302
    assert trecate.as_("reader").get(f"/{other.slug}/").status_code == 404


def test_an_account_that_belongs_nowhere_is_told_what_to_do(trecate: Founded) -> None:
    client = trecate.as_("reader")
    with trecate.scope():
        db.session.execute(
            update(Membership)
            .where(Membership.email == trecate.email("reader"))
            .values(valid_from=today().replace(year=2020), valid_to=today().replace(year=2021))
        )
        db.session.commit()
    assert client.get(f"/{trecate.slug}/").status_code == 404
    assert client.get("/").headers["Location"].startswith("/account")
    page = client.get("/account").text
    assert trecate.email("reader") in page
    assert 'class="empty"' in page


def test_the_first_page_of_a_consortium_wants_a_sign_in(client: FlaskClient, trecate: Founded) -> None:
    assert client.get(f"/{trecate.slug}/").headers["Location"] == f"/sign-in?next=/{trecate.slug}/"
    assert client.get("/nessuno-qui/").status_code == 404


def test_demo_accounts_are_known(app: Flask, context: None, owner: Connection, trecate: Founded) -> None:
    def exist() -> bool:
        with scope.gatekeeper_scope():
            return queries.demo_accounts_exist()

    before = exist()
    owner.exec_driver_sql("UPDATE accounts SET demo = true WHERE email = %s", (trecate.email("admin"),))
    owner.commit()
    assert exist()
    owner.exec_driver_sql("UPDATE accounts SET demo = false WHERE email = %s", (trecate.email("admin"),))
    owner.commit()
    assert exist() == before
