"""The three things a case manager does all day, by keyboard alone, and how much each asks of the hand.

`Hand` is a keyboard that counts. A *stroke* is a key that leads somewhere (Tab, arrows, Enter, a shortcut, the space that ticks a box);
letters of names, days and codes are what has to be said anyway, and are counted apart. A *confirmation* is an Enter or a space: with a
mouse it would be a click.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from codicefiscale import codicefiscale
from flask import Flask
from flask_babel import force_locale
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from consortium.cases.models import Assignment, Person
from consortium.pathways.models import Pathway, Session
from consortium.web.listing.formats import today
from tenants.database import db
from tests.browser.people import People
from tests.factories import Founded, found
from tests.states import PathwayFactory, PersonFactory

CONFIRMING = ("Enter", "Space")


@dataclass
class Hand:
    """A keyboard that counts."""

    page: Page
    strokes: int = 0
    confirmations: int = 0
    letters: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1
            self.confirmations += key in CONFIRMING

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.letters += len(text)

    def tab_to(self, name: str) -> None:
        """Tab until the control of that label (or a button, or a link) has the focus."""
        for _ in range(60):
            if name in self._focused():
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {name!r}; last at {self._focused()!r}")

    def _focused(self) -> str:
        words = "(each) => each === document.body ? '' : (each.labels?.[0]?.innerText ?? each.innerText ?? '') + ' ' + (each.name ?? '')"
        return str(self.page.evaluate(f"() => ({words})(document.activeElement)"))

    def told(self) -> str:
        return f"{self.confirmations} confirmations, {self.strokes} strokes, {self.letters} letters"


@pytest.fixture
def served(app: Flask) -> Founded:
    """A consortium in which one person has an ongoing pathway."""
    founded = found(app)
    with founded.scope(), force_locale("it"):
        PersonFactory.reset_sequence(0)
        PathwayFactory(at=founded, ongoing=True, sessions=1, assignment__case__person__surname="Zanetti")
        db.session.commit()
    return founded


@pytest.fixture
def page(browser: Browser, people: People, served: Founded) -> Iterator[Page]:
    """A case manager's browser, on the page of the day."""
    context = people.context(browser, served, "case_manager")
    opened = context.new_page()
    opened.goto(f"/{served.slug}/today")
    yield opened
    context.close()


def search(hand: Hand, text: str) -> None:
    """The one box, by its shortcut; the results are awaited, as the eye would."""
    hand.press("/")
    hand.type(text)
    expect(hand.page.locator("#search-listbox")).to_be_visible()


def arrive(page: Page, address: str) -> None:
    page.wait_for_url(re.compile(address))


def begin(page: Page, address: str) -> None:
    """Arrive at a page that opens with its focus set, and wait for it, as the hand would."""
    arrive(page, address)
    expect(page.locator("[autofocus]").first).to_be_focused()


def test_take_in_a_new_person(page: Page, served: Founded, record_property: Callable[[str, object], None]) -> None:
    """From the day: search, nobody is found, the form with the name already there, the code fills the rest, saved."""
    hand = Hand(page)
    code = str(codicefiscale.encode("Quaglia", "Nives", "F", "19/10/1979", "Trecate"))
    search(hand, "Quaglia Nives")
    hand.press("ArrowDown", "Enter")
    begin(page, "/cases/new$")
    hand.type(code)
    hand.press("Tab")
    expect(page.get_by_label("Luogo di nascita")).to_have_value("Trecate")
    hand.tab_to("residence")
    hand.type("Trecate")
    hand.press("Enter")
    arrive(page, r"/cases/[0-9a-f-]{36}$")
    expect(page.get_by_role("heading", level=1)).to_have_text("Quaglia Nives")
    with served.scope():
        person = db.session.execute(select(Person).where(Person.codice_fiscale == code)).scalar_one()
        assert (person.sex, person.residence) == ("F", "Trecate")
        assert db.session.execute(select(Assignment.taken_in_charge_on).order_by(Assignment.id.desc())).scalars().first() == today()
    record_property("flow", hand.told())
    print("take in a new person:", hand.told())
    assert hand.confirmations <= 2
    assert hand.strokes <= 7


def test_record_a_session_for_a_person_found_by_search(page: Page, served: Founded, record_property: Callable[[str, object], None]) -> None:
    """The person, their next step, the form as most sessions are: recorded in three clicks."""
    hand = Hand(page)
    search(hand, "zanet")
    hand.press("ArrowDown", "Enter")
    begin(page, r"/cases/[0-9a-f-]{36}$")
    hand.press("Enter")
    begin(page, "/sessions/new$")
    hand.press("Enter")
    arrive(page, r"/pathways/[0-9a-f-]{36}$")
    with served.scope():
        assert db.session.execute(select(Session.on_date).order_by(Session.id.desc())).scalars().first() == today()
    record_property("flow", hand.told())
    print("record a session:", hand.told())
    assert hand.confirmations <= 3
    assert hand.strokes <= 5


def test_conclude_with_outcome_and_print_the_pack(page: Page, served: Founded, record_property: Callable[[str, object], None]) -> None:
    """The person, their pathway, its end and its outcome, and what they take home as a PDF."""
    hand = Hand(page)
    search(hand, "zanet")
    hand.press("ArrowDown", "Enter")
    begin(page, r"/cases/[0-9a-f-]{36}$")
    hand.press("Shift+Tab", "Enter")
    begin(page, "/conclude$")
    hand.press("Space", "Enter")
    arrive(page, r"/cases/[0-9a-f-]{36}#concluded$")
    hand.tab_to("Italiano")
    with page.expect_response(re.compile(r"/pack\?language=it$")) as pack:
        hand.press("Enter")
    assert (pack.value.status, pack.value.headers["content-type"]) == (200, "application/pdf")
    with served.scope():
        ended = db.session.execute(select(Pathway.state, Pathway.outcome, Pathway.ended_on)).one()
        assert tuple(ended) == ("concluded", "completed", today())
    record_property("flow", hand.told())
    print("conclude and print the pack:", hand.told())
    assert hand.confirmations <= 5
    assert hand.strokes <= 9
