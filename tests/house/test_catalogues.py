"""Every word of the pages is in both catalogues, translated, and with the same places to fill in."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from consortium.config import ROOT
from tests.house.atlas import all_well

LANGUAGES = ("it", "en")
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_PLACE = re.compile(r"%\((\w+)\)[sd]|%[sd%]|\{\w*\}")


@cache
def written() -> dict[str, tuple[str, ...]]:
    """The messages of code and templates (the singular of those with a plural), each with its forms."""
    found: dict[str, tuple[str, ...]] = {}
    for package in ("consortium", "tenants"):
        options = {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}
        for _, _, message, _, _ in extract_from_dir(ROOT / package, METHODS, options, KEYWORDS):
            forms = message if isinstance(message, tuple) else (message,)
            found[forms[0]] = forms
    return found


@cache
def catalogue(language: str) -> Catalog:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as po:
        return read_po(po, locale=language, abort_invalid=True)


def messages(language: str) -> Iterator[Message]:
    return (message for message in catalogue(language) if message.id)


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_translated(language: str) -> None:
    known = {message.id[0] if isinstance(message.id, tuple | list) else message.id: message for message in messages(language)}
    untold = [text for text in written() if text not in known or not all(forms(known[text]))]
    assert not untold, "\n" + "\n".join(untold)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [message.id for message in messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(language: str) -> None:
    used = written()
    ids = [message.id[0] if isinstance(message.id, tuple | list) else message.id for message in messages(language)]
    assert [text for text in ids if text not in used] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fill_in_the_same(language: str) -> None:
    """A form of a plural may leave the number out ("one result"); nothing may be added."""
    wrong: dict[str, object] = {}
    for message in messages(language):
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        wanted = {place for text in ids for place in _places(text)}
        for text in forms(message):
            if text and (_places(text) - wanted or (len(ids) == 1 and _places(text) != wanted)):
                wrong[ids[0]] = text
    all_well(wrong)


def _places(text: str) -> set[str]:
    return {match.group() for match in _PLACE.finditer(text)} - {"%%"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_are_complete(language: str) -> None:
    plurals = {forms_[0]: forms_ for forms_ in written().values() if len(forms_) > 1}
    known = {message.id[0]: message for message in messages(language) if isinstance(message.id, tuple | list)}
    assert [text for text in plurals if text not in known or len(forms(known[text])) != catalogue(language).num_plurals] == []


# What is not prose, once the expressions are gone: comments, tags, attributes, entities; and names that are the same in every language.
_NOT_PROSE = re.compile(r"<!--.*?-->|<[^>]*>|[\w-]+=(\"[^\"]*\"|'[^']*'|\S+)|&\w+;", re.DOTALL)
# ("field": how the ids of a form begin.)
NAMES = {"field", "Capofila", "API", "OpenAPI", "JSON", "CSV", "Excel", "Ctrl"}
ATTRIBUTES = {"required", "disabled", "checked", "selected", "open", "hidden", "multiple"}


def test_every_word_of_a_template_goes_through_the_catalogues() -> None:
    found = {path.relative_to(ROOT).as_posix(): bare for path in ROOT.glob("consortium/*/templates/**/*.html") if (bare := _bare(path))}
    all_well(found)


def _bare(path: Path) -> set[str]:
    """Words of a template that nobody can translate."""
    prose = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(), flags=re.DOTALL)
    return set(re.findall(r"[^\W\d_]{2,}", _NOT_PROSE.sub(" ", prose))) - NAMES - ATTRIBUTES


def test_messages_are_literals() -> None:
    """gettext of a variable cannot be found by whoever translates."""
    calls = ((path, node) for path in ROOT.glob("consortium/**/*.py") for node in ast.walk(ast.parse(path.read_text())))
    assert [f"{path.relative_to(ROOT)}:{node.lineno}" for path, node in calls if isinstance(node, ast.Call) and _of_a_variable(node)] == []


def _of_a_variable(call: ast.Call) -> bool:
    asks = isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
    return asks and not (call.args and isinstance(call.args[0], ast.Constant))


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_one_kind_of_apostrophe(language: str) -> None:
    """The straight one, as it is typed: "c'è" and "c’è" beside each other look like a mistake, and a search in the page finds one only."""
    assert [form for message in messages(language) for form in forms(message) if "’" in form] == []
