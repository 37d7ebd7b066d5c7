"""A furnished consortium, and who asks the API about it."""

from collections.abc import Callable

import pytest
from flask import Flask

from consortium.config import Config
from tests.factories import Founded, found
from tests.house.atlas import Guide, routes
from tests.house.furniture import PIEMONTE, furnish, mandate
from tests.house.knocking import knockers


@pytest.fixture(scope="session")
def furnished(app: Flask) -> Founded:
    return furnish(found(app))


@pytest.fixture(scope="session")
def guide(app: Flask, furnished: Founded) -> Guide:
    """Ids of what is there before anybody asks: programs remove rows too."""
    made = Guide(furnished, PIEMONTE)
    for route in routes(app, "GET", "POST", "PUT", "DELETE"):
        if route.api:
            for name in route.ids:
                made.id_of(name)
    return made


@pytest.fixture(scope="session")
def cookie_of(furnished: Founded, config: Config) -> Callable[[str], str]:
    """The session's cookie of somebody: "administrator", "case_manager", "auditor", …"""
    mandate(config.owner_database_url or "")
    everybody = knockers(furnished, furnished)

    def cookie(who: str) -> str:
        found = everybody[who].browser().get_cookie("capofila")
        assert found is not None
        return found.value

    return cookie
