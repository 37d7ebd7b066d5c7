"""Workers as production runs them: processes of their own, forked from one that has read the code, so that each begins at once."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from consortium.config import ROOT, Config
from tests.post.mailbox import Mailbox

_NURSERY = get_context("forkserver")
_NURSERY.set_forkserver_preload(["tests.post.nursery"])


@dataclass(frozen=True)
class Worker:
    """A running worker; its log is in `log`."""

    process: BaseProcess
    log: Path

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def stop(self) -> int | None:
        """What it ends with, told to stop (SIGTERM)."""
        self.process.terminate()
        self.process.join(timeout=30)
        return self.process.exitcode

    def wait_for(self, words: str) -> None:
        eventually(lambda: words in self.log.read_text() or not self.process.is_alive())
        assert words in self.log.read_text()


def eventually(holds: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something holds; fails when it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def started(log: Path, environment: dict[str, str], *options: str) -> Worker:
    """A worker that is quick to notice that another is dead."""
    log.touch()
    arguments = ["post", "worker", "--heartbeat=0.3", "--silence=1.5", *options]
    process = _NURSERY.Process(target=_work, args=(str(log), environment, arguments))
    process.start()
    return Worker(process, log)


def _work(log: str, environment: dict[str, str], arguments: list[str]) -> None:
    """In the new process: the command, as a shell would begin it."""
    from consortium.app import cli

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    output = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(output, sys.stderr.fileno())
    cli(arguments)


def environment(config: Config, mailbox: Mailbox) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
        "INSTANCE": str(config.instance),
        "MAIL_URL": f"smtp://127.0.0.1:{mailbox.port}?starttls=off",
    }
