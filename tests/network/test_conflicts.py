"""Two people editing one row: the second sees who changed what meanwhile, and chooses."""

import re
from html import unescape
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from consortium.network.models import Member
from tenants.database import db
from tests.factories import Founded

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def nibbiola(consortium: Founded) -> tuple[UUID, str]:
    with consortium.scope():
        found = db.session.execute(select(Member.id).where(Member.istat == "003104")).scalar_one()
    return found, f"/{consortium.slug}/members/{found}"


def typed(client: FlaskClient, page: str, **changes: str) -> dict[str, str]:
    """The form as it stands when it is opened, with some fields typed over."""
    text = client.get(f"{page}/edit").text
    revision = re.search(r'name="revision" value="(\d+)"', text)
    assert revision
    return {"name": "Comune di Nibbiola", "kind": "municipality", "istat": "003104", "revision": revision[1]} | changes


def stored(consortium: Founded, member_id: UUID) -> Member:
    with consortium.scope():
        return db.session.execute(select(Member).where(Member.id == member_id)).scalar_one()


def test_the_second_sees_who_changed_what_and_nothing_is_overwritten(trecate: Founded) -> None:
    member_id, page = nibbiola(trecate)
    first, second = trecate.as_("admin"), trecate.as_("admin")
    mine = typed(second, page, phone="0321 2", email="mio@example.org")
    assert first.post(f"{page}/edit", data=typed(first, page, phone="0321 1", website="https://nibbiola.example")).status_code == 303
    answer = second.post(f"{page}/edit", data=mine)
    assert answer.status_code == 409
    assert "Admin" in answer.text
    assert "0321 1" in answer.text
    assert "0321 2" in answer.text
    assert stored(trecate, member_id).phone == "0321 1"
    # Saving mine: only what I touched; the website that the other wrote stays.
    again = [(name, unescape(value)) for name, value in HIDDEN.findall(answer.text)]
    saved = second.post(f"{page}/edit", data=dict(again))
    assert saved.status_code == 303
    row = stored(trecate, member_id)
    assert (row.phone, row.email, row.website) == ("0321 2", "mio@example.org", "https://nibbiola.example")


def test_two_saves_meanwhile_are_both_told(trecate: Founded) -> None:
    _, page = nibbiola(trecate)
    client = trecate.as_("admin")
    mine = typed(client, page, phone="3")
    for change in ({"phone": "1"}, {"phone": "1", "email": "due@example.org"}):
        assert client.post(f"{page}/edit", data=typed(client, page, **change)).status_code == 303
    text = client.post(f"{page}/edit", data=mine).text
    assert "due@example.org" in text
    assert text.count("<time ") == 2


def test_who_saves_the_same_has_nothing_to_choose(trecate: Founded) -> None:
    _, page = nibbiola(trecate)
    client = trecate.as_("admin")
    mine = typed(client, page, phone="1")
    assert client.post(f"{page}/edit", data=mine).status_code == 303
    answer = client.post(f"{page}/edit", data=mine)
    assert answer.status_code == 409
    told = answer.text.partition('class="conflict"')[2]
    assert "btn btn-primary" not in told
    assert "data-rejected" not in told


def test_a_double_click_on_an_edit_is_no_conflict(trecate: Founded) -> None:
    _, page = nibbiola(trecate)
    client = trecate.as_("admin")
    mine = typed(client, page, phone="1", once="0190a7c0-0000-7000-8000-000000000001")
    assert [client.post(f"{page}/edit", data=mine).status_code for _ in range(2)] == [303, 303]


def test_a_form_without_its_revision_overwrites_nothing(trecate: Founded) -> None:
    _, page = nibbiola(trecate)
    data = {"name": "Nibbiola", "kind": "municipality", "istat": "003104"}
    assert trecate.as_("admin").post(f"{page}/edit", data=data).status_code == 409
