"""One furnished consortium, a neighbour, and a browser of everybody who may knock: made once for all tests that change nothing."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consortium.config import Config
from tests.factories import Founded, found
from tests.house.atlas import Guide
from tests.house.furniture import PIEMONTE, furnish, mandate
from tests.house.knocking import Knocker, knockers


@pytest.fixture(scope="session")
def house(app: Flask) -> Founded:
    """A consortium with a row of everything. Its tests look and change nothing."""
    return furnish(found(app))


@pytest.fixture(scope="session")
def neighbour(app: Flask) -> Founded:
    """Another, furnished alike."""
    return furnish(found(app))


@pytest.fixture(scope="session")
def crowded(app: Flask) -> Founded:
    """A consortium with thirty rows of everything."""
    return furnish(found(app), each=30)


@pytest.fixture(scope="session")
def mandates(config: Config) -> None:
    """An auditor of Piemonte and an operator of the platform exist."""
    mandate(config.owner_database_url or "")


@pytest.fixture(scope="session")
def guide(house: Founded) -> Guide:
    return Guide(house, PIEMONTE)


@pytest.fixture(scope="session")
def everybody(house: Founded, neighbour: Founded, mandates: None) -> dict[str, Knocker]:
    return knockers(house, neighbour)


@pytest.fixture
def nobody(app: Flask) -> Callable[[], FlaskClient]:
    return app.test_client
