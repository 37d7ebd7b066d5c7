"""Code tables as other rooms ask them: standard codes and a consortium's own as one, in the language of the page."""

import pytest
from flask_babel import force_locale

from consortium.codes import queries, services
from consortium.codes.models import Scheme
from tenants import classifications
from tests.factories import Founded


def test_every_scheme_has_standard_codes_in_both_languages() -> None:
    rows = list(classifications.standard())
    assert {row["scheme"] for row in rows} == set(Scheme)
    assert len({(row["scheme"], row["code"]) for row in rows}) == len(rows)
    assert [row for row in rows if not (row["label_it"] and row["label_en"])] == []


def test_occupations_are_the_groups_of_isco_08() -> None:
    codes = [row for row in classifications.standard() if row["scheme"] == "occupations"]
    assert len([row for row in codes if row["parent"] is None]) == 10
    assert len([row for row in codes if row["parent"] == row["code"][0]]) == 43


def test_names_are_in_the_language_of_the_page(trecate: Founded) -> None:
    with trecate.scope(), force_locale("it"):
        assert queries.labels("languages")["de"] == "Tedesco"
    with trecate.scope(), force_locale("en"):
        assert queries.labels("languages")["de"] == "German"


def test_a_hidden_code_is_offered_no_more_and_keeps_its_name(trecate: Founded) -> None:
    with trecate.scope(), force_locale("it"):
        services.hide_code(scheme="contracts", code="altro")
        assert "altro" not in dict(queries.options("contracts"))
        assert queries.labels("contracts")["altro"] == "Altro"
        assert dict(queries.options("contracts", keep=["altro"]))["altro"] == "Altro"
        services.show_code(scheme="contracts", code="altro")
        assert dict(queries.options("contracts"))["altro"] == "Altro"
        assert queries.own("contracts", "altro") is None


def test_an_own_code_stands_behind_the_standard_ones(trecate: Founded) -> None:
    with trecate.scope(), force_locale("it"):
        made = services.add_code(scheme="driving_licences", label_it="Patente nautica", label_en="Boat licence")
        assert made.code == "patente-nautica"
        assert queries.options("driving_licences")[-1] == ("patente-nautica", "Patente nautica")


def test_search_goes_by_the_beginnings_of_words(trecate: Founded) -> None:
    with trecate.scope(), force_locale("it"):
        assert [entry.code for entry in queries.search("occupations", "metalm oper")] == ["72"]
        assert [entry.code for entry in queries.search("occupations", "72")] == ["72"]
        assert queries.search("occupations", "%") == []


def test_what_is_typed_is_a_code_or_what_it_may_mean(trecate: Founded) -> None:
    with trecate.scope(), force_locale("it"):
        assert queries.resolve("occupations", "72 · Operai metalmeccanici specializzati ed assimilati") == "72"
        assert queries.resolve("occupations", "assemblatori") == "82"
        assert queries.resolve("occupations", "Sales workers") == "52"
        found = queries.resolve("occupations", "dirigenti")
        assert found == "1" or len(found) > 1
        assert queries.resolve("occupations", "zzz") == []


def test_named_asks_for_some_codes_of_several_tables_at_once(trecate: Founded) -> None:
    with trecate.scope(), force_locale("it"):
        found = queries.named({"occupations": ["72", "gone"], "languages": ["de", None], "contracts": []})
    assert found == {
        "occupations": {"72": "Operai metalmeccanici specializzati ed assimilati", "gone": "gone"},
        "languages": {"de": "Tedesco"},
        "contracts": {},
    }


@pytest.mark.parametrize(
    "typed", ["informazione", "dell'informazione", "dell’informazione", "direttrice", "edil", "(esecutivo", "tecnici inf"]
)
def test_a_word_is_found_behind_whatever_sign_is_before_it(trecate: Founded, typed: str) -> None:
    with trecate.scope(), force_locale("it"):
        for place, name in enumerate(("Tecnici dell'informazione", "Direttrice tecnica", "Muratore/edile", "Lavoro «esecutivo»")):
            services.add_code(scheme="occupations", code=f"W{place}", label_it=name)
        services.add_code(scheme="occupations", code="W9", label_it="direttore tecnico/direttrice tecnica (edilizia, dell’informazione)")
        found = {entry.code for entry in queries.search("occupations", typed)}
    assert found & {f"W{place}" for place in range(10)}


def test_the_words_of_a_standard_code_are_found_behind_an_apostrophe(trecate: Founded) -> None:
    with trecate.scope(), force_locale("it"):
        assert "25" in [entry.code for entry in queries.search("occupations", "informazione")]
    page = trecate.as_("reader").get(f"/{trecate.slug}/codes/occupations?q=informazione").text
    assert f"/{trecate.slug}/codes/occupations/code?code=25" in page


def test_signs_alone_find_nothing(trecate: Founded) -> None:
    with trecate.scope(), force_locale("it"):
        assert [queries.search("occupations", typed) for typed in ("%", "_", "'", " / ", "\0", ".")] == [[]] * 6
    assert "Nessun" in trecate.as_("reader").get(f"/{trecate.slug}/codes/occupations?q=%25").text


def test_what_is_called_so_is_offered_first_then_what_begins_so(trecate: Founded) -> None:
    with trecate.scope(), force_locale("it"):
        for number in range(25):
            services.add_code(scheme="occupations", code=f"K{number}", label_it=f"Cuoco di specialità {number}", position=number + 1)
        services.add_code(scheme="occupations", code="Z1", label_it="Aiuto cuoco", position=0)
        services.add_code(scheme="occupations", code="Z2", label_it="Cuoco", position=2_000)
        found = [entry.code for entry in queries.search("occupations", "cuoco")]
        assert found[:2] == ["Z2", "K0"] and "Z1" not in found
        assert queries.search("occupations", "z1")[0].code == "Z1"
        assert queries.search("occupations", "7")[0].code == "7"


def test_going_up_from_group_to_group_comes_to_an_end() -> None:
    parents = {"A": "B", "B": "C", "C": "B", "D": "D", "E": None}
    assert [queries.comes_back(code, parents) for code in "ABCDEF"] == [False, True, True, True, False, False]
