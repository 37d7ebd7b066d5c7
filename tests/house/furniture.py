"""A consortium with something in every table that a page opens: few rows, or many of each."""

from flask_babel import force_locale
from sqlalchemy import create_engine

from consortium.identity.services import endow
from consortium.post.services import announce
from tenants.database import db
from tests.factories import Founded
from tests.states import AgreementFactory, AssignmentFactory, CaseFactory, DeskFactory, PartnerFactory, PathwayFactory

AUDITOR, OPERATOR = "auditor@house.example", "operator@house.example"
# The region of every consortium of `tests.factories`: its slug.
PIEMONTE = "piemonte"


def furnish(founded: Founded, each: int = 1) -> Founded:
    """`each` rows of every kind; the oldest are at the desk of Trecate, which its case managers serve."""
    with founded.scope(), force_locale("it"):
        PathwayFactory.create_batch(each, at=founded, ongoing=True, sessions=1)
        PathwayFactory(at=founded, concluded=True, sessions=each)
        AssignmentFactory.create_batch(each, at=founded)
        CaseFactory.create_batch(each, at=founded)
        DeskFactory.create_batch(each)
        PartnerFactory.create_batch(each)
        AgreementFactory.create_batch(each, expiring=True, extended=True)
        announce(to="qualcuno@example.org", subject="Prova", text="Prova")
        db.session.commit()
    return founded


def mandate(owner_url: str) -> None:
    """Make the auditor of Piemonte and the operator, once a database."""
    engine = create_engine(owner_url)
    with engine.begin() as owner:
        endow(owner, email=AUDITOR, name="Auditor", region_id="01")
        endow(owner, email=OPERATOR, name="Operator", operator=True)
    engine.dispose()
