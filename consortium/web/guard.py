"""Default-deny: a view only declares its permission; one hook enforces it, and opens the one scope of the request.

A view that declares nothing answers 403. A consortium or region that is not one's own does not exist: 404.
"""

import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response as BaseResponse

from consortium.web.policy import Permission, Role, roles_of
from consortium.web.visitor import Consortium, Region, Visitor
from tenants import scope
from tenants.charter import RESERVED
from tenants.database import db
from tenants.errors import Problem

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Addresses with a one-use token in them must not travel in a referrer.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}

View = TypeVar("View", bound=Callable[..., Any])
log = structlog.get_logger()


class ConsortiumSuspended(Problem):
    status = 403
    title = _l("This consortium is suspended")
    remedy = _l("Nothing is lost: its pages open again when the platform's operator resumes it. Ask your lead body why.")


class FromElsewhere(Problem):
    status = 403
    title = _l("This was sent by another site")
    remedy = _l("Nothing was saved. Open the page here, and send it from there.")


class Registry(Protocol):
    """What the guard asks of the room that knows people (identity), each inside a gatekeeper's scope."""

    def visitor(self) -> Visitor: ...
    def consortium(self, slug: str) -> Consortium | None: ...
    def region(self, slug: str) -> Region | None: ...


class SlugConverter(BaseConverter):
    """A consortium's slug: never a word that the application uses itself."""

    # Refused by the pattern: by `to_python`, a path that has other methods too would be a 405 instead of the one 404.
    regex = rf"(?!(?:{'|'.join(sorted(RESERVED))})$)[a-z][a-z0-9-]*"


def requires(permission: Permission, *, door: str = "") -> Callable[[View], View]:
    """Declare the permission of a view. `door` names the database role where the address does not tell it (platform pages)."""
    return lambda view: _declare(view, permission, door)


def public(view: View) -> View:
    """Declare that anybody may see a view."""
    return _declare(view, None, "")


def _declare(view: View, permission: Permission | None, door: str) -> View:
    """Written on the function itself, where decorators above it carry it along; `_admit` reads it back."""
    vars(view).update(permission=permission, door=door)
    return view


def install(app: Flask, registry: Registry) -> None:
    app.url_map.converters["slug"] = SlugConverter
    app.extensions["registry"] = registry
    app.url_value_preprocessor(_take_place)
    app.url_defaults(_give_place)
    for step in (_name_request, _same_origin, _admit):
        app.before_request(step)
    app.after_request(_sign)
    app.teardown_request(_leave)


def _take_place(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The consortium and the region of an address go to `g`, so that no view takes them as arguments."""
    g.tenant_slug = values.pop("tenant", None) if values else None
    g.region_slug = values.pop("region", None) if values else None


def _give_place(endpoint: str, values: dict[str, Any]) -> None:
    for name, slug in (("tenant", g.get("tenant_slug")), ("region", g.get("region_slug"))):
        if slug and name not in values and current_app.url_map.is_endpoint_expecting(endpoint, name):
            values[name] = slug


def _name_request() -> None:
    g.request_id = uuid.uuid4().hex[:16]
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id, endpoint=request.endpoint, method=request.method)


def _same_origin() -> None:
    """An unsafe method must come from our own pages: by Sec-Fetch-Site, else by Origin; a client that sends neither is no browser."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site not in (None, "same-origin", "none") or (site is None and origin and urlsplit(origin).netloc != request.host):
        raise FromElsewhere


def _declared(endpoint: str | None) -> Any:
    return current_app.view_functions.get(endpoint or "")


def _admit() -> BaseResponse | None:
    """Tell who asks, open their scope, and refuse what the view's permission does not allow."""
    g.visitor = Visitor()
    g.scope = ExitStack()
    if request.endpoint == "static":
        return None
    if request.endpoint is None:  # there is no such page, and it says so in the frame of whoever asks
        g.visitor = _visitor()
        return None
    view = _declared(request.endpoint)
    if not hasattr(view, "permission"):
        abort(403)
    g.visitor = _visitor()
    refusal = _refusal(view.permission)
    if refusal is not None:
        return refusal
    g.scope.enter_context(_scope(view.door))
    return None


def _visitor() -> Visitor:
    registry: Registry = current_app.extensions["registry"]
    with scope.gatekeeper_scope(request_id=g.request_id):
        visitor = registry.visitor()
        if g.tenant_slug:
            return _in_consortium(visitor, registry)
        if g.region_slug:
            return _in_region(visitor, registry)
        return visitor


def _in_consortium(visitor: Visitor, registry: Registry) -> Visitor:
    for belonging in visitor.belongings:
        if belonging.tenant.slug == g.tenant_slug:
            roles = roles_of(belonging.role, entrusted=belonging.entrusted)
            return replace(visitor, tenant=belonging.tenant, membership_id=belonging.membership_id, roles=roles)
    consortium = registry.consortium(g.tenant_slug)
    return replace(visitor, tenant=consortium or abort(404), roles=frozenset())


def _in_region(visitor: Visitor, registry: Registry) -> Visitor:
    for region in visitor.regions:
        if region.slug == g.region_slug:
            return replace(visitor, region=region, roles=frozenset({Role.AUDITOR}))
    return replace(visitor, region=registry.region(g.region_slug) or abort(404), roles=frozenset())


def _refusal(permission: Permission | None) -> BaseResponse | None:
    """None to go on; who is not signed in goes to sign in, who is signed in and does not belong here finds nothing."""
    visitor: Visitor = g.visitor
    if permission is None:
        return None
    if visitor.account is None:
        return to_sign_in()
    if not visitor.roles and (visitor.tenant or visitor.region):
        abort(404)
    if visitor.tenant and not visitor.tenant.active:
        raise ConsortiumSuspended
    if not visitor.may(permission):
        abort(404 if permission.concealed else 403)
    return None


def to_sign_in() -> BaseResponse:
    """To sign in, and back to the page; a form that was sent when the session had ended is kept on the page that says so."""
    here = request.full_path.rstrip("?")
    if request.path.startswith("/api/"):
        abort(401)
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("identity.sign_in", next=here))
    # What a form held, to be sent again once signed in; never that of an account's own pages, where passwords are.
    sent = list(request.form.items(multi=True)) if g.tenant_slug else []
    own_page = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    shown = {"sent": sent, "files": bool(request.files), "here": here, "next": here if own_page else None}
    return make_response(render_template("web/signed_out.html", **shown), 401)


def _scope(door: str) -> Any:
    visitor: Visitor = g.visitor
    who = {"actor_id": visitor.account.id if visitor.account else None, "request_id": g.request_id}
    if visitor.tenant is not None and visitor.roles:
        return scope.tenant_scope(visitor.tenant.id, visitor.tenant.region_id, **who)
    if visitor.tenant is not None:
        return scope.visitor_scope(visitor.tenant.id, visitor.tenant.region_id, request_id=g.request_id)
    if visitor.region is not None and visitor.roles:
        return scope.region_scope(visitor.region.id, **who)
    return scope.operator_scope(**who) if door == "operator" else scope.gatekeeper_scope(**who)


def _sign(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["PRODUCTION"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    log.info("request", status=response.status_code)
    return response


def _leave(error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("scope", None)
    if stack is not None:
        stack.close()
    db.session.remove()
