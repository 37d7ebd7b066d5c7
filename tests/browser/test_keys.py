"""Menus by keyboard, and forms that come back with what has to be corrected."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, ElementHandle, Page, TimeoutError

from tests.browser.eyes import PHONE, Eyes, Listener
from tests.browser.people import People
from tests.factories import Founded, found
from tests.house.atlas import all_well
from tests.house.furniture import furnish

TOGGLES = "[data-bs-toggle][aria-expanded], [data-bs-toggle='navbarcollapsible']"
_TOGGLE = re.compile(r"(?:id|aria-controls)=\"([^\"]+)\"(?=[^>]*data-bs-toggle)")
_FORM = re.compile(r"<form class=\"form[^>]*method=\"post\"[^>]*>.*?</form>", re.DOTALL)
# Empties the page's own form and sends it past the browser's own checks, as a browser without them would.
_SEND = """(form) => { form.noValidate = true
  form.querySelectorAll('input, textarea, select').forEach((each) => {
    if (!['hidden', 'checkbox', 'radio', 'submit'].includes(each.type)) each.value = '' })
  form.requestSubmit() }"""


@pytest.fixture(scope="module")
def written(app: Flask) -> Founded:
    """A consortium whose forms are sent."""
    return furnish(found(app))


@pytest.mark.parametrize("width", [1280, 390])
def test_every_menu_opens_with_enter_and_closes_with_escape(browser: Browser, people: People, furnished: Founded, width: int) -> None:
    """Each menu once, wherever it stands; the focus goes back to where it was."""
    page = people.context(browser, furnished, "administrator", width=width).new_page()
    met: set[str] = set()
    wrong: dict[str, str] = {}
    for address in people.having(furnished, _TOGGLE):
        page.goto(address)
        for name, toggle in _toggles(page, met):
            if words := _opened_and_closed(page, toggle):
                wrong[f"{address.replace(furnished.slug, '…')} {name}"] = words
    page.context.close()
    assert met
    all_well(wrong)


def _toggles(page: Page, met: set[str]) -> Iterator[tuple[str, ElementHandle]]:
    """The page's menus that were not met yet."""
    for toggle in page.query_selector_all(TOGGLES):
        name = toggle.get_attribute("id") or toggle.get_attribute("aria-controls") or toggle.inner_text().strip()
        if toggle.is_visible() and name not in met:
            met.add(name)
            yield name, toggle


def _opened_and_closed(page: Page, toggle: ElementHandle) -> str:
    """What goes wrong with a menu ("": nothing)."""
    toggle.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)  # it listens to Escape when it has opened, and says that it is open before
    if toggle.get_attribute("aria-expanded") != "true":
        return "Enter does not open it"
    page.keyboard.press("Escape")
    if not _becomes(page, toggle, "each.getAttribute('aria-expanded') === 'false'"):
        return "Escape does not close it"
    return "" if _becomes(page, toggle, "each === document.activeElement") else "the focus does not come back"


def _becomes(page: Page, toggle: ElementHandle, what: str) -> bool:
    """Whether something of the toggle comes true, before anybody would wait no longer."""
    try:
        page.wait_for_function(f"(each) => {what}", arg=toggle, polling=50, timeout=2000)
    except TimeoutError:
        return False
    return True


def test_a_form_that_comes_back_says_what_to_correct(browser: Browser, people: People, written: Founded) -> None:
    """The focus is on the summary, each line of it leads to its field, and the page is as sound as before, on a phone."""
    page = people.context(browser, written, "administrator", width=PHONE["width"], axe=True).new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    listener, eyes = Listener(page), Eyes(page, people.met)
    wrong: dict[str, list[str]] = {}
    for address in people.having(written, _FORM):
        page.goto(address)
        form = page.query_selector("main form[method='post']")
        if form is not None:
            with page.expect_navigation():
                form.evaluate(_SEND)
            wrong[address.replace(written.slug, "…")] = [*_told(page), *eyes.seen(), *listener.said()]
    page.context.close()
    all_well({address: words for address, words in wrong.items() if words})


def _told(page: Page) -> list[str]:
    """What the summary lacks, where the form was refused."""
    if page.query_selector("[data-error-summary]") is None:
        return []
    lost = "(summary) => summary.contains(document.activeElement) ? '' : 'the focus is not on the summary'"
    dead = "(links) => links.filter((link) => !document.getElementById(link.hash.slice(1))).map((link) => 'no field ' + link.hash)"
    found = [page.eval_on_selector("[data-error-summary]", lost), *page.eval_on_selector_all("[data-error-summary] a", dead)]
    return [words for words in found if words]
