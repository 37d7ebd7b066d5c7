"""What is publicly known of the three founding consortia, as the demo shows it: each line of the facts comes true."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from consortium import demo
from consortium.desks.models import Desk, OpeningHours
from consortium.network.models import Agreement, AgreementAddendum, AgreementParty, Member, Partner
from consortium.pathways.models import Measure, MeasureDesk
from tenants import scope
from tenants.database import db
from tenants.models import Tenant

TRECATE = {
    "003149": "Comune di Trecate",
    "003023": "Comune di Borgolavezzaro",
    "003049": "Comune di Cerano",
    "003069": "Comune di Garbagna Novarese",
    "003104": "Comune di Nibbiola",
    "003131": "Comune di Romentino",
    "003141": "Comune di Sozzago",
    "003144": "Comune di Terdobbiate",
    "003146": "Comune di Tornaco",
    "003158": "Comune di Vespolate",
}

Within = Callable[[str], scope.AbstractContextManager[object]]


@pytest.fixture
def within(demo_year: Flask, context: None) -> Within:
    """The scope of a founding consortium, by slug."""

    def entered(slug: str) -> scope.AbstractContextManager[object]:
        with scope.operator_scope():
            found: tuple[UUID, str] = db.session.execute(select(Tenant.id, Tenant.region_id).where(Tenant.slug == slug)).one()
        return scope.tenant_scope(*found)

    return entered


def test_trecate_has_its_ten_members(within: Within) -> None:
    with within("trecate"):
        assert dict(db.session.execute(select(Member.istat, Member.name)).all()) == TRECATE
        assert db.session.scalars(select(Member.istat).where(Member.is_lead)).all() == ["003149"]


def test_four_desks_work_each_of_trecates_measures(within: Within) -> None:
    with within("trecate"):
        desks = db.session.scalars(select(Desk.name).order_by(Desk.name)).all()
        assert desks == ["Cerano", "Romentino", "Trecate", "Vespolate"]
        facts = Measure.code != demo.TRIAL["code"]
        measures = db.session.execute(select(Measure.name, Measure.valid_from, Measure.valid_to).where(facts)).all()
        assert all(name.startswith("Buono Servizi Lavoro GOL") for name, _, _ in measures)
        assert {(since.year, until.year) for _, since, until in measures} == {(2022, 2025)}
        works = select(func.count()).select_from(MeasureDesk).join(Measure, Measure.id == MeasureDesk.measure_id)
        assert db.session.scalar(works.where(facts)) == 4 * len(measures)


def test_nibbiola_adheres_and_has_no_desk(within: Within) -> None:
    with within("trecate"):
        assert db.session.scalars(select(Member.name).where(Member.istat == "003104")).one() == "Comune di Nibbiola"
        assert db.session.scalars(select(Desk.id).where(Desk.istat == "003104")).all() == []


def test_la_spezias_desk_opens_seventeen_hours_a_week(within: Within) -> None:
    with within("la-spezia"):
        desk = db.session.scalars(select(Desk)).one()
        assert (desk.phone, desk.email, desk.by_appointment) == ("0187727248", "infolavoro@comune.sp.it", True)
        assert (desk.opened_on or date.max).strftime("%Y-%m") == "2018-02"
        hours = db.session.execute(select(OpeningHours.weekday, OpeningHours.opens, OpeningHours.closes)).all()
        mornings = {(day, time(8, 30), time(12)) for day in (2, 3, 4, 5)}
        assert set(hours) == mornings | {(2, time(14, 30), time(17, 30))}


def test_la_spezias_protocol_is_extended_to_september_2027(within: Within) -> None:
    with within("la-spezia"):
        joined = AgreementAddendum.agreement_id == Agreement.id
        extended = select(Agreement.kind, AgreementAddendum.valid_until).join(AgreementAddendum, joined)
        assert db.session.execute(extended).all() == [("protocol", date(2027, 9, 21))]


def test_la_spezias_convention_for_mare(within: Within) -> None:
    with within("la-spezia"):
        convention = db.session.scalars(select(Agreement).where(Agreement.reimbursed_up_to.is_not(None))).one()
        assert (convention.valid_until, convention.reimbursed_up_to) == (date(2021, 12, 31), Decimal("350000.00"))


def test_la_spezia_consulted_thirty_three_organisations(within: Within) -> None:
    with within("la-spezia"):
        assert db.session.scalar(select(func.count()).where(Partner.status == "consulted")) == 33


def test_lecce_is_led_by_a_province(within: Within) -> None:
    with within("lecce"):
        lead = db.session.scalars(select(Member).where(Member.is_lead)).one()
        assert (lead.kind, lead.name) == ("province", "Provincia di Lecce")


def test_lecces_accord_keeps_its_signatories_when_the_network_grows(within: Within) -> None:
    with within("lecce"):
        accord = db.session.scalars(select(Agreement).where(Agreement.kind == "network_accord")).one()
        parties = select(AgreementParty.name).where(AgreementParty.agreement_id == accord.id)
        signed = set(db.session.scalars(parties))
        schools = {
            "IIIS De Pace Lecce",
            "ITC Calasso Lecce",
            "ITC Bachelet Copertino",
            "IPSART Moro Santa Cesarea Terme",
            "IIS Bottazzi Casarano",
        }
        assert schools | {"Università del Salento"} <= signed
        db.session.add(Partner(name="Nuovo ente", kind="training_body", status="adherent"))
        db.session.flush()
        assert set(db.session.scalars(parties)) == signed
