"""Domain errors, and the one place where they become a page or RFC 9457 problem+json.

A room names its errors as past facts (`SlotTaken(Problem)`); each knows its status, what happened and what to do.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from consortium.web.wording import spoken
from tenants.errors import Problem

log = structlog.get_logger()
# What a form brings that nobody typed.
TOKENS = ("once", "opened", "revision", "draft", "back", "step", "seal", "filters", "row", "everything", "seen", "checked")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_WORDS = {
    400: (_l("The request could not be read"), _l("Go back and try again. If you followed a link, check that it is whole.")),
    401: (_l("Sign in first"), _l("Sign in, then ask again.")),
    403: (
        _l("You may not see this page"),
        _l("If you need it for your work, ask an administrator of your consortium to change your role."),
    ),
    404: (_l("This page does not exist"), _l("Check the address, or search for what you need.")),
    405: (_l("This page cannot do that"), _l("Go back and use the buttons of the page.")),
    409: (_l("Somebody else has changed this meanwhile"), _l("Open it again, compare, and save once more what is still true.")),
    413: (_l("The file is too large"), _l("Send a file of at most 20 MB, or split it.")),
    415: (_l("This kind of file is not read here"), _l("Send a CSV file.")),
    422: (_l("Something in what you wrote has to be corrected"), _l("Correct what is marked and save again: nothing was lost.")),
    429: (_l("Too many attempts"), _l("Wait a few minutes and try again.")),
    500: (_l("Something broke on our side"), _l("Nothing was saved. Try again; if it happens again, send us the code below.")),
    503: (_l("The service is not available for a moment"), _l("Nothing was saved. Try again in half a minute.")),
}


# A form that was sent to what is not there, for whoever sent it.
_GONE = (
    _l("What this page was about is no longer there for you"),
    _l("While you were writing it may have gone to another desk, or been removed: search for it, or ask whoever follows it."),
)
# To a program there are no pages and no buttons.
_WORDS_TO_PROGRAMS = {
    400: (_l("The request could not be read"), _l("Check that the body is whole and well formed.")),
    401: (_l("Sign in first"), _l("Sign in as people do, and send the cookie that comes with the answer.")),
    403: (
        _l("This account may not do this"),
        _l("If it is needed for your work, ask an administrator of your consortium to change the account's role."),
    ),
    404: (
        _l("There is nothing at this address"),
        _l("Check the address, and the ids in it: of what the account may not see, there is nothing."),
    ),
    405: (_l("This address does not take this method"), _l("The header Allow says which it takes.")),
    409: (
        _l("Somebody else has changed this meanwhile"),
        _l("Read it again, compare, and send what is still true with the revision that it has now."),
    ),
    422: (_l("Something in the request has to be corrected"), _l("Correct what errors names, and send it again: nothing was saved.")),
    500: (_l("Something broke on our side"), _l("Nothing was saved. Try again; if it happens again, send us the request_id.")),
}


@dataclass(frozen=True)
class ProblemPage:
    """What the error page and problem+json say. `errors`: place of a program's request → field → messages."""

    status: int
    title: str
    detail: str
    remedy: str
    request_id: str
    errors: Mapping[str, Any] = field(default_factory=dict)


def page(status: int, title: str = "", detail: str = "", remedy: str = "") -> ProblemPage:
    known = {**_WORDS, **_WORDS_TO_PROGRAMS} if _asks_a_program() else {**_WORDS, **({404: _GONE} if request.method == "POST" else {})}
    words = known.get(status, known[500])
    # A rule that says all in one sentence needs no other remedy beside it.
    return ProblemPage(status, title or str(words[0]), detail, remedy or ("" if detail else str(words[1])), g.get("request_id", ""))


def answer(problem: ProblemPage, headers: dict[str, str] | None = None) -> Response:
    """The problem as the door asked for it: JSON under /api/, else a page."""
    if _asks_a_program():
        told = {name: value for name, value in asdict(problem).items() if value}
        response = jsonify({"type": "about:blank", **told})
        response.content_type = "application/problem+json"
    else:
        shown = {"problem": problem, "written": _written()}
        response = Response(render_template("web/problem.html", **shown), content_type="text/html; charset=utf-8")
    response.status_code = problem.status
    response.headers.update(headers or {})
    return response


def _written() -> str:
    """What was typed in the form that came: where it could not be taken (the case went to another desk meanwhile), it is not lost."""
    if request.method != "POST" or not g.get("tenant_slug"):
        return ""
    try:
        sent = [(name, value.strip()) for name, value in request.form.items(multi=True)]
    except HTTPException:  # too large: it was not read
        return ""
    return "\n\n".join(value for name, value in sent if name not in TOKENS and _is_words(value))


def _is_words(value: str) -> bool:
    """Not the id of a row, nor a box that was ticked."""
    return value not in ("", "true", "on") and not _ID.fullmatch(value)


def _asks_a_program() -> bool:
    return request.path.startswith("/api/")


def install(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Problem, _domain)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> BaseResponse:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    # webargs leaves what is wrong with which field here.
    errors = _plain((getattr(error, "data", None) or {}).get("messages", {}))
    return answer(replace(page(error.code or 500), errors=errors, detail=" ".join(_said(errors))), headers)


def _plain(messages: Any) -> Any:
    """Messages may be lazy: in the language of this request, from here on."""
    if isinstance(messages, Mapping):
        return {str(name): _plain(each) for name, each in messages.items()}
    return [spoken(each) for each in messages]


def _said(messages: Any, name: str = "") -> Iterator[str]:
    """All that is wrong, each with its field, in one line."""
    if isinstance(messages, Mapping):
        for key, each in messages.items():
            yield from _said(each, f"{name}.{key}" if name else key)
    else:
        yield from (f"{name}: {each}" for each in messages)


def _domain(error: Problem) -> Response:
    return answer(page(error.status, str(error.title), str(error.detail), str(error.remedy)))


def _stale(error: StaleDataError) -> Response:
    return answer(page(409))


def _database_away(error: Exception) -> Response:
    log.error("database unavailable", error=type(error).__name__)
    return answer(page(503), {"Retry-After": "30"})


def _unexpected(error: Exception) -> Response:
    # The traceback's text may quote a statement's parameters, which are personal data: the type and the place are enough.
    log.error("unexpected error", error=type(error).__name__, where=_where(error))
    return answer(page(500))


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""
