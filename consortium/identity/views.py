"""The pages by which one comes in and goes out, and those of links sent by e-mail."""

import re
import time
from dataclasses import replace

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from consortium.identity import account_pages, attempts, links, services
from consortium.identity.account_pages import attempted
from consortium.identity.models import Account, TokenPurpose
from consortium.identity.schemas import NewPasswordSchema, ResetSchema, SignInSchema
from consortium.web import landing
from consortium.web.guard import public
from consortium.web.intake import Form
from consortium.web.language import COOKIE, COOKIE_SECONDS
from tenants.database import db

blueprint = Blueprint("identity", __name__, template_folder="templates")
account_pages.add_to(blueprint)

# Longer than writing a mail takes: whoever asks for a link cannot tell by the clock whether there is an account.
RESET_TAKES = 0.4
_OUR_PAGE = re.compile(r"/(?![/\\])[^\\\x00-\x20]*")


@blueprint.after_request
def _keep_addresses(response: Response) -> Response:
    """An address here may hold a key: no other site is told it."""
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> BaseResponse:
    if request.method in ("GET", "HEAD") and g.visitor.account is not None:
        return redirect(_next() or url_for("identity.home"))
    form = Form(SignInSchema())
    if form.accepted():
        with form.refusing():
            account = services.authenticate(**form.data, attempt=attempted(form.data["email"]))
        if not form.errors:
            return _come_in(account, _next() or url_for("identity.home"))
    return form.page("identity/sign_in.html")


def _come_in(account: Account, target: str) -> BaseResponse:
    """A new key for this browser, whatever it held before (nobody can have planted it); pages in the account's language."""
    if g.visitor.account is not None:
        services.close_sign_in(sign_in_id=g.visitor.sign_in_id, account_id=g.visitor.account.id)
    session.clear()
    session["sign_in"] = services.open_sign_in(account_id=account.id, browser=request.user_agent.string)
    answer = redirect(target, 303)
    if COOKIE not in request.cookies:
        answer.set_cookie(COOKIE, account.locale, max_age=COOKIE_SECONDS, secure=request.is_secure, httponly=True, samesite="Lax")
    return answer


def _next() -> str | None:
    """The page that one was on the way to, if it is one of ours."""
    target = request.args.get("next", "")
    return target if _OUR_PAGE.fullmatch(target) else None


@blueprint.post("/sign-out")
@public
def sign_out() -> BaseResponse:
    if g.visitor.account is not None:
        services.close_sign_in(sign_in_id=g.visitor.sign_in_id, account_id=g.visitor.account.id)
    session.clear()
    flash(_("You have signed out."), "success")
    return redirect(url_for("identity.sign_in"), 303)


@blueprint.get("/")
@public
def home() -> BaseResponse | str:
    """Whoever is signed in goes to their work; the others see who we are and the way in."""
    if g.visitor.account is None:
        return render_template("identity/welcome.html")
    return redirect(landing.of(g.visitor))


@blueprint.get("/<slug:tenant>/")
@blueprint.get("/regions/<slug:region>/")
@public
def place() -> BaseResponse:
    """The first page of a consortium or a region is its visitor's own work there (the switcher leads here)."""
    who = g.visitor
    if who.account is None:
        return redirect(url_for("identity.sign_in", next=request.path))
    if not who.roles:
        abort(404)
    here = tuple(each for each in who.belongings if each.tenant == who.tenant)
    return redirect(landing.of(replace(who, belongings=here, regions=(who.region,) if who.region else ())))


@blueprint.route("/password-reset", methods=["GET", "POST"])
@public
def ask_reset() -> BaseResponse:
    form = Form(ResetSchema())
    if form.accepted():
        answers_at = time.monotonic() + RESET_TAKES
        with form.refusing():
            attempted(form.data["email"], "reset", per_account=attempts.PER_ADDRESS)
            links.send_reset(**form.data, address_of=_reset_address)
            db.session.commit()  # writing to the disk takes time too
        time.sleep(max(0.0, answers_at - time.monotonic()))
        if not form.errors:
            return redirect(url_for("identity.reset_asked"), 303)
    return form.page("identity/ask_reset.html")


def _reset_address(token: str) -> str:
    return url_for("identity.reset", token=token, _external=True)


@blueprint.get("/password-reset/asked")
@public
def reset_asked() -> str:
    """The same for everybody, account or not."""
    return render_template("identity/reset_asked.html")


@blueprint.route("/password-reset/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> BaseResponse:
    return _choose_password(
        token, TokenPurpose.PASSWORD_RESET, _("Your password is changed. Wherever else you were signed in, you are out.")
    )


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> BaseResponse:
    return _choose_password(token, TokenPurpose.INVITATION, _("Welcome: from now on you sign in with your e-mail and this password."))


def _choose_password(token: str, purpose: TokenPurpose, welcome: str) -> BaseResponse:
    """Looking uses nothing up (mail scanners look); sending the form does, and signs in."""
    link = links.opened(token, purpose)
    form = Form(NewPasswordSchema())
    if form.accepted():
        with form.refusing():
            account = links.choose_password(token=token, purpose=purpose, key=current_app.config["SECRET_KEY"], **form.data)
        if not form.errors:
            flash(welcome, "success")
            return _come_in(account, url_for("identity.home"))
    return form.page("identity/choose_password.html", link=link)
