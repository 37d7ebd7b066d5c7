"""Who opens which pages: each page of the URL map once, by somebody who may."""

import re
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext
from werkzeug.test import TestResponse

from tests.browser.eyes import AXE, Met
from tests.factories import Founded
from tests.house.atlas import Guide, routes
from tests.house.furniture import PIEMONTE
from tests.house.knocking import Knocker, knockers

ORDER = ("nobody", "administrator", "case_manager", "auditor", "operator")
# What is no route of its own, and is seen all the same.
ERRORS = ("/{slug}/nothing-is-here", "/{slug}/figures?from=never&to=2023-10-31")


@dataclass(frozen=True)
class People:
    """Contexts of a browser in which somebody is signed in, the pages that each looks at, and what was met on them."""

    site: str
    met: Met = field(default_factory=set)
    _pages: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def context(
        self, browser: Browser, founded: Founded, who: str, locale: str = "it", width: int = 1280, *, axe: bool = False
    ) -> BrowserContext:
        """`axe`: its pages bring it along, and take a third longer to come."""
        context = browser.new_context(base_url=self.site, viewport={"width": width, "height": 900}, locale=locale, reduced_motion="reduce")
        cookies = [{"name": "lang", "value": locale, "url": self.site}]
        cookie = self.signed_in(founded, who).get_cookie("capofila")
        if cookie is not None:
            cookies.append({"name": "capofila", "value": cookie.value, "url": self.site})
        context.add_cookies(cookies)
        if axe:  # in the page before its own scripts: the CSP does not bind what the browser's tools bring along
            context.add_init_script(path=AXE)
        return context

    @staticmethod
    def signed_in(founded: Founded, who: str) -> FlaskClient:
        return _knockers(founded)[who].browser()

    def pages(self, founded: Founded) -> dict[str, list[str]]:
        """Who → addresses of the pages that they open, each page once: that of whoever comes first in ORDER."""
        if founded.slug not in self._pages:
            self._pages[founded.slug] = _shared(founded)
        return self._pages[founded.slug]

    def without(self, founded: Founded, words: re.Pattern[str]) -> list[str]:
        """The administrator's pages in whose text nothing is found."""
        browser = self.signed_in(founded, "administrator")
        return [address for address in self.pages(founded)["administrator"] if not words.search(browser.get(address).text)]

    def having(self, founded: Founded, words: re.Pattern[str]) -> list[str]:
        """The administrator's pages in whose text something is found that was not in those before."""
        browser, met, found = self.signed_in(founded, "administrator"), set(), []
        for address in self.pages(founded)["administrator"]:
            new = set(words.findall(browser.get(address).text)) - met
            met |= new
            found += [address] if new else []
        return found


def _shared(founded: Founded) -> dict[str, list[str]]:
    guide, left = Guide(founded, PIEMONTE), {route.name: route for route in routes(founded.app, "GET") if not (route.api and route.place)}
    shared: dict[str, list[str]] = {who: [] for who in ORDER}
    for who in ORDER:
        knocker = _knockers(founded)[who]
        browser = knocker.browser()
        for name, route in [(name, route) for name, route in left.items() if knocker.may(route)]:
            if name not in left:
                continue  # met by another address of the same view
            try:
                address = guide.address(route)
            except LookupError:
                continue  # a page about a row, and this consortium has none
            answer = browser.get(address)
            if answer.status_code == 200:
                shared[who] += [address] if _is_page(answer) else []
                left = {other: each for other, each in left.items() if each.endpoint != route.endpoint}
    shared["administrator"] += [address.format(slug=founded.slug) for address in ERRORS]
    return shared


def _knockers(founded: Founded) -> dict[str, Knocker]:
    return knockers(founded, founded)


def _is_page(answer: TestResponse) -> bool:
    """Files and parts of pages are tested elsewhere."""
    return answer.mimetype == "text/html" and "</html>" in answer.text
