"""Pathways and sessions: what is refused, with words, and what is written."""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from consortium.pathways import queries, rules, services, undoing, usual
from consortium.pathways.models import MeasureDesk, Pathway, Session
from consortium.pathways.rules import (
    DayRefused,
    DeskNotAllowed,
    MeasureClosed,
    NotTakenInCharge,
    ServiceForeign,
    SessionRefused,
    StepRefused,
)
from consortium.pathways.undoing import StepGone
from consortium.web.listing.formats import ROME, today
from tenants.database import db
from tests.cases.people import TAKEN, at_work, begin, open_pathway, take_in
from tests.factories import Founded

MORNING = {"starts": time(9), "ends": time(10, 30), "service": "Orientamento specialistico", "mode": "in_person"}


def record(founded: Founded, pathway: Pathway, on_date: date = date(2023, 5, 2), **other: Any) -> Session:
    operator = founded.staff[founded.email("cm1.trecate")]
    return services.record_session(**{"pathway": pathway, "on_date": on_date, "operator_id": operator, **MORNING, **other})


def test_codes_run_after_those_that_came_from_elsewhere(trecate: Founded) -> None:
    with at_work(trecate):
        first = begin(trecate)
        assert first.code == "PRO-00001"
        first.code = "PRO-00534"
        db.session.flush()
        assert begin(trecate).code == "PRO-00535"
        assert begin(trecate).code == "PRO-00536"


def test_a_pathway_from_opening_to_conclusion(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        services.suspend(pathway=pathway, on_date=date(2023, 6, 1), reason="Malattia")
        services.resume(pathway=pathway, on_date=date(2023, 6, 20))
        services.conclude(pathway=pathway, on_date=date(2023, 7, 1), outcome="placed")
        assert (pathway.state, pathway.activated_on, pathway.ended_on, pathway.outcome) == ("concluded", TAKEN, date(2023, 7, 1), "placed")
        states = [event.state for event in queries.events_of(pathway.id)]
        assert states == ["draft", "activated", "suspended", "activated", "concluded"]


def test_cancelled_once_activated_it_keeps_its_end(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = services.cancel(pathway=begin(trecate), on_date=date(2023, 6, 1), reason="Aperto per errore")
        assert (pathway.state, pathway.ended_on, pathway.outcome) == ("cancelled", date(2023, 6, 1), None)
        counted = select(Pathway.id).where(queries.concluded_by(date(2023, 6, 1)))
        assert db.session.execute(counted).scalars().all() == [pathway.id]


def test_a_desk_that_does_not_work_the_measure(trecate: Founded) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate)
        db.session.execute(delete(MeasureDesk).where(MeasureDesk.desk_id == trecate.desks["cerano"]))
        with pytest.raises(DeskNotAllowed) as refused:
            open_pathway(trecate, case, desk="cerano")
        assert "Cerano" in str(refused.value.detail)
        assert "Trecate" in str(refused.value.detail)


@pytest.mark.parametrize(("on_date", "problem"), [(date(2021, 12, 31), MeasureClosed), (date(2023, 4, 13), DayRefused)])
def test_days_on_which_no_pathway_opens(trecate: Founded, on_date: date, problem: type[Exception]) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate)
        with pytest.raises(problem):
            open_pathway(trecate, case, on_date=on_date)


def test_intake_comes_first(trecate: Founded) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate, taken_on=None)
        with pytest.raises(NotTakenInCharge):
            open_pathway(trecate, case)


def test_a_session_after_the_end_keeps_the_pathway_open(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        record(trecate, pathway)
        with pytest.raises(DayRefused):
            services.conclude(pathway=pathway, on_date=date(2023, 5, 1), outcome="completed")


def test_a_session_after_it_keeps_a_pathway_from_being_suspended(trecate: Founded) -> None:
    """Else a session would be left inside a suspension, where none can be recorded or edited."""
    with at_work(trecate):
        pathway = begin(trecate)
        record(trecate, pathway)
        with pytest.raises(DayRefused) as refused:
            services.suspend(pathway=pathway, on_date=date(2023, 5, 1), reason="Malattia")
        assert "02/05/2023" in str(refused.value.detail)
        assert services.suspend(pathway=pathway, on_date=date(2023, 5, 2), reason="Malattia").state == "suspended"


REFUSED = [
    ({"ends": time(9)}, SessionRefused, "ends"),
    ({"on_date": today() + timedelta(days=2)}, SessionRefused, "on_date"),
    ({"on_date": date(2023, 4, 1)}, SessionRefused, "on_date"),
    ({"on_date": date(2023, 7, 2)}, SessionRefused, "on_date"),
    ({"on_date": date(2023, 6, 10)}, SessionRefused, "on_date"),
    ({"service": "Parrucchiere"}, ServiceForeign, "service"),
]


@pytest.mark.parametrize(("wrong", "problem", "field"), REFUSED)
def test_sessions_that_are_refused(trecate: Founded, wrong: dict[str, Any], problem: type[rules.Problem], field: str) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        services.suspend(pathway=pathway, on_date=date(2023, 6, 1), reason="Malattia")
        services.resume(pathway=pathway, on_date=date(2023, 6, 20))
        services.conclude(pathway=pathway, on_date=date(2023, 7, 1), outcome="completed")
        record(trecate, pathway, date(2023, 7, 1))
        with pytest.raises(problem) as refused:
            record(trecate, pathway, **wrong)
        assert refused.value.field == field


def test_a_suspension_that_is_over_is_told_with_its_end(trecate: Founded) -> None:
    """What was resumed is not to be resumed; what lasts is."""
    with at_work(trecate):
        pathway = begin(trecate)
        services.suspend(pathway=pathway, on_date=date(2023, 6, 1), reason="Malattia")
        services.resume(pathway=pathway, on_date=date(2023, 6, 20))
        with pytest.raises(SessionRefused) as refused:
            record(trecate, pathway, date(2023, 6, 10))
        assert str(refused.value.detail) == "Il percorso era sospeso dal 01/06/2023 al 20/06/2023."
        assert str(refused.value.remedy) == "Scrivi un giorno fuori da questo periodo."
        services.suspend(pathway=pathway, on_date=date(2023, 6, 30), reason="Malattia")
        with pytest.raises(SessionRefused) as refused:
            record(trecate, pathway, date(2023, 7, 10))
        assert "riprendi" in str(refused.value.remedy)


@given(st.none() | st.integers(0, 20), st.none() | st.integers(0, 20), st.integers(0, 20))
def test_until_when_a_session_can_be(ended: int | None, suspended: int | None, runs: int) -> None:
    """The day that its form proposes is inside of the measure, and of the pathway; none where that is today."""
    days = [TAKEN + timedelta(days=number) for number in range(21)]
    steps = [rules.Step("activated", TAKEN)] + ([rules.Step("suspended", days[suspended])] if suspended is not None else [])
    ends, now = None if ended is None or suspended is not None else days[ended], days[20]
    until = rules.until(ends, steps, days[runs], now)
    proposed = until or now
    rules.inside(proposed, TAKEN, ends, steps)
    rules.within(TAKEN, days[runs], proposed, "Misura")
    assert (until is None) == (ends is None and suspended is None and runs == 20)


def test_a_draft_has_no_sessions(trecate: Founded) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate)
        with pytest.raises(SessionRefused):
            record(trecate, open_pathway(trecate, case))


NOW = datetime(2023, 5, 2, 9, 31, tzinfo=ROME).replace(tzinfo=None)


def test_a_session_of_today_that_has_not_started() -> None:
    with pytest.raises(SessionRefused) as refused:
        rules.delivered(NOW.date(), time(9, 32), time(9, 45), NOW)
    assert refused.value.field == "starts"


def test_a_session_of_today_is_over_by_the_next_quarter_of_an_hour() -> None:
    """It is written down while the person gets up from the chair, not while they sit down."""
    rules.delivered(NOW.date(), time(9), time(9, 45), NOW)
    rules.delivered(NOW.date() - timedelta(days=1), time(9), time(23), NOW)
    with pytest.raises(SessionRefused) as refused:
        rules.delivered(NOW.date(), time(9), time(9, 46), NOW)
    assert refused.value.field == "ends"
    assert "09:31" in str(refused.value.detail)
    assert "09:45" in str(refused.value.remedy)


@given(st.times(), st.integers(0, 23 * 60 + 58), st.integers(1, 600))
def test_of_today_only_what_has_begun_and_is_over_within_a_quarter_of_an_hour(clock: time, begins: int, lasts: int) -> None:
    now, (starts, ends) = datetime.combine(NOW, clock), (time(each // 60, each % 60) for each in (begins, min(begins + lasts, 1439)))
    still = datetime.combine(now, ends) - now
    try:
        rules.delivered(now.date(), starts, ends, now)
    except SessionRefused:
        assert starts > now.time() or still > timedelta(0)
    else:
        assert starts <= now.time()
        assert still < timedelta(minutes=15)


MINUTES = st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda pair: pair[0] < pair[1])
SPANS = MINUTES.map(lambda pair: Span(*(time(each // 60, each % 60) for each in pair)))


class Span(NamedTuple):
    starts: time
    ends: time


@given(st.none() | SPANS, st.times(time(0, 1)), st.lists(SPANS, max_size=4))
def test_the_hours_that_a_form_offers_can_be_recorded(last: Span | None, clock: time, held: list[Span]) -> None:
    """They are over, and nobody is elsewhere; where there is no room yet since the day's last session, the end is left to be written."""
    now = datetime.combine(NOW, clock)
    busy = [each for each in held if each.starts <= clock and datetime.combine(now, each.ends) <= rules.over_by(now)]
    starts, ends = usual.hours(last, now, busy)
    if ends:
        rules.delivered(now.date(), starts, ends, now)
        assert not any(each.starts < ends and starts < each.ends for each in busy)
    else:
        assert starts >= now.replace(second=0, microsecond=0).time()


def test_what_is_recorded_next_is_offered_after_the_days_last_session() -> None:
    usually, held = Span(time(9), time(10)), [Span(time(9), time(10)), Span(time(11), time(11, 30))]
    evening, noon = NOW.replace(hour=17, minute=35), NOW.replace(hour=11, minute=50)
    assert usual.hours(usually, evening, held[:1]) == (time(10), time(11))
    assert usual.hours(usually, evening, held) == (time(11, 30), time(12, 30))
    assert usual.hours(usually, noon, held) == (time(11, 30), time(12))
    assert usual.hours(usually, NOW.replace(hour=11, minute=30), held) == (time(11, 30), None)


def test_nobody_is_in_two_sessions_at_once(trecate: Founded) -> None:
    with at_work(trecate):
        one, two = begin(trecate), begin(trecate)
        record(trecate, one)
        db.session.commit()
        with pytest.raises(SessionRefused):
            record(trecate, two)
    with at_work(trecate):
        one, _ = db.session.execute(select(Pathway).order_by(Pathway.code)).scalars()
        second = trecate.staff[trecate.email("cm2.trecate")]
        with pytest.raises(SessionRefused):
            record(trecate, one, operator_id=second, starts=time(10), ends=time(11))


hours = st.integers(0, 23 * 4).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
spans = st.tuples(hours, hours).filter(lambda pair: pair[0] < pair[1])


@given(st.lists(spans, min_size=2, max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_of_any_sessions_only_those_that_do_not_overlap_are_kept(trecate: Founded, wanted: list[tuple[time, time]]) -> None:
    kept: list[tuple[time, time]] = []
    with at_work(trecate):
        pathway = begin(trecate)
        for starts, ends in wanted:
            try:
                with db.session.begin_nested():
                    record(trecate, pathway, starts=starts, ends=ends)
                accepted = True
            except SessionRefused:
                accepted = False
            assert accepted == all(ends <= first or starts >= last for first, last in kept)
            kept += [(starts, ends)] if accepted else []


moves = st.lists(st.tuples(st.sampled_from([*sorted(rules.MOVES), "undo", "undo"]), st.integers(0, 40)), max_size=10)


@given(moves)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_moves_leave_a_pathway_that_its_events_explain(trecate: Founded, made: list[tuple[str, int]]) -> None:
    """Whatever is tried, in whatever order: a move is made exactly where the states allow it and days do not go back; one that is taken
    back was never made."""
    with at_work(trecate):
        case, _ = take_in(trecate)
        pathway = open_pathway(trecate, case)
        stood = [(_as_it_stands(pathway), TAKEN)]
        for verb, after in made:
            on_date, takes_back = TAKEN + timedelta(days=after), verb == "undo"
            allowed = {True: len(stood) > 1, False: verb in rules.possible(pathway.state) and on_date >= stood[-1][1]}[takes_back]
            try:
                _undo(pathway) if takes_back else _move(pathway, verb, on_date)
                accepted = True
            except (StepRefused, DayRefused, StepGone):
                accepted = False
            assert accepted == allowed
            if accepted:
                stood = stood[:-1] if takes_back else [*stood, (_as_it_stands(pathway), on_date)]
            assert _as_it_stands(pathway) == stood[-1][0]
        events = queries.events_of(pathway.id)
        assert len(events) == len(stood)
        assert events[-1].state == pathway.state
        assert pathway.activated_on == next((event.on_date for event in events if event.state == "activated"), None)
        assert (pathway.ended_on is not None) == (pathway.state in ("concluded", "cancelled"))


def _undo(pathway: Pathway) -> None:
    undoing.undo_step(pathway=pathway, event=queries.events_of(pathway.id)[-1].id, reason="Errore")


def _move(pathway: Pathway, verb: str, on_date: date) -> None:
    extra = {"outcome": "completed"} if verb == "conclude" else {}
    getattr(services, verb)(pathway=pathway, on_date=on_date, **extra)


def _as_it_stands(pathway: Pathway) -> tuple[Any, ...]:
    return pathway.state, pathway.activated_on, pathway.ended_on, pathway.outcome
