"""A consortium with something in every table that a page opens: few rows, or many of each."""

from io import BytesIO

from flask_babel import force_locale
from sqlalchemy import create_engine

from consortium.cases import unions
from consortium.cases.models import Case
from consortium.exchange import batches, tasks
from consortium.exchange.models import BatchState, ImportBatch
from consortium.identity.models import Membership
from consortium.identity.services import endow
from consortium.post.services import announce
from consortium.sensitive import services as sensitive
from consortium.sensitive.models import SensitiveRecord
from tenants.database import db
from tests.exchange.papers import papers
from tests.factories import Founded
from tests.states import (
    TAKEN,
    AcknowledgementFactory,
    AgreementFactory,
    AssignmentFactory,
    CaseFactory,
    DeskFactory,
    DocumentFactory,
    NoteFactory,
    NoticeFactory,
    PartnerFactory,
    PathwayFactory,
    SapFactory,
    TaskFactory,
    UnitCostFactory,
)

# Of the case managers, the one who is entrusted with sensitive data.
ENTRUSTED = "cm2.trecate"
AUDITOR, OPERATOR = "auditor@house.example", "operator@house.example"
# The region of every consortium of `tests.factories`: its slug.
PIEMONTE = "piemonte"


def furnish(founded: Founded, each: int = 1) -> Founded:
    """`each` rows of every kind; the oldest are at the desk of Trecate, which its case managers serve.

    The oldest case has all that a case may have: an assignment that waits, another taken in charge, an ongoing pathway.
    """
    with founded.scope(), force_locale("it"):
        case = CaseFactory(at=founded)
        AssignmentFactory(at=founded, case=case, assigned_on=TAKEN)
        taken = AssignmentFactory(at=founded, case=case, taken_in_charge=True)
        PathwayFactory(at=founded, assignment=taken, ongoing=True, sessions=1)
        PathwayFactory(at=founded, concluded=True, sessions=each)
        PathwayFactory.create_batch(each - 1, at=founded, ongoing=True, sessions=1)
        AssignmentFactory.create_batch(each, at=founded)
        CaseFactory.create_batch(each - 1, at=founded)
        NoteFactory.create_batch(each, at=founded, case=case)
        DocumentFactory.create_batch(each, case=case, expiring=True)
        TaskFactory(at=founded, case=case, overdue=True)
        TaskFactory(at=founded, case=case, done=True)
        TaskFactory.create_batch(each, at=founded, case=case, due_today=True)
        for notice in NoticeFactory.create_batch(each):
            AcknowledgementFactory(at=founded, case=case, notice=notice)
        DeskFactory.create_batch(each)
        SapFactory.create_batch(each, of=case)
        PartnerFactory.create_batch(each)
        AgreementFactory.create_batch(each, expiring=True, extended=True)
        UnitCostFactory.create_batch(each)
        _entrust(founded, case)
        _merge(founded)
        announce(to="qualcuno@example.org", subject="Prova", text="Prova")
        db.session.commit()
    _bring_in(founded, each)
    return founded


def _entrust(founded: Founded, case: Case) -> None:
    membership = db.session.get_one(Membership, (founded.id, founded.staff[founded.email(ENTRUSTED)]))
    membership.sensitive = True
    db.session.add(SensitiveRecord(person_id=case.person_id, disability=True, percentage=60, health="Riservato"))
    sensitive.open_for(person_id=case.person_id, membership_id=membership.id, reason="Collocamento mirato")


def _merge(founded: Founded) -> None:
    """Two cases that were one person's: the oldest of Trecate, and a later one."""
    kept, merged = CaseFactory(at=founded), CaseFactory(at=founded)
    unions.merge(kept=kept, merged=merged, fields=("phone",), reason="La stessa persona")


def _bring_in(founded: Founded, each: int) -> None:
    """Imports: the oldest was checked, and one of its rows was refused."""
    uploads = papers(founded)
    uploads["sessioni.csv"] += "TRE-00001;32/06/2023;14:30;16:00;Orientamento specialistico;presenza\n"
    with founded.scope(), force_locale("it"):
        received = [_receive(uploads) for _ in range(each)]
        batches.step(batch=received[0], to=BatchState.CHECKING)
        first = str(received[0].id)
        db.session.commit()
    with founded.scope():
        tasks.check(first)
        db.session.commit()


def _receive(uploads: dict[str, str]) -> ImportBatch:
    return batches.receive(uploads=[(name, BytesIO(text.encode())) for name, text in uploads.items()])


def mandate(owner_url: str) -> None:
    """Make the auditor of Piemonte and the operator, once a database."""
    engine = create_engine(owner_url)
    with engine.begin() as owner:
        endow(owner, email=AUDITOR, name="Auditor", region_id="01")
        endow(owner, email=OPERATOR, name="Operator", operator=True)
    engine.dispose()
