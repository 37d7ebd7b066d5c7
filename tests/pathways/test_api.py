"""Pathways for programs: a case manager's thread from intake to conclusion; who sees what."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from consortium.pathways import services
from consortium.pathways.models import MeasureDesk, Pathway, Session
from tenants.database import db
from tests.cases.people import at_work, begin, measure, take_in
from tests.factories import Founded


def begun(founded: Founded, desk: str = "trecate", **facts: Any) -> UUID:
    with at_work(founded):
        pathway = begin(founded, desk, **facts)
        db.session.commit()
        return pathway.id


def post(client: FlaskClient, founded: Founded, path: str, body: Any, key: UUID | None = None) -> TestResponse:
    headers = {"Idempotency-Key": str(key)} if key else {}
    return client.post(f"/api/v1/{founded.slug}/{path}", json=body, headers=headers)


def session(founded: Founded, **other: Any) -> dict[str, Any]:
    hours = {"on_date": "2023-05-02", "starts": "09:00", "ends": "10:30", "service": "Orientamento specialistico", "mode": "in_person"}
    return {**hours, "operator_id": str(founded.staff[founded.email("cm1.trecate")]), **other}


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


@pytest.fixture
def chosen(trecate: Founded) -> tuple[str, dict[str, Any]]:
    """The address where a pathway of somebody is opened, and what is sent there."""
    with at_work(trecate):
        case, _ = take_in(trecate)
        db.session.commit()
        ids = {"measure_id": measure().id, "desk_id": case.desk_id, "case_manager_id": case.case_manager_id}
        return f"cases/{case.id}/pathways", {**{name: str(each) for name, each in ids.items()}, "on_date": "2023-05-01"}


def test_from_opening_to_conclusion(trecate: Founded, cm: FlaskClient, chosen: tuple[str, dict[str, Any]]) -> None:
    opened = post(cm, trecate, chosen[0], chosen[1])
    assert (opened.status_code, (opened.json or {})["state"]) == (201, "draft"), opened.text
    path = f"pathways/{(opened.json or {})['id']}"
    assert opened.location == f"/api/v1/{trecate.slug}/{path}"
    assert (post(cm, trecate, f"{path}/activate", {"on_date": "2023-05-01"}).json or {})["activated_on"] == "2023-05-01"
    recorded = post(cm, trecate, f"{path}/sessions", session(trecate))
    told = recorded.json or {}
    assert (recorded.status_code, recorded.location) == (201, f"/api/v1/{trecate.slug}/sessions/{told['id']}")
    assert (told["starts"], told["ends"], told["hours"], told["operator"]) == ("09:00:00", "10:30:00", 1.5, "Cm1.Trecate")
    for verb, body in (("suspend", {"reason": "Malattia"}), ("resume", {}), ("conclude", {"outcome": "placed"})):
        moved = post(cm, trecate, f"{path}/{verb}", {"on_date": "2023-06-01", **body})
        assert moved.status_code == 200, moved.text
    whole = cm.get(opened.location).json or {}
    assert (whole["state"], whole["outcome"], whole["ended_on"], whole["hours"]) == ("concluded", "placed", "2023-06-01", 1.5)
    assert [each["state"] for each in whole["events"]] == ["draft", "activated", "suspended", "activated", "concluded"]
    assert whole["sessions"] == [told]


def test_a_group_has_whoever_went_on_or_stopped_since(trecate: Founded, cm: FlaskClient) -> None:
    """Both were there; a rule says whom it does not admit, and of which day. Of a group of one nothing is left to say."""
    one, two = (begun(trecate, surname=surname) for surname in ("Uno", "Due"))
    for each in (one, two):
        assert post(cm, trecate, f"pathways/{each}/conclude", {"on_date": "2023-05-10", "outcome": "moved"}).status_code == 200
    late = post(cm, trecate, f"pathways/{one}/sessions", session(trecate, others=[str(two)], on_date="2023-05-11"))
    assert (late.status_code, "Il percorso è terminato il 10/05/2023" in (late.json or {})["detail"]) == (422, True), late.text
    made = cm.get(post(cm, trecate, f"pathways/{one}/sessions", session(trecate, others=[str(two)])).location).json or {}
    with at_work(trecate):
        theirs = db.session.scalars(select(Session).where(Session.pathway_id == two)).one()
        other_id, revision = theirs.id, theirs.revision
        assert theirs.group_id
    gone = post(cm, trecate, f"sessions/{made['id']}/remove", {"revision": made["revision"]})
    assert gone.status_code == 200, gone.text
    with at_work(trecate):
        left = db.session.get_one(Session, (trecate.id, other_id))
        assert (left.group_id, left.revision) == (None, revision + 1)


def test_somebody_leaves_a_group_whose_other_register_is_closed(trecate: Founded, cm: FlaskClient) -> None:
    """Theirs alone is changed: the row of the closed register stays as it is on its paper. Not for both, nor the other's."""
    one, two = (begun(trecate, surname=surname) for surname in ("Uno", "Due"))
    made = cm.get(post(cm, trecate, f"pathways/{one}/sessions", session(trecate, others=[str(two)])).location).json or {}
    with at_work(trecate):
        theirs = db.session.scalars(select(Session).where(Session.pathway_id == two)).one()
        db.session.get_one(Pathway, (trecate.id, two)).register_closed_on = date(2023, 5, 31)
        db.session.commit()
        other_id, before = theirs.id, (theirs.group_id, theirs.revision)
    for session_id, revision, everybody in ((made["id"], made["revision"], True), (other_id, before[1], False)):
        refused = post(cm, trecate, f"sessions/{session_id}/remove", {"revision": revision, "everybody": everybody})
        assert (refused.status_code, "Due Maria: Il registro presenze" in (refused.json or {})["detail"]) == (409, True), refused.text
    gone = post(cm, trecate, f"sessions/{made['id']}/remove", {"revision": made["revision"]})
    assert gone.status_code == 200, gone.text
    with at_work(trecate):
        left = db.session.scalars(select(Session)).one()
        assert (left.id, left.group_id, left.revision) == (other_id, *before)


def test_a_desk_that_may_not_is_told_one_remedy(trecate: Founded, cm: FlaskClient) -> None:
    one = begun(trecate)
    with at_work(trecate):
        db.session.execute(delete(MeasureDesk).where(MeasureDesk.tenant_id == trecate.id, MeasureDesk.measure_id == measure().id))
        db.session.commit()
    refused = post(cm, trecate, f"pathways/{one}/sessions", session(trecate))
    told = refused.json or {}
    assert (refused.status_code, "chiedi all'amministratore" in told["detail"], "remedy" in told) == (409, True, False), told


@pytest.mark.parametrize("query", ["on_from=boh", "on_from=2026-11-30&on_to=2026-11-01"])
def test_what_is_wrong_is_told_by_the_names_that_were_asked(trecate: Founded, cm: FlaskClient, query: str) -> None:
    errors = (cm.get(f"/api/v1/{trecate.slug}/sessions?{query}").json or {})["errors"]["query"]
    assert set(errors) == {part.partition("=")[0] for part in query.split("&")}


def test_activated_at_once(trecate: Founded, cm: FlaskClient, chosen: tuple[str, dict[str, Any]]) -> None:
    key = uuid4()
    first, second = (post(cm, trecate, chosen[0], {**chosen[1], "activate": True}, key) for _ in range(2))
    assert (first.status_code, (first.json or {})["state"], second.status_code) == (201, "activated", 303)
    assert first.location == second.location
    with trecate.scope():
        assert db.session.execute(select(func.count()).select_from(Pathway)).scalar_one() == 1


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"measure_id": str(uuid4())}, "measure_id"),
        ({"case_manager_id": str(uuid4())}, "case_manager_id"),
        ({"desk_id": "x"}, "desk_id"),
        ({"on_date": "2021-05-01"}, "on_date"),
        ({"on_date": None}, "on_date"),
    ],
)
def test_a_refusal_names_its_field(
    trecate: Founded, cm: FlaskClient, chosen: tuple[str, dict[str, Any]], other: dict[str, Any], field: str
) -> None:
    answer = post(cm, trecate, chosen[0], {**chosen[1], **other})
    assert (answer.status_code, list((answer.json or {})["errors"]["json"])) == (422, [field])


def test_a_move_that_cannot_be_made_is_told(trecate: Founded, cm: FlaskClient) -> None:
    path = f"pathways/{begun(trecate)}"
    answer = post(cm, trecate, f"{path}/resume", {"on_date": "2023-06-01"})
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert all((answer.json or {})[name] for name in ("title", "detail", "remedy"))
    assert list((post(cm, trecate, f"{path}/suspend", {"on_date": "2023-06-01"}).json or {})["errors"]["json"]) == ["reason"]


def test_a_session_is_recorded_once(trecate: Founded, cm: FlaskClient) -> None:
    path, key = f"pathways/{begun(trecate)}/sessions", uuid4()
    assert [post(cm, trecate, path, session(trecate), key).status_code for _ in range(2)] == [201, 303]
    overlap = post(cm, trecate, path, session(trecate, starts="10:00", ends="11:00"))
    assert (overlap.status_code, list((overlap.json or {})["errors"]["json"])) == (422, ["starts"])
    foreign = post(cm, trecate, path, session(trecate, operator_id=str(uuid4())))
    assert list((foreign.json or {})["errors"]["json"]) == ["operator_id"]
    with trecate.scope():
        assert db.session.execute(select(func.count()).select_from(Session)).scalar_one() == 1


@pytest.mark.parametrize("hour", ["09:00+05:00", "09:03Z", "09:00:59"])
def test_an_hour_is_that_of_the_desks(trecate: Founded, cm: FlaskClient, hour: str) -> None:
    answer = post(cm, trecate, f"pathways/{begun(trecate)}/sessions", session(trecate, starts=hour))
    assert (answer.status_code, list((answer.json or {})["errors"]["json"])) == (422, ["starts"])


def test_a_program_adds_people_to_a_session(trecate: Founded, cm: FlaskClient) -> None:
    one, two, elsewhere = begun(trecate), begun(trecate), begun(trecate, "cerano")
    assert post(cm, trecate, f"pathways/{one}/sessions", session(trecate)).status_code == 201
    with trecate.scope():
        made = db.session.execute(select(Session.id, Session.revision)).one()
    path, body = f"sessions/{made.id}/edit", session(trecate, revision=made.revision)
    refused = post(cm, trecate, path, {**body, "others": [str(elsewhere)]})
    assert (refused.status_code, list((refused.json or {})["errors"]["json"])) == (422, ["others"])
    whole = post(cm, trecate, path, {**body, "others": [str(two)]})
    assert [each["pathway_id"] for each in (whole.json or {})["others"]] == [str(two)]


@pytest.mark.parametrize("verb", ["", "/sessions", "/activate", "/resume", "/suspend", "/conclude", "/cancel"])
def test_whose_pathway_it_is(trecate: Founded, other: Founded, verb: str) -> None:
    path = f"pathways/{begun(trecate)}{verb}"
    well = 422 if verb else 200

    def asked(founded: Founded, who: str) -> int:
        client, address = founded.as_(who), f"/api/v1/{founded.slug}/{path}"
        return (client.post(address, json={}) if verb else client.get(address)).status_code

    expected = {"admin": well, "coordinator": well, "cm1.trecate": well, "cm1.cerano": 404, "reader": 403}
    assert {who: asked(trecate, who) for who in expected} == expected
    assert asked(other, "admin") == 404


def test_the_case_is_named_to_whoever_may_open_it(trecate: Founded) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate, "cerano")
        whose = {"case_id": case.id, "measure_id": measure().id, "case_manager_id": case.case_manager_id}
        pathway = services.open_pathway(desk_id=trecate.desks["trecate"], on_date=date(2023, 5, 1), **whose)
        db.session.commit()
        address, case_id = f"/api/v1/{trecate.slug}/pathways/{pathway.id}", str(case.id)
    seen = {who: (trecate.as_(who).get(address).json or {})["case_id"] for who in ("cm1.trecate", "cm1.cerano")}
    assert seen == {"cm1.trecate": None, "cm1.cerano": case_id}


def test_a_list_is_that_of_the_page(trecate: Founded, cm: FlaskClient) -> None:
    path = f"pathways/{begun(trecate)}/sessions"
    for start in ("08:00", "11:00"):
        assert post(cm, trecate, path, session(trecate, starts=start, ends=f"{start[:2]}:45")).status_code == 201
    begun(trecate, "cerano")
    for query in ("pathways?state=activated", "pathways?state_on=ongoing&sort=code", "sessions?sort=hours", "measures?q=ricerca"):
        mine, page = (cm.get(where).json or {} for where in (f"/api/v1/{trecate.slug}/{query}", f"/{trecate.slug}/{query}&format=json"))
        assert (mine["total"], mine["items"]) == (page["total"], page["items"]), query
        assert mine["items"], query
    held = [len((cm.get(f"/{trecate.slug}/sessions?format=json&{query}").json or {})["items"]) for query in narrowed(trecate)]
    assert held == [2, 0, 2, 0]
    (found,) = (cm.get(f"/api/v1/{trecate.slug}/search?q=pro-00001").json or {"items": [None]})["items"]
    assert found["kind"] == "pathway"


def narrowed(founded: Founded) -> tuple[str, ...]:
    """Queries of sessions: a pathway's code and another, its operator and another."""
    mine, another = (founded.staff[founded.email(who)] for who in ("cm1.trecate", "cm2.trecate"))
    return ("q=pro-00001", "q=pro-99999", f"operator={mine}", f"operator={another}")


def test_a_pathway_is_edited_as_it_was_read(trecate: Founded, cm: FlaskClient) -> None:
    path = f"pathways/{begun(trecate)}"
    address = f"/api/v1/{trecate.slug}/{path}"
    read = cm.get(address).json or {}
    body = {"case_manager_id": read["case_manager_id"], "goal": "Un lavoro a Novara", "revision": read["revision"]}
    assert list((post(cm, trecate, f"{path}/edit", {"case_manager_id": body["case_manager_id"]}).json or {})["errors"]["json"]) == [
        "revision"
    ]
    edited = post(cm, trecate, f"{path}/edit", body)
    assert (edited.status_code, (edited.json or {})["goal"]) == (200, "Un lavoro a Novara")
    behind = post(trecate.as_("cm2.trecate"), trecate, f"{path}/edit", {**body, "goal": "Un tirocinio"})
    assert (behind.status_code, behind.content_type) == (409, "application/problem+json")
    assert cm.get(address).json == edited.json
    told = (cm.get(f"{address}/history").json or {})["items"]
    assert (told[0]["who"], told[0]["changes"]) == ("Cm1.Trecate", [{"field": "Obiettivo", "before": None, "after": "Un lavoro a Novara"}])


def test_a_session_is_edited_as_it_was_read(trecate: Founded, cm: FlaskClient) -> None:
    made = post(cm, trecate, f"pathways/{begun(trecate)}/sessions", session(trecate)).json or {}
    path = f"sessions/{made['id']}"
    read = cm.get(f"/api/v1/{trecate.slug}/{path}").json or {}
    assert (read["operator"], read["desk"], read["code"], read["revision"]) == ("Cm1.Trecate", "Trecate", "PRO-00001", made["revision"])
    assert read["surname"].startswith("Prova")
    assert list((post(cm, trecate, f"{path}/edit", session(trecate)).json or {})["errors"]["json"]) == ["revision"]
    longer = session(trecate, ends="11:00", revision=read["revision"])
    assert (post(cm, trecate, f"{path}/edit", longer).json or {})["hours"] == 2
    assert post(trecate.as_("cm2.trecate"), trecate, f"{path}/edit", {**longer, "ends": "09:30"}).status_code == 409
    told = (cm.get(f"/api/v1/{trecate.slug}/{path}/history").json or {})["items"]
    assert [each["what"].partition(": ")[2] for each in told] == ["modifica", "creazione"]
    assert [(each["before"], each["after"]) for each in told[0]["changes"]] == [("10:30", "11:00")]


def test_whoever_else_was_there(trecate: Founded, cm: FlaskClient) -> None:
    one, another = begun(trecate, surname="Uno"), begun(trecate, surname="Due")
    made = post(cm, trecate, f"pathways/{one}/sessions", session(trecate, others=[str(another)])).json or {}
    read = cm.get(f"/api/v1/{trecate.slug}/sessions/{made['id']}").json or {}
    (companion,) = read["others"]
    assert (companion["pathway_id"], companion["surname"]) == (str(another), "Due")
    listed = (cm.get(f"/api/v1/{trecate.slug}/sessions").json or {})["items"]
    assert {each["group_id"] for each in listed} == {made["group_id"]}
    assert {each["pathway_id"] for each in listed} == {str(one), str(another)}
    alone = post(cm, trecate, f"pathways/{one}/sessions", session(trecate, on_date="2023-05-03")).json or {}
    assert [each["group_id"] for each in (cm.get(f"/api/v1/{trecate.slug}/sessions?on_from=2023-05-03").json or {})["items"]] == [None]
    assert (cm.get(f"/api/v1/{trecate.slug}/sessions/{alone['id']}").json or {})["others"] == []


def test_of_a_group_one_sees_whose_pathway_one_sees(trecate: Founded) -> None:
    """Whoever follows a case sees its sessions at another desk, and not the people of that desk."""
    with at_work(trecate):
        case, _ = take_in(trecate, "cerano")
        whose = {"case_id": case.id, "measure_id": measure().id, "case_manager_id": case.case_manager_id}
        mine = services.open_pathway(desk_id=trecate.desks["trecate"], on_date=date(2023, 5, 1), activate=True, **whose)
        theirs = begin(trecate, surname="Altrui")
        db.session.commit()
        ids = mine.id, theirs.id
    made = post(trecate.as_("coordinator"), trecate, f"pathways/{ids[0]}/sessions", session(trecate, others=[str(ids[1])])).json or {}
    path = f"sessions/{made['id']}"
    assert len((trecate.as_("cm1.trecate").get(f"/api/v1/{trecate.slug}/{path}").json or {})["others"]) == 1
    cerano = trecate.as_("cm1.cerano")
    assert (cerano.get(f"/api/v1/{trecate.slug}/{path}").json or {})["others"] == []
    assert "Altrui" not in cerano.get(f"/{trecate.slug}/{path}").text


@pytest.mark.parametrize("what", ["pathways", "sessions"])
def test_who_reads_a_history(trecate: Founded, other: Founded, cm: FlaskClient, what: str) -> None:
    pathway_id = begun(trecate)
    made = post(cm, trecate, f"pathways/{pathway_id}/sessions", session(trecate)).json or {}
    path = f"{what}/{pathway_id if what == 'pathways' else made['id']}/history"
    expected = {"admin": 200, "cm1.trecate": 200, "cm1.cerano": 404, "reader": 403}
    assert {who: trecate.as_(who).get(f"/api/v1/{trecate.slug}/{path}").status_code for who in expected} == expected
    assert other.as_("admin").get(f"/api/v1/{other.slug}/{path}").status_code == 404


def test_the_pathways_of_a_case(trecate: Founded, cm: FlaskClient, chosen: tuple[str, dict[str, Any]]) -> None:
    address = f"/api/v1/{trecate.slug}/{chosen[0]}"
    assert cm.get(address).json == {"items": []}
    made = post(cm, trecate, chosen[0], {**chosen[1], "activate": True}).json or {}
    assert post(cm, trecate, f"pathways/{made['id']}/sessions", session(trecate)).status_code == 201
    (found,) = (cm.get(address).json or {})["items"]
    assert (found["id"], found["code"], found["state"], found["hours"], found["last_on"]) == (
        made["id"],
        made["code"],
        "activated",
        1.5,
        "2023-05-02",
    )
    assert {who: trecate.as_(who).get(address).status_code for who in ("cm1.cerano", "reader")} == {"cm1.cerano": 404, "reader": 403}


def test_a_case_that_nobody_follows_is_taken(trecate: Founded, other: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate)
        case.case_manager_id = None
        db.session.commit()
        path = f"cases/{case.id}/take"
    assert [post(cm, trecate, path, {}).status_code for _ in range(2)] == [200, 200]
    assert (cm.get(f"/api/v1/{trecate.slug}/{path.removesuffix('/take')}").json or {})["case_manager"] == "Cm1.Trecate"
    expected = {"cm2.trecate": 409, "cm1.cerano": 404, "reader": 403, "admin": 403}
    assert {who: post(trecate.as_(who), trecate, path, {}).status_code for who in expected} == expected
    assert post(other.as_("coordinator"), other, path, {}).status_code == 404


def test_what_was_done_to_several_is_taken_back(trecate: Founded) -> None:
    ids, to = [str(begun(trecate)) for _ in range(2)], str(trecate.staff[trecate.email("cm2.trecate")])
    coordinator = trecate.as_("coordinator")
    done = post(coordinator, trecate, "pathways/several/follow", {"ids": ids, "case_manager_id": to})
    assert done.status_code == 200, done.text
    asked = {"request_id": done.headers["X-Request-Id"]}
    assert post(trecate.as_("cm1.trecate"), trecate, "pathways/several/undo", asked).status_code == 409
    undone = post(coordinator, trecate, "pathways/several/undo", asked)
    assert (undone.status_code, set((undone.json or {})["ids"])) == (200, set(ids))
    followed = {(coordinator.get(f"/api/v1/{trecate.slug}/pathways/{each}").json or {})["case_manager"] for each in ids}
    assert followed == {"Cm1.Trecate"}


def test_a_register_that_is_closed_already_says_what_to_do(trecate: Founded, cm: FlaskClient) -> None:
    path = f"pathways/{begun(trecate)}"
    assert post(cm, trecate, f"{path}/sessions", session(trecate)).status_code == 201
    assert post(cm, trecate, f"{path}/close-register", {}).status_code == 201
    again = post(cm, trecate, f"{path}/close-register", {})
    told = again.json or {}
    assert (again.status_code, told["title"]) == (409, "Il registro è già chiuso")
    assert "amministratore" in told["remedy"]
