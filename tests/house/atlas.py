"""The house as it stands: its routes with what they declare, and how an address of each is made. Nothing here names a room.

A parameter of an address called `desk_id` holds an id of the table of the model `Desk`, and so on for every model there is;
what an address holds besides is in `WORDS`, what a page must be asked in `ASKED`. A route that needs more says so by failing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import AnyConverter, Rule, UUIDConverter

from consortium.web.policy import Permission, Role, may
from tenants.database import Base, db
from tenants.models import Tenanted
from tests.factories import Founded

# Parameters of addresses that are words, not ids: a value for each (an unknown token opens a page that says so).
WORDS: dict[str, str] = {"token": "x" * 43, "position": "2", "scheme": "occupations", "month": "2023-03"}
# Parameters whose name is not their model's.
ALIASES: dict[str, str] = {"batch_id": "ImportBatch"}
# What a page is asked, where it shows nothing without; by its endpoint, and the word of its address where another would show nothing.
WINDOW = "from=2022-11-01&to=2023-10-31&as_of=2023-10-31"
ASKED: dict[str, str] = {
    "reporting.records": f"{WINDOW}&desk=trecate",
    "reporting-api.figures": WINDOW,
    "cases-api.search": "q=ross",
    "codes-api.suggestions": "q=cuoc",
    "codes-api.code occupations": "code=72",
    "codes-api.code_history occupations": "code=72",
    "codes.code": "code=72",
    "codes.edit": "code=72",
    "codes.remove": "code=72",
}
PLACES = ("tenant", "region")
# Of a parameter: whatever names a consortium.
CONSORTIA = ("tenant", "consortium")
UNDECLARED = object()


@dataclass(frozen=True)
class Route:
    """A rule, one of its methods, one of the words that its address may have (`verb`).

    `permission` is None where the view is public, UNDECLARED where it says nothing.
    """

    endpoint: str
    method: str
    rule: Rule
    permission: Any
    chosen: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return " ".join([self.method, self.rule.rule, *(word for _, word in self.chosen)])

    @property
    def api(self) -> bool:
        return self.rule.rule.startswith("/api/")

    @property
    def place(self) -> str:
        """ "tenant", "region", or "" on the platform's own pages."""
        return next((place for place in PLACES if place in self.rule.arguments), "")

    @property
    def ids(self) -> list[str]:
        """The parameters that are ids of rows."""
        return sorted(name for name, kind in self.rule._converters.items() if isinstance(kind, UUIDConverter))

    @property
    def words(self) -> dict[str, str]:
        """The other parameters with their values; KeyError: write it into WORDS."""
        told = {*self.ids, *PLACES, *CONSORTIA, *dict(self.chosen)}
        return {**dict(self.chosen), **{name: WORDS[name] for name in self.rule.arguments - told}}

    def holders(self) -> frozenset[Role]:
        """The roles that hold its permission; all where it is public."""
        return frozenset(role for role in Role if not isinstance(self.permission, Permission) or may(role, self.permission))


def routes(app: Flask, *methods: str) -> list[Route]:
    """Every route of the application answering one of the methods, by address; one for each word that an address may have."""
    found = (
        Route(rule.endpoint, method, rule, _declared(app, rule), chosen)
        for rule in app.url_map.iter_rules()
        for method in _methods(rule)
        for chosen in _choices(rule)
    )
    return sorted((route for route in found if route.method in methods), key=lambda route: route.name)


def _choices(rule: Rule) -> list[tuple[tuple[str, str], ...]]:
    choices = {name: sorted(kind.items) for name, kind in rule._converters.items() if isinstance(kind, AnyConverter)}
    return [tuple(zip(choices, words, strict=True)) for words in product(*choices.values())]


def once_each(found: Iterable[Route]) -> list[Route]:
    """One route of each address, where several differ by a word only."""
    return list({(route.method, route.rule.rule): route for route in found}.values())


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def _declared(app: Flask, rule: Rule) -> Any:
    return getattr(app.view_functions[rule.endpoint], "permission", UNDECLARED)


def model_of(parameter: str) -> type[Base]:
    """The model whose ids a parameter holds: `desk_id` → Desk; KeyError where there is none."""
    models = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}
    return models[ALIASES.get(parameter) or "".join(part.title() for part in parameter.removesuffix("_id").split("_"))]


def of_a_consortium(parameter: str) -> bool:
    return issubclass(model_of(parameter), Tenanted)


class Guide:
    """Makes addresses inside one consortium: each id is that of its oldest row, unless told otherwise."""

    def __init__(self, founded: Founded, region: str) -> None:
        self.founded = founded
        self.region = region
        self.app = founded.app
        self._ids: dict[str, UUID] = {}

    def id_of(self, parameter: str) -> UUID:
        """The oldest row of the parameter's table; an id of nothing where the table is not a consortium's."""
        if parameter not in self._ids:
            self._ids[parameter] = self._oldest(parameter) if of_a_consortium(parameter) else uuid4()
        return self._ids[parameter]

    def _oldest(self, parameter: str) -> UUID:
        model: Any = model_of(parameter)
        with self.founded.scope():
            found = db.session.scalars(select(model.id).order_by(model.id).limit(1)).first()
        if found is None:
            raise LookupError(f"no {model.__name__} in the sample: `furnish` in tests/house/furniture.py has to write one")
        return found

    def address(self, route: Route, ids: Mapping[str, UUID] | None = None, *, asked: bool = True) -> str:
        """The route's address; `ids` in place of this consortium's own."""
        own = {name: self.id_of(name) for name in route.ids if name not in (ids or {})}
        place = {**dict.fromkeys(CONSORTIA, self.founded.slug), "region": self.region}
        values = {**{name: place[name] for name in place if name in route.rule.arguments}, **route.words, **own, **(ids or {})}
        with self.app.test_request_context():
            path = self.app.url_map.bind("localhost").build(route.endpoint, values, method=route.method)
        named = " ".join([route.endpoint, *(word for _, word in route.chosen)])
        query = ASKED.get(named, ASKED.get(route.endpoint, "")) if asked else ""
        return f"{path}?{query}" if query else path


REQUEST_ID = re.compile(r"\b[0-9a-f]{16}\b")


def anonymous(body: str, *ids: UUID) -> str:
    """A page without what differs from request to request: its id, and the ids asked for."""
    for each in ids:
        body = body.replace(str(each), "ID")
    return REQUEST_ID.sub("REQUEST", body)


def all_well(wrong: Mapping[str, object]) -> None:
    """Nothing is wrong; else all that is, a line each (pytest would cut it short)."""
    assert not wrong, "\n" + "\n".join(f"{name}: {found}" for name, found in wrong.items())
