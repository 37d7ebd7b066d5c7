"""Words without a blank, as names of files are: they are broken, and no page scrolls sideways for them; codes stay whole.

Of names and headings no word is broken in two: lists of many columns have room for long ones, amounts beside them.
"""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from flask_babel import force_locale
from playwright.sync_api import Browser

from consortium.documents.services import Received, keep_document
from consortium.storage.door import store
from tenants.database import db
from tests.browser.eyes import DESK, PHONE, wider_than_the_screen
from tests.browser.people import People
from tests.factories import Founded, found
from tests.states import AssignmentFactory, CaseFactory, PathwayFactory, PersonFactory, UnitCostFactory

FILE = "Attestato_corso_formazione_generale_lavoratori_2026"
SURNAMES = ("Wołodymyrowicz-Krasnohorśkyj", "Abdelrahmanova")
# 1280, less the bar of a page that scrolls; the smallest screens of desks' portable computers have 1366.
SCREENS = (1265, 1280, 1366)
_CUT = "(links) => links.filter((each) => each.scrollWidth > each.clientWidth + 1).length"
# On how many lines the words of a link stand.
_LINES = """(each) => { const range = document.createRange(); range.selectNodeContents(each)
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size }"""


@pytest.fixture(scope="module")
def filed(app: Flask) -> Founded:
    """A consortium that keeps two documents, called like files."""
    founded = found(app)
    with founded.scope(), force_locale("it"):
        case = CaseFactory(at=founded)
        for title in (FILE, "x" * 200):
            received = Received(BytesIO(b"%PDF-1.7\n%%EOF\n"), f"{title[:190]}.pdf")
            keep_document(store=store(), case_id=case.id, kind="identita", title=title, received=received, by=case.case_manager_id)
        db.session.commit()
    return founded


@pytest.mark.parametrize("width", [DESK, PHONE], ids=["desk", "phone"])
def test_a_word_that_never_ends_widens_no_page(browser: Browser, people: People, filed: Founded, width: dict[str, int]) -> None:
    context = people.context(browser, filed, "case_manager", width=width["width"])
    page = context.new_page()
    page.goto(f"/{filed.slug}/documents")
    documents = page.locator("table.listing tbody th a").evaluate_all("each => each.map((link) => link.getAttribute('href'))")
    page.goto(f"/{filed.slug}/cases")
    assert page.locator("table.listing tbody th a").first.evaluate(_LINES) == 1
    case = page.locator("table.listing tbody th a").first.get_attribute("href")
    for address in (f"/{filed.slug}/documents", f"{case}/documents", *documents, *(f"{each}/edit" for each in documents)):
        page.goto(address)
        assert wider_than_the_screen(page) == [], address
        assert page.locator("main td a, main th a").evaluate_all(_CUT) == 0, address
    context.close()


@pytest.fixture(scope="module")
def priced(app: Flask) -> Founded:
    """A consortium whose hours are worth much, and people whose surnames are long."""
    founded = found(app)
    with founded.scope(), force_locale("it"):
        UnitCostFactory(amount=Decimal("1037.95"), valid_from=date(2023, 1, 1), valid_to=date(2023, 12, 31))
        for surname in SURNAMES:
            case = CaseFactory(at=founded, person=PersonFactory(surname=surname, first_name="Massimiliano"))
            taken = AssignmentFactory(at=founded, case=case, taken_in_charge=True)
            PathwayFactory(at=founded, assignment=taken, concluded=True, sessions=3)
        db.session.commit()
    return founded


def test_lists_of_many_columns_fit_a_small_screen(browser: Browser, people: People, priced: Founded) -> None:
    context = people.context(browser, priced, "administrator")
    page = context.new_page()
    for name in ("figures/hours?from=2023-01-01&to=2023-12-31&as_of=2023-12-31", "members", "staff", "cases?all=1", "sessions", "pathways"):
        page.goto(f"/{priced.slug}/{name}")
        for width in SCREENS:
            page.set_viewport_size({"width": width, "height": 900})
            assert wider_than_the_screen(page) == [], (name, width)
    codes = page.locator("table.listing tbody th a")
    assert codes.evaluate_all(f"(each) => each.map({_LINES})") == [1] * len(SURNAMES)
    context.close()
