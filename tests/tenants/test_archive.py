"""All of a consortium in one file, and nothing of another."""

import hashlib
import json
import tracemalloc
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import insert, text

from consortium.cases.models import Person
from consortium.network.models import Member
from consortium.trail.models import TrailEntry
from tenants import archive, registry, scope
from tenants.database import Base, db
from tenants.models import new_id
from tests.factories import Founded

TENANT_TABLES = {name for name, table in Base.metadata.tables.items() if table.info.get("kind") == "tenant"}


def taken(founded: Founded, path: Path) -> archive.Written:
    with founded.app.app_context():
        with scope.operator_scope():
            asked = archive.ask(tenant_id=founded.id, slug=founded.slug, file=path.name).id
            db.session.commit()
        return archive.take(asked, path)


def people(founded: Founded, count: int, note: str = "") -> None:
    rows = [
        {"surname": f"Prova {number}{note}", "first_name": "Ànna", "sex": "F", "born_on": date(1980, 1, 1), "birthplace": "Trecate"}
        for number in range(count)
    ]
    usual = {"citizenship": "Italia", "residence": "Trecate"}
    with founded.scope():
        db.session.execute(insert(Person).values([{"id": new_id(), **usual, **row} for row in rows]))
        db.session.commit()


def test_an_archive_holds_every_table_and_what_the_manifest_says(trecate: Founded, other: Founded, tmp_path: Path) -> None:
    people(trecate, 3)
    written = taken(trecate, tmp_path / "all.zip")
    with ZipFile(tmp_path / "all.zip") as file:
        manifest = json.loads(file.read("manifest.json"))
        tables = {each["table"]: each for each in manifest["tables"]}
        for each in tables.values():
            content = file.read(each["file"])
            rows = [json.loads(line) for line in content.decode().splitlines()]
            assert len(rows) == each["rows"]
            assert hashlib.sha256(content).hexdigest() == each["sha256"]
            assert {row.get("tenant_id", row["id"]) for row in rows} <= {str(trecate.id)}
    assert tables.keys() == TENANT_TABLES | {"tenants"}
    assert (manifest["version"], manifest["slug"], manifest["name"]) == (1, trecate.slug, f"Consorzio {trecate.slug}")
    assert manifest["taken_at"] == written.taken_at.isoformat()
    assert (tables["members"]["rows"], tables["people"]["rows"], tables["memberships"]["rows"]) == (3, 3, 7)
    assert tables["trail"]["rows"] == written.changes > 10


def test_an_archive_is_for_who_runs_the_server_and_its_checksum_is_kept(app: Flask, trecate: Founded, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    written = taken(trecate, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert hashlib.sha256(path.read_bytes()).hexdigest() == written.sha256
    with app.app_context(), scope.operator_scope():
        [kept] = registry.archives(trecate.id)
        assert (kept.state, kept.size, kept.sha256) == ("written", path.stat().st_size, written.sha256)
        entry = registry.entry(trecate.slug)
        assert entry is not None
        assert entry.exported_at == written.taken_at


def test_an_archive_is_fresh_until_something_changes(app: Flask, trecate: Founded, other: Founded, tmp_path: Path) -> None:
    assert not fresh(trecate)
    taken(trecate, tmp_path / "all.zip")
    assert fresh(trecate)
    people(other, 1)
    assert fresh(trecate)
    people(trecate, 1)
    assert not fresh(trecate)


def test_an_archive_of_yesterday_is_not_fresh(app: Flask, trecate: Founded, tmp_path: Path) -> None:
    taken(trecate, tmp_path / "all.zip")
    with app.app_context(), scope.operator_scope():
        db.session.execute(text("UPDATE archives SET taken_at = taken_at - interval '25 hours' WHERE slug = :slug"), {"slug": trecate.slug})
        db.session.commit()
    assert not fresh(trecate)


def fresh(founded: Founded) -> bool:
    with founded.app.app_context(), scope.operator_scope():
        return registry.is_exported(founded.id)


def test_what_fails_leaves_no_file(app: Flask, trecate: Founded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_checksum", lambda path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        taken(trecate, tmp_path / "all.zip")
    assert not list(tmp_path.glob("*.part"))
    assert not fresh(trecate)


def test_memory_stays_flat(trecate: Founded, tmp_path: Path) -> None:
    """Ten times the rows, the same memory."""
    people(trecate, 500)
    small = peak(trecate, tmp_path / "small.zip")
    for batch in range(9):
        people(trecate, 500, f" {batch}")
    assert peak(trecate, tmp_path / "large.zip") < small * 1.5 + 500_000


def peak(founded: Founded, path: Path) -> int:
    tracemalloc.start()
    taken(founded, path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_only_the_operator_asks_whether_it_is_fresh_and_deletes(trecate: Founded) -> None:
    for statement in ("SELECT app.is_exported(:id)", "SELECT app.delete_tenant(:id, true)", "SELECT * FROM archives"):
        with trecate.scope(), pytest.raises(Exception, match="permission denied"):
            db.session.execute(text(statement), {"id": trecate.id} if ":id" in statement else {})


def test_the_trail_says_what_is_in_the_archive(trecate: Founded, tmp_path: Path) -> None:
    taken(trecate, tmp_path / "all.zip")
    with ZipFile(tmp_path / "all.zip") as file:
        actions = {(row["table_name"], row["action"]) for row in map(json.loads, file.read("trail.jsonl").splitlines())}
    assert (Member.__tablename__, "insert") in actions
    assert TrailEntry.__tablename__ not in {table for table, _ in actions}
