"""What is wrong with a page as it stands in the browser: by axe, by its width, by its console, by keyboard."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, ViewportSize

from consortium.config import ROOT

AXE = ROOT / "node_modules/axe-core/axe.min.js"
# WCAG 2.2 AA is our bar (docs: accessibility statement); best practices are followed where axe knows them.
# Without its preloading, which reads style sheets again into a page of its own, and that the CSP refuses; of what is well, nothing is told.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "preload": False,
    "resultTypes": ["violations"],
}
DESK, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
STRIDE = 10
_RUN = """async (rules) => (await axe.run(document, rules)).violations.map(
    (each) => `${each.id}: ${each.help} – ${each.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ')}`)"""
_WIDER = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 3).map((each) => each.outerHTML.slice(0, 120)) : []"""

# The focus where it was when the page opened, else before everything: Tab would go on from where it was left.
_BACK = """() => { window.opened ??= document.activeElement
  if (opened === document.body) { opened.tabIndex = -1; opened.focus({ preventScroll: true }); opened.removeAttribute('tabindex') }
  else opened.focus() }"""


@dataclass
class Listener:
    """What a page says to nobody: errors of its console (refusals of the CSP among them) and of its scripts."""

    page: Page
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        self.page.on("requestfailed", lambda request: self.heard.append(f"not loaded: {request.url}"))

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 4xx is told to the console too: here it is the page itself that was asked for.
        if message.type in ("error", "warning") and "the server responded with a status of 4" not in message.text:
            self.heard.append(f"console: {message.text}")

    def said(self) -> list[str]:
        heard, self.heard[:] = list(self.heard), []
        return heard


def axe(page: Page) -> list[str]:
    """What axe finds on a page of a context of `People`, which brings it along."""
    found: list[str] = page.evaluate(_RUN, RULES)
    return found


def wider_than_the_screen(page: Page) -> list[str]:
    """The elements that make the page scroll sideways."""
    found: list[str] = page.evaluate(_WIDER)
    return [f"wider than the screen: {each}" for each in found]


def complaints(page: Page) -> list[str]:
    """Everything wrong at a desk's width and at a phone's, by eye and by keyboard.

    From the width that the page stands at to the other, so that pages are loaded at both, and none is turned twice.
    """
    found: list[str] = []
    for width in sorted((DESK, PHONE), key=lambda width: width != page.viewport_size):
        page.set_viewport_size(width)
        page.evaluate(_BACK)
        found += [f"{width['width']} {each}" for each in (*seen(page), *walk(page))]
    return found


def seen(page: Page) -> list[str]:
    """Everything wrong at the width that the page stands at."""
    return [*axe(page), *wider_than_the_screen(page)]


def walk(page: Page) -> list[str]:
    """What is wrong with the page by Tab: it begins with the way past the frame, reaches everything, is always seen, is caught nowhere."""
    walked = tabbed(page)
    found = [f"by keyboard, {name}: {each}" for name in ("missed", "unseen", "hidden") for each in walked[name]]
    return found if walked["skips"] else [f"by keyboard, first: {walked['first']}", *found]


def tabbed(page: Page) -> dict[str, Any]:
    """Walk the page with Tab: `missed`, `unseen` (focus that does not show), `hidden` (outside of the window), `first`.

    A date has several stops, so the walk goes on until all was reached, or for much longer than it could take. The key is held down.
    """
    expected: int = page.evaluate(_WATCH)
    for stride in (expected, *[STRIDE] * (expected // 5 + 5)):
        for _ in range(stride):
            page.keyboard.down("Tab")
        if page.evaluate("() => tabs.done()"):
            break
    page.keyboard.up("Tab")
    walked: dict[str, Any] = page.evaluate("() => tabs.result()")
    return walked


# Focusable elements by the rules of HTML; of a group of radio buttons Tab reaches one. Styles are compared with those without focus,
# of the element, of its label, and of what surrounds it: the mark of a checkbox is drawn on its label, that of a search box around it.
_WATCH = """() => {
  const candidates = 'a[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable]'
  const chosen = (each) => {
    const group = each.type === 'radio' ? [...document.getElementsByName(each.name)] : [each]
    return each.type !== 'radio' || each.checked || (!group.some((other) => other.checked) && group[0] === each)
  }
  const can = (each) => each.tabIndex >= 0 && !each.disabled && each.type !== 'hidden' && !each.closest('[inert]')
    && each.checkVisibility({ visibilityProperty: true }) && each.getClientRects().length > 0 && chosen(each)
  const expected = [...document.querySelectorAll(candidates)].filter(can)
  const around = (each) => [each.parentElement, each.closest('li, tr, form, .search-box, .field')]
  const parts = (each) => [each, ...(each.labels ?? []), ...around(each)].filter(Boolean)
  const look = (part, pseudo) => {
    const style = getComputedStyle(part, pseudo)
    const outline = style.outlineStyle === 'none' ? '' : style.outline
    const rest = [style.boxShadow, style.borderColor, style.backgroundColor, style.textDecoration, style.clipPath, style.transform]
    return [outline, ...rest].join()
  }
  const looks = (each) => parts(each).flatMap((part) => [null, '::before', '::after'].map((pseudo) => look(part, pseudo))).join()
  // A page that opens with its focus set: how the element looks without it is seen first, then the focus goes back.
  const began = document.activeElement
  const focused = began !== document.body
  if (focused) began.blur()
  const before = new Map(expected.map((each) => [each, looks(each)]))
  if (focused) began.focus({ preventScroll: true })
  const name = (each) => {
    const words = (each.innerText || each.name || '').trim().slice(0, 40)
    return `${each.tagName.toLowerCase()} ${each.id ? '#' + each.id : ''} ${words}`
  }
  const order = [], unseen = new Set(), hidden = new Set()
  document.addEventListener('focusin', (event) => {
    const each = event.target, box = each.getBoundingClientRect()
    order.push(each)
    if (before.has(each) && looks(each) === before.get(each)) unseen.add(name(each))
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) hidden.add(name(each))
  })
  const result = () => ({
    first: order.length ? name(order[0]) : '',
    // A page that comes with its focus set (on what has to be corrected) begins there.
    skips: focused || order[0]?.getAttribute('href') === '#content',
    missed: expected.filter((each) => !order.includes(each)).map(name),
    unseen: [...unseen],
    hidden: [...hidden],
  })
  const done = () => expected.every((each) => order.includes(each))
  window.tabs = { done, result }
  return expected.length
}"""
