"""`capofila documents`: sweeping, verifying, copying; and the files of a consortium that is deleted."""

import csv
import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from consortium.documents import tasks
from consortium.documents.models import DocumentVersion
from consortium.storage.folders import FolderStore
from consortium.storage.stores import Store, new_key, prefix_of
from tenants import founding
from tenants.database import db
from tenants.scope import operator_scope
from tests.documents.conftest import failing
from tests.documents.files import PDF, upload
from tests.factories import Founded


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["documents", *words])


def add(at: Founded, case_id: UUID, title: str = "Carta") -> None:
    data: dict[str, Any] = {"kind": "identita", "title": title, "file": upload(PDF, "carta.pdf")}
    path = f"/{at.slug}/cases/{case_id}/documents/new"
    assert at.as_("cm1.trecate").post(path, data=data, content_type="multipart/form-data").status_code == 303


def keys(at: Founded) -> list[str]:
    with at.scope():
        return list(db.session.scalars(select(DocumentVersion.storage_key)))


def aged(store: Store, key: str, age: timedelta) -> None:
    assert isinstance(store, FolderStore)
    moment = (datetime.now(UTC) - age).timestamp()
    os.utime(store.root / key, (moment, moment))


def test_only_what_is_nobodys_and_older_than_a_day_is_swept(app: Flask, trecate: Founded, case_id: UUID, store: Store) -> None:
    add(trecate, case_id)
    (named,) = keys(trecate)
    with failing(app, "after"):
        data = {"kind": "identita", "file": upload(PDF, "carta.pdf")}
        trecate.as_("cm1.trecate").post(f"/{trecate.slug}/cases/{case_id}/documents/new", data=data, content_type="multipart/form-data")
    (left,) = ({kept.key for kept in store.under(prefix_of(trecate.id))} - {named},)
    young = new_key(trecate.id)
    store.write(young, BytesIO(b"x"))
    for key in (named, *left):
        aged(store, key, timedelta(days=2))
    swept = run(app, "sweep", "--tenant", trecate.slug)
    assert (swept.exit_code, swept.output) == (0, f"{trecate.slug}: 1 swept\n")
    assert {kept.key for kept in store.under(prefix_of(trecate.id))} == {named, young}


def test_a_file_that_is_gone_or_altered_is_found(app: Flask, trecate: Founded, case_id: UUID, store: Store) -> None:
    for title in ("Prima", "Seconda", "Terza"):
        add(trecate, case_id, title)
    assert run(app, "verify", "--tenant", trecate.slug).output == f"{trecate.slug}: 3 files, 0 wrong\n"
    first, second, _third = keys(trecate)
    store.delete(first)
    store.delete(second)
    store.write(second, BytesIO(b"something else"))
    found = run(app, "verify", "--tenant", trecate.slug)
    assert found.exit_code == 1
    assert "the file is not in the store" in found.output
    assert "the file is not what was received" in found.output
    assert "3 files, 2 wrong" in found.output


def test_all_files_are_copied_with_an_index(app: Flask, trecate: Founded, case_id: UUID, tmp_path: Path) -> None:
    add(trecate, case_id, "Carta d'identità")
    add(trecate, case_id, "=CMD()")
    folder = tmp_path / "copia"
    copied = run(app, "copy", trecate.slug, str(folder))
    assert copied.exit_code == 0, copied.output
    with (folder / "index.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert {row["title"] for row in rows} == {"Carta d'identità", "'=CMD()"}
    assert all((folder / row["file"]).read_bytes() == PDF for row in rows)
    assert "not empty" in run(app, "copy", trecate.slug, str(folder)).output


@pytest.mark.parametrize("words", [("sweep", "--tenant", "nessuno"), ("verify", "--tenant", "nessuno"), ("copy", "nessuno", "/tmp/x")])
def test_a_consortium_that_is_not_there_is_told(app: Flask, words: tuple[str, ...]) -> None:
    answer = run(app, *words)
    assert answer.exit_code == 1
    assert "There is no consortium 'nessuno'" in answer.output


def test_a_consortiums_files_go_when_it_was_deleted_and_not_before(
    app: Flask, trecate: Founded, other: Founded, case_id: UUID, store: Store
) -> None:
    add(trecate, case_id)
    with app.app_context(), operator_scope():
        tasks.forget(str(trecate.id))  # it is still there: nothing happens
    assert list(store.under(prefix_of(trecate.id)))
    with app.app_context(), operator_scope():
        founding.suspend(trecate.id)
        founding.delete(trecate.id, forced=True)
        db.session.commit()
    assert list(store.under(prefix_of(trecate.id)))  # the job that was left by the deletion comes later
    with app.app_context(), operator_scope():
        tasks.forget(str(trecate.id))
    assert list(store.under(prefix_of(trecate.id))) == []
