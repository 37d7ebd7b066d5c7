"""Search folds what is typed as the database folds what it keeps, and forgives one typo; exact ones come first."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from consortium.cases import unions
from consortium.cases.models import Case, Merge
from consortium.network.services import add_partner
from tenants.database import db
from tests.cases.people import at_work, begin, take_in
from tests.factories import Founded


def numbers(browser: FlaskClient, founded: Founded, typed: str, page: str = "search") -> list[str]:
    """The numbers of the cases found, in their order."""
    found = re.findall(r"\b\d{4}-\d{6}\b", browser.get(f"/{founded.slug}/{page}", query_string={"q": typed}).text)
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("typed", ["zolty", "ŻÓŁTY", "Żół", "soren zol", "sør"])
def test_letters_without_a_decomposition_are_found_too(trecate: Founded, typed: str) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate, surname="Żółty", first_name="Søren")
        db.session.commit()
        number = case.number
    answer = trecate.as_("cm1.trecate").get(f"/{trecate.slug}/search", query_string={"q": typed})
    assert number in answer.text


TYPOS = (
    *("Garbgana Anna", "Anna Garbgana", "Gabagna", "Garbxagna", "Garbxgna", "arbagna", "Xarbagna", "Garbagnaa", "Garbagna Amna"),
    *(
        "D'Agnelo",
        "dangelo",
        "angelo",
        "Garbana ANNÀ",
        "RSSMRA80A41L219Y",
        "RSSMRA80A4L219X",
        "347 123 4576",
        "347 132 4567",
        "347 123 457",
        "347 1234 567 8",
        "346 1234567",
    ),
)


@pytest.fixture
def two(trecate: Founded) -> Founded:
    with at_work(trecate):
        take_in(trecate, surname="Garbagna", first_name="Anna", codice_fiscale="RSSMRA80A41L219X", phone="3471234567")
        take_in(trecate, surname="D'Angelo", first_name="Maria")
        db.session.commit()
    return trecate


def test_one_typo_is_forgiven(two: Founded) -> None:
    browser = two.as_("cm1.trecate")
    found = {typed: numbers(browser, two, typed) for typed in TYPOS}
    assert [typed for typed, those in found.items() if len(those) != 1] == []
    assert [typed for typed, those in found.items() if those != numbers(browser, two, typed, "cases")] == []


# Surname and first name, and what else is typed for them.
OTHERWISE = (
    *((("D'Alessandro-Quaranta", "Rita"), typed) for typed in ("dalesandro", "d'alesandro", "dalessandro", "quarnta")),
    *(
        (("D'Alessandro-Quaranta", "Rita"), typed)
        for typed in ("dalessandro quaranta", "alessandro quaranta", "d alessandro quaranta rita")
    ),
    *((("D'Alessandro-Quaranta", "Rita"), typed) for typed in ("dalessandroquaranta", "d'alessandro quaranta", "Rita Dalesandro Quaranta")),
    *((("D'Angelo", "Fabio"), typed) for typed in ("danglo", "dangelo fabo", "fabio dagnelo", "d’anglo")),
    (("D'Annunzio", "Gabriele"), "dannunzo"),
    *((("De Luca", "Ada"), typed) for typed in ("deluca", "Ada DELUCA", "delcua", "delu")),
    *((("Bianchi", "Maria Teresa"), typed) for typed in ("mariateresa", "bianchi mariateresa", "mariatersa")),
    *((("Rossi", "Anna-Maria"), typed) for typed in ("rossi annamaria", "anna maria")),
    *((("De Visconti-Sforza", "Carla Rosa-Lucia"), typed) for typed in ("de visconti-sforsa", "viscontisforza", "rosa-lucja", "vi sf ros")),
)


def test_names_are_found_without_their_signs_too(trecate: Founded) -> None:
    with at_work(trecate):
        people = {who for who, _ in OTHERWISE}
        cases = {who: take_in(trecate, surname=who[0], first_name=who[1])[0].number for who in people}
        db.session.commit()
    browser = trecate.as_("cm1.trecate")
    for page in ("search", "cases"):
        found = {typed: numbers(browser, trecate, typed, page) for _, typed in OTHERWISE}
        assert found == {typed: [cases[who]] for who, typed in OTHERWISE}, page


@pytest.mark.parametrize("typed", ["RSS MRA 80A41 L219X", "rss mra 80a41 l219x", "rssmra 80a41", "RSS MRA 80A41 L219Y"])
def test_a_code_is_found_in_parts_as_cards_print_it(two: Founded, typed: str) -> None:
    browser = two.as_("cm1.trecate")
    assert [len(numbers(browser, two, typed, page)) for page in ("search", "cases")] == [1, 1]


def test_more_than_one_is_not(two: Founded) -> None:
    browser = two.as_("cm1.trecate")
    typed = ("Garbganaa", "Gxrbxgna", "Gra", "Garbagna Lucia", "%", "_", "\\", "%arbagna_", "d'angello mariia", "Garbagna Maria")
    assert {each: those for each in typed if (those := numbers(browser, two, each))} == {}


def test_exact_ones_come_first_and_a_list_has_them_alone(trecate: Founded) -> None:
    with at_work(trecate):
        near, exact, longer = (take_in(trecate, surname=name)[0] for name in ("Rosso", "Rossi", "Rossignoli"))
        db.session.commit()
        expected = [exact.number, longer.number, near.number]
    browser = trecate.as_("cm1.trecate")
    assert numbers(browser, trecate, "rossi") == expected
    assert sorted(numbers(browser, trecate, "rossi", "cases")) == sorted(expected[:2])


def test_a_typo_opens_no_other_desk(trecate: Founded) -> None:
    with at_work(trecate):
        take_in(trecate, "cerano", surname="Garbagna")
        db.session.commit()
    assert numbers(trecate.as_("cm1.trecate"), trecate, "Garbgana") == []
    assert len(numbers(trecate.as_("cm1.cerano"), trecate, "Garbgana")) == 1


def test_a_result_says_desk_state_and_case_manager(trecate: Founded) -> None:
    with at_work(trecate):
        take_in(trecate, surname="Garbagna")
        db.session.commit()
    page = trecate.as_("admin").get(f"/{trecate.slug}/search?q=garbagna").text
    for words in ("Trecate", "Cm1.Trecate", "Presa in carico"):
        assert words in page


@pytest.fixture
def merged(trecate: Founded) -> tuple[Founded, Case, str, UUID]:
    """A case that was kept, and the number and id of the one that was merged into it."""
    with at_work(trecate):
        kept, _ = take_in(trecate, surname="Garbagna", phone="0003331111")
        gone, _ = take_in(trecate, surname="Garbagna")
        number, case_id = gone.number, gone.id
        unions.merge(kept=kept, merged=gone, fields=(), reason=None)
        db.session.commit()
        db.session.refresh(kept)
        db.session.expunge(kept)
    return trecate, kept, number, case_id


@pytest.mark.parametrize("page", ["search", "cases"])
def test_a_number_is_found_however_it_is_written(trecate: Founded, page: str) -> None:
    with at_work(trecate):
        cases = [take_in(trecate, surname=f"Persona{number}")[0].number for number in range(3)]
        db.session.commit()
    year, browser = cases[0][:4], trecate.as_("cm1.trecate")
    for typed in ("000002", f"{year}-2", f"{year}-000002", f" {year}-02 "):
        assert numbers(browser, trecate, typed, page) == [cases[1]], typed
    assert numbers(browser, trecate, f"{year}-", page) == cases


@pytest.mark.parametrize("page", ["search", "cases"])
def test_the_number_of_a_case_that_was_merged_finds_where_it_went(merged: tuple[Founded, Case, str, UUID], page: str) -> None:
    founded, kept, number, _ = merged
    browser = founded.as_("cm1.trecate")
    for typed in (number, number[5:], f"{number[:4]}-{int(number[5:])}"):
        assert kept.number in numbers(browser, founded, typed, page), typed
    assert kept.number not in numbers(founded.as_("cm1.cerano"), founded, number, page)
    assert f"{kept.number}, prima {number}" in browser.get(f"/{founded.slug}/search?q={number}").text


def test_six_digits_are_a_phone_too(merged: tuple[Founded, Case, str, UUID]) -> None:
    founded, kept, _, _ = merged
    assert numbers(founded.as_("cm1.trecate"), founded, "000333") == [kept.number]


@pytest.mark.parametrize("tab", ["", "/personal-data", "/history", "/pathways"])
def test_the_address_of_a_case_that_was_merged_leads_where_it_went(merged: tuple[Founded, Case, str, UUID], tab: str) -> None:
    founded, kept, number, gone = merged
    browser = founded.as_("cm1.trecate")
    answer = browser.get(f"/{founded.slug}/cases/{gone}{tab}")
    assert (answer.status_code, answer.location) == (302, f"/{founded.slug}/cases/{kept.id}{tab}")
    assert f"{number} è stato unito" in browser.get(answer.location).text
    assert founded.as_("cm1.cerano").get(f"/{founded.slug}/cases/{gone}{tab}").status_code == 404
    assert browser.post(f"/{founded.slug}/cases/{gone}/hand-over", data={}).status_code == 404


def test_after_an_undo_both_numbers_are_their_own(merged: tuple[Founded, Case, str, UUID]) -> None:
    founded, _, number, gone = merged
    with at_work(founded):
        unions.undo(merge=db.session.scalars(select(Merge)).one())
        db.session.commit()
    browser = founded.as_("cm1.trecate")
    assert numbers(browser, founded, number) == [number]
    assert browser.get(f"/{founded.slug}/cases/{gone}").status_code == 200


def test_a_reader_finds_desks_and_partners_and_nobody(merged: tuple[Founded, Case, str, UUID]) -> None:
    founded, kept, number, _ = merged
    with at_work(founded):
        take_in(founded, surname="D'Angelo", first_name="Maria", codice_fiscale="RSSMRA80A41L219X", phone="3471234567")
        pathway = begin(founded, surname="Zanetti").code
        add_partner(name="Università del Piemonte", kind="university", status="adherent", since=None, services=None, website=None)
        db.session.commit()
    reader, manager = founded.as_("reader"), founded.as_("cm1.trecate")
    assert "data-search" in reader.get(f"/{founded.slug}/desks").text
    persons = ("garbagna", "Garbgana", "dangelo", "maria", "zanetti", "RSSMRA80A41L219X", "347 123 4567", "0003331111")
    for typed in (*persons, kept.number, number, number[5:], pathway):
        kinds = {who: kinds_found(browser, founded, typed) for who, browser in (("reader", reader), ("manager", manager))}
        assert (kinds["reader"], bool(kinds["manager"])) == (set(), True), typed
        for headers in ({}, {"HX-Request": "true"}):
            page = reader.get(f"/{founded.slug}/search", query_string={"q": typed}, headers=headers).text
            assert "Nessuno sportello" in page, typed
            assert [mark for mark in ("Nuova persona", 'class="search-result"', "/cases/") if mark in page] == [], typed
    for typed, kind in (("trec", "desk"), ("piemonte univ", "partner")):
        assert kinds_found(reader, founded, typed) == {kind}
        assert kind in kinds_found(manager, founded, typed)
        for headers in ({}, {"HX-Request": "true"}):
            assert f"/{founded.slug}/" in reader.get(f"/{founded.slug}/search", query_string={"q": typed}, headers=headers).text
    assert reader.get(f"/{founded.slug}/cases/new").status_code == 403


def kinds_found(browser: FlaskClient, founded: Founded, typed: str) -> set[str]:
    answer = browser.get(f"/api/v1/{founded.slug}/search", query_string={"q": typed})
    return {each["kind"] for each in (answer.json or {})["items"]}
