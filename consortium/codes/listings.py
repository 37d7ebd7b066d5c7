"""The list of a code table: standard codes and those of the consortium's own, as one."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import g, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, Select

from consortium.codes import queries, words
from consortium.codes.policy import Codes
from consortium.codes.queries import Both
from consortium.web.listing.columns import Column
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.filters import Choice, Text


def _opens() -> Callable[[Row[Any]], str]:
    address = url_for("codes.code", scheme=_scheme())
    return lambda row: f"{address}?code={quote(row.code, safe='')}"


def _scheme() -> str:
    return str((request.view_args or {})["scheme"])


def _adds() -> str | None:
    return url_for("codes.add", scheme=_scheme()) if g.visitor.may(Codes.MANAGE) else None


CODES = Listing(
    name="codes",
    title=_l("Codes"),
    tiebreak=Both.code,
    order=("position",),
    columns=(
        Column("code", _l("Code"), Both.code, required=True, link=lambda: _opens()),
        Column("label_it", _l("Italian name"), Both.label_it, required=True),
        Column("label_en", _l("English name"), Both.label_en, required=True),
        Column("parent", _l("Group"), Both.parent),
        Column("standing", _l("Standing"), Both.standing, kind="state", required=True, labels=words.STANDINGS, tones=words.TONES),
        Column("position", _l("Place"), Both.position, kind="number", required=True),
    ),
    filters=(
        Text("q", _l("Name or code"), condition=queries.matching),
        Choice("standing", _l("Standing"), Both.standing, options=words.STANDINGS, multiple=True),
    ),
    phone=("code", "label_it", "standing"),
    empty=Empty(_l("There is no code here yet."), _l("Add a code"), _adds),
)


def codes(scheme: str) -> Select[Any]:
    return queries.united(Both.code).where(Both.scheme == scheme)
