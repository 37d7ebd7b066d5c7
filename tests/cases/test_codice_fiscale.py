"""Codici fiscali: what they say, what contradicts them. Codes of invented persons."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from codicefiscale import codicefiscale
from flask import Flask
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from consortium.cases import birthplaces, codice_fiscale, usual_names
from tenants import gazetteer

OKAFOR = {"surname": "Okafor", "first_name": "Maria", "sex": "F", "born_on": date(1979, 10, 19), "birthplace": "Ucraina"}
CODE = "KFRMRA79R59Z138M"


@pytest.fixture(autouse=True, scope="module")
def _italian(app: Flask) -> Iterator[None]:
    with app.app_context(), force_locale("it"):
        yield


def test_a_code_that_agrees() -> None:
    assert codice_fiscale.contradictions(CODE, OKAFOR) == {}
    said = codice_fiscale.decode(CODE)
    assert (said.sex, said.born_on, said.birthplace, said.place) == ("F", date(1979, 10, 19), "Ucraina", "Ucraina")


@pytest.mark.parametrize(
    ("field", "value"),
    [("surname", "Rossi"), ("first_name", "Gino"), ("sex", "M"), ("born_on", date(1979, 10, 18)), ("birthplace", "Novara")],
)
def test_the_field_that_disagrees_is_named(field: str, value: Any) -> None:
    assert set(codice_fiscale.contradictions(CODE, {**OKAFOR, field: value})) == {field}


def test_all_that_disagrees_is_said_at_once() -> None:
    wrong = {"surname": "Rossi", "first_name": "Gino", "sex": "M", "born_on": date(1980, 1, 1), "birthplace": "Novara"}
    assert set(codice_fiscale.contradictions(CODE, wrong)) == set(OKAFOR)


@pytest.mark.parametrize("code", ["KFRMRA79R59Z138X", "KFRMRA79R59Z13", "0000000000000000", "KFRMRA79R59Z138M9", "ÀFRMRA79R59Z138M"])
def test_what_is_no_code(code: str) -> None:
    assert set(codice_fiscale.contradictions(code, OKAFOR)) == {"codice_fiscale"}


def test_omocodia_is_accepted() -> None:
    others = codicefiscale.decode(CODE)["omocodes"][1:]
    assert len(others) == 127
    assert all(codice_fiscale.contradictions(each, OKAFOR) == {} for each in others[::9])


def test_a_suppressed_municipality_is_known_by_the_name_of_then() -> None:
    # Corigliano Calabro (D005) is part of Corigliano-Rossano since 31 March 2018.
    facts = {**OKAFOR, "birthplace": "Corigliano Calabro", "born_on": date(1979, 10, 19)}
    code = codicefiscale.encode("Okafor", "Maria", "F", "19/10/1979", "Corigliano Calabro")
    assert codice_fiscale.contradictions(code, facts) == {}
    assert codice_fiscale.decode(code).birthplace == "Corigliano Calabro"


def test_a_dissolved_state() -> None:
    code = codicefiscale.encode("Okafor", "Maria", "F", "19/10/1979", "Jugoslavia")
    assert codice_fiscale.contradictions(code, {**OKAFOR, "birthplace": "Jugoslavia"}) == {}


def test_a_state_by_its_usual_name() -> None:
    usual = ("Russia", "Stati Uniti", "cina", "Moldavia", "Olanda", "Gran Bretagna", "Inghilterra", "Macedonia", "Birmania")
    for name in (*usual, "Corea del sud", "Swaziland", "Santo Domingo"):
        (place,) = birthplaces.named(name)
        assert (place.kind, place.until, birthplaces.is_abroad(name)) == ("state", None, True), name
    assert [birthplaces.is_abroad(name) for name in ("Trecate", "Atlantide", "Jugoslavia")] == [False, False, True]
    ghosts = [name for name in usual_names.STATES.values() if not birthplaces.named(name)]
    assert ghosts == []
    places = list(gazetteer.birthplaces())
    assert {birthplaces.folded(usual) for usual in usual_names.STATES} & {birthplaces.folded(each.name) for each in places} == set()


def test_a_place_by_its_province() -> None:
    assert {place.province for place in birthplaces.named("Livo (TN)")} == {"TN"}
    assert {place.province for place in birthplaces.named("livo")} >= {"TN", "CO"}
    assert birthplaces.named("Atlantide") == []


@given(
    st.dates(date(1930, 1, 1), date(2008, 1, 1)),
    st.sampled_from("MF"),
    st.sampled_from(["Trecate", "Novara", "L'Aquila", "Forlì", "Marocco", "Albania"]),
    st.text("abcdefghilmnopqrstuvzàèéìòù' ", min_size=2, max_size=20).filter(lambda name: name.strip(" '") != ""),
)
@settings(max_examples=60, deadline=None)
def test_what_the_agency_would_encode_agrees(born_on: date, sex: str, birthplace: str, name: str) -> None:
    facts = {"surname": name, "first_name": name, "sex": sex, "born_on": born_on, "birthplace": birthplace}
    code = codicefiscale.encode(name, name, sex, f"{born_on:%d/%m/%Y}", birthplace)
    assert codice_fiscale.contradictions(code, facts) == {}


TEMPORARY = "00000100164"


@pytest.mark.parametrize(
    ("code", "expected"), [(TEMPORARY, True), ("00000100165", False), ("0" * 11, False), ("0000010016", False), (CODE, False)]
)
def test_a_temporary_code_is_eleven_digits_that_check_each_other(code: str, expected: bool) -> None:
    assert codice_fiscale.is_temporary(code) is expected
    assert bool(codice_fiscale.contradictions(code, OKAFOR)) is (not expected and code != CODE)
