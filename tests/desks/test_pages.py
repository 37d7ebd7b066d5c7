"""The pages of desks, their hours and staff, at the door."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from consortium.desks.models import Desk, DeskStaff
from consortium.network.models import Member
from consortium.web.listing import formats
from tenants.database import db
from tests.factories import Founded

DAYS = ("2025-02-28", "2025-03-01")
ROLES = ("admin", "coordinator", "cm1.trecate", "reader")
NEW = {"name": "Sozzago", "istat": "003141", "channels": ["in_person", "video"], "services": "Orientamento\nTirocini", "once": ""}


def desk_of(consortium: Founded, slug: str = "trecate") -> str:
    return f"/{consortium.slug}/desks/{consortium.desks[slug]}"


def items(client: FlaskClient, address: str) -> list[dict[str, object]]:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}format=json")
    assert answer.status_code == 200, answer.text
    return list(answer.json["items"])


def changed(consortium: Founded, slug: str, **columns: object) -> None:
    with consortium.scope():
        db.session.execute(update(Desk).where(Desk.slug == slug).values(**columns))
        db.session.commit()


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("listed", ["desks", "desks/staff"])
def test_all_staff_read_the_lists_in_every_format(trecate: Founded, listed: str, who: str) -> None:
    client = trecate.as_(who)
    for kind in ("html", "json", "csv", "xlsx"):
        assert client.get(f"/{trecate.slug}/{listed}?format={kind}").status_code == 200
    assert client.get(desk_of(trecate)).status_code == 200


@pytest.mark.parametrize("end", ["/edit", "/hours", "/staff/new"])
def test_administrators_and_coordinators_keep_the_desks(trecate: Founded, end: str) -> None:
    statuses = {who: trecate.as_(who).get(f"{desk_of(trecate)}{end}").status_code for who in ROLES}
    assert statuses == {"admin": 200, "coordinator": 200, "cm1.trecate": 403, "reader": 403}


def test_nobody_finds_another_consortiums(trecate: Founded, other: Founded) -> None:
    client = trecate.as_("admin")
    with other.scope():
        staff = db.session.execute(select(DeskStaff.id).limit(1)).scalar_one()
    for desk in (other.desks["trecate"], uuid4(), "nonsense"):
        for end in ("", "/edit", "/hours", "/staff/new", f"/staff/{staff}/end"):
            assert client.get(f"/{trecate.slug}/desks/{desk}{end}").status_code == 404
    assert client.get(f"{desk_of(trecate)}/staff/{staff}/end").status_code == 404
    assert client.post(f"{desk_of(trecate)}/staff/new", data={"membership_id": str(staff), "valid_from": "2024-01-01"}).status_code == 422


def test_a_desk_is_opened_once_with_its_hours(trecate: Founded) -> None:
    client = trecate.as_("coordinator")
    data = NEW | {"once": str(uuid4())}
    first, second = (client.post(f"/{trecate.slug}/desks/new", data=data) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    [found] = items(client, f"/{trecate.slug}/desks?q=sozzago&channel=video")
    assert found["weekly_hours"] is None
    hours = {"revision": "1", "day_2": "8:30-12, 14:30-17:30", "day_3": "8.30-12", "day_4": "8:30-12", "day_5": "8:30-12"}
    assert client.post(first.location, data=hours).status_code == 303
    assert items(client, f"/{trecate.slug}/desks?q=sozzago&hours=few")[0]["weekly_hours"] == 17
    page = client.get(f"/{trecate.slug}/desks/{found['id']}").text
    assert "8:30–12:00, 14:30–17:30" in page
    assert "17 " in page
    assert "Tirocini" in page


def test_hours_change_from_a_day_and_the_past_stays(trecate: Founded) -> None:
    client, page = trecate.as_("admin"), desk_of(trecate)
    assert client.post(f"{page}/hours", data={"revision": "1", "day_1": "9-13", "valid_from": "2025-03-01"}).status_code == 303
    weeks = {day: client.get(f"{page}?as_of={day}").text.partition('<table class="week')[2].partition("</table>")[0] for day in DAYS}
    assert ["8:30–12:00, 14:30–17:30" in week for week in weeks.values()] == [True, False]
    assert ["9:00–13:00" in week for week in weeks.values()] == [False, True]
    told = {day: items(client, f"/{trecate.slug}/desks?q=trecate&as_of={day}")[0]["weekly_hours"] for day in DAYS}
    assert list(told.values()) == [6.5, 4]
    assert client.get(f"{page}?as_of=domani").status_code == 422


def test_wrong_hours_are_said_by_day_and_kept(trecate: Founded) -> None:
    answer = trecate.as_("admin").post(f"{desk_of(trecate)}/hours", data={"revision": "1", "day_1": "mattina", "day_2": "12-9"})
    assert answer.status_code == 422
    assert 'id="field-day_1-error"' in answer.text
    assert 'id="field-day_2-error"' in answer.text
    assert 'value="mattina"' in answer.text


def test_two_people_changing_the_hours_choose(trecate: Founded) -> None:
    client, page = trecate.as_("admin"), desk_of(trecate)
    for hours, status in (("9-13", 303), ("10-14", 409)):
        answer = client.post(f"{page}/hours", data={"revision": "1", "day_1": hours, "valid_from": "2025-03-01"})
        assert answer.status_code == status
    assert "9:00–13:00" in answer.text
    assert "10-14" in answer.text
    assert "10:00–14:00" not in client.get(page).text


def test_two_people_editing_a_desk_choose(trecate: Founded) -> None:
    client, page = trecate.as_("admin"), desk_of(trecate)
    data = {"name": "Trecate", "istat": "003149", "revision": "1"}
    assert client.post(f"{page}/edit", data=data | {"phone": "1"}).status_code == 303
    answer = client.post(f"{page}/edit", data=data | {"phone": "2"})
    assert answer.status_code == 409
    assert "Admin" in answer.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "Trecate"}, "name"),
        ({"istat": "999999"}, "istat"),
        ({"member_id": str(UUID(int=1))}, "member_id"),
        ({"email": "x"}, "email"),
        ({"opened_on": "2024-01-02", "closed_on": "2024-01-01"}, "closed_on"),
        ({"channels": ["pigeon"]}, "channels"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(trecate: Founded, wrong: dict[str, object], field: str) -> None:
    answer = trecate.as_("admin").post(f"/{trecate.slug}/desks/new", data=NEW | wrong)
    assert answer.status_code == 422, answer.location
    assert f'id="field-{field}' in answer.text
    assert "field-error" in answer.text


def test_a_desk_of_another_consortiums_member_is_refused(trecate: Founded, other: Founded) -> None:
    with other.scope():
        member = db.session.execute(select(Member.id).limit(1)).scalar_one()
    assert trecate.as_("admin").post(f"/{trecate.slug}/desks/new", data=NEW | {"member_id": str(member)}).status_code == 422


def test_desks_are_told_of_a_day(trecate: Founded) -> None:
    changed(trecate, "cerano", opened_on=date(2023, 1, 1), closed_on=date(2024, 12, 31))
    client = trecate.as_("reader")

    def names(query: str) -> list[object]:
        return [row["name"] for row in items(client, f"/{trecate.slug}/desks?{query}")]

    assert names("as_of=2022-12-31") == ["Trecate"]
    assert names("as_of=2024-12-31") == ["Cerano", "Trecate"]
    assert names("as_of=2025-01-01") == ["Trecate"]
    assert names("period=ever") == ["Cerano", "Trecate"]


def test_staff_come_and_go_with_dates(trecate: Founded) -> None:
    client, page = trecate.as_("coordinator"), desk_of(trecate)
    person = str(trecate.staff[trecate.email("cm1.cerano")])
    data = {"membership_id": person, "valid_from": "2024-01-01"}
    assert client.post(f"{page}/staff/new", data=data).status_code == 303
    assert client.post(f"{page}/staff/new", data=data | {"valid_from": "2025-01-01"}).status_code == 422
    with trecate.scope():
        mine = (DeskStaff.membership_id == UUID(person), DeskStaff.desk_id == trecate.desks["trecate"])
        staff = db.session.execute(select(DeskStaff.id).where(*mine)).scalar_one()
    end = f"{page}/staff/{staff}/end"
    assert client.get(end).status_code == 200
    assert client.post(end, data={"revision": "1", "valid_to": "2023-12-31"}).status_code == 422
    assert client.post(end, data={"revision": "1", "valid_to": "2024-06-30"}).status_code == 303
    assert client.post(end, data={"revision": "1", "valid_to": "2024-07-31"}).status_code == 409
    listed = f"/{trecate.slug}/desks/staff?desk={trecate.desks['trecate']}"
    assert len(items(client, f"{listed}&as_of=2024-06-30")) == 3
    assert len(items(client, f"{listed}&as_of=2024-07-01")) == 2
    assert len(items(client, f"{listed}&period=ever")) == 3
    assert "Cm1.Cerano" in client.get(page).text


def test_staff_must_work_here_on_those_days(trecate: Founded) -> None:
    person = str(trecate.staff[trecate.email("cm1.cerano")])
    early = {"membership_id": person, "valid_from": "2021-12-31"}
    answer = trecate.as_("admin").post(f"{desk_of(trecate)}/staff/new", data=early)
    assert answer.status_code == 422
    assert 'id="field-valid_from-error"' in answer.text


def test_a_member_without_a_desk_says_so(trecate: Founded) -> None:
    with trecate.scope():
        ids = dict(db.session.execute(select(Member.istat, Member.id)).all())
    client = trecate.as_("reader")
    assert desk_of(trecate, "cerano") in client.get(f"/{trecate.slug}/members/{ids['003049']}").text
    assert "/desks/" not in client.get(f"/{trecate.slug}/members/{ids['003104']}").text.partition('id="member-desks"')[2]


def test_the_public_finds_desks_and_nothing_else(trecate: Founded, client: FlaskClient) -> None:
    changed(trecate, "trecate", phone="0321 776311", by_appointment=True)
    changed(trecate, "cerano", closed_on=formats.today() - timedelta(days=1))
    page = client.get(f"/{trecate.slug}/find-a-desk")
    assert page.status_code == 200
    assert "0321 776311" in page.text
    assert "8:30–12:00, 14:30–17:30" in page.text
    assert "Cerano" not in page.text
    assert "Cm1" not in page.text
    assert client.get(f"/{trecate.slug}/desks").status_code == 302
    assert client.get("/no-such/find-a-desk").status_code == 404


@pytest.mark.parametrize(("who", "is_told"), [("coordinator", True), ("reader", False)])
def test_who_may_add_staff_is_told_where(trecate: Founded, who: str, is_told: bool) -> None:
    for query in ("", "?q=nessuno"):
        assert ("si aggiunge nella pagina" in trecate.as_(who).get(f"/{trecate.slug}/desks/staff{query}").text) == is_told
