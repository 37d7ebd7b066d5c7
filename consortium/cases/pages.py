"""What rooms above add to the pages of this one, which knows nothing of them: tabs and panels of the case page, parts of its history,
links beside the list of cases, results of the search.

A room says so when it opens: `pages.of(app).tabs.append(Tab(_l("Pathways"), "pathways.of_case", Pathways.READ, order=40))`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from flask import Flask, abort, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response

from consortium.cases import history, queries, words
from consortium.cases.queries import Found
from consortium.trail.queries import Entry
from consortium.web.listing.columns import Label
from consortium.web.policy import Permission
from tenants.errors import Problem

EXTENSION = "case-pages"


@dataclass(frozen=True)
class Tab:
    """A page of a case, at an endpoint that takes `case_id`."""

    label: Label
    endpoint: str
    permission: Permission
    order: int


@dataclass(frozen=True)
class Step:
    """The obvious next thing to do: what it is, the words of its button, where it is done; `also`: what else is, (words, address)."""

    text: str
    label: str
    url: str
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Panel:
    """A part of the overview; its step is the case's, where lower rooms have none. `due_on`: by when that one is to be done."""

    html: Markup
    step: Step | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class Link:
    """A page that stands beside the list of cases, at an endpoint that takes nothing; `offered`: whether there is anything on it."""

    label: Label
    endpoint: str
    permission: Permission
    offered: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class Section:
    """A part of the SAP page; `missing`: what is not there yet, (words, where it is written)."""

    html: Markup
    missing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PastOf:
    """What is in a person's history of a room's tables: each table with the column of its person, and how codes become words there."""

    parts: Mapping[str, str]
    worded: Callable[[list[Entry]], list[Entry]]


@dataclass(frozen=True)
class Result:
    """A line of the search; `state` in words with its tone, or neither. For programs: which row it is, of which kind."""

    label: str
    url: str
    hint: str
    state: str = ""
    tone: str = ""
    kind: str = ""
    id: UUID | None = None


PanelMaker: TypeAlias = Callable[[Found], Panel]
SectionMaker: TypeAlias = Callable[[Found], Section]
Source: TypeAlias = Callable[[str, int], list[Result]]


@dataclass
class Pages:
    tabs: list[Tab] = field(default_factory=list)
    panels: list[tuple[Permission, PanelMaker]] = field(default_factory=list)
    sections: list[tuple[Permission, SectionMaker]] = field(default_factory=list)
    pasts: list[PastOf] = field(default_factory=list)
    sources: list[tuple[Permission, Source]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def of(app: Flask) -> Pages:
    pages: Pages = app.extensions.setdefault(EXTENSION, Pages())
    return pages


class MergedMeanwhile(Problem):
    status = 404
    title = _l("This case was merged into another one while you were writing")
    remedy = _l("Look for the person, and write it there.")


def case_file(case_id: UUID) -> Found:
    """The case, if the visitor may see it; else 404. A page of one that was merged leads to that of the one it went into."""
    return queries.case_file(case_id, g.visitor) or abort(_merged_into(case_id) or 404)


def _merged_into(case_id: UUID) -> Response | None:
    """Raises MergedMeanwhile, where a form was sent."""
    if request.path.startswith("/api/") or not (kept := queries.merged_into(case_id, g.visitor)):
        return None
    if request.method != "GET":
        raise MergedMeanwhile(_("It is case %(number)s now.", number=kept.number))
    flash(_("Case %(merged)s was merged into this one, %(number)s.", merged=kept.merged, number=kept.number), "info")
    return redirect(url_for(request.endpoint or "", **{**(request.view_args or {}), "case_id": kept.id}))


def around(case_id: UUID, within: str | None = None) -> dict[str, Any]:
    """What `cases/case.html` shows around each of its tabs, those of upper rooms too. `within`: the tab of a page that is none itself."""
    return {"file": case_file(case_id), "tabs": tabs(case_id, within or request.endpoint), "case_words": words}


def tabs(case_id: UUID, current: str | None) -> list[tuple[str, str, bool]]:
    """(label, address, current) of the tabs that the visitor may open."""
    shown = sorted((tab for tab in of(current_app).tabs if g.visitor.may(tab.permission)), key=lambda tab: tab.order)
    return [(str(tab.label), url_for(tab.endpoint, case_id=case_id), current == tab.endpoint) for tab in shown]


def links() -> list[tuple[str, str]]:
    """(label, address) of the pages beside the list of cases that the visitor may open."""
    shown = [link for link in of(current_app).links if g.visitor.may(link.permission) and link.offered()]
    return [(str(link.label), url_for(link.endpoint)) for link in shown]


def panels(file: Found) -> list[Panel]:
    return [make(file) for permission, make in of(current_app).panels if g.visitor.may(permission)]


def sections(file: Found) -> list[Section]:
    """The sections of the SAP that upper rooms keep, in the order in which they opened."""
    return [make(file) for permission, make in of(current_app).sections if g.visitor.may(permission)]


def past_of(file: Found) -> list[Entry]:
    """The history of a case, with what upper rooms keep of its person."""
    parts = {table: key for each in of(current_app).pasts for table, key in each.parts.items()}
    return worded(history.of_case(file.Case, file.Person, parts))


def worded(entries: list[Entry]) -> list[Entry]:
    """Changes of rows of any room, with the words of each for its codes."""
    for each in of(current_app).pasts:
        entries = each.worded(entries)
    return entries


def results(text: str, at_most: int) -> list[Result]:
    """What every room finds, in the order in which they opened."""
    found: list[Result] = []
    for permission, source in of(current_app).sources:
        if g.visitor.may(permission) and len(found) < at_most:
            found += source(text, at_most - len(found))
    return found


def linker(endpoint: str, argument: str, key: str = "key") -> Callable[[], Callable[[Any], str]]:
    """For lists: row → address, with `url_for` called once a page."""

    def make() -> Callable[[Any], str]:
        blank = str(UUID(int=0))
        values: dict[str, Any] = {argument: blank}
        before, _, after = url_for(endpoint, **values).partition(blank)
        return lambda row: f"{before}{getattr(row, key)}{after}"

    return make
