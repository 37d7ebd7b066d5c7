"""Invitations by mail, in a consortium's scope: a link for who has no password yet, a notice for who has one."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from consortium.identity.links import Address, new_token
from consortium.identity.models import Membership
from consortium.identity.services import digest
from consortium.post.services import announce
from consortium.web.policy import ROLE_LABELS, Role
from tenants.database import db

INVITATION_LASTS = timedelta(days=7)


@dataclass(frozen=True)
class Pages:
    """Addresses that a mail names, and the consortium's name: what the door knows."""

    consortium: str
    invitation: Address
    sign_in: str


def send_invitation(membership: Membership, pages: Pages) -> None:
    """Mail an invitation; those sent before stop working. The consortium does not learn which of the two texts it was."""
    token = new_token()
    is_new = db.session.execute(select(func.app.invite(membership.id, digest(token), INVITATION_LASTS))).scalar_one()
    text = _invitation(membership, pages, pages.invitation(token)) if is_new else _notice(membership, pages)
    announce(
        to=membership.email,
        subject=_("%(consortium)s has added you to its staff", consortium=pages.consortium),
        text=text,
        about=("memberships", membership.id),
        locale=str(get_locale() or "it"),
    )


def withdraw_invitation(membership: Membership) -> None:
    db.session.execute(select(func.app.withdraw_invitation(membership.id)))


def _invitation(membership: Membership, pages: Pages, url: str) -> str:
    text: str = _(
        "Hello %(name)s,\n\n%(consortium)s has invited you to work on Capofila as: %(role)s.\n\n"
        "To choose your password and come in, open this page within seven days:\n\n%(url)s\n\n"
        "If you do not expect this, do nothing.",
        name=membership.name,
        consortium=pages.consortium,
        role=str(ROLE_LABELS[Role(membership.role)]),
        url=url,
    )
    return text


def _notice(membership: Membership, pages: Pages) -> str:
    text: str = _(
        "Hello %(name)s,\n\n%(consortium)s has added you to its staff on Capofila as: %(role)s.\n\n"
        "You have an account already: sign in with your e-mail and your password, and choose the consortium from the menu with your name."
        "\n\n%(url)s",
        name=membership.name,
        consortium=pages.consortium,
        role=str(ROLE_LABELS[Role(membership.role)]),
        url=pages.sign_in,
    )
    return text
