"""The API's description as a page shows it: rooms, their operations, and what each takes and answers."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from consortium.web.policy import ROLE_LABELS, Role

METHODS = ("get", "post", "put", "patch", "delete")


class Taken(NamedTuple):
    """Something that an operation takes: `place` is path, query or body."""

    name: str
    place: str
    kind: str
    required: bool


class Operation(NamedTuple):
    """One operation. `roles` is None where anybody may; `answers` are (status, words), without those that any operation may give."""

    method: str
    path: str
    summary: str
    takes: list[Taken]
    answers: list[tuple[str, str]]
    roles: list[str] | None


class Group(NamedTuple):
    """The operations of a room, with its description."""

    words: str
    operations: list[Operation]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of an OpenAPI document."""
    for path, methods in document["paths"].items():
        yield from ((path, method, methods[method]) for method in METHODS if method in methods)


def groups(document: dict[str, Any], common: set[str]) -> list[Group]:
    """What the page shows; `common` are the statuses that any operation may answer."""
    found = [
        (operation["tags"][0], _operation(document, path, method, operation, common)) for path, method, operation in operations(document)
    ]
    return [Group(tag["description"], [each for name, each in found if name == tag["name"]]) for tag in document["tags"]]


def _operation(document: dict[str, Any], path: str, method: str, operation: dict[str, Any], common: set[str]) -> Operation:
    takes = [*_parameters(document["paths"][path]), *_parameters(operation), *_body(document, operation)]
    answers = [(status, said(document, answer)) for status, answer in sorted(operation["responses"].items()) if status not in common]
    roles = [str(ROLE_LABELS[Role(role)]) for role in operation["x-roles"]] if operation["x-permission"] else None
    return Operation(method.upper(), path, operation.get("summary", ""), takes, answers, roles)


def _parameters(of: dict[str, Any]) -> Iterator[Taken]:
    for each in of.get("parameters", []):
        yield Taken(each["name"], each["in"], _kind(each["schema"]), each.get("required", False))


def _body(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[Taken]:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        shape = document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
        for name, schema in shape.get("properties", {}).items():
            yield Taken(name, "body", _kind(schema), name in shape.get("required", ()))


def _kind(schema: dict[str, Any]) -> str:
    """In one word or two: uuid, date, integer, one of few words."""
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    kinds = schema.get("format") or schema.get("type") or "object"
    return kinds if isinstance(kinds, str) else " | ".join(kinds)


def said(document: dict[str, Any], answer: dict[str, Any]) -> str:
    """The words of an answer, which may be one of the shared ones."""
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return str(answer.get("description", ""))
