"""The import contracts hold, and each is seen to say no: a contract that nothing can break keeps nothing."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from consortium.config import ROOT

CONTRACTS = [each["name"] for each in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]]
# The beginning of a contract's name: a file that breaks it, and the line that does.
BREACHES = {
    "Ground floor": ("tenants/scope.py", "import consortium.config"),
    "Floors": ("consortium/network/models.py", "import consortium.cases.models"),
    "Inside a room": ("consortium/desks/models.py", "import consortium.desks.services"),
    "Below the doors": ("consortium/desks/services.py", "import flask"),
}


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter on the packages of a folder, which come before the installed ones."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "300"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages as they are, code only, to be broken one contract at a time."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in ("tenants", "consortium"):
        shutil.copytree(ROOT / package, folder / package, ignore=lambda at, names: [name for name in names if not _is_code(Path(at, name))])
    return folder


def _is_code(path: Path) -> bool:
    return path.suffix == ".py" or (path.is_dir() and path.name not in ("__pycache__", "static", "assets"))


def test_the_contracts_hold(copy: Path) -> None:
    linted = _lint(copy)
    assert linted.returncode == 0, linted.stdout


def test_every_contract_has_a_breach() -> None:
    assert [name for name in CONTRACTS if not any(name.startswith(begins) for begins in BREACHES)] == []


@pytest.mark.parametrize("begins", BREACHES)
def test_a_breach_is_found(copy: Path, begins: str) -> None:
    file, line = BREACHES[begins]
    written = (copy / file).read_text()
    (copy / file).write_text(f"{written}\n{line}\n")
    linted = _lint(copy)
    (copy / file).write_text(written)
    (name,) = (name for name in CONTRACTS if name.startswith(begins))
    assert f"{name} BROKEN" in linted.stdout, linted.stdout + linted.stderr
