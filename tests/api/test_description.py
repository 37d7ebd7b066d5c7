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
        if operation["security"]:
            assert operation["x-roles"] == [role for role in Role if role in holders()[operation["x-permission"]]], name


@pytest.mark.parametrize("query", ["", "?from=x&to=2023-10-31", "?from=2023-10-31&to=2022-11-01"])
def test_a_refusal_names_the_field(app: Flask, cookie_of: Any, furnished: Any, query: str) -> None:
    """RFC 9457, with the messages of each field: of every list of figures and of whatever takes dates."""
    client = app.test_client()
    client.set_cookie("capofila", cookie_of("administrator"))
    answer = client.get(f"/api/v1/{furnished.slug}/figures{query}")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    told = answer.json or {}
    assert told["status"] == 422
    assert all(told[name] for name in ("type", "title", "remedy", "request_id"))
    assert all(isinstance(message, str) for messages in told["errors"]["query"].values() for message in messages)


def test_the_page_reads_like_the_document(client: FlaskClient, document: dict[str, Any]) -> None:
    page = client.get("/api/v1/").text
    assert [name for name in operations(document) if name not in page] == []
