"""What the web's guard asks identity: who makes this request, and which consortium or region an address names."""

from datetime import date

from flask import session

from consortium.identity import queries
from consortium.identity.queries import consortium, region
from consortium.identity.services import digest
from consortium.web.visitor import Visitor

__all__ = ["consortium", "region", "visitor"]


def visitor() -> Visitor:
    """Whoever holds the request's cookie; nobody where there is none, or its sign-in is over."""
    token = session.get("sign_in")
    found = queries.visitor(digest(token), date.today()) if token else None
    return found or Visitor()
