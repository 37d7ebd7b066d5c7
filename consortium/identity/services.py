"""Signing in and out, passwords (in a gatekeeper's scope), and joining a consortium (in the consortium's)."""

import hashlib
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask_babel import lazy_gettext as _l
from sqlalchemy import ARRAY, Connection, Text, Uuid, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from consortium.identity import attempts
from consortium.identity.attempts import Attempt
from consortium.identity.models import Account, AccountToken, Membership, PlatformMandate, RegionMandate, SignIn
from tenants.database import db
from tenants.errors import Problem

SIGN_IN_LASTS = timedelta(hours=12)
SHORTEST = 12

hasher = PasswordHasher()
# Verified when the account is unknown, so that the answer takes as long: the hash of a random text that nobody kept.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$2SI9E/oQX16O/uEAw8ZrRA$69A/Phup1cflN6LsOygxY3R5dYue6aXL9zqbhFchpFo"


class SignInRefused(Problem):
    """One message for every failure: unknown account, wrong password, no password yet."""

    status = 422
    title = _l("E-mail or password not recognised")
    remedy = _l("Check both and try again, or ask for a new password.")

    def __init__(self) -> None:
        super().__init__(_l("E-mail or password not recognised."))


class PasswordWeak(Problem):
    status = 422
    title = _l("This password is too easy to guess")
    remedy = _l("Choose at least 12 characters, for example four words, and not your e-mail.")

    def __init__(self) -> None:
        super().__init__(_l("This password is too easy to guess."), field="password")


class PasswordWrong(Problem):
    status = 422
    title = _l("This is not your current password")
    remedy = _l("Type it again, or sign out and ask for a new one.")

    def __init__(self) -> None:
        super().__init__(_l("This is not your current password."), field="current")


def digest(token: str) -> bytes:
    """What is kept of a token: the token itself is only in the browser or in the mail."""
    return hashlib.sha256(token.encode()).digest()


def hashed(password: str) -> str:
    return hasher.hash(_typed(password))


def authenticate(*, email: str, password: str, attempt: Attempt) -> Account:
    """The account of an e-mail and password; raises SignInRefused. `attempt` was written down before, and stays if this fails."""
    account = db.session.execute(select(Account).where(Account.email == email.strip().lower())).scalar_one_or_none()
    if not matches(account.password_hash if account else None, password) or account is None:
        raise SignInRefused
    attempts.forgive(attempt)
    if hasher.check_needs_rehash(account.password_hash or ""):
        account.password_hash = hashed(password)
    return account


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one hashed; where there is none it takes as long to say no."""
    try:
        return hasher.verify(password_hash or _NOBODY, _typed(password)) and password_hash is not None
    except VerificationError:
        return False


def _typed(password: str) -> str:
    """The same signs from any keyboard: an accented letter may be typed as one sign or as two."""
    return unicodedata.normalize("NFKC", password.strip())


def open_sign_in(*, account_id: UUID, browser: str) -> str:
    """Start a sign-in; returns the token for the browser's cookie."""
    token = secrets.token_urlsafe(32)
    expires = datetime.now().astimezone() + SIGN_IN_LASTS
    db.session.add(SignIn(account_id=account_id, token_hash=digest(token), browser=browser[:200], expires_at=expires))
    db.session.flush()
    return token


def mark_seen(*, sign_in_id: UUID) -> None:
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=func.now()))


def close_sign_in(*, sign_in_id: UUID, account_id: UUID) -> bool:
    """End one sign-in of the account's own; False where it has none of this id in force."""
    mine = (SignIn.id == sign_in_id, SignIn.account_id == account_id, SignIn.revoked_at.is_(None))
    closed = db.session.execute(update(SignIn).where(*mine).values(revoked_at=func.now()).returning(SignIn.id))
    return closed.first() is not None


def close_other_sign_ins(*, account_id: UUID, keep: UUID | None = None) -> None:
    """End the sign-ins of an account, but the one to keep."""
    others = (SignIn.account_id == account_id, SignIn.revoked_at.is_(None), SignIn.id != keep if keep else SignIn.id.is_not(None))
    db.session.execute(update(SignIn).where(*others).values(revoked_at=func.now()))


def describe_self(*, account_id: UUID, name: str, locale: str) -> None:
    """How one's own account is called, and in which language it is written to."""
    db.session.execute(update(Account).where(Account.id == account_id).values(name=name, locale=locale))


def change_password(*, account_id: UUID, current: str, password: str, keep: UUID | None, attempt: Attempt) -> None:
    """A new password for whoever knows the current one; raises PasswordWrong or PasswordWeak."""
    account = db.session.execute(select(Account).where(Account.id == account_id)).scalar_one()
    if not matches(account.password_hash, current):
        raise PasswordWrong
    attempts.forgive(attempt)
    set_password(account=account, password=password, keep=keep)


def set_password(*, account: Account, password: str, keep: UUID | None = None) -> None:
    """Replace the password: other sign-ins end and links that were sent lapse. Raises PasswordWeak."""
    refuse_weak(password, account.email)
    account.password_hash = hashed(password)
    close_other_sign_ins(account_id=account.id, keep=keep)
    unused = (AccountToken.account_id == account.id, AccountToken.used_at.is_(None))
    db.session.execute(update(AccountToken).where(*unused).values(used_at=func.now()))
    db.session.flush()


def refuse_weak(password: str, email: str) -> None:
    """Long, and not the e-mail: NIST SP 800-63B asks for length and against the obvious, not for kinds of signs."""
    plain = _typed(password).lower()
    if len(plain) < SHORTEST or plain in (email.lower(), email.lower().partition("@")[0]):
        raise PasswordWeak


def join_staff(*, email: str, name: str, role: str, valid_from: date, valid_to: date | None = None, sensitive: bool = False) -> Membership:
    """Make somebody part of the consortium in scope."""
    period = {"valid_from": valid_from, "valid_to": valid_to}
    return join_all([{"email": email, "name": name, "role": role, "sensitive": sensitive, **period}])[0]


def join_all(people: Sequence[Mapping[str, Any]]) -> list[Membership]:
    """Make people part of the consortium in scope: each {email, name, role, valid_from}, and as wanted {valid_to, sensitive}."""
    people = [{**facts, "email": facts["email"].strip().lower()} for facts in people]
    accounts = _accounts_for({facts["email"]: facts["name"] for facts in people})
    joined = [Membership(account_id=accounts[facts["email"]], **facts) for facts in people]
    db.session.add_all(joined)
    db.session.flush()
    return joined


def _accounts_for(names: Mapping[str, str]) -> dict[str, UUID]:
    """The accounts of e-mails, made where there are none (they have no password until their holders set one).

    Through a definer function: a consortium cannot read accounts, which are the platform's.
    """
    asked = (
        func.unnest(*(literal(list(each), ARRAY(Text)) for each in (names, names.values()))).table_valued("email", "name").render_derived()
    )
    found = db.session.execute(select(asked.c.email, func.app.account_for(asked.c.email, asked.c.name, type_=Uuid())))
    return dict(found.all())


def endow(
    connection: Connection,
    *,
    email: str,
    name: str,
    password: str | None = None,
    region_id: str | None = None,
    operator: bool = False,
    demo: bool = False,
) -> UUID:
    """On a connection as the owner: an account with a password, a mandate to audit a region (ISTAT code) or to run the platform.

    What is there already stays: the name, and the password where none is given; `demo` only ever becomes true.
    """
    account_id = _account(connection, email.strip().lower(), name, password, demo)
    if region_id:
        audits = upsert(RegionMandate).values(account_id=account_id, region_id=region_id, valid_from=func.current_date())
        connection.execute(audits.on_conflict_do_update(index_elements=["account_id", "region_id"], set_={"valid_to": None}))
    if operator:
        connection.execute(upsert(PlatformMandate).values(account_id=account_id).on_conflict_do_nothing())
    return account_id


def _account(connection: Connection, email: str, name: str, password: str | None, demo: bool) -> UUID:
    password_hash = hashed(password) if password else None
    new = upsert(Account).values(email=email, name=name, password_hash=password_hash, demo=demo)
    kept = {
        "password_hash": func.coalesce(new.excluded.password_hash, Account.password_hash),
        "demo": new.excluded.demo | Account.demo,
    }
    found = connection.execute(new.on_conflict_do_update(index_elements=["email"], set_=kept).returning(Account.id))
    return found.scalar_one()
