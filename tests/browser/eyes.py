"""What is wrong with a page as it stands in the browser: by axe, by its width, by its console, by keyboard."""

from collections.abc import Sequence
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
# Half of what axe takes: asked for where something stands in a style that was not met yet.
COLOURS = "color-contrast"
DESK, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
STRIDE = 10
# Width, and what was met there.
Met = set[tuple[int, str]]
# What stands alike on page after page: looked at where its words are first met.
FRAME = [".skiplinks", ".it-header-wrapper", ".it-footer"]
_FRAMED = "(frame) => frame.map((each) => document.querySelector(each)?.innerText).join()"
_RUN = """async ([rules, without]) => (await axe.run({ include: ['html'], exclude: without }, rules)).violations.map(
    (each) => `${each.id}: ${each.help} – ${each.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ')}`)"""
_WIDER = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 3).map((each) => each.outerHTML.slice(0, 120)) : []"""
# On a phone the cells of a list are label and value, side by side: a value of several parts would be several columns.
_IN_PIECES = """() => [...document.querySelectorAll('td[data-label]')].filter((each) => getComputedStyle(each).display === 'flex'
    && [...each.childNodes].filter((part) => part.nodeType === 1 || (part.nodeType === 3 && part.data.trim())).length > 1)
    .slice(0, 3).map((each) => each.outerHTML.slice(0, 120))"""
# What the colours of a text, or the focus of a control, come from: the element's own classes, in those of what surrounds it.
_STYLES = """() => [...new Set([...document.body.querySelectorAll('*')]
    .filter((each) => each.tabIndex >= 0 || [...each.childNodes].some((part) => part.nodeType === 3 && part.data.trim()))
    .map((each) => `${each.parentElement.getAttribute('class')} > ${each.tagName}.${each.getAttribute('class')}`))]"""
# The focus where it was when the page opened, else before everything (before the content, where the frame is left out): Tab would go on
# from where it was left.
_BACK = """(without) => { window.opened ??= document.activeElement
  const place = opened !== document.body ? opened : without.length ? document.getElementById('content') : document.body
  if (place === document.body) place.tabIndex = -1
  place.focus({ preventScroll: true })
  if (place === document.body) place.removeAttribute('tabindex') }"""


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


def axe(page: Page, without: Sequence[str] = (), *, colours: bool = True) -> list[str]:
    """What axe finds on a page of a context of `People`, which brings it along; `without` some of its parts."""
    found: list[str] = page.evaluate(_RUN, [{**RULES, "rules": {COLOURS: {"enabled": colours}}}, list(without)])
    return found


def wider_than_the_screen(page: Page) -> list[str]:
    """The elements that make the page scroll sideways."""
    found: list[str] = page.evaluate(_WIDER)
    return [f"wider than the screen: {each}" for each in found]


def in_pieces(page: Page) -> list[str]:
    """The cells whose value comes apart where each row is a card."""
    found: list[str] = page.evaluate(_IN_PIECES)
    return [f"in pieces: {each}" for each in found]


@dataclass
class Eyes:
    """Look at one page after another. At each width their frame is looked at where its words are first met, colours where a style is."""

    page: Page
    met: Met = field(default_factory=set)

    def complaints(self) -> list[str]:
        """Everything wrong at a desk's width, by eye and by keyboard, and what else is at a phone's.

        From the width that the page stands at to the other, so that pages are loaded at both, and none is turned twice. The same elements
        stand at both: on a phone axe and Tab go where something stands in a style, or a frame says words, that were not met there.
        """
        return [words for width in sorted((DESK, PHONE), key=lambda width: width != self.page.viewport_size) for words in self._at(width)]

    def seen(self) -> list[str]:
        """Everything wrong at the width that the page stands at, by eye."""
        return [*axe(self.page, self._met_before(), colours=self._in_new_style()), *narrow(self.page)]

    def narrow(self) -> list[str]:
        """What other words may spoil: what no longer fits the width that the page stands at."""
        return narrow(self.page)

    def _at(self, width: ViewportSize) -> list[str]:
        self.page.set_viewport_size(width)
        without, new = self._met_before(), self._in_new_style()
        found = narrow(self.page)
        if new or not without or width == DESK:
            found += [*axe(self.page, without, colours=new), *walk(self.page, without)]
        return [f"{width['width']} {each}" for each in found]

    def _met_before(self) -> list[str]:
        """What need not be looked at again: the frame, where its words were met at this width."""
        return [] if self._is_new(self.page.evaluate(_FRAMED, FRAME)) else FRAME

    def _in_new_style(self) -> bool:
        return self._is_new(*self.page.evaluate(_STYLES))

    def _is_new(self, *found: str) -> bool:
        """Whether any of it was not met at this width before."""
        there = {((self.page.viewport_size or DESK)["width"], each) for each in found}
        new = bool(there - self.met)
        self.met |= there
        return new


def narrow(page: Page) -> list[str]:
    """What does not fit the width that the page stands at."""
    return [*wider_than_the_screen(page), *in_pieces(page)]


def walk(page: Page, without: Sequence[str] = ()) -> list[str]:
    """What is wrong with the page by Tab: it begins with the way past the frame, reaches everything, is always seen, is caught nowhere."""
    page.evaluate(_BACK, list(without))
    walked = tabbed(page, without)
    found = [f"by keyboard, {name}: {each}" for name in ("missed", "unseen", "hidden") for each in walked[name]]
    return found if walked["skips"] or without else [f"by keyboard, first: {walked['first']}", *found]


def tabbed(page: Page, without: Sequence[str] = ()) -> dict[str, Any]:
    """Walk the page with Tab: `missed`, `unseen` (focus that does not show), `hidden` (outside of the window), `first`.

    A date has several stops, so the walk goes on until all was reached, or for much longer than it could take. The key is held down.
    Parts that the page is to be walked `without` (selectors) may be passed through, and need not be.
    """
    expected: int = page.evaluate(_WATCH, ", ".join(without))
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
_WATCH = """(without) => {
  window.tabs?.stop()
  const candidates = 'a[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable]'
  const chosen = (each) => {
    const group = each.type === 'radio' ? [...document.getElementsByName(each.name)] : [each]
    return each.type !== 'radio' || each.checked || (!group.some((other) => other.checked) && group[0] === each)
  }
  const can = (each) => each.tabIndex >= 0 && !each.disabled && each.type !== 'hidden' && !each.closest('[inert]')
    && each.checkVisibility({ visibilityProperty: true }) && each.getClientRects().length > 0 && chosen(each)
  const expected = [...document.querySelectorAll(candidates)].filter((each) => can(each) && !(without && each.closest(without)))
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
  const heard = new AbortController()
  document.addEventListener('focusin', (event) => {
    const each = event.target, box = each.getBoundingClientRect()
    order.push(each)
    if (before.has(each) && looks(each) === before.get(each)) unseen.add(name(each))
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) hidden.add(name(each))
  }, { signal: heard.signal })
  const result = () => ({
    first: order.length ? name(order[0]) : '',
    // A page that comes with its focus set (on what has to be corrected) begins there.
    skips: focused || order[0]?.getAttribute('href') === '#content',
    missed: expected.filter((each) => !order.includes(each)).map(name),
    unseen: [...unseen],
    hidden: [...hidden],
  })
  const done = () => expected.every((each) => order.includes(each))
  window.tabs = { done, result, stop: () => heard.abort() }
  return expected.length
}"""
