"""schemathesis over the whole API: whoever asks, whatever they ask, no answer breaks, and each is as described."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from consortium.web.policy import Role
from tests.house.atlas import ASKED as PAGES_ASKED
from tests.house.atlas import WORDS, Guide

# What a read must be asked, by its operation.
ASKED = {name.split()[0].replace("-api.", "."): dict(parse_qsl(query)) for name, query in PAGES_ASKED.items() if "-api." in name}
# Of an operation: what the administrator asks, and others after them.
EXAMPLES, EXAMPLES_OF_OTHERS = 4, 2
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# The same every time, so that a failure is one for everybody.
SETTINGS = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def operations(app: Flask) -> list[Any]:
    """Reads first: what is removed afterwards was there to be read."""
    found = [each.ok() for each in schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).get_all_operations()]
    return sorted(found, key=lambda operation: operation.method.upper() != "GET")


def test_every_read_finds_what_is_there(operations: list[Any], guide: Guide, cookie_of: Callable[[str], str]) -> None:
    """Whatever is asked for as it should be, by an administrator: what is fuzzed below is mostly refused."""
    cookie = cookie_of("administrator")
    reads = [each for each in operations if each.method.upper() == "GET" and _may(each, Role.ADMINISTRATOR)]
    assert reads
    for operation in reads:
        there = {parameter.name: _there(guide, parameter.name) for parameter in operation.path_parameters}
        case = operation.Case(path_parameters=there, query=ASKED.get(operation.definition.raw["operationId"], {}))
        answer = case.call(cookies={"capofila": cookie})
        case.validate_response(answer, checks=CHECKS)
        assert answer.status_code == 200, operation.label


@pytest.mark.parametrize("who", [Role.ADMINISTRATOR, Role.CASE_MANAGER, Role.ENTRUSTED, Role.AUDITOR])
def test_every_answer_is_as_described(operations: list[Any], guide: Guide, cookie_of: Callable[[str], str], who: Role) -> None:
    """Whoever asks what they may. That others are refused, whatever they ask, tests/house/test_permissions.py sees."""
    cookie = cookie_of(who)
    asked = [each for each in operations if _may(each, who)]
    if who == Role.ENTRUSTED:  # a case manager: asked for what those cannot
        asked = [each for each in asked if not _may(each, Role.CASE_MANAGER)]
    assert asked
    for operation in asked:
        _ask(operation, guide, cookie, EXAMPLES if who == Role.ADMINISTRATOR else EXAMPLES_OF_OTHERS)


def test_every_refusal_is_as_described(operations: list[Any], guide: Guide, cookie_of: Callable[[str], str]) -> None:
    cookie = cookie_of(Role.AUDITOR)
    refused = [each for each in operations if not _may(each, Role.AUDITOR)]
    assert refused
    for operation in refused:
        there = {parameter.name: _there(guide, parameter.name) for parameter in operation.path_parameters}
        case = operation.Case(path_parameters=there)
        answer = case.call(cookies={"capofila": cookie})
        case.validate_response(answer, checks=CHECKS)
        assert answer.status_code in (403, 404), operation.label


def _may(operation: Any, role: Role) -> bool:
    return role in operation.definition.raw.get("x-roles", ())


def _there(guide: Guide, name: str) -> Any:
    """The value of a parameter of the address that is there."""
    return {"tenant": guide.founded.slug, "region": guide.region, **WORDS}.get(name) or str(guide.id_of(name))


def _ask(operation: Any, guide: Guide, cookie: str, examples: int) -> None:
    """Half of it well formed, most of it about what is there."""
    modes = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

    @settings(SETTINGS, max_examples=examples)
    @given(case=st.one_of(*modes), somewhere=st.integers(0, 4))
    def ask(case: Case, somewhere: int) -> None:
        if somewhere:
            case.path_parameters.update({name: _there(guide, name) for name in case.path_parameters})
        case.validate_response(case.call(cookies={"capofila": cookie}), checks=CHECKS)

    ask()
