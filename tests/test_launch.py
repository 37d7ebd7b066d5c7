"""What a start leaves behind: processes that Ctrl-C does not reach, and that do not outlive who started them."""

import os
import signal
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from consortium import launch


def _rest() -> None:
    time.sleep(60)


def _parent(told: Connection) -> None:
    told.send(launch._start(_rest).pid)
    _rest()


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _within(seconds: float, pid: int) -> bool:
    """Whether a process ends in time."""
    deadline = time.monotonic() + seconds
    while _is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not _is_alive(pid)


def test_a_process_has_a_session_of_its_own_and_ends_when_told() -> None:
    started = launch._start(_rest)
    assert started.pid is not None
    deadline = time.monotonic() + 10
    while os.getsid(started.pid) != started.pid and time.monotonic() < deadline:
        time.sleep(0.05)
    assert os.getsid(started.pid) == started.pid
    started.terminate()
    started.join(timeout=10)
    assert started.exitcode == -signal.SIGTERM


def test_a_process_ends_with_who_started_it_even_when_that_is_killed() -> None:
    here, there = get_context("fork").Pipe()
    parent = get_context("fork").Process(target=_parent, args=(there,))
    parent.start()
    child = here.recv()
    time.sleep(0.5)
    parent.kill()
    parent.join(timeout=10)
    assert _within(10, child)
