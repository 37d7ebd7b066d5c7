"""Cases at the door: taking in, finding, correcting; who sees what."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import func, select

from consortium.cases import services
from consortium.cases.models import Assignment, Case, Handover, Person
from consortium.pathways.models import Pathway
from consortium.profiles.models import Education
from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import ASSIGNED, TAKEN, at_work, begin, measure, open_pathway, take_in
from tests.factories import Founded
from tests.forms import standing

OKAFOR = {
    "codice_fiscale": "kfrmra79r59z138m",
    "surname": "Okafor",
    "first_name": "Maria",
    "sex": "F",
    "born_on": "1979-10-19",
    "birthplace": "ucraina",
    "citizenship": "Ucraina",
    "residence": "Trecate",
    "phone": "+39 384 233 8031",
}


def sent(founded: Founded, desk: str = "trecate", **other: Any) -> dict[str, Any]:
    """A take-in form as it is sent."""
    usual = {"source": "job_centre", "job_centre": "Novara", "desk_id": str(founded.desks[desk]), "gol_path": "1", "once": str(uuid4())}
    return {**OKAFOR, **usual, "assigned_on": today().isoformat(), "take_in_charge": "true", **other}


def count(founded: Founded, model: Any) -> int:
    with founded.scope():
        return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def case_of(founded: Founded, desk: str = "trecate", **facts: Any) -> Case:
    with at_work(founded):
        case, _ = take_in(founded, desk, **facts)
        db.session.commit()
        db.session.refresh(case)
        db.session.expunge(case)
        return case


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    """A case manager of Trecate who has searched, and found nobody."""
    browser = trecate.as_("cm1.trecate")
    browser.get(f"/{trecate.slug}/search?q=Okafor")
    return browser


def test_a_new_person_comes_after_a_search(trecate: Founded) -> None:
    """Without one, the form leads to the search; a form left open is told so, and loses nothing."""
    browser, address = trecate.as_("cm1.trecate"), f"/{trecate.slug}/cases/new"
    answer = browser.get(address)
    assert (answer.status_code, answer.location) == (302, f"/{trecate.slug}/search")
    assert "Cerca prima la persona" in browser.get(answer.location).text
    data = sent(trecate)
    refused = browser.post(address, data=data)
    assert refused.status_code == 422
    assert 'value="Okafor"' in refused.text
    assert count(trecate, Person) == 0
    found = browser.get(f"/{trecate.slug}/search?q=okafor maria")
    assert f'href="{address}"' in found.text
    form = browser.get(address)
    assert ('value="Okafor"' in form.text, 'value="Maria"' in form.text) == (True, True)
    assert browser.post(address, data=data).status_code == 303
    assert browser.get(address).status_code == 302, "each person has a search of their own"


def test_who_has_the_same_phone_is_shown(trecate: Founded, cm: FlaskClient) -> None:
    case = case_of(trecate, phone="3842338031")
    typed = {"phone": "+39 384 233 80 31"}
    assert str(case.id) in cm.post(f"/{trecate.slug}/cases/known", data=typed).text
    data = sent(trecate)
    assert cm.post(f"/{trecate.slug}/cases/new", data=data).status_code == 422
    assert cm.post(f"/{trecate.slug}/cases/new", data={**data, "distinct": "true"}).status_code == 303


def test_a_person_is_taken_in_with_one_page(trecate: Founded, cm: FlaskClient) -> None:
    assert cm.get(f"/{trecate.slug}/cases/new").status_code == 200
    answer = cm.post(f"/{trecate.slug}/cases/new", data=sent(trecate))
    assert answer.status_code == 303, answer.text
    page = cm.get(answer.location)
    assert "Okafor Maria" in page.text
    with trecate.scope():
        person = db.session.execute(select(Person)).scalar_one()
        assert (person.codice_fiscale, person.birthplace, person.phone) == ("KFRMRA79R59Z138M", "Ucraina", "3842338031")
        assignment = db.session.execute(select(Assignment)).scalar_one()
        assert (assignment.state, assignment.taken_in_charge_on) == ("taken_in_charge", today())
        case = db.session.execute(select(Case)).scalar_one()
        assert case.number == f"{today().year}-000001"
        assert case.case_manager_id == trecate.staff[trecate.email("cm1.trecate")]


def test_what_is_wrong_is_said_at_once_and_nothing_typed_is_lost(trecate: Founded, cm: FlaskClient) -> None:
    wrong = sent(trecate, surname="Rossi", sex="M", residence="", assigned_on="boh", phone="tre")
    answer = cm.post(f"/{trecate.slug}/cases/new", data=wrong)
    assert answer.status_code == 422
    for field in ("surname", "sex", "residence", "assigned_on", "phone"):
        assert f'id="field-{field}-error"' in answer.text, field
    assert 'value="Rossi"' in answer.text
    assert count(trecate, Person) == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Corea", "forse intendevi “Corea del Nord”, “Corea del Sud”?"),
        ("Rusia", "forse intendevi “Federazione Russa”?"),
        ("Trecatte", "forse intendevi “Trecate”?"),
        ("Atlantide", "scrivi lo stato"),
    ],
)
def test_a_birthplace_that_is_not_known_is_refused_with_the_nearest(trecate: Founded, cm: FlaskClient, typed: str, said: str) -> None:
    answer = cm.post(f"/{trecate.slug}/cases/new", data=sent(trecate, codice_fiscale="", birthplace=typed))
    assert (answer.status_code, said in answer.text) == (422, True)


def test_a_birthplace_may_be_a_state_s_usual_name(trecate: Founded, cm: FlaskClient) -> None:
    answer = cm.post(f"/{trecate.slug}/cases/new", data=sent(trecate, codice_fiscale="", birthplace="stati uniti"))
    assert answer.status_code == 303, answer.text
    with trecate.scope():
        assert db.session.execute(select(Person.birthplace)).scalar_one() == "Stati Uniti d'America"


def test_a_double_submit_is_one_person(trecate: Founded, cm: FlaskClient) -> None:
    data = sent(trecate)
    first, second = (cm.post(f"/{trecate.slug}/cases/new", data=data) for _ in range(2))
    assert first.location == second.location
    assert count(trecate, Person) == 1


def test_the_job_centre_is_asked_only_of_who_is_sent(trecate: Founded, cm: FlaskClient) -> None:
    answer = cm.post(f"/{trecate.slug}/cases/new", data=sent(trecate, job_centre=""))
    assert answer.status_code == 422
    assert 'id="field-job_centre-error"' in answer.text
    walked_in = sent(trecate, source="walk_in")
    assert cm.post(f"/{trecate.slug}/cases/new", data=walked_in).status_code == 303


def test_somebody_who_is_here_already(trecate: Founded, cm: FlaskClient) -> None:
    case = case_of(trecate, codice_fiscale="KFRMRA79R59Z138M", surname="Okafor", birthplace="Ucraina")
    answer = cm.post(f"/{trecate.slug}/cases/new", data=sent(trecate))
    assert answer.status_code == 422
    assert f"/cases/{case.id}" in answer.text
    assert count(trecate, Person) == 1


def test_of_somebody_at_another_desk_only_the_desk_is_said(trecate: Founded, cm: FlaskClient) -> None:
    case = case_of(trecate, "cerano", codice_fiscale="KFRMRA79R59Z138M", surname="Okafor", birthplace="Ucraina", phone="333999888")
    for answer in (cm.post(f"/{trecate.slug}/cases/new", data=sent(trecate)), cm.post(f"/{trecate.slug}/cases/known", data=sent(trecate))):
        assert "Cerano" in answer.text
        assert str(case.id) not in answer.text
        assert case.number not in answer.text
        assert "333999888" not in answer.text
    assert count(trecate, Person) == 1


def test_a_similar_person_has_to_be_told_apart(trecate: Founded, cm: FlaskClient) -> None:
    case_of(trecate, surname="Okafòr", first_name="Marìa")
    data = sent(trecate)
    answer = cm.post(f"/{trecate.slug}/cases/new", data=data)
    assert answer.status_code == 422
    assert 'name="distinct"' in answer.text
    assert cm.post(f"/{trecate.slug}/cases/new", data={**data, "distinct": "true"}).status_code == 303
    assert count(trecate, Person) == 2


def test_the_code_fills_what_it_says(trecate: Founded, cm: FlaskClient) -> None:
    answer = cm.post(f"/{trecate.slug}/cases/decoded", data={"codice_fiscale": "kfrmra79r59z138m", "birthplace": ""})
    assert 'value="1979-10-19"' in answer.text
    assert 'value="Ucraina"' in answer.text
    kept = cm.post(f"/{trecate.slug}/cases/decoded", data={"codice_fiscale": "kfrmra79r59z138m", "birthplace": "Novara"})
    assert "from-code-birthplace" not in kept.text
    assert cm.post(f"/{trecate.slug}/cases/decoded", data={"codice_fiscale": "KFR"}).status_code == 200


def test_a_case_manager_takes_in_at_a_desk_of_theirs(trecate: Founded, cm: FlaskClient) -> None:
    assert cm.post(f"/{trecate.slug}/cases/new", data=sent(trecate, "cerano")).status_code == 422


PAGES = (
    "",
    "/personal-data",
    "/personal-data/edit",
    "/assignments",
    "/assignments/new",
    "/history",
    "/hand-over",
    "/pathways",
    "/pathways/new",
)


@pytest.mark.parametrize("tab", PAGES)
def test_the_pages_of_a_case_and_who_opens_them(trecate: Founded, other: Founded, tab: str) -> None:
    case = case_of(trecate)
    address = f"/{trecate.slug}/cases/{case.id}{tab}"
    expected = {"admin": 200, "coordinator": 200, "cm1.trecate": 200, "cm1.cerano": 404, "reader": 403}
    assert {who: trecate.as_(who).get(address).status_code for who in expected} == expected
    assert other.as_("admin").get(f"/{other.slug}/cases/{case.id}{tab}").status_code == 404
    assert other.as_("admin").get(address).status_code == 404


@pytest.mark.parametrize("tab", ["/cases", "/assignments", "/pathways", "/sessions", "/measures", "/search?q=prova"])
def test_the_pages_of_the_rooms_and_who_opens_them(trecate: Founded, tab: str) -> None:
    expected = {"admin": 200, "coordinator": 200, "cm1.trecate": 200, "reader": 200 if tab in ("/measures", "/search?q=prova") else 403}
    assert {who: trecate.as_(who).get(f"/{trecate.slug}{tab}").status_code for who in expected} == expected


def test_a_list_holds_the_desks_that_one_serves(trecate: Founded) -> None:
    mine, theirs = case_of(trecate), case_of(trecate, "cerano")
    seen = {who: trecate.as_(who).get(f"/{trecate.slug}/cases?format=json").get_json() for who in ("cm1.trecate", "cm1.cerano", "admin")}
    numbers = {who: {item["number"] for item in found["items"]} for who, found in seen.items()}
    assert numbers == {"cm1.trecate": {mine.number}, "cm1.cerano": {theirs.number}, "admin": {mine.number, theirs.number}}


@pytest.mark.parametrize(
    "text", ["d'ang", "niccolo", "Niccolò D'An", "d'a ni", "384 233", "3842338", "2023-0000", "rossi-b", "ROSSI-BIANCHI n"]
)
def test_somebody_is_found_by_first_letters(trecate: Founded, cm: FlaskClient, text: str) -> None:
    case = case_of(trecate, surname="D'Angelo Rossi-Bianchi", first_name="Niccolò", phone="3842338031")
    case_of(trecate, surname="Verdi", first_name="Anna")
    answer = cm.get(f"/{trecate.slug}/search", query_string={"q": text}, headers={"HX-Request": "true"})
    assert f"/cases/{case.id}" in answer.text, answer.text
    assert ("Verdi" in answer.text) == (text == "2023-0000")
    assert trecate.as_("cm1.cerano").get(f"/{trecate.slug}/search", query_string={"q": text}).text.count(str(case.id)) == 0
    listed = cm.get(f"/{trecate.slug}/cases", query_string={"q": text, "format": "json"}).get_json()
    assert listed["total"] == (2 if text == "2023-0000" else 1)


@pytest.mark.parametrize("text", ["%", "_", "\\", "a%", "", " ", "\0", "'; drop table people", "x" * 300, "gelo", "%%%%%%"])
def test_a_search_for_signs_finds_nobody_and_breaks_nothing(trecate: Founded, cm: FlaskClient, text: str) -> None:
    case_of(trecate, surname="D'Angelo", first_name="Niccolò")
    answer = cm.get(f"/{trecate.slug}/search", query_string={"q": text}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Angelo" not in answer.text


@pytest.mark.parametrize("text", ["cer", "ćer", "CERANO"])
def test_the_box_finds_desks_too(trecate: Founded, cm: FlaskClient, text: str) -> None:
    answer = cm.get(f"/{trecate.slug}/search", query_string={"q": text}, headers={"HX-Request": "true"})
    assert f'href="/{trecate.slug}/desks/{trecate.desks["cerano"]}"' in answer.text


@pytest.mark.parametrize("text", ["erano", "cerano rossi", "%"])
def test_a_desk_is_found_by_how_its_words_begin(trecate: Founded, cm: FlaskClient, text: str) -> None:
    assert "/desks/" not in cm.get(f"/{trecate.slug}/search", query_string={"q": text}, headers={"HX-Request": "true"}).text


def test_correcting_a_person_and_two_at_once(trecate: Founded, cm: FlaskClient) -> None:
    case = case_of(trecate)
    address = f"/{trecate.slug}/cases/{case.id}/personal-data/edit"
    with trecate.scope():
        person = db.session.execute(select(Person)).scalar_one()
        values = {name: str(value) for name in OKAFOR if (value := getattr(person, name)) is not None}
    first = cm.post(address, data={**values, "revision": "1", "phone": "0321777000", "once": str(uuid4())})
    assert first.status_code == 303, first.text
    second = trecate.as_("cm2.trecate").post(address, data={**values, "revision": "1", "phone": "0321777111", "once": str(uuid4())})
    assert second.status_code == 409
    assert "0321777000" in second.text
    with trecate.scope():
        assert db.session.execute(select(Person.phone)).scalar_one() == "0321777000"


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("municipality", "treca", "Trecate"),
        ("municipality", "garbagna n", "Garbagna Novarese"),
        ("state", "ital", "Italia"),
        ("state", "ucr", "Ucraina"),
        ("state", "cina", "Repubblica Popolare Cinese"),
        ("state", "corea", "Repubblica di Corea"),
        ("birthplace", "treca", "Trecate"),
        ("birthplace", "uniti", "Stati Uniti d'America"),
        ("birthplace", "olan", "Paesi Bassi"),
    ],
)
def test_places_are_suggested_as_one_types(trecate: Founded, cm: FlaskClient, kind: str, text: str, name: str) -> None:
    answer = cm.get(f"/{trecate.slug}/places/{kind}", query_string={"residence": text})
    assert f'value="{escape(name)}"' in answer.text
    assert "option" not in cm.get(f"/{trecate.slug}/places/{kind}").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"residence": "Trecatte"}, "forse intendevi “Trecate”"),
        ({"citizenship": "Ucrania"}, "forse intendevi “Ucraina”"),
        ({"citizenship": "Pippo"}, "“Pippo”"),
        ({"residence": "Senza fissa dimora"}, "“Senza fissa dimora”"),
        ({"residence": "Svizzera"}, None),
        ({"citizenship": "Cina"}, None),
        ({"residence": "Livo (TN)", "citizenship": "UCRAINA"}, None),
    ],
)
def test_a_place_that_is_not_known_is_saved_and_pointed_out(
    trecate: Founded, cm: FlaskClient, typed: dict[str, str], said: str | None
) -> None:
    address = f"/{trecate.slug}/cases/{case_of(trecate).id}/personal-data"
    answer = cm.post(f"{address}/edit", data=standing(cm.get(f"{address}/edit").text, **typed))
    assert answer.status_code == 303, answer.text
    page = cm.get(answer.location).text
    assert (said in page) if said else "alert-warning" not in page
    with trecate.scope():
        person = db.session.execute(select(Person)).scalar_one()
        assert {name: getattr(person, name) for name in typed} == typed


def test_steps_of_an_assignment_at_the_door(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        _, assignment = take_in(trecate, taken_on=None)
        db.session.commit()
        address = f"/{trecate.slug}/assignments/{assignment.id}"
    assert cm.get(f"{address}/take-in-charge").status_code == 200
    late = {"on_date": (today() + timedelta(days=2)).isoformat(), "once": str(uuid4())}
    assert cm.post(f"{address}/take-in-charge", data=late).status_code == 422
    assert cm.post(f"{address}/return", data={"on_date": today().isoformat()}).status_code == 422
    done = {"on_date": today().isoformat(), "once": str(uuid4())}
    assert cm.post(f"{address}/take-in-charge", data=done).status_code == 303
    assert cm.post(f"{address}/contact", data={**done, "once": str(uuid4())}).status_code == 409
    assert trecate.as_("cm1.cerano").get(f"{address}/contact").status_code == 404
    assert cm.get(f"{address}/swallow").status_code == 404


def test_a_case_handed_over_is_seen_by_the_other_desk(trecate: Founded, cm: FlaskClient) -> None:
    case = case_of(trecate)
    address = f"/{trecate.slug}/cases/{case.id}"
    manager = str(trecate.staff[trecate.email("cm1.cerano")])
    data = {"desk_id": str(trecate.desks["cerano"]), "case_manager_id": manager, "revision": "1", "once": str(uuid4())}
    assert cm.post(f"{address}/hand-over", data=data).status_code == 303
    assert cm.get(address).status_code == 404
    assert trecate.as_("cm1.cerano").get(address).status_code == 200


def test_a_note_alone_hands_nothing_over(trecate: Founded, cm: FlaskClient) -> None:
    """It would be lost: it is refused, and still in the form."""
    case = case_of(trecate)
    address = f"/{trecate.slug}/cases/{case.id}/hand-over"
    data = {"desk_id": str(case.desk_id), "case_manager_id": str(case.case_manager_id), "note": "Da richiamare", "revision": "1"}
    refused = cm.post(address, data={**data, "once": str(uuid4())})
    assert refused.status_code == 422
    assert "Scegli a chi passa il fascicolo" in refused.text
    assert "Da richiamare</textarea>" in refused.text
    assert cm.post(f"/api/v1{address}", json={**data, "revision": 1}).status_code == 422
    assert count(trecate, Handover) == 0


def test_a_case_goes_with_its_open_pathways(trecate: Founded, cm: FlaskClient) -> None:
    """A ticked box says so, and how many they are."""
    with at_work(trecate):
        case_id, cm1 = begin(trecate).case_id, trecate.staff[trecate.email("cm1.trecate")]
        db.session.commit()
    address, to = f"/{trecate.slug}/cases/{case_id}/hand-over", trecate.staff[trecate.email("cm2.trecate")]
    assert re.search(r'name="along"[^>]* checked>\s*<label[^>]*>Anche: percorsi aperti \(1\)', cm.get(address).text)
    data = {"desk_id": str(trecate.desks["trecate"]), "case_manager_id": str(to), "revision": "1"}
    assert cm.post(address, data={**data, "once": str(uuid4())}).status_code == 303
    assert followers(trecate) == [cm1], "unticked"
    back = {**data, "case_manager_id": str(cm1), "revision": 2}
    assert cm.post(f"/api/v1{address}", json=back).status_code == 200
    sent = {**data, "along": "true", "revision": "3", "once": str(uuid4())}
    assert cm.post(address, data=sent).status_code == 303
    assert followers(trecate) == [to]
    stale = cm.post(address, data={**sent, "revision": "1", "note": "Da richiamare", "opened": "", "once": str(uuid4())})
    assert (stale.status_code, "Da richiamare" in stale.text) == (409, True)


def followers(founded: Founded) -> list[UUID]:
    with founded.scope():
        return list(db.session.scalars(select(Pathway.case_manager_id)))


def state_of(founded: Founded) -> tuple[Any, ...]:
    columns = (Assignment.state, Assignment.contacted_on, Assignment.taken_in_charge_on, Assignment.returned_on, Assignment.return_reason)
    with founded.scope():
        return tuple(db.session.execute(select(*columns)).one())


def test_the_last_step_is_taken_back_one_by_one(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        _, assignment = take_in(trecate, taken_on=None)
        db.session.commit()
        address, case = f"/{trecate.slug}/assignments/{assignment.id}", f"/{trecate.slug}/cases/{assignment.case_id}"
    day = today()
    for verb, more in (("contact", {}), ("return", {"reason": "no_show"})):
        assert cm.post(f"{address}/{verb}", data={"on_date": day.isoformat(), **more, "once": str(uuid4())}).status_code == 303
    assert state_of(trecate) == ("returned", day, None, day, "no_show")
    page = cm.get(case).text
    assert "Ora nessuno segue" not in page
    assert f"La persona è stata restituita il {day:%d/%m/%Y}" in page
    assert f"{address}/undo" in cm.get(f"{case}/assignments").text
    assert trecate.as_("cm1.cerano").post(f"{address}/undo", data={"state": "returned"}).status_code == 404
    assert cm.post(f"{address}/undo", data={"state": "returned"}).location == f"{case}/assignments"
    assert state_of(trecate) == ("contacted", day, None, None, None)
    stale = cm.post(f"{address}/undo", data={"state": "returned"})
    assert "Non è più questo l" in cm.get(stale.location).text
    assert cm.post(f"/api/v1{address}/undo", json={"state": "contacted"}).get_json()["state"] == "assigned"
    assert state_of(trecate) == ("assigned", None, None, None, None)
    assert cm.post(f"/api/v1{address}/undo", json={"state": "contacted"}).status_code == 409
    assert "Restituita" in cm.get(f"{case}/history").text


def test_an_intake_stays_where_a_pathway_stands_on_it(trecate: Founded, cm: FlaskClient) -> None:
    """Unless an earlier intake allows it."""
    with at_work(trecate):
        case, intake = take_in(trecate)
        code, case_id, desk_id = open_pathway(trecate, case).code, case.id, case.desk_id
        db.session.commit()
        address = f"/api/v1/{trecate.slug}/assignments/{intake.id}/undo"
    refused = cm.post(address, json={"state": "taken_in_charge"})
    assert (refused.status_code, code in refused.text) == (409, True)
    with at_work(trecate):
        services.take_in_charge(assignment=walk_in(case_id, desk_id, ASSIGNED), on_date=ASSIGNED)
        db.session.commit()
    assert cm.post(address, json={"state": "taken_in_charge"}).status_code == 200


@pytest.mark.parametrize("verb", ["contact", "take-in-charge", "return"])
def test_of_a_closed_assignment_no_step_is_offered(trecate: Founded, cm: FlaskClient, verb: str) -> None:
    with at_work(trecate):
        case, intake = take_in(trecate)
        address, page = f"/{trecate.slug}/assignments/{intake.id}/{verb}", f"/{trecate.slug}/cases/{case.id}"
        db.session.commit()
    answer = cm.get(address)
    assert (answer.status_code, answer.location) == (302, page)
    assert f"è stata presa in carico il {TAKEN:%d/%m/%Y}" in cm.get(page).text


def test_an_education_that_is_written_is_not_missing(trecate: Founded, cm: FlaskClient) -> None:
    case = case_of(trecate)
    page = f"/{trecate.slug}/cases/{case.id}/personal-data"
    missing = re.compile(r"Manca ancora.*?</ul>", re.DOTALL)
    assert "Istruzione" in "".join(missing.findall(cm.get(page).text))
    with at_work(trecate):
        db.session.add(Education(person_id=case.person_id, level="4", title="Perito"))
        db.session.commit()
    said = "".join(missing.findall(cm.get(page).text))
    assert "Codice fiscale" in said
    assert "Istruzione" not in said
    assert "Titolo di studio" not in said


def test_a_return_stays_where_the_person_was_assigned_again(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case, assignment = take_in(trecate, taken_on=None)
        services.return_assignment(assignment=assignment, on_date=today(), reason="refused")
        later = walk_in(case.id, case.desk_id, today()).id
        db.session.commit()
        address = f"/api/v1/{trecate.slug}/assignments"
        returned = f"{address}/{assignment.id}/undo"
    refused = cm.post(returned, json={"state": "returned"})
    assert (refused.status_code, f"{today():%d/%m/%Y}" in refused.text) == (409, True)
    assert cm.post(f"{address}/{later}/remove", json={}).status_code == 422
    assert [cm.post(f"{address}/{later}/remove", json={"revision": number}).status_code for number in (2, 1)] == [409, 200]
    assert cm.post(returned, json={"state": "returned"}).status_code == 200


def walk_in(case_id: UUID, desk_id: UUID, on_date: date) -> Assignment:
    return services.assign(case_id=case_id, desk_id=desk_id, source="walk_in", job_centre=None, gol_path=None, assigned_on=on_date)


def test_an_assignment_by_mistake_is_removed_and_its_history_stays(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case, assignment = take_in(trecate, taken_on=None)
        db.session.commit()
        address, page = f"/{trecate.slug}/assignments/{assignment.id}", f"/{trecate.slug}/cases/{case.id}"
    assert "Eliminare l" in cm.get(f"{address}/remove").text
    assert f"{address}/remove" in cm.get(f"{page}/assignments").text
    assert trecate.as_("cm1.cerano").get(f"{address}/remove").status_code == 404
    assert cm.post(f"{address}/contact", data={"on_date": today().isoformat(), "once": str(uuid4())}).status_code == 303
    assert cm.post(f"{address}/remove?revision=2").status_code == 409
    assert cm.post(f"/api/v1{address}/undo", json={"state": "contacted"}).status_code == 200
    assert cm.post(f"{address}/remove?revision=1").status_code == 303
    assert "Nel frattempo è cambiato" in cm.get(f"{page}/assignments").text
    assert count(trecate, Assignment) == 1
    assert cm.post(f"{address}/remove?revision=3").location == f"{page}/assignments"
    assert count(trecate, Assignment) == 0
    history = cm.get(f"{page}/history").text
    assert "Assegnazione eliminata" in history or "Assegnazione: eliminata" in history, history
    assert "Non c&#39;è nessuna assegnazione" in cm.get(page).text


def test_who_waits_is_waited_for_until_a_day(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate, taken_on=None)
        db.session.commit()
        page = f"/{trecate.slug}/cases/{case.id}"
    assert "In ritardo" not in cm.get(page).text
    with at_work(trecate):
        measure().contact_days = 5
        db.session.commit()
    assert "In ritardo: entro il 09/04/2023" in cm.get(page).text


def test_assignments_are_listed_as_they_were_on_a_day(trecate: Founded) -> None:
    case_of(trecate)
    admin = trecate.as_("admin")

    def total(**args: str) -> int:
        return int(admin.get(f"/{trecate.slug}/assignments", query_string={**args, "format": "json"}).get_json()["total"])

    window = {"assigned_from": "2023-04-01", "assigned_to": "2023-04-30"}
    assert total(**window) == 1
    assert total(**window, as_of="2023-04-03") == 0
    assert total(**window, as_of="2023-04-13", taken_in_charge="yes") == 0
    assert total(**window, as_of="2023-04-13", taken_in_charge="no") == 1
    assert total(**window, as_of="2023-04-14", taken_in_charge="yes", desk="trecate", source="job_centre") == 1
