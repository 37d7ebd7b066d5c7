"""The API's description: OpenAPI 3.1, complete, and the same as what is there."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient

from consortium.web.policy import Role, holders
from tests.house.atlas import routes

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OWN = {"api.openapi", "api.reading"}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json or {})


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """ "GET /api/v1/{tenant}/figures" → the operation."""
    found = ((path, method, each) for path, methods in document["paths"].items() for method, each in methods.items())
    return {f"{method.upper()} {path}": operation for path, method, operation in found if method.upper() in METHODS}


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(document).validate()


def test_every_operation_is_described(app: Flask, document: dict[str, Any]) -> None:
    written = {operation["operationId"] for operation in operations(document).values()}
    served = {route.endpoint.replace("-api.", ".") for route in routes(app, *METHODS) if route.api and route.endpoint not in OWN}
    assert written == served
    assert len(written) == len(operations(document))


def test_every_operation_says_what_goes_wrong_and_for_whom_it_is(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        assert operation["summary"], name
        assert {"400", "401", "403", "404", "500", "503"} <= set(operation["responses"]), name
        assert any(code.startswith("2") for code in operation["responses"]), name
        assert all("X-Request-Id" in each["headers"] for each in operation["responses"].values() if "$ref" not in each), name
        if operation["security"]:
            assert operation["x-roles"] == [role for role in Role if role in holders()[operation["x-permission"]]], name


# What writes anew what is there, and is no PUT.
ANEW = ("/edit", "/services", "/measure-conflicts", "/hand-over")


def test_whatever_writes_anew_asks_which_revision_was_read(document: dict[str, Any]) -> None:
    """Of two who save the same, the second is told, as on pages."""
    asked = {name: _body(document, each) for name, each in operations(document).items() if "requestBody" in each}
    anew = {name: body for name, body in asked.items() if name.startswith("PUT ") or name.endswith(ANEW)}
    assert len(anew) > 15
    assert [name for name, body in anew.items() if "revision" not in body.get("required", ())] == [
        # A bulk action holds for the rows as they were looked at; its preview is there to be asked first.
        "POST /api/v1/{tenant}/cases/several/hand-over",
    ]


# Never written anew: what is there is what was read.
REMOVED_AS_IT_IS = {"DELETE /api/v1/{tenant}/acknowledgements/{acknowledgement_id}"}


def test_whatever_removes_asks_which_revision_was_read(document: dict[str, Any]) -> None:
    removals = {name: each for name, each in operations(document).items() if name.startswith("DELETE ") or name.endswith("/remove")}
    assert len(removals) > 10
    unasked = {name for name, each in removals.items() if "revision" not in _required(document, each)}
    assert unasked == REMOVED_AS_IT_IS


def _required(document: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    asked = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query" and each["required"]}
    return asked | set(_body(document, operation).get("required", ()) if "requestBody" in operation else ())


def _body(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    (content,) = operation["requestBody"]["content"].values()
    return dict(document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]])


# What people do on pages and programs cannot do (yet): the network and the desks themselves, imports of files, drafts of forms.
ON_PAGES_ONLY = {"network.manage", "desks.manage", "exchange.import", "drafts.keep"}


def test_what_is_done_on_pages_only_is_known(app: Flask) -> None:
    """Whoever may write something on a page of a consortium may write it by a program."""
    written = [route for route in routes(app, "POST", "PUT", "DELETE") if route.place == "tenant" and route.permission]
    by = {api: {str(route.permission) for route in written if route.api is api} for api in (True, False)}
    assert by[False] - by[True] == ON_PAGES_ONLY


def test_no_two_shapes_have_one_name(document: dict[str, Any]) -> None:
    """The library tells them apart by a number, which would be another one tomorrow."""
    assert [name for name in document["components"]["schemas"] if name[-1].isdigit()] == []


@pytest.mark.parametrize("query", ["", "?from=x&to=2023-10-31", "?from=2023-10-31&to=2022-11-01"])
def test_a_refusal_names_the_field(app: Flask, cookie_of: Any, furnished: Any, query: str) -> None:
    """RFC 9457, with the messages of each field: of every list of figures and of whatever takes dates."""
    client = app.test_client()
    client.set_cookie("capofila", cookie_of("administrator"))
    answer = client.get(f"/api/v1/{furnished.slug}/figures{query}")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    told = answer.json or {}
    assert told["status"] == 422
    assert all(told[name] for name in ("type", "title", "detail", "remedy", "request_id"))
    assert all(isinstance(message, str) for messages in told["errors"]["query"].values() for message in messages)


def test_the_page_reads_like_the_document(client: FlaskClient, document: dict[str, Any]) -> None:
    page = client.get("/api/v1/").text
    assert [name for name in operations(document) if name not in page] == []
