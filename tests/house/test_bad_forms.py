"""Bad forms, and what they get: told what is wrong, or refused, and never a page that broke."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema, fields, validate
from werkzeug.test import TestResponse

from consortium.app import UPLOAD_LIMIT
from tests.factories import Founded, found
from tests.house.atlas import Guide, Route, all_well, once_each, routes
from tests.house.furniture import PIEMONTE, furnish
from tests.house.knocking import Knocker, holder_of, knockers

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
FORM = "application/x-www-form-urlencoded"
NONSENSE = ("\x00", "x" * 100_000, "\ufffe", "9" * 40, "0001-01-01", "'; DROP TABLE desks; --")
ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.elsewhere.example"},
)
# What each route reads by itself.
BODIES: dict[str, dict[str, Any]] = {
    "a list": {"data": b"[1, 2]", "content_type": "application/json"},
    "wrong values": {"data": b"once=%00&name=%ff&desk_id=%27&revision=99999999999999999999&on_date=2023-13-45", "content_type": FORM},
}
# What is stopped, or becomes an empty form, before any route reads it.
SHELLS: dict[str, dict[str, Any]] = {
    "bytes": {"data": b"\x00\xff\xfe", "content_type": FORM},
    "half of JSON": {"data": b"{", "content_type": "application/json"},
    "half of a part": {"data": b"--x\r\nnot a part", "content_type": "multipart/form-data; boundary=x"},
    "no boundary": {"data": b"x", "content_type": "multipart/form-data"},
    "XML": {"data": b"<x/>", "content_type": "text/xml"},
    "many fields": {"data": b"&".join(b"f%d=x" % n for n in range(3000)), "content_type": FORM},
    "a long field": {"data": {"name": "x" * 3_000_000}, "content_type": "multipart/form-data"},
    "longer than may be": {"headers": {"Content-Length": str(UPLOAD_LIMIT + 1)}, "content_type": FORM},
}
_TOLD = re.compile(r'<li><a href="#(field-[^"]+)">')
_NAME = re.compile(r"<(?:input|select|textarea)\b[^>]*\bname=\"([^\"]+)\"")


def _own_words(shape: type) -> Iterator[str]:
    """What the library says by itself in a kind of field or a validator, up to where it fills something in."""
    told = {**getattr(shape, "default_error_messages", {}), **{name: text for name, text in vars(shape).items() if "message" in name}}
    yield from (text.partition("{")[0] for text in told.values() if isinstance(text, str))
    for kind in shape.__subclasses__():
        yield from _own_words(kind)


# Where marshmallow speaks for itself, it speaks English: none of it belongs on a page, whatever the page's language.
FOREIGN = {text for shape in (fields.Field, validate.Validator) for text in _own_words(shape) if len(text) > 8}
FOREIGN |= set(Schema._default_error_messages.values())


@dataclass(frozen=True)
class Victim:
    """A consortium whose forms are sent nonsense (those who look only have `house`), and one that the operator may end."""

    guide: Guide
    doomed: Guide
    everybody: dict[str, Knocker]
    _browsers: dict[Knocker, FlaskClient] = field(default_factory=dict)

    def open(self, route: Route, **request: Any) -> TestResponse:
        """Send something to a route, from a browser of somebody who may: a new one where signing in and out is done."""
        guide = self.doomed if "consortium" in route.rule.arguments else self.guide
        return self._browser(holder_of(route, self.everybody), route).open(guide.address(route), method=route.method, **request)

    def _browser(self, who: Knocker, route: Route) -> FlaskClient:
        if who not in self._browsers or not route.place:
            self._browsers[who] = who.browser()
        return self._browsers[who]


def _victim(app: Flask) -> Victim:
    house = furnish(found(app))
    return Victim(Guide(house, PIEMONTE), Guide(found(app), PIEMONTE), knockers(house, house))


@pytest.fixture(scope="module")
def victim(app: Flask, mandates: None) -> Victim:
    return _victim(app)


@pytest.fixture
def intact(app: Flask, mandates: None) -> Victim:
    """One that nothing was sent to yet: everybody is still signed in."""
    return _victim(app)


def _broken(statuses: Iterator[tuple[str, int]]) -> dict[str, int]:
    return {name: status for name, status in statuses if status >= 500}


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_form_from_elsewhere_is_refused(app: Flask, house: Founded, guide: Guide, headers: dict[str, str]) -> None:
    admin = house.as_("admin")
    sent = ((route.name, admin.open(guide.address(route), method=route.method, headers=headers)) for route in routes(app, *UNSAFE))
    all_well({name: answer.status_code for name, answer in sent if answer.status_code != 403})


@pytest.mark.parametrize("kind", BODIES)
def test_what_is_no_form_breaks_nothing(app: Flask, victim: Victim, kind: str) -> None:
    all_well(_broken((route.name, victim.open(route, **BODIES[kind]).status_code) for route in once_each(routes(app, *UNSAFE))))


@pytest.mark.parametrize("kind", SHELLS)
def test_what_cannot_be_read_breaks_no_room(app: Flask, victim: Victim, kind: str) -> None:
    """One route by each method of every room. A body beyond the limit is told by its length, before it is read."""
    rooms = {(route.endpoint.partition(".")[0], route.method): route for route in routes(app, *UNSAFE)}
    all_well(_broken((route.name, victim.open(route, **SHELLS[kind]).status_code) for route in rooms.values()))


def test_nonsense_in_every_field_breaks_nothing(app: Flask, victim: Victim) -> None:
    """The fields that a page's own form has, all filled with one kind of nonsense."""
    shown = {route.rule.rule: route for route in routes(app, "GET")}
    broken: dict[str, int] = {}
    for route in once_each(route for route in routes(app, "POST") if route.rule.rule in shown):
        fields = set(_NAME.findall(victim.open(shown[route.rule.rule]).text)) - {"once"}
        sent = ((text, victim.open(route, data=dict.fromkeys(fields, text))) for text in NONSENSE)
        broken |= _broken((f"{route.name} {text[:10]!r}", answer.status_code) for text, answer in sent)
    all_well(broken)


@pytest.mark.parametrize("text", ["", "?"])
def test_what_is_wrong_is_told_in_the_order_of_the_form(app: Flask, victim: Victim, text: str) -> None:
    """The lines of the summary lead to fields, one after the other; what nobody sees (a revision) nobody gets wrong."""
    shown = {route.rule.rule: route for route in routes(app, "GET")}
    astray: dict[str, list[str]] = {}
    for route in once_each(route for route in routes(app, "POST") if route.rule.rule in shown):
        fields = set(_NAME.findall(victim.open(shown[route.rule.rule]).text)) - {"once"}
        page = victim.open(route, data=dict.fromkeys(fields, text)).text
        there = re.findall(r'id="(field-[^"]+)"', page)
        told = [each for each in dict.fromkeys(_TOLD.findall(page)) if each in there]
        if told != sorted(told, key=there.index):
            astray[route.name] = told
    all_well(astray)


def test_each_form_says_what_is_wrong_in_the_language_of_the_page(app: Flask, intact: Victim) -> None:
    shown = {route.rule.rule: route for route in routes(app, "GET")}
    foreign: dict[str, set[str]] = {}
    for route in once_each(route for route in routes(app, "POST") if route.rule.rule in shown):
        names = set(_NAME.findall(intact.open(shown[route.rule.rule]).text)) - {"once", "revision"}
        for text in ("", "zz§", "x" * 5000, "-7"):
            answer = intact.open(route, data=dict.fromkeys(names, text)).text
            foreign[f"{route.name} {text[:9]!r}"] = {words for words in FOREIGN if words in answer}
    all_well({name: words for name, words in foreign.items() if words})
