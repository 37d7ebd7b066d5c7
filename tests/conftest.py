"""One embedded PostgreSQL a run, one database an xdist worker, and each test founds its own consortium: nothing is cleaned up.

The application logs in as `capofila` and enters its doors, as in production; only migrations run as `owner`.
"""

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, create_engine

from consortium import demo, launch
from consortium.app import create_app, models
from consortium.config import ROOT, Config
from consortium.web import assets
from tenants import reference
from tenants.database import current_scope
from tenants.server import EmbeddedServer
from tests.factories import Founded, found

TEMPLATE = "capofila_template"
_FOLDER = "CAPOFILA_TEST_CLUSTER"

models()  # tests are parametrized by table when they are collected


def pytest_configure(config: pytest.Config) -> None:
    """The controller builds what pages are made of, starts the server and migrates the template that each worker copies."""
    if hasattr(config, "workerinput"):
        return
    assets.build(print)
    config.stash[_HOME] = home = tempfile.TemporaryDirectory(prefix="capofila-", ignore_cleanup_errors=True)
    os.environ[_FOLDER] = home.name
    launch.compile_catalogues(ROOT / "translations")
    server = _server()
    server.ensure()
    server.provision(TEMPLATE)
    app = create_app(_config(TEMPLATE))
    with app.app_context():
        flask_migrate.upgrade()
    engine = create_engine(app.config["OWNER_DATABASE_URL"])
    reference.fill(engine)
    engine.dispose()


def pytest_collection_finish() -> None:
    """What was imported stays until the end: not to be gone through again and again for what is left over of it."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    home = config.stash.get(_HOME, None)
    if home is not None:
        _server().stop()
        home.cleanup()


_HOME = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def _server() -> EmbeddedServer:
    return EmbeddedServer(Path(os.environ[_FOLDER]) / "postgres", durable=False)


def _config(database: str) -> Config:
    instance = Path(os.environ[_FOLDER]) / database
    instance.mkdir(exist_ok=True)
    return Config(
        database_url=_server().url("capofila", database),
        owner_database_url=_server().url("owner", database),
        secret_key="a key for tests, and for nothing else at all",
        port=8000,
        mail_url=f"file://{instance / 'mail'}",
        documents_url=f"file://{instance / 'documents'}",
        instance=instance,
        production=False,
        demo_password=None,
    )


@pytest.fixture(scope="session")
def server() -> EmbeddedServer:
    return _server()


@pytest.fixture(scope="session")
def config(server: EmbeddedServer) -> Config:
    """Settings of this worker, on a database of its own."""
    database = f"capofila_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server.provision(database, template=TEMPLATE)
    return _config(database)


@pytest.fixture(scope="session")
def app(config: Config) -> Flask:
    return create_app(config)


@pytest.fixture
def owner(config: Config) -> Iterator[Connection]:
    """A connection as the owner of the tables, for what no door may do."""
    engine = create_engine(config.owner_database_url or "")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """An application context without a scope: open one of `tenants.scope` inside."""
    with app.app_context():
        yield
    assert current_scope.get() is None, "a scope was left open"


@pytest.fixture
def trecate(app: Flask) -> Founded:
    """A consortium like Trecate's, of this test alone."""
    return found(app)


@pytest.fixture
def other(app: Flask) -> Founded:
    """Another consortium of the same kind, to be kept out of."""
    return found(app)


@pytest.fixture(scope="session")
def demo_year(app: Flask, config: Config) -> Flask:
    """The demo as `make run` loads it: the three founding consortia, Trecate's published year. Read it, leave it as it is."""
    engine = create_engine(config.owner_database_url or "")
    with app.app_context():
        demo.load(engine, lambda words: None)
    engine.dispose()
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser of nobody."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], FlaskClient]:
    """A browser in which the account of an e-mail is signed in."""
    return lambda email: Founded.browser(app, email)
