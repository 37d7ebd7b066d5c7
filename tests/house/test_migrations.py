"""Migrations and models say the same, and each migration can be undone."""

import os
from collections.abc import Iterator
from dataclasses import replace

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import CheckConstraint, Connection, create_engine, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from consortium.app import create_app
from consortium.config import ROOT, Config
from tenants.database import Base
from tenants.server import EmbeddedServer

# Tables that are a library's own: procrastinate makes them with its own schema.
FOREIGN = ("procrastinate_",)


def test_migrations_are_one_line() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_the_database_is_as_the_models_say(owner: Connection) -> None:
    options = {"compare_type": True, "include_name": _ours}
    drift = compare_metadata(MigrationContext.configure(owner, opts=options), Base.metadata)
    assert drift == []


def test_every_rule_of_the_models_is_in_the_database(owner: Connection) -> None:
    """CHECK and EXCLUDE constraints, which Alembic does not compare, by name."""
    written = set(
        owner.scalars(text("SELECT conname FROM pg_constraint WHERE contype IN ('c', 'x') AND conname NOT LIKE 'procrastinate%'"))
    )
    declared = {
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint | ExcludeConstraint)
    }
    assert declared ^ {name for name in written if name.startswith(("ck_", "ex_"))} == set()


def _ours(name: str | None, kind: str, parents: object) -> bool:
    return kind != "table" or not (name or "").startswith(FOREIGN)


@pytest.fixture
def scratch(server: EmbeddedServer, config: Config) -> Iterator[Flask]:
    """An application on an empty database of its own."""
    database = f"scratch_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server.provision(database)
    urls = {"database_url": server.url("capofila", database), "owner_database_url": server.url("owner", database)}
    yield create_app(replace(config, **urls))


def test_every_migration_can_be_undone_and_done_again(scratch: Flask) -> None:
    with scratch.app_context():
        flask_migrate.upgrade()
        before = _schema(scratch)
        flask_migrate.downgrade(revision="base")
        assert {thing for thing in _schema(scratch) if "alembic_version" not in thing} == set()
        flask_migrate.upgrade()
        assert _schema(scratch) == before


def _schema(app: Flask) -> set[str]:
    """Tables, functions, policies, constraints, triggers and grants: what migrations make."""
    engine = create_engine(app.config["OWNER_DATABASE_URL"])
    with engine.connect() as connection:
        found = set(connection.scalars(text(_EVERYTHING)))
    engine.dispose()
    return found


_EVERYTHING = """
    SELECT 'table ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')
    UNION ALL SELECT 'function ' || oid::regprocedure FROM pg_proc
        WHERE pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('app', 'public'))
    UNION ALL SELECT 'policy ' || polname || ' on ' || polrelid::regclass FROM pg_policy
    UNION ALL SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'grant ' || grantee || ' ' || privilege_type || ' ' || table_name FROM information_schema.role_table_grants
        WHERE table_schema = 'public' AND grantee <> 'owner'
"""
