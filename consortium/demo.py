"""The demo: the three founding consortia, Trecate's published year, and an account for each role."""

import secrets
from collections.abc import Callable
from pathlib import Path

from flask import current_app
from sqlalchemy import Engine, select

from consortium.config import ROOT
from consortium.exchange.services import load_folder
from consortium.identity.services import endow
from consortium.web.policy import Role
from tenants import charter, founding, scope
from tenants.database import db
from tenants.models import Tenant

CHARTERS = Path(charter.__file__).parent / "charters"
YEAR = ROOT / "demo" / "trecate-2023"
AUDITORS = (("auditor@piemonte.example", "01"), ("auditor@liguria.example", "07"), ("auditor@puglia.example", "16"))
OPERATOR = "operator@capofila.example"

Say = Callable[[str], None]


def load(owner: Engine, say: Say) -> list[str]:
    """Found the consortia that are missing and give the accounts their password; returns what to tell the newcomer.

    The password is DEMO_PASSWORD (set anew at every start), else a random one, told once: at the start that made it.
    """
    founded = [_found(path, say) for path in sorted(CHARTERS.glob("*.toml"))]
    given = current_app.config["DEMO_PASSWORD"]
    password = given or secrets.token_urlsafe(9)
    if given or any(founded):
        say("Demo accounts")
        _endow(owner, password)
        return [*_accounts(), f"Password: {password}"]
    return [*_accounts(), "Password: the one told at the first start (DEMO_PASSWORD=… sets another)."]


def _found(path: Path, say: Say) -> bool:
    """Found one consortium, unless it is there; True if this call did."""
    document = charter.read(path, charter.registered())
    slug = document.consortium["slug"]
    with scope.operator_scope():
        if db.session.scalar(select(Tenant.id).where(Tenant.slug == slug)):
            return False
        say(f"Consortium: {document.consortium['lead_body']}")
        tenant = founding.found(document)
        db.session.commit()
        key = (tenant.id, tenant.region_id)
    if slug == "trecate":
        say("Trecate's year: November 2022 to October 2023")
        with scope.tenant_scope(*key):
            load_folder(YEAR)
            db.session.commit()
    return True


def _staff() -> list[tuple[str, str, str]]:
    """(e-mail, name, role) of every charter's staff."""
    documents = (charter.read(path, charter.registered()) for path in sorted(CHARTERS.glob("*.toml")))
    return [(row["email"], row["name"], row["role"]) for document in documents for row in document.rows["staff"]]


def _endow(owner: Engine, password: str) -> None:
    with owner.begin() as connection:
        for email, name, _ in _staff():
            endow(connection, email=email, name=name, password=password, demo=True)
        for email, region in AUDITORS:
            endow(connection, email=email, name="Auditor (demo)", password=password, region_id=region, demo=True)
        endow(connection, email=OPERATOR, name="Platform operator (demo)", password=password, operator=True, demo=True)


def _accounts() -> list[str]:
    every = [(email, role) for email, _, role in _staff()] + [(email, Role.AUDITOR) for email, _ in AUDITORS] + [(OPERATOR, Role.OPERATOR)]
    return [f"  {email:36} {role}" for email, role in every]
