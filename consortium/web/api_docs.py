"""The API described: OpenAPI 3.1 at `/api/v1/openapi.json`, and the same as a page to read. Both are public; the data are not.

flask-smorest collects what each door answers when all goes well; what it answers when not (RFC 9457) is the same for all, and added here.
"""

from copy import deepcopy
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Blueprint, Flask, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields
from werkzeug.routing import BaseConverter, Rule

from consortium.web.api_reading import groups, operations
from consortium.web.guard import SlugConverter, public
from consortium.web.layout import crumb
from consortium.web.policy import Role, holders

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

PROBLEM_JSON = "application/problem+json"
# What every answer carries.
REQUEST_ID = "X-Request-Id"
_HEADERS = {REQUEST_ID: {"$ref": f"#/components/headers/{REQUEST_ID}"}}
# Any door may answer these; the others depend on what it does.
ALWAYS = (400, 401, 403, 404, 422, 500, 503)
WRITING = (409,)
TAKING_A_BODY = (409, 413, 415)


class ProblemSchema(Schema):
    """What went wrong and what to do (RFC 9457). `errors`: place of the request → field → messages; `request_id` finds it in the log."""

    type = fields.String(required=True)
    status = fields.Integer(required=True)
    title = fields.String(required=True)
    detail = fields.String()
    remedy = fields.String(required=True)
    request_id = fields.String(required=True)
    errors = fields.Dict(keys=fields.String())


class Api(flask_smorest.Api):  # type: ignore[misc]  # it ships no types
    """smorest without what the house has of its own: error pages (`web.problems`), and the address of the description."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ProblemSchema

    def init_app(self, app: Flask, **options: Any) -> None:
        super().init_app(app, **options)
        self.register_converter(SlugConverter, _slug)
        parts = self.spec.components
        parts.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]})
        told = "Names the request: in the log, in the history of what it changed, and where it is undone (`several/undo`)."
        parts.header(REQUEST_ID, {"description": told, "schema": {"type": "string"}})
        for status in sorted({*ALWAYS, *WRITING, *TAKING_A_BODY}):
            content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            parts.response(_named(status), {"description": HTTPStatus(status).phrase, "content": content, "headers": _HEADERS})

    def _register_doc_blueprint(self) -> None:
        """Ours serves the description."""

    def _register_error_handlers(self) -> None:
        """`web.problems` answers for all doors."""


@blueprint.get("/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    return jsonify(description())


@blueprint.get("/")
@public
def reading() -> ResponseReturnValue:
    crumb("API")
    common = [(str(status), HTTPStatus(status).phrase) for status in ALWAYS]
    return render_template("web/api.html", groups=groups(description(), {status for status, _ in common}), common=common)


def description() -> dict[str, Any]:
    """The OpenAPI document, each operation with its name, who may call it, and all that it may answer."""
    document: dict[str, Any] = deepcopy(current_app.extensions["api"].spec.to_dict())
    rules = {(_path(rule), method): rule for rule in current_app.url_map.iter_rules() for method in rule.methods or ()}
    for path, method, operation in operations(document):
        _complete(operation, method, rules[path, method.upper()])
    return document


def _complete(operation: dict[str, Any], method: str, rule: Rule) -> None:
    permission = getattr(current_app.view_functions[rule.endpoint], "permission", None)
    roles = holders().get(permission, frozenset()) if permission else frozenset()
    operation["operationId"] = rule.endpoint.replace("-api.", ".")
    operation["security"] = [{"session": []}] if permission else []
    operation["x-permission"] = permission and str(permission)
    operation["x-roles"] = [str(role) for role in Role if role in roles]
    for response in operation["responses"].values():
        response["headers"] = {**response.get("headers", {}), **_HEADERS}
    operation["responses"] |= {str(status): {"$ref": f"#/components/responses/{_named(status)}"} for status in _problems(operation, method)}


def _problems(operation: dict[str, Any], method: str) -> set[int]:
    depending = TAKING_A_BODY if "requestBody" in operation else () if method == "get" else WRITING
    return {*ALWAYS, *depending}


def _named(status: int) -> str:
    return f"Problem{status}"


def _path(rule: Rule) -> str:
    return "".join(f"{{{part}}}" if dynamic else part for dynamic, part in rule._trace).partition("|")[2]


def _slug(converter: BaseConverter) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{converter.regex}$"}
