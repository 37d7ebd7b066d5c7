"""The names of services go from their column to rows of their own, and back, each to its consortium."""

import os
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from consortium.app import create_app
from consortium.config import Config
from tenants import reference
from tenants.server import EmbeddedServer

SERVICES = {"OS": ["Orientamento", "Accoglienza", "Orientamento"], "RA": []}


@pytest.fixture
def scratch(server: EmbeddedServer, config: Config) -> Iterator[Flask]:
    """An application on a database of its own, as it was before the tables of services."""
    database = f"services_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server.provision(database)
    urls = {"database_url": server.url("capofila", database), "owner_database_url": server.url("owner", database)}
    app = create_app(replace(config, **urls))
    with app.app_context():
        flask_migrate.upgrade(revision="0015")
        yield app


def test_services_move_into_rows_of_their_own_and_back(scratch: Flask) -> None:
    engine = create_engine(scratch.config["OWNER_DATABASE_URL"])
    reference.fill(engine)
    tenants = [_found(engine) for _ in range(2)]
    flask_migrate.upgrade(revision="0016")
    rows = "SELECT m.code, s.name FROM measure_services s JOIN measures m ON m.tenant_id = s.tenant_id AND m.id = s.measure_id"
    for tenant in tenants:
        found = _read(engine, tenant, f"{rows} ORDER BY m.code, s.position")
        assert found == [("OS", "Orientamento"), ("OS", "Accoglienza")]
    flask_migrate.downgrade(revision="0015")
    for tenant in tenants:
        assert _read(engine, tenant, "SELECT code, services FROM measures ORDER BY code") == [
            ("OS", ["Orientamento", "Accoglienza"]),
            ("RA", []),
        ]
    engine.dispose()


def _found(engine: Engine) -> UUID:
    """A consortium with two measures, one of which has services."""
    tenant = uuid4()
    with engine.begin() as owner:
        owner.execute(
            text("INSERT INTO tenants (id, slug, name, region_id, lead_body, state) VALUES (:id, :slug, 'X', '01', 'X', 'active')"),
            {"id": tenant, "slug": f"x-{tenant.hex[:8]}"},
        )
        _enter(owner, tenant)
        for code, services in SERVICES.items():
            owner.execute(
                text(
                    "INSERT INTO measures (code, name, valid_from, valid_to, gol_paths, services)"
                    " VALUES (:code, :code, '2023-01-01', '2023-12-31', '{}', :services)"
                ),
                {"code": code, "services": services},
            )
    return tenant


def _enter(owner: object, tenant: UUID) -> None:
    for name, value in (("tenant", tenant), ("actor", ""), ("request", "")):
        owner.execute(text(f"SET LOCAL app.{name} = '{value}'"))  # type: ignore[attr-defined]


def _read(engine: Engine, tenant: UUID, statement: str) -> list[tuple[object, ...]]:
    with engine.begin() as owner:
        _enter(owner, tenant)
        return [tuple(row) for row in owner.execute(text(statement))]
