"""Pages of one thing as they are printed: what is there to read, once, and nothing to write in."""

import pytest
from flask import Flask
from flask_babel import force_locale
from playwright.sync_api import Browser, Page

from consortium.web.listing.formats import today
from tenants.database import db
from tests.browser.people import People
from tests.factories import Founded, found
from tests.pathways.paper import pages, text
from tests.states import NoticeFactory, PathwayFactory

_WRITABLE = """() => [...document.querySelectorAll('main input:not([type=hidden]), main textarea, main select')]
    .filter((each) => each.checkVisibility()).map((each) => each.name)"""


@pytest.fixture(scope="module")
def worked(app: Flask) -> Founded:
    """A consortium with a pathway of sixty sessions."""
    founded = found(app)
    with founded.scope(), force_locale("it"):
        PathwayFactory(at=founded, ongoing=True, sessions=60)
        db.session.commit()
    return founded


@pytest.fixture
def page(browser: Browser, people: People, worked: Founded) -> Page:
    return people.context(browser, worked, "case_manager").new_page()


def opened(page: Page, slug: str) -> Page:
    """The page of the pathway."""
    page.goto(f"/{slug}/pathways")
    address = page.locator("table.listing tbody th a").first.get_attribute("href")
    assert address
    page.goto(address)
    return page


def case_of(page: Page, slug: str) -> str:
    address = opened(page, slug).locator(".lead a").get_attribute("href")
    assert address
    return address


def test_what_is_folded_stays_out_and_what_was_opened_is_printed(page: Page, worked: Founded) -> None:
    folded = opened(page, worked.slug).pdf(prefer_css_page_size=True)
    assert "Storia delle modifiche" not in text(folded)
    page.click("details.panel > summary")
    unfolded = page.pdf(prefer_css_page_size=True)
    assert "Storia delle modifiche" in text(unfolded)
    assert pages(unfolded) > pages(folded)


def test_totals_stand_once_where_the_table_ends(page: Page, worked: Founded) -> None:
    made = opened(page, worked.slug).pdf(prefer_css_page_size=True)
    assert pages(made) > 1
    assert text(made).count("60 colloqui") == 1


def test_every_page_says_whose_it_is_and_of_when(page: Page, worked: Founded) -> None:
    made = opened(page, worked.slug).pdf(prefer_css_page_size=True)
    assert text(made).count(f"Consorzio {worked.slug}") == pages(made) > 1
    assert text(made).count(f"{today():%d/%m/%Y}") >= pages(made)


@pytest.mark.parametrize("tab", ["", "/notes", "/tasks"])
def test_nothing_to_write_in_is_printed_with_a_case(page: Page, worked: Founded, tab: str) -> None:
    page.goto(f"{case_of(page, worked.slug)}{tab}")
    assert page.evaluate(_WRITABLE)
    printed = text(page.pdf(prefer_css_page_size=True))
    assert "Fascicolo" in printed
    for words in ("Nuovo compito", "Nuova nota", "Tieni in alto", "Vedi tutti", "stampala nella lingua della persona"):
        assert words not in printed, words
    page.emulate_media(media="print")
    assert page.evaluate(_WRITABLE) == []


def test_a_timesheet_is_printed_without_its_month_to_choose(page: Page, worked: Founded) -> None:
    page.goto(f"/{worked.slug}/timesheet?month=2023-04")
    page.emulate_media(media="print")
    assert page.evaluate(_WRITABLE) == []
    assert "Orientamento specialistico" in text(page.pdf(prefer_css_page_size=True))


def test_an_empty_tab_says_on_paper_that_there_is_nothing(page: Page, worked: Founded) -> None:
    page.goto(f"{case_of(page, worked.slug)}/notes")
    printed = text(page.pdf(prefer_css_page_size=True))
    assert "Ancora nessuna nota" in printed
    assert "scrivi la prima" not in printed


def test_a_page_that_is_a_form_is_printed_as_it_was_filled_in(page: Page, worked: Founded) -> None:
    page.goto(f"{case_of(page, worked.slug)}/hand-over")
    page.emulate_media(media="print")
    assert page.evaluate(_WRITABLE)


def test_the_privacy_notice_is_printed_to_be_signed(page: Page, worked: Founded) -> None:
    with worked.scope():
        notice_id = NoticeFactory(title="Come usiamo i suoi dati").id
        db.session.commit()
    page.goto(f"/{worked.slug}/notices/{notice_id}")
    assert not page.locator(".signing").is_visible()
    printed = text(page.pdf(prefer_css_page_size=True))
    for words in (f"Consorzio {worked.slug}", "Come usiamo i suoi dati", "Perché li tratta.", "Data", "Firma per presa visione"):
        assert words in printed, words
    assert "Persone che ne hanno preso visione" not in printed


def test_a_chart_is_printed_with_its_table(page: Page, worked: Founded) -> None:
    page.goto(f"/{worked.slug}/figures?from=2023-01-01&to=2023-12-31")
    assert not page.locator(".chart table").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".chart table").is_visible()
