"""Business states as factories: a person taken in charge, an ongoing pathway, a concluded one, an agreement about to expire.

They write through the rooms' services, inside the consortium's scope: `with trecate.scope(): PathwayFactory(at=trecate, concluded=True)`.
What needs no consortium's detail is filled in; dates are in the past, in order, inside the measures of `factories.charter_text`.
"""

from datetime import date, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import factory
from codicefiscale import codicefiscale
from sqlalchemy import select

from consortium.cases import services as cases
from consortium.cases.models import Assignment, AssignmentSource, Case, Person, ReturnReason
from consortium.codes import queries as codes
from consortium.desks.models import Desk
from consortium.desks.services import open_desk
from consortium.documents.models import Document
from consortium.documents.services import Received, keep_document
from consortium.journal import services as journal
from consortium.journal.models import Doer, Note, Task
from consortium.network import services as network
from consortium.network.models import Agreement, AgreementKind, Partner, PartnerKind, PartnerStatus
from consortium.notices import queries as notice_queries
from consortium.notices import services as notices
from consortium.notices.models import Acknowledgement, How, Notice
from consortium.pathways import pricing
from consortium.pathways import services as pathways
from consortium.pathways.models import Measure, MeasureService, Mode, Outcome, Pathway, Session, UnitCost
from consortium.profiles import services as profiles
from consortium.profiles.kinds import KINDS
from consortium.profiles.models import Profile
from consortium.profiles.queries import profile
from consortium.storage.door import store
from consortium.web.listing.formats import today
from tenants.database import db
from tests.factories import Founded

ASSIGNED, TAKEN, BEGUN, PAUSED, ENDED = (date(2023, month, 6) for month in (2, 3, 4, 5, 9))
SERVICE = "Orientamento specialistico"
SURNAMES = ("D'Àngelo", "Rossi", "Garbagna Novarese", "Łukasz-Ferrari", "Xu")


class Written(factory.Factory[Any]):
    """Base: each factory says by which verb of which room its row is written."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type, *args: Any, **facts: Any) -> Any:
        row = cls.write(**facts)
        db.session.flush()
        return row

    @classmethod
    def write(cls, **facts: Any) -> Any:
        raise NotImplementedError


class PersonFactory(Written):
    """A person with a codice fiscale that agrees with the rest; `unknown_code`: without one yet."""

    class Meta:
        model = Person

    class Params:
        unknown_code = factory.Trait(codice_fiscale=None)

    surname = factory.Iterator(SURNAMES)
    first_name = factory.Sequence(lambda n: ("Ada", "Béla", "Maria Rosa")[n % 3])
    sex = factory.Iterator(["F", "M"])
    born_on = factory.Sequence(lambda n: date(1970, 1, 1) + timedelta(days=n % 12000))
    birthplace = "Trecate"
    citizenship = "Italia"
    residence = "Trecate"
    phone = factory.Sequence(lambda n: f"03217{n:05}")
    email = factory.Sequence(lambda n: f"persona{n}@example.org")
    education = "Diploma"
    occupation = "In cerca di lavoro"

    @factory.lazy_attribute
    def codice_fiscale(self) -> str:
        day = self.born_on.strftime("%d/%m/%Y")
        return str(codicefiscale.encode(self.surname, self.first_name, self.sex, day, self.birthplace))

    @classmethod
    def write(cls, **facts: Any) -> Person:
        return cases.register_person(**facts)


class CaseFactory(Written):
    """A person's file at `desk` (a slug), followed by its first case manager."""

    class Meta:
        model = Case

    at: Any = None
    desk = "trecate"
    person = factory.SubFactory(PersonFactory)
    opened_on = ASSIGNED

    @classmethod
    def write(cls, *, at: Founded, desk: str, person: Person, opened_on: date) -> Case:
        manager = at.staff[at.email(f"cm1.{desk}")]
        return cases.open_case(person_id=person.id, desk_id=at.desks[desk], case_manager_id=manager, opened_on=opened_on)


class AssignmentFactory(Written):
    """Sent by the job centre and waiting; or `contacted`, `taken_in_charge`, `returned`."""

    class Meta:
        model = Assignment

    class Params:
        contacted = factory.Trait(contacted_on=TAKEN)
        taken_in_charge = factory.Trait(taken_on=TAKEN)
        returned = factory.Trait(returned_on=TAKEN)

    at: Any = None
    case = factory.SubFactory(CaseFactory, at=factory.SelfAttribute("..at"))
    assigned_on = ASSIGNED
    contacted_on = taken_on = returned_on = None

    @classmethod
    def write(
        cls, *, at: Founded, case: Case, assigned_on: date, contacted_on: date | None, taken_on: date | None, returned_on: date | None
    ) -> Assignment:
        sent = {"source": AssignmentSource.JOB_CENTRE, "job_centre": "Centro per l'impiego di Novara", "gol_path": 1}
        assignment = cases.assign(case_id=case.id, desk_id=case.desk_id, assigned_on=assigned_on, **sent)
        if contacted_on:
            cases.contact(assignment=assignment, on_date=contacted_on)
        if taken_on:
            cases.take_in_charge(assignment=assignment, on_date=taken_on)
        if returned_on:
            cases.return_assignment(assignment=assignment, on_date=returned_on, reason=ReturnReason.NO_SHOW)
        return assignment


class PathwayFactory(Written):
    """A draft; or `ongoing`, `suspended`, `concluded` (placed). `sessions`: how many were delivered."""

    class Meta:
        model = Pathway

    class Params:
        ongoing = factory.Trait(begun_on=BEGUN)
        suspended = factory.Trait(ongoing=True, paused_on=PAUSED)
        concluded = factory.Trait(ongoing=True, ended_on=ENDED)

    at: Any = None
    measure = "OS"
    assignment = factory.SubFactory(AssignmentFactory, at=factory.SelfAttribute("..at"), taken_in_charge=True)
    begun_on = paused_on = ended_on = None
    sessions = 0

    @classmethod
    def write(
        cls,
        *,
        at: Founded,
        measure: str,
        assignment: Assignment,
        begun_on: date | None,
        paused_on: date | None,
        ended_on: date | None,
        sessions: int,
    ) -> Pathway:
        case = db.session.get_one(Case, (at.id, assignment.case_id))
        measure_id = db.session.execute(select(Measure.id).where(Measure.code == measure)).scalar_one()
        who = {"case_id": case.id, "case_manager_id": case.case_manager_id}
        pathway = pathways.open_pathway(measure_id=measure_id, desk_id=case.desk_id, on_date=TAKEN, **who)
        if begun_on:
            pathways.activate(pathway=pathway, on_date=begun_on)
        SessionFactory.create_batch(sessions, pathway=pathway)
        if paused_on:
            pathways.suspend(pathway=pathway, on_date=paused_on, reason="Malattia")
        if ended_on:
            pathways.conclude(pathway=pathway, on_date=ended_on, outcome=Outcome.PLACED)
        return pathway


class SessionFactory(Written):
    """An hour and a half of an ongoing pathway, by its case manager: eleven a day for four weeks, for nobody is in two sessions at once."""

    class Meta:
        model = Session

    pathway: Any = None
    on_date = factory.Sequence(lambda n: BEGUN + timedelta(days=n // 11 % 28))
    starts = factory.Sequence(lambda n: time(hour=n % 11 * 2))

    @classmethod
    def write(cls, *, pathway: Pathway, on_date: date, starts: time) -> Session:
        ends = time(starts.hour + 1, 30)
        told = {"service": SERVICE, "mode": Mode.IN_PERSON, "operator_id": pathway.case_manager_id, "note": "Con il mediatore"}
        return pathways.record_session(pathway=pathway, on_date=on_date, starts=starts, ends=ends, **told)


class UnitCostFactory(Written):
    """What an hour of orientation is worth, each for a month after the one before."""

    class Meta:
        model = UnitCost

    amount = factory.Sequence(lambda n: Decimal(30 + n))
    valid_from = factory.Sequence(lambda n: date(2010, 1, 1) + timedelta(days=31 * n))
    valid_to = factory.LazyAttribute(lambda told: told.valid_from + timedelta(days=30))
    act = "Determina 1/2010"

    @classmethod
    def write(cls, **facts: Any) -> UnitCost:
        service = db.session.execute(select(MeasureService).where(MeasureService.name == SERVICE)).scalar_one()
        return pricing.add_cost(service=service, **facts)


class NoteFactory(Written):
    """What the first case manager of the case's desk wrote; `pinned`."""

    class Meta:
        model = Note

    class Params:
        kept = factory.Trait(pinned=True)

    at: Any = None
    case = factory.SubFactory(CaseFactory, at=factory.SelfAttribute("..at"))
    on_date = TAKEN
    body = "Ha un colloquio in azienda.\nVuole restare in zona."
    pinned = False

    @classmethod
    def write(cls, *, at: Founded, case: Case, on_date: date, body: str, pinned: bool) -> Note:
        return journal.write_note(case_id=case.id, author_id=case.case_manager_id, on_date=on_date, body=body, pinned=pinned)


class TaskFactory(Written):
    """Something that the desk has to do in a week; or `overdue`, `due_today`, `done`, `persons` (for the person served)."""

    class Meta:
        model = Task

    class Params:
        overdue = factory.Trait(due_on=factory.LazyFunction(lambda: today() - timedelta(days=3)))
        due_today = factory.Trait(due_on=factory.LazyFunction(today))
        done = factory.Trait(overdue=True, done_on=factory.LazyFunction(today))
        persons = factory.Trait(doer=Doer.PERSON)

    at: Any = None
    case = factory.SubFactory(CaseFactory, at=factory.SelfAttribute("..at"))
    title = factory.Sequence(lambda n: f"Chiamare l'azienda {n}")
    due_on = factory.LazyFunction(lambda: today() + timedelta(days=7))
    doer = Doer.DESK
    assignee_id = details = done_on = None

    @classmethod
    def write(cls, *, at: Founded, case: Case, done_on: date | None, **facts: Any) -> Task:
        task = journal.add_task(case_id=case.id, **facts)
        return journal.do_task(task=task, on_date=done_on, by=case.case_manager_id) if done_on else task


class DocumentFactory(Written):
    """A PDF of a case; `expiring` in a month."""

    class Meta:
        model = Document

    class Params:
        expiring = factory.Trait(expires_on=factory.LazyFunction(lambda: today() + timedelta(days=30)))

    case = factory.SubFactory(CaseFactory)
    kind = "identita"
    title = factory.Sequence(lambda n: f"Carta d'identità {n}")
    dated_on = ASSIGNED
    expires_on = None

    @classmethod
    def write(cls, *, case: Case, **facts: Any) -> Document:
        received = Received(BytesIO(b"%PDF-1.7\n%%EOF\n"), "carta.pdf")
        return keep_document(store=store(), case_id=case.id, received=received, by=case.case_manager_id, **facts)


class NoticeFactory(Written):
    """A version of the privacy notice, in force a month after the one before (the first: from 2010 on); `to_come`: in a month."""

    class Meta:
        model = Notice

    class Params:
        to_come = factory.Trait(in_force_from=factory.LazyFunction(lambda: today() + timedelta(days=30)))

    title = "Informativa sul trattamento dei dati personali"
    body = "Chi tratta i dati.\n\nPerché li tratta."

    @factory.lazy_attribute
    def in_force_from(self) -> date:
        before, _after = notice_queries.neighbours(notice_queries.last_number() + 1)
        return before.in_force_from + timedelta(days=31) if before else date(2010, 1, 1)

    @classmethod
    def write(cls, **facts: Any) -> Notice:
        return notices.write_notice(**facts)


class AcknowledgementFactory(Written):
    """That the person of `case` signed the version in force, today; or `notice`, an earlier one."""

    class Meta:
        model = Acknowledgement

    at: Any = None
    case = factory.SubFactory(CaseFactory, at=factory.SelfAttribute("..at"))
    notice: Any = None
    on_date = factory.LazyFunction(today)
    how = How.SIGNED

    @classmethod
    def write(cls, *, at: Founded, case: Case, notice: Notice | None, on_date: date, how: How) -> Acknowledgement:
        person = {"standing": notice_queries.standing(case.person_id), "person_id": case.person_id, "by": case.case_manager_id}
        return notices.acknowledge(**person, notice_id=notice and notice.id, on_date=on_date, how=how)


class PartnerFactory(Written):
    """A subject of the network; `consulted`: not a signatory."""

    class Meta:
        model = Partner

    class Params:
        consulted = factory.Trait(status=PartnerStatus.CONSULTED)

    name = factory.Sequence(lambda n: f"Ente di formazione {n}")
    kind = PartnerKind.TRAINING_BODY
    status = PartnerStatus.ADHERENT
    since = ASSIGNED
    services = "Corsi"
    website = "https://ente.example"

    @classmethod
    def write(cls, **facts: Any) -> Partner:
        return network.add_partner(**facts)


class AgreementFactory(Written):
    """An act in force with two parties; `expiring` in a month, `extended` by an addendum."""

    class Meta:
        model = Agreement

    class Params:
        expiring = factory.Trait(valid_until=factory.LazyFunction(lambda: today() + timedelta(days=30)))
        extended = factory.Trait(addenda=[{"title": "Proroga", "signed_on": ENDED, "valid_until": date(2031, 12, 31)}])

    kind = AgreementKind.PROTOCOL
    title = factory.Sequence(lambda n: f"Protocollo d'intesa {n}")
    signed_on = valid_from = ASSIGNED
    valid_until = date(2030, 12, 31)
    parties = factory.LazyFunction(lambda: [{"name": "Comune di Trecate", "role": "capofila"}, {"name": "Regione", "role": "parte"}])
    addenda = factory.LazyFunction(list)

    @classmethod
    def write(cls, **facts: Any) -> Agreement:
        return network.record_agreement(**facts)


class DeskFactory(Written):
    """A desk that nobody serves yet."""

    class Meta:
        model = Desk

    slug = factory.Sequence(lambda n: f"sportello-{n}")
    name = factory.Sequence(lambda n: f"Sportello {n}")
    istat = "003149"
    channels = factory.LazyFunction(lambda: ["in_person"])
    services = factory.LazyFunction(list)
    hours = factory.LazyFunction(lambda: [{"weekday": 3, "opens": time(9), "closes": time(12), "valid_from": None, "valid_to": None}])

    @classmethod
    def write(cls, **facts: Any) -> Desk:
        return open_desk(**facts)


class SapFactory(Written):
    """A row more in each list of a person's record (`of`: their case), another language and occupation each time; and the profile."""

    class Meta:
        model = Profile

    of: Any = None
    number = factory.Sequence(lambda n: n)

    @classmethod
    def write(cls, *, of: Case, number: int) -> Profile:
        person = db.session.get_one(Person, (of.tenant_id, of.person_id))
        of_scheme = {scheme: [code for code, _label in codes.options(scheme)] for scheme in ("languages", "occupations")}
        language, occupation = (of_scheme[scheme][number % len(of_scheme[scheme])] for scheme in ("languages", "occupations"))
        rows: dict[str, dict[str, Any]] = {
            "educations": {"level": "Diploma", "title": "Ragioneria", "institution": "ITC Mossotti", "year": 1998, "completed": True},
            "trainings": {"title": "Contabilità di base", "hours": 120, "begins_on": ASSIGNED, "ends_on": TAKEN},
            "work_experiences": {
                "employer": "Rossi srl",
                "role": "Impiegata",
                "occupation": "43",
                "contract": "determinato",
                "begins_on": BEGUN,
            },
            "language_skills": {"language": language, "level": "B1"},
            "desired_occupations": {"occupation": occupation, "experience": 2.5},
        }
        for name, facts in rows.items():
            profiles.add_item(kind=KINDS[name], person_id=person.id, **facts)
        facts_of_one = {"occupation": "Disoccupato", "did_on": ASSIGNED, "status_since": ASSIGNED, "licences": ["B"]}
        return profiles.save_profile(person=person, profile=profile(person.id), **facts_of_one)
