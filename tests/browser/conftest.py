"""The site as a browser meets it: served from a thread on the worker's database, with its assets, to the machine's Chromium."""

import logging
import os
from collections.abc import Iterator
from shutil import which
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server
from whitenoise import WhiteNoise

from consortium.config import ROOT, Config
from tests.browser.people import People
from tests.factories import Founded, found
from tests.house.furniture import furnish, mandate

# Debian's, the one without a window first: what nobody watches need not be drawn.
CHROMIUM = ("chromium-headless-shell", "chromium")
# Nothing of the browser's own calls home, nothing moves (a style is what it is as soon as it is set), drawing takes no process.
QUIET = (
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--force-prefers-reduced-motion",
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium where there is one, else playwright's own; root has no sandbox."""
    here = next(filter(None, map(which, CHROMIUM)), None)
    options = {"executable_path": here} if here else {}
    return {**browser_type_launch_args, **options, "args": [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]}


@pytest.fixture(scope="session")
def site(app: Flask) -> Iterator[str]:
    """The address of the application, static files included."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    files = WhiteNoise(app.wsgi_app, root=ROOT / "consortium/web/static", prefix="static/")
    server = make_server("127.0.0.1", 0, files, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def mandates(config: Config) -> None:
    mandate(config.owner_database_url or "")


@pytest.fixture(scope="session")
def furnished(app: Flask) -> Founded:
    """A consortium at work."""
    return furnish(found(app), each=3)


@pytest.fixture(scope="session")
def bare(app: Flask) -> Founded:
    """A consortium on its first day: members, desks and staff, nobody served."""
    return found(app)


@pytest.fixture(scope="session")
def people(site: str, mandates: None) -> People:
    return People(site)
