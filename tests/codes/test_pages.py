"""Code tables at the door: read by all who work here, changed by the administrator."""

import re
from io import BytesIO
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from consortium.cases.models import Person
from consortium.codes import services
from consortium.codes.models import Scheme
from consortium.profiles.models import DesiredOccupation, LanguageSkill, Profile
from consortium.trail.models import TrailEntry
from tenants.database import db
from tests.factories import Founded
from tests.forms import standing
from tests.states import CaseFactory

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


def checked(client: FlaskClient, there: str, text: str) -> TestResponse:
    """The first step: the file is read, and what it brings in is shown."""
    file = (BytesIO(text.encode()), "codici.csv")
    return client.post(there, data={"once": str(uuid4()), "language": "it", "file": file}, content_type="multipart/form-data")


def test_a_file_is_looked_at_and_then_loaded(trecate: Founded, admin: FlaskClient) -> None:
    table = f"/{trecate.slug}/codes/occupations"
    wrong = checked(admin, f"{table}/import", "code;label_it\n7212;Saldatori\n;Senza codice\n")
    assert wrong.status_code == 422
    assert "riga 3: manca il codice" in wrong.text
    first = checked(admin, f"{table}/import", "code;label_it\n7212;Saldatori; arcieri\n".replace("; arc", " d'arco, arc"))
    assert first.status_code == 200
    assert "1 codice è nuovo." in first.text and "7212 · Saldatori d&#39;arco, arcieri" in first.text
    assert "Saldatori" not in admin.get(f"{table}?q=7212").text
    assert admin.post(f"{table}/import", data=standing(first.text)).location == table
    assert "1 codice è nuovo." in admin.get(table).text
    second = checked(admin, f"{table}/import", "code;label_it\n7212;Saldatori\n7213;Lattonieri\n7214;Carpentieri\n")
    assert "2 codici sono nuovi, 1 ha un altro nome o gruppo." in second.text
    assert "<del>Saldatori d&#39;arco, arcieri</del>" in second.text
    assert admin.post(f"{table}/import", data=standing(second.text)).status_code == 303
    again = checked(admin, f"{table}/import", "code;label_it\n7212;Saldatori\n")
    assert "1 c&#39;era già." in again.text and 'type="submit">Carica' not in again.text
    assert "7213" in admin.get(f"{table}?q=lattonieri").text


def test_what_was_looked_at_comes_back_whole_or_not_at_all(trecate: Founded, admin: FlaskClient) -> None:
    there = f"/{trecate.slug}/codes/occupations/import"
    for text in ("x", "eJw=", "AAAA"):
        answer = admin.post(there, data={"once": str(uuid4()), "language": "it", "checked": text})
        assert (answer.status_code, "Scegli di nuovo il file" in answer.text) == (422, True)
    nothing = admin.post(there, data={"once": str(uuid4()), "language": "it"})
    assert (nothing.status_code, "Scegli un file." in nothing.text) == (422, True)


def test_a_code_that_nothing_uses_is_removed(trecate: Founded, admin: FlaskClient) -> None:
    there = f"/{trecate.slug}{LICENCES}"
    assert admin.post(f"{there}/new", data={"once": str(uuid4()), "label_it": "Patente sbagliata", "code": "X9"}).status_code == 303
    assert f"{there}/remove?code=X9" in admin.get(f"{there}/code?code=X9").text
    assert "Patente sbagliata" in admin.get(f"{there}/remove?code=X9").text
    assert admin.post(f"{there}/remove?code=X9&revision=2").location == f"{there}/remove?code=X9"
    assert "Nel frattempo è cambiato" in admin.get(f"{there}/remove?code=X9").text
    assert admin.post(f"{there}/remove?code=X9&revision=1").location == there
    assert admin.get(f"{there}/code?code=X9").status_code == 404
    with trecate.scope():
        gone = select(TrailEntry.before).where(TrailEntry.table_name == "codes", TrailEntry.action == "delete")
        assert [each["label_it"] for each in db.session.scalars(gone)] == ["Patente sbagliata"]
    assert f"{there}/remove" not in admin.get(f"{there}/code?code=B").text
    standard = admin.post(f"{there}/remove?code=B")
    assert (standard.status_code, "Nascondi" in standard.text) == (409, True)
    assert trecate.as_("cm1.trecate").post(f"{there}/remove?code=B").status_code == 403


def test_a_code_that_is_used_is_not_removed(trecate: Founded, admin: FlaskClient) -> None:
    with trecate.scope():
        made = CaseFactory(at=trecate)
        for scheme in Scheme:
            services.add_code(scheme=scheme, code="X9", label_it="Prova")
        services.add_code(scheme="contracts", code="X10", label_it="Prova più stretta", parent="X9")
        db.session.execute(update(Person).where(Person.id == made.person_id).values(education="X9"))
        person = {"person_id": made.person_id}
        db.session.add(Profile(**person, permit_kind="X9", licences=["B", "X9"]))
        db.session.add(LanguageSkill(**person, language="X9", level="A1"))
        db.session.add(DesiredOccupation(**person, occupation="X9"))
        db.session.commit()
    free = {Scheme.OCCUPATIONAL_STATUS, Scheme.DOCUMENT_KINDS}
    for scheme in Scheme:
        answer = admin.post(f"/{trecate.slug}/codes/{scheme}/remove?code=X9&revision=1")
        assert answer.status_code == (303 if scheme in free else 409), scheme
        assert scheme in free or "Nascondi" in answer.text


def test_a_group_is_not_in_its_own_code(trecate: Founded, admin: FlaskClient) -> None:
    there = f"/{trecate.slug}/codes/occupations"
    for code, parent in (("2654", "26"), ("2654.1", "2654")):
        sent = {"once": str(uuid4()), "label_it": code, "code": code, "parent": parent}
        assert admin.post(f"{there}/new", data=sent).status_code == 303
    for parent in ("2654.1", "2654"):
        answer = admin.post(f"{there}/edit?code=2654", data=standing(admin.get(f"{there}/edit?code=2654").text, parent=parent))
        assert answer.status_code == 422
        assert "sta dentro" in answer.text and 'id="field-parent-error"' in answer.text


def test_only_the_administrator_changes_them(trecate: Founded) -> None:
    cm = trecate.as_("cm1.trecate")
    assert cm.get(f"/{trecate.slug}{LICENCES}").status_code == 200
    assert cm.get(f"/{trecate.slug}{LICENCES}/new").status_code == 403
    assert cm.put(f"/api/v1/{trecate.slug}{LICENCES}", json={"code": "B", "label_it": "B"}).status_code == 403
