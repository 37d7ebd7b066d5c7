"""Bad addresses, and what they get: on every page alike, and never a page that broke."""

from collections.abc import Iterator
from functools import cache
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from tests.factories import Founded
from tests.house.atlas import Guide, Route, all_well, once_each, routes
from tests.house.knocking import Knocker, holder_of

Opened = list[tuple[Route, FlaskClient]]
# What addresses bring from outside: unfinished words, other scripts, what databases, files and spreadsheets take for something else.
GARBAGE = (
    *("", "%00", "%ff%fe", "'\";--", "%C3%28", "9" * 400, "-1", "1e400", "2023-02-30", "0000-01-01"),
    *("..%2f..%2fetc", "=1%2B1", "🦄" * 50, "a" * 3000),
)
# Parameters that lists and figures read, and one that nobody does.
ASKED = ("q", "sort", "rows", "after", "before", "format", "as_of", "from", "to", "desk", "state", "lang", "next", "zzz")
NO_IDS = ("x", "1", "null", "%00", "00000000-0000-0000-0000", "0" * 32, "../..", "a" * 300)
NOWHERE = ("/nowhere/", "/nowhere/figures", "/Trecate/", "/-/", "/%00/", "/admin.php", "/regions/nowhere/", "/api/v1/nowhere/figures")


@pytest.fixture(scope="module")
def opened(app: Flask, everybody: dict[str, Knocker]) -> Opened:
    """Every page, with a browser of somebody who may open it."""
    browsers = cache(Knocker.browser)
    return [(route, browsers(holder_of(route, everybody))) for route in once_each(routes(app, "GET"))]


def _broken(statuses: Iterator[tuple[str, int]]) -> dict[str, int]:
    return {name: status for name, status in statuses if status >= 500}


def test_garbage_in_an_address_breaks_no_page(opened: Opened, guide: Guide) -> None:
    """Lists are asked with every other kind of garbage in every parameter, in turns; other pages with all kinds together."""
    broken: dict[str, int] = {}
    together = "&".join(f"{name}={garbage}" for name, garbage in zip(ASKED, GARBAGE, strict=True))
    for turn, (route, browser) in enumerate(opened):
        path = guide.address(route, asked=False)
        queries = map(_query, GARBAGE[turn % 2 :: 2]) if b'class="filters"' in browser.get(path).data else [together]
        broken |= _broken((f"{route.name}?{query[:60]}", browser.get(f"{path}?{query}").status_code) for query in queries)
    all_well(broken)


def _query(garbage: str) -> str:
    return "&".join(f"{name}={garbage}" for name in ASKED if len(garbage) < 100 or name in ("q", "after", "sort"))


def test_a_parameter_given_twice_or_without_value_breaks_no_page(opened: Opened, guide: Guide) -> None:
    query = "&".join([*(f"{name}=x&{name}=y" for name in ASKED), *(f"{name}[]=x" for name in ASKED), "&&&=&?"])
    all_well(_broken((route.name, browser.get(f"{guide.address(route, asked=False)}?{query}").status_code) for route, browser in opened))


@pytest.mark.parametrize("text", NO_IDS)
def test_what_is_no_id_is_not_found(opened: Opened, guide: Guide, text: str) -> None:
    """A malformed id gets the same 404 as an id of nothing, whatever the page."""
    statuses: dict[str, int] = {}
    for route, browser in opened:
        nothing = uuid4()
        path = guide.address(route, dict.fromkeys(route.ids, nothing)).replace(str(nothing), text)
        statuses |= {route.name: browser.get(path).status_code} if route.ids else {}
    all_well({name: status for name, status in statuses.items() if status != 404})


@pytest.mark.parametrize("path", NOWHERE)
def test_an_unknown_place_is_not_found(house: Founded, path: str) -> None:
    assert house.as_("admin").get(path).status_code == 404


def test_the_one_404_says_what_to_do(house: Founded) -> None:
    told = house.as_("admin").get(f"/{house.slug}/nothing-is-here")
    assert told.status_code == 404
    assert told.headers["X-Request-Id"] in told.text
    assert "<h1>" in told.text


def test_every_page_carries_the_headers_and_answers_head_and_options(opened: Opened, guide: Guide) -> None:
    """HEAD answers like GET, without the page; OPTIONS tells what may be asked."""
    wrong: dict[str, object] = {}
    for route, browser in opened:
        path = guide.address(route)
        head, get, options = browser.head(path), browser.get(path), browser.options(path)
        found = (head.status_code, head.data, "GET" in (options.headers.get("Allow") or ""), _carried(get.headers))
        if found != (get.status_code, b"", True, True):
            wrong[route.name] = (get.status_code, *found)
    all_well(wrong)


def _carried(headers: Headers) -> bool:
    kept = "no-store" in headers["Cache-Control"] and headers["X-Content-Type-Options"] == "nosniff"
    return kept and headers["Content-Security-Policy"].startswith("default-src")


def test_a_method_that_a_page_does_not_know_is_told(app: Flask, opened: Opened, guide: Guide) -> None:
    statuses: dict[str, object] = {}
    for route, browser in opened:
        path = guide.address(route, asked=False)
        if not app.url_map.bind("localhost").test(path, method="POST"):
            answer = browser.post(path)
            statuses[route.name] = (answer.status_code, "GET" in (answer.headers.get("Allow") or ""))
    all_well({name: found for name, found in statuses.items() if found != (405, True)})


def test_who_is_signed_in_is_still_so_where_there_is_no_page(trecate: Founded, client: FlaskClient) -> None:
    for path in ("/nowhere/at/all", f"/{trecate.slug}/nothing-here", f"/{trecate.slug}/cases/x"):
        answer = trecate.as_("admin").get(path)
        assert (answer.status_code, "/sign-in" in answer.text) == (404, False), path
        assert "/sign-in" in client.get(path).text
