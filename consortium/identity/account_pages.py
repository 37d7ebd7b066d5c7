"""One's own account: name, language, consortia, password, and where one is signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, abort, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from consortium.identity import attempts, queries, services
from consortium.identity.attempts import Attempt, TooManyAttempts
from consortium.identity.browsers import browser_name
from consortium.identity.schemas import AccountSchema, ChangePasswordSchema
from consortium.web.guard import public, to_sign_in
from consortium.web.intake import Form
from consortium.web.language import COOKIE, COOKIE_SECONDS, LANGUAGES
from consortium.web.layout import crumb
from consortium.web.listing.formats import moment
from consortium.web.policy import ROLE_LABELS
from tenants.database import db

View = TypeVar("View", bound=Callable[..., Any])


def _own(view: View) -> View:
    """Whoever is signed in, whatever they are: an account that belongs nowhere (any more) has no role, and is still its holder's."""

    @wraps(view)
    def own(**values: Any) -> Any:
        if g.visitor.account is None:
            return to_sign_in()
        return view(**values)

    return public(own)  # type: ignore[return-value]  # the same signature


def attempted(email: str, what: str = "sign-in", per_account: int = attempts.PER_ACCOUNT) -> Attempt:
    """An attempt, written down for good before it is tried; raises TooManyAttempts."""
    attempt = attempts.count(email=email, address=request.remote_addr or "", key=current_app.config["SECRET_KEY"], what=what)
    db.session.commit()
    too_many = attempts.excessive(attempt, per_account)
    db.session.commit()
    if too_many:
        raise TooManyAttempts
    return attempt


def add_to(blueprint: Blueprint) -> None:
    """Open these pages under the names that the frame links to (`identity.account`)."""
    blueprint.add_url_rule("/account", "account", account, methods=["GET", "POST"])
    blueprint.add_url_rule("/account/password", "change_password", change_password, methods=["GET", "POST"])
    blueprint.add_url_rule("/account/sign-ins/<uuid:sign_in_id>/revoke", "revoke", revoke, methods=["POST"])
    blueprint.add_url_rule("/account/sign-ins/revoke-others", "revoke_others", revoke_others, methods=["POST"])


@_own
def account() -> Response:
    mine = queries.account(g.visitor.account.id)
    form = Form(AccountSchema(), {"name": mine.name, "locale": mine.locale})
    if form.accepted():
        services.describe_self(account_id=mine.id, **form.data)
        return _described(form.data["locale"])
    crumb(_("Your account"))
    sign_ins = queries.sign_ins(mine.id, g.visitor.sign_in_id)
    words = {"role_labels": ROLE_LABELS, "browser_name": browser_name, "moment": moment, "languages": list(LANGUAGES.items())}
    return form.page("identity/account.html", email=mine.email, sign_ins=sign_ins, **words)


def _described(locale: str) -> Response:
    flash(_("Saved."), "success")
    answer = redirect(url_for("identity.account"), 303)
    answer.set_cookie(COOKIE, locale, max_age=COOKIE_SECONDS, secure=request.is_secure, httponly=True, samesite="Lax")
    return answer


@_own
def change_password() -> Response:
    who = g.visitor
    form = Form(ChangePasswordSchema())
    if form.accepted():
        with form.refusing():
            attempt = attempted(who.account.email)
            services.change_password(account_id=who.account.id, keep=who.sign_in_id, attempt=attempt, **form.data)
        if not form.errors:
            flash(_("Your password is changed. Wherever else you were signed in, you are out."), "success")
            return redirect(url_for("identity.account"), 303)
    crumb(_("Your account"), url_for("identity.account"))
    crumb(_("Change password"))
    return form.page("identity/change_password.html", email=who.account.email)


@_own
def revoke(sign_in_id: UUID) -> Response:
    if not services.close_sign_in(sign_in_id=sign_in_id, account_id=g.visitor.account.id):
        abort(404)
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("identity.account"), 303)


@_own
def revoke_others() -> Response:
    services.close_other_sign_ins(account_id=g.visitor.account.id, keep=g.visitor.sign_in_id)
    flash(_("All other browsers are signed out."), "success")
    return redirect(url_for("identity.account"), 303)
