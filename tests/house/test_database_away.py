"""The database goes away: 503 with a hint when to try again, on pages and for programs, and all is well with its return."""

from collections.abc import Iterator
from dataclasses import replace

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import create_engine, event

from consortium.app import create_app
from consortium.config import Config
from tenants import reference
from tenants.database import db
from tenants.server import EmbeddedServer


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory, config: Config) -> Iterator[tuple[Flask, EmbeddedServer]]:
    """An application on a cluster of its own, which the test may stop."""
    folder = tmp_path_factory.mktemp("frail")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)  # the server is not run by root
    server = EmbeddedServer(folder / "postgres", durable=False)
    server.ensure()
    server.provision("frail")
    urls = {"database_url": server.url("capofila", "frail"), "owner_database_url": server.url("owner", "frail")}
    app = create_app(replace(config, **urls))
    with app.app_context():
        flask_migrate.upgrade()
    engine = create_engine(urls["owner_database_url"])
    reference.fill(engine)
    engine.dispose()
    yield app, server
    server.stop()


def test_it_goes_away_and_comes_back(frail: tuple[Flask, EmbeddedServer]) -> None:
    app, server = frail
    browser = app.test_client()
    assert browser.get("/readyz").status_code == 200
    server.stop()
    for path in ("/readyz", "/trecate/figures", "/api/v1/trecate/figures"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "30"), path
    assert browser.get("/healthz").status_code == 200
    server.ensure()
    assert browser.get("/readyz").status_code == 200


def test_it_goes_away_in_the_middle_of_a_request(frail: tuple[Flask, EmbeddedServer]) -> None:
    app, server = frail
    browser = app.test_client()
    with app.app_context():
        engine = db.engine

    def stop(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if "FROM regions" in statement and server.is_running:
            server.stop()

    event.listen(engine, "before_cursor_execute", stop)
    answer = browser.get("/readyz")
    event.remove(engine, "before_cursor_execute", stop)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "30")
    server.ensure()
    assert browser.get("/readyz").status_code == 200
