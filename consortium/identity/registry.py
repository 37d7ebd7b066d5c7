"""What the web's guard asks identity: who makes this request, and which consortium or region an address names."""

from flask import session

from consortium.identity import queries
from consortium.identity.queries import consortium, region
from consortium.identity.services import digest, mark_seen
from consortium.web.listing.formats import today
from consortium.web.visitor import Visitor
from tenants.database import db

__all__ = ["consortium", "region", "visitor"]


def visitor() -> Visitor:
    """Whoever holds the request's cookie; nobody where there is none, or its sign-in is over."""
    token = session.get("sign_in")
    found, unmarked = queries.visitor(digest(token), today()) if token else (None, False)
    if found and found.sign_in_id and unmarked:
        mark_seen(sign_in_id=found.sign_in_id)
        db.session.commit()  # whatever becomes of the request itself
    return found or Visitor()
