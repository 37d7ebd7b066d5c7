"""Every page, in both languages, at a desk's width and a phone's, with people served and on the first day, by eye and by keyboard."""

import re
from collections.abc import Callable, Iterable

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.eyes import DESK, PHONE, Listener, complaints, walk
from tests.browser.people import ORDER, People
from tests.factories import Founded
from tests.house.atlas import all_well

# By keyboard in both languages and at both widths: the width of one language is not that of the other.
WIDTHS = {"it": DESK, "en": PHONE}
_FORM = re.compile(r"<main.*<form[^>]*method=\"post\"", re.DOTALL)

Look = Callable[[Page, Listener], list[str]]


def look(browser: Browser, people: People, founded: Founded, who: str, locale: str, addresses: Iterable[str], *looks: Look) -> None:
    """Open each page as somebody, and look at it in all of these ways."""
    context = people.context(browser, founded, who, locale)
    page = context.new_page()
    listener = Listener(page)
    wrong: dict[str, list[str]] = {}
    for address in addresses:
        page.goto(address)
        wrong[address.replace(founded.slug, "…")] = [words for each in looks for words in each(page, listener)]
    context.close()
    all_well({address: found for address, found in wrong.items() if found})


def by_keyboard(width: ViewportSize) -> Look:
    def found(page: Page, listener: Listener) -> list[str]:
        page.set_viewport_size(width)
        wrong = [f"by keyboard, {each}" for each in walk(page)]
        page.set_viewport_size(DESK)
        return wrong + listener.said()

    return found


@pytest.mark.parametrize("locale", WIDTHS)
@pytest.mark.parametrize("who", ORDER)
def test_every_page_with_people_served(browser: Browser, people: People, furnished: Founded, who: str, locale: str) -> None:
    look(browser, people, furnished, who, locale, people.pages(furnished)[who], complaints, by_keyboard(WIDTHS[locale]))


def test_every_page_on_the_first_day(browser: Browser, people: People, bare: Founded) -> None:
    """Empty lists and first invitations. Forms are those of the pages above, and so are the words in English."""
    look(browser, people, bare, "administrator", "it", people.without(bare, _FORM), complaints)
