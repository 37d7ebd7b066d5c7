"""Sessions of one person or a group: budgets, the clock, editing, removing; under any haste."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import DeadlockDetected
from sqlalchemy import create_engine, func, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from consortium.config import Config
from consortium.pathways import clock, queries, recording, registers, services
from consortium.pathways.hours import between
from consortium.pathways.models import MeasureDesk, Session
from consortium.pathways.rules import DeskNotAllowed, HoursUsedUp, RegisterClosed, SessionRefused
from consortium.pathways.takers import NotInGroup
from consortium.web.listing.formats import ROME
from tenants.database import Scope, bind, db
from tenants.errors import violated
from tenants.models import new_id
from tests.cases.people import at_work, begin, measure, open_pathway
from tests.factories import Founded
from tests.pathways.ground import SERVICE, again, at_once, grant, record, service

# -- Hours of a service ------------------------------------------------------------------------------------------------------------------


def test_the_refusal_says_how_many_hours_are_left_of_which_service(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        grant("2.50")
        record(trecate, pathway)
        with pytest.raises(HoursUsedUp) as refused:
            record(trecate, pathway, date(2023, 5, 3))
        assert refused.value.field == "ends"
        assert str(refused.value.detail) == f"Ore di “{SERVICE}” rimaste: 1 su 2,5. Qui ne servono: 1,5."
        assert record(trecate, pathway, date(2023, 5, 3), ends=time(10))


def test_a_budget_is_of_the_person_in_all_pathways_of_the_measure(trecate: Founded) -> None:
    with at_work(trecate):
        first = begin(trecate)
        grant("2")
        record(trecate, first)
        services.conclude(pathway=first, on_date=date(2023, 5, 3), outcome="moved")
        case = type("Case", (), {"id": first.case_id})
        second = services.activate(pathway=open_pathway(trecate, case, on_date=date(2023, 5, 4)), on_date=date(2023, 5, 4))
        with pytest.raises(HoursUsedUp):
            record(trecate, second, date(2023, 5, 5))
        other = begin(trecate)
        assert record(trecate, other, date(2023, 5, 5))


SPANS = st.lists(st.tuples(st.integers(1, 16), st.sampled_from(["record", "edit", "remove"])), min_size=1, max_size=10)


@given(SPANS, st.integers(1, 40))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_recorded_edited_removed_no_budget_is_exceeded(trecate: Founded, wanted: list[tuple[int, str]], quarters: int) -> None:
    """Each day a session of some quarters of an hour: accepted exactly where it fits in what is left."""
    budget, used = Decimal(quarters) / 4, Decimal(0)
    with at_work(trecate):
        pathway, last = begin(trecate), None
        grant(str(budget))
        for number, (length, verb) in enumerate(wanted):
            hours = Decimal(length) / 4
            ends = time(9 + length // 4, length % 4 * 15)
            before = between(last.starts, last.ends) if last is not None and verb != "record" else Decimal(0)
            after = Decimal(0) if verb == "remove" and last is not None else hours
            try:
                last = _done(trecate, pathway, last, verb, date(2023, 5, 2) + timedelta(days=number), ends)
                accepted = True
            except HoursUsedUp:
                accepted = False
            assert accepted == (used - before + after <= budget)
            used += after - before if accepted else 0
        (row,) = queries.budgets(pathway)
        assert row.used == used
        db.session.rollback()


def _done(founded: Founded, pathway: Any, last: Session | None, verb: str, on_date: date, ends: time) -> Session | None:
    if verb == "record" or last is None:
        return record(founded, pathway, on_date, ends=ends)
    if verb == "remove":
        recording.remove_session(session=last)
        return None
    told = {name: getattr(last, name) for name in ("on_date", "starts", "service", "mode", "operator_id")}
    return recording.edit_session(session=last, **told, ends=ends)


def test_two_sessions_at_once_do_not_share_the_last_hours(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        grant("2")
        db.session.commit()
        pathway_id = pathway.id

    def on(day: int) -> Any:
        return lambda: record(trecate, db.session.get_one(type(pathway), (trecate.id, pathway_id)), date(2023, 5, day))

    found = at_once(trecate, [on(day) for day in (2, 3, 4, 5)])
    assert sorted(type(each).__name__ for each in found) == ["HoursUsedUp"] * 3 + ["Session"]


# -- The clock ---------------------------------------------------------------------------------------------------------------------------

NIGHTS = [date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1)]
MOMENTS = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda pair: time(*pair))


@given(st.sampled_from(NIGHTS) | st.dates(date(1980, 1, 1), date(2035, 12, 31)), MOMENTS, MOMENTS)
@settings(max_examples=400, deadline=None)
def test_the_hours_of_an_accepted_session_are_those_that_passed(on_date: date, starts: time, ends: time) -> None:
    """Whatever the night: either the difference on the wall is the time that passed, whichever hour was meant, or it is refused."""
    if ends <= starts:
        return
    # It ends when its last minute does: where the clock jumps just then, its hours are the same.
    last = (datetime.combine(on_date, ends) - clock.MINUTE).time()
    passed = {
        datetime.combine(on_date, last, ROME).replace(fold=late).astimezone(UTC)
        - datetime.combine(on_date, starts, ROME).replace(fold=early).astimezone(UTC)
        + clock.MINUTE
        for early in (0, 1)
        for late in (0, 1)
    }
    on_the_wall = datetime.combine(on_date, ends) - datetime.combine(on_date, starts)
    try:
        clock.on_one_clock(on_date, starts, ends)
    except SessionRefused as refused:
        assert refused.field in ("starts", "ends")
        assert passed != {on_the_wall} or not _shown(on_date, starts) or not _shown(on_date, last)
    else:
        assert passed == {on_the_wall}


def _shown(on_date: date, hour: time) -> bool:
    moment = datetime.combine(on_date, hour)
    return moment.replace(tzinfo=ROME).astimezone(UTC).astimezone(ROME).replace(tzinfo=None) == moment


@pytest.mark.parametrize(
    ("on_date", "starts", "ends", "field"),
    [
        (date(2026, 3, 29), time(2, 30), time(4), "starts"),
        (date(2026, 3, 29), time(1), time(2, 30), "ends"),
        (date(2026, 3, 29), time(1), time(4), "ends"),
        (date(2026, 10, 25), time(2, 30), time(4), "starts"),
        (date(2026, 3, 29), time(1), time(3), "ends"),
        (date(2026, 10, 25), time(2), time(3), "starts"),
        (date(2026, 10, 25), time(1, 30), time(3, 30), "ends"),
    ],
)
def test_nights_when_the_clock_changes(on_date: date, starts: time, ends: time, field: str) -> None:
    with pytest.raises(SessionRefused) as refused:
        clock.on_one_clock(on_date, starts, ends)
    assert refused.value.field == field


def test_other_hours_of_those_days_are_good() -> None:
    """Until 2 and from 3 on, as the refusal says."""
    for on_date in (date(2026, 3, 29), date(2026, 10, 25)):
        clock.on_one_clock(on_date, time(0, 30), time(2))
        clock.on_one_clock(on_date, time(3), time(9))


def test_across_midnight(trecate: Founded) -> None:
    with at_work(trecate):
        with pytest.raises(SessionRefused) as refused:
            record(trecate, begin(trecate), starts=time(23), ends=time(1))
        assert refused.value.field == "ends"
        assert "mezzanotte" in str(refused.value.remedy)


@pytest.mark.parametrize(
    ("starts", "ends", "words", "remedy"),
    [
        (time(23), time(0), "A mezzanotte è già il giorno dopo.", "Fallo finire alle 23:59."),
        (time(10), time(10), "Il colloquio comincia e finisce alla stessa ora.", "Correggi una delle due ore."),
        (time(0), time(0), "Il colloquio comincia e finisce alla stessa ora.", "Correggi una delle due ore."),
    ],
)
def test_hours_between_which_there_is_nothing(trecate: Founded, starts: time, ends: time, words: str, remedy: str) -> None:
    with at_work(trecate):
        with pytest.raises(SessionRefused) as refused:
            record(trecate, begin(trecate), starts=starts, ends=ends)
        assert (refused.value.field, str(refused.value.detail), str(refused.value.remedy)) == ("ends", words, remedy)
        assert record(trecate, begin(trecate), starts=time(23), ends=time(23, 59))


# -- Groups ------------------------------------------------------------------------------------------------------------------------------


def test_a_group_is_one_session_of_its_operator_and_a_row_each(trecate: Founded) -> None:
    with at_work(trecate):
        one, two, three = begin(trecate), begin(trecate), begin(trecate)
        made = record(trecate, one, others=[two.id, three.id])
        rows = db.session.scalars(select(Session)).all()
        assert {row.pathway_id for row in rows} == {one.id, two.id, three.id}
        assert {row.group_id for row in rows} == {made.group_id} != {None}
        assert len(queries.group_of(made)) == 3
        with pytest.raises(SessionRefused):
            record(trecate, begin(trecate))


def test_who_is_busy_is_told_with_the_hours_that_stand_in_the_way(trecate: Founded) -> None:
    """An operator's hours are told of nobody of the group; a person's of that one; a session does not stand in its own way."""
    with at_work(trecate):
        one, two = begin(trecate, surname="Neri"), begin(trecate, surname="Verdi")
        record(trecate, begin(trecate), others=[begin(trecate).id])
        record(trecate, begin(trecate), starts=time(10, 30), ends=time(11))
        db.session.commit()
        with pytest.raises(SessionRefused) as refused:
            record(trecate, one, others=[two.id], starts=time(10), ends=time(12))
        said = "A quell'ora l'operatore è in un altro colloquio (09:00–10:30, 10:30–11:00)."
        assert (refused.value.field, str(refused.value.detail)) == ("starts", said)
        made = record(trecate, two, starts=time(11), ends=time(12))
        db.session.commit()
        other = trecate.staff[trecate.email("cm2.trecate")]
        with pytest.raises(SessionRefused) as refused:
            record(trecate, one, others=[two.id], operator_id=other, starts=time(11, 30), ends=time(12))
        assert str(refused.value.detail) == "Verdi Maria: A quell'ora la persona è in un altro colloquio (11:00–12:00)."
        for hours in ({"starts": time(10, 45)}, {"starts": time(9)}):
            with pytest.raises(SessionRefused) as refused:
                edit(made, **hours)
            assert "operatore" in str(refused.value.detail)
            db.session.rollback()
        assert edit(made, others=[one.id], ends=time(12, 30)).group_id
        assert edit(made, ends=time(12)).ends == time(12)


def test_a_group_is_recorded_whole_or_not_at_all(trecate: Founded) -> None:
    with at_work(trecate):
        one, two = begin(trecate, surname="Neri"), begin(trecate, surname="Verdi")
        grant("1.50")
        record(trecate, two)
        db.session.commit()
        with pytest.raises(HoursUsedUp) as refused, db.session.begin_nested():
            record(trecate, one, date(2023, 5, 3), others=[two.id])
        assert str(refused.value.detail).startswith("Verdi Maria: ")
        assert db.session.scalar(select(func.count()).select_from(Session)) == 1


def test_who_cannot_be_in_a_group(trecate: Founded) -> None:
    with at_work(trecate):
        one, elsewhere = begin(trecate), begin(trecate, "cerano")
        for others in ([elsewhere.id], [new_id()]):
            with pytest.raises(NotInGroup):
                record(trecate, one, others=others)
        assert queries.companions(one, _everybody()) == []


def _everybody() -> Any:
    return type("Visitor", (), {"may": staticmethod(lambda permission: True)})()


def test_what_is_edited_in_a_group_holds_for_everybody(trecate: Founded) -> None:
    with at_work(trecate):
        one, two = begin(trecate), begin(trecate)
        made = record(trecate, one, others=[two.id])
        told = {"on_date": date(2023, 5, 9), "service": SERVICE, "mode": "video", "operator_id": made.operator_id}
        recording.edit_session(session=made, starts=time(11), ends=time(12), **told)
        rows = db.session.scalars(select(Session)).all()
        assert {(row.on_date, row.starts, row.ends, row.mode) for row in rows} == {(date(2023, 5, 9), time(11), time(12), "video")}
        recording.remove_session(session=made)
        assert [row.pathway_id for row in db.session.scalars(select(Session))] == [two.id]
        recording.remove_session(session=db.session.scalars(select(Session)).one(), everybody=True)
        assert db.session.scalars(select(Session)).all() == []


# -- What else is refused ----------------------------------------------------------------------------------------------------------------


def test_a_desk_that_does_not_work_the_measure_any_more(trecate: Founded) -> None:
    """Nothing new is recorded there, nobody joins; what was recorded is corrected. No other desk can be chosen, so none is named."""
    with at_work(trecate):
        pathway, other = begin(trecate), begin(trecate)
        made = record(trecate, pathway)
        row = db.session.scalars(select(MeasureDesk).where(MeasureDesk.desk_id == pathway.desk_id, MeasureDesk.measure_id == measure().id))
        db.session.delete(row.one())
        db.session.flush()
        for work in (lambda: record(trecate, pathway, date(2023, 5, 3)), lambda: edit(made, others=[other.id])):
            with pytest.raises(DeskNotAllowed) as refused:
                work()
            assert "Trecate" in str(refused.value.detail)
            assert "Cerano" not in str(refused.value.detail)
        assert edit(made, note="Con il mediatore").note == "Con il mediatore"


def edit(session: Session, **other: Any) -> Session:
    """Edited as its page does it: what is not said stays."""
    kept = {name: getattr(session, name) for name in ("on_date", "starts", "ends", "service", "mode", "operator_id", "note")}
    return recording.edit_session(session=session, **{**kept, **other})


def test_who_was_there_too_is_added_to_a_session(trecate: Founded) -> None:
    with at_work(trecate):
        one, two, three = (begin(trecate) for _ in range(3))
        made = record(trecate, one)
        edit(made, others=[two.id], ends=time(10))
        edit(made, others=[two.id, three.id])
        rows = db.session.scalars(select(Session)).all()
        assert {row.pathway_id for row in rows} == {one.id, two.id, three.id}
        assert {(row.group_id, row.ends, row.operator_id) for row in rows} == {(made.group_id, time(10), made.operator_id)}
        assert made.group_id


@pytest.mark.parametrize("why", ["busy", "elsewhere", "used up", "later", "closed register"])
def test_who_cannot_join_leaves_a_session_as_it_was(trecate: Founded, why: str) -> None:
    with at_work(trecate):
        one, two = begin(trecate, surname="Neri"), begin(trecate, "cerano" if why == "elsewhere" else "trecate", surname="Verdi")
        made = record(trecate, one)
        if why == "busy":
            record(trecate, two, operator_id=trecate.staff[trecate.email("cm2.trecate")])
        if why == "used up":
            record(trecate, two, date(2023, 5, 9))
            grant("2")
        if why == "later":
            two.activated_on = date(2023, 5, 9)
        if why == "closed register":
            two.register_closed_on = date(2023, 5, 1)
        db.session.commit()
        with pytest.raises((SessionRefused, NotInGroup)) as refused, db.session.begin_nested():
            edit(made, others=[two.id], ends=time(11))
        assert why == "elsewhere" or "Verdi" in str(refused.value.detail)
        db.session.refresh(made)
        assert (made.group_id, made.ends) == (None, time(10, 30))


def test_the_same_session_twice_is_told_as_that(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        record(trecate, pathway)
        for other in ({}, {"ends": time(10)}):
            with pytest.raises(SessionRefused) as refused:
                record(trecate, pathway, **other)
            assert str(refused.value.detail) == "Questo colloquio è già stato registrato."


def test_a_register_that_was_closed(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        made = record(trecate, pathway)
        pathway.register_closed_on = made.on_date
        db.session.flush()
        for work in (
            lambda: record(trecate, pathway, date(2023, 5, 3)),
            lambda: recording.remove_session(session=made),
        ):
            with pytest.raises(RegisterClosed):
                work()
        registers.reopen_register(pathway=pathway)
        recording.remove_session(session=made)


def test_a_withdrawn_service_is_kept_where_it_is_and_offered_no_more(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        made = record(trecate, pathway)
        service().withdrawn = True
        db.session.flush()
        told = {name: getattr(made, name) for name in ("on_date", "starts", "service", "mode", "operator_id")}
        assert recording.edit_session(session=made, ends=time(11), **told).ends == time(11)
        with pytest.raises(services.rules.Problem):
            record(trecate, pathway, date(2023, 5, 3))


@pytest.mark.parametrize("whose", ["operator", "person"])
def test_under_fifty_inserts_at_once_exactly_one_wins(trecate: Founded, config: Config, whose: str) -> None:
    """Straight into the table, as whoever forgets the services would: fifty transactions, begun together, one interval."""
    with at_work(trecate):
        pathways = [begin(trecate) for _ in range(50)] if whose == "operator" else [begin(trecate)] * 50
        operators = [pathways[0].case_manager_id] * 50 if whose == "operator" else _fifty(trecate)
        rows = [
            {
                "pathway_id": pathway.id,
                "case_id": pathway.case_id,
                "operator_id": operator,
                "starts": time(9, n),
                "ends": time(10, n),
            }
            for n, (pathway, operator) in enumerate(zip(pathways, operators, strict=True))
        ]
        db.session.commit()
    engine, barrier = create_engine(config.database_url, pool_size=50), Barrier(50)
    told = {"tenant_id": trecate.id, "on_date": date(2023, 5, 2), "service": SERVICE, "mode": "phone"}

    def write(row: dict[str, Any]) -> str | None:
        with engine.connect() as connection:
            bind(connection, Scope("member", trecate.id, trecate.region_id))
            barrier.wait(60)
            try:
                connection.execute(
                    insert(Session.__table__), {"revision": 1, "id": new_id(), "note": None, "group_id": None, **told, **row}
                )
                connection.commit()
            except IntegrityError as error:
                return violated(error)
            except OperationalError as error:
                assert isinstance(error.orig, DeadlockDetected)  # two that wait for each other: PostgreSQL lets one go on
                return "deadlock"
            return None

    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(write, rows))
    engine.dispose()
    assert found.count(None) == 1
    busy = {"operator": {"ex_sessions_operator_id"}, "person": {"ex_sessions_case_id", "ex_sessions_operator_id"}}
    assert {each for each in found if each} <= {*busy[whose], "deadlock"}
    with trecate.scope():
        assert db.session.scalar(select(func.count()).select_from(Session)) == 1


def test_ten_people_of_one_operator_at_once_are_told_the_hour_is_taken(trecate: Founded) -> None:
    """Through the services nobody meets a deadlock: one is recorded, the others hear why theirs is not."""
    with at_work(trecate):
        pathways = [begin(trecate).id for _ in range(10)]
        db.session.commit()
    found = at_once(trecate, [partial(_recorded, trecate, key) for key in pathways])
    refused = [each for each in found if isinstance(each, Exception)]
    assert len(refused) == 9
    assert {(type(each), each.field) for each in refused} == {(SessionRefused, "starts")}


def _recorded(founded: Founded, pathway_id: UUID) -> Session:
    return record(founded, again(pathway_id))


def _fifty(founded: Founded) -> list[Any]:
    """Five operators in turn: most of the fifty meet in the person only."""
    staff = [founded.staff[founded.email(who)] for who in ("cm1.trecate", "cm2.trecate", "cm1.cerano", "cm2.cerano", "coordinator")]
    return [staff[number % len(staff)] for number in range(50)]
