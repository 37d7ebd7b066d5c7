"""Attempts to sign in or to get a link, counted per account and per address, in the database: all processes see the same numbers.

An attempt is written before it is tried and struck out when it succeeds, so that many at once cannot slip past the count.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, or_, select

from consortium.identity.models import SignInFailure
from tenants.database import db
from tenants.errors import Problem

WINDOW = timedelta(minutes=15)
# Nothing asks about attempts older than the window; a day of them is kept for whoever looks into an attack.
KEPT = timedelta(days=1)
PER_ACCOUNT = 8
PER_ADDRESS = 40


class TooManyAttempts(Problem):
    status = 429
    title = _l("Too many attempts")
    remedy = _l("Wait fifteen minutes and try again.")

    def __init__(self) -> None:
        super().__init__(_l("There were too many attempts."))


@dataclass(frozen=True)
class Attempt:
    """One attempt, by keyed hashes of the account tried and of the network address."""

    id: UUID
    email_hash: bytes
    address_hash: bytes


def keyed(value: str, key: str) -> bytes:
    """A keyed hash, to count attempts without keeping who they were about."""
    return hmac.new(key.encode(), value.encode(), hashlib.sha256).digest()


def count(*, email: str, address: str, key: str, what: str = "sign-in") -> Attempt:
    """Write an attempt down; commit it before trying. `what` keeps requests for links apart from sign-ins."""
    marks = keyed(f"{what} {email.strip().lower()}", key), keyed(f"{what} {address}", key)
    row = SignInFailure(email_hash=marks[0], address_hash=marks[1])
    db.session.add(row)
    db.session.flush()
    return Attempt(row.id, *marks)


def excessive(attempt: Attempt, per_account: int = PER_ACCOUNT, per_address: int = PER_ADDRESS) -> bool:
    """Whether this one is past the limit; then it is struck out: it was not tried, and waiting is enough."""
    recent = SignInFailure.at > func.now() - WINDOW
    by_account = func.count().filter(SignInFailure.email_hash == attempt.email_hash)
    by_address = func.count().filter(SignInFailure.address_hash == attempt.address_hash)
    either = or_(SignInFailure.email_hash == attempt.email_hash, SignInFailure.address_hash == attempt.address_hash)
    accounts, addresses = db.session.execute(select(by_account, by_address).where(recent, either)).one()
    too_many: bool = accounts > per_account or addresses > per_address
    if too_many:
        forgive(attempt)
    return too_many


def forgive(attempt: Attempt) -> None:
    """Strike out an attempt that succeeded, and sweep what nothing asks about any more."""
    old = SignInFailure.at < func.now() - KEPT
    db.session.execute(delete(SignInFailure).where(or_(SignInFailure.id == attempt.id, old)))


def forget(*, email: str, key: str) -> None:
    """Strike out all attempts on an account: its holder has just shown who they are, by mail."""
    mark = keyed(f"sign-in {email.strip().lower()}", key)
    db.session.execute(delete(SignInFailure).where(SignInFailure.email_hash == mark))
