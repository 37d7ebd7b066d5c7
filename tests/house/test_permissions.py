"""Every route says who may open it, and opens for them and for nobody else."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consortium.config import ROOT
from consortium.web.policy import Permission, Role, holders
from tenants import scope
from tenants.database import db
from tenants.models import Tenant, TenantState
from tests.factories import Founded, found
from tests.house.atlas import UNDECLARED, Guide, Route, all_well, routes
from tests.house.furniture import PIEMONTE, furnish
from tests.house.knocking import WHO, Knocker, knockers

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def _permissions() -> set[Permission]:
    """Those of the rooms (tests have some of their own)."""
    return {each for kind in Permission.__subclasses__() if kind.__module__.startswith("consortium.") for each in kind}


def test_every_route_declares_its_permission(app: Flask) -> None:
    assert [route.name for route in routes(app, "GET", *UNSAFE) if route.permission is UNDECLARED] == []


def test_every_permission_is_somebodys() -> None:
    assert {each for each in _permissions() if not holders().get(each)} == set()


def test_every_permission_is_asked_for_somewhere(app: Flask) -> None:
    """One that no route declares is asked for inside a room: then it is named in its code."""
    declared = {route.permission for route in routes(app, "GET", *UNSAFE)}
    named = {each for each in _permissions() if each in declared or _is_named(each)}
    assert _permissions() - named == set()


def _is_named(permission: Permission) -> bool:
    written = f"{type(permission).__name__}.{permission.name}"
    return any(written in path.read_text() for path in (ROOT / "consortium").rglob("*.py") if path.name != "policy.py")


@pytest.mark.parametrize("who", WHO)
def test_each_page_opens_for_its_holders_only(app: Flask, guide: Guide, everybody: dict[str, Knocker], who: str) -> None:
    knocker = everybody[who]
    browser = knocker.browser()
    found_ = {route.name: (browser.get(guide.address(route)), knocker.finds(route)) for route in routes(app, "GET")}
    all_well({name: answer.status_code for name, (answer, right) in found_.items() if answer.status_code not in right})


def test_nobody_is_led_to_sign_in_and_back(app: Flask, guide: Guide, client: FlaskClient) -> None:
    for route in routes(app, "GET"):
        if route.permission is not None and not route.api:
            answer = client.get(guide.address(route, asked=False))
            assert answer.location.startswith("/sign-in?next="), route.name


@pytest.mark.parametrize("who", WHO)
def test_each_form_is_taken_from_its_holders_only(app: Flask, mandates: None, neighbour: Founded, who: str) -> None:
    """An empty form to every route: a holder's is refused for what it lacks (or done: closing needs no words), another's for who sends it.

    Each role's go to a consortium of its own, for what was done is done; those by which one signs in and out come last, each from a
    browser of its own.
    """
    house = furnish(found(app))
    knocker, guide = knockers(house, neighbour)[who], Guide(house, PIEMONTE)
    browser, forms = knocker.browser(), sorted(routes(app, *UNSAFE), key=lambda route: not route.place)
    found_ = {route.name: (_sent(route, guide, browser if route.place else knocker.browser()), knocker.finds(route)) for route in forms}
    all_well({name: status for name, (status, right) in found_.items() if status not in right})


def _sent(route: Route, guide: Guide, browser: FlaskClient) -> int:
    body = {"json": {}} if route.api else {"data": {}}
    return browser.open(guide.address(route), method=route.method, **body).status_code


def test_a_suspended_consortium_is_closed_to_its_people(app: Flask) -> None:
    house = found(app)
    with app.app_context(), scope.operator_scope():
        db.session.get_one(Tenant, house.id).state = TenantState.SUSPENDED
        db.session.commit()
    browser, there = house.as_("admin"), Guide(house, PIEMONTE)
    closed = [route for route in routes(app, "GET") if route.place == "tenant" and route.permission is not None and not route.ids]
    all_well({route.name: status for route in closed if (status := browser.get(there.address(route)).status_code) != 403})


def test_every_role_can_do_something() -> None:
    held = holders()
    assert [role for role in Role if not any(role in roles for roles in held.values())] == []
