"""Taking somebody in, as one works: in two windows, from a codice fiscale, on a phone."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.cases.test_codice_fiscale import TEMPORARY
from tests.cases.test_pages import OKAFOR, sent
from tests.factories import Founded


@pytest.fixture
def browser(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


def search(browser: FlaskClient, founded: Founded, text: str) -> None:
    browser.get(f"/{founded.slug}/search", query_string={"q": text})


def nobody_known(founded: Founded, surname: str, **other: Any) -> dict[str, Any]:
    """A form about somebody without a code."""
    return sent(founded, codice_fiscale="", surname=surname, phone="", birthplace="Trecate", once=str(uuid4()), **other)


def test_a_window_does_not_take_the_search_of_another(trecate: Founded, browser: FlaskClient) -> None:
    address = f"/{trecate.slug}/cases/new"
    search(browser, trecate, "Alfa")
    assert 'value="Alfa"' in browser.get(address).text
    search(browser, trecate, "Beta")
    assert 'value="Beta"' in browser.get(address).text
    assert browser.post(address, data=nobody_known(trecate, "Beta")).status_code == 303
    answer = browser.post(address, data=nobody_known(trecate, "Alfa", born_on="1985-02-03"))
    assert answer.status_code == 303, answer.text


def test_taking_in_one_leaves_the_search_for_another(trecate: Founded, browser: FlaskClient) -> None:
    """The results of the second search are open when the first form is sent: “New person” below them leads to the form."""
    address = f"/{trecate.slug}/cases/new"
    search(browser, trecate, "Alfa")
    browser.get(address)
    search(browser, trecate, "Beta")
    assert browser.post(address, data=nobody_known(trecate, "Alfa")).status_code == 303
    assert 'value="Beta"' in browser.get(address).text


def new_person(browser: FlaskClient, founded: Founded, searched: str) -> str:
    search(browser, founded, searched)
    return browser.get(f"/{founded.slug}/cases/new").text


def decoded(browser: FlaskClient, founded: Founded, **typed: Any) -> str:
    return browser.post(f"/{founded.slug}/cases/decoded", data=typed).text


def marks(page: str) -> list[str]:
    return re.findall(r'name="from_code" value="([^"]+)"', page)


def test_a_code_that_was_searched_for_fills_the_form(trecate: Founded, browser: FlaskClient) -> None:
    page = new_person(browser, trecate, "kfrmra79r59z138m")
    for words in ('value="KFRMRA79R59Z138M"', 'value="1979-10-19"', 'value="Ucraina"', "Il codice dice: Donna", "Dal codice fiscale."):
        assert words in page
    assert re.search(r'value="F" checked', page)


def test_who_may_be_the_one_searched_for_is_shown_at_once(trecate: Founded, browser: FlaskClient) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate, "cerano", surname="Okafor", codice_fiscale="KFRMRA79R59Z138M", birthplace="Ucraina")
        db.session.commit()
        number = case.number
    page = new_person(browser, trecate, "kfrmra79r59z138m")
    assert "Questa persona c" in page
    assert "Cerano" in page
    assert number not in page


@pytest.mark.parametrize("searched", ["KFRMRA79R59Z138X", "KFRMRA79R59Z13", "kfrmra 79r59 z138mm"])
def test_a_wrong_code_that_was_searched_for_says_so(trecate: Founded, browser: FlaskClient, searched: str) -> None:
    page = new_person(browser, trecate, searched)
    assert 'id="field-codice_fiscale-error"' in page
    assert "data-error-summary" not in page
    assert marks(page) == []


def test_another_code_replaces_what_the_one_before_said(trecate: Founded, browser: FlaskClient) -> None:
    first = decoded(browser, trecate, codice_fiscale="kfrmra79r59z138m", birthplace="Novara")
    assert sorted(marks(first)) == ["born_on:1979-10-19", "sex:F"]
    typed = {"sex": "F", "born_on": "1979-10-19", "birthplace": "Novara", "from_code": marks(first)}
    second = decoded(browser, trecate, codice_fiscale="RSSMRA80A01L219M", **typed)
    for words in ('value="1980-01-01"', 'value="M" checked'):
        assert words in second
    assert 'value="Novara"' not in second
    assert sorted(marks(second)) == ["born_on:1980-01-01", "sex:M"]
    by_hand = decoded(browser, trecate, codice_fiscale="RSSMRA80A01L219M", **{**typed, "born_on": "1979-10-20"})
    assert ("1979-10-20" in by_hand, marks(by_hand)) == (False, ["sex:M"])


def test_a_code_taken_away_takes_what_it_said(trecate: Founded, browser: FlaskClient) -> None:
    typed = {"sex": "F", "born_on": "1979-10-19", "birthplace": "Ucraina", "from_code": ["sex:F", "born_on:1979-10-19"]}
    page = decoded(browser, trecate, codice_fiscale="", **typed)
    assert "1979-10-19" not in page
    assert "field-birthplace" not in page
    half = decoded(browser, trecate, codice_fiscale="KFRMRA79R59Z13", **typed)
    assert "from-code" not in half


@pytest.mark.parametrize("code", ["12345678903", "KFRMRA79R59Z13", "KFRMRA79R59Z138X", "", "KFRMRA79R59Z138M"])
def test_a_field_about_which_nothing_new_is_said_is_left_alone(trecate: Founded, browser: FlaskClient, code: str) -> None:
    by_hand = {"sex": "M", "born_on": "1985-02-03", "birthplace": "Novara"}
    assert "from-code" not in decoded(browser, trecate, codice_fiscale=code, **by_hand)


def test_what_is_wrong_with_a_code_is_said_under_it_as_an_error(trecate: Founded, browser: FlaskClient) -> None:
    page = decoded(browser, trecate, codice_fiscale="KFRMRA79R59Z138X")
    note = page[page.index('id="code-note"') :]
    assert 'class="field-error"' in note
    assert "Il codice dice" not in page


def test_a_form_that_comes_back_still_knows_what_the_code_said(trecate: Founded, browser: FlaskClient) -> None:
    search(browser, trecate, "Okafor")
    data = sent(trecate, residence="", from_code=["sex:F"])
    answer = browser.post(f"/{trecate.slug}/cases/new", data=data)
    assert answer.status_code == 422
    assert marks(answer.text) == ["sex:F"]


def test_what_the_code_says_is_there_though_the_form_is_sent_before_its_answer(trecate: Founded, browser: FlaskClient) -> None:
    """On a slow line, by the keyboard: as when the answer had come; what was written by hand stays, and what an old code said goes."""
    address, unanswered = f"/{trecate.slug}/cases/new", {"sex": "", "born_on": "", "birthplace": ""}
    search(browser, trecate, "Okafor")
    half = browser.post(address, data=sent(trecate, residence="", **unanswered))
    assert (half.status_code, sorted(marks(half.text))) == (422, ["birthplace:Ucraina", "born_on:1979-10-19", "sex:F"])
    assert re.findall(r'href="#field-(\w+)"', half.text) == ["residence"]
    assert "Il codice dice: Donna" in half.text
    replaced = {**unanswered, "born_on": "1980-01-01", "from_code": ["born_on:1980-01-01"]}
    answer = browser.post(address, data=sent(trecate, **replaced))
    assert answer.status_code == 303, answer.text
    page = browser.get(f"{answer.location}/personal-data").text
    for words in ("KFRMRA79R59Z138M", "19/10/1979", "Ucraina"):
        assert words in page
    search(browser, trecate, "Okafor")
    twice = browser.post(address, data=sent(trecate, codice_fiscale="KFRMRA79R59Z138M", **unanswered))
    assert (twice.status_code, "Questa persona" in twice.text) == (422, True)


def test_what_was_written_by_hand_is_held_against_a_code_that_was_not_answered(trecate: Founded, browser: FlaskClient) -> None:
    search(browser, trecate, "Okafor")
    answer = browser.post(f"/{trecate.slug}/cases/new", data=sent(trecate, sex="", born_on="1979-10-20", birthplace=""))
    assert (answer.status_code, re.findall(r'href="#field-(\w+)"', answer.text)) == (422, ["born_on"])
    assert 'value="1979-10-20"' in answer.text


def test_a_correction_too_takes_what_the_code_says_before_its_answer(trecate: Founded, browser: FlaskClient) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate, surname="Okafor", birthplace="Trecate")
        db.session.commit()
        address = f"/{trecate.slug}/cases/{case.id}/personal-data"
    data = {**OKAFOR, "sex": "", "born_on": "", "birthplace": "", "revision": "1", "once": str(uuid4())}
    half = browser.post(f"{address}/edit", data={**data, "residence": ""})
    assert re.findall(r'href="#field-(\w+)"', half.text) == ["residence"]
    assert "birthplace:Ucraina" in marks(half.text)
    answer = browser.post(f"{address}/edit", data=data)
    assert answer.status_code == 303, answer.text
    assert "Ucraina" in browser.get(address).text


def test_a_temporary_code_will_do_until_there_is_another(trecate: Founded, browser: FlaskClient) -> None:
    """It agrees with everything, is one person's, is found, is still asked for, and stays in the history."""
    address = f"/{trecate.slug}/cases/new"
    assert f'value="{TEMPORARY}"' in new_person(browser, trecate, TEMPORARY)
    assert browser.post(address, data=sent(trecate, codice_fiscale="00000100165")).status_code == 422
    answer = browser.post(address, data=sent(trecate, codice_fiscale=f" {TEMPORARY} "))
    assert answer.status_code == 303, answer.text
    case = answer.location
    page = browser.get(f"{case}/personal-data").text
    assert "Codice fiscale: quello scritto è provvisorio" in page
    for place in ("search", "cases"):
        assert case in browser.get(f"/{trecate.slug}/{place}?q={TEMPORARY}").text, place
    search(browser, trecate, "Okafor")
    twice = sent(trecate, codice_fiscale=TEMPORARY, surname="Altri", phone="", distinct="true")
    assert browser.post(address, data=twice).status_code == 422
    data = {**OKAFOR, "once": str(uuid4()), "revision": "1"}
    assert browser.post(f"{case}/personal-data/edit", data=data).status_code == 303
    page = browser.get(f"{case}/personal-data").text
    assert "provvisorio" not in page
    assert TEMPORARY in page, "among the values that it had"
    assert TEMPORARY in browser.get(f"{case}/history").text


def test_programs_send_temporary_codes_too(trecate: Founded, browser: FlaskClient) -> None:
    came = {"source": "walk_in", "desk_id": str(trecate.desks["trecate"]), "assigned_on": "2023-04-04"}
    facts = {**OKAFOR, **came, "codice_fiscale": TEMPORARY}
    answer = browser.post(f"/api/v1/{trecate.slug}/cases", json=facts)
    assert answer.status_code == 201, answer.text
    found = browser.get(f"/api/v1/{trecate.slug}/search?q={TEMPORARY}").json
    assert [each["id"] for each in found["items"]] == [answer.json["id"]]


def test_what_is_wrong_is_told_from_the_top_of_the_page(trecate: Founded, browser: FlaskClient) -> None:
    search(browser, trecate, "Okafor")
    wrong = sent(trecate, codice_fiscale="KFRMRA79R59Z138X", residence="", first_name="")
    page = browser.post(f"/{trecate.slug}/cases/new", data=wrong).text
    told = page[page.index("data-error-summary") : page.index("</ul>", page.index("data-error-summary"))]
    assert re.findall(r'href="#field-(\w+)"', told) == ["codice_fiscale", "first_name", "residence"]


@pytest.mark.parametrize(("typed", "kind"), [("2999-01-01", "date"), ("2023-02-30", "text"), ("30/02/2023", "text"), ("", "date")])
def test_a_day_that_is_wrong_stays_a_day_where_it_is_one(trecate: Founded, browser: FlaskClient, typed: str, kind: str) -> None:
    search(browser, trecate, "Okafor")
    page = browser.post(f"/{trecate.slug}/cases/new", data=sent(trecate, codice_fiscale="", born_on=typed)).text
    (control,) = re.findall(r'<input[^>]*id="field-born_on"[^>]*>', page)
    assert f'type="{kind}"' in control
    assert f'value="{typed}"' in control
