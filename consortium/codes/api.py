"""Code tables for programs: which there are, the codes of one, a code with its history; adding, changing, bringing in a file."""

from typing import Any

from flask import abort, url_for
from sqlalchemy import Select

from consortium.codes import files, listings, queries, schemas, services, words
from consortium.codes.models import Scheme
from consortium.codes.policy import Codes
from consortium.trail.queries import history
from consortium.trail.schemas import HistoryShape
from consortium.web.guard import requires
from consortium.web.programs import Blueprint, Facts, Made, refuse, unchanged

OF_SCHEME = "/<any({}):scheme>".format(",".join(f"'{scheme}'" for scheme in Scheme))
blueprint = Blueprint("codes-api", __name__, url_prefix="/api/v1/<slug:tenant>/codes", description="Code tables, in Italian and English")


def _scheme(scheme: str) -> str:
    return scheme


@blueprint.get("")
@blueprint.response(200, schemas.SchemesShape)
@requires(Codes.READ)
def schemes() -> dict[str, Any]:
    """The code tables that there are."""
    counts = queries.counts()
    return {"items": [{"scheme": scheme, "name": name, "codes": counts.get(scheme, 0)} for scheme, name in words.SCHEMES.items()]}


@blueprint.get(OF_SCHEME)
@blueprint.lists(listings.CODES)
@requires(Codes.READ)
def codes(scheme: str) -> Select[Any]:
    """The codes of a table, hidden ones too."""
    return listings.codes(scheme)


@blueprint.get(f"{OF_SCHEME}/suggestions")
@blueprint.arguments(schemas.SuggestionsQuery, location="query")
@blueprint.response(200, schemas.SuggestionsShape)
@requires(Codes.READ)
def suggestions(asked: dict[str, str], scheme: str) -> dict[str, Any]:
    """Codes that are offered, by the beginnings of the words of their names."""
    return {"items": queries.search(scheme, asked["q"])}


@blueprint.get(f"{OF_SCHEME}/code")
@blueprint.arguments(schemas.CodeQuery, location="query")
@blueprint.response(200, schemas.CodeShape)
@requires(Codes.READ)
def code(asked: dict[str, str], scheme: str) -> Any:
    """A code of a table, with the revision of the consortium's own row."""
    return _asked(scheme, asked)


@blueprint.get(f"{OF_SCHEME}/code/history")
@blueprint.arguments(schemas.CodeQuery, location="query")
@blueprint.response(200, HistoryShape)
@requires(Codes.READ)
def code_history(asked: dict[str, str], scheme: str) -> dict[str, Any]:
    """What was changed in a code, when and by whom, the newest first."""
    found = _asked(scheme, asked)
    return {"items": history("codes", found.id) if found.id else []}


def _asked(scheme: str, asked: dict[str, str]) -> Any:
    return queries.one(scheme, asked["code"]) or abort(404)


@blueprint.post(OF_SCHEME)
@blueprint.takes(schemas.AddCodeSchema, schemas.CodeShape, about=_scheme)
@requires(Codes.MANAGE)
def add(scheme: str, facts: Facts) -> Made:
    """Add a code of the consortium's own; without a code, its Italian name makes one."""
    return _made(scheme, services.add_code(scheme=scheme, **facts).code)


@blueprint.put(OF_SCHEME)
@blueprint.takes(schemas.PutCodeSchema, schemas.CodeShape, about=_scheme, status=200)
@requires(Codes.MANAGE)
def put(scheme: str, facts: Facts) -> Made:
    """Add a code, give it other names, hide it or show it again: what is left out is empty from now on."""
    own = queries.own(scheme, facts["code"])
    unchanged(own.revision if own else 0, facts)
    return _made(scheme, services.change_code(own=own, scheme=scheme, **facts).code)


@blueprint.delete(f"{OF_SCHEME}/code")
@blueprint.arguments(schemas.RemovedCodeQuery, location="query")
@blueprint.response(204)
@requires(Codes.MANAGE)
def remove(asked: Facts, scheme: str) -> None:
    """Remove a code of the consortium's own that nothing uses; one that is used is hidden instead."""
    found = _asked(scheme, asked)
    unchanged(found.revision, asked)
    services.remove_code(scheme=scheme, code=found.code)


def _made(scheme: str, code: str) -> Made:
    return queries.one(scheme, code), url_for("codes-api.code", scheme=scheme, code=code)


@blueprint.post(f"{OF_SCHEME}/import")
@blueprint.takes(schemas.ImportSchema, schemas.ImportedShape, about=_scheme, status=200, files=True)
@requires(Codes.MANAGE)
def bring_in(scheme: str, facts: Facts) -> Made:
    """Bring in a whole classification: what is new comes, what has another name is renamed, nothing goes; all of it or nothing."""
    found = files.read(facts["file"].read(), language=facts["language"], known=queries.groups(scheme))
    refuse({"file": found.faults[: files.MOST_FAULTS]} if found.faults else {})
    there = url_for("codes-api.codes", scheme=scheme)
    if facts["check"]:
        return services.plan(scheme=scheme, rows=found.rows).counts, there
    return services.load_codes(scheme=scheme, rows=found.rows), there
