"""A new person on a phone: what the form answers to what is typed is seen where one types, and nothing jumps."""

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
