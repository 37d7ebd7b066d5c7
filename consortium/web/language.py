"""The language of the pages: Italian unless the visitor chose another, a choice kept in one cookie."""

from urllib.parse import quote, urlencode

from flask import Response, has_request_context, request
from flask_babel import get_locale

COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600
LANGUAGES = {"it": "Italiano", "en": "English"}
DEFAULT = "it"


def choose_locale() -> str:
    """The visitor's language, for Flask-Babel's locale_selector: the cookie, else Italian; Italian too in jobs and commands."""
    wanted = request.cookies.get(COOKIE, "") if has_request_context() else ""
    return wanted if wanted in LANGUAGES else DEFAULT


def here() -> str:
    """The language of what is being written now: the page's, or the one that a job or a command has set."""
    locale = get_locale()
    return locale.language if locale else DEFAULT


def change_language() -> Response | None:
    """Answers GET `…?lang=en`: the same address without it, and the choice in a cookie. Otherwise None."""
    wanted = request.args.get("lang", "")
    if request.method not in ("GET", "HEAD") or wanted not in LANGUAGES:
        return None
    answer = Response(status=303, headers={"Location": address_in(None)})
    answer.set_cookie(COOKIE, wanted, max_age=COOKIE_SECONDS, secure=request.is_secure, httponly=True, samesite="Lax")
    return answer


def address_in(language: str | None) -> str:
    """This page's address with `lang=language`, or without any; what else was asked stays.

    Always a path of this site: a double slash in front would be another host's address.
    """
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    query = urlencode([*asked, *([("lang", language)] if language else [])])
    path = "/" + quote(request.script_root + request.path).lstrip("/")
    return f"{path}?{query}" if query else path
