"""Figures: the published ones, what they must never do, and the lists behind them."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import insert, select

from consortium.cases.models import Assignment, Case, Person
from consortium.pathways.models import Measure, Pathway, Session
from consortium.reporting.schemas import COUNTS, SMALLEST, DeskFigures, Figures, Window, masked
from tenants.database import db
from tenants.models import new_id
from tests.factories import Founded, found

YEAR = "from=2022-11-01&to=2023-10-31&as_of=2023-10-31"
PUBLISHED = {"assigned": 256, "activated": 534, "concluded": 207, "ongoing": 327}
INDICATORS = ("assigned", "taken_in_charge", "activated", "concluded", "ongoing", "placements", "hours")


def ask(browser: FlaskClient, slug: str, query: str = YEAR) -> dict[str, Any]:
    answer = browser.get(f"/api/v1/{slug}/figures?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


@pytest.fixture
def administrator(demo_year: Flask) -> FlaskClient:
    return Founded.browser(demo_year, "admin@trecate.example")


def test_the_published_figures_of_trecate(administrator: FlaskClient) -> None:
    figures = ask(administrator, "trecate")
    assert {name: figures[name] for name in PUBLISHED} == PUBLISHED
    assert figures["taken_in_charge"] == 240
    assert figures["hours"] == 1100
    assert figures["window"] == {"from": "2022-11-01", "to": "2023-10-31"}
    assert figures["as_of"] == "2023-10-31"
    assert [row["desk"] for row in figures["by_desk"]] == ["Cerano", "Romentino", "Trecate", "Vespolate"]


def test_rows_sum_to_the_totals(administrator: FlaskClient) -> None:
    figures = ask(administrator, "trecate", "from=2022-12-01&to=2023-07-15&as_of=2023-08-20")
    for name in ("assigned", "taken_in_charge", "activated", "concluded", "ongoing", "hours"):
        assert sum(row[name] for row in figures["by_desk"]) == figures[name]


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("desk", ["", "cerano"])
def test_each_figure_opens_as_many_records(administrator: FlaskClient, indicator: str, desk: str) -> None:
    window = "from=2022-12-01&to=2023-07-15&as_of=2023-08-20"
    figures = ask(administrator, "trecate", window)
    figure = next((row for row in figures["by_desk"] if row["desk"].lower() == desk), figures).get(indicator)
    found = administrator.get(f"/trecate/figures/{indicator}?{window}&desk={desk}&format=json").json
    page = administrator.get(f"/trecate/figures/{indicator}?{window}&desk={desk}")
    assert page.status_code == 200
    if indicator == "hours":
        sheet = administrator.get(f"/trecate/figures/hours?{window}&desk={desk}&format=csv").data.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(sheet), delimiter=";"))
        assert sum(Decimal(row["Ore"].replace(",", ".")) for row in rows) == Decimal(str(figure))
    elif figure is not None:
        assert found["total"] == figure


def test_the_page_shows_the_same_numbers(administrator: FlaskClient) -> None:
    text = administrator.get(f"/trecate/figures?{YEAR}").text
    assert all(f">{value}<" in text for value in PUBLISHED.values())


def test_it_opens_on_the_last_twelve_months_with_facts(administrator: FlaskClient) -> None:
    assert ">534<" in administrator.get("/trecate/figures").text


def test_the_files_say_what_the_page_says(administrator: FlaskClient) -> None:
    sheet = administrator.get(f"/trecate/figures?{YEAR}&format=csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet), delimiter=";"))
    assert rows[-1] == ["Totale", "256", "240", "534", "207", "327", "1100,00"]
    book = load_workbook(io.BytesIO(administrator.get(f"/trecate/figures?{YEAR}&format=xlsx").data))
    assert [cell.value for cell in list(book.worksheets[0].rows)[-1]] == ["Totale", 256, 240, 534, 207, 327, 1100]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2023-01-01&to=2022-01-01", "to"),
        ("from=2023-01-01&to=2023-02-01&as_of=2022-12-31", "as_of"),
        ("from=ieri&to=2023-02-01", "from"),
        ("to=2023-02-01", "from"),
    ],
)
def test_a_wrong_window_says_which_part(administrator: FlaskClient, query: str, field: str) -> None:
    page = administrator.get(f"/trecate/figures?{query}")
    assert page.status_code == 422
    assert f'href="#field-{field}"' in page.text
    told = administrator.get(f"/api/v1/trecate/figures?{query}")
    assert told.status_code == 422
    # In words, and in whole ones: a lazy text is taken for a list of its letters.
    assert all(len(message.split()) > 2 and message in unescape(page.text) for message in told.json["errors"]["query"][field])


def test_an_empty_consortium_counts_nothing(trecate: Founded) -> None:
    figures = ask(trecate.as_("admin"), trecate.slug)
    assert {figures[name] for name in PUBLISHED} == {0}
    assert [row["desk"] for row in figures["by_desk"]] == ["Cerano", "Trecate"]


def test_a_case_manager_opens_the_lists_of_the_desks_served_only(demo_year: Flask) -> None:
    browser = Founded.browser(demo_year, "cm1.cerano@trecate.example")
    assert ask(browser, "trecate")["activated"] == 534
    assert browser.get(f"/trecate/figures/activated?{YEAR}&desk=cerano").status_code == 200
    assert browser.get(f"/trecate/figures/activated?{YEAR}&desk=trecate").status_code == 403
    assert browser.get(f"/trecate/figures/activated?{YEAR}").status_code == 403
    text = browser.get(f"/trecate/figures?{YEAR}").text
    assert "desk=cerano" in text
    assert "desk=trecate" not in text


NOTHING_THEN = "from=1990-01-01&to=1990-12-31&as_of=1990-12-31"


@pytest.mark.parametrize("window", [YEAR, NOTHING_THEN])
@pytest.mark.parametrize("who", ["admin", "cm1.cerano"])
def test_no_link_of_the_list_behind_a_figure_leads_to_an_error(demo_year: Flask, window: str, who: str) -> None:
    assert links_to_errors(Founded.browser(demo_year, f"{who}@trecate.example"), "trecate", f"{window}&desk=cerano") == {}


@pytest.mark.parametrize("desk", ["", "&desk=cerano"])
def test_no_link_does_where_a_coordinator_finds_nothing(trecate: Founded, desk: str) -> None:
    assert links_to_errors(trecate.as_("coordinator"), trecate.slug, f"{YEAR}{desk}") == {}


def links_to_errors(browser: FlaskClient, slug: str, query: str) -> dict[str, int]:
    """The links among figures, of the lists of each kind, that do not open."""
    pages = [browser.get(f"/{slug}/figures/{indicator}?{query}") for indicator in ("assigned", "activated", "hours")]
    assert {page.status_code for page in pages} == {200}
    links = {unescape(link) for page in pages for link in re.findall(rf'href="(/{slug}/figures[^"]*)"', page.text) if "lang=" not in link}
    return {link: status for link in links if (status := browser.get(link).status_code) != 200}


def test_the_list_behind_a_figure_keeps_its_days_and_lets_the_desk_go(administrator: FlaskClient) -> None:
    page = administrator.get(f"/trecate/figures/assigned?{YEAR}&desk=cerano").text
    assert "Dal: 01/11/2022 · Fino al: 31/10/2023 · Alla data del: 31/10/2023" in page
    removing = re.findall(r'class="pill"\s+href="([^"]*)"', page)
    assert [unescape(link) for link in removing] == [f"/trecate/figures/assigned?{YEAR}"]


def test_who_sees_one_desk_is_told_which_and_cannot_leave_it(demo_year: Flask) -> None:
    page = Founded.browser(demo_year, "cm1.cerano@trecate.example").get(f"/trecate/figures/assigned?{YEAR}&desk=cerano").text
    assert "Alla data del: 31/10/2023 · Sportello: Cerano" in page
    assert 'class="pill"' not in page
    assert '<option value="">Tutti</option>' not in page


@pytest.mark.parametrize("window", ["", "from=2022-11-01&to=2023-10-31&as_of=", "from=2023-10-31&to=2022-11-01&as_of=2023-10-31"])
def test_without_its_days_a_list_leads_to_the_page_that_asks_for_them(administrator: FlaskClient, window: str) -> None:
    answer = administrator.get(f"/trecate/figures/assigned?{window}")
    assert answer.status_code == 302
    shown = administrator.get(answer.location)
    assert shown.status_code == (422 if window.startswith("from=2023") else 200)


FIRST = date(2024, 1, 1)
DAYS = st.integers(0, 60).map(lambda number: FIRST + timedelta(days=number))
FACTS = st.lists(
    st.fixed_dictionaries(
        {
            "desk": st.sampled_from(["trecate", "cerano"]),
            "activated": DAYS,
            "lasts": st.none() | st.integers(0, 40),
            "outcome": st.sampled_from(["completed", "placed", "moved"]),
            "intake": st.none() | st.integers(0, 20),
            "session": st.integers(0, 30),
        }
    ),
    max_size=12,
)
WINDOWS = st.tuples(DAYS, st.integers(0, 60), st.integers(0, 90)).map(
    lambda drawn: Window(drawn[0], drawn[0] + timedelta(days=drawn[1]), drawn[0] + timedelta(days=drawn[2]))
)


def record(founded: Founded, facts: list[dict[str, Any]], offset: int = 0) -> None:
    """Each fact: a person assigned and, on the day of activation, a pathway with one session of an hour."""
    with founded.scope():
        measure = db.session.scalars(select(Measure.id)).first()
        rows = [row for number, fact in enumerate(facts, offset) for row in _rows(founded, fact, number, measure)]
        for model in (Person, Case, Assignment, Pathway, Session):
            values = [row for kind, row in rows if kind is model]
            if values:
                db.session.execute(insert(model), values)
        db.session.commit()


def _rows(founded: Founded, fact: dict[str, Any], number: int, measure: Any) -> Iterator[tuple[type, dict[str, Any]]]:
    person, case, pathway, desk = new_id(), new_id(), new_id(), founded.desks[fact["desk"]]
    manager = founded.staff[founded.email(f"cm1.{fact['desk']}")]
    names = {"surname": f"Rossi {number}", "first_name": "Ada", "sex": "F", "born_on": date(1990, 1, 1)}
    yield Person, {"id": person, **names, "birthplace": "Trecate", "citizenship": "Italia", "residence": "Trecate"}
    yield Case, {"id": case, "number": f"{number}", "person_id": person, "desk_id": desk, "opened_on": fact["activated"]}
    intake = None if fact["intake"] is None else fact["activated"] + timedelta(days=fact["intake"])
    sent = {"source": "job_centre", "job_centre": "CPI", "state": "taken_in_charge" if intake else "assigned"}
    yield (
        Assignment,
        {"id": new_id(), "case_id": case, "desk_id": desk, "assigned_on": fact["activated"], "taken_in_charge_on": intake, **sent},
    )
    ended = None if fact["lasts"] is None else fact["activated"] + timedelta(days=fact["lasts"])
    state = {"state": "concluded", "ended_on": ended, "outcome": fact["outcome"]} if ended else {"state": "activated"}
    whose = {"case_id": case, "desk_id": desk, "case_manager_id": manager, "measure_id": measure}
    yield (
        Pathway,
        {"id": pathway, "code": f"P-{number}", "activated_on": fact["activated"], "ended_on": None, "outcome": None, **whose, **state},
    )
    starts = time(8 + number // 60, number % 60)
    held = {"on_date": fact["activated"] + timedelta(days=fact["session"]), "starts": starts, "ends": time(starts.hour + 1, starts.minute)}
    told = {"service": "Orientamento specialistico", "mode": "in_person", "operator_id": manager}
    yield Session, {"id": new_id(), "pathway_id": pathway, "case_id": case, **held, **told}


def expected(facts: list[dict[str, Any]], window: Window) -> dict[str, int]:
    """The definitions of DOMAIN.md, said again in another way."""
    known = [fact for fact in facts if window.since <= fact["activated"] <= min(window.until, window.as_of)]

    def by_then(fact: dict[str, Any], after: str) -> bool:
        return fact[after] is not None and fact["activated"] + timedelta(days=fact[after]) <= window.as_of

    ended = [fact for fact in known if by_then(fact, "lasts")]
    return {
        "assigned": len(known),
        "taken_in_charge": sum(by_then(fact, "intake") for fact in known),
        "activated": len(known),
        "concluded": len(ended),
        "ongoing": len(known) - len(ended),
        "placements": sum(fact["outcome"] == "placed" for fact in ended),
        "hours": sum(by_then(fact, "session") for fact in known),
    }


def spaced(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One session an operator at a time: sessions of an hour, so facts of one desk keep to one a day."""
    taken: set[tuple[str, date]] = set()
    kept = []
    for fact in facts:
        place = (fact["desk"], fact["activated"] + timedelta(days=fact["session"]))
        if place not in taken:
            taken.add(place)
            kept.append(fact)
    return kept


def figures_of(browser: FlaskClient, slug: str, window: Window) -> dict[str, Any]:
    found = ask(browser, slug, "&".join(f"{name}={day}" for name, day in window.parameters().items()))
    return {name: found[name] for name in INDICATORS}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(facts=FACTS.map(spaced), windows=st.lists(WINDOWS, min_size=1, max_size=4))
def test_figures_are_what_the_definitions_say(app: Flask, facts: list[dict[str, Any]], windows: list[Window]) -> None:

    founded = found(app)
    record(founded, facts)
    browser = founded.as_("admin")
    for window in windows:
        assert figures_of(browser, founded.slug, window) == expected(facts, window)


def test_facts_recorded_later_about_later_days_change_no_old_answer(trecate: Founded) -> None:
    fact = {"desk": "trecate", "activated": FIRST, "lasts": None, "outcome": "completed", "intake": 3, "session": 1}
    record(trecate, [fact])
    browser, window = trecate.as_("admin"), Window(FIRST, FIRST + timedelta(days=30), FIRST + timedelta(days=30))
    before = figures_of(browser, trecate.slug, window)
    record(trecate, [{**fact, "activated": FIRST + timedelta(days=31)}], offset=1)
    with trecate.scope():
        pathway = db.session.scalars(select(Pathway).where(Pathway.code == "P-0")).one()
        pathway.state, pathway.ended_on, pathway.outcome = "concluded", FIRST + timedelta(days=40), "placed"
        db.session.commit()
    assert figures_of(browser, trecate.slug, window) == before
    later = Window(window.since, window.until, FIRST + timedelta(days=40))
    assert figures_of(browser, trecate.slug, later)["placements"] == 1


def test_a_reader_sees_small_figures_masked_and_no_list(trecate: Founded) -> None:
    fact = {"desk": "trecate", "activated": FIRST, "lasts": None, "outcome": "completed", "intake": 3, "session": 1}
    record(trecate, [fact])
    window = f"from={FIRST}&to={FIRST}&as_of={FIRST}"
    found = ask(trecate.as_("reader"), trecate.slug, window)
    assert found["activated"] is None
    page = trecate.as_("reader").get(f"/{trecate.slug}/figures?{window}")
    assert page.status_code == 200
    for address in ("measures", "codes"):
        assert f'href="/{trecate.slug}/{address}"' in page.text, "what the reader may read"
    assert trecate.as_("reader").get(f"/{trecate.slug}/figures/activated?{window}").status_code == 403


WITHHELD = "I numeri da 1 a 4, e quelli da cui si ricaverebbero, non sono mostrati."


def test_every_masked_figure_is_said_to_be_masked_and_none_to_be_small(trecate: Founded) -> None:
    """Six under way and one concluded: of the six, hidden with the one, nobody is told that they are few."""
    fact = {"desk": "trecate", "activated": FIRST, "lasts": None, "outcome": "completed", "intake": 3}
    record(trecate, [{**fact, "session": day, "lasts": None if day else 0} for day in range(7)])
    address = f"/{trecate.slug}/figures?from={FIRST}&to={FIRST}&as_of={FIRST}"
    reader, administrator = trecate.as_("reader"), trecate.as_("admin")
    page = reader.get(address).text
    assert page.count(WITHHELD) == 1
    assert "meno di" not in page
    assert page.count('<span class="stat-value">non mostrato</span>') == 2, "concluded and under way"
    (total,) = (line for line in reader.get(f"{address}&format=csv").text.splitlines() if line.startswith("Totale"))
    assert total.split(";")[4:6] == ["non mostrato"] * 2
    assert WITHHELD in told(reader, f"{address}&format=xlsx")
    assert WITHHELD not in administrator.get(address).text
    assert WITHHELD not in told(administrator, f"{address}&format=xlsx")


def told(browser: FlaskClient, address: str) -> list[Any]:
    """What the second sheet of a file says of the first."""
    return [row[1].value for row in load_workbook(io.BytesIO(browser.get(address).data)).worksheets[1].rows]


COUNT = st.integers(0, 12)


@given(st.lists(st.tuples(COUNT, COUNT, COUNT, COUNT, COUNT), min_size=1, max_size=5))
def test_what_is_masked_cannot_be_worked_out(rows: list[tuple[int, int, int, int, int]]) -> None:
    desks = tuple(
        DeskFigures(new_id(), f"d{n}", f"D{n}", assigned, taken, concluded + ongoing, concluded, ongoing, placed, Decimal(1))
        for n, (assigned, taken, concluded, ongoing, placed) in enumerate(rows)
    )
    totals = {name: sum(getattr(desk, name) for desk in desks) for name in COUNTS}
    hidden = masked(Figures(Window(FIRST, FIRST, FIRST), desks, **totals, hours=Decimal(len(desks))))
    table = [*hidden.by_desk, hidden]
    assert all(value is None or value == 0 or value >= SMALLEST for row in table for value in (getattr(row, name) for name in COUNTS))
    for terms in [[getattr(row, name) for row in table] for name in COUNTS] + [
        [row.activated, row.concluded, row.ongoing] for row in table
    ]:
        assert terms.count(None) != 1
