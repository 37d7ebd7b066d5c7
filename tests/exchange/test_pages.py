"""The pages of imports, from the upload to the undoing; the worker's part is done by calling its tasks."""

import re
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from consortium.cases.models import Case, Person
from consortium.exchange import tasks
from consortium.exchange.models import ImportBatch, ImportPiece, ImportRow
from consortium.pathways.models import Pathway, Session
from consortium.sensitive.models import SensitiveReading, SensitiveRecord
from consortium.trail.models import TrailEntry
from tenants.database import db
from tests.exchange.papers import papers
from tests.factories import Founded


def upload(client: FlaskClient, slug: str, files: dict[str, str | bytes]) -> Any:
    streams = [(BytesIO(text if isinstance(text, bytes) else text.encode()), name) for name, text in files.items()]
    return client.post(f"/{slug}/imports/new", data={"files": streams}, content_type="multipart/form-data")


def received(client: FlaskClient, consortium: Founded, files: dict[str, Any]) -> str:
    """Upload files; the address of their batch."""
    answer = upload(client, consortium.slug, files)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def work(consortium: Founded, page: str, name: str) -> None:
    """Do what the worker would."""
    with consortium.scope():
        getattr(tasks, name)(page.rpartition("/")[2])
        db.session.commit()


def checked(client: FlaskClient, consortium: Founded, files: dict[str, Any]) -> str:
    page = received(client, consortium, files)
    assert client.post(f"{page}/check").status_code == 303
    work(consortium, page, "check")
    return page


def applied(client: FlaskClient, consortium: Founded, files: dict[str, Any], **data: str) -> str:
    page = checked(client, consortium, files)
    assert client.post(f"{page}/apply", data=data).status_code == 303
    work(consortium, page, "apply")
    return page


def count(consortium: Founded, model: Any) -> int:
    with consortium.scope():
        return db.session.scalar(select(func.count(model.id))) or 0


def state(consortium: Founded, page: str) -> str:
    with consortium.scope():
        return db.session.execute(select(ImportBatch.state).where(ImportBatch.id == UUID(page.rpartition("/")[2]))).scalar_one()


def test_from_upload_to_undo(trecate: Founded) -> None:
    admin = trecate.as_("admin")
    page = received(admin, trecate, papers(trecate))
    assert "KFRMRA79R59Z138M" in admin.get(page).text  # the first rows are shown
    admin.post(f"{page}/check")
    assert "/progress" in admin.get(page).text
    work(trecate, page, "check")
    assert count(trecate, Person) == 0
    assert "Nothing has been written" in admin.get(f"{page}", headers={"Cookie": "lang=en"}).text or state(trecate, page) == "checked"
    admin.post(f"{page}/apply")
    work(trecate, page, "apply")
    assert [count(trecate, each) for each in (Person, Pathway, Session)] == [3, 2, 3]
    assert count(trecate, ImportPiece) == 0  # the files are not kept longer than needed
    assert admin.post(f"{page}/undo").status_code == 303
    work(trecate, page, "undo")
    assert [count(trecate, each) for each in (Person, Case, Pathway, Session)] == [0, 0, 0, 0]
    assert state(trecate, page) == "undone"
    assert admin.get(page).status_code == 200
    assert page.rpartition("/")[2] in admin.get(f"/{trecate.slug}/imports").text


def test_an_update_is_shown_before_it_is_applied_and_undone_after(trecate: Founded) -> None:
    admin, files = trecate.as_("admin"), papers(trecate)
    applied(admin, trecate, files)
    files["progetti.csv"] = files["progetti.csv"].replace("23/05/2023;;", "23/05/2023;30/09/2023;Abbandono")
    page = checked(admin, trecate, files)
    shown = admin.get(page).text
    assert "30/09/2023" in shown and "Abbandono" in shown and "TRE-00001" in shown
    admin.post(f"{page}/apply")
    work(trecate, page, "apply")
    admin.post(f"{page}/undo")
    work(trecate, page, "undo")
    with trecate.scope():
        found = db.session.execute(select(Pathway.state, Pathway.ended_on, Pathway.outcome).where(Pathway.code == "TRE-00001")).one()
    assert tuple(found) == ("activated", None, None)


def test_refused_rows_are_shown_and_can_be_downloaded(trecate: Founded) -> None:
    admin, files = trecate.as_("admin"), papers(trecate)
    files["assegnazioni.csv"] = files["assegnazioni.csv"].replace("Okafor", "@Rossi")
    page = checked(admin, trecate, files)
    assert "assegnazioni.csv" in admin.get(page).text
    download = admin.get(f"{page}/rejected/0.csv")
    assert download.status_code == 200
    text = download.get_data().decode("utf-8-sig")
    assert text.count("\r\n") == 2 and "'@Rossi" in text and "KFRMRA79R59Z138M" in text
    admin.post(f"{page}/apply", data={"good_only": "true"})
    work(trecate, page, "apply")
    assert count(trecate, Person) == 2
    assert admin.get(f"{page}/rejected/9.csv").status_code == 404


def test_nothing_is_written_while_a_row_is_refused(trecate: Founded) -> None:
    admin, files = trecate.as_("admin"), papers(trecate)
    files["assegnazioni.csv"] = files["assegnazioni.csv"].replace("Okafor", "Rossi")
    page = applied(admin, trecate, files)
    assert (state(trecate, page), count(trecate, Person)) == ("failed", 0)


def test_what_has_changed_since_the_check_is_not_applied(trecate: Founded) -> None:
    admin, files = trecate.as_("admin"), papers(trecate)
    page = checked(admin, trecate, files)
    applied(admin, trecate, {"assegnazioni.csv": files["assegnazioni.csv"]})
    admin.post(f"{page}/apply")
    work(trecate, page, "apply")
    assert (state(trecate, page), count(trecate, Pathway)) == ("failed", 0)
    assert admin.get(page).status_code == 200


def test_undo_is_refused_where_there_is_later_work(trecate: Founded) -> None:
    admin, files = trecate.as_("admin"), papers(trecate)
    first = applied(admin, trecate, {"assegnazioni.csv": files["assegnazioni.csv"]})
    second = applied(admin, trecate, {name: files[name] for name in ("progetti.csv", "sessioni.csv")})
    admin.post(f"{first}/undo")
    work(trecate, first, "undo")
    assert (state(trecate, first), count(trecate, Person)) == ("applied", 3)
    admin.post(f"{second}/undo")
    work(trecate, second, "undo")
    assert state(trecate, second) == "undone"
    admin.post(f"{first}/undo")
    work(trecate, first, "undo")
    assert (state(trecate, first), count(trecate, Person)) == ("undone", 0)


def test_undo_is_refused_where_somebody_changed_a_row(trecate: Founded) -> None:
    admin = trecate.as_("admin")
    page = applied(admin, trecate, papers(trecate))
    with trecate.scope():
        db.session.execute(update(Person).where(Person.surname == "Ferraro").values(phone="0321 000000"))
        db.session.commit()
    admin.post(f"{page}/undo")
    work(trecate, page, "undo")
    assert (state(trecate, page), count(trecate, Person)) == ("applied", 3)


def disabled(consortium: Founded) -> dict[str, bool]:
    """Surname → what is recorded, of whoever anything is recorded of."""
    same = (SensitiveRecord.tenant_id == Person.tenant_id) & (SensitiveRecord.person_id == Person.id)
    with consortium.scope():
        return dict(db.session.execute(select(Person.surname, SensitiveRecord.disability).join(SensitiveRecord, same)).all())


def test_who_is_disabled_cannot_be_told_from_an_import(trecate: Founded) -> None:
    """A check leaves no reading: what it says of disability would be read for no reason, by people who may not."""
    admin, files = trecate.as_("admin"), papers(trecate)
    applied(admin, trecate, files)
    assert disabled(trecate) == {"Okafor": True, "Ferraro": False, "Colombo": False}
    files["assegnazioni.csv"] = files["assegnazioni.csv"].replace(";sì;", ";no;").replace("NASpI;no;", "NASpI;sì;")
    page = checked(admin, trecate, {"assegnazioni.csv": files["assegnazioni.csv"]})
    told = admin.get(page).text
    assert "KFRMRA79R59Z138M" not in told
    assert "La disabilità" in told
    assert "<del>" not in told and "<ins>" not in told
    assert re.findall(r'data-label="(?:Cambiate|Invariate)">(\d+)<', told) == ["0", "3"]
    assert admin.post(f"{page}/apply").status_code == 303
    work(trecate, page, "apply")
    assert disabled(trecate) == {"Okafor": False, "Ferraro": False, "Colombo": True}
    with trecate.scope():
        batch = (TrailEntry.request_id == page.rpartition("/")[2], TrailEntry.action == "update")
        written = db.session.execute(select(TrailEntry.table_name, TrailEntry.before, TrailEntry.after).where(*batch)).all()
    assert ("sensitive_records", {"disability": True}, {"disability": False}) in [tuple(row) for row in written]
    assert "KFRMRA79R59Z138M" not in admin.get(page).text
    admin.post(f"{page}/undo")
    work(trecate, page, "undo")
    assert disabled(trecate) == {"Okafor": True, "Ferraro": False, "Colombo": False}


def test_what_a_file_says_of_disability_is_not_read_from_its_import(trecate: Founded) -> None:
    """Not before the check, not in what was refused, not in the file to be corrected, by whatever name the column was told."""
    admin, files = trecate.as_("admin"), papers(trecate)
    wrong = files["assegnazioni.csv"].replace(";sì;", ";forse;").replace(";04/07/2023;", ";04/07/2203;").replace(";no;", ";VERO;")
    page = received(admin, trecate, {"assegnazioni.csv": wrong})
    shown = admin.get(page).text
    assert "forse" not in shown and "VERO" not in shown and "non mostrati" in shown and "FRRNDR72H03F839K" in shown
    assert admin.post(f"{page}/check").status_code == 303
    work(trecate, page, "check")
    assert "forse" not in admin.get(page).text
    assert "Quello che dice la cella non è tra i valori" in admin.get(page).text
    refused = admin.get(f"{page}/rejected/0.csv").text
    assert "KFRMRA79R59Z138M" in refused and "forse" not in refused and "VERO" not in refused
    assert "Disabilità: qui non è riportata" in refused
    assert admin.post(f"{page}/columns", data={"kind-0": "assignments", "column-0-phone": "12"}).status_code == 303
    assert "forse" not in admin.get(page).text
    told = "codice_fiscale surname first_name sex born_on birthplace citizenship residence email disability education occupation phone"
    places = {name: str(place) for place, name in enumerate([*told.split(), "job_centre", "assigned_on", "desk"])}
    names = {f"column-0-{name}": place for name, place in (places | {"taken_in_charge_on": "17"}).items()}
    assert admin.post(f"{page}/columns", data={"kind-0": "assignments", "check": "true", **names}).status_code == 303
    work(trecate, page, "check")
    refused = admin.get(f"{page}/rejected/0.csv").text
    assert "KFRMRA79R59Z138M" in refused and "forse" not in refused and "VERO" not in refused


def test_the_cells_of_a_row_of_another_length_are_not_repeated(trecate: Founded) -> None:
    """What stands under a heading there is of another column: it may be health data."""
    admin, files = trecate.as_("admin"), papers(trecate)
    page = checked(admin, trecate, {"assegnazioni.csv": files["assegnazioni.csv"].replace(";Disoccupato;sì;", ";sì;")})
    assert "17 celle" in admin.get(page).text
    refused = admin.get(f"{page}/rejected/0.csv").text
    assert ";2;" in refused and "sì" not in refused.partition("\n")[2] and "KFRMRA79R59Z138M" not in refused


def test_an_undo_refused_for_concealed_work_does_not_say_so(trecate: Founded) -> None:
    admin = trecate.as_("admin")
    page = applied(admin, trecate, papers(trecate))
    with trecate.scope():
        db.session.execute(update(Person).where(Person.surname == "Ferraro").values(phone="0321 000000"))
        db.session.execute(update(SensitiveRecord).where(SensitiveRecord.disability).values(percentage=60))
        db.session.commit()
    admin.post(f"{page}/undo")
    work(trecate, page, "undo")
    told = admin.get(page).text
    assert state(trecate, page) == "applied"
    assert "Persona: 1" in told and "Registrazione" not in told


def test_an_undo_refused_for_concealed_work_alone_reads_as_any_other(trecate: Founded) -> None:
    admin = trecate.as_("admin")
    page = applied(admin, trecate, papers(trecate))
    with trecate.scope():
        db.session.execute(update(SensitiveRecord).where(SensitiveRecord.disability).values(percentage=60))
        db.session.commit()
    admin.post(f"{page}/undo")
    work(trecate, page, "undo")
    assert "Persona: 1" in admin.get(page).text


def test_an_undo_stopped_by_a_reading_does_not_say_so(trecate: Founded) -> None:
    admin = trecate.as_("admin")
    page = applied(admin, trecate, papers(trecate))
    with trecate.scope():
        person_id = db.session.scalars(select(Person.id).where(Person.surname == "Ferraro")).one()
        membership_id = trecate.staff[trecate.email("cm1.trecate")]
        db.session.add(SensitiveReading(person_id=person_id, membership_id=membership_id, reason="Collocamento mirato"))
        db.session.commit()
    admin.post(f"{page}/undo")
    work(trecate, page, "undo")
    assert state(trecate, page) == "applied"
    assert "Registrazione" not in admin.get(page).text


def test_columns_can_be_told(trecate: Founded) -> None:
    admin, files = trecate.as_("admin"), papers(trecate)
    page = received(admin, trecate, {"strane.csv": files["assegnazioni.csv"].replace("codice_fiscale", "codice").replace("cognome", "c1")})
    assert admin.post(f"{page}/check").status_code == 422
    admin.post(f"{page}/columns", data={"kind-0": "assignments"})
    told = {"kind-0": "assignments", "check": "true"}
    names = ["codice_fiscale", "surname", "first_name", "sex", "born_on", "birthplace", "citizenship", "residence", "phone", "email"]
    names += ["education", "occupation", "disability", "job_centre", "assigned_on", "desk", "gol_path", "taken_in_charge_on"]
    told |= {f"column-0-{name}": str(place) for place, name in enumerate(names)}
    assert admin.post(f"{page}/columns", data=told).status_code == 303
    work(trecate, page, "check")
    assert state(trecate, page) == "checked"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cartella.csv", b"PK\x03\x04 a workbook"),
        ("foto.csv", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("vuoto.csv", b""),
        ("solo-titoli.csv", b"codice_progetto;data\r\n"),
        ("formule.csv", b"a;b\r\n=1+1;2\r\n=cmd|' /C calc'!A0;3\r\n"),
        ("utf16.csv", "codice;data\r\n1;2\r\n".encode("utf-16")),
        ("virgolette.csv", b'a;b\r\n"' + b"x" * 20000),
    ],
)
def test_an_upload_that_is_not_what_it_claims(trecate: Founded, name: str, content: bytes) -> None:
    admin = trecate.as_("admin")
    answer = upload(admin, trecate.slug, {name: content})
    assert answer.status_code == 422
    assert name in answer.text
    assert count(trecate, ImportBatch) == 0


def test_no_file_at_all(trecate: Founded) -> None:
    assert upload(trecate.as_("admin"), trecate.slug, {}).status_code == 422


def test_a_second_click_does_nothing_more(trecate: Founded) -> None:
    admin = trecate.as_("admin")
    page = checked(admin, trecate, papers(trecate))
    assert [admin.post(f"{page}/apply").status_code for _ in range(2)] == [303, 303]
    work(trecate, page, "apply")
    work(trecate, page, "apply")  # a job that comes twice
    assert count(trecate, Person) == 3
    assert admin.post(f"{page}/apply").status_code == 409


def test_progress_is_seen_while_the_work_is_open(trecate: Founded) -> None:
    admin = trecate.as_("admin")
    page = received(admin, trecate, papers(trecate))
    admin.post(f"{page}/check")
    part = admin.get(f"{page}/progress", headers={"HX-Request": "true"})
    assert "hx-get" in part.text
    work(trecate, page, "check")
    assert admin.get(f"{page}/progress", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_discarded_files_are_gone(trecate: Founded) -> None:
    admin = trecate.as_("admin")
    page = checked(admin, trecate, papers(trecate))
    assert admin.get(f"{page}/discard").status_code == 200
    admin.post(f"{page}/discard")
    assert [count(trecate, each) for each in (ImportPiece, ImportRow)] == [0, 0]


def test_only_administrators_and_only_their_own(trecate: Founded, other: Founded) -> None:
    page = received(trecate.as_("admin"), trecate, papers(trecate))
    assert trecate.as_("coordinator").get(page).status_code == 403
    assert other.as_("admin").get(page.replace(trecate.slug, other.slug)).status_code == 404
