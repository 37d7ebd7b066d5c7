"""Several who save the same at the same moment, by programs: one does, and the others are told; nothing is overwritten unseen."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Founded, found
from tests.house.atlas import Guide
from tests.house.furniture import PIEMONTE, furnish

MANY = 5
_running = count(1)


@dataclass(frozen=True)
class Write:
    """What is read, the part of it that is written anew (with the row's `revision`), where it is sent, and by which method.

    `changed`: another body each time, of what was read.
    """

    read: str
    to: str
    changed: Callable[[dict[str, Any]], dict[str, Any]]
    part: Callable[[dict[str, Any]], dict[str, Any]] = dict
    method: str = "POST"


def text(name: str, *same: str, **other: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A body in which a text is another each time; of what was read, `same` stays."""
    return lambda read: {**{each: read[each] for each in ("revision", *same)}, **other, name: f"Prova {next(_running)}"}


def _services(read: dict[str, Any]) -> dict[str, Any]:
    known = [{name: row[name] for name in ("id", "name", "hours_budget", "withdrawn")} for row in read["services"]]
    return {"revision": read["revision"], "services": [*known, {"name": f"Prova {next(_running)}"}]}


def _cost(read: dict[str, Any]) -> dict[str, Any]:
    return next(cost for service in read["services"] for cost in service["costs"])


_PERSON = ("surname", "first_name", "sex", "born_on", "birthplace", "citizenship", "codice_fiscale")
_SESSION = ("on_date", "starts", "ends", "service", "mode", "operator_id")
_STAFF = ("role", "valid_from", "valid_to", "sensitive")
WRITES = {
    "person": Write("cases/{case_id}", "cases/{case_id}/person", text("residence", *_PERSON), lambda read: read["person"], "PUT"),
    "profile": Write("cases/{case_id}/profile", "cases/{case_id}/profile", text("skills", "occupation"), method="PUT"),
    "row": Write(
        "cases/{case_id}/profile", "educations/{education_id}", text("title", "level"), lambda read: read["educations"][0], method="PUT"
    ),
    "document": Write("documents/{document_id}", "documents/{document_id}", text("title", "kind"), method="PUT"),
    "task": Write("tasks/{task_id}", "tasks/{task_id}", text("title", "due_on"), method="PUT"),
    "pathway": Write("pathways/{pathway_id}", "pathways/{pathway_id}/edit", text("goal", "case_manager_id")),
    "session": Write("sessions/{session_id}", "sessions/{session_id}/edit", text("note", *_SESSION)),
    "measure": Write("measures/{measure_id}", "measures/{measure_id}/edit", text("act", "code", "name", "valid_from", "valid_to", "desks")),
    "services": Write("measures/{measure_id}", "measures/{measure_id}/services", _services),
    "unit cost": Write("measures/{measure_id}", "unit-costs/{unit_cost_id}/edit", text("act", "amount", "valid_from", "valid_to"), _cost),
    "code": Write("codes/languages/code?code=de", "codes/languages", text("label_it", "code"), method="PUT"),
    "staff": Write(
        "staff/{membership_id}",
        "staff/{membership_id}",
        lambda read: {**text("name", *_STAFF)(read), "desks": [each["desk_id"] for each in read["desks"]]},
        method="PUT",
    ),
}


@pytest.fixture(scope="module")
def house(app: Flask) -> Founded:
    return furnish(found(app))


@pytest.fixture
def ids(house: Founded) -> dict[str, str]:
    names = ("case", "education", "document", "task", "pathway", "session", "measure", "unit_cost")
    guide = Guide(house, PIEMONTE)
    made = {f"{name}_id": str(guide.id_of(f"{name}_id")) for name in names}
    return {**made, "membership_id": str(house.staff[house.email("cm2.cerano")])}


@pytest.mark.parametrize("what", WRITES)
def test_one_saves_and_the_others_are_told(house: Founded, ids: dict[str, str], what: str) -> None:
    """Twice: of some rows the consortium has none of its own at first."""
    write, root = WRITES[what], f"/api/v1/{house.slug}"
    browsers = [house.as_("admin") for _ in range(MANY)]
    for _ in range(2):
        read = write.part(browsers[0].get(f"{root}/{write.read}".format(**ids)).json or {})
        bodies = [write.changed(read) for _ in browsers]
        statuses = sorted(_at_once(browsers, bodies, write.method, f"{root}/{write.to}".format(**ids)))
        assert (statuses[0], set(statuses[1:])) == (200, {409}), statuses


def _at_once(browsers: list[FlaskClient], bodies: list[dict[str, Any]], method: str, address: str) -> Iterator[int]:
    ready = Barrier(len(browsers))

    def send(browser: FlaskClient, body: dict[str, Any]) -> int:
        ready.wait(20)
        return browser.open(address, method=method, json=body).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        yield from pool.map(send, browsers, bodies)
