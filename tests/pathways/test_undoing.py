"""The last step of a pathway, taken back: what stands again, what is refused, what stays to be read."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from consortium.cases import services as cases
from consortium.cases.models import Assignment, Case
from consortium.pathways import queries, services, undoing
from consortium.pathways.models import Pathway, Session
from consortium.pathways.rules import MeasuresOverlap, SessionRefused
from consortium.pathways.undoing import StepGone, StepStands
from consortium.reporting import queries as figures
from consortium.reporting.schemas import Window
from consortium.web.listing.formats import day, today
from tenants.database import db
from tests.cases.people import TAKEN, at_work, begin, open_pathway, take_in
from tests.factories import Founded
from tests.pathways.ground import close, incompatible, record

JUNE, JULY = date(2023, 6, 1), date(2023, 7, 1)
WHY = "Esito sbagliato"


def undo(pathway: Pathway, **other: Any) -> Pathway:
    """The last step that was taken."""
    return undoing.undo_step(**{"pathway": pathway, "event": queries.events_of(pathway.id)[-1].id, "reason": WHY, **other})


def stands(pathway: Pathway) -> tuple[str, date | None, date | None, str | None]:
    return pathway.state, pathway.activated_on, pathway.ended_on, pathway.outcome


STEPS: dict[str, Callable[[Pathway], Any]] = {
    "suspend": lambda pathway: services.suspend(pathway=pathway, on_date=JUNE, reason="Malattia"),
    "resume": lambda pathway: services.resume(pathway=pathway, on_date=JUNE),
    "conclude": lambda pathway: services.conclude(pathway=pathway, on_date=JULY, outcome="placed"),
    "cancel": lambda pathway: services.cancel(pathway=pathway, on_date=JULY, reason="Aperto per errore"),
}


@pytest.mark.parametrize(
    "made", [("suspend",), ("conclude",), ("cancel",), ("suspend", "resume"), ("suspend", "conclude"), ("suspend", "cancel")]
)
def test_a_step_taken_back_leaves_the_pathway_as_it_was(trecate: Founded, made: tuple[str, ...]) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        record(trecate, pathway)
        for verb in made[:-1]:
            STEPS[verb](pathway)
        before, events = stands(pathway), queries.events_of(pathway.id)
        STEPS[made[-1]](pathway)
        undo(pathway)
        assert stands(pathway) == before
        assert queries.events_of(pathway.id) == events
        kept = [each for each in queries.steps_of(pathway.id) if each.undone_on]
        assert [(each.undone_on, each.undone_reason) for each in kept] == [(today(), WHY)]
        STEPS[made[-1]](pathway)


def test_an_activation_taken_back_leaves_a_draft_and_its_cancellation_counts_nowhere(trecate: Founded) -> None:
    window = Window(TAKEN, JULY, JULY)
    with at_work(trecate):
        pathway = begin(trecate)
        assert figures.figures(window).activated == 1
        undo(pathway)
        assert stands(pathway) == ("draft", None, None, None)
        with pytest.raises(StepGone):
            undo(pathway)
        services.cancel(pathway=pathway, on_date=JUNE, reason="Persona sbagliata")
        assert figures.figures(window).activated == 0
        undo(pathway)
        services.activate(pathway=pathway, on_date=JUNE)
        assert stands(pathway) == ("activated", JUNE, None, None)


def test_figures_come_out_as_if_the_step_had_never_been(trecate: Founded) -> None:
    window = Window(TAKEN, JULY, JULY)
    with at_work(trecate):
        pathway = begin(trecate)
        before = figures.figures(window)
        services.conclude(pathway=pathway, on_date=JUNE, outcome="placed")
        assert (figures.figures(window).concluded, figures.figures(window).placements) == (1, 1)
        undo(pathway)
        assert figures.figures(window) == before


def test_a_suspension_taken_back_lets_sessions_be_recorded(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        STEPS["suspend"](pathway)
        with pytest.raises(SessionRefused):
            record(trecate, pathway, JUNE + timedelta(days=1))
        undo(pathway)
        record(trecate, pathway, JUNE + timedelta(days=1))


def test_only_the_last_step_and_only_the_one_that_was_shown(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        shown = queries.events_of(pathway.id)[-1].id
        STEPS["conclude"](pathway)
        with pytest.raises(StepGone):
            undo(pathway, event=shown)
        undo(pathway)
        with pytest.raises(StepGone):
            undo(pathway, event=queries.steps_of(pathway.id)[-1].id)


def test_sessions_keep_what_made_them_possible(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        first = record(trecate, pathway, JUNE)
        with pytest.raises(StepStands) as refused:
            undo(pathway)
        assert "01/06/2023" in str(refused.value.detail)
        STEPS["suspend"](pathway)
        services.resume(pathway=pathway, on_date=JUNE + timedelta(days=5))
        undo(pathway)
        services.resume(pathway=pathway, on_date=JUNE + timedelta(days=9))
        record(trecate, pathway, JUNE + timedelta(days=9))
        with pytest.raises(StepStands) as refused:
            undo(pathway)
        assert "10/06/2023" in str(refused.value.detail)
        assert db.session.get(Session, (trecate.id, first.id))


def test_sessions_of_a_closed_month_stay_where_a_conclusion_is_taken_back(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        record(trecate, pathway, date(2023, 5, 2))
        STEPS["conclude"](pathway)
        close(trecate)
        assert undo(pathway).state == "activated"


def test_a_closed_register_keeps_the_steps_that_are_on_its_paper(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        STEPS["conclude"](pathway)
        pathway.register_closed_on = today()
        db.session.flush()
        with pytest.raises(StepStands) as refused:
            undo(pathway)
        assert day(today()) in str(refused.value.detail)
        assert "amministratore" in str(refused.value.remedy)


def concluded_and_another(founded: Founded, code: str = "RA") -> Pathway:
    """A pathway over in May, and one of another measure since."""
    first = begin(founded)
    services.conclude(pathway=first, on_date=date(2023, 5, 1), outcome="moved")
    case = db.session.get_one(Case, (founded.id, first.case_id))
    services.activate(pathway=open_pathway(founded, case, on_date=date(2023, 5, 1), code=code), on_date=date(2023, 5, 1))
    return first


def test_what_goes_on_again_meets_the_guard_against_paying_twice(trecate: Founded) -> None:
    with at_work(trecate):
        incompatible("stop")
        first = concluded_and_another(trecate)
        with pytest.raises(StepStands) as refused:
            undo(first)
        assert "La persona è in" in str(refused.value.detail)
        assert first.state == "concluded"


@pytest.mark.parametrize(("why", "sentence"), [(WHY, f"{WHY}."), ("Non era lei!", "Non era lei!"), ("Mah…", "Mah…")])
def test_a_warning_is_read_and_stays_with_the_reason(trecate: Founded, why: str, sentence: str) -> None:
    with at_work(trecate):
        incompatible("warn")
        first = concluded_and_another(trecate)
        with pytest.raises(MeasuresOverlap) as refused:
            undo(first, reason=why)
        undo(first, reason=why, despite=True, seen=str(refused.value.detail))
        (kept,) = (each for each in queries.steps_of(first.id) if each.undone_on)
        assert kept.undone_reason.startswith(f"{sentence} Nonostante l'avviso. La persona è in")


def test_a_cancelled_one_stopped_nobody_since_its_first_day(trecate: Founded) -> None:
    with at_work(trecate):
        incompatible("stop")
        first = begin(trecate)
        services.cancel(pathway=first, on_date=JULY, reason="Aperto per errore")
        case = db.session.get_one(Case, (trecate.id, first.case_id))
        other = services.activate(pathway=open_pathway(trecate, case, code="RA"), on_date=TAKEN)
        services.conclude(pathway=other, on_date=JUNE, outcome="moved")
        with pytest.raises(StepStands):
            undo(first)
        undo(other)
        undo(other)
        assert undo(first).state == "activated"


def test_a_cancelled_draft_whose_intake_is_gone_stays_cancelled(trecate: Founded) -> None:
    with at_work(trecate):
        case, intake = take_in(trecate)
        pathway = open_pathway(trecate, case)
        services.cancel(pathway=pathway, on_date=JUNE, reason="Aperto per errore")
        cases.undo_step(assignment=intake, state="taken_in_charge")
        with pytest.raises(StepStands) as refused:
            undo(pathway)
        assert "14/04/2023" in str(refused.value.detail)
        cases.take_in_charge(assignment=db.session.get_one(Assignment, (trecate.id, intake.id)), on_date=TAKEN)
        assert undo(pathway).state == "draft"


def concluded(founded: Founded) -> UUID:
    with at_work(founded):
        pathway = STEPS["conclude"](begin(founded))
        db.session.commit()
        return UUID(str(pathway.id))


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


def test_on_the_page_of_the_pathway_and_in_the_message(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        db.session.commit()
        address = f"/{trecate.slug}/pathways/{pathway.id}"
    done = cm.post(f"{address}/suspend", data={"on_date": "2023-06-01", "reason": "Malattia", "once": str(uuid4())}, follow_redirects=True)
    assert done.text.count(f'href="{address}/undo"') == 2
    page = cm.get(f"{address}/undo").text
    assert "Percorso sospeso il 01/06/2023" in page
    with trecate.scope():
        event = str(queries.events_of(pathway.id)[-1].id)
    assert cm.post(f"{address}/undo", data={"event": event, "once": str(uuid4())}).status_code == 422
    data = {"event": event, "reason": "Altra persona", "once": str(uuid4())}
    assert [cm.post(f"{address}/undo", data=data).status_code for _ in range(2)] == [303, 303]
    shown = cm.get(address).text
    assert "In corso" in shown
    assert "<s>Percorso sospeso</s>" in shown
    assert "Altra persona" in shown
    assert cm.post(f"{address}/undo", data={**data, "once": str(uuid4())}).status_code == 409


def test_after_a_conclusion_it_is_offered_on_the_page_of_the_case(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        db.session.commit()
        address = f"/{trecate.slug}/pathways/{pathway.id}"
    data = {"on_date": "2023-06-01", "outcome": "placed", "once": str(uuid4())}
    assert f'href="{address}/undo"' in cm.post(f"{address}/conclude", data=data, follow_redirects=True).text


def test_nothing_is_offered_where_nothing_can_be_taken_back(trecate: Founded, cm: FlaskClient) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate)
        pathway = open_pathway(trecate, case)
        db.session.commit()
        address = f"/{trecate.slug}/pathways/{pathway.id}"
    assert f"{address}/undo" not in cm.get(address).text
    page = cm.get(f"{address}/undo")
    assert page.status_code == 200
    assert "<form" not in page.text.partition("<main")[2].partition("</main")[0]


def test_for_programs(trecate: Founded, other: Founded, cm: FlaskClient) -> None:
    path = f"/api/v1/{trecate.slug}/pathways/{concluded(trecate)}"
    events = (cm.get(path).json or {})["events"]
    body = {"event": events[-1]["id"], "reason": WHY}
    assert cm.post(f"{path}/undo", json={"event": body["event"]}).status_code == 422
    assert trecate.as_("cm1.cerano").post(f"{path}/undo", json=body).status_code == 404
    assert trecate.as_("reader").post(f"{path}/undo", json=body).status_code == 403
    assert other.as_("admin").post(f"{path.replace(trecate.slug, other.slug)}/undo", json=body).status_code == 404
    undone = cm.post(f"{path}/undo", json=body)
    whole = undone.json or {}
    assert (undone.status_code, whole["state"], whole["ended_on"], whole["outcome"]) == (200, "activated", None, None)
    assert whole["events"] == events[:-1]
    assert whole["undone"] == [{**events[-1], "undone_on": today().isoformat(), "undone_reason": WHY}]
    again = cm.post(f"{path}/undo", json=body)
    assert again.status_code == 409
    assert (again.json or {})["remedy"]
    with trecate.scope():
        assert db.session.execute(select(Pathway.state)).scalar_one() == "activated"
