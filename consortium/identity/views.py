"""The pages by which one comes in and goes out."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from consortium.identity import services
from consortium.identity.schemas import SignInSchema
from consortium.web import landing
from consortium.web.guard import public
from consortium.web.intake import Form
from tenants.database import db
from tenants.errors import Problem

blueprint = Blueprint("identity", __name__, template_folder="templates")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    form = Form(SignInSchema())
    if form.accepted():
        try:
            account = services.authenticate(**form.data, address=request.remote_addr or "", key=current_app.config["SECRET_KEY"])
        except Problem as problem:
            db.session.commit()  # the failure counts
            form.refuse({"_schema": [f"{problem.title}. {problem.remedy}"]}, problem.status)
        else:
            session.clear()
            session["sign_in"] = services.open_sign_in(account_id=account.id, browser=request.user_agent.string)
            return redirect(_next() or url_for("identity.home"), 303)
    form.values.pop("password", None)
    return form.page("identity/sign_in.html")


def _next() -> str | None:
    """The page that one was on the way to, if it is one of ours."""
    target = request.args.get("next", "")
    parts = urlsplit(target)
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc else None


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    if g.visitor.account is not None:
        services.close_sign_in(sign_in_id=g.visitor.sign_in_id, account_id=g.visitor.account.id)
    session.clear()
    flash(_("You have signed out."), "success")
    return redirect(url_for("identity.sign_in"), 303)


@blueprint.get("/")
@public
def home() -> Response | str:
    """Whoever is signed in goes to their work; the others see who we are and the way in."""
    if g.visitor.account is None:
        return render_template("identity/welcome.html")
    return redirect(landing.of(g.visitor))
