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

from tests.factories import Founded
from tests.house.atlas import Guide
from tests.house.furniture import PIEMONTE

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Of an operation, for each of who asks; the same every time, so that a failure is one for everybody.
EXAMPLES = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


# In whose addresses somebody finds what they ask for.
PLACES = {"administrator": "{tenant}", "auditor": "{region}"}


@pytest.mark.parametrize("who", ["administrator", "case_manager", "auditor"])
def test_every_answer_is_as_described(app: Flask, furnished: Founded, cookie_of: Callable[[str], str], who: str) -> None:
    asked: dict[str, set[int]] = {}
    for operation in schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).get_all_operations():
        asked[operation.ok().label] = _answers(operation.ok(), Guide(furnished, PIEMONTE), cookie_of(who))
    assert asked
    if who in PLACES:
        # What is written has to make sense, not only be well formed: that is for the tests of the rooms.
        read = {name: statuses for name, statuses in asked.items() if name.startswith("GET") and PLACES[who] in name}
        assert {name: statuses for name, statuses in read.items() if not any(status < 400 for status in statuses)} == {}


def _answers(operation: Any, guide: Guide, cookie: str) -> set[int]:
    """The statuses of all that was asked: half of it well formed, most of it about a place and rows that are there."""
    statuses: set[int] = set()
    modes = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

    @EXAMPLES
    @given(case=st.one_of(*modes), somewhere=st.integers(0, 4))
    def ask(case: Case, somewhere: int) -> None:
        case.path_parameters |= {name: _there(guide, name) for name in case.path_parameters if somewhere}
        answer = case.call(cookies={"capofila": cookie})
        case.validate_response(answer, checks=CHECKS)
        statuses.add(answer.status_code)

    ask()
    return statuses


def _there(guide: Guide, name: str) -> str:
    places = {"tenant": guide.founded.slug, "region": guide.region}
    return places.get(name) or str(guide.id_of(name))
