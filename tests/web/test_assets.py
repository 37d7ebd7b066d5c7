"""The build is done once, its files carry their content in their names, and pages use only what is built."""

import json
import re
from pathlib import Path
from shutil import copytree

import pytest

from consortium.web import assets

ROOT = Path(assets.__file__).parents[2]
TEMPLATES = sorted((ROOT / "consortium").rglob("templates/**/*.html"))


def test_a_second_build_does_nothing() -> None:
    steps: list[str] = []
    assets.build(steps.append)
    assert steps == []


def test_a_missing_file_is_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "DIST", Path(copytree(assets.DIST, tmp_path / "dist")))
    (assets.DIST / assets.asset_url("sprite.svg").removeprefix(assets.PREFIX)).unlink()
    steps: list[str] = []
    assets.build(steps.append)
    assert len(steps) == 1
    assert (assets.DIST / assets.asset_url("sprite.svg").removeprefix(assets.PREFIX)).is_file()


@pytest.mark.parametrize("name", ["capofila.css", "capofila.js", "sprite.svg"])
def test_addresses_carry_a_hash_of_the_content(name: str) -> None:
    assert re.fullmatch(r"/static/dist/[a-z]+-[0-9A-Z]{8}\.(css|js|svg)", assets.asset_url(name))


def test_an_unknown_name_says_what_to_do() -> None:
    with pytest.raises(assets.AssetsMissing, match="make run"):
        assets.asset_url("nothing.css")


def test_fonts_are_beside_the_style_sheet_and_nothing_comes_from_elsewhere() -> None:
    css = (assets.DIST / assets.asset_url("capofila.css").removeprefix(assets.PREFIX)).read_text(encoding="utf-8")
    files = set(re.findall(r"url\(\"?(?!data:)([^)\"]+)\"?\)", css))
    assert files
    assert all((assets.DIST / file).is_file() for file in files)


def test_pages_name_only_icons_of_the_sprite() -> None:
    known = set(json.loads((assets.SOURCES / "icons.json").read_text(encoding="utf-8")))
    used = {f"it-{name}" for page in TEMPLATES for name in re.findall(r"icon\(\"(?:it-)?([a-z-]+)\"", page.read_text(encoding="utf-8"))}
    assert used
    assert used <= known


def test_no_page_needs_an_inline_style_or_script() -> None:
    """The content security policy allows neither."""
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)|hx-on|javascript:")
    assert [page.name for page in TEMPLATES if inline.search(page.read_text(encoding="utf-8"))] == []


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    assert all("resolved" not in package for package in lock["packages"].values())
    assert all("integrity" in package for name, package in lock["packages"].items() if name)
