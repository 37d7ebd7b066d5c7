"""`capofila post …`: the worker."""

import logging

import click
from flask import current_app
from flask.cli import AppGroup

from consortium.post.worker import Timing, Worker

group = AppGroup("post", help="Mail and jobs.")


@group.command("worker")
@click.option("--heartbeat", type=float, default=Timing.heartbeat, show_default=True, help="Seconds between signs of life.")
@click.option(
    "--silence", type=float, default=Timing.silence, show_default=True, help="Seconds of silence after which its jobs are another's."
)
@click.option("--grace", type=float, default=Timing.grace, show_default=True, help="Seconds that running jobs are given to end at a stop.")
def worker(heartbeat: float, silence: float, grace: float) -> None:
    """Run jobs and send mail until SIGTERM; a second one stops at once. Jobs cut short are taken up by the next worker."""
    # Their own lines quote arguments and errors: ours say what is to be said.
    for library in ("procrastinate", "psycopg"):
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    Worker(current_app._get_current_object(), Timing(heartbeat, silence, grace)).run()  # type: ignore[attr-defined]  # Flask's proxy
