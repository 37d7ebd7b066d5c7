"""Pathways at the door: opening, moving, recording, listing; who sees what; how many statements."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select

from consortium.journal import services as journal
from consortium.pathways import services
from consortium.pathways.models import Pathway, PathwayEvent, Session
from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import at_work, begin, measure, take_in
from tests.factories import Founded
from tests.forms import standing
from tests.pathways.ground import cost, record


def begun(founded: Founded, desk: str = "trecate", **facts: Any) -> UUID:
    with at_work(founded):
        pathway = begin(founded, desk, **facts)
        db.session.commit()
        return pathway.id


def session(founded: Founded, **other: Any) -> dict[str, Any]:
    """A session form as it is sent."""
    hours = {"on_date": "2023-05-02", "starts": "09:00", "ends": "10:30", "service": "Orientamento specialistico", "mode": "in_person"}
    return {**hours, "operator_id": str(founded.staff[founded.email("cm1.trecate")]), "once": str(uuid4()), **other}


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


def test_a_pathway_is_opened_and_activated_with_one_page(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate)
        db.session.commit()
        address = f"/{trecate.slug}/cases/{case.id}/pathways/new"
        chosen = {"measure_id": str(measure().id), "desk_id": str(case.desk_id), "case_manager_id": str(case.case_manager_id)}
    data = {**chosen, "on_date": today().isoformat(), "activate": "true", "once": str(uuid4())}
    first, second = (cm.post(address, data=data) for _ in range(2))
    assert first.status_code == second.status_code == 303, first.text
    assert first.location == second.location
    assert "Registra un colloquio" in (page := cm.get(first.location).text) or "Record a session" in page
    with trecate.scope():
        pathway = db.session.execute(select(Pathway)).scalar_one()
        assert (pathway.state, pathway.activated_on) == ("activated", today())


def test_a_refusal_stands_beside_its_field(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate)
        db.session.commit()
        address = f"/{trecate.slug}/cases/{case.id}/pathways/new"
        chosen = {"measure_id": str(measure().id), "desk_id": str(case.desk_id), "case_manager_id": str(case.case_manager_id)}
    before = cm.post(address, data={**chosen, "on_date": "2021-05-01", "once": str(uuid4())})
    assert before.status_code == 422
    assert 'id="field-on_date-error"' in before.text
    foreign = cm.post(address, data={**chosen, "measure_id": str(uuid4()), "on_date": "2023-05-01", "once": str(uuid4())})
    assert foreign.status_code == 422
    with trecate.scope():
        assert db.session.execute(select(func.count()).select_from(Pathway)).scalar_one() == 0


def test_moves_at_the_door(trecate: Founded, cm: FlaskClient) -> None:
    address = f"/{trecate.slug}/pathways/{begun(trecate)}"
    for verb in ("suspend", "conclude", "cancel"):
        page = cm.get(f"{address}/{verb}")
        assert (page.status_code, ">Torna al percorso</a>" in page.text, ">Annulla</a>" in page.text) == (200, True, False)
    assert cm.post(f"{address}/suspend", data={"on_date": "2023-06-01"}).status_code == 422
    assert cm.post(f"{address}/conclude", data={"on_date": "2023-06-01"}).status_code == 422
    assert cm.post(f"{address}/resume", data={"on_date": "2023-06-01", "once": str(uuid4())}).status_code == 409
    data = {"on_date": "2023-06-01", "outcome": "placed", "once": str(uuid4())}
    assert [cm.post(f"{address}/conclude", data=data).status_code for _ in range(2)] == [303, 303]
    with trecate.scope():
        concluded = select(func.count()).select_from(PathwayEvent).where(PathwayEvent.state == "concluded")
        assert db.session.execute(concluded).scalar_one() == 1
    assert cm.post(f"{address}/conclude", data={**data, "once": str(uuid4())}).status_code == 409
    assert cm.get(address).status_code == 200


def test_a_session_is_offered_as_it_most_likely_was(trecate: Founded, cm: FlaskClient) -> None:
    page = cm.get(f"/{trecate.slug}/pathways/{begun(trecate)}/sessions/new").text
    assert f'value="{today().isoformat()}"' in page
    assert "Orientamento specialistico" in page


def test_of_a_measure_that_is_over_the_last_day_is_proposed(trecate: Founded, cm: FlaskClient) -> None:
    address = f"/{trecate.slug}/pathways/{begun(trecate)}"
    with trecate.scope():
        measure().valid_to = date(2023, 7, 31)
        db.session.commit()
    assert "Registra un colloquio fino al 31/07/2023" in cm.get(address).text
    page = cm.get(f"{address}/sessions/new").text
    assert "La misura è finita il 31/07/2023" in page
    data = standing(page, ends="12:00", starts="11:00", service="Orientamento specialistico")
    assert data["on_date"] == ["2023-07-31"]
    assert cm.post(f"{address}/sessions/new", data=data).status_code == 303


def test_measures_that_run_are_offered_first(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate)
        over, runs = sorted((measure("OS"), measure("RA")), key=lambda each: each.name)
        over.valid_to, runs.valid_to = date(2023, 7, 31), date(2030, 12, 31)
        db.session.commit()
        ids, address = [str(runs.id), str(over.id)], f"/{trecate.slug}/cases/{case.id}/pathways/new"
    page = cm.get(address).text
    assert page.index(f'value="{ids[0]}"') < page.index(f'value="{ids[1]}"')


def test_a_session_that_has_changed_since_its_removal_was_asked_is_shown_first(trecate: Founded, cm: FlaskClient) -> None:
    pathway = begun(trecate)
    cm.post(f"/{trecate.slug}/pathways/{pathway}/sessions/new", data=session(trecate))
    with trecate.scope():
        there = f"/{trecate.slug}/sessions/{db.session.scalars(select(Session.id)).one()}"
    asked = standing(cm.get(f"{there}/remove").text)
    edited = standing(cm.get(f"{there}/edit").text, on_date="2023-05-04")
    assert trecate.as_("cm2.trecate").post(f"{there}/edit", data=edited).status_code == 303
    told = cm.post(f"{there}/remove", data=asked)
    assert (told.status_code, "Nel frattempo è cambiato" in told.text, "04/05/2023" in told.text) == (409, True, True)
    assert cm.post(f"{there}/remove", data=standing(told.text)).status_code == 303
    assert cm.get(there).status_code == 404


def test_of_a_group_it_is_told_for_how_many(trecate: Founded, cm: FlaskClient) -> None:
    one, two = begun(trecate), begun(trecate)
    told = cm.post(f"/{trecate.slug}/pathways/{one}/sessions/new", data=session(trecate, others=[str(two)]), follow_redirects=True)
    assert "Colloquio del 02/05/2023 registrato per 2 persone." in told.text
    with trecate.scope():
        made = db.session.scalars(select(Session.id)).first()
    assert "Per tutte e 2 le persone presenti" in cm.get(f"/{trecate.slug}/sessions/{made}/remove").text
    alone = cm.post(f"/{trecate.slug}/pathways/{one}/sessions/new", data=session(trecate, on_date="2023-05-03"), follow_redirects=True)
    assert "Colloquio del 03/05/2023 registrato." in alone.text


def test_a_session_is_recorded_once(trecate: Founded, cm: FlaskClient) -> None:
    address = f"/{trecate.slug}/pathways/{begun(trecate)}"
    data = session(trecate)
    assert [cm.post(f"{address}/sessions/new", data=data).status_code for _ in range(2)] == [303, 303]
    assert "09:00–10:30" in cm.get(address).text
    overlap = cm.post(f"{address}/sessions/new", data=session(trecate, starts="10:00", ends="11:00"))
    assert overlap.status_code == 422
    assert 'id="field-starts-error"' in overlap.text
    assert cm.post(f"{address}/sessions/new", data=session(trecate, on_date="2031-01-01")).status_code == 422
    assert cm.post(f"{address}/sessions/new", data=session(trecate, starts="x")).status_code == 422
    with trecate.scope():
        assert db.session.execute(select(func.count()).select_from(Session)).scalar_one() == 1


def test_who_was_there_too_is_added_on_the_page_of_a_session(trecate: Founded, cm: FlaskClient) -> None:
    one, two, elsewhere = begun(trecate, surname="Neri"), begun(trecate, surname="Verdi"), begun(trecate, "cerano")
    assert cm.post(f"/{trecate.slug}/pathways/{one}/sessions/new", data=session(trecate)).status_code == 303
    with trecate.scope():
        made = db.session.execute(select(Session.id, Session.revision)).one()
    address = f"/{trecate.slug}/sessions/{made.id}/edit"
    page = cm.get(address).text
    assert "Aggiungi persone" in page
    assert "Verdi" in page
    data = session(trecate, revision=str(made.revision), others=[str(two)])
    assert cm.post(address, data={**data, "others": [str(elsewhere)]}).status_code == 422
    assert cm.post(address, data=data).status_code == 303
    page = cm.get(f"/{trecate.slug}/sessions/{made.id}").text
    assert "Verdi" in page
    assert "Aggiungi persone" not in cm.get(address).text


def test_a_move_is_confirmed_and_the_outcome_stays_under_the_event(trecate: Founded, cm: FlaskClient) -> None:
    address = f"/{trecate.slug}/pathways/{begun(trecate)}"
    suspended = {"on_date": "2023-06-01", "reason": "Malattia"}
    for verb, data, told in (
        ("suspend", suspended, "Percorso sospeso il 01/06/2023."),
        ("resume", {"on_date": "2023-06-05"}, "Percorso ripreso il 05/06/2023."),
        ("suspend", {**suspended, "on_date": "2023-06-10"}, "Percorso sospeso il 10/06/2023."),
    ):
        assert told in cm.post(f"{address}/{verb}", data={**data, "once": str(uuid4())}, follow_redirects=True).text
    assert "Registra un colloquio fino al 10/06/2023" in cm.get(address).text
    assert 'value="2023-06-10"' in cm.get(f"{address}/sessions/new").text
    done = cm.post(f"{address}/conclude", data={"on_date": "2023-06-20", "outcome": "placed", "once": str(uuid4())})
    assert done.location.endswith("#concluded")
    case = cm.get(done.location).text
    assert case.index("Percorso concluso il 20/06/2023.") < case.index("/pack?language=it") < case.index('id="pack"')
    page = cm.get(address).text
    assert re.search(r"Percorso concluso</strong></p>\s*<p>Inserimento lavorativo</p>", page)
    assert "Registra un colloquio fino al 20/06/2023" in page
    late = session(trecate, on_date="2023-05-31")
    assert cm.post(f"{address}/sessions/new", data=late).status_code == 303


PAGES = ("", "/sessions/new", "/conclude", "/suspend", "/cancel", "/activate", "/resume")


@pytest.mark.parametrize("tab", PAGES)
def test_the_pages_of_a_pathway_and_who_opens_them(trecate: Founded, other: Founded, tab: str) -> None:
    address = f"pathways/{begun(trecate)}{tab}"
    expected = {"admin": 200, "coordinator": 200, "cm1.trecate": 200, "cm1.cerano": 404, "reader": 403}
    assert {who: trecate.as_(who).get(f"/{trecate.slug}/{address}").status_code for who in expected} == expected
    assert other.as_("admin").get(f"/{other.slug}/{address}").status_code == 404


def test_a_pathway_at_another_desk_is_seen_by_both_desks(trecate: Founded) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate, "cerano")
        whose = {"case_id": case.id, "measure_id": measure().id, "case_manager_id": case.case_manager_id}
        pathway = services.open_pathway(desk_id=trecate.desks["trecate"], on_date=date(2023, 5, 1), **whose)
        db.session.commit()
        address, case_id = f"/{trecate.slug}/pathways/{pathway.id}", case.id
    page = trecate.as_("cm1.trecate").get(address)
    assert page.status_code == 200
    assert f"/cases/{case_id}" not in page.text
    assert f"/cases/{case_id}" in trecate.as_("cm1.cerano").get(address).text


def test_lists_agree_with_figures(trecate: Founded) -> None:
    """Two activated in April: one concluded in June, one cancelled in July; one in May that goes on; one draft."""
    with at_work(trecate):
        concluded, cancelled = begin(trecate), begin(trecate, "cerano")
        services.conclude(pathway=concluded, on_date=date(2023, 6, 1), outcome="placed")
        services.cancel(pathway=cancelled, on_date=date(2023, 7, 1), reason="Trasferita")
        begin(trecate, on_date=date(2023, 5, 1))
        db.session.commit()
    admin = trecate.as_("admin")

    def total(**args: str) -> int:
        return int(admin.get(f"/{trecate.slug}/pathways", query_string={**args, "format": "json"}).get_json()["total"])

    april = {"activated_from": "2023-04-01", "activated_to": "2023-04-30"}
    assert total(**april) == 2
    for as_of, done in (("2023-05-31", 0), ("2023-06-01", 1), ("2023-06-30", 1), ("2023-07-01", 2)):
        assert total(**april, as_of=as_of, state_on="concluded") == done
        assert total(**april, as_of=as_of, state_on="ongoing") == 2 - done
    assert total(as_of="2023-04-20") == 2
    assert total(outcome="placed", desk="trecate", ended_from="2023-06-01", ended_to="2023-06-30") == 1
    assert total(measure="OS", q="PRO-0000") == 3


def test_the_list_of_sessions_tells_all_hours(trecate: Founded, cm: FlaskClient) -> None:
    pathway = begun(trecate)
    with at_work(trecate):
        mine = db.session.get_one(Pathway, (trecate.id, pathway))
        who = {"operator_id": trecate.staff[trecate.email("cm1.trecate")], "service": "Orientamento specialistico", "mode": "phone"}
        for day in range(30):
            on_date = date(2023, 5, 1) + timedelta(days=day)
            services.record_session(pathway=mine, on_date=on_date, starts=time(9), ends=time(9, 45), **who)
        db.session.commit()
    page = cm.get(f"/{trecate.slug}/sessions?activated_from=2023-04-01&activated_to=2023-04-30&desk=trecate")
    assert "22,5" in page.text
    assert "22,5" not in cm.get(f"/{trecate.slug}/sessions?as_of=2023-05-20").text
    assert cm.get(f"/{trecate.slug}/sessions?on_from=boh").status_code == 422


def test_the_list_of_pathways_tells_hours_and_value_as_of_a_day(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        cost("20")
        pathway = begin(trecate)
        for each in (date(2023, 5, 2), date(2023, 6, 2)):
            record(trecate, pathway, each)
        begin(trecate)
        db.session.commit()
        code = pathway.code

    def told(**args: str) -> list[tuple[float, float | None]]:
        items = cm.get(f"/{trecate.slug}/pathways", query_string={**args, "format": "json"}).get_json()["items"]
        return [(each["hours"], each["value"]) for each in sorted(items, key=lambda each: str(each["code"]))]

    assert told() == [(3, 60), (0, None)]
    assert told(as_of="2023-05-31") == [(1.5, 30), (0, None)]
    assert f"{code};" in (file := cm.get(f"/{trecate.slug}/pathways?format=csv").text)
    assert ";3;60,00;" in file.replace("3,0;", "3;").replace("3,00;", "3;")


def test_a_row_of_the_sessions_opens_the_session(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        made = record(trecate, pathway)
        db.session.commit()
        ids = made.id, pathway.id
    row = cm.get(f"/{trecate.slug}/sessions").text.partition("<tbody")[2].partition("</tbody>")[0]
    assert re.findall(r'<a[^>]* href="([^"]+)"', row) == [f"/{trecate.slug}/sessions/{ids[0]}", f"/{trecate.slug}/pathways/{ids[1]}"]


@pytest.mark.parametrize("tab", ["cases", "assignments", "pathways", "sessions", "tasks?state=open"])
def test_a_phones_card_tells_namesakes_apart(trecate: Founded, cm: FlaskClient, tab: str) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        record(trecate, pathway)
        journal.add_task(case_id=pathway.case_id, title="Richiamare", due_on=today(), doer="desk", assignee_id=None, details=None)
        db.session.commit()
    row = cm.get(f"/{trecate.slug}/{tab}").text.partition("<tbody")[2].partition("</tr>")[0]
    cells = re.findall(r'<t[dh]([^>]*data-label="(?:Cognome|Nome)"[^>]*)>', row)
    assert len(cells) == 2
    assert not [each for each in cells if "minor" in each]
    assert "Maria" in row


def test_where_work_begins(trecate: Founded) -> None:
    expected = {"admin": "figures", "coordinator": "today", "cm1.trecate": "today", "reader": "figures"}
    assert {who: trecate.as_(who).get(f"/{trecate.slug}/").location for who in expected} == {
        who: f"/{trecate.slug}/{page}" for who, page in expected.items()
    }


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements made inside, but for the entering of scopes."""
    made: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "app.enter" not in statement:
            made.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield made
    finally:
        event.remove(Engine, "before_cursor_execute", note)


LISTS = ("cases", "assignments", "pathways", "sessions", "measures", "tasks?state=open", "search?q=prova", "cases?q=prova&desk=trecate")


@pytest.mark.parametrize("who", ["cm1.trecate", "coordinator"])
def test_statements_of_a_list(app: Flask, trecate: Founded, who: str) -> None:
    for _ in range(12):
        begun(trecate)
    browser = trecate.as_(who)
    for tab in LISTS:
        with counted(app) as made:
            assert browser.get(f"/{trecate.slug}/{tab}").status_code == 200
        assert len(made) <= 6, tab + "\n\n".join(made)
        assert all("tenant_id" in statement for statement in made[1:] if "app.search_people" not in statement)


def test_statements_of_details(app: Flask, trecate: Founded, cm: FlaskClient) -> None:
    pathway = begun(trecate)
    with trecate.scope():
        case_id = db.session.execute(select(Pathway.case_id)).scalar_one()
    pages = [f"cases/{case_id}{tab}" for tab in ("", "/personal-data", "/assignments", "/history", "/pathways")]
    for page in [*pages, f"pathways/{pathway}", f"pathways/{pathway}/sessions/new", f"cases/{case_id}/pathways/new", "today"]:
        with counted(app) as made:
            assert cm.get(f"/{trecate.slug}/{page}").status_code == 200
        assert len(made) <= 10, page + "\n\n".join(made)


def test_an_administrator_lets_another_desk_work_a_measure(trecate: Founded) -> None:
    with trecate.scope():
        found, revision = measure().id, measure().revision
    admin, address = trecate.as_("admin"), f"/{trecate.slug}/measures/{found}"
    facts = {"code": "OS", "name": "Orientamento", "valid_from": "2022-01-01", "valid_to": "2030-12-31", "contact_days": "3"}
    data = {**facts, "desks": [str(trecate.desks["cerano"])], "gol_paths": ["4", "1"], "revision": str(revision), "once": str(uuid4())}
    assert admin.post(f"{address}/edit", data=data).status_code == 303
    page = admin.get(address).text
    assert "Cerano" in page
    with trecate.scope():
        changed = measure()
        assert (changed.contact_days, changed.intake_days, changed.gol_paths) == (3, None, [1, 4])
    assert admin.post(f"{address}/edit", data={**data, "once": str(uuid4()), "name": "Altro"}).status_code == 409
    assert trecate.as_("cm1.trecate").get(f"{address}/edit").status_code == 403
    assert trecate.as_("reader").get(address).status_code == 200


def test_a_measure_without_a_desk_says_that_nobody_can_work_it(trecate: Founded) -> None:
    admin, address = trecate.as_("admin"), f"/{trecate.slug}/measures/new"
    assert "Nessuno segnato: nessuno può lavorarla." in admin.get(address).text
    facts = {"code": "TIR", "name": "Tirocinio", "valid_from": "2023-01-01", "valid_to": "2025-12-31", "once": str(uuid4())}
    admin.post(address, data=facts)
    with trecate.scope():
        found = measure("TIR").id
    assert "nessuno: nessuno può lavorarla" in admin.get(f"/{trecate.slug}/measures/{found}").text


def test_a_measure_holds_the_pathways_that_it_has(trecate: Founded) -> None:
    begun(trecate)
    with trecate.scope():
        found, revision = measure().id, measure().revision
    facts = {"code": "OS", "name": "Orientamento", "valid_from": "2023-05-01", "valid_to": "2030-12-31", "revision": str(revision)}
    answer = trecate.as_("admin").post(f"/{trecate.slug}/measures/{found}/edit", data={**facts, "once": str(uuid4())})
    assert answer.status_code == 422
    assert 'id="field-valid_from-error"' in answer.text


def test_a_new_measure(trecate: Founded) -> None:
    admin, address = trecate.as_("admin"), f"/{trecate.slug}/measures/new"
    facts = {"code": "TIR", "name": "Tirocinio", "valid_from": "2023-01-01", "valid_to": "2022-01-01", "once": str(uuid4())}
    assert admin.post(address, data=facts).status_code == 422
    assert admin.post(address, data={**facts, "valid_to": "2025-12-31"}).status_code == 303
    assert admin.post(address, data={**facts, "valid_to": "2025-12-31", "name": "Altro", "once": str(uuid4())}).status_code == 422
    assert admin.get(f"/{trecate.slug}/measures?runs=yes&as_of=2024-01-01&format=json").get_json()["total"] == 3


def test_a_day_is_of_who_follows_people(trecate: Founded) -> None:
    followed = begun(trecate)
    expected = {"admin": 403, "coordinator": 200, "cm1.trecate": 200, "cm2.trecate": 200, "cm1.cerano": 200, "reader": 403}
    answers = {who: trecate.as_(who).get(f"/{trecate.slug}/today") for who in expected}
    assert {who: answer.status_code for who, answer in answers.items()} == expected
    assert [who for who, answer in answers.items() if str(followed) in answer.text] == ["cm1.trecate"]
