"""People served at the desks of a test's consortium, made by the services, as the pages make them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from consortium.cases import services as cases
from consortium.cases.models import Assignment, Case, Person
from consortium.pathways import services as pathways
from consortium.pathways.models import Measure, Pathway
from tenants.database import db
from tests.factories import Founded

ASSIGNED = date(2023, 4, 4)
TAKEN = date(2023, 4, 14)
_running = count(1)


@contextmanager
def at_work(founded: Founded) -> Iterator[None]:
    """The consortium's scope, in Italian (outside of a request nobody has chosen a language)."""
    with founded.scope(), force_locale("it"):
        yield


def register(**facts: Any) -> Person:
    """A person of a name of their own, without a codice fiscale unless given one."""
    number = next(_running)
    usual = {"surname": f"Prova{number}", "first_name": "Maria", "sex": "F", "born_on": date(1979, 10, 19), "birthplace": "Trecate"}
    return cases.register_person(**{**usual, "citizenship": "Italia", "residence": "Trecate", **facts})


def take_in(founded: Founded, desk: str = "trecate", taken_on: date | None = TAKEN, **facts: Any) -> tuple[Case, Assignment]:
    """A person assigned to a desk by the job centre and, unless `taken_on` is None, taken in charge. In the consortium's scope."""
    person = register(**facts)
    manager = founded.staff[founded.email(f"cm1.{desk}")]
    case = cases.open_case(person_id=person.id, desk_id=founded.desks[desk], case_manager_id=manager, opened_on=ASSIGNED)
    sent = {"source": "job_centre", "job_centre": "Centro per l'impiego di Novara", "gol_path": 1}
    assignment = cases.assign(case_id=case.id, desk_id=founded.desks[desk], assigned_on=ASSIGNED, **sent)
    if taken_on:
        cases.take_in_charge(assignment=assignment, on_date=taken_on)
    return case, assignment


def measure(code: str = "OS") -> Measure:
    return db.session.execute(select(Measure).where(Measure.code == code)).scalar_one()


def open_pathway(founded: Founded, case: Case, desk: str = "trecate", on_date: date = TAKEN, code: str = "OS") -> Pathway:
    manager = founded.staff[founded.email(f"cm1.{desk}")]
    whose = {"case_id": case.id, "case_manager_id": manager}
    return pathways.open_pathway(measure_id=measure(code).id, desk_id=founded.desks[desk], on_date=on_date, **whose)


def begin(founded: Founded, desk: str = "trecate", on_date: date = TAKEN, **facts: Any) -> Pathway:
    """An activated pathway of a new person."""
    case, _ = take_in(founded, desk, **facts)
    return pathways.activate(pathway=open_pathway(founded, case, desk, on_date), on_date=on_date)
