"""Every page, at a desk's width and a phone's, by eye and by keyboard; on the first day by eye, in English whether it fits, on a phone."""

import re
from collections.abc import Callable, Iterable

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.eyes import PHONE, Eyes, Listener, Met
from tests.browser.people import ORDER, People
from tests.factories import Founded
from tests.house.atlas import all_well

_FORM = re.compile(r"<main.*<form[^>]*method=\"post\"", re.DOTALL)

Look = Callable[[Eyes], list[str]]


def look(context: BrowserContext, met: Met, addresses: Iterable[str], look_at: Look) -> None:
    """Open each page, and look at it."""
    page = context.new_page()
    listener, eyes = Listener(page), Eyes(page, met)
    wrong: dict[str, list[str]] = {}
    for address in addresses:
        page.goto(address)
        wrong[address] = [*look_at(eyes), *listener.said()]
    context.close()
    all_well({address: found for address, found in wrong.items() if found})


@pytest.mark.parametrize("who", ORDER)
def test_every_page_with_people_served(browser: Browser, people: People, furnished: Founded, who: str) -> None:
    look(people.context(browser, furnished, who, axe=True), people.met, people.pages(furnished)[who], Eyes.complaints)


@pytest.mark.parametrize("who", ORDER)
def test_every_page_in_english(browser: Browser, people: People, furnished: Founded, who: str) -> None:
    """Other words, in the same places: where these are narrowest."""
    look(people.context(browser, furnished, who, "en", width=PHONE["width"]), people.met, people.pages(furnished)[who], Eyes.narrow)


def test_every_page_on_the_first_day(browser: Browser, people: People, bare: Founded) -> None:
    """Empty lists and first invitations. Forms are those of the pages above, and so are the words in English."""
    look(people.context(browser, bare, "administrator", width=PHONE["width"], axe=True), people.met, people.without(bare, _FORM), Eyes.seen)
