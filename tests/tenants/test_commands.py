"""`capofila tenants …`, as the operator types it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select, text

from consortium.app import create_app
from consortium.config import Config
from consortium.web.guard import ConsortiumSuspended
from tenants import scope
from tenants.database import db
from tenants.models import Tenant
from tenants.server import EmbeddedServer
from tests.conftest import TEMPLATE
from tests.factories import Founded, charter_text

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *words, typed=None: app.test_cli_runner().invoke(args=["tenants", *map(str, words)], input=typed)


@pytest.fixture
def charter(tmp_path: Path) -> tuple[str, Path]:
    """A slug of this test's own, and a charter for it."""
    slug = f"nuovo-{uuid4().hex[:12]}"
    path = tmp_path / "charter.toml"
    path.write_text(charter_text(slug))
    return slug, path


def registered(app: Flask, slug: str) -> bool:
    with app.app_context(), scope.operator_scope():
        return db.session.execute(select(Tenant.id).where(Tenant.slug == slug)).first() is not None


def test_a_charter_founds_a_consortium(run: Run, charter: tuple[str, Path]) -> None:
    slug, path = charter
    created = run("create", path)
    assert created.exit_code == 0, created.output
    row = next(line for line in run("list").output.splitlines() if line.startswith(slug))
    assert row.split()[-4:] == ["active", "3", "2", "7"]
    shown = run("show", slug).output
    assert "lead body: Comune di Trecate" in shown
    assert "region: Piemonte" in shown


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('istat = "003104"', 'istat = "999999"', "members[2].istat: No municipality"),
        ('role = "reader"', 'role = "king"', "staff[2].role"),
        ('lead_body_kind = "municipality"', 'lead_body_kind = "municipality', "lead_body_kind: This is not TOML"),
        ('member = "003149"', 'member = "003145"', "desks[0].member: No [[members]]"),
    ],
)
def test_a_charter_with_an_error_names_line_and_field_and_creates_nothing(
    app: Flask, run: Run, charter: tuple[str, Path], right: str, wrong: str, told: str
) -> None:
    slug, path = charter
    written = path.read_text()
    line = written[: written.index(right)].count("\n") + 1
    path.write_text(written.replace(right, wrong, 1))
    created = run("create", path)
    assert created.exit_code == 1
    assert f"line {line}, {told}" in created.output
    assert not registered(app, slug)


def test_two_consortia_cannot_have_one_slug(run: Run, charter: tuple[str, Path]) -> None:
    _, path = charter
    assert run("create", path).exit_code == 0
    again = run("create", path)
    assert again.exit_code == 1
    assert "line 3, consortium.slug: Another consortium has this slug." in again.output


def test_who_is_suspended_stays_out_until_resumed(app: Flask, run: Run, trecate: Founded) -> None:
    browser = trecate.as_("admin")
    page = f"/{trecate.slug}/figures"
    assert browser.get(page).status_code == 200
    assert run("suspend", trecate.slug).exit_code == 0
    refused = browser.get(page)
    assert refused.status_code == 403
    with app.test_request_context():
        told = str(ConsortiumSuspended.title)
    assert told in refused.text
    assert browser.get(f"/api/v1/{trecate.slug}/figures").get_json()["title"] == told
    assert run("resume", trecate.slug).exit_code == 0
    assert browser.get(page).status_code == 200


def test_an_unknown_consortium_is_told_with_those_there_are(run: Run, trecate: Founded) -> None:
    for command in ("show", "suspend", "resume", "delete"):
        told = run(command, "nowhere")
        assert told.exit_code == 1
        assert trecate.slug in told.output


def test_deleting_asks_for_the_slug_and_for_a_fresh_export(app: Flask, run: Run, trecate: Founded, tmp_path: Path) -> None:
    slug = trecate.slug
    assert "at work" in run("delete", slug, typed=slug).output
    run("suspend", slug)
    assert "no fresh export" in run("delete", slug, typed=slug).output
    assert run("export", slug, tmp_path / "all.zip").exit_code == 0
    assert "another slug" in run("delete", slug, typed="trecate").output
    assert registered(app, slug)
    deleted = run("delete", slug, typed=slug)
    assert deleted.exit_code == 0, deleted.output
    assert not registered(app, slug)


def test_deleting_can_be_forced_but_not_of_a_consortium_at_work(app: Flask, run: Run, trecate: Founded) -> None:
    assert run("delete", trecate.slug, "--force", typed=trecate.slug).exit_code == 1
    run("suspend", trecate.slug)
    assert run("delete", trecate.slug, "--force", typed=trecate.slug).exit_code == 0
    assert not registered(app, trecate.slug)


def test_an_export_writes_over_nothing(run: Run, trecate: Founded, tmp_path: Path) -> None:
    taken = tmp_path / "notes.txt"
    taken.write_text("mine")
    assert "is there already" in run("export", trecate.slug, taken).output
    assert "no folder" in run("export", trecate.slug, tmp_path / "missing" / "all.zip").output
    assert taken.read_text() == "mine"


@pytest.fixture
def throwaway(server: EmbeddedServer, config: Config) -> Iterator[tuple[Config, Run]]:
    """A database of its own to breach, and the commands on it."""
    name = f"breach_{uuid4().hex[:8]}"
    server.provision(name, template=TEMPLATE)
    mine = replace(config, database_url=server.url("capofila", name), owner_database_url=server.url("owner", name))
    app = create_app(mine)
    yield mine, lambda *words: app.test_cli_runner().invoke(args=["tenants", *words])
    with app.app_context():
        db.engine.dispose()


def test_the_audit_lists_every_table_and_fails_when_a_wall_is_missing(throwaway: tuple[Config, Run]) -> None:
    config, run = throwaway
    sound = run("audit")
    assert sound.exit_code == 0, sound.output
    rows = {line.split()[0]: line.split() for line in sound.output.splitlines() if line.strip()}
    assert rows["desks"][1] == "tenant"
    assert rows["municipalities"][1] == "reference"
    assert rows["accounts"][1] == "local"
    assert rows["desks"][2:8] == ["-", "SIUD", "S", "S", "s", "-"]
    _breach(config, "ALTER TABLE people DISABLE ROW LEVEL SECURITY")
    breached = run("audit")
    assert breached.exit_code == 1
    assert "people: row security not enabled and forced" in breached.output


def _breach(config: Config, statement: str) -> None:
    engine = create_engine(config.owner_database_url or "")
    with engine.begin() as owner:
        owner.execute(text(statement))
    engine.dispose()


def test_the_audit_sees_all_tables(app: Flask, run: Run, client: FlaskClient) -> None:
    with app.app_context(), scope.operator_scope():
        tables = db.session.execute(select(func.count()).select_from(text("pg_tables")).where(text("schemaname = 'public'"))).scalar_one()
    assert f"{tables} tables, 0 walls missing" in run("audit").output
