"""Documents in a browser: kept by their content, downloaded safely, versions, removal and its undoing, a store that fails."""

import hashlib
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from consortium.documents.models import Document, DocumentVersion
from consortium.storage.stores import Store, prefix_of
from consortium.web.listing.formats import today
from tenants.database import db
from tests.documents.conftest import failing
from tests.documents.files import BAD, GOOD, PDF, PNG, upload
from tests.factories import Founded
from tests.forms import standing

KIND = "identita"


def add(browser: FlaskClient, at: Founded, case_id: UUID, content: bytes = PDF, name: str = "carta.pdf", **facts: Any) -> TestResponse:
    data = {"kind": KIND, "title": "Carta d'identità", **facts, "file": upload(content, name)}
    return browser.post(f"/{at.slug}/cases/{case_id}/documents/new", data=data, content_type="multipart/form-data")


def rows(at: Founded) -> list[tuple[Document, DocumentVersion]]:
    with at.scope():
        statement = select(Document, DocumentVersion).join(DocumentVersion, DocumentVersion.document_id == Document.id)
        found = [tuple(row) for row in db.session.execute(statement.order_by(DocumentVersion.number))]
        db.session.expunge_all()
    return found


@pytest.mark.parametrize("name", GOOD)
def test_what_a_desk_receives_is_kept_as_what_it_is(trecate: Founded, case_id: UUID, name: str) -> None:
    content, media_type = GOOD[name]
    browser = trecate.as_("cm1.trecate")
    assert add(browser, trecate, case_id, content, name).status_code == 303
    ((_document, version),) = rows(trecate)
    assert (version.media_type, version.size, version.sha256) == (media_type, len(content), hashlib.sha256(content).hexdigest())
    answer = browser.get(f"/{trecate.slug}/documents/versions/{version.id}")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.content_type.partition(";")[0] == media_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.content_length == len(content)


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_refused_by_what_it_is(trecate: Founded, case_id: UUID, store: Store, name: str) -> None:
    content, word = BAD[name]
    answer = add(trecate.as_("cm1.trecate"), trecate, case_id, content, name)
    assert answer.status_code == 422
    assert word in answer.text.replace("&#39;", "'")
    assert f"“{name}”" in answer.text
    assert "Carta d&#39;identità" in answer.text  # what was typed is still there
    assert rows(trecate) == []
    assert list(store.under(prefix_of(trecate.id))) == []


def test_a_wrong_file_and_a_missing_kind_are_told_together(trecate: Founded, case_id: UUID, store: Store) -> None:
    content, word = BAD[next(iter(BAD))]
    answer = add(trecate.as_("cm1.trecate"), trecate, case_id, content, kind="")
    assert answer.status_code == 422
    assert word in answer.text.replace("&#39;", "'")
    assert "field-kind" in answer.text.split("data-error-summary")[1]
    assert rows(trecate) == []


def test_the_largest_file_and_one_that_is_too_large(trecate: Founded, case_id: UUID) -> None:
    browser, most = trecate.as_("cm1.trecate"), 20 * 1024 * 1024
    large = PDF[:-6] + bytes(most - len(PDF)) + PDF[-6:]
    assert add(browser, trecate, case_id, large).status_code == 303
    ((document, _version),) = rows(trecate)
    for page in (f"documents/{document.id}", f"cases/{case_id}/documents"):
        assert ">20 MB<" in browser.get(f"/{trecate.slug}/{page}").text
    answer = add(browser, trecate, case_id, large + b"\n")
    assert answer.status_code == 422
    assert "20 MB" in answer.text
    answer = add(browser, trecate, case_id, large + bytes(1024 * 1024))
    assert answer.status_code == 413
    assert "20 MB" in answer.text
    assert len(rows(trecate)) == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("carta.pdf.exe", "carta.pdf.exe.pdf"),
        ("carta", "carta.pdf"),
        ("a<c>:b|?.pdf", "acb.pdf"),
        ("città\u202efdp.exe", "cittàfdp.exe.pdf"),
        ("…" * 300, "…" * 150 + ".pdf"),
        (".pdf", "documento.pdf"),
    ],
)
def test_a_name_is_made_safe(trecate: Founded, case_id: UUID, sent: str, kept: str) -> None:
    browser = trecate.as_("cm1.trecate")
    assert add(browser, trecate, case_id, name=sent).status_code == 303
    ((document, version),) = rows(trecate)
    assert version.filename == kept
    assert browser.get(f"/{trecate.slug}/documents/versions/{version.id}").status_code == 200
    assert "<c>" not in browser.get(f"/{trecate.slug}/documents/{document.id}").text
    assert re.fullmatch(rf"{trecate.id}/[0-9a-f]{{32}}", version.storage_key)


def test_versions_follow_each_other_and_all_can_be_downloaded(trecate: Founded, case_id: UUID) -> None:
    browser = trecate.as_("cm1.trecate")
    add(browser, trecate, case_id)
    ((document, first),) = rows(trecate)
    sent = {"photo": upload(PNG, "scatto.png"), "file": upload(b"", ""), "revision": document.revision}
    answer = browser.post(f"/{trecate.slug}/documents/{document.id}/versions/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    (_, _), (_, second) = rows(trecate)
    assert (second.number, second.filename, second.media_type) == (2, "scatto.png", "image/png")
    assert browser.get(f"/{trecate.slug}/documents/versions/{first.id}").data == PDF
    page = browser.get(f"/{trecate.slug}/documents/{document.id}").text
    assert first.sha256 in page
    assert second.sha256 in page
    assert "Cm1.Trecate" in page


def renew(browser: FlaskClient, at: Founded, document: Document, **facts: Any) -> TestResponse:
    """A new version, as its form is sent: with the days that it showed, but for those given."""
    there = f"/{at.slug}/documents/{document.id}/versions/new"
    data = {**standing(browser.get(there).text, **facts), "file": upload(PNG, "nuova.png")}
    return browser.post(there, data=data, content_type="multipart/form-data")


def test_a_new_version_brings_the_days_that_are_on_it(trecate: Founded, case_id: UUID) -> None:
    browser = trecate.as_("cm1.trecate")
    add(browser, trecate, case_id, dated_on="2014-02-01", expires_on="2024-02-01")
    ((document, _version),) = rows(trecate)
    list_ = f"/{trecate.slug}/documents?format=json&standing=expired"
    assert browser.get(list_).json["items"]
    before = renew(browser, trecate, document, dated_on="2024-03-01")
    assert (before.status_code, 'id="field-expires_on-error"' in before.text) == (422, True)
    assert renew(browser, trecate, document, dated_on="2024-03-01", expires_on="2094-03-01").status_code == 303
    document = rows(trecate)[0][0]
    assert (f"{document.dated_on}", f"{document.expires_on}") == ("2024-03-01", "2094-03-01")
    assert browser.get(list_).json["items"] == []
    assert "01/03/2094" in browser.get(f"/{trecate.slug}/documents/{document.id}").text
    assert renew(browser, trecate, document).status_code == 303  # as they are
    assert f"{rows(trecate)[0][0].expires_on}" == "2094-03-01"


def test_days_that_were_corrected_meanwhile_are_not_overwritten_by_a_new_version(trecate: Founded, case_id: UUID) -> None:
    browser = trecate.as_("cm1.trecate")
    add(browser, trecate, case_id, expires_on="2024-02-01")
    ((document, _version),) = rows(trecate)
    mine = standing(browser.get(f"/{trecate.slug}/documents/{document.id}/versions/new").text, expires_on="2030-01-31")
    edit = f"/{trecate.slug}/documents/{document.id}/edit"
    assert browser.post(edit, data=standing(browser.get(edit).text, expires_on="2034-02-01")).status_code == 303
    sent = {**mine, "file": upload(PNG, "nuova.png")}
    answer = browser.post(f"/{trecate.slug}/documents/{document.id}/versions/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 409
    assert "scade 01/02/2034" in answer.text and "scegli di nuovo il file" in answer.text
    assert standing(answer.text)["expires_on"] == ["2030-01-31"], "what was typed stays"
    assert len(rows(trecate)) == 1


def test_a_version_that_came_meanwhile_is_told_to_the_next(trecate: Founded, case_id: UUID) -> None:
    browser, colleague = trecate.as_("cm1.trecate"), trecate.as_("admin")
    add(browser, trecate, case_id, expires_on="2024-02-01")
    ((document, _version),) = rows(trecate)
    there = f"/{trecate.slug}/documents/{document.id}/versions/new"
    mine = standing(browser.get(there).text, dated_on="2023-01-31")
    assert renew(colleague, trecate, document).status_code == 303
    answer = browser.post(there, data={**mine, "file": upload(PNG, "mia.png")}, content_type="multipart/form-data")
    assert answer.status_code == 409
    assert "è in vigore la versione 2" in answer.text and "nuova.png" in answer.text
    again = standing(answer.text)
    assert again["dated_on"] == ["2023-01-31"], "what was typed stays"
    sent = {**again, "file": upload(PNG, "mia.png")}
    assert browser.post(there, data=sent, content_type="multipart/form-data").status_code == 303
    assert [version.number for _, version in rows(trecate)] == [1, 2, 3]


def test_a_version_that_came_meanwhile_is_told_to_who_corrects(trecate: Founded, case_id: UUID) -> None:
    browser = trecate.as_("cm1.trecate")
    add(browser, trecate, case_id)
    ((document, _version),) = rows(trecate)
    edit = f"/{trecate.slug}/documents/{document.id}/edit"
    mine = standing(browser.get(edit).text, title="Carta")
    assert renew(trecate.as_("admin"), trecate, document).status_code == 303
    answer = browser.post(edit, data=mine)
    assert answer.status_code == 409
    assert "Versione: creazione" in answer.text and "2 – nuova.png" in answer.text
    assert "sha256" not in answer.text and "Documento: creazione" not in answer.text
    assert browser.post(edit, data=standing(answer.text)).status_code == 303
    assert rows(trecate)[0][0].title == "Carta"
    history = browser.get(f"/{trecate.slug}/documents/{document.id}").text
    assert history.count("Documento: modifica") == 1, "no change without changes"


@pytest.mark.parametrize("day", [today() + timedelta(days=1), today()])
def test_a_document_is_not_dated_in_the_future(trecate: Founded, case_id: UUID, day: date) -> None:
    answer = add(trecate.as_("cm1.trecate"), trecate, case_id, dated_on=f"{day}")
    assert answer.status_code == (303 if day == today() else 422)
    assert ("deve ancora venire" in answer.text) == (day != today())


def test_the_same_submission_twice_is_one_document(trecate: Founded, case_id: UUID) -> None:
    browser, once = trecate.as_("cm1.trecate"), "018f0000-0000-7000-8000-000000000001"
    first, second = (add(browser, trecate, case_id, once=once) for _ in range(2))
    assert first.location == second.location
    assert len(rows(trecate)) == 1


def test_removing_is_undone_by_a_click(trecate: Founded, case_id: UUID) -> None:
    browser = trecate.as_("cm1.trecate")
    add(browser, trecate, case_id)
    ((document, version),) = rows(trecate)
    answer = browser.post(f"/{trecate.slug}/documents/{document.id}/remove")
    page = browser.get(answer.location).text
    assert "Annulla" in page
    assert f"/{trecate.slug}/documents/{document.id}/restore" in page
    assert document.title.replace("'", "&#39;") not in browser.get(f"/{trecate.slug}/documents").text
    sent = {"file": upload(PDF, "carta.pdf"), "revision": 2}
    refused = browser.post(f"/{trecate.slug}/documents/{document.id}/versions/new", data=sent, content_type="multipart/form-data")
    assert refused.status_code == 409
    assert browser.get(f"/{trecate.slug}/documents/versions/{version.id}").status_code == 200
    browser.post(f"/{trecate.slug}/documents/{document.id}/restore")
    assert document.title.replace("'", "&#39;") in browser.get(f"/{trecate.slug}/documents").text


def test_what_is_said_of_a_document_is_corrected_and_remembered(trecate: Founded, case_id: UUID) -> None:
    browser = trecate.as_("cm1.trecate")
    add(browser, trecate, case_id, dated_on="2020-01-31")
    ((document, _version),) = rows(trecate)
    address = f"/{trecate.slug}/documents/{document.id}/edit"
    wrong = browser.post(address, data={"kind": KIND, "dated_on": "2020-01-31", "expires_on": "2019-01-31", "revision": "1"})
    assert wrong.status_code == 422
    assert "field-expires_on" in wrong.text
    assert browser.post(address, data={"kind": "altro", "title": "Delega", "revision": "1"}).status_code == 303
    assert "Delega" in browser.get(f"/{trecate.slug}/documents/{document.id}").text
    assert browser.post(address, data={"kind": KIND, "title": "Vecchio", "revision": "1"}).status_code == 409


def test_documents_about_to_expire_are_a_filter_of_the_list(trecate: Founded, case_id: UUID) -> None:
    browser, now = trecate.as_("cm1.trecate"), today()
    for title, days in (("Scaduto", -1), ("Scade oggi", 0), ("Scade tra un mese", 30), ("Vale", 31)):
        assert add(browser, trecate, case_id, title=title, expires_on=(now + timedelta(days=days)).isoformat()).status_code == 303
    add(browser, trecate, case_id, title="Non scade")
    titles = {
        standing: {item["title"] for item in browser.get(f"/{trecate.slug}/documents?format=json&standing={standing}").json["items"]}
        for standing in ("expired", "expiring", "valid", "lasting")
    }
    assert titles == {"expired": {"Scaduto"}, "expiring": {"Scade oggi", "Scade tra un mese"}, "valid": {"Vale"}, "lasting": {"Non scade"}}


@pytest.mark.parametrize("when", ["before", "middle", "after"])
def test_a_store_that_fails_leaves_nothing_half(app: Flask, trecate: Founded, case_id: UUID, store: Store, when: str) -> None:
    browser = trecate.as_("cm1.trecate")
    with failing(app, when):
        answer = add(browser, trecate, case_id)
    assert answer.status_code == 503
    assert "Riprova" in answer.text
    assert "Non è stato possibile salvare" in answer.text and "da correggere" not in answer.text
    assert "Scegli di nuovo il file" in answer.text
    assert "Carta d&#39;identità" in answer.text  # the form is kept
    assert rows(trecate) == []
    left = list(store.under(prefix_of(trecate.id)))
    assert len(left) == (1 if when == "after" else 0)  # written, and nobody's: swept later
    assert add(browser, trecate, case_id).status_code == 303


def test_a_store_that_fails_at_a_new_version_leaves_the_old_one_in_force(app: Flask, trecate: Founded, case_id: UUID) -> None:
    browser = trecate.as_("cm1.trecate")
    add(browser, trecate, case_id)
    ((document, version),) = rows(trecate)
    with failing(app, "after"):
        sent = {"file": upload(PNG, "nuova.png"), "revision": document.revision}
        answer = browser.post(f"/{trecate.slug}/documents/{document.id}/versions/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 503
    assert [row.id for _, row in rows(trecate)] == [version.id]


def test_a_file_that_is_not_in_the_store_is_told(trecate: Founded, case_id: UUID, store: Store) -> None:
    browser = trecate.as_("cm1.trecate")
    add(browser, trecate, case_id)
    ((_document, version),) = rows(trecate)
    store.delete(version.storage_key)
    answer = browser.get(f"/{trecate.slug}/documents/versions/{version.id}")
    assert answer.status_code == 503
    assert "archivio" in answer.text


def test_who_may_not_see_the_case_finds_no_document(trecate: Founded, other: Founded, case_id: UUID) -> None:
    add(trecate.as_("cm1.trecate"), trecate, case_id)
    ((document, version),) = rows(trecate)
    pages = (f"documents/{document.id}", f"documents/{document.id}/edit", f"documents/versions/{version.id}", f"cases/{case_id}/documents")
    for page in pages:
        assert trecate.as_("cm1.cerano").get(f"/{trecate.slug}/{page}").status_code == 404
        assert trecate.as_("reader").get(f"/{trecate.slug}/{page}").status_code == 403
        assert other.as_("admin").get(f"/{other.slug}/{page}").status_code == 404
        assert other.as_("admin").get(f"/{trecate.slug}/{page}").status_code == 404
        assert trecate.as_("coordinator").get(f"/{trecate.slug}/{page}").status_code == 200
