"""Signing in and out (in a gatekeeper's scope), and joining a consortium (in the consortium's)."""

import hashlib
import hmac
import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select, update

from consortium.identity.models import Account, Membership, SignIn, SignInFailure
from tenants.database import db
from tenants.errors import Problem

SIGN_IN_LASTS = timedelta(hours=12)
WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 8
FAILURES_PER_ADDRESS = 40

hasher = PasswordHasher()
# Verified when the account is unknown, so that the answer takes as long.
_NOBODY = hasher.hash(secrets.token_urlsafe())


class SignInRefused(Problem):
    """One message for every failure: unknown account, wrong password, no password yet."""

    status = 422
    title = _l("E-mail or password not recognised")
    remedy = _l("Check both and try again, or ask for a new password.")


class TooManyAttempts(Problem):
    status = 429
    title = _l("Too many attempts")
    remedy = _l("Wait fifteen minutes and try again, or ask for a new password.")


def digest(token: str) -> bytes:
    """What is kept of a token: the token itself is only in the browser or in the mail."""
    return hashlib.sha256(token.encode()).digest()


def keyed(value: str, key: str) -> bytes:
    """A keyed hash, to count attempts without keeping who they were about."""
    return hmac.new(key.encode(), value.encode(), hashlib.sha256).digest()


def authenticate(*, email: str, password: str, address: str, key: str) -> Account:
    """The account of an e-mail and password; raises SignInRefused or TooManyAttempts. The failure is recorded: commit it."""
    marks = keyed(email.strip().lower(), key), keyed(address, key)
    _throttle(*marks)
    account = db.session.execute(select(Account).where(Account.email == email.strip().lower())).scalar_one_or_none()
    if not _matches(account.password_hash if account else None, password) or account is None:
        db.session.add(SignInFailure(email_hash=marks[0], address_hash=marks[1]))
        db.session.flush()
        raise SignInRefused
    if hasher.check_needs_rehash(account.password_hash or ""):
        account.password_hash = hasher.hash(password)
    return account


def _throttle(email_hash: bytes, address_hash: bytes) -> None:
    recent = SignInFailure.at > func.now() - WINDOW
    by_account = func.count().filter(SignInFailure.email_hash == email_hash)
    by_address = func.count().filter(SignInFailure.address_hash == address_hash)
    either = or_(SignInFailure.email_hash == email_hash, SignInFailure.address_hash == address_hash)
    accounts, addresses = db.session.execute(select(by_account, by_address).where(recent, either)).one()
    if accounts >= FAILURES_PER_ACCOUNT or addresses >= FAILURES_PER_ADDRESS:
        raise TooManyAttempts


def _matches(password_hash: str | None, password: str) -> bool:
    try:
        return hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except VerificationError:
        return False


def open_sign_in(*, account_id: UUID, browser: str) -> str:
    """Start a sign-in; returns the token for the browser's cookie."""
    token = secrets.token_urlsafe(32)
    expires = datetime.now().astimezone() + SIGN_IN_LASTS
    db.session.add(SignIn(account_id=account_id, token_hash=digest(token), browser=browser[:200], expires_at=expires))
    db.session.flush()
    return token


def close_sign_in(*, sign_in_id: UUID, account_id: UUID) -> None:
    """End one sign-in of the account's own."""
    mine = (SignIn.id == sign_in_id, SignIn.account_id == account_id, SignIn.revoked_at.is_(None))
    db.session.execute(update(SignIn).where(*mine).values(revoked_at=func.now()))


def account_for(*, email: str, name: str) -> UUID:
    """The account of an e-mail, made if there is none (it has no password until its holder sets one).

    Through a definer function: a consortium cannot read accounts, which are the platform's.
    """
    return db.session.execute(select(func.app.account_for(email.strip().lower(), name))).scalar_one()


def join_staff(*, email: str, name: str, role: str, valid_from: date, valid_to: date | None = None) -> Membership:
    """Make somebody part of the consortium in scope."""
    account_id = account_for(email=email, name=name)
    membership = Membership(
        account_id=account_id, email=email.strip().lower(), name=name, role=role, valid_from=valid_from, valid_to=valid_to
    )
    db.session.add(membership)
    db.session.flush()
    return membership
