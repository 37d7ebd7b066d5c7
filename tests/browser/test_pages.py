"""Every page, in both languages, at a desk's width and a phone's, with people served and on the first day, by eye and by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.eyes import Listener, complaints, tabbed
from tests.browser.people import ORDER, People
from tests.factories import Founded
from tests.house.atlas import all_well


def seen(browser: Browser, people: People, founded: Founded, who: str, locale: str) -> Iterator[tuple[str, Page, Listener]]:
    """Each page of somebody, opened: its address without the consortium's name."""
    context = people.context(browser, founded, who, locale)
    page = context.new_page()
    listener = Listener(page)
    for address in people.pages(founded)[who]:
        page.goto(address)
        yield address.replace(founded.slug, "…"), page, listener
    context.close()


@pytest.mark.parametrize("locale", ["it", "en"])
@pytest.mark.parametrize("who", ORDER)
def test_every_page_with_people_served(browser: Browser, people: People, furnished: Founded, who: str, locale: str) -> None:
    opened = seen(browser, people, furnished, who, locale)
    all_well({address: found for address, page, listener in opened if (found := complaints(page, listener))})


def test_every_page_on_the_first_day(browser: Browser, people: People, bare: Founded) -> None:
    """Empty lists and first invitations. Forms are those of the pages above, and so are the words in English."""
    opened = seen(browser, people, bare, "administrator", "it")
    lists = ((address, page, listener) for address, page, listener in opened if page.query_selector("main form[method='post']") is None)
    all_well({address: found for address, page, listener in lists if (found := complaints(page, listener))})


@pytest.mark.parametrize("who", ORDER)
def test_every_page_by_keyboard(browser: Browser, people: People, furnished: Founded, who: str) -> None:
    """Tab begins with the way past the frame, reaches everything, is always seen, and is caught nowhere."""
    wrong: dict[str, object] = {}
    for address, page, _ in seen(browser, people, furnished, who, "it"):
        walked = tabbed(page)
        found = {name: walked[name] for name in ("missed", "unseen", "hidden") if walked[name]}
        if not walked["skips"]:
            found["first"] = walked["first"]
        if found:
            wrong[address] = found
    all_well(wrong)
