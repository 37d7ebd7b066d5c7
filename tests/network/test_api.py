"""The network for programs: the same rows as the pages, filtered and paged alike."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tenants.database import db
from tests.factories import MEMBERS, Founded
from tests.states import AgreementFactory, PartnerFactory

LISTS = ("members", "partners", "agreements")
QUERIES = ("", "?q=ente", "?as_of=2023-10-31", "?rows=50")


@pytest.fixture
def admin(trecate: Founded) -> FlaskClient:
    return trecate.as_("admin")


@pytest.fixture
def peopled(trecate: Founded) -> Founded:
    with trecate.scope():
        PartnerFactory.create_batch(30)
        AgreementFactory(title="Convenzione", extended=True, parties=[{"name": MEMBERS[1][1], "role": "aderente"}])
        db.session.commit()
    return trecate


def asked(client: FlaskClient, founded: Founded, path: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{founded.slug}/{path}")
    assert (answer.status_code, answer.content_type) == (200, "application/json"), answer.text
    return dict(answer.json or {})


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", QUERIES)
def test_a_list_is_that_of_the_page(peopled: Founded, admin: FlaskClient, name: str, query: str) -> None:
    mine = asked(admin, peopled, f"{name}{query}")
    page = admin.get(f"/{peopled.slug}/{name}{query}{'&' if query else '?'}format=json").json or {}
    assert (mine["total"], mine["items"]) == (page["total"], page["items"])


def test_places_lead_from_page_to_page_and_back(peopled: Founded, admin: FlaskClient) -> None:
    first = asked(admin, peopled, "partners?sort=-name")
    second = admin.get(first["next"]).json or {}
    assert (first["total"], len(first["items"]), len(second["items"]), first["previous"], second["next"]) == (30, 25, 5, None, None)
    assert first["next"].startswith(f"/api/v1/{peopled.slug}/partners?")
    assert (admin.get(second["previous"]).json or {})["items"] == first["items"]


def test_a_member_with_its_agreements(peopled: Founded, admin: FlaskClient) -> None:
    istat, name = MEMBERS[1]
    (row,) = asked(admin, peopled, "members?q=cerano")["items"]
    found = asked(admin, peopled, f"members/{row['id']}")
    assert (found["id"], found["name"], found["istat"], found["municipality"], found["province"]) == (
        row["id"],
        name,
        istat,
        "Cerano",
        "NO",
    )
    assert [(each["title"], each["role"]) for each in found["agreements"]] == [("Convenzione", "aderente")]
    assert found["population"] is None


@pytest.mark.parametrize("query", ["as_of=boh", "kind=planet", "as_of=2023-01-01&as_of=2023-01-02"])
def test_a_wrong_filter_is_named(trecate: Founded, admin: FlaskClient, query: str) -> None:
    answer = admin.get(f"/api/v1/{trecate.slug}/members?{query}")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert list((answer.json or {})["errors"]["query"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("path", [*LISTS, "members/{id}"])
def test_who_is_let_in(trecate: Founded, other: Founded, path: str) -> None:
    with trecate.scope():
        member = asked(trecate.as_("reader"), trecate, "members")["items"][0]["id"]
    mine = f"/api/v1/{trecate.slug}/{path.format(id=member)}"
    assert {who: trecate.as_(who).get(mine).status_code for who in ("admin", "cm1.trecate", "reader")} == {
        "admin": 200,
        "cm1.trecate": 200,
        "reader": 200,
    }
    assert trecate.app.test_client().get(mine).status_code == 401
    assert other.as_("admin").get(mine).status_code == 404
    theirs = f"/api/v1/{other.slug}/{path.format(id=member)}"
    assert other.as_("admin").get(theirs).status_code == (404 if "{id}" in path else 200)
    assert trecate.as_("admin").get(f"/api/v1/{trecate.slug}/members/{uuid4()}").status_code == 404
