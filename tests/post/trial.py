"""Tasks for tests: what a room's tasks do, well and badly."""

import time
from pathlib import Path

from sqlalchemy import func, select

from consortium.desks.models import Desk
from consortium.post.tasks import aside, task
from tenants.database import db


def _rename(name: str) -> None:
    desk = db.session.execute(select(Desk).order_by(Desk.slug)).scalars().first()
    assert desk is not None
    desk.name = name


@task("trial.rename")
def rename(name: str) -> None:
    _rename(name)


def _mourn(**args: str) -> None:
    _rename("given up")


@task("trial.break", attempts=2, given_up=_mourn)
def break_down(name: str) -> None:
    _rename(name)
    db.session.execute(select(1 / func.length("")))


@task("trial.linger", one_at_a_time=True)
def linger(diary: str, word: str, seconds: float) -> None:
    """Writes `word` into the file `diary` at its start, and again at its end."""
    with Path(diary).open("a") as lines:
        print(word, file=lines, flush=True)
        time.sleep(seconds)
        print(word, file=lines, flush=True)
    _rename(word)


@task("trial.progress")
def progress(name: str) -> None:
    _rename("lost")
    with aside():
        desk = db.session.execute(select(Desk).order_by(Desk.slug.desc())).scalars().first()
        assert desk is not None
        desk.name = name
    raise RuntimeError
