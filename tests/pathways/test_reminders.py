"""What is about to be late or too much: which rows, for whom, in one statement each."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from consortium.cases.policy import Cases
from consortium.pathways import reminders, services
from consortium.pathways.models import Measure
from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import ASSIGNED, at_work, begin, measure, take_in
from tests.factories import Founded
from tests.pathways.ground import SERVICE, grant, record


class Visitor:
    """Who asks: everybody's cases, or those of the desks of a membership."""

    def __init__(self, membership_id: Any = None) -> None:
        self.membership_id = membership_id

    def may(self, permission: object) -> bool:
        return permission != Cases.ALL or self.membership_id is None


@contextmanager
def one_statement() -> Iterator[None]:
    made: list[str] = []

    def hear(connection: object, cursor: object, statement: str, *rest: object) -> None:
        made.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    assert len(made) == 1, made


def waiting(visitor: Any, **other: Any) -> list[Any]:
    with one_statement():
        return reminders.waiting(visitor, 10, **other)


def test_the_strictest_of_the_measures_that_run_and_admit(trecate: Founded) -> None:
    with at_work(trecate):
        case, assignment = take_in(trecate, taken_on=None)
        everybody, due = Visitor(), ASSIGNED + timedelta(days=5)
        assert [row.due_on for row in waiting(everybody)] == [None]
        orientation, search = measure("OS"), measure("RA")
        orientation.contact_days, orientation.intake_days = 5, 30
        search.contact_days, search.intake_days = 9, 12
        db.session.flush()
        (row,) = waiting(everybody)
        assert (row.id, row.case_id, row.contact_by, row.intake_by) == (assignment.id, case.id, due, ASSIGNED + timedelta(days=12))
        assert (row.due_on, row.desk) == (due, "Trecate")
        assert reminders.due_on(assignment.id) == due
        # Not the measure that the person's path is not admitted to, nor one that did not run on the day.
        orientation.gol_paths = [3]
        db.session.flush()
        assert waiting(everybody)[0].contact_by == ASSIGNED + timedelta(days=9)
        search.valid_from = ASSIGNED + timedelta(days=1)
        db.session.flush()
        assert waiting(everybody)[0].contact_by is None


def test_contacted_people_wait_for_the_intake_only(trecate: Founded) -> None:
    with at_work(trecate):
        _, assignment = take_in(trecate, taken_on=None)
        measure().contact_days, measure().intake_days = 5, 30
        assignment.contacted_on = ASSIGNED
        db.session.flush()
        (row,) = waiting(Visitor())
        assert (row.contact_by, row.due_on) == (None, ASSIGNED + timedelta(days=30))


def test_who_waits_waits_at_the_desk_that_has_the_case(trecate: Founded) -> None:
    """Handed to another desk, they wait there, by the days that they were given where they were assigned."""
    with at_work(trecate):
        case, _ = take_in(trecate, taken_on=None)
        measure().contact_days = 5
        db.session.flush()
        here, there = (Visitor(trecate.staff[trecate.email(f"cm1.{desk}")]) for desk in ("trecate", "cerano"))
        assert [len(waiting(who)) for who in (here, there)] == [1, 0]
        case.desk_id = trecate.desks["cerano"]
        db.session.flush()
        assert [len(waiting(who)) for who in (here, there)] == [0, 1]
        assert [len(waiting(Visitor(), at=trecate.desks[desk])) for desk in ("trecate", "cerano")] == [0, 1]
        (row,) = waiting(there)
        assert (row.desk, row.due_on) == ("Cerano", ASSIGNED + timedelta(days=5))


@pytest.mark.parametrize(("budget", "near"), [("1.80", True), ("1.88", False), (None, False)])
def test_services_that_are_nearly_used_up(trecate: Founded, budget: str | None, near: bool) -> None:
    """An hour and a half is 80 % of 1,875: of 1,80 it is more, of 1,88 less."""
    with at_work(trecate):
        pathway = begin(trecate)
        record(trecate, pathway)
        grant(budget)
        with one_statement():
            found = reminders.nearly_used(Visitor(), today(), 10)
        assert [(row.id, row.service, float(row.used)) for row in found] == ([(pathway.id, SERVICE, 1.5)] if near else [])
        services.conclude(pathway=pathway, on_date=date(2023, 6, 1), outcome="placed")
        assert reminders.nearly_used(Visitor(), today(), 10) == []


def test_measures_that_end_soon(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        last = db.session.get_one(Measure, (trecate.id, pathway.measure_id)).valid_to
        with one_statement():
            found = reminders.nearly_over(Visitor(), last - timedelta(days=30), 10)
        assert [(row.id, row.valid_to) for row in found] == [(pathway.id, last)]
        assert reminders.nearly_over(Visitor(), last - timedelta(days=31), 10) == []
        assert reminders.nearly_over(Visitor(trecate.staff[trecate.email("cm1.cerano")]), last, 10) == []
