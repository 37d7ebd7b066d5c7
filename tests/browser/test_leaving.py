"""Leaving a page with unsaved work is asked, whatever form it is in; where nothing was typed, or nobody would miss it, it is not."""

import pytest
from playwright.sync_api import Browser, Dialog, Page

from tests.browser.people import People
from tests.factories import Founded
from tests.house.atlas import Guide, routes
from tests.house.furniture import PIEMONTE

# Page, and a field of its form.
TYPED = {
    "cases.overview": "body",
    "cases.hand_over": "note",
    "cases.new_assignment": "assigned_on",
    "pathways.record_session": "note",
    "journal.edit_task": "title",
    "profiles.edit": "it_skills",
}


@pytest.fixture
def page(browser: Browser, people: People, furnished: Founded) -> Page:
    return people.context(browser, furnished, "administrator").new_page()


def _asked(page: Page, furnished: Founded) -> list[str]:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto(f"/{furnished.slug}/cases")
    page.remove_listener("dialog", leave)
    return asked


def test_whoever_leaves_with_unsaved_work_is_asked(page: Page, furnished: Founded) -> None:
    guide = Guide(furnished, PIEMONTE)
    there = {route.endpoint: guide.address(route) for route in routes(furnished.app, "GET")}
    for endpoint, name in TYPED.items():
        page.goto(there[endpoint])
        assert _asked(page, furnished) == [], endpoint
        page.goto(there[endpoint])
        field = page.locator(f'main [name="{name}"]').first
        field.fill("2026-11-02") if field.get_attribute("type") == "date" else field.press_sequentially("Da ricordare")
        assert _asked(page, furnished) == ["beforeunload"], endpoint


def test_whoever_leaves_a_draft_that_they_resumed_is_asked(page: Page, furnished: Founded) -> None:
    guide = Guide(furnished, PIEMONTE)
    form = next(guide.address(route) for route in routes(furnished.app, "GET") if route.endpoint == "profiles.edit")
    page.goto(form)
    page.locator("[name='it_skills']").fill("Da finire")
    page.get_by_text("Bozza salvata alle").wait_for()
    assert _asked(page, furnished) == ["beforeunload"]
    page.goto(form)
    page.get_by_role("link", name="Riprendila").press("Enter")
    page.get_by_role("button", name="Scartala").wait_for()
    assert _asked(page, furnished) == ["beforeunload"]


def test_whoever_was_asked_and_stays_finds_every_form_as_it_was(page: Page, furnished: Founded) -> None:
    """A form was sent while another held unsaved work, and one chose to stay: both are guarded, and can be sent."""
    guide = Guide(furnished, PIEMONTE)
    page.goto(next(guide.address(route) for route in routes(furnished.app, "GET") if route.endpoint == "cases.overview"))
    task, note = (page.locator(f'main [name="{name}"]').first for name in ("title", "body"))
    task.press_sequentially("Chiamare")
    note.press_sequentially("Da ricordare")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("button", name="Aggiungi", exact=True).click(no_wait_after=True)
    page.wait_for_function("() => document.querySelector('form[data-sent]')")
    page.get_by_role("button", name="Scrivi la nota").click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert (asked, task.input_value()) == (["beforeunload"] * 2, "Chiamare")
    note.fill("")
    page.get_by_role("button", name="Aggiungi", exact=True).click()
    page.wait_for_load_state()
    assert len(asked) == 2
    assert "Chiamare" in page.locator("main").inner_text()


def test_a_password_that_was_begun_is_no_work(browser: Browser, furnished: Founded, people: People) -> None:
    page = people.context(browser, furnished, "administrator").new_page()
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.locator('[name="email"]').press_sequentially("qualcuno@")
    assert _asked(page, furnished) == []


def test_whoever_leaves_their_version_of_a_conflict_has_answered(page: Page, furnished: Founded) -> None:
    guide = Guide(furnished, PIEMONTE)
    form = next(guide.address(route) for route in routes(furnished.app, "GET") if route.endpoint == "profiles.edit")
    other = page.context.new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    for window in (page, other):
        window.goto(form)
    for window, words in ((other, "Disegno"), (page, "Ricamo")):
        window.locator('[name="it_skills"]').fill(words)
        window.get_by_role("button", name="Salva", exact=True).press("Enter")
        window.wait_for_load_state()
    page.get_by_role("link", name="Lascia ciò che c'è adesso").press("Enter")
    page.wait_for_url("**/personal-data#status")
    assert asked == []
