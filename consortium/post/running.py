"""How one job is run: alone, in the scope in which it was left, committed at its end."""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from flask import Flask
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.jobs import Job
from sqlalchemy import text

from consortium.post.registry import Task
from consortium.post.tasks import TryAgain
from tenants.database import Scope, db
from tenants.errors import Problem
from tenants.scope import entered

log = structlog.get_logger()

FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=10), timedelta(hours=1)
OCCUPIED = 15  # seconds
# Keys of advisory locks: one space for jobs, so that no other use of them meets theirs.
_LOCK, _UNLOCK = (text(f"SELECT pg_{verb}(1785684339, CAST(:job AS integer))") for verb in ("try_advisory_lock", "advisory_unlock"))


class GivenUp(Exception):
    """A job has crashed its worker as often as it may."""


class Occupied(TryAgain):
    """The job is still run by a worker that was taken for dead."""


class Patience(BaseRetryStrategy):
    """When a failed job is run again: see `wait`."""

    def __init__(self, task: Task) -> None:
        self.task = task

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        delay = wait(self.task, job.attempts, exception)
        return None if delay is None else RetryDecision(retry_in={"seconds": round(delay.total_seconds())})


def wait(task: Task, attempts: int, error: BaseException) -> timedelta | None:
    """How long until the next attempt, after `attempts` earlier ones and this one; None: it is over."""
    if isinstance(error, TryAgain):
        return timedelta(seconds=error.seconds)
    if isinstance(error, Problem | GivenUp) or attempts + 1 >= task.attempts:
        return None
    delay: timedelta = min(FIRST_DELAY * 4**attempts, LONGEST_DELAY)
    return delay


class Running:
    """The jobs of this process: `numbers` those that are being run now."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.numbers: set[int] = set()

    def run(self, task: Task, context: JobContext, scope: Mapping[str, str | None], args: Mapping[str, Any]) -> None:
        """Run a job to its end, or raise what stopped it. One log line, with neither arguments nor words of errors in it."""
        job, started = context.job, time.monotonic()
        facts = {"task": task.name, "job": job.id, "tenant_id": scope["tenant_id"], "attempt": job.attempts + 1}
        structlog.contextvars.bind_contextvars(request_id=scope["request_id"])
        try:
            self._attempt(task, job, scope, args)
        except Exception as error:
            again = wait(task, job.attempts, error)
            if again is None:
                self._give_up(task, scope, args)
            log.warning("job failed", **facts, error=type(error).__name__, where=_where(error), retry_in=again and again.total_seconds())
            raise
        log.info("job done", **facts, seconds=round(time.monotonic() - started, 3))

    def _attempt(self, task: Task, job: Job, scope: Mapping[str, str | None], args: Mapping[str, Any]) -> None:
        with self.app.app_context(), self._alone(job.id or 0):
            if job.attempts >= task.attempts:
                raise GivenUp
            with _entered(scope):
                task.work(**args)
                db.session.commit()

    def _give_up(self, task: Task, scope: Mapping[str, str | None], args: Mapping[str, Any]) -> None:
        if task.given_up is None:
            return
        with self.app.app_context(), _entered(scope):
            task.given_up(**args)
            db.session.commit()

    @contextmanager
    def _alone(self, number: int) -> Iterator[None]:
        """Hold the job's lock: the database frees it when this process dies, and not before. Raises Occupied.

        A worker that does not reach the database for a while is taken for dead; its jobs are given to others, and may still be running.
        """
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.execute(_LOCK, {"job": number % 2**31}).scalar_one():
                raise Occupied(OCCUPIED)
            self.numbers.add(number)
            try:
                yield
            finally:
                self.numbers.discard(number)
                connection.execute(_UNLOCK, {"job": number % 2**31})


def _entered(scope: Mapping[str, str | None]) -> AbstractContextManager[Scope]:
    """The scope that the database stamped on the job: the door at which it was left, and for whom."""
    tenant_id, actor_id = (UUID(key) if key else None for key in (scope["tenant_id"], scope["actor_id"]))
    return entered(Scope(scope["role"] or "", tenant_id, scope["region_id"], actor_id, scope["request_id"]))


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""
