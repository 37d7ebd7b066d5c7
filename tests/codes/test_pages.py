"""Code tables at the door: read by all who work here, changed by the administrator."""

import re
from io import BytesIO
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.factories import Founded
from tests.forms import standing

LICENCES = "/codes/driving_licences"


@pytest.fixture
def admin(trecate: Founded) -> FlaskClient:
    return trecate.as_("admin")


def test_the_administrator_finds_them_in_the_menu(trecate: Founded, admin: FlaskClient) -> None:
    assert f'href="/{trecate.slug}/codes"' in admin.get(f"/{trecate.slug}/cases").text
    assert f'href="/{trecate.slug}/codes"' not in trecate.as_("cm1.trecate").get(f"/{trecate.slug}/cases").text


def test_a_code_is_added_renamed_hidden_and_offered_again(trecate: Founded, admin: FlaskClient) -> None:
    there = f"/{trecate.slug}{LICENCES}"
    added = admin.post(f"{there}/new", data={"once": str(uuid4()), "label_it": "Patente nautica", "label_en": "Boat licence"})
    assert added.status_code == 303, added.text
    page = admin.get(added.location).text
    assert "Patente nautica" in page
    changed = admin.post(
        f"{there}/edit?code=B", data={"once": str(uuid4()), "revision": "0", "label_it": "B (automobili)", "label_en": "B (cars)"}
    )
    assert changed.status_code == 303
    assert "B (automobili)" in admin.get(f"{there}?standing=renamed").text
    hidden = admin.post(f"{there}/hide?code=AM")
    assert hidden.status_code == 303
    assert "AM (ciclomotori)" in admin.get(f"{there}?standing=hidden").text
    assert admin.post(f"{there}/show?code=AM").status_code == 303
    assert "AM (ciclomotori)" not in admin.get(f"{there}?standing=hidden").text
    assert "Storia" in admin.get(f"{there}/code?code=B").text


def test_what_is_wrong_is_said_beside_its_field(trecate: Founded, admin: FlaskClient) -> None:
    there = f"/{trecate.slug}{LICENCES}/new"
    for sent, field in (
        ({"label_it": ""}, "label_it"),
        ({"label_it": "B", "code": "B"}, "code"),
        ({"label_it": "X", "parent": "nessuno"}, "parent"),
        ({"label_it": "X", "position": "-1"}, "position"),
    ):
        answer = admin.post(there, data={"once": str(uuid4()), **sent})
        assert answer.status_code == 422, sent
        assert f'id="field-{field}-error"' in answer.text, field


def test_the_second_of_two_sees_both_versions_and_erases_nothing(trecate: Founded, admin: FlaskClient) -> None:
    there = f"/{trecate.slug}/codes/education/edit?code=Diploma"
    mine = standing(admin.get(there).text, label_en="Diploma (upper secondary)")
    assert admin.post(there, data=standing(admin.get(there).text, label_it="Diploma di maturità")).status_code == 303
    second = admin.post(there, data=mine)
    assert second.status_code == 409
    told = second.text.partition('class="conflict"')[2].partition("<form")[0]
    assert "<del>Diploma di scuola secondaria di secondo grado</del>" in told
    assert re.findall(r"<ins>(.*?)</ins>", told) == ["Diploma di maturità", "Diploma (upper secondary)"]
    assert admin.post(there, data=standing(second.text)).status_code == 303
    page = admin.get(f"/{trecate.slug}/codes/education/code?code=Diploma").text
    assert "Diploma di maturità" in page and "Diploma (upper secondary)" in page


def test_a_file_is_loaded_by_a_page(trecate: Founded, admin: FlaskClient) -> None:
    there = f"/{trecate.slug}/codes/occupations/import"

    def send(text: str) -> object:
        file = (BytesIO(text.encode()), "codici.csv")
        return admin.post(there, data={"once": str(uuid4()), "language": "it", "file": file}, content_type="multipart/form-data")

    wrong = send("code;label_it\n7212;Saldatori\n;Senza codice\n")
    assert wrong.status_code == 422
    assert "riga 3: manca il codice" in wrong.text
    assert send("code;label_it\n7212;Saldatori\n").status_code == 303
    assert "1 codice è nuovo." in admin.get(f"/{trecate.slug}/codes/occupations").text
    assert send("code;label_it\n7212;Saldatori\n7213;Lattonieri\n7214;Carpentieri\n").status_code == 303
    assert "2 codici sono nuovi, 1 c&#39;era già." in admin.get(f"/{trecate.slug}/codes/occupations").text
    assert "7212" in admin.get(f"/{trecate.slug}/codes/occupations?q=saldat").text


def test_only_the_administrator_changes_them(trecate: Founded) -> None:
    cm = trecate.as_("cm1.trecate")
    assert cm.get(f"/{trecate.slug}{LICENCES}").status_code == 200
    assert cm.get(f"/{trecate.slug}{LICENCES}/new").status_code == 403
    assert cm.put(f"/api/v1/{trecate.slug}{LICENCES}", json={"code": "B", "label_it": "B"}).status_code == 403
