"""The staff's pages: who sees them, the list at a day, changes, the end, and the administrator there must always be."""

import re
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import event, select

from consortium.desks.models import DeskStaff
from consortium.identity.models import Membership
from consortium.staff.services import LastAdministrator, end
from consortium.web.listing.formats import today
from tenants.database import db
from tests.factories import Founded
from tests.staff.test_invitations import invited

DAY = timedelta(days=1)


def page_of(place: Founded, who: str) -> str:
    return f"/{place.slug}/staff/{place.staff[place.email(who)]}"


def typed(place: Founded, who: str, **other: Any) -> dict[str, Any]:
    """The form of a change as the page shows it."""
    with place.scope():
        row = db.session.execute(select(Membership).where(Membership.email == place.email(who))).scalar_one()
        now = {name: getattr(row, name) for name in ("name", "role", "revision")}
        served = db.session.execute(select(DeskStaff.desk_id).where(DeskStaff.membership_id == row.id)).scalars()
        now |= {"desks": [str(each) for each in served], "valid_from": row.valid_from.isoformat(), "valid_to": row.valid_to or ""}
    return {**now, "once": str(uuid4()), **other}


def change(place: Founded, who: str, client: FlaskClient | None = None, **other: Any) -> int:
    return (client or place.as_("admin")).post(f"{page_of(place, who)}/edit", data=typed(place, who, **other)).status_code


ROLES = ("admin", "coordinator", "cm1.trecate", "reader")
SEES = {"admin": 200, "coordinator": 200, "cm1.trecate": 403, "reader": 403}


@pytest.mark.parametrize("who", ROLES)
def test_who_sees_and_who_manages(trecate: Founded, who: str) -> None:
    client, page = trecate.as_(who), page_of(trecate, "reader")
    manages = 200 if who == "admin" else 403
    assert [client.get(path).status_code for path in (f"/{trecate.slug}/staff", page)] == [SEES[who]] * 2
    assert [client.get(path).status_code for path in (f"/{trecate.slug}/staff/invite", f"{page}/edit", f"{page}/end")] == [manages] * 3
    if who != "admin":
        assert [client.post(f"{page}/{verb}").status_code for verb in ("edit", "end", "invitation")] == [403] * 3


def test_the_staff_of_another_consortium_does_not_exist(trecate: Founded, other: Founded) -> None:
    admin = trecate.as_("admin")
    theirs, nobody = other.staff[other.email("reader")], uuid4()
    for method, verb in (("get", ""), ("get", "/edit"), ("post", "/edit"), ("get", "/end"), ("post", "/end"), ("post", "/invitation")):
        answers = [getattr(admin, method)(f"/{trecate.slug}/staff/{each}{verb}") for each in (theirs, nobody)]
        assert [answer.status_code for answer in answers] == [404, 404], verb
        assert _plain(answers[0].text) == _plain(answers[1].text)
    assert admin.get(page_of(other, "reader")).status_code == 404
    assert admin.get(f"/{trecate.slug}/staff/non-un-uuid").status_code == 404


def _plain(body: str) -> str:
    return re.sub(r'<span class="code">\w+</span>|href="[^"]*lang=[^"]*"', "", body)


def listed(place: Founded, query: str = "", who: str = "admin") -> set[str]:
    answer = place.as_(who).get(f"/{place.slug}/staff?format=json&{query}")
    assert answer.status_code == 200, answer.text
    return {each["email"].partition("@")[0] for each in answer.json["items"]}


def test_the_list_is_told_of_a_day_and_filtered(trecate: Founded) -> None:
    everybody = {"admin", "coordinator", "reader", "cm1.trecate", "cm2.trecate", "cm1.cerano", "cm2.cerano"}
    assert listed(trecate) == listed(trecate, "stage=current") == everybody
    assert listed(trecate, "role=case_manager") == {each for each in everybody if each.startswith("cm")}
    assert listed(trecate, f"desk={trecate.desks['cerano']}") == {"cm1.cerano", "cm2.cerano"}
    assert listed(trecate, "stage=coming&as_of=2021-12-31") == everybody
    assert change(trecate, "cm1.cerano", valid_to="2023-10-31") == 303
    assert listed(trecate, "stage=ended") == {"cm1.cerano"}
    assert "cm1.cerano" in listed(trecate, "stage=current&as_of=2023-10-31")
    assert "cm1.cerano" not in listed(trecate, "stage=current&as_of=2023-11-01")
    assert listed(trecate, f"desk={trecate.desks['cerano']}&as_of=2023-10-31") == {"cm1.cerano", "cm2.cerano"}
    assert trecate.as_("admin").get(f"/{trecate.slug}/staff?as_of=ieri").status_code == 422


@pytest.mark.parametrize("path", ["", "?role=reader", "?sort=-name", "?sort=stage", "?format=csv", "?format=xlsx"])
def test_the_list_in_all_its_shapes(trecate: Founded, path: str) -> None:
    assert trecate.as_("admin").get(f"/{trecate.slug}/staff{path}").status_code == 200


def test_the_list_says_who_is_entrusted_with_sensitive_data(trecate: Founded) -> None:
    assert change(trecate, "cm1.cerano", sensitive="true") == 303
    assert listed(trecate, "sensitive=entrusted") == {"cm1.cerano"}
    page = trecate.as_("admin").get(f"/{trecate.slug}/staff").text
    assert re.sub(r"\s+", " ", page).count("con accesso") == 2, "the filter, and one of them"


def test_statements_a_page(app: Flask, trecate: Founded) -> None:
    admin, statements = trecate.as_("admin"), []
    with app.app_context():
        engine = db.engine

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "app.enter" not in statement:
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        for path, most in ((f"/{trecate.slug}/staff", 6), (page_of(trecate, "cm1.cerano"), 10), ("/account", 10)):
            statements.clear()
            assert admin.get(path).status_code == 200
            assert len(statements) <= most, (path, statements)
    finally:
        event.remove(engine, "before_cursor_execute", note)


def served(place: Founded, who: str) -> dict[str, tuple[Any, Any]]:
    names = {id: slug for slug, id in place.desks.items()}
    with place.scope():
        rows = select(DeskStaff.desk_id, DeskStaff.valid_from, DeskStaff.valid_to)
        mine = rows.where(DeskStaff.membership_id == place.staff[place.email(who)])
        return {names[desk_id]: (first, last) for desk_id, first, last in db.session.execute(mine)}


def test_role_desks_and_days_are_changed_and_told(trecate: Founded) -> None:
    desks = [str(trecate.desks["trecate"])]
    assert change(trecate, "cm1.cerano", name="Ada Verdi", role="coordinator", desks=desks) == 303
    now = served(trecate, "cm1.cerano")
    assert now["cerano"][1] == today() - DAY
    assert now["trecate"] == (today(), None)
    page = trecate.as_("admin").get(page_of(trecate, "cm1.cerano")).text
    assert "Ada Verdi" in page
    assert "<del>" in page
    assert "Admin" in page, "who did it"
    assert "(Cerano)" in page, "which desk"
    assert str(trecate.staff[trecate.email("cm1.cerano")]) not in page.partition('class="timeline"')[2]


def test_service_at_desks_follows_the_dates(trecate: Founded) -> None:
    last = today() + timedelta(days=30)
    assert change(trecate, "cm1.cerano", valid_to=last.isoformat()) == 303
    assert served(trecate, "cm1.cerano")["cerano"][1] == last
    assert change(trecate, "cm1.cerano", valid_to="") == 303
    assert served(trecate, "cm1.cerano")["cerano"][1] is None


def test_a_page_left_behind_does_not_overwrite(trecate: Founded) -> None:
    stale = typed(trecate, "reader", name="Mine")
    assert change(trecate, "reader", name="Theirs") == 303
    admin = trecate.as_("admin")
    answer = admin.post(f"{page_of(trecate, 'reader')}/edit", data=stale)
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert 'value="Mine"' in answer.text
    revision = re.search(r'name="revision" value="(\d+)"', answer.text)
    assert revision
    again = {**stale, "revision": revision[1], "once": str(uuid4())}
    assert admin.post(f"{page_of(trecate, 'reader')}/edit", data=again).status_code == 303


def test_a_page_left_behind_does_not_overwrite_the_desks(trecate: Founded) -> None:
    assert change(trecate, "cm1.cerano", name="Before") == 303
    stale = typed(trecate, "cm1.cerano")
    assert change(trecate, "cm1.cerano", name="After", desks=[str(each) for each in trecate.desks.values()]) == 303
    answer = trecate.as_("admin").post(f"{page_of(trecate, 'cm1.cerano')}/edit", data=stale)
    assert answer.status_code == 409
    assert "(Trecate)" in answer.text, "which desk was added"
    assert "<ins>After</ins>" in answer.text
    assert "<ins>Before</ins>" not in answer.text, "only what came since"
    assert len(served(trecate, "cm1.cerano")) == 2


def test_the_end_closes_everything_at_once(trecate: Founded) -> None:
    theirs, page = trecate.as_("cm1.cerano"), page_of(trecate, "cm1.cerano")
    assert theirs.get(f"/{trecate.slug}/").status_code == 302
    asked = trecate.as_("admin").get(f"{page}/end")
    assert (asked.status_code, "ultimo giorno resterà ieri" in asked.text) == (200, True)
    assert trecate.as_("admin").post(f"{page}/end").status_code == 303
    assert theirs.get(f"/{trecate.slug}/").status_code == 404
    assert served(trecate, "cm1.cerano")["cerano"][1] == today() - DAY


def test_the_last_day_is_worked_and_the_next_is_not(trecate: Founded) -> None:
    theirs = trecate.as_("cm1.cerano")
    assert change(trecate, "cm1.cerano", valid_to=today().isoformat()) == 303
    assert theirs.get(f"/{trecate.slug}/").status_code == 302
    assert change(trecate, "cm1.cerano", valid_to=(today() - DAY).isoformat()) == 303
    assert theirs.get(f"/{trecate.slug}/").status_code == 404


def test_who_left_can_come_back(trecate: Founded) -> None:
    trecate.as_("admin").post(f"{page_of(trecate, 'cm1.cerano')}/end")
    desks = [str(trecate.desks["cerano"])]
    assert change(trecate, "cm1.cerano", valid_to="", desks=desks) == 303
    assert trecate.as_("cm1.cerano").get(f"/{trecate.slug}/").status_code == 302


def test_the_last_administrator_cannot_leave(trecate: Founded) -> None:
    assert trecate.as_("admin").post(f"{page_of(trecate, 'admin')}/end").status_code == 409
    for wrong in ({"role": "reader"}, {"valid_to": "2030-01-01"}, {"valid_from": (today() + DAY).isoformat()}):
        assert change(trecate, "admin", **wrong) == 409, wrong
    assert trecate.as_("admin").get(f"/{trecate.slug}/staff").status_code == 200


def test_an_administrator_leaves_as_far_as_others_stay(trecate: Founded) -> None:
    until = today() + timedelta(days=100)
    assert change(trecate, "reader", role="administrator", valid_to=until.isoformat()) == 303
    assert change(trecate, "admin", valid_to=(today() + DAY).isoformat()) == 409, "from the 101st day on there would be nobody"
    assert change(trecate, "coordinator", role="administrator", valid_from=(until + DAY).isoformat()) == 303
    assert change(trecate, "admin", valid_to=(today() + DAY).isoformat()) == 303
    assert change(trecate, "coordinator", valid_from=(until + 2 * DAY).isoformat()) == 409, "a day between the two"


def test_who_demotes_themselves_is_brought_to_their_own_work(trecate: Founded) -> None:
    change(trecate, "reader", role="administrator")
    admin = trecate.as_("admin")
    answer = admin.post(f"{page_of(trecate, 'admin')}/edit", data=typed(trecate, "admin", role="reader"))
    assert answer.headers["Location"] == "/"


def test_two_administrators_who_leave_at_once_do_not_both_leave(app: Flask, trecate: Founded) -> None:
    change(trecate, "reader", role="administrator")
    ends: list[str] = []
    ready = threading.Barrier(2)

    def leave(membership_id: UUID) -> None:
        with trecate.scope(), force_locale("it"):
            db.session.execute(select(Membership.id).limit(1))
            ready.wait()
            try:
                end(membership_id=membership_id, today=today())
                db.session.commit()
                ends.append("left")
            except LastAdministrator:
                ends.append("stayed")

    threads = [threading.Thread(target=leave, args=(trecate.staff[trecate.email(who)],)) for who in ("admin", "reader")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["left", "stayed"]


def test_the_switcher_leads_to_the_other_consortium(trecate: Founded, other: Founded) -> None:
    invited(other, email=trecate.email("cm1.trecate"))
    page = trecate.as_("cm1.trecate").get("/account").text
    assert {trecate.slug, other.slug} <= set(re.findall(r'menu-item dropdown-item" href="/([\w-]+)/"', page))


def test_who_has_come_in_without_an_invitation_is_not_said_to_want_one(trecate: Founded) -> None:
    page = page_of(trecate, "cm1.cerano")
    assert "Manda un invito" in trecate.as_("admin").get(page).text
    trecate.as_("cm1.cerano").get(f"/{trecate.slug}/")
    assert "Manda un invito" not in trecate.as_("admin").get(page).text
