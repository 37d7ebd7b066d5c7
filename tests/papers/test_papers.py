"""The papers say what is true: commands exist, settings are those that are read, links lead somewhere."""

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from click import Group
from flask import Flask

from consortium import config, demo
from consortium.app import cli
from consortium.config import ROOT

README, OPERATIONS = ROOT / "README.md", ROOT / "docs" / "operations.md"
PAPERS = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
CATALOGUE = yaml.safe_load((ROOT / "publiccode.yml").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

# The standard, version 0.7: keys that must be there.
MANDATORY = (
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "developmentStatus",
    "softwareType",
    "description",
    "legal.license",
    "maintenance.type",
    "localisation.localisationReady",
    "localisation.availableLanguages",
)


def _at(document: object, path: str) -> object:
    for key in path.split("."):
        assert isinstance(document, dict), path
        document = document.get(key)
    return document


def _anchor(heading: str) -> str:
    """As forges make it: lower case, punctuation dropped, a hyphen for each space."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _headings(paper: Path) -> set[str]:
    outside_code = re.sub(r"^```.*?^```", "", paper.read_text(), flags=re.DOTALL | re.MULTILINE)
    return {_anchor(heading) for heading in re.findall(r"^#+ (.+)$", outside_code, flags=re.MULTILINE)}


def _links(paper: Path) -> list[tuple[str, str]]:
    """(path, anchor) of each link that stays in the house."""
    targets = re.findall(r"\]\(([^)\s]+)\)", paper.read_text())
    return [(unquote(path), anchor) for path, _, anchor in (each.partition("#") for each in targets if "://" not in each)]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_links_lead_somewhere(paper: Path) -> None:
    for path, anchor in _links(paper):
        target = (paper.parent / path).resolve() if path else paper
        assert target.exists(), f"{paper.name} links to {path}"
        if anchor:
            assert anchor in _headings(target), f"{paper.name} links to {path}#{anchor}"


@pytest.mark.parametrize("paper", [README, OPERATIONS], ids=lambda paper: paper.name)
def test_make_targets_exist(paper: Path) -> None:
    rules = re.findall(r"^([.\w/-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    named = re.findall(r"(?:^|`|&& |… )make ([.\w/-]+)", paper.read_text(), flags=re.MULTILINE)
    assert named
    assert set(named) <= set(rules)


def test_the_commands_named_exist(app: Flask) -> None:
    commands = {**app.cli.commands, **cli.commands}
    named = re.findall(r"(?:^|`|&& )capofila ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", OPERATIONS.read_text(), flags=re.MULTILINE)
    assert len(named) > 8
    for first, second in named:
        command = commands.get(first)
        assert command is not None, first
        assert not isinstance(command, Group) or second in command.commands, f"{first} {second}"


def _settings_read() -> set[str]:
    return set(re.findall(r"""environ(?:\.get\(|\[)["'](\w+)["']""", Path(config.__file__).read_text()))


def test_the_settings_are_those_that_are_read() -> None:
    table = README.read_text().partition("## Settings")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE)) == _settings_read()


def test_the_installation_sets_only_what_is_read() -> None:
    written = set(re.findall(r"^([A-Z_]+)=", OPERATIONS.read_text(), flags=re.MULTILINE))
    assert written <= _settings_read()
    assert {"CAPOFILA_ENV", "SECRET_KEY", "DATABASE_URL", "OWNER_DATABASE_URL", "MAIL_URL"} <= written


@pytest.mark.parametrize("key", MANDATORY)
def test_the_catalogue_entry_has_what_it_must(key: str) -> None:
    assert _at(CATALOGUE, key) not in (None, "", [])


def test_the_catalogue_entry_agrees_with_the_project() -> None:
    assert CATALOGUE["publiccodeYmlVersion"] == "0.7"
    assert CATALOGUE["softwareVersion"] == PROJECT["version"]
    assert CATALOGUE["legal"]["license"] == PROJECT["license"] == "EUPL-1.2"
    assert set(CATALOGUE["localisation"]["availableLanguages"]) == {
        "en",
        *(each.name for each in (ROOT / "translations").iterdir() if each.is_dir()),
    }
    assert f"[{PROJECT['version']}] - {CATALOGUE['releaseDate']}" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("language", CATALOGUE["description"])
def test_the_catalogue_describes_itself_within_its_limits(language: str) -> None:
    described = CATALOGUE["description"][language]
    assert len(described["shortDescription"]) <= 150
    assert 150 <= len(described["longDescription"]) <= 10_000
    assert described["features"]


def test_who_maintains_is_told() -> None:
    kind = CATALOGUE["maintenance"]["type"]
    assert kind in {"internal", "contract", "community", "none"}
    assert CATALOGUE["maintenance"]["contractors" if kind == "contract" else "contacts"][0]["name"]


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for page in DECISIONS:
        assert page.read_text().startswith(f"# {int(page.name[:4])}. "), page.name
        assert "**Decided**" in page.read_text(), page.name


def test_the_demo_accounts_named_are_those_of_the_demo() -> None:
    charters = "".join(each.read_text() for each in demo.CHARTERS.glob("*.toml"))
    known = {*re.findall(r'"([^"@\s]+@[^"\s]+)"', charters), *(email for email, _ in demo.AUDITORS), demo.OPERATOR}
    assert set(re.findall(r"`([\w.-]+@[\w-]+\.example)`", README.read_text())) <= known
