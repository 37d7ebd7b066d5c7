"""Who takes in charge a person whom nobody follows, follows them; taken back, nobody does again."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from consortium.cases.models import Case
from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.cases.test_pages import sent
from tests.factories import Founded
from tests.forms import standing

MINE = "Seguo io questa persona"


def waiting(founded: Founded, manager: str | None = None) -> tuple[str, UUID]:
    """(address of the assignment, case) of somebody who waits at Trecate, followed by nobody unless said."""
    with at_work(founded):
        case, assignment = take_in(founded, taken_on=None)
        case.case_manager_id = founded.staff[founded.email(manager)] if manager else None
        db.session.commit()
        return f"/{founded.slug}/assignments/{assignment.id}", case.id


def follower(founded: Founded, case_id: UUID | None = None) -> str | None:
    """Who follows a case (or the only one there is): "cm1.trecate"."""
    which = [Case.id == case_id] if case_id else []
    with founded.scope():
        manager = db.session.execute(select(Case.case_manager_id).where(*which)).scalar_one()
    return next((email.partition("@")[0] for email, each in founded.staff.items() if each == manager), None)


def intake(client: FlaskClient, address: str, **other: Any) -> None:
    page = client.get(f"{address}/take-in-charge").text
    answer = client.post(f"{address}/take-in-charge", data=standing(page, **other))
    assert answer.status_code == 303, answer.text


@pytest.mark.parametrize("who", ["cm2.trecate", "coordinator"])
def test_who_takes_in_charge_follows_and_undo_gives_back(trecate: Founded, who: str) -> None:
    address, case_id = waiting(trecate)
    client = trecate.as_(who)
    assert MINE in client.get(f"{address}/take-in-charge").text
    intake(client, address)
    assert follower(trecate, case_id) == who
    assert client.post(f"{address}/undo", data={"state": "taken_in_charge"}).status_code == 303
    assert follower(trecate, case_id) is None


def test_a_box_that_is_not_ticked_leaves_the_person_to_others(trecate: Founded) -> None:
    address, case_id = waiting(trecate)
    intake(trecate.as_("coordinator"), address, follow=[])
    assert follower(trecate, case_id) is None


@pytest.mark.parametrize(("who", "manager"), [("cm1.trecate", "cm2.trecate"), ("coordinator", "cm2.trecate"), ("admin", None)])
def test_who_is_followed_stays_and_who_follows_nobody_does_not_begin(trecate: Founded, who: str, manager: str | None) -> None:
    address, case_id = waiting(trecate, manager)
    client = trecate.as_(who)
    assert MINE not in client.get(f"{address}/take-in-charge").text
    intake(client, address)
    assert follower(trecate, case_id) == manager
    client.post(f"{address}/undo", data={"state": "taken_in_charge"})
    assert follower(trecate, case_id) == manager


def test_undo_leaves_who_followed_before_and_who_follows_since(trecate: Founded) -> None:
    address, case_id = waiting(trecate)
    client = trecate.as_("cm2.trecate")
    assert client.post(f"/{trecate.slug}/today/take/{case_id}").status_code == 303
    intake(client, address)
    client.post(f"{address}/undo", data={"state": "taken_in_charge"})
    assert follower(trecate, case_id) == "cm2.trecate"
    later, case_id = waiting(trecate)
    intake(client, later)
    to = {"desk_id": trecate.desks["trecate"], "case_manager_id": trecate.staff[trecate.email("cm1.trecate")]}
    form = client.get(f"/{trecate.slug}/cases/{case_id}/hand-over").text
    assert client.post(f"/{trecate.slug}/cases/{case_id}/hand-over", data=standing(form, **to)).status_code == 303
    client.post(f"{later}/undo", data={"state": "taken_in_charge"})
    assert follower(trecate, case_id) == "cm1.trecate"


@pytest.mark.parametrize(("more", "expected"), [({}, "cm2.trecate"), ({"follow": False}, None)])
def test_a_program_s_intake_too(trecate: Founded, more: dict[str, bool], expected: str | None) -> None:
    address, case_id = waiting(trecate)
    client = trecate.as_("cm2.trecate")
    taken = client.post(f"/api/v1{address}/take-in-charge", json={"on_date": today().isoformat(), **more})
    assert (taken.status_code, follower(trecate, case_id)) == (200, expected)
    assert client.post(f"/api/v1{address}/undo", json={"state": "taken_in_charge"}).status_code == 200
    assert follower(trecate, case_id) is None


@pytest.mark.parametrize(
    ("who", "facts", "expected"),
    [
        ("coordinator", {"follow": "true"}, "coordinator"),
        ("coordinator", {}, None),
        ("coordinator", {"follow": "true", "take_in_charge": ""}, None),
        ("admin", {"follow": "true"}, None),
        ("cm1.trecate", {}, "cm1.trecate"),
    ],
)
def test_a_new_person_is_followed_by_who_takes_them_in_charge(
    trecate: Founded, who: str, facts: dict[str, str], expected: str | None
) -> None:
    client = trecate.as_(who)
    client.get(f"/{trecate.slug}/search?q=Okafor")
    assert (MINE in client.get(f"/{trecate.slug}/cases/new").text) == (who == "coordinator")
    data = {name: value for name, value in sent(trecate, **facts).items() if value}
    assert client.post(f"/{trecate.slug}/cases/new", data=data).status_code == 303
    assert follower(trecate) == expected
