"""A list as programs see it, from its declaration: the parameters that it reads (OpenAPI), the shape of its pages (marshmallow)."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from consortium.web.listing.asked import AFTER, BEFORE, SIZE, SIZES, SORT
from consortium.web.listing.columns import Column, Expression, type_of
from consortium.web.listing.declaration import Listing
from consortium.web.listing.filters import LONGEST_TEXT, Choice, Filter

_DAY = {"type": "string", "format": "date"}
_TEXT = {"type": "string"}
_KINDS: dict[str, dict[str, Any]] = {
    "date": _DAY,
    "moment": {"type": "string", "format": "date-time"},
    "number": {"type": "number"},
    "amount": {"type": "number"},
}
_TYPES: dict[type, dict[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    UUID: {"type": "string", "format": "uuid"},
    date: _DAY,
}
_CONTROLS: dict[str, dict[str, Any]] = {
    "date": _DAY,
    "dates": _DAY,
    "months": {**_TEXT, "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
    "text": {**_TEXT, "maxLength": LONGEST_TEXT},
}


def parameters(listing: Listing) -> list[dict[str, Any]]:
    """Filters, sort, size and place."""
    sorts = [sign + column.name for column in listing.columns if column.sortable for sign in ("", "-")]
    return [
        *(parameter for each in listing.filters for parameter in _of_filter(each)),
        _in_query(SORT, {**_TEXT, "enum": sorts}, "A column, with - before it for descending."),
        _in_query(SIZE, {"type": "integer", "enum": list(SIZES), "default": SIZES[0]}, "Rows on a page."),
        _in_query(AFTER, _TEXT, "A place in the list: taken from `next`."),
        _in_query(BEFORE, _TEXT, "A place in the list: taken from `previous`."),
    ]


def _of_filter(each: Filter) -> Iterator[dict[str, Any]]:
    schema = _choice(each) if isinstance(each, Choice) else _CONTROLS.get(each.control, _TEXT)
    return (_in_query(name, schema) for name in each.parameters)


def _choice(each: Choice) -> dict[str, Any]:
    """Options that are the same in every consortium are listed."""
    one = _TEXT if callable(each.options) else {**_TEXT, "enum": [str(value) for value in each.options]}
    return {"type": "array", "items": one} if each.multiple else one


def _in_query(name: str, schema: dict[str, Any], description: str = "") -> dict[str, Any]:
    told = {"description": description} if description else {}
    return {"in": "query", "name": name, "required": False, "schema": schema, **told}


def page(listing: Listing) -> type[Schema]:
    """What `Listing.data` gives, whose values are JSON already."""
    stem = listing.name.title().replace("-", "")
    keys = {"id": listing.tiebreak, **listing.keys}
    told = {name: fields.Raw(required=True, metadata=_key(expression)) for name, expression in keys.items()}
    row = Schema.from_dict({**told, **_columns(listing)}, name=f"{stem}Row")
    shape: dict[str, Any] = {
        "total": fields.Integer(metadata={"description": "Rows on all pages together."}),
        "items": fields.List(fields.Nested(row)),
        "next": fields.String(allow_none=True, metadata={"description": "Address of the page after this one, if there is one."}),
        "previous": fields.String(allow_none=True, metadata={"description": "Address of the page before this one, if there is one."}),
    }
    return Schema.from_dict(shape, name=f"{stem}Page")


def _columns(listing: Listing) -> dict[str, Any]:
    return {column.name: fields.Raw(required=True, metadata=_described(column)) for column in listing.columns}


def _key(expression: Expression) -> dict[str, Any]:
    kind = _TYPES.get(type_of(expression).python_type, _TEXT)
    return _or_nothing(kind) if getattr(expression, "nullable", False) else kind


def _described(column: Column) -> dict[str, Any]:
    kind = _KINDS.get(column.kind) or _TYPES.get(type_of(column.expression).python_type) or _words(column)
    return kind if column.required else _or_nothing(kind)


def _or_nothing(kind: dict[str, Any]) -> dict[str, Any]:
    allowed = {"enum": [*kind["enum"], None]} if "enum" in kind else {}
    return {**kind, **allowed, "type": [kind["type"], "null"]}


def _words(column: Column) -> dict[str, Any]:
    return {**_TEXT, "enum": [str(value) for value in column.labels]} if column.labels else _TEXT
