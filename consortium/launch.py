"""From nothing to a served consortium: `capofila run`. Each step does nothing where it was done before, so the second start is quick."""

import ctypes
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIG_DFL, SIGTERM, signal

import click
import flask_migrate
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import current_app
from flask.cli import with_appcontext
from gunicorn.app import wsgiapp
from sqlalchemy import create_engine

from consortium import config, demo
from consortium.config import DATABASE, ROOT
from consortium.post.commands import worker
from consortium.web import assets
from tenants import reference
from tenants.database import db

Say = Callable[[str], None]
PATIENCE = 60.0  # seconds until the server must answer
PR_SET_PDEATHSIG = 1  # prctl(2): the signal that a process gets when its parent dies


class CannotStart(click.ClickException):
    """Something stands in the way of a start; the message says what to do."""


@contextmanager
def database() -> Iterator[None]:
    """The embedded PostgreSQL while the block lasts, unless DATABASE_URL names another. Who started it stops it."""
    if not config.uses_embedded():
        yield
        return
    server = config.embedded(config.from_environment().instance)
    started = server.ensure()
    try:
        server.provision(DATABASE)
        yield
    finally:
        if started:
            server.stop()


@click.command()
@click.option("--demo/--no-demo", "with_demo", default=None, help="Load the three demo consortia (the default, but in production).")
@with_appcontext
def run(with_demo: bool | None) -> None:
    """Prepare whatever is missing, then serve until Ctrl-C."""
    port = _free_port(current_app.config["PORT"])
    wanted = not current_app.config["PRODUCTION"] if with_demo is None else with_demo
    farewell = prepare(click.echo, wanted)
    with _served(port) as processes:
        click.echo(f"\nCapofila: http://127.0.0.1:{port}/\n" + "\n".join(farewell))
        _watch(processes)


@click.command("prepare")
@with_appcontext
def prepare_only() -> None:
    """Bring tables, reference data, translations and assets up to date, without serving: after an installation or an upgrade."""
    prepare(click.echo, with_demo=False)


def prepare(say: Say, with_demo: bool) -> list[str]:
    """Tables, reference data, translations, assets and the demo; returns what to print once it is served."""
    compile_catalogues(ROOT / "translations")
    assets.build(say)
    url = current_app.config["OWNER_DATABASE_URL"]
    if not url:
        say("OWNER_DATABASE_URL is not set: the tables are left as they are.")
        return []
    say("Tables and reference data")
    flask_migrate.upgrade()
    owner = create_engine(url)
    try:
        reference.fill(owner)
        return demo.load(owner, say) if with_demo else []
    finally:
        owner.dispose()


def compile_catalogues(folder: Path) -> None:
    """Write the `.mo` beside each `.po` that is newer."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as po, target.open("wb") as mo:
                write_mo(mo, read_po(po))


def _free_port(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(f"Port {port} is taken: stop what uses it, or choose another, as in `PORT={port + 1} make run`.") from error
    return port


@contextmanager
def _served(port: int) -> Iterator[list[BaseProcess]]:
    """The web server and the worker, until the block ends: then both are asked to finish, and waited for."""
    db.engine.dispose()  # whoever is forked makes connections of its own
    signal(SIGTERM, lambda number, frame: sys.exit(0))
    processes = [_start(_web, port), _start(_worker)]
    try:
        _await_answer(port, processes)
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(timeout=30)
            process.kill()  # nothing happens to one that has ended


def _start(work: Callable[..., None], *arguments: object) -> BaseProcess:
    """A copy of this process that does something else: what was imported here is not imported again, which halves a start."""
    process = get_context("fork").Process(target=_apart, args=(work, *arguments))
    process.start()
    return process


def _apart(work: Callable[..., None], *arguments: object) -> None:
    """In a session of its own, so that Ctrl-C comes to the parent alone; it ends with the parent, even when that is killed."""
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGTERM)
    signal(SIGTERM, SIG_DFL)
    work(*arguments)


def _web(port: int) -> None:
    where = ["wsgi:app", "--bind", f"127.0.0.1:{port}", "--preload", "--graceful-timeout", "5"]
    lanes = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--log-level", "warning"]
    sys.argv = ["gunicorn", "--chdir", str(ROOT), *where, *lanes]
    wsgiapp.run()


def _worker() -> None:
    worker.main([], standalone_mode=False)


def _await_answer(port: int, processes: list[BaseProcess]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(port):
        if time.monotonic() > deadline or not all(process.is_alive() for process in processes):
            raise CannotStart("The server does not answer: its last lines above say why.")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _watch(processes: list[BaseProcess]) -> None:
    """Until Ctrl-C, or until one of them ends by itself."""
    try:
        while all(process.is_alive() for process in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        click.echo("\nStopping…")
        return
    raise CannotStart("One of the processes has ended by itself: its last lines above say why.")
