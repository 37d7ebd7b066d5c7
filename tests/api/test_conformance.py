"""schemathesis over the whole API: whoever asks, whatever they ask, no answer breaks, and each is as described."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from consortium.web.policy import Role
from tests.house.atlas import WORDS, Guide, all_well

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Of an operation, for each of who asks; the same every time, so that a failure is one for everybody.
EXAMPLES = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("who", ["administrator", "case_manager", "entrusted", "auditor"])
def test_every_answer_is_as_described(app: Flask, guide: Guide, cookie_of: Callable[[str], str], who: str) -> None:
    cookie = cookie_of(who)
    asked: dict[str, set[int]] = {}
    operations = [found.ok() for found in schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).get_all_operations()]
    if who == "entrusted":  # a case manager: asked for what those cannot
        operations = [each for each in operations if _is_only_for(each, Role.ENTRUSTED, Role.CASE_MANAGER)]
    # Reads first: what is removed afterwards was there to be read.
    for operation in sorted(operations, key=lambda operation: operation.method.upper() != "GET"):
        asked[operation.label] = _answers(operation, guide, cookie)
    assert asked
    if who == "administrator":
        all_well({name: seen for name, seen in asked.items() if name.startswith("GET") and "region" not in name and not seen & {200}})


def _is_only_for(operation: Any, role: Role, other: Role) -> bool:
    roles = operation.definition.raw.get("x-roles", ())
    return role in roles and other not in roles


def _there(guide: Guide, name: str) -> Any:
    """The value of a parameter of the address that is there."""
    return {"tenant": guide.founded.slug, "region": guide.region, **WORDS}.get(name) or str(guide.id_of(name))


def _answers(operation: Any, guide: Guide, cookie: str) -> set[int]:
    """The statuses of all that was asked: half of it well formed, most of it about what is there."""
    statuses: set[int] = set()
    modes = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

    @EXAMPLES
    @given(case=st.one_of(*modes), somewhere=st.integers(0, 4))
    def ask(case: Case, somewhere: int) -> None:
        if somewhere:
            case.path_parameters.update({name: _there(guide, name) for name in case.path_parameters})
        answer = case.call(cookies={"capofila": cookie})
        case.validate_response(answer, checks=CHECKS)
        statuses.add(answer.status_code)

    ask()
    return statuses
