"""The mail of a demo, for whoever uses it: also somebody who has lost a password and is not signed in.

It holds keys. So it is there only where mail goes to files and nothing is in production, and only for who sits at the machine.
"""

from ipaddress import ip_address
from pathlib import Path
from uuid import UUID

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request, url_for

from consortium.post import demo, transport
from consortium.web.guard import public
from consortium.web.listing.formats import moment

blueprint = Blueprint("post", __name__, url_prefix="/mail", template_folder="templates")
IN_A_FRAME = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox",
    "X-Frame-Options": "SAMEORIGIN",
}


@blueprint.get("")
@public
def mail() -> str:
    return render_template("post/mail.html", copies=demo.copies(_folder() or abort(404)), moment=moment)


@blueprint.get("/<uuid:message_id>")
@public
def one(message_id: UUID) -> str:
    copy = demo.copy(_folder() or abort(404), message_id) or abort(404)
    return render_template("post/one.html", copy=copy, written_at=moment(copy.written_at))


@blueprint.get("/<uuid:message_id>/page")
@public
def page(message_id: UUID) -> Response:
    """The HTML of a message, for a frame of its own page: with its styles, without scripts, and of no origin."""
    copy = demo.copy(_folder() or abort(404), message_id) or abort(404)
    return Response(copy.html, mimetype="text/html", headers=IN_A_FRAME)


def _folder() -> Path | None:
    """Where the demo's mail is; None where there is no such page."""
    chosen = transport.chosen(current_app.config["MAIL_URL"])
    if current_app.config["PRODUCTION"] or not isinstance(chosen, transport.Folder) or not _from_this_machine():
        return None
    return chosen.path


def _from_this_machine() -> bool:
    return request.remote_addr is not None and ip_address(request.remote_addr).is_loopback


def demo_mail_url() -> str | None:
    """For pages that say "look into your mail": where that is in a demo, else None."""
    return url_for("post.mail") if _folder() is not None else None


def furnish(app: Flask) -> None:
    """Check MAIL_URL at the start (raises ConfigInvalid), and give templates `demo_mail_url()`."""
    transport.chosen(app.config["MAIL_URL"])
    app.jinja_env.globals["demo_mail_url"] = demo_mail_url
