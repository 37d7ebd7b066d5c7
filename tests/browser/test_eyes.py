"""The eyes themselves: they find what stands in the way, and leave in peace what does not."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.eyes import AXE, PHONE, Eyes, Listener, axe, in_pieces, tabbed, wider_than_the_screen

SOUND = """<!doctype html><html lang="it"><head><title>Prova</title></head><body style="margin:0">
  <a href="#content" style="display:block">Vai</a><main id="content"><h1>Prova</h1>{}</main></body></html>"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window of a phone's width, of no site."""
    context = browser.new_context(viewport=PHONE)
    context.add_init_script(path=AXE)
    yield context.new_page()
    context.close()


def test_a_sound_page_is_left_in_peace(page: Page) -> None:
    page.set_content(SOUND.format("<p>Tutto bene, <a href='/'>torna</a></p>"))
    walked = tabbed(page)
    assert (axe(page), wider_than_the_screen(page)) == ([], [])
    assert (walked["missed"], walked["unseen"], walked["hidden"], walked["skips"]) == ([], [], [], True)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<img src='data:,'>", "image-alt"),
        ("<input name='x'>", "label"),
        ("<p style='color:#bbb;background:#fff'>Pallido</p>", "color-contrast"),
        ("<h4>Salto</h4>", "heading-order"),
    ],
)
def test_axe_finds(page: Page, body: str, rule: str) -> None:
    page.set_content(SOUND.format(body))
    assert any(found.startswith(rule) for found in axe(page))


def test_what_is_too_wide_is_found(page: Page) -> None:
    page.set_content(SOUND.format("<div style='width:600px'>Largo</div>"))
    assert len(wider_than_the_screen(page)) == 1


@pytest.mark.parametrize(("value", "found"), [("Uno", 0), ("<span>Uno <b>due</b></span>", 0), ("Uno <b>due</b>", 1)])
def test_a_cell_that_comes_apart_is_found(page: Page, value: str, found: int) -> None:
    page.set_content(SOUND.format(f"<table><tr><td data-label='Servizio' style='display:flex'>{value}</td></tr></table>"))
    assert len(in_pieces(page)) == found


def test_a_frame_is_looked_at_on_a_phone_too_where_its_words_are_new(page: Page) -> None:
    """Though each of its styles was met: not marked as met by whoever did not look."""
    eyes = Eyes(page)
    for words, wrong in (("Uno", ""), ("Due", "<img src='data:,'>")):
        page.set_content(SOUND.format(f"<p>Tutto bene, <a href='/'>torna</a></p><div class='it-footer'><p>{words}</p>{wrong}</div>"))
        found = {each.split(":")[0] for each in eyes.complaints()}
        assert found & {"390 image-alt", "1280 image-alt"} == ({"390 image-alt", "1280 image-alt"} if wrong else set())


def test_focus_that_does_not_show_is_found(page: Page) -> None:
    page.set_content(SOUND.format("<a href='/' style='outline:none'>Nascosto</a>"))
    assert len(tabbed(page)["unseen"]) == 1


@pytest.mark.parametrize(("style", "unseen"), [("", 0), ("outline:none", 1)])
def test_focus_that_is_set_when_the_page_opens_is_looked_at_too(page: Page, style: str, unseen: int) -> None:
    page.set_content(SOUND.format(f"<a href='/' autofocus style='{style}'>Prima</a> <a href='/'>Dopo</a>"))
    page.focus("[autofocus]")
    assert len(tabbed(page)["unseen"]) == unseen


def test_a_trap_is_found(page: Page) -> None:
    trap = "<input id='t' aria-label='t'><a href='/'>Dopo</a><script>t.onkeydown = (e) => e.key === 'Tab' && e.preventDefault()</script>"
    page.set_content(SOUND.format(trap))
    assert len(tabbed(page)["missed"]) == 1


def test_a_page_that_does_not_begin_with_the_way_past_its_frame_is_found(page: Page) -> None:
    page.set_content("<a href='/'>Menu</a>")
    assert tabbed(page)["skips"] is False


def test_a_refusal_of_the_console_is_heard(page: Page) -> None:
    listener = Listener(page)
    page.set_content("<script>console.error('no'); throw new Error('broken')</script>")
    assert [words.partition(":")[0] for words in listener.said()] == ["console", "script"]
