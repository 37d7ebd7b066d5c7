"""Where each role's work begins: rooms say so, the sign-in goes there."""

from flask import current_app, url_for

from consortium.web.policy import Role
from consortium.web.visitor import Visitor


def at(role: Role, endpoint: str) -> None:
    """Make `endpoint` the landing page of a role."""
    current_app.extensions.setdefault("landings", {})[role] = endpoint


def of(visitor: Visitor) -> str:
    """The address where this visitor's work begins: the first consortium, else the region, else the platform, else the account."""
    landings: dict[Role, str] = current_app.extensions.get("landings", {})
    if visitor.belongings:
        first = visitor.belongings[0]
        return url_for(landings.get(first.role, "identity.account"), tenant=first.tenant.slug)
    if visitor.regions:
        return url_for(landings[Role.AUDITOR], region=visitor.regions[0].slug)
    return url_for(landings[Role.OPERATOR] if visitor.is_operator else "identity.account")
