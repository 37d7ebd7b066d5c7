"""The row of navigation: rooms declare entries, the visitor's role and place decide which are shown."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask import current_app, g, request, url_for

from consortium.web.policy import Permission
from consortium.web.visitor import Visitor

LIMIT = 7  # one row, at most seven entries for a role


class NavEntry(NamedTuple):
    """One entry of the row, as the page shows it."""

    label: str
    endpoint: str
    url: str
    current: bool


@dataclass(frozen=True)
class Declared:
    """An entry as its room declared it; `permission` None means everybody who is signed in."""

    order: int
    label: object
    endpoint: str
    permission: Permission | None


@dataclass
class Navigation:
    """The entries of all rooms."""

    entries: list[Declared] = field(default_factory=list)

    def add(self, label: object, endpoint: str, *, permission: Permission | None = None, order: int = 100) -> None:
        """Declares an entry once, when its room opens; `label` a lazy_gettext string, lower `order` further left."""
        self.entries.append(Declared(order, label, endpoint, permission))
        self.entries.sort(key=lambda entry: (entry.order, entry.endpoint))

    def of(self, visitor: Visitor | None) -> list[NavEntry]:
        """What this visitor may open in this place, the entry of the page marked."""
        if visitor is None:
            return []
        found = [(entry, address(entry.endpoint)) for entry in self.entries if _open(entry, visitor)]
        current = _current([entry.endpoint for entry, _ in found])
        shown = [NavEntry(str(e.label), e.endpoint, url, e.endpoint == current) for e, url in found if url]
        return shown[:LIMIT]


def address(endpoint: str) -> str | None:
    """The address of an endpoint in this consortium or region; None while it does not exist or does not fit here."""
    place = _place()
    try:
        rules = list(current_app.url_map.iter_rules(endpoint))
    except KeyError:
        return None
    fitting = [rule.arguments for rule in rules if rule.arguments <= place.keys()]
    return url_for(endpoint, **{name: place[name] for name in fitting[0]}) if fitting else None


def visitor() -> Visitor | None:
    """Who asks, or None where no guard has run (an error before it)."""
    found: Visitor | None = g.get("visitor")
    return found


def _open(entry: Declared, who: Visitor) -> bool:
    return who.account is not None and (entry.permission is None or who.may(entry.permission))


def _current(endpoints: list[str]) -> str | None:
    """The entry of this very page, else the first of its room."""
    if request.endpoint in endpoints:
        return request.endpoint
    room = request.blueprint
    return next((endpoint for endpoint in endpoints if room and endpoint.rpartition(".")[0] == room), None)


def _place() -> dict[str, Any]:
    """The `tenant` or `region` slug that this request's address stands in (kept by the guard)."""
    found = {"tenant": g.get("tenant_slug"), "region": g.get("region_slug")}
    return {name: slug for name, slug in found.items() if slug}
