"""Sensitive data: opened by whom the consortium has entrusted, for a reason that stays; to all others there is nothing."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select, text, update

from consortium.cases.models import Case
from consortium.identity.models import Membership
from consortium.sensitive.models import SensitiveReading, SensitiveRecord
from consortium.trail.models import TrailEntry
from tenants.database import db
from tests.cases.people import at_work, begin
from tests.factories import Founded
from tests.forms import Sent, standing

REASON = "Collocamento mirato, colloquio di oggi"
SECRET = "Segretissimo"


def entrust(founded: Founded, who: str, entrusted: bool = True) -> None:
    with founded.scope():
        db.session.execute(update(Membership).where(Membership.email == founded.email(who)).values(sensitive=entrusted))
        db.session.commit()


@pytest.fixture
def case_id(trecate: Founded) -> UUID:
    """A person of Trecate of whom much is recorded; cm1.trecate is entrusted."""
    entrust(trecate, "cm1.trecate")
    with at_work(trecate):
        pathway = begin(trecate, surname="Okafor", first_name="Maria")
        person_id = db.session.scalar(select(Case.person_id).where(Case.id == pathway.case_id))
        facts = {"disability": True, "percentage": 67, "certificate": f"{SECRET} ASL", "health": SECRET, "limitations": SECRET}
        db.session.add(SensitiveRecord(person_id=person_id, **facts))
        db.session.commit()
        return pathway.case_id


def page(founded: Founded, case_id: UUID, rest: str = "") -> str:
    return f"/{founded.slug}/cases/{case_id}/sensitive{rest}"


def open_(browser: FlaskClient, founded: Founded, case_id: UUID, reason: str = REASON) -> Any:
    return browser.post(page(founded, case_id), data={"reason": reason, "once": str(uuid4())})


def count(founded: Founded, model: Any, *conditions: Any) -> int:
    with founded.scope():
        return db.session.execute(select(func.count()).select_from(model).where(*conditions)).scalar_one()


def test_they_open_for_a_reason_and_the_reading_is_in_the_trail(trecate: Founded, case_id: UUID) -> None:
    browser = trecate.as_("cm1.trecate")
    closed = browser.get(page(trecate, case_id))
    assert closed.status_code == 200
    assert SECRET not in closed.text
    assert "Apri questi dati" in closed.text
    for reason in ("", "perché sì", " " * 30):
        refused = open_(browser, trecate, case_id, reason)
        assert refused.status_code == 422
        assert SECRET not in refused.text
    assert SECRET not in browser.get(page(trecate, case_id)).text
    assert browser.get(page(trecate, case_id, "/edit")).status_code == 303
    answer = open_(browser, trecate, case_id)
    assert answer.status_code == 303
    shown = browser.get(answer.location)
    assert SECRET in shown.text
    assert REASON in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert count(trecate, SensitiveReading) == 1
    assert count(trecate, TrailEntry, TrailEntry.table_name == "sensitive_readings", TrailEntry.actor_id.is_not(None)) == 1


def eleven_minutes_pass(founded: Founded, owner: Connection) -> None:
    for setting, value in (("tenant", founded.id), ("region", "01"), ("actor", ""), ("request", "")):
        owner.execute(text(f"SET LOCAL app.{setting} = '{value}'"))
    owner.execute(text("UPDATE sensitive_readings SET created_at = created_at - interval '11 minutes'"))
    owner.commit()


def test_a_reason_is_ones_own_and_does_not_last(trecate: Founded, case_id: UUID, owner: Connection) -> None:
    entrust(trecate, "cm2.trecate")
    first, second = trecate.as_("cm1.trecate"), trecate.as_("cm2.trecate")
    open_(first, trecate, case_id)
    assert SECRET not in second.get(page(trecate, case_id)).text
    open_(second, trecate, case_id, "Verifica della certificazione")
    told = second.get(page(trecate, case_id)).text
    assert REASON in told
    assert "Cm1.Trecate" in told
    eleven_minutes_pass(trecate, owner)
    assert SECRET not in second.get(page(trecate, case_id)).text


def test_they_are_recorded_corrected_and_conflicts_are_shown(trecate: Founded, case_id: UUID) -> None:
    browser = trecate.as_("cm1.trecate")
    open_(browser, trecate, case_id)
    form = {"revision": "1", "disability": "true", "percentage": "80", "health": "Non solleva pesi", "once": str(uuid4())}
    assert browser.post(page(trecate, case_id, "/edit"), data=form).status_code == 303
    with trecate.scope():
        record = db.session.scalars(select(SensitiveRecord)).one()
        assert (record.percentage, record.health, record.certificate) == (80, "Non solleva pesi", None)
    late = browser.post(page(trecate, case_id, "/edit"), data={**form, "percentage": "50", "once": str(uuid4())})
    assert late.status_code == 409
    assert "80" in late.text
    wrongs = ({"percentage": "101"}, {"disability": "", "percentage": "50"}, {"protected_list": "no"}, {"protected_since": "2023-01-01"})
    for wrong in wrongs:
        sent = {key: value for key, value in {**form, "revision": "2", **wrong, "once": str(uuid4())}.items() if value}
        assert browser.post(page(trecate, case_id, "/edit"), data=sent).status_code == 422, wrong


def send(browser: FlaskClient, address: str, form: Sent) -> Any:
    """As a browser does: what is sent on (307) goes there whole."""
    answer = browser.post(address, data=form)
    return browser.post(answer.location, data=form) if answer.status_code == 307 else answer


def test_what_was_typed_for_longer_is_not_lost(trecate: Founded, case_id: UUID, owner: Connection) -> None:
    """The reason is asked for again, beside what was typed; nothing is saved or shown before it is given, and it stays."""
    browser, there = trecate.as_("cm1.trecate"), page(trecate, case_id, "/edit")
    open_(browser, trecate, case_id)
    form = standing(browser.get(there).text, health="Non solleva pesi", limitations="", certificate="")
    eleven_minutes_pass(trecate, owner)
    late = browser.post(there, data=form)
    assert late.status_code == 422
    assert 'id="field-reason-error"' in late.text and "Non solleva pesi" in late.text
    assert SECRET not in late.text.replace(form["opened"][0].replace('"', "&#34;"), "")
    again = standing(late.text, reason=REASON)
    assert browser.post(there, data={**again, "reason": "breve"}).status_code == 422
    assert count(trecate, SensitiveReading) == 1
    assert send(browser, there, again).status_code == 303
    with trecate.scope():
        record = db.session.scalars(select(SensitiveRecord)).one()
        assert (record.health, record.limitations) == ("Non solleva pesi", None)
        assert db.session.scalars(select(SensitiveReading.reason)).all() == [REASON, REASON]


def test_who_is_late_and_behind_sees_both_versions_once_the_reason_is_written(trecate: Founded, case_id: UUID, owner: Connection) -> None:
    browser, there = trecate.as_("cm1.trecate"), page(trecate, case_id, "/edit")
    entrust(trecate, "cm2.trecate")
    open_(browser, trecate, case_id)
    form = standing(browser.get(there).text, health="Non solleva pesi")
    second = trecate.as_("cm2.trecate")
    open_(second, trecate, case_id)
    theirs = standing(second.get(there).text, percentage="80", protected_list="art1")
    assert second.post(there, data=theirs).status_code == 303
    eleven_minutes_pass(trecate, owner)
    conflict = send(browser, there, standing(browser.post(there, data=form).text, reason=REASON))
    assert conflict.status_code == 409
    assert count(trecate, SensitiveReading) == 3
    assert ">80<" in conflict.text and "art1" not in conflict.text.partition('class="conflict"')[2].partition("<form")[0]
    assert browser.post(there, data=standing(conflict.text)).status_code == 303
    with trecate.scope():
        record = db.session.scalars(select(SensitiveRecord)).one()
        assert (record.health, record.percentage, record.protected_list) == ("Non solleva pesi", 80, "art1")
    assert "art1" not in browser.get(page(trecate, case_id)).text


NOBODY = ("admin", "coordinator", "cm2.trecate", "cm1.cerano", "reader")


@pytest.mark.parametrize("who", NOBODY)
def test_to_others_there_is_nothing(trecate: Founded, case_id: UUID, who: str) -> None:
    """The same 404 as an address of nothing; no tab, column, file, hit, figure or entry of the history."""
    open_(trecate.as_("cm1.trecate"), trecate, case_id)
    browser = trecate.as_(who)
    api = f"/api/v1/{trecate.slug}/cases/{case_id}/sensitive"
    for address in (page(trecate, case_id), page(trecate, case_id, "/edit")):
        assert browser.get(address).status_code == 404
        assert browser.post(address, data={"reason": REASON}).status_code == 404
    for address in (api, f"{api}/record"):
        assert browser.post(address, json={"reason": REASON}).status_code == 404
    case, tabs = f"cases/{case_id}", ("", "/personal-data", "/assignments", "/pathways", "/history", "/merge", "/hand-over")
    names, kinds = ("cases", "assignments", "pathways", "sessions", "figures"), ("", "?format=csv", "?format=json")
    lists = [f"{name}{kind}" for name in names for kind in kinds]
    for address in (*(case + tab for tab in tabs), *lists, "search?q=Okafor", "today"):
        told = browser.get(f"/{trecate.slug}/{address}").text
        assert [word for word in (SECRET, REASON, "ensibil", "ensitiv", "isabilit") if word in told] == [], address
    assert str(case_id) not in browser.get(f"/{trecate.slug}/search", query_string={"q": SECRET}).text
    for address in (f"cases/{case_id}", "cases", "search?q=Okafor"):
        assert SECRET not in browser.get(f"/api/v1/{trecate.slug}/{address}").text


def test_whom_the_role_does_not_show_is_nobody(trecate: Founded, case_id: UUID) -> None:
    """Entrusted, but at another desk; or a reader, whom the form would not entrust."""
    for who in ("cm1.cerano", "reader"):
        entrust(trecate, who)
        assert trecate.as_(who).get(page(trecate, case_id)).status_code == 404
        assert open_(trecate.as_(who), trecate, case_id).status_code == 404
    assert count(trecate, SensitiveReading) == 0


def test_programs_give_a_reason_too(trecate: Founded, case_id: UUID) -> None:
    browser, address = trecate.as_("cm1.trecate"), f"/api/v1/{trecate.slug}/cases/{case_id}/sensitive"
    assert browser.get(address).status_code in (404, 405)
    assert browser.post(address, json={}).status_code == 422
    assert browser.post(f"{address}/record", json={"disability": False, "revision": 1}).status_code == 409
    answer = browser.post(address, json={"reason": REASON})
    assert answer.status_code == 200
    told = answer.json or {}
    assert (told["health"], told["revision"], [each["reason"] for each in told["readings"]]) == (SECRET, 1, [REASON])
    saved = browser.post(f"{address}/record", json={"disability": True, "percentage": 50, "revision": 1})
    assert (saved.status_code, (saved.json or {})["percentage"]) == (200, 50)
    assert browser.post(f"{address}/record", json={"disability": True, "revision": 1}).status_code == 409


def test_the_administrator_entrusts_and_takes_back(trecate: Founded, case_id: UUID) -> None:
    admin, membership_id = trecate.as_("admin"), trecate.staff[trecate.email("cm2.trecate")]
    address = f"/{trecate.slug}/staff/{membership_id}/edit"
    form = {"name": "Cm2", "role": "case_manager", "desks": [str(trecate.desks["trecate"])], "valid_from": "2022-01-01"}
    for ticked, status in (({"sensitive": "true"}, 200), ({}, 404)):
        with trecate.scope():
            revision = db.session.get_one(Membership, (trecate.id, membership_id)).revision
        sent = {**form, **ticked, "revision": str(revision), "once": str(uuid4())}
        assert admin.post(address, data=sent).status_code == 303
        assert trecate.as_("cm2.trecate").get(page(trecate, case_id)).status_code == status
    refused = admin.post(address, data={**form, "role": "reader", "sensitive": "true", "revision": "9", "once": str(uuid4())})
    assert refused.status_code == 422
