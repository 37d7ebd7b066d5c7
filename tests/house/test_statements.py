"""What pages ask of the database: few statements, as many for thirty rows as for one, and each names its consortium."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tenants.database import Base, current_scope, db
from tests.factories import Founded
from tests.house.atlas import Guide, all_well, routes
from tests.house.furniture import PIEMONTE
from tests.house.knocking import STAFF

ON_A_LIST, ON_A_DETAIL = 6, 10
# A day gathers from many lists: it may ask as much as a detail does.
GATHERING = {"pathways.today.shown", "pathways-api.today"}
TENANT_TABLES = {name for name, table in Base.metadata.tables.items() if table.info.get("kind") == "tenant"}
# A table where it is read or written, and the name it goes by in the statement.
_USED = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|,)\s+(?:ONLY\s+)?(?:public\.)?\"?(\w+)\"?(?:\s+AS\s+(\w+))?", re.IGNORECASE)
_ENTERING = "SELECT app.enter("
Asked = Callable[[str, str], dict[str, list["Heard"]]]


@dataclass(frozen=True)
class Heard:
    """A statement, and whether a consortium was in scope (the doors across consortia have none to name)."""

    sql: str
    bound: bool


@contextmanager
def listening(app: Flask) -> Iterator[list[Heard]]:
    """The statements that reach the database, but for the binding of transactions to their scope."""
    heard: list[Heard] = []

    def hear(connection: object, cursor: object, statement: str, *rest: object) -> None:
        scope = current_scope.get()
        if not statement.startswith(_ENTERING):
            heard.append(Heard(statement, scope is not None and scope.tenant_id is not None))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


@pytest.fixture(scope="module")
def asked(house: Founded, crowded: Founded) -> Asked:
    """The statements of the pages, asked for once: `asked("crowded", "admin")`."""
    known = {"house": house, "crowded": crowded}
    return cache(lambda which, who: asked_by(known[which], who))


def asked_by(founded: Founded, who: str) -> dict[str, list[Heard]]:
    """The statements of each page that somebody may open, the guard's own lookup included.

    All rows of a list are asked for on one page, whether one or thirty.
    What is written once for a browser that comes in (that it was seen) does not count.
    """
    guide, browser = Guide(founded, PIEMONTE), founded.as_(who)
    browser.get("/account")
    opened = [route for route in routes(founded.app, "GET") if STAFF[who] in route.holders() and route.place != "region"]
    return {route.name: _asked(browser, guide.address(route), founded.app) for route in opened}


def _asked(browser: FlaskClient, address: str, app: Flask) -> list[Heard]:
    with listening(app) as heard:
        browser.get(f"{address}{'&' if '?' in address else '?'}rows=100")
    return heard


@pytest.mark.parametrize("who", ["admin", "cm1.trecate"])
def test_a_page_asks_few_things_and_names_its_consortium(app: Flask, asked: Asked, who: str) -> None:
    """Row security guards, it does not plan: indexes lead with the consortium, so each statement names it for each table."""
    pages = asked("crowded", who)
    limits = {route.name: ON_A_DETAIL if route.ids or route.endpoint in GATHERING else ON_A_LIST for route in routes(app, "GET")}
    all_well({name: f"{len(heard)} > {limits[name]}" for name, heard in pages.items() if len(heard) > limits[name]})
    bound = {each.sql: name for name, heard in pages.items() for each in heard if each.bound}
    assert len(bound) > 5
    all_well({sql: name for sql, name in bound.items() if unnamed(sql)})


def test_a_page_asks_no_more_for_thirty_rows_than_for_one(asked: Asked) -> None:
    few, many = asked("house", "admin"), asked("crowded", "admin")
    all_well({name: [len(few[name]), len(many[name])] for name in few if len(few[name]) < len(many[name])})


def unnamed(sql: str) -> set[str]:
    """The tenant tables of a statement (by the name that each has in it) whose `tenant_id` is not compared with a parameter."""
    plain = " ".join(sql.split())
    used = {alias or table for table, alias in _USED.findall(plain) if table in TENANT_TABLES}
    if plain.startswith("INSERT"):
        written = plain.split()[2].strip('"')
        used -= {written} if re.search(rf"INTO {written} \([^)]*\btenant_id\b", plain) else set()
    return {name for name in used if not re.search(rf"\b{name}\.tenant_id = (%\(|\$|CAST\(%\()", plain)}


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT desks.id FROM desks WHERE desks.tenant_id = %(t)s", set()),
        ("SELECT desks.id FROM desks", {"desks"}),
        ("SELECT d.id FROM desks AS d JOIN cases AS c ON c.desk_id = d.id WHERE d.tenant_id = %(t)s", {"c"}),
        ("SELECT d.id FROM desks AS d JOIN cases AS c ON c.tenant_id = d.tenant_id WHERE d.tenant_id = %(t)s", {"c"}),
        ("UPDATE desks SET name = %(n)s WHERE desks.id = %(i)s", {"desks"}),
        ("INSERT INTO desks (tenant_id, id) VALUES (%(t)s, %(i)s)", set()),
        ("INSERT INTO desks (id) VALUES (%(i)s)", {"desks"}),
        ("SELECT regions.id FROM regions", set()),
    ],
)
def test_the_test_itself_finds_whoever_forgets(sql: str, names: set[str]) -> None:
    assert unnamed(sql) == names
