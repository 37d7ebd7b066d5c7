"""The application: opens the rooms in floor order, and makes the request's one commit."""

import logging
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click
import flask_migrate
import structlog
from flask import Flask
from flask.cli import FlaskGroup
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from consortium import launch
from consortium.config import ROOT, Config, ConfigInvalid, from_environment
from consortium.identity import queries, registry
from consortium.web import api_docs, guard, layout, problems
from consortium.web.assets import AssetsFailed
from consortium.web.language import choose_locale, here
from consortium.web.listing import formats
from tenants import charter, commands
from tenants.database import db
from tenants.scope import gatekeeper_scope
from tenants.server import ServerError

# From the ground up; a charter is founded in this order.
ROOMS = (
    "web trail post storage identity platform codes network desks staff "
    "cases profiles sensitive journal documents notices pathways reporting exchange"
).split()
# A file of 20 MB, and the fields that come with it.
UPLOAD_LIMIT = 20 * 1024 * 1024 + 64 * 1024


class Capofila(Flask):
    """Flask, with one commit a request: after the view has succeeded, before its answer leaves."""

    def dispatch_request(self) -> ResponseReturnValue:
        answer = self.make_response(super().dispatch_request())
        if answer.status_code < 400:
            db.session.commit()
        else:
            db.session.rollback()
        return answer


def create_app(config: Config | None = None) -> Flask:
    """An application on the database of `config` (default: the environment's)."""
    app = Capofila("consortium", static_folder=None, template_folder="web/templates")
    _configure(app, config or from_environment())
    _write_log()
    db.init_app(app)
    flask_migrate.Migrate(app, db, directory=str(ROOT / "migrations"))
    Babel(app, default_locale="it", default_translation_directories=str(ROOT / "translations"), locale_selector=choose_locale)
    guard.install(app, registry)
    problems.install(app)
    layout.install(app)
    app.extensions["api"] = api_docs.Api(app)
    app.register_blueprint(api_docs.blueprint)
    for room in ROOMS:
        _open(app, room)
    app.cli.add_command(commands.group)
    return app


def wsgi() -> Flask:
    """The application as gunicorn serves it: behind one proxy at most, with the built assets beside it. Raises ConfigInvalid."""
    app = create_app()
    if app.config["PRODUCTION"]:
        _refuse_demo(app)
    static = WhiteNoise(
        app.wsgi_app, root=ROOT / "consortium/web/static", prefix="static/", max_age=31536000, immutable_file_test=r"/dist/"
    )
    app.wsgi_app = ProxyFix(static, x_for=1, x_proto=1, x_host=1) if app.config["PRODUCTION"] else static  # type: ignore[method-assign]  # Flask's own way to wrap
    return app


def _refuse_demo(app: Flask) -> None:
    """Production does not start where the demo was loaded: the password of its accounts was printed."""
    with app.app_context():
        with gatekeeper_scope():
            found = queries.demo_accounts_exist()
        db.engine.dispose()  # whoever forks this process makes connections of its own
    if found:
        raise ConfigInvalid("this database has demo accounts: production is served from a database in which the demo was never loaded")


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True, "pool_size": 8, "hide_parameters": True},
        OWNER_DATABASE_URL=config.owner_database_url,
        PORT=config.port,
        PRODUCTION=config.production,
        MAIL_URL=config.mail_url,
        MAIL_FROM=config.mail_from,
        DOCUMENTS_URL=config.documents_url,
        INSTANCE=config.instance,
        DEMO_PASSWORD=config.demo_password,
        MAX_CONTENT_LENGTH=UPLOAD_LIMIT,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="capofila",
        SESSION_COOKIE_SECURE=config.production,
        SESSION_COOKIE_SAMESITE="Lax",
        API_TITLE="Capofila",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(day=formats.day, moment=formats.moment, number=_number)


def _number(value: formats.Number) -> str:
    return formats.number(value, here())


def _write_log() -> None:
    """One JSON line an event on standard error, with the request's id and no personal data."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )


def models() -> None:
    """Import the tables of every room, for who asks for all of them without making an application (the tests, when they are collected)."""
    for room in ROOMS:
        if find_spec(f"consortium.{room}.models"):
            import_module(f"consortium.{room}.models")


def _open(app: Flask, room: str) -> None:
    """Open a room: its policy and tables, its sections of the charter, its doors."""
    for name in ("policy", "models", "services", "views", "api", "commands", "tasks"):
        if find_spec(f"consortium.{room}.{name}") is None:
            continue
        part = import_module(f"consortium.{room}.{name}")
        for section in getattr(part, "CHARTER", ()):
            charter.section(section)
        if name == "views":
            app.register_blueprint(part.blueprint)
            getattr(part, "furnish", lambda app: None)(app)
        elif name == "api":
            app.extensions["api"].register_blueprint(part.blueprint)
        elif name == "commands":
            app.cli.add_command(part.group)


class Commands(FlaskGroup):
    """Flask's commands, which tell what stands in their way in words: no traceback where there is something to be done."""

    def main(self, *args: Any, **options: Any) -> Any:
        try:
            return super().main(*args, **options)
        except (ConfigInvalid, ServerError, AssetsFailed, OperationalError) as error:
            sys.exit(f"Error: {error.orig if isinstance(error, OperationalError) else error}")


@click.group(cls=Commands, create_app=create_app, add_default_commands=False)
@click.pass_context
def cli(context: click.Context) -> None:
    """Capofila: the job desks of a consortium of municipalities."""
    context.with_resource(launch.database())


cli.add_command(launch.run)
cli.add_command(launch.prepare_only)
