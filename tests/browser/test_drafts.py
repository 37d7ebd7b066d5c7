"""Long forms that save themselves, as one sees them: typed, left, opened again."""

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.browser.people import People
from tests.factories import Founded
from tests.house.atlas import Guide, routes
from tests.house.furniture import PIEMONTE


@pytest.fixture
def form(furnished: Founded) -> str:
    """The address of the long form of the oldest case."""
    guide = Guide(furnished, PIEMONTE)
    return next(guide.address(route) for route in routes(furnished.app, "GET") if route.endpoint == "profiles.edit")


@pytest.fixture
def page(browser: Browser, people: People, furnished: Founded) -> Page:
    return people.context(browser, furnished, "coordinator").new_page()


def test_what_is_typed_is_there_again(page: Page, form: str) -> None:
    page.goto(form)
    page.get_by_label("Altre competenze").fill("Saldatura TIG")
    expect(page.locator("[data-draft-state]")).to_contain_text("Bozza salvata alle")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto(form)
    assert asked == ["beforeunload"]
    assert page.get_by_label("Altre competenze").input_value() != "Saldatura TIG"
    page.get_by_role("link", name="Riprendila").press("Enter")
    expect(page.get_by_label("Altre competenze")).to_have_value("Saldatura TIG")
    page.get_by_label("Altre competenze").press("Enter")
    page.get_by_role("button", name="Salva", exact=True).press("Enter")
    expect(page.locator("#skills")).to_be_visible()
    page.goto(form)
    expect(page.locator(".draft-offer")).to_have_count(0)


def test_what_could_not_be_saved_is_when_the_network_is_back(page: Page, form: str) -> None:
    page.goto(form)
    state = page.locator("[data-draft-state]")
    page.context.set_offline(True)
    page.get_by_label("Altre competenze").fill("Saldatura a filo")
    expect(state).to_contain_text("La bozza non è ancora salvata")
    page.context.set_offline(False)
    expect(state).to_contain_text("Bozza salvata alle")
    # The server does not answer, and the browser cannot know when it will.
    page.route("**/drafts", lambda route: route.abort())
    page.get_by_label("Altre competenze").fill("Saldatura a elettrodo")
    expect(state).to_contain_text("La bozza non è ancora salvata")
    page.unroute("**/drafts")
    expect(state).to_contain_text("Bozza salvata alle", timeout=10_000)


def test_whoever_is_signed_out_is_told_and_loses_nothing(page: Page, form: str) -> None:
    page.goto(form)
    signed_in = page.context.cookies()
    page.context.clear_cookies(name="capofila")
    page.get_by_label("Altre competenze").fill("Saldatura a punti")
    state = page.locator("[data-draft-state]")
    expect(state).to_contain_text("La sessione è scaduta")
    expect(state.get_by_role("link", name="Accedi in un'altra scheda")).to_have_attribute("target", "_blank")
    page.get_by_role("button", name="Salva", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="La sessione è scaduta")).to_be_visible()
    page.context.add_cookies(signed_in)  # type: ignore[arg-type]  # what one call gives the other takes
    page.get_by_role("button", name="Invia di nuovo").press("Enter")
    expect(page.get_by_text("Saldatura a punti").first).to_be_visible()


def test_a_draft_thrown_away_does_not_come_back(page: Page, form: str) -> None:
    state = page.locator("[data-draft-state]")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(form)
    page.get_by_label("Altre competenze").fill("Bozza")
    expect(state).to_contain_text("Bozza salvata alle")
    page.goto(form)
    page.get_by_role("link", name="Riprendila").press("Enter")
    page.get_by_label("Altre competenze").fill("Bozza continuata")
    expect(state).to_contain_text("Bozza salvata alle")
    page.get_by_label("Altre competenze").fill("Bozza continuata ancora")
    page.get_by_role("button", name="Scartala").press("Enter")
    expect(page.locator(".draft-offer")).to_have_count(0)
    page.goto(form)
    expect(page.locator(".draft-offer")).to_have_count(0)


def test_past_values_open_by_keyboard(page: Page, form: str) -> None:
    for words in ("Cucina", "Cucina e sala"):
        page.goto(form)
        page.get_by_label("Altre competenze").fill(words)
        page.get_by_role("button", name="Salva", exact=True).press("Enter")
        expect(page.locator("#skills")).to_be_visible()
    story = page.locator("details.story", has=page.get_by_text("Altre competenze")).first
    story.locator("summary").press("Enter")
    expect(story.get_by_text("Cucina", exact=True)).to_be_visible()


def test_an_occupation_is_suggested_as_one_types(page: Page, form: str) -> None:
    page.goto(form.replace("profile/edit", "desired-occupations/new"))
    page.get_by_label("Professione").press_sequentially("metalm")
    expect(page.locator("datalist option")).to_have_attribute("value", "72 · Operai metalmeccanici specializzati ed assimilati")
