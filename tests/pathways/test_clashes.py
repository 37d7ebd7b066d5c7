"""What pathways have against two people becoming one: sessions at one time, money paid twice, hours beyond those granted."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from consortium.cases import unions
from consortium.cases.models import Case
from consortium.pathways import clashes, services
from consortium.pathways.models import Pathway
from tenants.database import db
from tests.cases.people import at_work, begin, open_pathway, take_in
from tests.factories import Founded
from tests.pathways.ground import MAY, grant, incompatible, record

FIRST, SECOND = "“Buono Servizi Lavoro GOL - Orientamento specialistico”", "“Buono Servizi Lavoro GOL - Ricerca attiva”"


def two(founded: Founded) -> tuple[Pathway, Pathway]:
    """One person twice: in a measure at Trecate, and in another one at Cerano."""
    ours = begin(founded, surname="Okafor")
    case, assignment = take_in(founded, "cerano", surname="Okafor")
    assignment.assigned_on = date(2023, 4, 5)
    theirs = open_pathway(founded, case, "cerano", code="RA")
    return ours, services.activate(pathway=theirs, on_date=MAY)


def merge(ours: Pathway, theirs: Pathway) -> None:
    kept, merged = (db.session.get_one(Case, (each.tenant_id, each.case_id)) for each in (ours, theirs))
    unions.merge(kept=kept, merged=merged, fields=(), reason="Stessa persona")


def told(ours: Pathway, theirs: Pathway) -> tuple[list[str], list[str]]:
    """What stands against the merge, and what is to be known before it."""
    return clashes.against(ours.case_id, theirs.case_id), clashes.to_know(ours.case_id, theirs.case_id)


def test_measures_that_do_not_go_together_keep_two_people_apart_until_one_is_over(trecate: Founded) -> None:
    with at_work(trecate):
        incompatible("stop")
        ours, theirs = two(trecate)
        (words,), known = told(ours, theirs)
        assert f"{FIRST} allo sportello di Trecate e {SECOND} allo sportello di Cerano" in words
        assert "Concludi o annulla" in words
        assert known == []
        with pytest.raises(unions.CannotMerge, match="Concludi o annulla"):
            merge(ours, theirs)
        services.conclude(pathway=theirs, on_date=date(2023, 6, 1), outcome="moved")
        against, (words,) = told(ours, theirs)
        assert against == []
        assert f"{FIRST} allo sportello di Trecate e in {SECOND} allo sportello di Cerano" in words
        merge(ours, theirs)
        assert set(db.session.scalars(select(Pathway.case_id))) == {ours.case_id}


@pytest.mark.parametrize("apart", ["cancelled", "before", "compatible"])
def test_what_does_not_overlap_is_not_told(trecate: Founded, apart: str) -> None:
    with at_work(trecate):
        incompatible("stop", *(("OS", "OS") if apart == "compatible" else ()))
        ours, theirs = two(trecate)
        if apart == "cancelled":
            services.cancel(pathway=theirs, on_date=date(2023, 6, 1), reason="Errore")
        if apart == "before":
            services.conclude(pathway=ours, on_date=MAY, outcome="moved")
        assert told(ours, theirs) == ([], [])


def test_a_warning_and_hours_beyond_those_granted_are_told_on_the_page(trecate: Founded) -> None:
    with at_work(trecate):
        ours, theirs = two(trecate)
        case = db.session.get_one(Case, (trecate.id, theirs.case_id))
        again = services.activate(pathway=open_pathway(trecate, case, "cerano"), on_date=MAY)
        incompatible("warn")
        grant("2.50")
        record(trecate, ours)
        record(trecate, again, date(2023, 5, 3))
        assert not clashes.against(ours.case_id, theirs.case_id)
        db.session.commit()
        address = f"/{trecate.slug}/cases/{ours.case_id}/merge?other={theirs.case_id}"
        other_id = str(theirs.case_id)
    admin = trecate.as_("admin")
    page = admin.get(address).text
    assert "Si possono unire, ma" in page
    assert "allo sportello di Cerano" in page
    assert "3 ore su 2,5" in page
    assert admin.post(address, data={"once": str(uuid4()), "other_id": other_id}).status_code == 303
