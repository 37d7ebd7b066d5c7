"""The worker: a process that runs jobs until it is told to stop, and looks after those whose worker is gone.

Mail has a lane of its own, so that a new password does not wait for a long import.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count

import structlog
from flask import Flask
from procrastinate import App, PsycopgConnector
from sqlalchemy import make_url

from consortium.post import registry
from consortium.post.registry import JOBS, MAIL
from consortium.post.running import Patience, Running

log = structlog.get_logger()

LANES = {MAIL: 1, JOBS: 2}  # jobs at a time
KEPT = 14 * 24  # hours that finished jobs are kept
POLL = 1  # seconds: procrastinate misses the notice of a job that comes while it looks for one
PAUSE = 3  # seconds before the worker begins anew when the database went away

# In one statement, so that two workers that look at once do not both take up a job; who crashes a worker counts as having been tried.
_TAKE_UP = """
    UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL, attempts = attempts + 1, scheduled_at = now()
    WHERE status = 'doing' AND NOT EXISTS (
        SELECT FROM procrastinate_workers w
        WHERE w.id = procrastinate_jobs.worker_id AND w.last_heartbeat > now() - make_interval(secs => %(silence)s))
    RETURNING id
"""
_GIVE_BACK = """
    UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL, scheduled_at = now()
    WHERE status = 'doing' AND id = ANY (%(numbers)s)
"""


@dataclass(frozen=True)
class Timing:
    """Seconds: between signs of life, of silence after which a worker counts as dead, and for running jobs to end when told to stop."""

    heartbeat: float = 10
    silence: float = 30
    grace: float = 20


class Worker:
    """`run` returns when SIGTERM or SIGINT was received and the running jobs have ended, or were given back for another worker."""

    def __init__(self, app: Flask, timing: Timing) -> None:
        self.timing = timing
        self.running = Running(app)
        self._jobs = _procrastinate(app, self.running)

    def run(self) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        self._stop, self._hurry = asyncio.Event(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._told_to_stop)
        while not self._stop.is_set():
            try:
                async with self._jobs.open_async():
                    await self._serve()
            except Exception as error:  # the database went away: it will come back
                log.error("worker interrupted", error=type(error).__name__)
            await _first_of(self._stop.wait(), asyncio.sleep(PAUSE))

    def _told_to_stop(self) -> None:
        """The second time, at once."""
        (self._hurry if self._stop.is_set() else self._stop).set()

    async def _serve(self) -> None:
        """Work until told to stop, or until a part of the work ends by itself: then its error is raised."""
        lanes = [asyncio.create_task(self._lane(queue, concurrency)) for queue, concurrency in LANES.items()]
        tending = asyncio.create_task(self._tend())
        log.info("worker ready", pid=os.getpid())
        await _first_of(*lanes, tending, self._stop.wait())
        ended = [task for task in (*lanes, tending) if task.done()]
        tending.cancel()
        await self._wind_up(lanes)
        for task in ended:
            task.result()

    async def _lane(self, queue: str, concurrency: int) -> None:
        await self._jobs.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=concurrency,
            fetch_job_polling_interval=POLL,
            install_signal_handlers=False,
            update_heartbeat_interval=self.timing.heartbeat,
            stalled_worker_timeout=self.timing.silence,
        )

    async def _wind_up(self, lanes: list[asyncio.Task[None]]) -> None:
        """Take no more jobs and let the running ones end; those that do not in time are given back, and die with this process."""
        for lane in lanes:
            lane.cancel()
        waiting = asyncio.gather(*lanes, return_exceptions=True)
        await _first_of(waiting, asyncio.sleep(self.timing.grace), self._hurry.wait())
        if waiting.done():
            return
        numbers = list(self.running.numbers)
        with suppress(Exception):  # without the database nobody is told: their silence tells
            await self._jobs.connector.execute_query_async(_GIVE_BACK, numbers=numbers)
        log.warning("jobs given back", jobs=numbers)
        os._exit(0 if self._stop.is_set() else 1)  # a thread cannot be stopped; its transaction ends with the process

    async def _tend(self) -> None:
        """Take up jobs whose worker gives no sign of life, and drop those finished long ago."""
        for turn in count():
            rows = await self._jobs.connector.execute_query_all_async(_TAKE_UP, silence=self.timing.silence)
            if rows:
                log.warning("jobs taken up", jobs=[row["id"] for row in rows])
            if turn % 200 == 0:
                await self._jobs.job_manager.delete_old_jobs(KEPT, include_failed=True, include_cancelled=True, include_aborted=True)
            await asyncio.sleep(self.timing.silence / 2)


async def _first_of(*parts: Awaitable[object]) -> None:
    """Wait until one of them is done. Coroutines are dropped then; tasks go on."""
    waited = [asyncio.ensure_future(part) for part in parts]
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    for part, future in zip(parts, waited, strict=True):
        if part is not future:
            future.cancel()


def _procrastinate(app: Flask, running: Running) -> App:
    """procrastinate on our database, as the postman, knowing every room's tasks."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
    connector = PsycopgConnector(
        conninfo=url.render_as_string(hide_password=False), kwargs={"options": "-c role=postman"}, min_size=1, max_size=4
    )
    jobs = App(connector=connector)
    for task in registry.all_tasks():
        jobs.task(name=task.name, queue=task.queue, pass_context=True, retry=Patience(task))(partial(running.run, task))
    return jobs
