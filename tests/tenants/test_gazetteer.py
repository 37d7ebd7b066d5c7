"""The reference lists as the installed packages carry them."""

import subprocess
import sys
import time
from collections import Counter
from datetime import date

import pytest

from tenants import gazetteer

FACTS = {
    "003149": ("Trecate", "01"),
    "003023": ("Borgolavezzaro", "01"),
    "003049": ("Cerano", "01"),
    "003069": ("Garbagna Novarese", "01"),
    "003104": ("Nibbiola", "01"),
    "003131": ("Romentino", "01"),
    "003141": ("Sozzago", "01"),
    "003144": ("Terdobbiate", "01"),
    "003146": ("Tornaco", "01"),
    "003158": ("Vespolate", "01"),
    "011015": ("La Spezia", "07"),
    "011026": ("Santo Stefano di Magra", "07"),
    "011027": ("Sarzana", "07"),
    "011031": ("Vezzano Ligure", "07"),
    "075035": ("Lecce", "16"),
}

MUNICIPALITIES = {row.istat: row for row in gazetteer.municipalities()}
BIRTHPLACES = list(gazetteer.birthplaces())


@pytest.mark.parametrize("istat", FACTS)
def test_the_founding_municipalities_are_known(istat: str) -> None:
    row = MUNICIPALITIES[istat]
    assert (row.name, row.region) == FACTS[istat]
    assert row.active
    assert row.until is None


def test_a_municipality_is_whole() -> None:
    row = MUNICIPALITIES["003149"]
    assert (row.province, row.cadastral, row.population, row.population_on) == ("NO", "L356", None, None)


def test_the_province_of_lecce_has_96_municipalities() -> None:
    assert sum(row.province == "LE" for row in MUNICIPALITIES.values()) == 96


def test_counts_are_those_of_italy() -> None:
    assert 7_850 < len(MUNICIPALITIES) < 7_950
    assert len({row.cadastral for row in MUNICIPALITIES.values()}) == len(MUNICIPALITIES)
    kinds = Counter(place.kind for place in BIRTHPLACES)
    assert 19_000 < kinds["municipality"] < 21_000
    assert 200 < kinds["state"] < 300


def test_the_twenty_regions() -> None:
    regions = {region.istat: region for region in gazetteer.regions()}
    assert sorted(regions) == [f"{number:02}" for number in range(1, 21)]
    assert regions["01"] == ("01", "piemonte", "Piemonte")
    assert regions["02"] == ("02", "valle-d-aosta", "Valle d'Aosta")
    assert regions["04"].slug == "trentino-alto-adige"


def test_a_suppressed_municipality_is_a_birthplace_with_its_days() -> None:
    [abano] = [place for place in BIRTHPLACES if place.name == "Abano"]
    assert abano == ("A001", "Abano", "PD", "municipality", date(1866, 11, 19), date(1924, 11, 13))


def test_a_municipality_suppressed_after_istats_list_is_not_active() -> None:
    nanto = MUNICIPALITIES["024071"]
    assert (nanto.name, nanto.active, nanto.until) == ("Nanto", False, date(2026, 2, 20))


def test_foreign_states_also_those_that_ended() -> None:
    states = {place.cadastral: place for place in BIRTHPLACES if place.kind == "state"}
    assert states["Z138"] == ("Z138", "Ucraina", "EE", "state", None, None)
    assert states["Z105"].until == date(1993, 1, 1)


def test_names_are_written_as_italian_writes_them() -> None:
    names = {place.name for place in BIRTHPLACES}
    states = {"Stati Uniti d'America", "Macedonia del Nord", "Perù", "Stato Città del Vaticano", "Costa d'Avorio", "El Salvador"}
    assert {*states, "Castello di Annone", "Acquaviva d'Isernia", "La Spezia", "Vo'", "Bastida De' Dossi"} - names == set()


def test_every_birthplace_has_a_code_and_days_in_order() -> None:
    assert all(len(place.cadastral) == 4 for place in BIRTHPLACES)
    assert all(place.since is None or place.until is None or place.since <= place.until for place in BIRTHPLACES)


def test_a_code_in_force_names_one_place() -> None:
    in_force = Counter(place.cadastral for place in BIRTHPLACES if place.until is None)
    assert max(in_force.values()) == 1


def test_every_municipality_is_a_birthplace() -> None:
    assert {row.cadastral for row in MUNICIPALITIES.values()} <= {place.cadastral for place in BIRTHPLACES}


def test_the_order_is_always_the_same() -> None:
    assert list(MUNICIPALITIES) == sorted(MUNICIPALITIES)
    assert list(gazetteer.birthplaces()) == BIRTHPLACES


def test_the_region_of_a_code() -> None:
    assert gazetteer.region_of("003149") == "01"
    assert gazetteer.region_of("999999") is None
    assert gazetteer.region_of("024071") is None  # Nanto, suppressed
    assert gazetteer.is_region("20")
    assert not gazetteer.is_region("21")


def test_all_of_it_is_read_in_a_moment() -> None:
    start = time.process_time()  # a quarter of a second on a quiet machine; on one that is shared, four times as much was seen
    assert list(gazetteer.municipalities())
    assert list(gazetteer.birthplaces())
    assert gazetteer.regions()
    assert time.process_time() - start < 3


def test_no_http_client_is_loaded() -> None:
    script = "import sys; from tenants import gazetteer; list(gazetteer.municipalities()); sys.exit('requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
