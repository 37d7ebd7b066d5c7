"""What tests start from: consortia founded from a charter, as in production, with e-mails and slugs of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from consortium.desks.models import Desk
from consortium.identity.models import Account, Membership
from consortium.identity.services import open_sign_in
from consortium.web.policy import Role
from tenants import charter, founding, scope
from tenants.database import db

MEMBERS = (("003149", "Comune di Trecate"), ("003049", "Comune di Cerano"), ("003104", "Comune di Nibbiola"))
DESKS = (("trecate", "Trecate", "003149"), ("cerano", "Cerano", "003049"))


@dataclass(frozen=True)
class Founded:
    """A consortium of one test: two desks, an administrator, a coordinator, a reader, and two case managers a desk."""

    app: Flask
    id: UUID
    slug: str
    region_id: str
    desks: dict[str, UUID]
    staff: dict[str, UUID]  # e-mail → membership

    def email(self, who: str) -> str:
        """`who`: admin, coordinator, reader, cm1.trecate, cm2.trecate, cm1.cerano, cm2.cerano."""
        return f"{who}@{self.slug}.example"

    @contextmanager
    def scope(self) -> Iterator[None]:
        """This consortium's scope, as the system."""
        with self.app.app_context(), scope.tenant_scope(self.id, self.region_id):
            yield

    def as_(self, who: str) -> FlaskClient:
        """A browser signed in as one of its people."""
        return self.browser(self.app, self.email(who))

    @staticmethod
    def browser(app: Flask, email: str) -> FlaskClient:
        with app.app_context(), scope.gatekeeper_scope():
            account_id = db.session.execute(select(Account.id).where(Account.email == email)).scalar_one()
            token = open_sign_in(account_id=account_id, browser="pytest")
            db.session.commit()
        client = app.test_client()
        with client.session_transaction() as session:
            session["sign_in"] = token
        return client


def found(app: Flask) -> Founded:
    """Found a consortium from a charter with a slug of its own."""
    slug = f"prova-{uuid4().hex[:12]}"
    with app.app_context(), scope.operator_scope():
        tenant = founding.found(charter.read(charter_text(slug), charter.registered()))
        db.session.commit()
        key = (tenant.id, tenant.region_id)
    with app.app_context(), scope.tenant_scope(*key):
        desks = dict(db.session.execute(select(Desk.slug, Desk.id)).all())
        staff = dict(db.session.execute(select(Membership.email, Membership.id)).all())
    return Founded(app, key[0], slug, key[1], desks, staff)


def charter_text(slug: str) -> str:
    """A charter in TOML, complete and small."""
    consortium = f"""
        [consortium]
        slug = "{slug}"
        name = "Consorzio {slug}"
        region = "01"
        lead_body = "Comune di Trecate"
        lead_body_kind = "municipality"
        lead_body_istat = "003149"
        agreement_kind = "convention"
    """
    return "\n".join([consortium, *_members(), *_desks(), *_measures(), *_staff(slug)])


def _members() -> Iterator[str]:
    for number, (istat, name) in enumerate(MEMBERS):
        lead = "true" if number == 0 else "false"
        yield f'[[members]]\nistat = "{istat}"\nkind = "municipality"\nname = "{name}"\nlead = {lead}'


def _desks() -> Iterator[str]:
    for slug, name, istat in DESKS:
        yield f'[[desks]]\nslug = "{slug}"\nname = "{name}"\nistat = "{istat}"\nmember = "{istat}"\nchannels = ["in_person", "phone"]'
        yield 'hours = [{ weekday = 2, opens = "08:30", closes = "12:00" }, { weekday = 2, opens = "14:30", closes = "17:30" }]'


def _measures() -> Iterator[str]:
    for code, service in (("OS", "Orientamento specialistico"), ("RA", "Ricerca attiva")):
        yield f'[[measures]]\ncode = "{code}"\nname = "Buono Servizi Lavoro GOL - {service}"\nservices = ["{service}"]'
        yield 'valid_from = 2022-01-01\nvalid_to = 2030-12-31\ndesks = ["trecate", "cerano"]'


def _staff(slug: str) -> Iterator[str]:
    people = [("admin", Role.ADMINISTRATOR, []), ("coordinator", Role.COORDINATOR, []), ("reader", Role.READER, [])]
    people += [(f"cm{n}.{desk}", Role.CASE_MANAGER, [desk]) for desk, *_ in DESKS for n in (1, 2)]
    for who, role, desks in people:
        served = ", ".join(f'"{desk}"' for desk in desks)
        yield f'[[staff]]\nemail = "{who}@{slug}.example"\nname = "{who.title()}"\nrole = "{role}"\ndesks = [{served}]'
        yield "valid_from = 2022-01-01"
