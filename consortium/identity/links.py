"""Links sent by e-mail, in a gatekeeper's scope: each works once and for a while, looking at it does not use it up."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select, update

from consortium.identity import attempts
from consortium.identity.models import Account, AccountToken, TokenPurpose
from consortium.identity.services import digest, set_password
from consortium.post.services import announce
from tenants.database import db
from tenants.errors import Problem
from tenants.models import Tenant

RESET_LASTS = timedelta(hours=1)
RESETS_PER_ACCOUNT = 3

# token → the whole address of the page that it opens.
Address = Callable[[str], str]


class LinkOver(Problem):
    """One message for a link that never was, was used, was replaced or is too old."""

    status = 404
    title = _l("This link no longer works")
    remedy = _l(
        "Links work once, and for a limited time. Ask for a new password with your e-mail, or ask who invited you for a new invitation."
    )


@dataclass(frozen=True, slots=True)
class Link:
    """A link in force: whose it is, and the consortium that invited (None for a new password)."""

    account_id: UUID
    email: str
    name: str
    consortium: str | None


def new_token() -> str:
    return secrets.token_urlsafe(32)


def send_reset(*, email: str, address_of: Address) -> None:
    """Mail a link to whoever has an account of this e-mail, and nothing to others: the caller cannot tell.

    An account asked for too often gets no more mail, and that cannot be told either.
    """
    account = db.session.execute(select(Account).where(Account.email == email.strip().lower())).scalar_one_or_none()
    if account is None or _asked_lately(account.id) >= RESETS_PER_ACCOUNT:
        return
    token = new_token()
    db.session.add(
        AccountToken(
            account_id=account.id,
            purpose=TokenPurpose.PASSWORD_RESET,
            token_hash=digest(token),
            expires_at=func.now() + RESET_LASTS,
        )
    )
    _mail_reset(account, address_of(token))


def _asked_lately(account_id: UUID) -> int:
    lately = (AccountToken.purpose == TokenPurpose.PASSWORD_RESET, AccountToken.created_at > func.now() - RESET_LASTS)
    return db.session.execute(select(func.count()).where(AccountToken.account_id == account_id, *lately)).scalar_one()


def _mail_reset(account: Account, url: str) -> None:
    with force_locale(account.locale):
        text = _(
            "Hello %(name)s,\n\nsomebody, probably you, asked for a new password for Capofila. "
            "To choose it, open this page within an hour:\n\n%(url)s\n\nIf it was not you, do nothing: your password stays as it is.",
            name=account.name,
            url=url,
        )
        announce(to=account.email, subject=_("Choose a new password for Capofila"), text=text, locale=account.locale)


def opened(token: str, purpose: TokenPurpose) -> Link:
    """What a link in force says; does not use it up. Raises LinkOver."""
    row = db.session.execute(
        select(Account.id, Account.email, Account.name, Tenant.name)
        .join(AccountToken, AccountToken.account_id == Account.id)
        .outerjoin(Tenant, Tenant.id == AccountToken.consortium_id)
        .where(*_in_force(token, purpose))
    ).first()
    if row is None:
        raise LinkOver
    return Link(*row)


def choose_password(*, token: str, purpose: TokenPurpose, password: str, key: str) -> Account:
    """Use a link up and set the password; of two at once one finds it used. Raises LinkOver, PasswordWeak."""
    used = update(AccountToken).where(*_in_force(token, purpose)).values(used_at=func.now()).returning(AccountToken.account_id)
    account_id = db.session.execute(used).scalar_one_or_none()
    if account_id is None:
        raise LinkOver
    account = db.session.execute(select(Account).where(Account.id == account_id)).scalar_one()
    set_password(account=account, password=password)
    attempts.forget(email=account.email, key=key)
    return account


def _in_force(token: str, purpose: TokenPurpose) -> tuple[ColumnElement[bool], ...]:
    alive = (AccountToken.used_at.is_(None), AccountToken.expires_at > func.now())
    return (AccountToken.token_hash == digest(token), AccountToken.purpose == purpose, *alive)
