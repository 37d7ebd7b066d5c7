"""Every template is shown by something, and everything that is shown is there."""

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, meta

from consortium.config import ROOT

BUILDING = ROOT / "consortium"
TEMPLATES = {path.relative_to(folder).as_posix(): path for folder in BUILDING.glob("*/templates") for path in folder.rglob("*.html")}


def _named_in_code() -> set[str]:
    """Every string of the code that ends like a template."""
    trees = (ast.parse(path.read_text()) for path in BUILDING.rglob("*.py"))
    strings = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {text for text in strings if text.endswith(".html") and "/" in text}


def _named_in(template: Path) -> set[str]:
    """The templates that one extends, includes or imports."""
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=True)
    return {name for name in meta.find_referenced_templates(environment.parse(template.read_text())) if name}


def _shown(names: set[str]) -> Iterator[str]:
    """Those named, and all that they lead to."""
    seen: set[str] = set()
    while names - seen:
        seen |= (new := names - seen)
        names = names.union(*(_named_in(TEMPLATES[name]) for name in new if name in TEMPLATES))
    yield from seen


def test_every_template_is_shown_by_something() -> None:
    assert set(TEMPLATES) - set(_shown(_named_in_code())) == set()


def test_what_is_shown_is_there() -> None:
    assert set(_shown(_named_in_code())) - set(TEMPLATES) == set()


def test_a_template_lies_in_the_folder_of_its_room() -> None:
    """So that no room's page can take the place of another's."""
    assert [name for name, path in TEMPLATES.items() if name.partition("/")[0] != path.relative_to(BUILDING).parts[0]] == []
