"""Running PostgreSQL's programs as somebody who is not root, since PostgreSQL refuses root.

A plain user runs them as himself. Root runs them through `setpriv` (util-linux) as the owner of the data folder, else as `postgres`
where that account exists, else as `nobody`. That account may be unable to reach the checkout (below /root, say). No folder's mode is
changed for it: the programs get one capability, the least of those that are enough.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ACCOUNTS = ("postgres", "nobody")
# Docker withholds dac_read_search by default but not dac_override; only the latter runs a program whose mode is 0700.
CAPABILITIES = ("", "dac_read_search", "dac_override")


class ServerError(RuntimeError):
    """The embedded server could not be created, started, stopped or provisioned; the message ends with PostgreSQL's own words."""


def _named(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise ServerError(f"PostgreSQL needs an account with a name, and user id {uid} has none") from None


@dataclass(frozen=True)
class Runner:
    """Runs programs of `binaries` with `folder` as current directory; `data` tells by its owner who ran them before."""

    binaries: Path
    folder: Path
    data: Path

    @cached_property
    def account(self) -> pwd.struct_passwd:
        """Who runs the programs. PostgreSQL wants an account that has a name."""
        if os.geteuid() != 0:
            return _named(os.geteuid())
        if self.data.exists() and self.data.stat().st_uid != 0:
            return _named(self.data.stat().st_uid)
        return next(user for name in ACCOUNTS for user in pwd.getpwall() if user.pw_name == name)

    @cached_property
    def _prefix(self) -> list[str]:
        if os.geteuid() != 0:
            return []
        found = next((tried for name in CAPABILITIES if self._reaches(tried := self._setpriv(name))), None)
        if found is None:
            raise ServerError(f"{self.account.pw_name} cannot reach {self.folder}; use a folder that it can, or DATABASE_URL")
        return found

    def _setpriv(self, capability: str) -> list[str]:
        if not shutil.which("setpriv"):
            raise ServerError("root needs `setpriv` to run PostgreSQL as somebody else: install util-linux, or set DATABASE_URL")
        plain = ["setpriv", f"--reuid={self.account.pw_uid}", f"--regid={self.account.pw_gid}", "--clear-groups", "--no-new-privs"]
        if not capability:
            return [*plain, "--inh-caps=-all", "--ambient-caps=-all"]
        # Without no_setuid_fixup access(2) ignores the capability, and PostgreSQL looks for its own programs with access(2).
        caps = [f"--inh-caps=-all,+{capability}", f"--ambient-caps=-all,+{capability}", f"--bounding-set=-all,+{capability}"]
        return [*plain, *caps, "--securebits=+no_setuid_fixup"]

    def _reaches(self, prefix: list[str]) -> bool:
        initdb = self.binaries / "initdb"  # it looks for `postgres` beside itself, as every program of PostgreSQL does
        command = [*prefix, "sh", "-c", 'cd "$0" && exec "$1" --version', str(self.folder), str(initdb)]
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, cwd="/", check=False).returncode == 0

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end; the caller looks at `returncode` and `stderr`."""
        command: Sequence[str] = [*self._prefix, str(self.binaries / program), *arguments]
        # PGDATA, PGOPTIONS and their like in the caller's environment are meant for another server.
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        return subprocess.run(
            command, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )

    def own(self, path: Path) -> None:
        """Create a private folder of the account (0700) if it is missing; refuse one that is a link or a stranger's."""
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        if path.is_symlink() or found.st_uid not in {os.geteuid(), self.account.pw_uid} or found.st_mode & 0o077:
            raise ServerError(f"{path} is not a private folder of {self.account.pw_name}")
        if found.st_uid != self.account.pw_uid:
            os.chown(path, self.account.pw_uid, self.account.pw_gid, follow_symlinks=False)
