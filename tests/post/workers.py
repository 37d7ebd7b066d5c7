"""Workers as production runs them: processes of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from consortium.config import ROOT, Config
from tests.post.mailbox import Mailbox

PROGRAM = "import tests.post.trial; from consortium.app import cli; cli()"


@dataclass(frozen=True)
class Worker:
    """A running worker; its log is in `log`."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def wait_for(self, words: str) -> None:
        eventually(lambda: words in self.log.read_text() or self.process.poll() is not None)
        assert words in self.log.read_text()


def eventually(holds: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something holds; fails when it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def started(log: Path, environment: dict[str, str], *options: str) -> Worker:
    """A worker that is quick to notice that another is dead."""
    command = [sys.executable, "-c", PROGRAM, "post", "worker", "--heartbeat=0.3", "--silence=1.5", *options]
    with log.open("wb") as output:
        return Worker(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=output), log)


def environment(config: Config, mailbox: Mailbox) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
        "INSTANCE": str(config.instance),
        "MAIL_URL": f"smtp://127.0.0.1:{mailbox.port}?starttls=off",
        "PYTHONPATH": str(ROOT),
    }
