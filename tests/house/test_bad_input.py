"""Bad input, and what it gets: on every page alike, and never a page that broke."""

import re
from collections.abc import Iterator
from uuid import uuid4

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from consortium.app import UPLOAD_LIMIT, create_app
from consortium.config import Config
from tenants.database import db
from tenants.server import EmbeddedServer
from tests.factories import Founded, found
from tests.house.atlas import Guide, Route, all_well, pages, routes
from tests.house.furniture import PIEMONTE, furnish
from tests.house.knocking import STAFF

# What addresses bring from outside: unfinished words, other scripts, what databases, files and spreadsheets take for something else.
GARBAGE = (
    *("", "%00", "%ff%fe", "'\";--", "%C3%28", "9" * 400, "-1", "1e400", "2023-02-30", "0000-01-01"),
    *("..%2f..%2fetc", "=1%2B1", "🦄" * 50, "a" * 3000),
)
NONSENSE = ("\x00", "x" * 100_000, "\ufffe", "9" * 40, "0001-01-01", "'; DROP TABLE desks; --")
NOWHERE = ("/nowhere/", "/nowhere/figures", "/Trecate/", "/-/", "/%00/", "/admin.php", "/regions/nowhere/", "/api/v1/nowhere/figures")
FORM = "application/x-www-form-urlencoded"
# Parameters that lists and figures read, and one that nobody does.
ASKED = ("q", "sort", "rows", "after", "before", "format", "as_of", "from", "to", "desk", "state", "lang", "next", "zzz")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
_NAME = re.compile(r"<(?:input|select|textarea)\b[^>]*\bname=\"([^\"]+)\"")


@pytest.fixture
def admin(house: Founded) -> FlaskClient:
    return house.as_("admin")


@pytest.fixture(scope="module")
def victim(app: Flask) -> Guide:
    """A consortium whose forms are sent nonsense: for whoever looks only, there is `house`."""
    return Guide(furnish(found(app)), PIEMONTE)


def _opened(app: Flask) -> list[Route]:
    """The pages of a consortium that its administrator may open."""
    return [route for route in routes(app, "GET") if STAFF["admin"] in route.holders() and route.place != "region"]


def _broken(statuses: Iterator[tuple[str, int]]) -> dict[str, int]:
    return {name: status for name, status in statuses if status >= 500}


def test_garbage_in_an_address_breaks_no_page(app: Flask, admin: FlaskClient, guide: Guide) -> None:
    """Lists are asked with each kind of garbage in every parameter; other pages with all kinds together."""
    broken: dict[str, int] = {}
    for route in _opened(app):
        path = guide.address(route, asked=False)
        together = "&".join(f"{name}={garbage}" for name, garbage in zip(ASKED, GARBAGE, strict=True))
        queries = map(_query, GARBAGE) if 'class="filters"' in admin.get(path).text else [together]
        broken |= _broken((f"{route.name}?{query[:60]}", admin.get(f"{path}?{query}").status_code) for query in queries)
    all_well(broken)


def _query(garbage: str) -> str:
    return "&".join(f"{name}={garbage}" for name in ASKED if len(garbage) < 100 or name in ("q", "after", "sort"))


def test_a_parameter_given_twice_or_without_value_breaks_no_page(app: Flask, admin: FlaskClient, guide: Guide) -> None:
    query = "&".join([*(f"{name}=x&{name}=y" for name in ASKED), *(f"{name}[]=x" for name in ASKED), "&&&=&?"])
    answers = ((route.name, admin.get(f"{guide.address(route, asked=False)}?{query}").status_code) for route in _opened(app))
    all_well(_broken(answers))


@pytest.mark.parametrize("text", ["x", "1", "null", "%00", "00000000-0000-0000-0000", "0" * 32, "../..", "a" * 300])
def test_what_is_no_id_is_not_found(app: Flask, admin: FlaskClient, guide: Guide, text: str) -> None:
    """A malformed id gets the same 404 as an id of nothing, whatever the page."""
    for route in (route for route in _opened(app) if route.ids):
        nothing = uuid4()
        path = guide.address(route, dict.fromkeys(route.ids, nothing)).replace(str(nothing), text)
        assert admin.get(path).status_code == 404, path


@pytest.mark.parametrize("path", NOWHERE)
def test_an_unknown_place_is_not_found(admin: FlaskClient, path: str) -> None:
    assert admin.get(path).status_code == 404


def test_the_one_404_says_what_to_do(admin: FlaskClient, house: Founded) -> None:
    told = admin.get(f"/{house.slug}/nothing-is-here")
    assert told.status_code == 404
    assert told.headers["X-Request-Id"] in told.text
    assert "<h1>" in told.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.elsewhere.example"},
    ],
)
def test_a_form_from_elsewhere_is_refused(app: Flask, admin: FlaskClient, guide: Guide, headers: dict[str, str]) -> None:
    statuses = {route.name: _sent(admin, route, guide, headers=headers) for route in routes(app, *UNSAFE)}
    all_well({name: status for name, status in statuses.items() if status != 403})


def _sent(browser: FlaskClient, route: Route, guide: Guide, **request: object) -> int:
    return browser.open(guide.address(route), method=route.method, **request).status_code


@pytest.mark.parametrize(
    "body",
    [
        {"data": b"\x00\xff\xfe", "content_type": FORM},
        {"data": b"{", "content_type": "application/json"},
        {"data": b"[1, 2]", "content_type": "application/json"},
        {"data": b"--x\r\nnot a part", "content_type": "multipart/form-data; boundary=x"},
        {"data": b"x", "content_type": "multipart/form-data"},
        {"data": b"<x/>", "content_type": "text/xml"},
        {
            "data": b"once=%00&name=%ff&desk_id=%27&revision=9999999999999999999999&on_date=2023-13-45",
            "content_type": FORM,
        },
        {"data": b"&".join(b"f%d=x" % n for n in range(3000)), "content_type": FORM},
    ],
    ids=["bytes", "half json", "json list", "half multipart", "no boundary", "xml", "wrong values", "many fields"],
)
def test_what_is_no_form_breaks_nothing(app: Flask, victim: Guide, body: dict[str, object]) -> None:
    all_well(_broken((route.name, _sent(victim.founded.as_("admin"), route, victim, **body)) for route in _taken(app)))


def _taken(app: Flask) -> list[Route]:
    """What an administrator may send."""
    return [route for route in routes(app, *UNSAFE) if STAFF["admin"] in route.holders() and route.place != "region"]


def test_nonsense_in_every_field_breaks_nothing(app: Flask, victim: Guide) -> None:
    """The fields that a page's own form has, all filled with one kind of nonsense."""
    statuses: dict[str, int] = {}
    for route in _forms(app):
        fields = set(_NAME.findall(victim.founded.as_("admin").get(victim.address(route)).text)) - {"once"}
        for text in NONSENSE:
            sent = _sent(victim.founded.as_("admin"), _post(route), victim, data=dict.fromkeys(fields, text))
            statuses[f"{route.name} {text[:10]!r}"] = sent
    all_well(_broken(iter(statuses.items())))


def _forms(app: Flask) -> list[Route]:
    """Pages that show a form and take it at the same address."""
    taken = {route.rule.rule for route in routes(app, "POST")}
    return [route for route in pages(app) if route.rule.rule in taken and STAFF["admin"] in route.holders() and route.place != "region"]


def _post(route: Route) -> Route:
    return Route(route.endpoint, "POST", route.rule, route.permission)


def test_a_huge_form_is_refused(app: Flask, victim: Guide) -> None:
    """A field of three megabytes, and a body beyond the limit: told by its length, before it is read."""
    broken: dict[str, int] = {}
    for route in _taken(app):
        long = {"data": {"name": "x" * 3_000_000}, "content_type": "multipart/form-data"}
        beyond = {"headers": {"Content-Length": str(UPLOAD_LIMIT + 1)}, "content_type": FORM}
        broken |= _broken(
            (f"{route.name} {kind}", _sent(victim.founded.as_("admin"), route, victim, **body)) for kind, body in enumerate((long, beyond))
        )
    all_well(broken)


def test_head_answers_like_get_and_options_tells_what_may_be_asked(app: Flask, admin: FlaskClient, guide: Guide) -> None:
    for route in _opened(app):
        path = guide.address(route)
        head, get = admin.head(path), admin.get(path)
        assert (head.status_code, head.data) == (get.status_code, b""), route.name
        assert "GET" in (admin.options(path).headers.get("Allow") or ""), route.name


def test_a_method_that_a_page_does_not_know_is_told(app: Flask, admin: FlaskClient, guide: Guide) -> None:
    for route in _opened(app):
        path = guide.address(route, asked=False)
        if not app.url_map.bind("localhost").test(path, method="POST"):
            answer = admin.post(path)
            assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True), route.name


def test_every_page_carries_the_headers(app: Flask, admin: FlaskClient, guide: Guide) -> None:
    for route in _opened(app):
        headers = admin.get(guide.address(route)).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"], route.name
        assert headers["X-Content-Type-Options"] == "nosniff", route.name
        assert "no-store" in headers["Cache-Control"], route.name


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory, config: Config) -> Iterator[tuple[Flask, EmbeddedServer]]:
    """An application on a cluster of its own, which the test may stop."""
    folder = tmp_path_factory.mktemp("frail")
    folder.chmod(0o755)
    server = EmbeddedServer(folder / "postgres", durable=False)
    server.ensure()
    server.provision("frail")
    options = {name: getattr(config, name) for name in config.__slots__}
    urls = {"database_url": server.url("capofila", "frail"), "owner_database_url": server.url("owner", "frail")}
    app = create_app(Config(**{**options, **urls}))
    with app.app_context():
        flask_migrate.upgrade()
    yield app, server
    server.stop()


def test_the_database_goes_away_and_comes_back(frail: tuple[Flask, EmbeddedServer]) -> None:
    """503 with a hint when to try again, on pages and for programs; the first request after its return is answered."""
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


def test_the_database_goes_away_in_the_middle_of_a_request(frail: tuple[Flask, EmbeddedServer]) -> None:
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
