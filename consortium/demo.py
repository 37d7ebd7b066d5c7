"""The demo: the three founding consortia, Trecate's published year, and an account for each role."""

import secrets
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Engine, select, update

from consortium.config import ROOT
from consortium.desks.models import Desk
from consortium.exchange.services import load_folder
from consortium.identity.models import Account
from consortium.identity.services import endow, hashed
from consortium.notices.services import write_notice
from consortium.pathways import funding
from consortium.web.policy import Role
from tenants import charter, founding, scope
from tenants.database import db
from tenants.models import Tenant

CHARTERS = Path(charter.__file__).parent / "charters"
YEAR = ROOT / "demo" / "trecate-2023"
AUDITORS = (("auditor@piemonte.example", "01"), ("auditor@liguria.example", "07"), ("auditor@puglia.example", "16"))
OPERATOR = "operator@capofila.example"

# The measures of the charters are facts, and those of Trecate ended in 2025: this one is for trying things out, and says so.
TRIAL: dict[str, Any] = {
    "code": "PROVA",
    "name": "Misura dimostrativa",
    "valid_from": date(2026, 1, 1),
    "valid_to": date(2028, 12, 31),
    "gol_paths": [],
    "act": "Nessuno: misura inventata per la dimostrazione",
    "contact_days": 7,
    "intake_days": 30,
    "services": [{"name": "Orientamento", "hours_budget": Decimal(10)}, {"name": "Accompagnamento al lavoro", "hours_budget": Decimal(30)}],
}

# A consortium writes its own: this one is for trying things out, and says so.
NOTICE = ROOT / "demo" / "informativa.txt"
NOTICE_TITLE = "Informativa sul trattamento dei dati personali (testo dimostrativo)"

Say = Callable[[str], None]


def load(owner: Engine, say: Say) -> list[str]:
    """Found the consortia that are missing and give the accounts their password; returns what to tell the newcomer.

    The password is DEMO_PASSWORD (set anew at every start), else a random one, told once: at the start that made it.
    """
    documents = [charter.read(path, charter.registered()) for path in sorted(CHARTERS.glob("*.toml"))]
    founded = [_found(document, say) for document in documents]
    staff = [row for document in documents for row in document.rows["staff"]]
    given = current_app.config["DEMO_PASSWORD"]
    password = given or secrets.token_urlsafe(9)
    if given or any(founded):
        say("Demo accounts")
        _endow(owner, staff, password)
        return [*_accounts(staff), f"Password: {password}"]
    return [*_accounts(staff), "Password: the one told at the first start (DEMO_PASSWORD=… sets another)."]


def _try_out() -> None:
    """A measure that runs today at every desk of the consortium, and a privacy notice in force."""
    funding.set_up_measure(desks=db.session.scalars(select(Desk.id)).all(), **TRIAL)
    write_notice(title=NOTICE_TITLE, body=NOTICE.read_text(), in_force_from=TRIAL["valid_from"])


def _found(document: charter.Charter, say: Say) -> bool:
    """Found one consortium, unless it is there; True if this call did."""
    slug = document.consortium["slug"]
    with scope.operator_scope():
        if db.session.scalar(select(Tenant.id).where(Tenant.slug == slug)):
            return False
        say(f"Consortium: {document.consortium['lead_body']}")
        tenant = founding.found(document)
        db.session.commit()
        key = (tenant.id, tenant.region_id)
    with scope.tenant_scope(*key):
        _try_out()
        db.session.commit()
    if slug == "trecate":
        say("Trecate's year: November 2022 to October 2023")
        with scope.tenant_scope(*key):
            load_folder(YEAR)
            db.session.commit()
    return True


def _endow(owner: Engine, staff: list[dict[str, Any]], password: str) -> None:
    """One hash for all: the password is one, and hashing it is slow by design."""
    people: list[dict[str, Any]] = [{"email": row["email"], "name": row["name"]} for row in staff]
    people += [{"email": email, "name": "Auditor (demo)", "region_id": region} for email, region in AUDITORS]
    people.append({"email": OPERATOR, "name": "Platform operator (demo)", "operator": True})
    with owner.begin() as connection:
        accounts = [endow(connection, **person, demo=True) for person in people]
        connection.execute(update(Account).where(Account.id.in_(accounts)).values(password_hash=hashed(password)))


def _accounts(staff: list[dict[str, Any]]) -> list[str]:
    every = [(row["email"], row["role"]) for row in staff] + [(email, Role.AUDITOR) for email, _ in AUDITORS] + [(OPERATOR, Role.OPERATOR)]
    return [f"  {email:36} {role}" for email, role in every]
