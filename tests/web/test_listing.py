"""Lists: paging equals ordering, counter = rows = files, nothing in a file is a formula, nothing in an address breaks a page.

Rows come from JSON in the statement, so the tests need a session and no table.
"""

import csv
import io
import json
import re
import tracemalloc
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from openpyxl import load_workbook
from sqlalchemy import (
    Boolean,
    ColumnClause,
    Date,
    DateTime,
    Engine,
    Integer,
    Numeric,
    Select,
    String,
    bindparam,
    cast,
    column,
    create_engine,
    event,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from consortium.web.listing import cursors, formats, rows, sheets
from consortium.web.listing.columns import Column
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.door import attachment, respond
from consortium.web.listing.filters import AsOf, Choice, DateRange, Text
from consortium.web.listing.pages import around
from consortium.web.listing.readings import BadFilter
from tenants.database import Scope, current_scope
from tenants.server import EmbeddedServer

TEMPLATES = Path(formats.__file__).parents[1] / "templates"
TYPES: dict[str, TypeEngine[Any]] = {
    "id": Integer(),
    "surname": String(),
    "points": Integer(),
    "activated_on": Date(),
    "seen_at": DateTime(timezone=True),
    "hours": Numeric(12, 2),
    "done": Boolean(),
    "state": String(),
}
STATES = {"activated": "Activated", "concluded": "Concluded"}
FACTS: dict[str, ColumnClause[Any]] = {name: column(name, kind) for name, kind in TYPES.items()}

PEOPLE = Listing(
    name="cases",
    title="Cases",
    tiebreak=FACTS["id"],
    order=("surname", "-points"),
    columns=(
        Column("surname", "Surname", FACTS["surname"], link=lambda: lambda row: f"/trecate/cases/{row.key}"),
        Column("points", "Points", FACTS["points"], kind="number"),
        Column("activated_on", "Activated", FACTS["activated_on"], kind="date"),
        Column("seen_at", "Last seen", FACTS["seen_at"], kind="moment"),
        Column("hours", "Hours", FACTS["hours"], kind="amount"),
        Column("done", "Done", FACTS["done"], kind="yesno"),
        Column("state", "State", FACTS["state"], kind="state", labels=STATES, tones={"activated": "success"}),
        Column("code", "Code", FACTS["id"], required=True, sort=-FACTS["id"]),
    ),
    filters=(
        Text("q", "Search", (FACTS["surname"],)),
        Choice("state", "State", FACTS["state"], options=STATES),
        Choice("points", "Points", FACTS["points"], options=lambda session: {"1": "One", "2": "Two"}, multiple=True),
        DateRange("activated", "Activated", FACTS["activated_on"]),
        AsOf("as_of", "As of"),
    ),
    phone=("surname", "activated_on", "state"),
    empty=Empty("Here you will see cases.", "Take in a person", lambda: "/trecate/cases/new"),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A throwaway server, whose `app.enter` binds nothing."""
    server = EmbeddedServer(tmp_path_factory.mktemp("postgres"), durable=False)
    server.ensure()
    made = create_engine(server.url("postgres", "postgres"))
    with made.begin() as connection:
        connection.execute(text("CREATE SCHEMA app"))
        connection.execute(text("CREATE FUNCTION app.enter(text, uuid, text, uuid, text) RETURNS void LANGUAGE sql AS ''"))
    try:
        yield made
    finally:
        made.dispose()
        server.stop()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    token = current_scope.set(Scope("member"))
    try:
        with Session(engine) as opened:
            yield opened
    finally:
        current_scope.reset(token)


def people(records: list[dict[str, Any]]) -> Select[Any]:
    """A statement over these records, as a caller would give it."""
    body = cast(literal(json.dumps(records), String()), JSONB)
    table = func.jsonb_to_recordset(body).table_valued(*(column(name, kind) for name, kind in TYPES.items()), name="people")
    return select(literal(1)).select_from(table.render_derived(with_types=True))


def person(number: int, **facts: Any) -> dict[str, Any]:
    first = date(2022, 11, 1) + timedelta(days=number)
    state = ("activated", "concluded")[number % 2]
    usual = {"surname": f"Rossi {number % 7}", "points": number % 5, "activated_on": first.isoformat(), "hours": "2.50", "state": state}
    return {"id": number, "seen_at": "2023-07-01T08:30:00+00:00", "done": number % 3 == 0} | usual | facts


def asked_of(href: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(href).query)


# --- paging -----------------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
YEARS = (datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2100-01-01"))
RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(1 - 2**31, 2**31 - 1),
            "surname": st.none() | st.sampled_from(["", "Àl", "b", "B"]) | WORDS,
            "points": st.none() | st.integers(-2, 2) | st.integers(-(2**31), 2**31 - 1),
            "activated_on": st.none() | st.dates(date(2023, 1, 1), date(2023, 1, 4)).map(date.isoformat),
            "seen_at": st.none() | st.datetimes(*YEARS, timezones=st.just(UTC)).map(datetime.isoformat),
            "hours": st.none() | st.decimals(-9, 9, places=2).map(str),
            "done": st.none() | st.booleans(),
            "state": st.none() | st.sampled_from(sorted(STATES)),
        }
    ),
    unique_by=lambda record: record["id"],
    max_size=14,
)
SORTS = st.sampled_from(["", *(sign + each.name for each in PEOPLE.columns for sign in ("", "-"))])


def expected(records: list[dict[str, Any]], sort: str) -> list[int]:
    """The ids in order, by Python: stable sorts from the last key to the first, empty values last."""
    order = [sort, *(each for each in PEOPLE.order if each.removeprefix("-") != sort.removeprefix("-"))] if sort else list(PEOPLE.order)
    found = sorted(records, key=lambda record: record["id"], reverse=order[0].startswith("-"))
    for key in reversed(order):
        found = by(found, key.removeprefix("-"), key.startswith("-"))
    return [record["id"] for record in found]


def by(records: list[dict[str, Any]], name: str, descending: bool) -> list[dict[str, Any]]:
    if name == "code":
        return sorted(records, key=lambda record: -record["id"], reverse=descending)
    readers: dict[str, Callable[[Any], Any]] = {"hours": Decimal, "seen_at": datetime.fromisoformat, "surname": str.encode}
    value = readers.get(name, lambda plain: plain)
    full = [record for record in records if record[name] is not None]
    full.sort(key=lambda record: value(record[name]), reverse=descending)
    return full + [record for record in records if record[name] is None]


def walk(session: Session, statement: Select[Any], sort: str, size: int, way: str, start: str = "") -> Iterator[tuple[list[int], str]]:
    """Pages of ids, following the links of one way to the end, each with the link that led on from it."""
    href: str | None = start or f"/?sort={sort}"
    while href:
        asked = PEOPLE.asked(session, asked_of(href), "/")
        asked = replace(asked, address=replace(asked.address, size=size))
        window = rows.window(session, rows.selection(statement, asked, {}), asked)
        links = around(asked, window)
        yield [row.key for row in window.rows], links["previous"]
        href = links[way]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS, sort=SORTS, size=st.integers(1, 6))
def test_pages_forward_and_back_are_the_whole_order(session: Session, records: list[dict[str, Any]], sort: str, size: int) -> None:
    session.rollback()
    statement, ids = people(records), expected(records, sort)
    pages = list(walk(session, statement, sort, size, "next"))
    assert [each for page, _ in pages for each in page] == ids
    assert all(len(page) == size for page, _ in pages[:-1])
    before = [page for page, _ in walk(session, statement, sort, size, "previous", pages[-1][1])] if pages[-1][1] else []
    assert before[::-1] == [page for page, _ in pages[:-1]]


def test_a_place_whose_rows_have_gone_is_the_first_page(session: Session) -> None:
    many = [person(number) for number in range(60)]
    second = PEOPLE.page(session, people(many), asked_of(PEOPLE.page(session, people(many), {}, path="/").next), path="/")
    gone = PEOPLE.page(session, people(many[:3]), asked_of(second.next), path="/")
    assert (len(gone.lines), gone.previous, gone.total) == (3, "", 3)


def test_rows_that_come_and_go_between_two_pages_neither_repeat_nor_hide_others(session: Session) -> None:
    many = [person(number, surname="x") for number in range(0, 120, 2)]
    first = PEOPLE.page(session, people(many), {"sort": "-code"}, path="/")
    changed = [record for record in many if record["id"] != 10] + [person(11, surname="x")]
    second = PEOPLE.page(session, people(changed), asked_of(first.next), path="/")
    assert [line.cells[-1][0] for line in second.lines] == [str(number) for number in range(50, 100, 2)]


LOOKALIKES = st.dates().map(str) | st.datetimes(timezones=st.none() | st.just(UTC)).map(str) | st.decimals(allow_nan=False).map(str)
JSON = LOOKALIKES | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()), values=st.lists(JSON | st.text(), min_size=3, max_size=3))
@pytest.mark.parametrize("sort", ["", "-activated_on", "hours", "seen_at", "done", "code"])
def test_a_forged_cursor_is_a_first_page_never_an_error(session: Session, sort: str, body: bytes, values: list[Any]) -> None:
    order = PEOPLE.asked(session, {"sort": sort}).order
    forged = json.dumps([",".join(order), *values, *[1] * (len(order) - 2)]).encode()
    for cursor in (body, forged):
        for way in ("after", "before"):
            args = {"sort": sort, way: urlsafe_b64encode(cursor).decode()}
            assert PEOPLE.page(session, people([person(1), person(2)]), args, path="/").total == 2


@pytest.mark.parametrize("cursor", ["", "é", "A", "====", "W10", "x" * 5000, urlsafe_b64encode(b"[" * 2000).decode()])
def test_garbage_is_no_cursor(cursor: str) -> None:
    assert cursors.read(cursor, "surname", [String(), Integer()]) is None


def test_a_cursor_of_another_sort_is_none() -> None:
    cursor = cursors.write("surname", ["Rossi", 3])
    assert cursors.read(cursor, "surname", [String(), Integer()]) == ["Rossi", 3]
    assert cursors.read(cursor, "-surname", [String(), Integer()]) is None


# --- one declaration, four shapes -------------------------------------------------------------------------------------


PAGE = """<!doctype html><html lang="en"><head><title>Cases</title><meta name="viewport" content="width=device-width"></head><body>
{% from "web/listing.html" import listing_section %}<main><h1>Cases</h1>{{ listing_section(listing) }}</main></body></html>"""


@pytest.fixture
def client(session: Session) -> FlaskClient:
    """A small application with one list, of the records in `extensions["records"]`."""
    app = Flask(__name__)
    Babel(app, default_locale="en")
    app.jinja_env.loader = ChoiceLoader([DictLoader({"test.html": PAGE}), FileSystemLoader(TEMPLATES)])
    app.jinja_env.globals["asset_url"] = lambda name: f"/static/{name}"
    app.extensions["records"] = [person(number) for number in range(60)]

    @app.get("/trecate/cases")
    def cases() -> Any:
        return respond(PEOPLE, session, people(app.extensions["records"]), template="test.html", who="Anna Bo")

    @app.errorhandler(BadFilter)
    def bad(error: BadFilter) -> Any:
        return error.errors, error.status

    return app.test_client()


def page_at(client: FlaskClient, href: str) -> str:
    """The HTML, with each stretch of white space as one space."""
    return " ".join(client.get(href).get_data(as_text=True).split())


def read_csv(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_json(client: FlaskClient, query: str) -> tuple[int, list[dict[str, Any]]]:
    """The total, and the items of all pages."""
    items, href = [], f"/trecate/cases?format=json&{query}"
    while True:
        body = client.get(href).get_json()
        items += body["items"]
        if not body["next"]:
            return body["total"], items
        href = f"{body['next']}&format=json"


@pytest.mark.parametrize(
    ("query", "total"), [("", 60), ("state=concluded&sort=-hours&rows=50", 30), ("q=rossi+3&points=1&points=2", 3), ("q=nobody", 0)]
)
def test_counter_list_and_files_agree(client: FlaskClient, query: str, total: int) -> None:
    html = page_at(client, f"/trecate/cases?{query}")
    counted, items = read_json(client, query)
    lines = read_csv(client.get(f"/trecate/cases?format=csv&{query}").data)
    book = load_workbook(io.BytesIO(client.get(f"/trecate/cases?format=xlsx&{query}").data))
    sheet = [list(row) for row in book["Cases"].iter_rows(values_only=True)]
    assert f"{total} result" in html
    assert counted == len(items) == len(lines) - 1 == len(sheet) - 1 == total
    assert lines[0] == sheet[0] == [column.label for column in PEOPLE.columns]
    assert [item["code"] for item in items] == [int(line[-1]) for line in lines[1:]] == [line[-1] for line in sheet[1:]]


def test_a_page_costs_two_statements_whatever_its_size(session: Session) -> None:
    seen: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *parts: seen.append(parts[2]))
    session.connection()
    for size in ("25", "100"):
        seen.clear()
        page = PEOPLE.page(session, people([person(number) for number in range(300)]), {"rows": size}, path="/")
        assert (len(page.lines), page.total, len(seen)) == (int(size), 300, 2)
    seen.clear()
    assert PEOPLE.page(session, people([person(1)]), {}, path="/").total == 1
    assert len(seen) == 1
    assert "OFFSET" not in "".join(seen)


def test_json_is_for_programs(client: FlaskClient) -> None:
    _, items = read_json(client, "sort=code")
    assert items[-1] == {
        "id": 0,
        "surname": "Rossi 0",
        "points": 0,
        "activated_on": "2022-11-01",
        "seen_at": "2023-07-01T08:30:00+00:00",
        "hours": 2.5,
        "done": True,
        "state": "activated",
        "code": 0,
    }


def test_csv_is_for_italian_spreadsheets(client: FlaskClient) -> None:
    answer = client.get("/trecate/cases?format=csv&sort=-code&q=rossi+0&state=activated")
    assert answer.data.startswith(b"\xef\xbb\xbfSurname;Points;")
    assert answer.data.count(b"\r\n") == answer.data.count(b"\n") == 6
    assert read_csv(answer.data)[1] == ["Rossi 0", "0", "01/11/2022", "01/07/2023 10:30", "2,50", "Yes", "Activated", "0"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert re.fullmatch(r"attachment; filename=cases-\d{4}-\d\d-\d\d\.csv", answer.headers["Content-Disposition"])


def test_a_file_has_the_name_of_its_list_in_plain_letters() -> None:
    sheet = sheets.Sheet("Attività e «percorsi»", (), iter(()), ())
    assert re.fullmatch(r"attivita-e-percorsi-\d{4}-\d\d-\d\d\.xlsx", sheet.filename("xlsx"))


def test_xlsx_has_typed_cells_and_says_which_rows_it_holds(client: FlaskClient) -> None:
    answer = client.get("/trecate/cases?format=xlsx&sort=-code&state=activated&activated_to=2022-11-03")
    book = load_workbook(io.BytesIO(answer.data))
    page, notes = book["Cases"], book["Filters"]
    row = [cell.value for cell in page[2]]
    assert row == ["Rossi 0", 0, *map(datetime.fromisoformat, ("2022-11-01", "2023-07-01T10:30")), 2.5, "Yes", "Activated", 0]
    assert (page["C2"].number_format, page.freeze_panes, page.auto_filter.ref) == ("dd/mm/yyyy", "A2", "A1:H3")
    assert page["A1"].font.bold
    facts = [(row[0].value, row[1].value) for row in notes.iter_rows()]
    assert [facts[0], *facts[2:]] == [
        ("List", "Cases"),
        ("Exported by", "Anna Bo"),
        ("Filter", "State: Activated"),
        ("Filter", "Activated: to 03/11/2022"),
        ("Rows", "2"),
    ]


# --- files are safe and flat ------------------------------------------------------------------------------------------

DANGEROUS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


@given(
    text=st.text(max_size=20)
    | st.builds("{}{}{}".format, st.sampled_from(["", " ", "\u00a0", "\ufeff"]), st.sampled_from(DANGEROUS), st.text())
)
def test_no_text_in_a_csv_is_a_formula(text: str) -> None:
    written = sheets.field(text)
    assert written.removeprefix("'") == text or written == text
    assert not written.lstrip(" \u00a0\ufeff").startswith(tuple(DANGEROUS))


@pytest.mark.parametrize(
    ("value", "written"), [(-5, "-5"), (Decimal("-1234.50"), "-1234,50"), (-0.5, "-0,5"), (None, ""), ("+39 0187", "'+39 0187")]
)
def test_numbers_in_a_csv_stay_numbers(value: Any, written: str) -> None:
    assert sheets.field(value) == written


HOSTILE = ["=1+1", "@SUM(A1)", '=HYPERLINK("http://x")', "http://example.org", 'a;b\r\n"c"', "\x01\x1f", "_x0041_", "x" * 40_000, " ", "'"]


def test_a_workbook_keeps_hostile_text_as_text(client: FlaskClient) -> None:
    records = [person(number, surname=word, activated_on="1850-01-01") for number, word in enumerate(HOSTILE)]
    client.application.extensions["records"] = records
    page = load_workbook(io.BytesIO(client.get("/trecate/cases?format=xlsx&sort=-code").data))["Cases"]
    cells = [page.cell(row, 1) for row in range(2, len(HOSTILE) + 2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert [cell.value for cell in cells][:4] == HOSTILE[:4]
    assert [len(cells[7].value), page["C2"].value] == [32_767, "01/01/1850"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_file_takes_no_more_memory_than_a_short_one(session: Session, client: FlaskClient, kind: str) -> None:
    peaks = []
    for length in (1_000, 10_000):
        numbers = func.generate_series(1, length).table_valued(FACTS["id"], name="numbers").render_derived()
        usual = [cast(literal(value), TYPES[name]).label(name) for name, value in person(1).items() if name != "id"]
        statement = select(literal(1)).select_from(select(numbers.c.id, *usual).subquery())
        peaks.append(peak_of(session, client, statement, kind, length))
    # The file waits in memory up to 1 MB; the rows, were they all held, would take some 10 MB.
    assert peaks[1] < peaks[0] + 2_500_000


def peak_of(session: Session, client: FlaskClient, statement: Select[Any], kind: str, length: int) -> int:
    """Bytes allocated at most while the file is made and read."""
    with client.application.test_request_context():
        tracemalloc.start()
        response = attachment(PEOPLE.sheet(session, statement, {"sort": "code"}, who="x"), kind)
        assert sum(len(part) for part in response.response) == response.content_length > length * 10
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        response.close()
    return peak


# --- filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "name", "shown"),
    [
        ("state=lost", "state", "This choice is not in the list"),
        ("state=activated&state=concluded", "state", "Give one value only"),
        ("points=1&points=9", "points", "This choice is not in the list"),
        ("activated_from=31/02/2023", "activated", "“31/02/2023” is not a day"),
        ("activated_from=2023-02-01&activated_to=2023-01-01", "activated", "The first day comes after the last"),
        ("as_of=yesterday", "as_of", "“yesterday” is not a day"),
        ("q=" + "x" * 101, "q", "This text is too long"),
        ("q=%00", "q", "There are signs in it"),
    ],
)
def test_a_wrong_filter_is_said_beside_it_and_lists_nothing(client: FlaskClient, query: str, name: str, shown: str) -> None:
    answer = client.get(f"/trecate/cases?{query}")
    html = " ".join(answer.get_data(as_text=True).split())
    assert answer.status_code == 422
    assert re.search(rf'id="cases-{name}-error".*{shown}', html)
    assert f'aria-describedby="cases-{name}-error"' in html
    assert "<table" not in html
    for kind in ("csv", "xlsx", "json"):
        refused = client.get(f"/trecate/cases?{query}&format={kind}")
        assert (refused.status_code, [*refused.get_json()]) == (422, [name])


def test_what_was_typed_is_not_lost(client: FlaskClient) -> None:
    html = page_at(client, "/trecate/cases?activated_from=31/02/2023&q=bo&state=activated")
    assert re.search(r'type="text" id="cases-activated-from" name="activated_from" value="31/02/2023"', html)
    assert 'name="q" value="bo"' in html
    assert '<option value="activated" selected>' in html


def test_an_unknown_format_is_refused(client: FlaskClient) -> None:
    assert client.get("/trecate/cases?format=pdf").status_code == 422


@pytest.mark.parametrize(
    ("typed", "found"), [("%", ["100%"]), ("_", ["a_b"]), ("/", ["a/b"]), ("\\", ["a\\b"]), ("B A", ["a/b", "a\\b", "a_b"])]
)
def test_wildcards_are_letters(session: Session, typed: str, found: list[str]) -> None:
    names = ["100%", "a_b", "a/b", "a\\b", "xyz"]
    page = PEOPLE.page(session, people([person(n, surname=name) for n, name in enumerate(names)]), {"q": typed}, path="/")
    assert sorted(line.cells[0][0] for line in page.lines) == found


def test_days_are_included_and_may_be_written_either_way(session: Session) -> None:
    args = {"activated_from": "02/11/2022", "activated_to": "2022-11-04"}
    page = PEOPLE.page(session, people([person(number) for number in range(9)]), args, path="/", columns=("code",))
    assert [line.cells for line in page.lines] == [[("1", "")], [("2", "")], [("3", "")]]


def test_the_day_of_which_facts_are_told_is_a_parameter(session: Session) -> None:
    concluded = FACTS["activated_on"] <= bindparam("as_of", type_=Date())
    listing = replace(PEOPLE, order=(), columns=(Column("concluded", "Concluded", concluded, kind="yesno"),), phone=())
    told = lambda args: [line.cells[0][0] for line in listing.page(session, people([person(0), person(9)]), args, path="/").lines]  # noqa: E731
    assert told({"as_of": "2022-11-05"}) == ["Yes", "No"]
    assert told({}) == ["Yes", "Yes"]


def test_chosen_filters_are_pills_that_can_be_removed(session: Session) -> None:
    args: Mapping[str, Any] = {
        "points": ["1", "2"],
        "activated_from": "2022-11-02",
        "activated_to": "2022-11-30",
        "sort": "-code",
        "rows": "50",
    }
    page = PEOPLE.page(session, people([]), args, path="/c")
    assert [pill.text for pill in page.pills] == ["Points: One", "Points: Two", "Activated: 02/11/2022 to 30/11/2022"]
    assert page.pills[0].value == "/c?points=2&activated_from=2022-11-02&activated_to=2022-11-30&sort=-code&rows=50"
    assert page.pills[2].value == "/c?points=1&points=2&sort=-code&rows=50"
    assert page.clear == "/c?sort=-code&rows=50"
    assert page.remember == "points=1&points=2&activated_from=2022-11-02&activated_to=2022-11-30&sort=-code&rows=50"


def test_a_fixed_filter_is_told_and_stays(session: Session, client: FlaskClient) -> None:
    """In the address of every other choice, of the files too."""
    day = AsOf("as_of", "As of", fixed=True)
    asking = replace(PEOPLE, filters=(PEOPLE.filters[1], day))
    args = {"state": "activated", "as_of": "2022-11-05"}
    page = asking.page(session, people([person(n) for n in range(60)]), args, path="/c")
    assert page.fixed == ["As of: 05/11/2022"]
    assert [pill.text for pill in page.pills] == ["State: Activated"]
    assert page.pills[0].value == page.clear == "/c?as_of=2022-11-05"
    assert all("as_of=2022-11-05" in link for link in (page.remember, page.headings[0].href, page.files[0].value, page.sizes[1].value))
    assert ("Filter", "As of: 05/11/2022") in asking.sheet(session, people([]), args, who="A").facts


def test_what_may_not_be_seen_is_neither_selected_nor_sorted_by(session: Session) -> None:
    seen = ("points", "state")
    page = PEOPLE.page(session, people([person(n) for n in range(30)]), {"sort": "surname"}, path="/", columns=seen)
    assert [heading.name for heading in page.headings] == list(seen)
    assert json.loads(urlsafe_b64decode(asked_of(page.next)["after"][0] + "=="))[0] == "-points"


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_table_says_what_it_is(client: FlaskClient) -> None:
    html = page_at(client, "/trecate/cases?sort=-activated_on")
    assert html.count("aria-sort") == 1
    assert re.search(r'aria-sort="descending"><a href="/trecate/cases\?sort=activated_on">Activated', html)
    assert '<caption class="visually-hidden">Cases</caption>' in html
    assert '<th scope="row" role="rowheader"><a href="/trecate/cases/59">Rossi 3</a></th>' in html
    assert '<td role="cell" class="text-end minor" data-label="Points">4</td>' in html
    assert '<td role="cell" class="" data-label="Activated">30/12/2022</td>' in html
    assert '<span class="state state-success">Activated</span>' in html
    assert '<span class="state state-neutral">Concluded</span>' in html
    assert 'data-listing="cases" data-listing-query="sort=-activated_on"' in html
    assert "style=" not in html and "<script" not in html and " on" + "click" not in html


def test_an_empty_list_offers_the_first_action(client: FlaskClient) -> None:
    client.application.extensions["records"] = []
    html = page_at(client, "/trecate/cases")
    assert "Here you will see cases." in html
    assert '<a class="btn btn-primary" href="/trecate/cases/new">Take in a person</a>' in html
    filtered = page_at(client, "/trecate/cases?q=x")
    assert "Nothing matches the filters chosen." in filtered
    assert "Take in a person" not in filtered


def test_links_turn_the_pages_of_the_real_thing(client: FlaskClient) -> None:
    seen, href = [], "/trecate/cases?rows=25&q=rossi"
    while href:
        html = page_at(client, href)
        seen += re.findall(r'href="/trecate/cases/(\d+)"', html)
        href = unescape(next(iter(re.findall(r'rel="next" href="([^"]+)"', html)), ""))
    assert len(seen) == len(set(seen)) == 60
    assert 'rel="prev"' in html


def test_text_is_escaped(client: FlaskClient) -> None:
    client.application.extensions["records"] = [person(1, surname="<b>&'\"", state="<i>")]
    html = page_at(client, '/trecate/cases?q=<b>&sort="><script>')
    assert "&lt;b&gt;" in html and "&lt;i&gt;" in html
    assert "<b>" not in html and "<i>" not in html and "<script" not in html


def test_numbers_and_days_are_written_as_people_read_them() -> None:
    assert [formats.day(date(987, 1, 2)), formats.moment(datetime.fromisoformat("2023-01-02T03:04"))] == ["02/01/0987", "02/01/2023 03:04"]
    assert [formats.word(word) for word in (time(9, 5, 1), 7)] == ["09:05", "7"]
    assert [formats.number(n) for n in (1234567, Decimal("-2231.50"), 0.125, 0)] == ["1.234.567", "-2.231,50", "0,12", "0"]
    assert [formats.number(2231.5, "en"), formats.amount(Decimal("24983")), formats.amount(1.5, "en")] == [
        "2,231.50",
        "€\xa024.983,00",
        "€\xa01.50",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"order": ("nothing",)},
        {"phone": ("nothing",)},
        {"filters": (Text("rows", "Rows"),)},
        {"filters": (Text("q", "Search"), Text("q", "Again"))},
        {"columns": (PEOPLE.columns[0], PEOPLE.columns[0])},
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="list 'cases'"):
        replace(PEOPLE, **wrong)


@pytest.mark.parametrize("name", ["key", "_x", "two words"])
def test_a_column_needs_a_name_that_can_be_one(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a column"):
        Column(name, "X", FACTS["id"])
