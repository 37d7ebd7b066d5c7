"""Search folds what is typed as the database folds what it keeps, and forgives one typo; exact ones come first."""

import re

import pytest
from flask.testing import FlaskClient

from tenants.database import db
from tests.cases.people import at_work, take_in
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
