"""What the frame of every page needs: who, where, in which language, with which navigation.

`install(app)` puts `frame`, `crumbs` and `asset_url` within reach of every template. A page sets its breadcrumb with
`crumb()` in the view, or in its template: `{% set crumbs = [(_("Cases"), url_for("cases.list")), (case.name, none)] %}`.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, request
from flask_babel import get_locale

from consortium.web.assets import asset_url
from consortium.web.fields import control
from consortium.web.language import DEFAULT, LANGUAGES, address_in, change_language
from consortium.web.navigation import NavEntry, Navigation, address, visitor
from consortium.web.visitor import Visitor

EXTENSION = "capofila-layout"
ROME = ZoneInfo("Europe/Rome")


class TenantFace(NamedTuple):
    """The consortium (or, for an auditor, the region) as the header shows it; `slug` is empty for a region."""

    slug: str
    name: str
    lead_body: str
    region_name: str
    region_url: str | None = None


class AccountFace(NamedTuple):
    """The signed-in account as the header shows it."""

    name: str
    email: str
    role_label: str


class Crumb(NamedTuple):
    """One step of the breadcrumb; the page itself has no url."""

    label: str
    url: str | None = None


class Switch(NamedTuple):
    """One choice of a menu: a consortium (`code` its slug) or a language (`code` as in <html lang>)."""

    name: str
    url: str
    current: bool
    code: str


@dataclass(frozen=True)
class Places:
    """Endpoints the frame links to; a link is left out while nothing is registered under its name."""

    home: str = "web.home"
    landing: str = "web.landing"
    search: str = "cases.search"
    sign_in: str = "identity.sign_in"
    sign_out: str = "identity.sign_out"
    account: str = "identity.account"
    accessibility: str = "web.accessibility"
    feedback: str = "web.feedback"
    privacy: str = "web.privacy"


@dataclass(frozen=True)
class Frame:
    """Everything around the content of a page. An address is None where there is nowhere to go."""

    tenant: TenantFace | None
    account: AccountFace | None
    nav: list[NavEntry]
    menu: list[NavEntry]
    crumbs: list[Crumb]
    switcher: list[Switch]
    locale: str
    locales: list[Switch]
    version: str
    today: str
    request_id: str | None
    home_url: str | None
    search_url: str | None
    sign_in_url: str | None
    sign_out_url: str | None
    account_url: str | None
    accessibility_url: str | None
    feedback_url: str | None
    privacy_url: str | None


@dataclass(frozen=True)
class Layout:
    """What `install` keeps in `app.extensions`."""

    navigation: Navigation
    menu: Navigation
    places: Places
    version: str


def install(app: Flask, places: Places | None = None) -> None:
    """Gives every template `frame`, `crumbs` and `asset_url`, and answers `?lang=` links."""
    app.extensions[EXTENSION] = Layout(Navigation(), Navigation(), places or Places(), _version())
    app.before_request(change_language)
    app.context_processor(_context)
    app.jinja_env.globals["asset_url"] = asset_url
    app.jinja_env.filters["control"] = control


def navigation(app: Flask) -> Navigation:
    """Where rooms declare entries: `navigation(app).add(_l("Cases"), "cases.list", permission=Cases.READ, order=20)`."""
    return _layout(app).navigation


def menu(app: Flask) -> Navigation:
    """Where rooms declare what is seldom asked for: entries of the account's menu, settings of the consortium first of all."""
    return _layout(app).menu


def crumb(label: str, url: str | None = None) -> None:
    """Adds a step to this page's breadcrumb; the last one, the page itself, without url."""
    g.setdefault("crumbs", []).append(Crumb(label, url))


def frame() -> Frame:
    """The frame of this request's page."""
    layout, who, here = _layout(current_app), visitor(), str(get_locale() or DEFAULT)
    return Frame(
        tenant=_tenant(who),
        account=_account(who),
        nav=layout.navigation.of(who),
        menu=layout.menu.of(who),
        crumbs=list(g.get("crumbs", [])),
        switcher=_switcher(who),
        locale=here,
        locales=[Switch(name, address_in(code), code == here, code) for code, name in LANGUAGES.items()],
        version=layout.version,
        today=datetime.now(ROME).strftime("%d/%m/%Y"),
        request_id=g.get("request_id"),
        **_links(layout.places, who),
    )


def _links(places: Places, who: Visitor | None) -> dict[str, str | None]:
    """The `…_url` fields of Frame."""
    names = ("sign_in", "sign_out", "account", "accessibility", "feedback", "privacy")
    links: dict[str, str | None] = {f"{name}_url": address(getattr(places, name)) for name in names}
    links["home_url"] = (who and address(places.landing)) or address(places.home) or "/"
    links["search_url"] = address(places.search) if who and who.account else None
    return links


def _context() -> dict[str, object]:
    """`crumbs` apart from `frame`, so that a template can set its own."""
    made = frame()
    return {"frame": made, "crumbs": made.crumbs}


def _layout(app: Flask) -> Layout:
    layout: Layout = app.extensions[EXTENSION]
    return layout


def _version() -> str:
    try:
        return metadata.version("capofila")
    except metadata.PackageNotFoundError:
        return ""  # run from a folder that was never installed


def _tenant(who: Visitor | None) -> TenantFace | None:
    if who and who.tenant:
        here = who.tenant
        return TenantFace(here.slug, here.name, here.lead_body, here.region_name, here.region_url)
    return TenantFace("", who.region.name, "", "") if who and who.region else None


def _account(who: Visitor | None) -> AccountFace | None:
    if who is None or who.account is None:
        return None
    return AccountFace(who.account.name, who.account.email, who.role_label)


def _switcher(who: Visitor | None) -> list[Switch]:
    """The consortia and regions of the account, only where there is a choice; their first pages by DESIGN's addresses."""
    if who is None:
        return []
    here = (g.get("tenant_slug"), g.get("region_slug"))
    choices = [(name, f"/{slug}/", slug == here[0], slug) for name, slug in who.memberships]
    choices += [(each.name, f"/regions/{each.slug}/", each.slug == here[1], each.slug) for each in who.regions]
    return [Switch(n, request.script_root + u, c, s) for n, u, c, s in choices] if len(choices) > 1 else []
