"""An administrator adds somebody: they get a link or a notice, and the administrator cannot tell which."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select

from consortium.desks.models import DeskStaff
from consortium.identity.models import Membership
from consortium.post.models import Message
from consortium.web.listing.formats import today
from tenants.database import db
from tests.factories import Founded
from tests.identity.test_sign_in import set_password

PASSWORD = "cavallo batteria graffetta"


def asked(place: Founded, **other: Any) -> dict[str, Any]:
    """An invitation as the form sends it."""
    desks = [str(place.desks["cerano"])]
    typed = {"name": "Ada Verdi", "email": f"ada-{uuid4().hex[:8]}@prova.example", "role": "case_manager", "desks": desks}
    return {**typed, "valid_from": today().isoformat(), "valid_to": "", "once": str(uuid4()), **other}


def invited(place: Founded, **other: Any) -> tuple[str, str]:
    """(address of the person's page, e-mail) of somebody invited."""
    data = asked(place, **other)
    answer = place.as_("admin").post(f"/{place.slug}/staff/invite", data=data)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"], data["email"]


def letter(place: Founded, email: str) -> str:
    with place.scope():
        written = select(Message.text).where(Message.recipient == email).order_by(Message.id.desc()).limit(1)
        return db.session.execute(written).scalar_one() or ""


def link(place: Founded, email: str) -> str:
    found = re.search(r"http://localhost(/invitations/[\w-]{43})\s", letter(place, email))
    assert found
    return found[1]


def test_who_is_new_chooses_a_password_and_comes_in(trecate: Founded, client: FlaskClient) -> None:
    page, email = invited(trecate)
    path = link(trecate, email)
    assert client.get(path).status_code == 200
    assert f"Consorzio {trecate.slug}" in client.get(path).text
    assert client.post(path, data={"password": PASSWORD}).status_code == 303
    assert f'href="/{trecate.slug}/"' in client.get("/account").text
    assert client.get(path).status_code == 404, "one use"
    assert trecate.as_("admin").get(page).status_code == 200
    with trecate.scope():
        serves = select(func.count()).select_from(DeskStaff).join(Membership, Membership.id == DeskStaff.membership_id)
        assert db.session.scalar(serves.where(Membership.email == email, DeskStaff.desk_id == trecate.desks["cerano"])) == 1


def test_who_works_elsewhere_gets_a_notice_and_nobody_can_tell(app: Flask, trecate: Founded, other: Founded) -> None:
    known = other.email("cm1.trecate")
    set_password(app, known)
    (new_page, new), (known_page, _) = invited(trecate), invited(trecate, email=known.upper())
    assert "/invitations/" in letter(trecate, new)
    assert "/invitations/" not in letter(trecate, known)
    admin = trecate.as_("admin")
    pages = [_neutral(admin.get(page).text, page, email) for page, email in ((new_page, new), (known_page, known))]
    assert pages[0] == pages[1]
    assert f'href="/{trecate.slug}/"' in other.as_("cm1.trecate").get("/account").text


def _neutral(body: str, page: str, email: str) -> str:
    """A person's page without what differs between any two people."""
    body = body.replace(page.rpartition("/")[2], "ID").replace(email, "E-MAIL")
    return re.sub(r'name="once" value="[^"]*"|\d\d:\d\d(:[\d.+:]*)?|<span class="code">\w+</span>', "", body)


def test_an_invitation_lasts_seven_days(trecate: Founded, client: FlaskClient, owner: Connection) -> None:
    _, email = invited(trecate)
    path = link(trecate, email)
    age = (
        "UPDATE account_tokens t SET expires_at = expires_at - CAST(%s AS interval) "
        "FROM accounts a WHERE a.id = t.account_id AND a.email = %s"
    )
    owner.exec_driver_sql(age, ("6 days 23 hours", email))
    owner.commit()
    assert client.get(path).status_code == 200
    owner.exec_driver_sql(age, ("2 hours", email))
    owner.commit()
    assert client.get(path).status_code == 404


def test_sending_again_replaces_the_link(trecate: Founded, client: FlaskClient) -> None:
    page, email = invited(trecate)
    first = link(trecate, email)
    assert trecate.as_("admin").post(f"{page}/invitation").status_code == 303
    assert client.get(first).status_code == 404
    assert client.get(link(trecate, email)).status_code == 200


def test_withdrawing_stops_the_link_and_the_membership(trecate: Founded, client: FlaskClient) -> None:
    page, email = invited(trecate, valid_from=(today() + timedelta(days=9)).isoformat())
    path = link(trecate, email)
    assert trecate.as_("admin").post(f"{page}/end").status_code == 303
    assert client.get(path).status_code == 404
    with trecate.scope():
        row = db.session.execute(select(Membership).where(Membership.email == email)).scalar_one()
        assert row.valid_to == row.valid_from - timedelta(days=1)
        assert db.session.scalar(select(func.count()).select_from(DeskStaff).where(DeskStaff.membership_id == row.id)) == 0


def test_two_consortia_invite_the_same_person_and_neither_undoes_the_other(trecate: Founded, other: Founded, client: FlaskClient) -> None:
    page, email = invited(trecate)
    invited(other, email=email)
    kept = link(other, email)
    trecate.as_("admin").post(f"{page}/end")
    assert client.get(kept).status_code == 200
    client.post(kept, data={"password": PASSWORD})
    assert client.get(f"/{trecate.slug}/").status_code == 404
    assert client.get(f"/{other.slug}/").status_code == 302


def test_a_double_click_invites_once(trecate: Founded) -> None:
    data, admin = asked(trecate), trecate.as_("admin")
    first, second = (admin.post(f"/{trecate.slug}/staff/invite", data=data) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    with trecate.scope():
        assert db.session.scalar(select(func.count()).select_from(Message).where(Message.recipient == data["email"])) == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("email", {"email": "non un indirizzo"}),
        ("email", {"email": "a@b.example, c@d.example"}),
        ("name", {"name": " "}),
        ("role", {"role": "operator"}),
        ("desks", {"desks": []}),
        ("desks", {"desks": [str(uuid4())]}),
        ("valid_to", {"valid_to": "2020-01-01"}),
        ("valid_from", {"valid_from": "31/31/2026"}),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(trecate: Founded, field: str, wrong: dict[str, Any]) -> None:
    answer = trecate.as_("admin").post(f"/{trecate.slug}/staff/invite", data=asked(trecate, **wrong))
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    with trecate.scope():
        assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_the_desk_of_another_consortium_does_not_exist(trecate: Founded, other: Founded) -> None:
    data = asked(trecate, desks=[str(other.desks["cerano"])])
    assert trecate.as_("admin").post(f"/{trecate.slug}/staff/invite", data=data).status_code == 422


def test_who_is_on_the_list_is_not_added_twice(trecate: Founded) -> None:
    answer = trecate.as_("admin").post(f"/{trecate.slug}/staff/invite", data=asked(trecate, email=trecate.email("reader")))
    assert answer.status_code == 422
    assert 'id="field-email-error"' in answer.text


@pytest.mark.parametrize("call", ["SELECT app.invite(:id, 'x', interval '1 day')", "SELECT app.withdraw_invitation(:id)"])
def test_a_consortium_invites_only_its_own(trecate: Founded, other: Founded, call: str, sql: Callable[..., Any]) -> None:
    _, email = invited(other)
    path = link(other, email)
    with other.scope():
        theirs = db.session.execute(select(Membership.id).where(Membership.email == email)).scalar_one()
    with trecate.scope():
        assert not sql(call, id=theirs)
        db.session.commit()
    assert other.app.test_client().get(path).status_code == 200


@pytest.fixture
def sql() -> Callable[..., Any]:
    from sqlalchemy import text

    return lambda statement, **values: db.session.execute(text(statement), values).scalar()
