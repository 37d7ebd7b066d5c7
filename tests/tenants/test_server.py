"""The embedded PostgreSQL, really started: who may come in, what survives, and what the logins may do."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from tenants.server import LONGEST_SOCKET_PATH, EmbeddedServer, ServerError

DOORS = {"gatekeeper", "member", "visitor", "auditor", "operator", "postman"}


@contextmanager
def started(folder: Path, *, durable: bool = False) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(folder, durable=durable)
    try:
        assert server.ensure()
        yield server
    finally:
        server.stop()


Session = psycopg.Connection[tuple[object, ...]]


def connect(server: EmbeddedServer, login: str = "postgres", database: str = "postgres") -> Session:
    url = make_url(server.url(login, database))
    return psycopg.connect(host=str(url.query["host"]), user=url.username, dbname=url.database, autocommit=True)


def one(connection: Session, query: str) -> object:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def processes_of(server: EmbeddedServer) -> list[int]:
    """The processes whose current directory is the server's data folder: the postmaster and its children."""
    found = []
    for process in Path("/proc").glob("[1-9]*"):
        try:
            if (process / "cwd").readlink() == server.data:
                found.append(int(process.name))
        except OSError:
            continue
    return found


def kill_all(server: EmbeddedServer) -> None:
    for process in processes_of(server):
        with suppress(ProcessLookupError):  # a child goes by itself when the postmaster was killed before it
            os.kill(process, signal.SIGKILL)


def postmaster_of(server: EmbeddedServer) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    with started(tmp_path_factory.mktemp("server")) as running:
        running.provision("capofila")
        yield running


def test_it_starts_from_nothing_and_stops_cleanly(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "postgres", durable=False)
    assert not server.is_running
    assert server.ensure()
    assert server.is_running
    server.stop()
    assert not server.is_running
    assert "database system is shut down" in server.log.read_text()
    server.stop()


def test_a_second_call_attaches(server: EmbeddedServer) -> None:
    before = postmaster_of(server)
    assert not server.ensure()
    assert not EmbeddedServer(server.folder).ensure()
    assert postmaster_of(server) == before


def test_calls_at_once_start_one_server(tmp_path: Path) -> None:
    program = "import sys; from pathlib import Path; from tenants.server import EmbeddedServer as E; print(E(Path(sys.argv[1])).ensure())"
    command = [sys.executable, "-c", program, str(tmp_path / "postgres")]
    with ThreadPoolExecutor(4) as pool:
        calls = pool.map(lambda _: subprocess.run(command, capture_output=True, text=True, check=True, timeout=120), range(4))
        answers = sorted(call.stdout.strip() for call in calls)
    EmbeddedServer(tmp_path / "postgres").stop()
    assert answers == ["False", "False", "False", "True"]


def test_it_recovers_when_everything_was_killed(tmp_path: Path) -> None:
    with started(tmp_path / "postgres", durable=True) as server:
        with connect(server) as session:
            session.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        kill_all(server)
        assert (server.data / "postmaster.pid").exists()
        assert server.ensure()
        with connect(server) as session:
            assert one(session, "SELECT answer FROM kept") == 42
        assert "automatic recovery in progress" in server.log.read_text()


def test_it_recovers_while_a_session_outlives_the_killed_server(tmp_path: Path) -> None:
    with started(tmp_path / "postgres") as server, ThreadPoolExecutor(1) as pool:
        busy = pool.submit(connect(server).execute, "SELECT count(*) FROM generate_series(1, 10_000_000_000)")
        count = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
        while not one(connect(server), count):
            assert not busy.done()
        os.kill(postmaster_of(server), signal.SIGKILL)
        assert server.ensure()
        assert isinstance(busy.exception(timeout=30), psycopg.OperationalError)
        assert one(connect(server), "SELECT 1") == 1


def test_a_start_without_progress_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.server.PATIENCE", 1)
    with started(tmp_path / "postgres") as server:
        os.kill(postmaster_of(server), signal.SIGSTOP)
        try:
            with pytest.raises(ServerError, match="does not answer"):
                server.ensure()
        finally:
            os.kill(postmaster_of(server), signal.SIGCONT)
        assert not server.ensure()


def test_a_long_recovery_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.server.LAUNCH", 1)
    with started(tmp_path / "postgres", durable=True) as server:
        with connect(server) as session:
            session.execute("CREATE TABLE written AS SELECT generate_series(1, 1_000_000) AS number")
        kill_all(server)
        assert server.ensure()
        with connect(server) as session:
            assert one(session, "SELECT count(*) FROM written") == 1_000_000


def test_a_stale_process_number_that_is_now_somebody_elses_is_no_obstacle(tmp_path: Path) -> None:
    with started(tmp_path / "postgres") as server:
        lines = (server.data / "postmaster.pid").read_text().splitlines()
        kill_all(server)
        (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:], ""]))
        assert server.ensure()


def test_an_initdb_cut_short_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data.new" / "base").mkdir(parents=True)
    with started(tmp_path / "postgres") as server:
        assert one(connect(server), "SHOW server_encoding") == "UTF8"
    assert not (tmp_path / "postgres" / "data.new").exists()


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(tmp_path: Path) -> None:
    with started(tmp_path / ("long" * 30) / "postgres") as server:
        where = Path(str(make_url(server.url("owner", "capofila")).query["host"]))
        assert len(str(where / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
        assert stat.S_IMODE(where.stat().st_mode) == 0o700
        assert one(connect(server), "SELECT 1") == 1
    assert not where.exists()


def test_a_strangers_socket_folder_is_refused(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("long" * 30) / "postgres")
    where = Path(str(make_url(server.url("owner", "capofila")).query["host"]))
    where.symlink_to(tmp_path)
    with pytest.raises(ServerError, match="not a private folder"):
        server.ensure()
    where.unlink()


def test_no_folder_above_it_changes_mode(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with started(private / "instance" / "postgres") as server:
        assert one(connect(server), "SELECT 1") == 1
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_settings_that_cannot_be_are_told_in_postgresqls_own_words(tmp_path: Path) -> None:
    with started(tmp_path / "postgres") as server:
        connect(server).execute("ALTER SYSTEM SET shared_preload_libraries = 'does_not_exist'")
        server.stop()
        with pytest.raises(ServerError, match="does_not_exist"):
            server.ensure()


def test_the_cluster_is_as_it_should_be(server: EmbeddedServer) -> None:
    with connect(server) as session:
        assert one(session, "SHOW listen_addresses") == ""
        assert one(session, "SHOW data_checksums") == "on"
        locale = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'capofila'"
        assert one(session, locale) == "b C.UTF-8"


def test_provisioning_again_changes_nothing_and_mends_what_differs(server: EmbeddedServer) -> None:
    with connect(server) as session:
        session.execute("ALTER ROLE capofila CREATEDB INHERIT")
    server.provision("capofila")
    with connect(server) as session:
        assert one(session, "SELECT rolcreatedb OR rolinherit FROM pg_roles WHERE rolname = 'capofila'") is False


def test_a_database_can_be_copied_from_another(server: EmbeddedServer) -> None:
    with connect(server, "owner", "capofila") as session:
        session.execute("CREATE TABLE IF NOT EXISTS copied AS SELECT 7 AS answer")
    name = f"copy {uuid4().hex[:8]}"
    server.provision(name, template="capofila")
    with connect(server, "owner", name) as session:
        assert one(session, "SELECT answer FROM copied") == 7
        assert one(session, "SHOW search_path") == "public, extensions"


def test_provisioning_that_fails_says_why(server: EmbeddedServer) -> None:
    with pytest.raises(ServerError, match='template database "no-such" does not exist'):
        server.provision("never", template="no-such")


@pytest.mark.parametrize(
    "attempt",
    [
        "CREATE TABLE public.mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "SELECT extensions.similarity('a', 'b')",
        "SELECT * FROM public.secret",
        "SET ROLE owner",
        "SET ROLE searcher",
        "SET ROLE postgres",
        "COPY (SELECT 1) TO '/tmp/out'",
    ],
)
def test_the_application_login_may_do_nothing(server: EmbeddedServer, attempt: str) -> None:
    with connect(server, "owner", "capofila") as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS secret (id int)")
        owner.execute("GRANT SELECT ON secret TO member")
    with connect(server, "capofila", "capofila") as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(attempt.encode())


def test_the_application_login_comes_into_no_other_database(server: EmbeddedServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="reject"):
        connect(server, "capofila", "postgres")
    server.provision("elsewhere")
    with connect(server) as session:
        session.execute("REVOKE CONNECT ON DATABASE elsewhere FROM capofila")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        connect(server, "capofila", "elsewhere")


@pytest.mark.parametrize("door", sorted(DOORS))
def test_the_application_login_enters_each_door_and_no_door_makes_anything(server: EmbeddedServer, door: str) -> None:
    with connect(server, "capofila", "capofila") as session:
        session.execute(f"SET ROLE {door}".encode())
        assert one(session, "SELECT current_user") == door
        assert one(session, "SHOW plan_cache_mode") == "force_custom_plan"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("CREATE TABLE public.mine (id int)")


@pytest.mark.parametrize("door", sorted(DOORS))
def test_no_door_can_be_logged_in_at(server: EmbeddedServer, door: str) -> None:
    with pytest.raises(psycopg.OperationalError):
        connect(server, door, "capofila")


def test_the_owner_owns_but_is_no_superuser(server: EmbeddedServer) -> None:
    with connect(server, "owner", "capofila") as session:
        session.execute("CREATE SCHEMA IF NOT EXISTS app")
        session.execute("CREATE OR REPLACE FUNCTION app.likeness() RETURNS real LANGUAGE sql AS $$ SELECT similarity('a', 'b') $$")
        session.execute("GRANT CREATE, USAGE ON SCHEMA app TO searcher")
        session.execute("ALTER FUNCTION app.likeness() OWNER TO searcher")
        for attempt in ("CREATE ROLE mine", "SET ROLE member", "ALTER ROLE owner BYPASSRLS"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(attempt.encode())
        session.execute("SET ROLE searcher")
        session.execute("DROP FUNCTION app.likeness()")


def test_the_extensions_are_there_for_the_owner(server: EmbeddedServer) -> None:
    with connect(server, "owner", "capofila") as session:
        assert one(session, "SELECT unaccent('perché')") == "perche"
        session.execute("CREATE TEMP TABLE t (tenant_id uuid, span daterange, name text)")
        session.execute("CREATE INDEX ON t USING gin (tenant_id, name gin_trgm_ops)")
        session.execute("ALTER TABLE t ADD EXCLUDE USING gist (tenant_id WITH =, span WITH &&)")


def test_the_command_starts_tells_and_stops(tmp_path: Path) -> None:
    def command(action: str) -> str:
        arguments = [sys.executable, "-m", "tenants.server", action, "--folder", str(tmp_path / "postgres")]
        return subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=120).stdout.strip()

    assert [command(action) for action in ("status", "start", "status", "stop")] == ["stopped", "running", "running", "stopped"]
