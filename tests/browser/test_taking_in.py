"""A new person on a phone: what the form answers to what is typed is seen where one types, and nothing jumps."""

import time
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale
from playwright.sync_api import Browser, Locator, Page, expect

from tenants.database import db
from tests.browser.people import People
from tests.factories import Founded, found
from tests.states import CaseFactory, PersonFactory

KNOWN = "3331234567"


@pytest.fixture
def phone(app: Flask, browser: Browser, people: People) -> Iterator[Page]:
    """The form after a search, on a phone with its keyboard open: little is seen of it."""
    founded: Founded = found(app)
    with founded.scope(), force_locale("it"):
        CaseFactory(at=founded, person=PersonFactory(phone=KNOWN, surname="Rossi", first_name="Anna"))
        db.session.commit()
    context = people.context(browser, founded, "administrator", width=390)
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 480})
    page.goto(f"/{founded.slug}/search?q=Okafor")
    page.goto(f"/{founded.slug}/cases/new")
    yield page
    context.close()


def top(place: Locator) -> float:
    return float(place.evaluate("each => each.getBoundingClientRect().top"))


def test_a_code_is_read_as_soon_as_it_is_whole(phone: Page) -> None:
    code, note = phone.get_by_label("Codice fiscale"), phone.locator("#code-note")
    code.press_sequentially("KFRMRA79R59Z138X")
    expect(note.locator(".field-error")).to_contain_text("ultima lettera")
    expect(code).to_have_attribute("aria-invalid", "true")
    expect(note).to_be_in_viewport(ratio=0.99)
    code.press("Backspace")
    code.press("M")
    expect(note).to_contain_text("Donna, 19/10/1979, Ucraina")
    expect(code).to_be_focused()
    expect(code).not_to_have_attribute("aria-invalid", "true")
    expect(phone.get_by_label("Luogo di nascita")).to_have_value("Ucraina")


def test_who_is_here_already_is_told_where_one_types(phone: Page) -> None:
    number, told = phone.get_by_label("Telefono"), phone.locator("#known")
    number.press_sequentially(KNOWN[:-1])
    before = top(number)
    number.press(KNOWN[-1])
    expect(told).to_contain_text("stesso telefono")
    expect(told).to_be_in_viewport(ratio=0.99)
    assert abs(top(number) - before) < 2
    expect(number).to_be_focused()


PATIENCE = 15_000
TEMPORARY, WHOLE = "12345678903", "KFRMRA79R59Z138M"


def slowly(page: Page, address: str) -> None:
    """Answers from there take their time."""
    page.route(address, lambda route: (time.sleep(0.4), route.continue_()))


@pytest.mark.parametrize("code", [TEMPORARY, "KFRMRA79R5"])
def test_a_press_right_after_the_code_is_not_lost(phone: Page, code: str) -> None:
    """To leave the code asks about it: the answer comes between the button that goes down and the one that goes up."""
    phone.get_by_label("Codice fiscale").press_sequentially(code)
    woman = phone.get_by_text("Donna", exact=True)
    woman.scroll_into_view_if_needed()
    phone.wait_for_timeout(500)
    woman.click(delay=400)
    phone.wait_for_load_state("networkidle")
    expect(phone.get_by_label("Donna", exact=True)).to_be_checked()


def test_what_is_written_while_the_code_is_asked_stays(phone: Page) -> None:
    slowly(phone, "**/cases/decoded")
    code, place = phone.get_by_label("Codice fiscale"), phone.get_by_label("Luogo di nascita")
    code.press_sequentially(WHOLE)
    place.fill("Novara")
    expect(phone.get_by_label("Data di nascita")).to_have_value("1979-10-19", timeout=PATIENCE)
    expect(place).to_have_value("Novara")
    code.fill("")
    place.fill("Cina")
    expect(phone.get_by_label("Data di nascita")).to_have_value("")
    expect(place).to_have_value("Cina")


def test_a_field_that_was_only_looked_at_is_filled_once_it_is_left(phone: Page) -> None:
    slowly(phone, "**/cases/decoded")
    place = phone.get_by_label("Luogo di nascita")
    phone.get_by_label("Codice fiscale").press_sequentially(WHOLE)
    place.focus()
    expect(phone.get_by_label("Data di nascita")).to_have_value("1979-10-19", timeout=PATIENCE)
    expect(place).to_have_value("")
    phone.get_by_label("Cognome").focus()
    expect(place).to_have_value("Ucraina")
