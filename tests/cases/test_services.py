"""Cases: numbers, steps of an assignment, days."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask

from consortium.cases import services
from consortium.cases.services import AlreadyEnded, AssignmentRepeated, DayRefused, PersonKnown
from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import ASSIGNED, at_work, register, take_in
from tests.factories import Founded


def test_numbers_run_by_year(trecate: Founded) -> None:
    with at_work(trecate):
        assert services.reserve_case_numbers(year=2023, count=2) == ["2023-000001", "2023-000002"]
        assert services.reserve_case_numbers(year=2024, count=1) == ["2024-000001"]
        assert services.reserve_case_numbers(year=2023, count=0) == []
        assert take_in(trecate)[0].number == "2023-000003"


def test_numbers_are_given_once_to_many_at_once(app: Flask, trecate: Founded) -> None:
    def draw(_: int) -> str:
        with at_work(trecate):
            (number,) = services.reserve_case_numbers(year=2023, count=1)
            db.session.commit()
            return number

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(draw, range(24)))
    assert sorted(numbers) == [f"2023-{running:06}" for running in range(1, 25)]


def test_numbers_are_each_consortium_s_own(trecate: Founded, other: Founded) -> None:
    for founded in (trecate, other):
        with at_work(founded):
            assert services.reserve_case_numbers(year=2023, count=1) == ["2023-000001"]


def test_a_code_is_of_one_person(trecate: Founded) -> None:
    with at_work(trecate):
        register(codice_fiscale="KFRMRA79R59Z138M")
        with pytest.raises(PersonKnown):
            register(codice_fiscale="KFRMRA79R59Z138M")


def test_an_assignment_is_recorded_once(trecate: Founded) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate, taken_on=None)
        again = {"case_id": case.id, "desk_id": case.desk_id, "source": "job_centre", "job_centre": "Novara", "gol_path": None}
        with pytest.raises(AssignmentRepeated):
            services.assign(**again, assigned_on=ASSIGNED)


def test_steps_of_an_assignment(trecate: Founded) -> None:
    with at_work(trecate):
        _, assignment = take_in(trecate, taken_on=None)
        services.contact(assignment=assignment, on_date=date(2023, 4, 6))
        assert (assignment.state, assignment.contacted_on) == ("contacted", date(2023, 4, 6))
        with pytest.raises(DayRefused):
            services.take_in_charge(assignment=assignment, on_date=date(2023, 4, 5))
        services.take_in_charge(assignment=assignment, on_date=date(2023, 4, 6))
        assert assignment.state == "taken_in_charge"
        for step in (services.contact, services.take_in_charge):
            with pytest.raises(AlreadyEnded):
                step(assignment=assignment, on_date=date(2023, 5, 1))
        with pytest.raises(AlreadyEnded):
            services.return_assignment(assignment=assignment, on_date=date(2023, 5, 1), reason="no_show")


def test_nothing_happens_tomorrow(trecate: Founded) -> None:
    tomorrow = today() + timedelta(days=2)
    with at_work(trecate):
        _, assignment = take_in(trecate, taken_on=None)
        with pytest.raises(DayRefused):
            services.take_in_charge(assignment=assignment, on_date=tomorrow)


def test_a_returned_person_may_come_again(trecate: Founded) -> None:
    with at_work(trecate):
        case, assignment = take_in(trecate, taken_on=None)
        services.return_assignment(assignment=assignment, on_date=date(2023, 5, 1), reason="no_show")
        sent = {"source": "walk_in", "job_centre": None, "gol_path": None}
        again = services.assign(case_id=case.id, desk_id=case.desk_id, assigned_on=date(2023, 6, 1), **sent)
        assert again.state == "assigned"
