"""Several cases handed over at once, with what the next one must know; and several pathways given to another case manager."""

import re
from datetime import date, time, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from consortium.cases.models import Case, Handover
from consortium.identity.models import Membership
from consortium.pathways.models import Pathway, Session
from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import at_work, begin, take_in
from tests.factories import Founded
from tests.journal.test_several import hidden
from tests.pathways.ground import close, record


def cases(founded: Founded, count: int, desk: str = "trecate") -> list[str]:
    with at_work(founded):
        made = [str(take_in(founded, desk)[0].id) for _ in range(count)]
        db.session.commit()
        return made


def rows(founded: Founded, model: Any, *columns: str) -> list[tuple[Any, ...]]:
    with founded.scope():
        return [tuple(row) for row in db.session.execute(select(*(getattr(model, name) for name in columns)))]


def test_cases_are_handed_over_with_a_note(trecate: Founded) -> None:
    chosen, browser, address = cases(trecate, 2), trecate.as_("cm1.trecate"), f"/{trecate.slug}/cases/several/hand-over"
    to = trecate.staff[trecate.email("cm2.trecate")]
    asked = browser.post(address, data={"row": chosen})
    assert 'name="note"' in asked.text
    assert browser.post(address, data={**hidden(asked), "step": "preview"}).status_code == 422
    facts = {"case_manager_id": str(to), "note": "Dal primo del mese", "desk_id": ""}
    preview = browser.post(address, data={**hidden(asked), "step": "preview", **facts})
    assert "2 righe cambieranno" in preview.text
    assert rows(trecate, Handover, "id") == []
    answers = [browser.post(address, data={**hidden(preview), "step": "confirm"}).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert set(rows(trecate, Case, "case_manager_id")) == {(to,)}
    assert rows(trecate, Handover, "note") == [("Dal primo del mese",)] * 2
    again = browser.post(address, data={"row": chosen, "step": "preview", **facts})
    assert "2 righe non possono cambiare" in again.text


def test_nobody_gets_cases_that_they_would_not_see(trecate: Founded) -> None:
    chosen, browser = cases(trecate, 1), trecate.as_("admin")
    facts = {"row": chosen, "step": "preview", "case_manager_id": str(trecate.staff[trecate.email("cm1.cerano")])}
    address = f"/{trecate.slug}/cases/several/hand-over"
    assert "non lavora allo sportello di Trecate" in browser.post(address, data=facts).text
    moved = browser.post(address, data={**facts, "desk_id": str(trecate.desks["cerano"])})
    assert "1 riga cambierà" in moved.text
    assert browser.post(address, data={**hidden(moved), "step": "confirm"}).status_code == 303
    assert rows(trecate, Case, "desk_id") == [(trecate.desks["cerano"],)]


def test_who_leaves_leaves_their_cases_to_be_reassigned(trecate: Founded) -> None:
    """The message on the list says how many there are, its filter shows them, and once somebody has them nobody is asked any more."""
    chosen, admin = cases(trecate, 2), trecate.as_("admin")
    address, waiting = f"/{trecate.slug}/cases", {"to_reassign": "yes", "format": "json"}
    assert admin.get(address, query_string=waiting).get_json()["total"] == 0
    left = trecate.staff[trecate.email("cm1.trecate")]
    with trecate.scope():
        db.session.get_one(Membership, (trecate.id, left)).valid_to = today() - timedelta(days=1)
        db.session.commit()
    assert "to_reassign=yes" in admin.get(address).text
    assert admin.get(address, query_string=waiting).get_json()["total"] == 2
    assert "2 fascicoli aspettano" in admin.get(f"/{trecate.slug}/staff/{left}").text
    theirs = {**waiting, "case_manager": str(left)}
    assert admin.get(address, query_string=theirs).get_json()["total"] == 2
    assert "(non più in servizio)" in admin.get(address).text
    to = str(trecate.staff[trecate.email("cm2.trecate")])
    sent, door = {"ids": chosen, "case_manager_id": to, "note": "Chi li seguiva ha lasciato"}, f"/api/v1{address}/several/hand-over"
    assert admin.post(door, json={**sent, "ids": [*chosen, str(uuid4())]}).status_code == 422
    assert admin.post(f"{door}/preview", json=sent).status_code == 200
    assert rows(trecate, Handover, "id") == []
    assert admin.post(door, json=sent).status_code == 200
    assert rows(trecate, Handover, "note") == [("Chi li seguiva ha lasciato",)] * 2
    assert admin.get(address, query_string=waiting).get_json()["total"] == 0
    assert "to_reassign=yes" not in admin.get(address).text


def begun(founded: Founded, count: int = 1) -> tuple[list[str], list[UUID]]:
    """(cases, pathways) of people at Trecate with an open pathway, both followed by its first case manager."""
    with at_work(founded):
        made = [begin(founded) for _ in range(count)]
        db.session.commit()
        return [str(each.case_id) for each in made], [each.id for each in made]


def test_open_pathways_go_with_their_cases(trecate: Founded) -> None:
    """Those that the case manager of the case followed, and those of who has left; not a colleague's, nor what is over."""
    to, colleague = (trecate.staff[trecate.email(who)] for who in ("coordinator", "cm2.trecate"))
    chosen, (mine, theirs, over, left) = begun(trecate, 4)
    with at_work(trecate):
        states = {each.id: each for each in db.session.scalars(select(Pathway))}
        states[theirs].case_manager_id = colleague
        states[over].state, states[over].ended_on, states[over].outcome = "concluded", today(), "placed"
        states[left].case_manager_id = gone = trecate.staff[trecate.email("cm2.cerano")]
        db.session.get_one(Membership, (trecate.id, gone)).valid_to = today() - timedelta(days=1)
        db.session.commit()
    browser, address = trecate.as_("cm1.trecate"), f"/{trecate.slug}/cases/several/hand-over"
    asked = browser.post(address, data={"row": chosen})
    assert re.search(r'name="along"[^>]* checked', asked.text)
    facts = {**hidden(asked), "step": "preview", "case_manager_id": str(to)}
    assert "Percorsi aperti" not in browser.post(address, data=facts).text, "unticked"
    preview = browser.post(address, data={**facts, "along": "true"})
    assert preview.text.count("Percorsi aperti (1)") == 4, "before and after, of two cases"
    assert browser.post(address, data={**hidden(preview), "step": "confirm"}).status_code == 303
    with trecate.scope():
        followed = dict(db.session.execute(select(Pathway.id, Pathway.case_manager_id)).all())
    cm1 = trecate.staff[trecate.email("cm1.trecate")]
    assert followed == {mine: to, theirs: colleague, over: cm1, left: to}


def test_pathways_stay_where_it_is_said_so(trecate: Founded) -> None:
    chosen, _pathways = begun(trecate)
    sent = {"ids": chosen, "case_manager_id": str(trecate.staff[trecate.email("cm2.trecate")]), "along": False}
    assert trecate.as_("admin").post(f"/api/v1/{trecate.slug}/cases/several/hand-over", json=sent).status_code == 200
    assert rows(trecate, Pathway, "case_manager_id") == [(trecate.staff[trecate.email("cm1.trecate")],)]
    assert rows(trecate, Case, "case_manager_id") == [(UUID(sent["case_manager_id"]),)]


def test_who_serves_another_desk_leaves_what_they_cannot_see(trecate: Founded) -> None:
    """Cases and pathways alike: said on the page of the staff, found by the lists, and once somebody has them nobody is asked any more."""
    chosen, pathways = begun(trecate)
    who, admin = trecate.staff[trecate.email("cm1.trecate")], trecate.as_("admin")
    with trecate.scope():
        membership = db.session.get_one(Membership, (trecate.id, who))
        facts = {"name": membership.name, "role": "case_manager", "valid_from": membership.valid_from.isoformat(), "revision": "1"}
    moved = {**facts, "desks": [str(trecate.desks["cerano"])], "once": str(uuid4())}
    said = admin.get(admin.post(f"/{trecate.slug}/staff/{who}/edit", data=moved).location).text
    assert "1 fascicolo aspetta" in said
    assert "1 percorso aspetta" in said
    for page, button in (("cases", "non è seguito da nessuno"), ("pathways", "non è seguito da nessuno")):
        asked = {"to_reassign": "yes", "case_manager": str(who), "format": "json"}
        assert admin.get(f"/{trecate.slug}/{page}", query_string=asked).get_json()["total"] == 1
        assert button in admin.get(f"/{trecate.slug}/{page}").text
    to = str(trecate.staff[trecate.email("cm2.trecate")])
    assert trecate.as_("cm2.trecate").post(f"/{trecate.slug}/today/take/{chosen[0]}").status_code == 303
    assert rows(trecate, Pathway, "case_manager_id") == [(UUID(to),)]
    assert "non è seguito" not in admin.get(f"/{trecate.slug}/pathways").text
    assert pathways


def test_a_case_manager_chooses_among_their_own(trecate: Founded) -> None:
    theirs = cases(trecate, 1, "cerano")
    answer = trecate.as_("cm1.trecate").post(f"/{trecate.slug}/cases/several/hand-over", data={"row": theirs})
    assert answer.status_code == 422


def test_pathways_go_to_another_case_manager_and_back(trecate: Founded) -> None:
    with at_work(trecate):
        made: list[UUID] = [begin(trecate).id for _ in range(3)]
        db.session.commit()
    browser, address = trecate.as_("coordinator"), f"/{trecate.slug}/pathways/several"
    before, to = rows(trecate, Pathway, "case_manager_id"), trecate.staff[trecate.email("cm2.trecate")]
    facts = {"row": [str(each) for each in made[:2]], "step": "preview", "case_manager_id": str(to)}
    preview = browser.post(f"{address}/follow", data=facts)
    assert "2 righe cambieranno" in preview.text
    said = browser.get(browser.post(f"{address}/follow", data={**hidden(preview), "step": "confirm"}).location)
    assert rows(trecate, Pathway, "case_manager_id").count((to,)) == 2
    assert browser.post(f"{address}/undo", data={"request": hidden(said)["request"]}).status_code == 303
    assert rows(trecate, Pathway, "case_manager_id") == before
    foreign = {**facts, "case_manager_id": str(uuid4())}
    assert browser.post(f"{address}/follow", data=foreign).status_code == 422


def test_a_pathway_that_is_over_stays_with_who_followed_it(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        pathway.state, pathway.ended_on, pathway.outcome = "concluded", pathway.activated_on, "placed"
        db.session.commit()
        chosen = str(pathway.id)
    facts = {"row": chosen, "step": "preview", "case_manager_id": str(trecate.staff[trecate.email("cm2.trecate")])}
    answer = trecate.as_("admin").post(f"/{trecate.slug}/pathways/several/follow", data=facts)
    assert "1 riga non può cambiare" in answer.text


def test_sessions_are_given_to_whoever_held_them(trecate: Founded) -> None:
    """Those whose hours are free: not one at the hour of another, nor one of a closed month."""
    may, cm2 = date(2023, 5, 2), trecate.staff[trecate.email("cm2.trecate")]
    with at_work(trecate):
        first, second, third = (begin(trecate) for _ in range(3))
        told = [record(trecate, first, may), record(trecate, second, may, starts=time(11), ends=time(12))]
        told += [
            record(trecate, first, date(2023, 6, 6)),
            record(trecate, third, may, starts=time(11, 30), ends=time(12, 30), operator_id=cm2),
        ]
        ids = [str(each.id) for each in told]
        close(trecate, date(2023, 6, 1))
        db.session.commit()
    browser, address = trecate.as_("cm1.trecate"), f"/{trecate.slug}/sessions/several/operator"
    facts = {"row": ids, "step": "preview", "operator_id": str(cm2)}
    preview = browser.post(address, data=facts)
    assert "1 riga cambierà" in preview.text
    for why in ("a quell'ora è in un altro colloquio", "06/2023 è chiuso allo sportello di Trecate", "È già così"):
        assert why in unescape(preview.text), why
    assert browser.post(address, data={**hidden(preview), "step": "confirm"}).status_code == 303
    with trecate.scope():
        held = dict(db.session.execute(select(Session.id, Session.operator_id)).all())
    assert [held[UUID(each)] == cm2 for each in ids] == [True, False, False, True]
    assert browser.post(address, data={**facts, "operator_id": str(uuid4())}).status_code == 422


def test_a_group_changes_its_operator_as_one(trecate: Founded) -> None:
    with at_work(trecate):
        first, second = begin(trecate), begin(trecate)
        made = record(trecate, first, date(2023, 5, 2), others=[second.id])
        both = [str(each) for each in db.session.scalars(select(Session.id).where(Session.group_id == made.group_id))]
        db.session.commit()
    to, address = trecate.staff[trecate.email("cm2.trecate")], f"/{trecate.slug}/sessions/several/operator"
    browser = trecate.as_("cm1.trecate")
    preview = browser.post(address, data={"row": both[:1], "step": "preview", "operator_id": str(to)})
    assert "2 righe cambieranno" in preview.text, "who was not chosen was there too"
    assert browser.post(address, data={**hidden(preview), "step": "confirm"}).status_code == 303
    assert rows(trecate, Session, "operator_id") == [(to,), (to,)]


def test_programs_give_pathways_and_sessions(trecate: Founded) -> None:
    with at_work(trecate):
        first, second = begin(trecate), begin(trecate)
        held = str(record(trecate, first, date(2023, 5, 2)).id)
        both = [str(first.id), str(second.id)]
        db.session.commit()
    browser, to = trecate.as_("cm1.trecate"), trecate.staff[trecate.email("cm2.trecate")]
    followed = browser.post(f"/api/v1/{trecate.slug}/pathways/several/follow", json={"ids": both, "case_manager_id": str(to)})
    assert followed.status_code == 200
    assert set(rows(trecate, Pathway, "case_manager_id")) == {(to,)}
    given = browser.post(f"/api/v1/{trecate.slug}/sessions/several/operator", json={"ids": [held], "operator_id": str(to)})
    assert given.status_code == 200
    assert rows(trecate, Session, "operator_id") == [(to,)]
    with at_work(trecate):
        close(trecate, date(2023, 5, 1))
        db.session.commit()
    back = {"ids": [held], "operator_id": str(trecate.staff[trecate.email("cm1.trecate")])}
    refused = browser.post(f"/api/v1/{trecate.slug}/sessions/several/operator", json=back)
    assert "05/2023" in refused.get_json()["errors"]["json"]["ids"]["0"][0]


def test_what_stands_against_one_of_a_group_stands_against_all(trecate: Founded) -> None:
    """The preview says so: confirming it does what was shown."""
    with at_work(trecate):
        first, second = begin(trecate), begin(trecate)
        made = record(trecate, first, date(2023, 5, 2), others=[second.id])
        alone = str(record(trecate, first, date(2023, 5, 3)).id)
        second.register_closed_on = date(2023, 5, 31)
        db.session.commit()
        chosen = [str(made.id), alone]
    to, address = trecate.staff[trecate.email("cm2.trecate")], f"/{trecate.slug}/sessions/several/operator"
    browser = trecate.as_("cm1.trecate")
    preview = browser.post(address, data={"row": chosen, "step": "preview", "operator_id": str(to)})
    assert "2 righe non possono cambiare" in preview.text
    assert "cambiano tutti insieme" in preview.text
    assert browser.post(address, data={**hidden(preview), "step": "confirm"}).status_code == 303
    with trecate.scope():
        given = set(db.session.scalars(select(Session.id).where(Session.operator_id == to)))
    assert given == {UUID(alone)}
