"""Measures: services and costs that never rewrite the past; measures that do not go together."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from consortium.cases.models import Case
from consortium.pathways import funding, pricing, queries, services, standing
from consortium.pathways.funding import GridChanged, MeasureInUse, ServiceInUse, ServiceTwice
from consortium.pathways.models import Measure, MeasureConflict, MeasureService, Pathway, UnitCost
from consortium.pathways.pricing import CostInUse, CostOverlaps, SessionsRevalued
from consortium.pathways.rules import MeasuresIncompatible, MeasuresOverlap
from tenants import charter
from tenants.database import db
from tests.cases.people import TAKEN, at_work, begin, measure, open_pathway, take_in
from tests.factories import Founded
from tests.forms import standing as standing_of
from tests.pathways.ground import MAY, SERVICE, again, at_once, close, cost, incompatible, record, service

# -- Services ----------------------------------------------------------------------------------------------------------------------------


def as_sent(row: MeasureService, **other: Any) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "hours_budget": row.hours_budget, "withdrawn": row.withdrawn, **other}


def test_services_are_set_in_order_renamed_and_removed_where_nobody_had_them(trecate: Founded) -> None:
    with at_work(trecate):
        found, known = measure(), service()
        funding.set_services(measure=found, services=[{"name": "Accoglienza"}, as_sent(known, hours_budget=Decimal(6))])
        assert [row.name for row in standing.services_of(found.id)] == ["Accoglienza", SERVICE]
        funding.set_services(measure=found, services=[as_sent(known, name="Orientamento")])
        assert [row.name for row in standing.services_of(found.id)] == ["Orientamento"]
        with pytest.raises(ServiceTwice):
            funding.set_services(measure=found, services=[as_sent(known), {"name": "ORIENTAMENTO"}])


def test_a_service_that_was_delivered_is_only_withdrawn(trecate: Founded) -> None:
    with at_work(trecate):
        record(trecate, begin(trecate))
        found, known = measure(), service()
        for rows in ([as_sent(known, name="Altro")], []):
            with pytest.raises(ServiceInUse) as refused, db.session.begin_nested():
                funding.set_services(measure=found, services=rows)
            assert refused.value.remedy
            db.session.expire_all()
        funding.set_services(measure=found, services=[as_sent(known, withdrawn=True), {"name": "Altro"}])
        assert service().withdrawn


def test_a_period_holds_the_sessions_that_there_are(trecate: Founded) -> None:
    with at_work(trecate):
        record(trecate, begin(trecate), date(2023, 7, 20))
        facts = {"code": "OS", "name": "OS", "valid_from": date(2023, 1, 1), "gol_paths": [], "act": None}
        told = {**facts, "contact_days": None, "intake_days": None, "desks": trecate.desks.values()}
        with pytest.raises(MeasureInUse) as refused:
            funding.change_measure(measure=measure(), valid_to=date(2023, 7, 19), **told)
        assert (refused.value.field, "20/07/2023" in str(refused.value.detail)) == ("valid_to", True)


# -- Costs -------------------------------------------------------------------------------------------------------------------------------


def test_a_session_is_worth_what_its_service_cost_on_its_day(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        cost("10.01", date(2023, 5, 1), date(2023, 5, 9))
        cost("20", date(2023, 5, 11))
        for day in (2, 10, 11):
            record(trecate, pathway, date(2023, 5, day))
        worth = {row.on_date.day: row.value for row in queries.sessions_of(pathway.id)}
        # 1,5 × 10,01 = 15,015: to cents half up.
        assert worth == {2: Decimal("15.02"), 10: None, 11: Decimal("30.00")}
        with pytest.raises(CostOverlaps), db.session.begin_nested():
            cost("1", date(2023, 5, 9), date(2023, 5, 10))


@given(st.integers(1, 600), st.integers(1, 10_000_00))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_values_are_rounded_to_cents_half_up(trecate: Founded, minutes: int, cents: int) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        cost(str(Decimal(cents) / 100))
        record(trecate, pathway, ends=time(9 + minutes // 60, minutes % 60))
        (row,) = queries.sessions_of(pathway.id)
        hours = (Decimal(minutes) / 60).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        assert row.hours == hours
        assert row.value == (hours * cents / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        db.session.rollback()


def test_a_cost_that_valued_a_closed_month_is_ended_and_followed(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        known = cost("10")
        record(trecate, pathway, date(2023, 5, 16))
        close(trecate)
        told = {"cost": known, "amount": known.amount, "valid_from": known.valid_from, "valid_to": None, "act": known.act}
        wrong: list[dict[str, Any]] = [{"amount": Decimal(11)}, {"valid_from": date(2023, 5, 17)}, {"valid_to": date(2023, 5, 15)}]
        for other in wrong:
            with pytest.raises(CostInUse) as refused:
                pricing.change_cost(**{**told, **other})
            assert [refused.value.field] == list(other)
            assert "16/05/2023" in str(refused.value.detail)
            assert "16/05/2023" in str(refused.value.remedy)
        with pytest.raises(CostInUse):
            pricing.remove_cost(cost=known)
        pricing.change_cost(**{**told, "valid_to": date(2023, 5, 16), "act": "DD 1/2022, rettificata"})
        assert cost("11", date(2023, 5, 17))
        (row,) = queries.sessions_of(pathway.id)
        assert row.value == 15


def test_a_closed_month_without_a_cost_gets_none_afterwards(trecate: Founded) -> None:
    with at_work(trecate):
        record(trecate, begin(trecate), date(2023, 5, 16))
        close(trecate)
        with pytest.raises(CostInUse) as refused:
            cost("10")
        assert refused.value.field == "valid_from"
        assert "Fallo decorrere dal 17/05/2023 o dopo" in str(refused.value.remedy)
        before, after = cost("10", valid_to=date(2023, 5, 1)), cost("10", date(2023, 5, 17))
        moved = ((before, "valid_to", date(2023, 5, 16)), (after, "valid_from", MAY))
        for known, field, day in moved:
            facts = {name: getattr(known, name) for name in ("amount", "valid_from", "valid_to", "act")}
            with pytest.raises(CostInUse) as refused:
                pricing.change_cost(cost=known, **{**facts, field: day})
            assert (refused.value.field, "questo costo" in str(refused.value.remedy)) == (field, False)


def told(refused: Any) -> str:
    return str(refused.value.detail).replace("\N{NO-BREAK SPACE}", " ")


def test_a_wrong_cost_is_corrected_knowingly(trecate: Founded) -> None:
    """Of an open month too: who changes what delivered sessions are worth is told how many, from what to what, and confirms just that."""
    with at_work(trecate):
        pathway, known = begin(trecate), cost("37.30")
        for day in (2, 3):
            record(trecate, pathway, date(2023, 5, day))
        db.session.commit()
        facts = {"cost": known, "amount": Decimal(99), "valid_from": known.valid_from, "valid_to": None, "act": known.act}
        with pytest.raises(SessionsRevalued) as refused:
            pricing.change_cost(**facts)
        assert refused.value.field == "despite"
        assert told(refused) == "Cambierebbe il valore di 2 colloqui già registrati, da € 111,90 a € 297,00."
        db.session.rollback()
        read = {"despite": True, "seen": str(refused.value.detail)}
        for other in ({"despite": True}, {**read, "despite": False}, {**read, "amount": Decimal(98)}):
            with pytest.raises(SessionsRevalued):
                pricing.change_cost(**{**facts, **other})
            db.session.rollback()
        record(trecate, pathway, date(2023, 5, 4))
        with pytest.raises(SessionsRevalued):
            pricing.change_cost(**facts, **read)
        db.session.rollback()
        assert pricing.change_cost(**{**facts, "amount": Decimal("37.30"), "valid_to": date(2023, 5, 4), "act": "DD 1/2023"})


def test_a_cost_that_gives_or_takes_all_value_is_told_too(trecate: Founded) -> None:
    with at_work(trecate):
        record(trecate, begin(trecate))
        with pytest.raises(SessionsRevalued) as refused:
            cost("10")
        assert told(refused) == "Cambierebbe il valore di 1 colloquio già registrato, da nessun valore a € 15,00."
        db.session.rollback()
        assert cost("10", date(2023, 5, 3))
        known, pathway = cost("10", valid_to=date(2023, 5, 2)), begin(trecate)
        record(trecate, pathway)
        with pytest.raises(SessionsRevalued) as refused:
            pricing.remove_cost(cost=known)
        assert told(refused) == "Cambierebbe il valore di 1 colloquio già registrato, da € 15,00 a nessun valore."


def test_worth_nothing_is_not_without_a_value(trecate: Founded) -> None:
    with at_work(trecate):
        record(trecate, begin(trecate))
        with pytest.raises(SessionsRevalued) as refused:
            cost("0")
        assert told(refused) == "Cambierebbe il valore di 1 colloquio già registrato, da nessun valore a € 0,00."


def test_a_new_cost_ends_the_one_in_force_with_one_warning(trecate: Founded) -> None:
    with at_work(trecate):
        pathway, known = begin(trecate), cost("20")
        for day in (2, 10):
            record(trecate, pathway, date(2023, 5, day))
        db.session.commit()
        facts = {"service": service(), "amount": Decimal(22), "valid_from": date(2023, 5, 10), "valid_to": None, "act": "DD 2/2023"}
        with pytest.raises(CostOverlaps), db.session.begin_nested():
            pricing.add_cost(**facts)
        with pytest.raises(SessionsRevalued) as refused:
            pricing.add_cost(**facts, follows=True)
        assert told(refused) == "Cambierebbe il valore di 1 colloquio già registrato, da € 30,00 a € 33,00."
        db.session.rollback()
        pricing.add_cost(**facts, follows=True, despite=True, seen=str(refused.value.detail))
        assert known.valid_to == date(2023, 5, 9)
        # Where nothing is in force there is nothing to end.
        assert pricing.add_cost(**{**facts, "valid_from": date(2021, 1, 1), "valid_to": date(2021, 12, 31)}, follows=True)


def test_a_new_cost_takes_no_closed_day_from_the_one_in_force(trecate: Founded) -> None:
    with at_work(trecate):
        known = cost("20")
        record(trecate, begin(trecate), date(2023, 5, 16))
        close(trecate)
        # For a few days only: afterwards the sessions would have no cost.
        with pytest.raises(CostInUse):
            pricing.add_cost(
                service=service(),
                amount=Decimal(22),
                valid_from=date(2023, 5, 2),
                valid_to=date(2023, 5, 3),
                act="DD 2/2023",
                follows=True,
            )
        assert known.valid_to is None


SPAN = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(
    lambda pair: (MAY + timedelta(days=min(pair)), MAY + timedelta(days=max(pair)))
)


@given(SPAN, SPAN)
def test_the_days_that_a_changed_period_values_otherwise(was: pricing.Span, becomes: pricing.Span) -> None:
    def days(span: pricing.Span) -> set[date]:
        return {span[0] + timedelta(days=number) for number in range((span[1] - span[0]).days + 1)}

    touched: set[date] = set().union(*map(days, pricing._touched(was, becomes, dearer=False)))
    assert days(was) ^ days(becomes) <= touched
    if days(was) & days(becomes):
        assert touched == days(was) ^ days(becomes)


# -- Measures that do not go together ----------------------------------------------------------------------------------------------------


def both(founded: Founded, ended: bool = False) -> Any:
    """A person with an ongoing pathway at Cerano, whose case is there; and what opens another measure at Trecate."""
    pathway = begin(founded, "cerano")
    if ended:
        services.conclude(pathway=pathway, on_date=MAY, outcome="moved")
    case = db.session.get_one(Case, (founded.id, pathway.case_id))
    return lambda **other: _open(founded, case, **other)


def _open(founded: Founded, case: Case, **other: Any) -> Pathway:
    manager = founded.staff[founded.email("cm1.trecate")]
    told = {"case_id": case.id, "case_manager_id": manager, "desk_id": founded.desks["trecate"], "measure_id": measure("RA").id}
    return services.open_pathway(**{**told, "on_date": MAY, "activate": True, **other})


def test_stopped_and_told_measure_and_desk_only(trecate: Founded) -> None:
    with at_work(trecate):
        incompatible("stop")
        with pytest.raises(MeasuresIncompatible) as refused:
            both(trecate)(despite=True)
        assert str(refused.value.detail) == f"La persona è in “Buono Servizi Lavoro GOL - {SERVICE}” allo sportello di Cerano."
        assert both(trecate, ended=True)().activated_on == MAY


@pytest.mark.parametrize("effect", ["stop", "warn"])
def test_a_pathway_that_is_over_is_not_to_be_concluded(trecate: Founded, effect: str) -> None:
    """Another day is the remedy; which, its desk knows: of the other pathway nothing is told but measure and desk."""
    with at_work(trecate):
        incompatible(effect)
        opened, day = both(trecate, ended=True), MAY - timedelta(days=1)
        with pytest.raises((MeasuresIncompatible, MeasuresOverlap)) as refused:
            opened(on_date=day)
        was = f"Quel giorno la persona era in “Buono Servizi Lavoro GOL - {SERVICE}” allo sportello di Cerano."
        assert str(refused.value.detail).endswith(was)
        remedy = str(refused.value.remedy)
        assert "Concludi" not in remedy
        if effect == "stop":
            asked = "Scrivi il giorno in cui quel percorso è finito, o uno successivo: lo sportello di Cerano lo conosce."
            assert (refused.value.field, remedy) == ("on_date", asked)
        else:
            assert "lo sportello di Cerano" in remedy
            assert "spunta" in remedy
            known = opened(on_date=day, **knowing(refused))
            assert queries.events_of(known.id)[-1].reason == f"Nonostante l'avviso. {was}"


def test_where_several_pathways_are_in_the_way_the_one_that_lasts_longest_is_named(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        services.conclude(pathway=pathway, on_date=MAY, outcome="moved")
        case = db.session.get_one(Case, (trecate.id, pathway.case_id))
        again_ = _open(trecate, case, measure_id=measure().id)
        incompatible("stop")
        with pytest.raises(MeasuresIncompatible) as refused:
            _open(trecate, case, on_date=TAKEN)
        assert "La persona è in" in str(refused.value.detail)
        services.conclude(pathway=again_, on_date=MAY + timedelta(days=9), outcome="moved")
        with pytest.raises(MeasuresIncompatible) as refused:
            _open(trecate, case, on_date=TAKEN)
        assert "Quel giorno la persona era in" in str(refused.value.detail)


def knowing(refused: Any) -> dict[str, Any]:
    """Going on despite a warning: its words were read."""
    return {"despite": True, "seen": str(refused.value.detail)}


def test_warned_until_the_box_is_ticked_and_the_reason_stays(trecate: Founded) -> None:
    with at_work(trecate):
        incompatible("warn")
        opened = both(trecate)
        with pytest.raises(MeasuresOverlap) as refused:
            opened()
        assert refused.value.field == "despite"
        read = knowing(refused)
        for other in ({"despite": True}, {**read, "despite": False}, {**read, "seen": "Sì"}):
            with pytest.raises(MeasuresOverlap):
                opened(**other)
        pathway = opened(**read)
        events = queries.events_of(pathway.id)
        assert [(event.state, bool(event.reason)) for event in events] == [("draft", False), ("activated", True)]
        assert "Cerano" in events[-1].reason


def test_a_measure_can_exclude_itself_and_drafts_are_stopped_when_they_begin(trecate: Founded) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate)
        first, second = open_pathway(trecate, case), open_pathway(trecate, case)
        incompatible("stop", "OS", "OS")
        services.activate(pathway=first, on_date=TAKEN)
        with pytest.raises(MeasuresIncompatible):
            services.activate(pathway=second, on_date=TAKEN)
        services.cancel(pathway=first, on_date=TAKEN, reason="Aperto per errore")
        services.activate(pathway=second, on_date=TAKEN)


def test_a_warning_that_was_read_lets_no_other_one_through(trecate: Founded) -> None:
    """The measure is another than that of the warning, or a colleague opens one more pathway between warning and tick."""
    with at_work(trecate):
        for other in ("OS", "RA"):
            incompatible("warn", "OS", other)
        pathway = begin(trecate)
        case = db.session.get_one(Case, (trecate.id, pathway.case_id))
        with pytest.raises(MeasuresOverlap) as refused:
            _open(trecate, case)
        read = knowing(refused)
        assert told(refused).startswith(
            "“Buono Servizi Lavoro GOL - Ricerca attiva” di solito non va insieme a un'altra misura della persona."
        )
        with pytest.raises(MeasuresOverlap) as refused:
            _open(trecate, case, measure_id=measure().id, **read)
        another = _open(trecate, case, measure_id=measure().id, **knowing(refused))
        with pytest.raises(MeasuresOverlap) as refused:
            _open(trecate, case, **read)
        assert told(refused).count("La persona è in") == 2
        services.cancel(pathway=another, on_date=MAY, reason="Aperto per errore")
        assert _open(trecate, case, **read).activated_on == MAY


def test_who_begins_again_is_asked_again(trecate: Founded) -> None:
    """A draft that is activated, a suspended pathway that goes on: the measures may not have gone together meanwhile, or do no more."""
    with at_work(trecate):
        pathway = begin(trecate)
        case = db.session.get_one(Case, (trecate.id, pathway.case_id))
        draft = _open(trecate, case, activate=False)
        services.suspend(pathway=pathway, on_date=MAY, reason="Malattia")
        incompatible("warn")
        with pytest.raises(MeasuresOverlap) as refused:
            services.activate(pathway=draft, on_date=MAY)
        services.activate(pathway=draft, on_date=MAY, **knowing(refused))
        with pytest.raises(MeasuresOverlap) as refused:
            services.resume(pathway=pathway, on_date=MAY, reason="Guarito")
        services.resume(pathway=pathway, on_date=MAY, reason="Guarito", **knowing(refused))
        told_ = [queries.events_of(each.id)[-1].reason for each in (draft, pathway)]
        assert [words.partition("La persona")[0] for words in told_] == ["Nonostante l'avviso. ", "Guarito. Nonostante l'avviso. "]
        services.suspend(pathway=pathway, on_date=MAY, reason="Malattia")
        db.session.scalars(select(MeasureConflict)).one().effect = "stop"
        db.session.flush()
        with pytest.raises(MeasuresIncompatible):
            services.resume(pathway=pathway, on_date=MAY, **knowing(refused))


def test_of_two_activations_at_once_one_is_stopped(trecate: Founded) -> None:
    with at_work(trecate):
        incompatible("stop")
        pairs = []
        for _ in range(4):
            case, _assignment = take_in(trecate)
            pairs.append([open_pathway(trecate, case, code=code).id for code in ("OS", "RA")])
        db.session.commit()
    for pair in pairs:

        def one(pathway_id: Any) -> Any:
            return lambda: services.activate(pathway=again(pathway_id), on_date=TAKEN).state

        found = at_once(trecate, [one(each) for each in pair * 3])
        assert found.count("activated") == 1, found


EFFECTS = st.sampled_from([None, "warn", "stop"])


@given(EFFECTS, st.integers(-5, 5), st.integers(0, 5) | st.none(), st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_who_is_let_in(trecate: Founded, effect: str | None, starts: int, lasts: int | None, cancelled: bool, despite: bool) -> None:
    """The other pathway begins some days before or after ours, and goes on or has ended: they overlap unless it ended by our first day."""
    ours = TAKEN + timedelta(days=10)
    with at_work(trecate):
        if effect:
            incompatible(effect)
        case, _ = take_in(trecate)
        first = ours + timedelta(days=starts)
        other = services.activate(pathway=open_pathway(trecate, case, on_date=first), on_date=first)
        if lasts is not None:
            last = first + timedelta(days=lasts)
            services.cancel(pathway=other, on_date=last) if cancelled else services.conclude(pathway=other, on_date=last, outcome="moved")
        overlaps = lasts is None or (not cancelled and first + timedelta(days=lasts) > ours)
        expected = {"stop": MeasuresIncompatible, "warn": None if despite else MeasuresOverlap}.get(effect or "") if overlaps else None
        assert _raised(trecate, case, ours, despite) == expected
        db.session.rollback()


def _raised(founded: Founded, case: Case, on_date: date, despite: bool) -> type[Exception] | None:
    """What stands against a pathway that begins on a day; `despite`: also where the warning was read, if there is one."""
    try:
        _open(founded, case, on_date=on_date)
    except MeasuresOverlap as refused:
        if not despite:
            return MeasuresOverlap
        draft = _open(founded, case, on_date=on_date, activate=False, despite=True, seen=str(refused.detail))
        services.activate(pathway=draft, on_date=on_date, despite=True, seen=str(refused.detail))
    except MeasuresIncompatible:
        return MeasuresIncompatible
    return None


# -- At the door -------------------------------------------------------------------------------------------------------------------------


def test_the_grid_at_the_door(trecate: Founded) -> None:
    admin, address = trecate.as_("admin"), f"/{trecate.slug}/measures/conflicts"
    with trecate.scope():
        first, second = sorted(db.session.scalars(select(Measure.id)))
    assert trecate.as_("coordinator").get(address).status_code == 403
    page = admin.get(address).text
    assert page.count("<select") == 3
    data = {"revision": "0-0-", f"pair-{first}-{second}": "stop", f"pair-{first}-{first}": "warn", "act": "DGR 3", "once": str(uuid4())}
    assert admin.post(address, data=data).status_code == 303
    with trecate.scope():
        kept = {(row.measure_id, row.other_id): (row.effect, row.act) for row in db.session.scalars(select(MeasureConflict))}
        assert kept == {(first, second): ("stop", "DGR 3"), (first, first): ("warn", "DGR 3")}
    assert admin.post(address, data={**data, "once": str(uuid4())}).status_code == 409
    assert admin.post(address, data={**data, f"pair-{first}-{second}": "x", "once": str(uuid4())}).status_code == 422
    api = f"/api/v1/{trecate.slug}/measure-conflicts"
    read = admin.get(api).json or {}
    body = {"pairs": [{"measure_id": str(second), "other_id": str(first), "effect": None}], "revision": read["revision"]}
    assert set((admin.post(api, json={"pairs": body["pairs"]}).json or {})["errors"]["json"]) == {"revision"}
    assert [each["effect"] for each in (admin.post(api, json=body).json or {})["pairs"]] == ["warn"]
    behind = admin.post(api, json=body)
    assert (behind.status_code, (behind.json or {})["remedy"]) == (409, "Guardale come sono adesso e scegli di nuovo.")
    assert GridChanged.remedy


def test_two_administrators_at_the_grid_keep_what_each_has_chosen(trecate: Founded) -> None:
    admin, address = trecate.as_("admin"), f"/{trecate.slug}/measures/conflicts"
    with trecate.scope():
        first, second = sorted(db.session.scalars(select(Measure.id)))
    pair, own, others = f"pair-{first}-{second}", f"pair-{first}-{first}", f"pair-{second}-{second}"
    opened, theirs = admin.get(address).text, admin.get(address).text
    assert admin.post(address, data=standing_of(theirs, **{pair: "stop", own: "warn", "act": "DGR 3"})).status_code == 303
    behind = admin.post(address, data=standing_of(opened, **{pair: "warn", others: "stop", "act": "DGR 4"}))
    assert behind.status_code == 409
    sent = standing_of(behind.text)
    assert [sent[name] for name in (pair, own, others, "act")] == [["warn"], ["warn"], ["stop"], ["DGR 4"]]
    told = dict(re.findall(r'id="field-(pair-[-0-9a-f]+)-note"><strong>([^<]+)', behind.text))
    assert told.keys() == {pair, own}
    assert all(said.startswith("Admin ha scelto intanto") for said in told.values()), told
    assert told[pair].endswith("Blocca")
    assert admin.post(address, data=sent).status_code == 303
    with trecate.scope():
        kept = {(row.measure_id, row.other_id): (row.effect, row.act) for row in db.session.scalars(select(MeasureConflict))}
    assert kept == {(first, second): ("warn", "DGR 4"), (first, first): ("warn", "DGR 3"), (second, second): ("stop", "DGR 4")}


def test_the_grid_tells_by_which_act_and_what_was_changed(trecate: Founded) -> None:
    admin, address = trecate.as_("admin"), f"/{trecate.slug}/measures/conflicts"
    with trecate.scope():
        names = dict(db.session.execute(select(Measure.id, Measure.name)).all())
    first, second = sorted(names)
    pair = f"pair-{first}-{second}"
    for effect, act in (("stop", "DGR 3"), ("warn", "DGR 4"), ("", "DGR 5"), ("stop", "DGR 6")):
        assert admin.post(address, data=standing_of(admin.get(address).text, **{pair: effect, "act": act})).status_code == 303
    page = admin.get(address).text
    assert re.search(r'id="field-pair-[-0-9a-f]+-note">DGR 6<', page)
    for told in (page, admin.get(f"/{trecate.slug}/measures/{second}").text):
        assert told.count(f"{names[first]} + {names[second]}") == 4
        assert "<del>DGR 3</del>" in told
    (newest, *_others) = (admin.get(f"/api/v1/{trecate.slug}/measures/{first}/history").json or {})["items"]
    assert newest["what"].endswith(f"{names[first]} + {names[second]}")


def test_a_warning_at_the_door(trecate: Founded) -> None:
    with at_work(trecate):
        for code in ("OS", "RA"):
            incompatible("warn", "OS", code)
        pathway = begin(trecate)
        ids = {"measure_id": measure("RA").id, "desk_id": pathway.desk_id, "case_manager_id": pathway.case_manager_id}
        db.session.commit()
        address = f"/{trecate.slug}/cases/{pathway.case_id}/pathways/new"
        same = str(measure().id)
    data = {**{name: str(each) for name, each in ids.items()}, "on_date": "2023-05-01", "activate": "true", "goal": "Un lavoro a Novara"}
    cm = trecate.as_("cm1.trecate")
    assert "field-despite" not in cm.get(address).text
    page = cm.post(address, data={**data, "once": str(uuid4())})
    assert (page.status_code, 'id="field-despite"' in page.text) == (422, True)
    # Ticked, and another measure chosen: what stands against that one was not read yet.
    other = cm.post(address, data=standing_of(page.text, despite="true", measure_id=same))
    assert (other.status_code, 'id="field-despite-error"' in other.text, "despite" in standing_of(other.text)) == (422, True, False)
    back = cm.post(address, data=standing_of(other.text, despite="true", measure_id=data["measure_id"]))
    done = cm.post(address, data=standing_of(back.text, despite="true"))
    assert (back.status_code, done.status_code) == (422, 303)
    page = cm.get(done.location).text
    assert "Nonostante l&#39;avviso" in page
    assert "Un lavoro a Novara" in page


def warned(browser: FlaskClient, address: str, data: dict[str, str]) -> TestResponse:
    """Sent, warned that sessions would be worth something else, and sent again with the box ticked."""
    page = browser.post(address, data=data)
    assert (page.status_code, 'id="field-despite-error"' in page.text) == (422, True), page.text
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', page.text)
    assert "1 colloquio già registrato" in seen
    return browser.post(address, data={**data, "despite": "true", "seen": unescape(seen)})


def test_a_cost_from_the_day_on_which_another_begins_is_to_be_corrected_there(trecate: Founded) -> None:
    with at_work(trecate):
        cost("37.50")
        told = {"amount": Decimal(40), "valid_from": date(2022, 1, 1), "valid_to": None, "act": "DD 2/2022", "follows": True}
        with pytest.raises(CostOverlaps) as refused:
            pricing.add_cost(service=service(), **told)
        assert (refused.value.field, str(refused.value.remedy)) == ("valid_from", "Correggi quello.")


def test_two_administrators_at_the_services_keep_each_row_to_its_service(trecate: Founded) -> None:
    """A colleague removed one above and added one below meanwhile: mine changes the service that I saw, and takes no other's place."""
    admin = trecate.as_("admin")
    with at_work(trecate):
        found = measure()
        kept = [as_sent(row) for row in standing.services_of(found.id)]
        funding.set_services(measure=found, services=[{"name": "Prima"}, {"name": "Seconda"}, *kept])
        db.session.commit()
        address = f"/{trecate.slug}/measures/{found.id}/services"
    opened, theirs = admin.get(address).text, admin.get(address).text
    assert admin.post(address, data=standing_of(theirs, name_1="", name_4="Loro")).status_code == 303
    second = admin.post(address, data=standing_of(opened, hours_budget_2="8", name_5="Mia"))
    assert second.status_code == 409
    told = second.text.partition('class="h4 mt-4"')[2].partition("<form")[0]
    assert ("(2)" in told, "(5)" in told, "(1)" in told, "(3)" in told, "(4)" in told) == (True, True, False, False, False), told
    assert admin.post(address, data=standing_of(second.text)).status_code == 303
    with at_work(trecate):
        now = {row.name: row.hours_budget for row in standing.services_of(found.id)}
    assert now == {"Seconda": Decimal(8), **{row["name"]: row["hours_budget"] for row in kept}, "Mia": None, "Loro": None}


def test_services_and_costs_at_the_door(trecate: Founded) -> None:
    admin = trecate.as_("admin")
    with at_work(trecate):
        record(trecate, begin(trecate))
        found, known, revision = measure().id, service().id, measure().revision
        db.session.commit()
    address = f"/{trecate.slug}/measures/{found}"
    rows = {"id_1": str(known), "name_1": SERVICE, "hours_budget_1": "10,5", "name_2": "Accoglienza", "revision": str(revision)}
    rows |= {"name_3": "", "name_4": ""}
    more = admin.post(f"{address}/services", data={**rows, "more": "1", "once": str(uuid4())})
    assert (more.status_code, 'name="name_7"' in more.text, 'value="Accoglienza"' in more.text) == (200, True, True)
    wrong = admin.post(f"{address}/services", data={**rows, "hours_budget_1": "tanti", "once": str(uuid4())})
    assert (wrong.status_code, 'id="field-hours_budget_1-error"' in wrong.text) == (422, True)
    nameless = admin.post(f"{address}/services", data={**rows, "hours_budget_3": "12", "once": str(uuid4())})
    assert (nameless.status_code, 'id="field-name_3-error"' in nameless.text) == (422, True)
    renamed = admin.post(f"{address}/services", data={**rows, "name_1": "Altro", "once": str(uuid4())})
    assert (renamed.status_code, 'id="field-name_1-error"' in renamed.text) == (422, True)
    assert admin.post(f"{address}/services", data={**rows, "once": str(uuid4())}).status_code == 303
    assert admin.post(f"{address}/services", data={**rows, "name_2": "X", "once": str(uuid4())}).status_code == 409
    priced = {"service_id": str(known), "amount": "37,50", "valid_from": "2022-01-01", "act": "DD 1/2022", "once": str(uuid4())}
    assert warned(admin, f"{address}/costs/new", priced).status_code == 303
    assert admin.post(f"{address}/costs/new", data={**priced, "once": str(uuid4())}).status_code == 422
    page = admin.get(address).text
    assert all(words in page for words in ("10,5", "37,50", "DD 1/2022", "Accoglienza"))
    assert trecate.as_("cm1.trecate").get(f"{address}/services").status_code == 403
    with trecate.scope():
        row = db.session.scalars(select(UnitCost)).one()
        cost_id, revision = row.id, row.revision
    edit = {"amount": "38", "valid_from": "2022-01-01", "act": "DD 2/2022", "revision": str(revision), "once": str(uuid4())}
    assert warned(admin, f"/{trecate.slug}/unit-costs/{cost_id}/edit", edit).status_code == 303
    assert admin.post(f"/{trecate.slug}/unit-costs/{cost_id}/edit", data={**edit, "once": str(uuid4())}).status_code == 409
    removal = f"/{trecate.slug}/unit-costs/{cost_id}/remove"
    behind = admin.post(removal, data={"revision": str(revision), "once": str(uuid4())})
    assert (behind.status_code, "Nel frattempo è cambiato" in behind.text) == (409, True)
    sent = {name: values[0] for name, values in standing_of(behind.text).items() if name != "opened"}
    assert warned(admin, removal, sent).status_code == 303
    assert admin.get(f"/{trecate.slug}/unit-costs/{cost_id}/edit").status_code == 404


def test_measures_for_programs(trecate: Founded) -> None:
    admin, root = trecate.as_("admin"), f"/api/v1/{trecate.slug}"
    facts = {"code": "TIR", "name": "Tirocinio", "valid_from": "2023-01-01", "valid_to": "2025-12-31", "contact_days": 5}
    made = admin.post(f"{root}/measures", json={**facts, "desks": [str(trecate.desks["cerano"])]})
    assert (made.status_code, (made.json or {})["contact_days"]) == (201, 5)
    services_ = {"services": [{"name": "Tutoraggio", "hours_budget": 12.5}], "revision": (made.json or {})["revision"]}
    told = admin.post(f"{made.location}/services", json=services_).json or {}
    assert admin.post(f"{made.location}/services", json={**services_, "services": []}).status_code == 409
    (row,) = told["services"]
    assert (row["hours_budget"], row["costs"]) == (12.5, [])
    priced = {"service_id": row["id"], "amount": 38, "valid_from": "2023-01-01", "act": "DD 1/2023"}
    (row,) = (admin.post(f"{made.location}/costs", json=priced).json or {})["services"]
    (known,) = row["costs"]
    body = {**{name: priced[name] for name in ("amount", "valid_from", "act")}, "revision": known["revision"]}
    ended = admin.post(f"{root}/unit-costs/{known['id']}/edit", json={**body, "valid_to": "2023-12-31"})
    assert (ended.json or {})["services"][0]["costs"][0]["valid_to"] == "2023-12-31"
    assert admin.post(f"{root}/unit-costs/{known['id']}/edit", json=body).status_code == 409
    removal, revision = f"{root}/unit-costs/{known['id']}/remove", known["revision"]
    assert admin.post(removal, json={"revision": revision}).status_code == 409
    assert admin.post(removal, json={"revision": revision + 1}).json == (admin.get(made.location).json)
    assert trecate.as_("coordinator").post(f"{root}/measures", json=facts).status_code == 403


def test_a_measure_is_changed_as_it_was_read_its_desks_too(trecate: Founded) -> None:
    admin, root = trecate.as_("admin"), f"/api/v1/{trecate.slug}/measures"
    (listed, *_others) = (admin.get(root).json or {})["items"]
    there = f"{root}/{listed['id']}"
    read = admin.get(there).json or {}
    facts = {name: read[name] for name in ("code", "name", "valid_from", "valid_to", "gol_paths", "act", "revision")}
    fewer = admin.post(f"{there}/edit", json={**facts, "desks": read["desks"][:1]})
    assert (fewer.status_code, (fewer.json or {})["desks"]) == (200, read["desks"][:1])
    behind = admin.post(f"{there}/edit", json={**facts, "desks": read["desks"], "act": "DGR 1"})
    assert (behind.status_code, behind.content_type) == (409, "application/problem+json")
    assert admin.get(there).json == fewer.json
    same = admin.post(f"{there}/edit", json={**facts, "desks": read["desks"][:1], "revision": (fewer.json or {})["revision"]})
    assert same.json == fewer.json, "nothing was changed: nobody's form is behind"
    told = (trecate.as_("reader").get(f"{there}/history").json or {})["items"]
    assert ("Cerano" in str(told[0]) or "Trecate" in str(told[0]), told[0]["who"]) == (True, "Admin")


def test_a_program_confirms_what_it_was_told(trecate: Founded) -> None:
    admin = trecate.as_("admin")
    with at_work(trecate):
        record(trecate, begin(trecate))
        address, key = f"/api/v1/{trecate.slug}/measures/{measure().id}/costs", str(service().id)
        db.session.commit()
    body = {"service_id": key, "amount": 38, "valid_from": "2023-01-01", "act": "DD 1/2023"}
    (told,) = (admin.post(address, json=body).json or {})["errors"]["json"]["despite"]
    assert admin.post(address, json={**body, "despite": True}).status_code == 422
    assert admin.post(address, json={**body, "amount": 39, "despite": True, "seen": told}).status_code == 422
    assert admin.post(address, json={**body, "despite": True, "seen": told}).status_code == 201


def test_a_program_is_warned_as_a_form_is(trecate: Founded) -> None:
    """What it was told is sent back as it was told; opening, activating, resuming."""
    with at_work(trecate):
        incompatible("warn")
        pathway = begin(trecate)
        ids = {"measure_id": measure("RA").id, "desk_id": pathway.desk_id, "case_manager_id": pathway.case_manager_id}
        db.session.commit()
        root, case_id = f"/api/v1/{trecate.slug}", pathway.case_id
    cm = trecate.as_("cm1.trecate")

    def despite(path: str, **body: Any) -> Any:
        (words,) = (cm.post(f"{root}/{path}", json=body).json or {})["errors"]["json"]["despite"]
        assert cm.post(f"{root}/{path}", json={**body, "despite": True}).status_code == 422
        assert cm.post(f"{root}/{path}", json={**body, "despite": True, "seen": "Sì"}).status_code == 422
        return cm.post(f"{root}/{path}", json={**body, "despite": True, "seen": words})

    made = despite(f"cases/{case_id}/pathways", **{name: str(each) for name, each in ids.items()}, on_date="2023-05-01")
    assert (made.status_code, made.json["state"]) == (201, "draft")
    there = f"pathways/{made.json['id']}"
    assert despite(f"{there}/activate", on_date="2023-05-01").json["state"] == "activated"
    assert cm.post(f"{root}/{there}/suspend", json={"on_date": "2023-05-02", "reason": "Malattia"}).status_code == 200
    assert despite(f"{there}/resume", on_date="2023-05-03").json["state"] == "activated"


# -- Charters and the migration ----------------------------------------------------------------------------------------------------------


def test_a_charter_names_services_or_gives_them_hours() -> None:
    section = next(each for each in charter.registered() if each.name == "measures")
    row = {"code": "A", "name": "A", "valid_from": "2023-01-01", "valid_to": "2023-12-31"}
    services_ = ["Accoglienza", {"name": "Tutoraggio", "hours_budget": 12.5}]
    (loaded,) = section.schema.load([{**row, "services": services_}])
    assert loaded["services"] == [
        {"name": "Accoglienza", "hours_budget": None},
        {"name": "Tutoraggio", "hours_budget": Decimal("12.5")},
    ]
