"""What tests of sessions, months and measures start from."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from decimal import Decimal
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from consortium.pathways import closing, pricing, recording
from consortium.pathways.models import MeasureConflict, MeasureService, Pathway, Session, UnitCost
from tenants.database import db
from tests.cases.people import at_work, measure
from tests.factories import Founded

SERVICE = "Orientamento specialistico"
MORNING = {"starts": time(9), "ends": time(10, 30), "service": SERVICE, "mode": "in_person"}
MAY, JUNE = date(2023, 5, 1), date(2023, 6, 1)
Found = TypeVar("Found")


def record(founded: Founded, pathway: Pathway, on_date: date = date(2023, 5, 2), **other: Any) -> Session:
    """An hour and a half of the morning, by the first case manager of Trecate."""
    operator = founded.staff[founded.email("cm1.trecate")]
    return recording.record_session(**{"pathway": pathway, "on_date": on_date, "operator_id": operator, **MORNING, **other})


def service(name: str = SERVICE) -> MeasureService:
    return db.session.execute(select(MeasureService).where(MeasureService.name == name)).scalar_one()


def grant(hours: str | None) -> None:
    """The hours of orientation that a person can have."""
    service().hours_budget = Decimal(hours) if hours else None
    db.session.flush()


def cost(amount: str, valid_from: date = date(2022, 1, 1), valid_to: date | None = None) -> UnitCost:
    told = {"amount": Decimal(amount), "valid_from": valid_from, "valid_to": valid_to, "act": "DD 1/2022"}
    return pricing.add_cost(service=service(), **told)


def close(founded: Founded, month: date = MAY, desk: str = "trecate") -> None:
    closing.close_month(desk_id=founded.desks[desk], month=month, closed_by_id=founded.staff[founded.email("coordinator")])


def incompatible(effect: str, one: str = "OS", other: str = "RA") -> None:
    first, second = sorted((measure(one).id, measure(other).id))
    db.session.add(MeasureConflict(measure_id=first, other_id=second, effect=effect))
    db.session.flush()


def at_once(founded: Founded, works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Each work in a transaction of its own, all begun together; what each gave, or the exception it raised."""
    barrier = Barrier(len(works))

    def one(work: Callable[[], Any]) -> Any:
        try:
            with at_work(founded):
                barrier.wait(20)
                found = work()
                db.session.commit()
                return found
        except Exception as error:  # what was raised is what is asked for
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def again(pathway_id: UUID) -> Pathway:
    return db.session.execute(select(Pathway).where(Pathway.id == pathway_id)).scalar_one()
