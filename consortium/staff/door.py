"""The room's door: somebody of the staff of an address, and the addresses that a mail names."""

from functools import partial
from uuid import UUID

from flask import abort, g, url_for

from consortium.identity.models import Membership
from consortium.staff import queries
from consortium.staff.letters import Pages


def member(membership_id: UUID) -> tuple[Membership, bool]:
    """Somebody of the staff, and whether they have come in; else 404."""
    return queries.person(membership_id) or abort(404)


def pages() -> Pages:
    invitation = partial(url_for, "identity.invitation", _external=True)
    sign_in = url_for("identity.sign_in", _external=True)
    return Pages(g.visitor.tenant.name, lambda token: invitation(token=token), sign_in)
