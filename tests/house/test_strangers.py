"""An id of another consortium is an id of nothing: the same 404, the same page, by any method and for whoever asks."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consortium.web.policy import Role
from tests.factories import Founded
from tests.house.atlas import Guide, Route, all_well, anonymous, of_a_consortium, routes
from tests.house.furniture import PIEMONTE
from tests.house.knocking import STAFF

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def test_every_parameter_of_an_address_is_known(app: Flask) -> None:
    """Ids by the name of their model, words by a value in the atlas: else no test here could ask for the page."""
    unknown = {route.name: error for route in routes(app, *METHODS) if (error := _unknown(route))}
    all_well(unknown)


def _unknown(route: Route) -> str:
    try:
        assert route.words is not None
        return "" if all(of_a_consortium(name) is not None for name in route.ids) else "?"
    except KeyError as error:
        return str(error)


# Who sees all desks and who sees theirs: between them they open every page of a consortium.
ASKING = ("admin", "cm1.trecate")


def test_every_page_of_a_consortium_is_asked_for(app: Flask) -> None:
    asking = {STAFF[who] for who in ASKING} | {Role.ENTRUSTED}
    assert [route.name for route in routes(app, *METHODS) if route.place == "tenant" and not asking & route.holders()] == []


@pytest.mark.parametrize("who", ASKING)
def test_an_id_of_another_consortium_is_an_id_of_nothing(app: Flask, house: Founded, neighbour: Founded, guide: Guide, who: str) -> None:
    """For whoever may open the page; the others are told that they may not, whatever the id (`test_permissions`)."""
    browser, there = house.as_(who), Guide(neighbour, PIEMONTE)
    opened = [route for route in routes(app, *METHODS) if STAFF[who] in route.holders() and route.place == "tenant"]
    asked = [(route, name) for route in opened for name in route.ids if of_a_consortium(name)]
    told = {f"{route.name} {name}": _told(browser, guide, route, name, there.id_of(name)) for route, name in asked}
    all_well({name: words for name, words in told.items() if words})


def _told(browser: FlaskClient, guide: Guide, route: Route, name: str, theirs: UUID) -> str:
    """What gives away that an id is somebody's ("": nothing)."""
    nothing = uuid4()
    foreign, unknown = (_ask(browser, guide, route, name, each) for each in (theirs, nothing))
    if (foreign.status_code, unknown.status_code) != (404, 404):
        return f"{foreign.status_code} for another's id, {unknown.status_code} for an unknown one"
    same = anonymous(foreign.text, theirs) == anonymous(unknown.text, nothing)
    return "" if same else "another page than for an unknown id"


def _ask(browser: FlaskClient, guide: Guide, route: Route, name: str, row_id: UUID) -> TestResponse:
    body = {"json": {}} if route.api else {"data": {}}
    return browser.open(guide.address(route, {name: row_id}), method=route.method, **({} if route.method == "GET" else body))


def test_another_consortium_is_a_consortium_that_is_not(app: Flask, house: Founded, neighbour: Founded) -> None:
    """Its name in the address answers like a name of nothing, on every page of whoever belongs."""
    browser, guide = house.as_("admin"), Guide(neighbour, PIEMONTE)
    for route in routes(app, "GET"):
        if route.place == "tenant" and route.permission is not None:
            theirs = guide.address(route)
            nowhere = theirs.replace(neighbour.slug, f"{neighbour.slug[:-1]}x")
            foreign, unknown = browser.get(theirs), browser.get(nowhere)
            assert foreign.status_code == unknown.status_code == 404, route.name
