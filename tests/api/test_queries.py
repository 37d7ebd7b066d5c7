"""What a program asks and is not understood is told, never left out of account: it would take other rows for those it asked for."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.test_description import OWN
from tests.factories import Founded
from tests.house.atlas import Guide, Route, all_well, routes
from tests.house.knocking import WHO


@pytest.fixture
def clients(app: Flask, cookie_of: Callable[[str], str]) -> Callable[[Route], FlaskClient]:
    def client(route: Route) -> FlaskClient:
        made = app.test_client()
        made.set_cookie("capofila", cookie_of(next(who for who in WHO if who in route.holders())))
        return made

    return client


def reads(app: Flask) -> list[Route]:
    return [route for route in routes(app, "GET") if route.api and route.endpoint not in OWN and route.permission is not None]


def test_a_name_that_nobody_reads_is_told(app: Flask, guide: Guide, clients: Callable[[Route], FlaskClient]) -> None:
    told = {}
    for route in reads(app):
        address = guide.address(route)
        answer = clients(route).get(f"{address}{'&' if '?' in address else '?'}zzz=1")
        told[route.name] = (answer.status_code, (answer.json or {}).get("errors"))
    right = (422, {"query": {"zzz": ["Qui non si legge niente con questo nome."]}})
    all_well({name: found for name, found in told.items() if found != right})


@pytest.fixture
def admin(app: Flask, cookie_of: Callable[[str], str]) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("capofila", cookie_of("administrator"))
    return client


def errors(answer: Any) -> tuple[int, list[str]]:
    return answer.status_code, sorted((answer.json or {}).get("errors", {}).get("query", {}))


@pytest.mark.parametrize("query", ["sort=zzz", "sort=-id", "rows=7", "rows=25&rows=50", "after=zzz", "before=zzz", "state=zzz"])
def test_a_value_that_a_list_does_not_have_is_told(furnished: Founded, admin: FlaskClient, query: str) -> None:
    assert errors(admin.get(f"/api/v1/{furnished.slug}/cases?{query}")) == (422, [query.partition("=")[0]])


def test_a_place_is_one_of_the_list_in_its_order(furnished: Founded, admin: FlaskClient) -> None:
    """A place that was cut, or comes from another order, is not the first page again."""
    root = f"/api/v1/{furnished.slug}/codes/occupations"
    following = admin.get(root).json["next"]
    place = following.partition("after=")[2]
    assert admin.get(following).json["previous"]
    for asked, named in (
        (f"after={place[:-4]}", ["after"]),
        (f"sort=-code&after={place}", ["after"]),
        (f"{place}", [place.partition("=")[0]]),
    ):
        assert errors(admin.get(f"{root}?{asked}")) == (422, named)
    assert errors(admin.get(f"{root}?after={place}&before={place}")) == (422, ["after", "before"])


def test_pages_take_what_they_do_not_know_for_nothing(furnished: Founded, admin: FlaskClient) -> None:
    assert admin.get(f"/{furnished.slug}/cases?rows=7&sort=zzz&after=zzz&zzz=1").status_code == 200
