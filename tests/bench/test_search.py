"""The search on 200,000 cases: what each kind costs the database, behind the walls. `make bench` prints the table."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, event, text

from consortium.cases import search
from consortium.config import Config
from consortium.web.policy import Role
from consortium.web.visitor import Visitor
from tenants.database import db
from tests.bench.crowd import settle
from tests.factories import Founded, found

pytestmark = pytest.mark.bench
SIZES = text("""
    SELECT pg_size_pretty(pg_relation_size(indexrelid)) || ' ' || indexrelname FROM pg_stat_user_indexes WHERE relname = 'people'
""")
AT_MOST_MS, TIMES = 10.0, 15
Kinds = dict[str, str]


@pytest.fixture(scope="module")
def crowd(app: Flask, config: Config) -> tuple[Founded, list[dict[str, Any]]]:
    """200,000 cases, with statistics as autovacuum makes them."""
    founded = found(app)
    engine = create_engine(config.owner_database_url or "")
    with engine.connect() as owner:
        rows = settle(founded, owner)
        owner.execution_options(isolation_level="AUTOCOMMIT")
        for table in ("people", "cases", "assignments"):
            owner.execute(text(f"VACUUM (ANALYZE) {table}"))
        print("", *owner.execute(SIZES).scalars(), sep="\n")
    engine.dispose()
    return founded, rows


def kinds(rows: list[dict[str, Any]]) -> Kinds:
    """What people type, from somebody in the middle and from names that thousands have."""
    one = next(row for row in rows[len(rows) // 2 :] if len(row["surname"]) > 7 and " " not in row["surname"] and "'" not in row["surname"])
    surname, first, code, phone = one["surname"], one["first_name"], one["code"], one["phone"]
    swapped = surname[:3] + surname[4] + surname[3] + surname[5:]
    return {
        "surname and name": f"{surname} {first}",
        "name and surname, the other way": f"{first} {surname}",
        "a surname that many have": "Rossi",
        "a surname and a first name that many have": "Rossi Maria",
        "two first names that many have": "Maria Giuseppe",
        "two surnames that many have, nobody both": "Rossi Russo",
        "three names that many have, nobody all": "Rossi Giuseppe Anna",
        "beginnings of two words": f"{surname[:4]} {first[:3]}",
        "three letters": "ros",
        "two letters": "ma",
        "one letter": "r",
        "accents": f"{surname[:-1]}ì {first}",
        "typo: two letters swapped": f"{swapped} {first}",
        "typo: swapped, surname alone": swapped,
        "typo: a letter missing": f"{surname[:4]}{surname[5:]} {first}",
        "typo: a letter wrong": f"{surname[:4]}x{surname[5:]} {first}",
        "typo: a letter too many": f"{surname[:4]}x{surname[4:]} {first}",
        "name without apostrophe": "Dangelo",
        "name without apostrophe and with a typo": "Dangleo Maria",
        "name of two words, in one": "Deluca",
        "typo in a name that many have": "Rosssi",
        "typo in a first name that many have": "Mraia",
        "typo, and a first name that many have": "Rosssi Maria",
        "nobody: two words near to many": "Roxsi Mraia",
        "nobody: no such word": "Wqxjzk",
        "phone": f"+39 {phone[:3]} {phone[3:]}",
        "phone, first digits": phone[:6],
        "phone with a typo": phone[:5] + ("1" if phone[5] != "1" else "2") + phone[6:],
        "codice fiscale": code,
        "codice fiscale, first letters": code[:8],
        "codice fiscale with a typo": code[:9] + ("1" if code[9] != "1" else "2") + code[10:],
        "case number": "2024-123456",
        "case number, first digits": "2024-1234",
        "case number without its year": "123456",
        "temporary codice fiscale": "00123456782",
    }


@pytest.mark.parametrize("who", ["admin", "cm1.trecate"])
def test_ten_milliseconds_of_the_database(crowd: tuple[Founded, list[dict[str, Any]]], who: str) -> None:
    founded, rows = crowd
    role = Role.ADMINISTRATOR if who == "admin" else Role.CASE_MANAGER
    visitor = Visitor(membership_id=founded.staff[founded.email(who)], roles=frozenset({role}))
    told = {}
    with founded.scope():
        for kind, typed in kinds(rows).items():
            found_now, took = timed(lambda typed=typed: search.people(typed, visitor))
            told[kind] = (typed, found_now, took)
    print(f"\n{who}: milliseconds of the database (EXPLAIN ANALYZE, the least of {TIMES}), {len(rows)} cases")
    for kind, (typed, found_now, took) in told.items():
        print(f"{took:8.2f}  {found_now:3}  {kind:45} {typed}")
    assert {kind: took for kind, (_, _, took) in told.items() if took > AT_MOST_MS} == {}


def timed(search_now: Callable[[], list[Any]]) -> tuple[int, float]:
    """How many it finds; the execution times that PostgreSQL tells of its statements: the least of several."""
    made: list[tuple[str, Any]] = []

    def hear(connection: Connection, cursor: object, statement: str, parameters: Any, *rest: object) -> None:
        made.append((statement, parameters))

    engine = db.session.get_bind()
    event.listen(engine, "before_cursor_execute", hear)
    try:
        many = len(search_now())
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return many, min(sum(_explained(made)) for _ in range(TIMES))


def _explained(made: list[tuple[str, Any]]) -> Iterator[float]:
    connection = db.session.connection()
    for statement, parameters in made:
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", parameters).scalar_one()
        yield plan[0]["Execution Time"]
