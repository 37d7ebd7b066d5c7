"""What is publicly known of the three consortia comes true on the pages (FACTS)."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from consortium.desks.models import Desk
from consortium.identity.models import Membership
from tenants import charter, founding, scope
from tenants.database import db
from tests.factories import Founded

CHARTERS = Path(charter.__file__).parent / "charters"


@pytest.fixture
def founded(app: Flask, request: pytest.FixtureRequest) -> Founded:
    """A consortium from its charter, with a slug and e-mails of this test alone."""
    slug = f"fatti-{uuid4().hex[:12]}"
    written = (CHARTERS / f"{request.param}.toml").read_text()
    written = re.sub(r'^slug = "[^"]*"', f'slug = "{slug}"', written, count=1, flags=re.MULTILINE)
    written = written.replace(f"@{request.param}.example", f"@{slug}.example")
    with app.app_context(), scope.operator_scope():
        tenant = founding.found(charter.read(written, charter.registered()))
        db.session.commit()
        key = (tenant.id, tenant.region_id)
    with app.app_context(), scope.tenant_scope(*key):
        desks = dict(db.session.execute(select(Desk.slug, Desk.id)).all())
        staff = dict(db.session.execute(select(Membership.email, Membership.id)).all())
    return Founded(app, key[0], slug, key[1], desks, staff)


@pytest.mark.parametrize("founded", ["trecate"], indirect=True)
def test_trecate_has_ten_members_and_four_desks(founded: Founded) -> None:
    client = founded.as_("admin")
    members = client.get(f"/{founded.slug}/members?format=json").json["items"]
    desks = client.get(f"/{founded.slug}/desks?format=json").json["items"]
    assert len(members) == 10
    assert [desk["name"] for desk in desks] == ["Cerano", "Romentino", "Trecate", "Vespolate"]
    [nibbiola] = [member["id"] for member in members if member["istat"] == "003104"]
    assert "/desks/" not in client.get(f"/{founded.slug}/members/{nibbiola}").text.partition('id="member-desks"')[2]


@pytest.mark.parametrize("founded", ["la-spezia"], indirect=True)
def test_la_spezia_opens_seventeen_hours_and_its_protocol_lasts(founded: Founded) -> None:
    client = founded.as_("admin")
    page = client.get(f"/{founded.slug}/desks/{founded.desks['la-spezia']}").text
    for fact in ("8:30–12:00, 14:30–17:30", "17 ", "0187727248", "infolavoro@comune.sp.it", "anagrafe"):
        assert fact in page
    agreements = {row["kind"]: row for row in client.get(f"/{founded.slug}/agreements?format=json").json["items"]}
    assert agreements["protocol"]["valid_until"] == "2027-09-21"
    assert (agreements["convention"]["valid_until"], agreements["convention"]["reimbursed_up_to"]) == ("2021-12-31", 350000)
    assert "21/09/2027" in client.get(f"/{founded.slug}/agreements/{agreements['protocol']['id']}").text
    assert "350.000,00" in client.get(f"/{founded.slug}/agreements/{agreements['convention']['id']}").text
    assert len(client.get(f"/{founded.slug}/partners?status=consulted&format=json&rows=100").json["items"]) == 33


@pytest.mark.parametrize("founded", ["lecce"], indirect=True)
def test_lecce_is_led_by_a_province(founded: Founded) -> None:
    client = founded.as_("admin")
    [member] = client.get(f"/{founded.slug}/members?format=json").json["items"]
    assert (member["name"], member["kind"], member["role"]) == ("Provincia di Lecce", "province", "lead")
    accord = client.get(f"/{founded.slug}/agreements?format=json").json["items"][0]
    page = client.get(f"/{founded.slug}/agreements/{accord['id']}").text
    assert "IIS Bottazzi Casarano" in page
    assert "4 maggio" in page
