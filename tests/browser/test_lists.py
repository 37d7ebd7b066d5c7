"""Lists as one works in them: back to where one was, and nothing moves under the pointer."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import People
from tests.factories import Founded


@pytest.fixture(params=[1280, 390])
def page(browser: Browser, people: People, furnished: Founded, request: pytest.FixtureRequest) -> Page:
    page = people.context(browser, furnished, "administrator", width=request.param).new_page()
    page.goto(f"/{furnished.slug}/cases?all=1")
    return page


def test_back_from_the_results_the_filters_say_what_is_listed(page: Page) -> None:
    state = page.locator('.filters [name="state"]')
    if not state.is_visible():
        page.get_by_text("Filtri e ordine").click()
    state.select_option("returned")
    page.get_by_role("button", name="Mostra").click()
    page.wait_for_url("**state=returned**")
    page.go_back()
    page.wait_for_url("**/cases?all=1")
    expect(page.locator('.filters [name="state"]')).to_have_value("")


def test_nothing_moves_when_a_row_is_chosen(page: Page) -> None:
    places = "[...document.querySelectorAll('[data-choose], .it-footer')].map((each) => each.getBoundingClientRect().top)"
    bulk, before = page.locator("[data-bulk]"), page.evaluate(places)
    expect(bulk).not_to_be_visible()
    page.locator("[data-choose]").first.check()
    expect(bulk).to_be_in_viewport()
    assert page.evaluate(places) == before
    box = bulk.bounding_box()
    assert box
    assert box["height"] < 150
