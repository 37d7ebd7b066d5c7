"""A platform operator, and what each role would see of the operator's pages."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from consortium.identity.services import endow
from tests.factories import Founded


@pytest.fixture
def operator(app: Flask, owner: Connection) -> FlaskClient:
    """A browser in which a platform operator is signed in, who belongs to no consortium."""
    email = f"operator-{uuid4().hex[:12]}@capofila.example"
    endow(owner, email=email, name="Operator", operator=True)
    owner.commit()
    return Founded.browser(app, email)


@pytest.fixture
def auditor(app: Flask, owner: Connection) -> FlaskClient:
    email = f"auditor-{uuid4().hex[:12]}@piemonte.example"
    endow(owner, email=email, name="Auditor", region_id="01")
    owner.commit()
    return Founded.browser(app, email)


@pytest.fixture
def browser_of(client: FlaskClient, operator: FlaskClient, auditor: FlaskClient, trecate: Founded) -> Callable[[str], FlaskClient]:
    """`nobody`, `operator`, `auditor`, or one of a consortium's people (`admin`, `cm1.trecate`, …)."""
    known = {"nobody": client, "operator": operator, "auditor": auditor}
    return lambda who: known.get(who) or trecate.as_(who)
