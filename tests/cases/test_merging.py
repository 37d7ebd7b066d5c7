"""Two records of one person become one, field by field, and two again: nothing lost, no figure changed."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, literal_column, select

from consortium.cases import merging, unions
from consortium.cases.models import Assignment, Case, Handover, Merge, Person
from consortium.journal.models import Note
from consortium.pathways import services as pathways
from consortium.pathways.models import Pathway, Session
from consortium.profiles.models import LanguageSkill, Profile
from consortium.reporting import queries as reporting
from consortium.reporting.schemas import Window
from consortium.sensitive.models import SensitiveReading, SensitiveRecord
from tenants import isolation
from tenants.database import Base, db
from tests.cases.people import ASSIGNED, at_work, begin, open_pathway, take_in
from tests.factories import Founded

Rows = dict[str, dict[str, Any]]
# What a merge itself leaves behind.
ASIDE = {"trail", "merges", "submissions"}
WINDOW = Window(date(2022, 1, 1), date(2023, 12, 31), date(2023, 12, 31))


def everything() -> Rows:
    """Every row of the consortium: table and id → row, but for its revision."""
    tables = [table for table in Base.metadata.sorted_tables if table.info.get("kind") == "tenant" and table.name not in ASIDE]
    rows: Rows = {}
    for table in tables:
        whole = select(func.to_jsonb(literal_column(table.name))).select_from(table).where(merging.mine(table))
        rows |= {f"{table.name} {row['id']}": {**row, "revision": 0} for row in db.session.scalars(whole)}
    return rows


def figures() -> tuple[int, ...]:
    found = reporting.figures(WINDOW)
    return (found.assigned, found.activated, found.concluded, found.ongoing, found.placements, int(found.hours * 100))


def two(founded: Founded, **other: Any) -> tuple[Case, Case]:
    """A person who came to Trecate in April, and to Cerano in May as somebody else."""
    kept, _ = take_in(founded, surname="Okafor", first_name="Maria", phone="3471234567")
    pathway = begin(founded, "cerano", surname="Okafòr", first_name="Maria Rosa", **{"phone": None, "email": "m@example.org", **other})
    merged = db.session.get_one(Case, (founded.id, pathway.case_id))
    assignment = db.session.scalars(select(Assignment).where(Assignment.case_id == merged.id)).one()
    assignment.assigned_on = date(2023, 4, 5)
    cm = founded.staff[founded.email("cm1.cerano")]
    told = {"service": "Orientamento specialistico", "mode": "in_person", "operator_id": cm}
    pathways.record_session(pathway=pathway, on_date=date(2023, 5, 5), starts=time(9), ends=time(10, 30), **told)
    return kept, merged


def furnished(founded: Founded) -> tuple[Case, Case]:
    """With rows of rooms above, of which a person has one or several."""
    kept, merged = two(founded)
    cm, desk = founded.staff[founded.email("cm1.cerano")], founded.desks["cerano"]
    for case, level in ((kept, "A1"), (merged, "B2")):
        db.session.add(LanguageSkill(person_id=case.person_id, language="en", level=level))
    db.session.add(LanguageSkill(person_id=merged.person_id, language="fr", level="C1"))
    db.session.add(Profile(person_id=merged.person_id, skills="Saldatura"))
    for case in (kept, merged):
        db.session.add(SensitiveRecord(person_id=case.person_id, disability=case is merged, health="Riservato"))
    db.session.add(SensitiveReading(person_id=merged.person_id, membership_id=cm, reason="Collocamento mirato"))
    db.session.add(
        Handover(case_id=merged.id, from_desk_id=desk, to_desk_id=desk, from_manager_id=None, to_manager_id=cm, on_date=ASSIGNED)
    )
    db.session.add(Note(case_id=merged.id, author_id=cm, body="Nota", on_date=ASSIGNED))
    db.session.commit()
    return kept, merged


def merge(kept: Case, merged: Case, *fields: str) -> Merge:
    done = unions.merge(kept=kept, merged=merged, fields=fields, reason="Stessa persona")
    db.session.commit()
    return done


def test_all_that_was_recorded_is_the_kept_ones(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = furnished(trecate)
        person_id, before = kept.person_id, figures()
        gone = merged.id, merged.person_id
        merge(kept, merged, "email", "first_name")
        assert figures() == before
        assert db.session.scalars(select(Case.id)).all() == [kept.id]
        person = db.session.scalars(select(Person)).one()
        assert (person.surname, person.first_name, person.phone, person.email) == ("Okafor", "Maria Rosa", "3471234567", "m@example.org")
        for model in (Assignment, Pathway, Session, Note, Handover):
            assert set(db.session.scalars(select(model.case_id))) == {kept.id}, model
        assert dict(db.session.execute(select(LanguageSkill.language, LanguageSkill.level)).all()) == {"en": "A1", "fr": "C1"}
        assert db.session.scalars(select(Profile)).one().person_id == person_id
        assert db.session.scalars(select(SensitiveRecord)).one().disability is False
        left = [name for name, row in everything().items() if {str(each) for each in gone} & {str(value) for value in row.values()}]
        assert left == []


def test_undone_every_row_is_as_it_was(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = furnished(trecate)
        before, counted = everything(), figures()
        done = merge(kept, merged, "email", "first_name", "surname")
        assert everything() != before
        unions.undo(merge=done)
        db.session.commit()
        assert everything() == before
        assert figures() == counted
        with pytest.raises(unions.AlreadyUndone):
            unions.undo(merge=done)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ours=st.lists(st.integers(0, 3), max_size=3),
    theirs=st.lists(st.integers(0, 3), max_size=3),
    fields=st.sets(st.sampled_from(["surname", "first_name", "phone", "email", "residence"])),
    ended=st.booleans(),
)
def test_no_figure_changes(trecate: Founded, ours: list[int], theirs: list[int], fields: set[str], ended: bool) -> None:
    """Whatever pathways, sessions and ends the two have: the sums are the same before, merged, and undone."""
    with at_work(trecate):
        cases = []
        for which, sessions in enumerate((ours, theirs)):
            case, assignment = take_in(trecate, ("trecate", "cerano")[which], surname="Rossi", born_on=date(1980, 1, 1))
            assignment.assigned_on = date(2023, 4, 1 + which)
            cases.append(case)
            for number, hours in enumerate(sessions):
                _pathway(trecate, case, which, number, hours, ended)
        db.session.commit()
        before, rows = figures(), everything()
        done = merge(*cases, *fields)
        assert figures() == before
        unions.undo(merge=done)
        db.session.commit()
        assert (figures(), everything()) == (before, rows)


_day = iter(range(10_000))


def _pathway(founded: Founded, case: Case, which: int, number: int, hours: int, ended: bool) -> None:
    desk = ("trecate", "cerano")[which]
    pathway = pathways.activate(pathway=open_pathway(founded, case, desk), on_date=date(2023, 4, 14))
    told = {"service": "Orientamento specialistico", "mode": "in_person", "operator_id": pathway.case_manager_id}
    for hour in range(hours):
        day = date.fromordinal(date(2023, 4, 20).toordinal() + next(_day) % 180)
        starts = 1 + which * 11 + number * 3 + hour
        pathways.record_session(pathway=pathway, on_date=day, starts=time(starts), ends=time(starts, 45), **told)
    if ended:
        pathways.conclude(pathway=pathway, on_date=date(2023, 12, 1), outcome="placed")


def test_the_same_day_twice_is_refused_and_nothing_half_done(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = two(trecate)
        db.session.scalars(select(Assignment).where(Assignment.case_id == merged.id)).one().assigned_on = ASSIGNED
        db.session.commit()
        ids, rows = (kept.id, merged.id), everything()
    admin = trecate.as_("admin")
    address = f"/{trecate.slug}/cases/{ids[0]}/merge?other={ids[1]}"
    assert "Assegnazione (Assegnato da un CPI, 04/04/2023)" in admin.get(address).text or "04/04/2023" in admin.get(address).text
    answer = admin.post(address, data={"once": str(uuid4()), "other_id": str(ids[1]), "email": "merged"})
    assert answer.status_code == 409
    assert "04/04/2023" in answer.text
    with at_work(trecate):
        assert everything() == rows


def test_two_sessions_at_once_are_refused(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = two(trecate)
        pathway = pathways.activate(pathway=open_pathway(trecate, kept, code="RA"), on_date=date(2023, 4, 14))
        told = {"service": "Ricerca attiva", "mode": "phone", "operator_id": pathway.case_manager_id}
        pathways.record_session(pathway=pathway, on_date=date(2023, 5, 5), starts=time(10), ends=time(11), **told)
        db.session.commit()
        rows = everything()
        with pytest.raises(unions.CannotMerge, match="05/05/2023 10:00–11:00"):
            merge(kept, merged)
        db.session.rollback()
        assert everything() == rows


def test_a_code_that_does_not_agree_is_refused(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = two(trecate, codice_fiscale="KFRMRA79R59L356K")
        with pytest.raises(unions.CodeDisagrees):
            merge(kept, merged, "codice_fiscale", "first_name")


def test_later_work_that_an_undo_would_lose_is_told(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = two(trecate)
        done = merge(kept, merged, "email")
        person = db.session.scalars(select(Person)).one()
        person.email = "altra@example.org"
        db.session.commit()
        with pytest.raises(unions.ChangedSince, match="E-mail"):
            unions.undo(merge=done)
        db.session.rollback()
        third, _ = take_in(trecate, surname="Terza")
        db.session.scalars(select(Assignment).where(Assignment.case_id == third.id)).one().assigned_on = date(2023, 4, 6)
        again = merge(third, db.session.get_one(Case, (trecate.id, kept.id)))
        db.session.refresh(done)
        with pytest.raises(unions.ChangedSince, match="poi unita"):
            unions.undo(merge=done)
        db.session.rollback()
        unions.undo(merge=again)
        db.session.scalars(select(Person).where(Person.id == done.kept_id)).one().email = "m@example.org"
        unions.undo(merge=done)
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(Case)) == 3


def test_what_was_recorded_since_goes_with_what_it_is_about(trecate: Founded) -> None:
    """A session of a pathway that had moved goes back with it; one of the kept person's stays."""
    with at_work(trecate):
        kept, merged = two(trecate)
        ids = kept.id, merged.id
        done = merge(kept, merged)
        pathway = db.session.scalars(select(Pathway)).one()
        told = {"service": "Orientamento specialistico", "mode": "phone", "operator_id": pathway.case_manager_id}
        pathways.record_session(pathway=pathway, on_date=date(2023, 6, 6), starts=time(9), ends=time(10), **told)
        db.session.commit()
        unions.undo(merge=done)
        db.session.commit()
        assert set(db.session.scalars(select(Session.case_id))) == {ids[1]}


def test_every_key_to_a_person_can_be_moved(owner: Any) -> None:
    """Rooms of later: a table that names people or cases gives the member the right to move its rows."""
    held = {walls.table: walls.grants["member"] for walls in isolation.audit(owner)}
    named = {reference.table.name for to in (merging.PEOPLE, merging.CASES) for reference in merging.references(to)}
    assert {table: held[table] for table in named if "U" not in held[table].upper()} == {}
    single = {reference.table.name for to in (merging.PEOPLE, merging.CASES) for reference in merging.references(to) if reference.only_one}
    assert {table: held[table] for table in single if "D" not in held[table]} == {}
    assert {"assignments", "handovers", "pathways", "sessions", "notes", "documents", "profiles", "sensitive_records"} <= named


@pytest.fixture
def ids(trecate: Founded) -> Iterator[tuple[UUID, UUID]]:
    with at_work(trecate):
        kept, merged = furnished(trecate)
        found = kept.id, merged.id
    yield found


def test_the_pages_from_search_to_undo(trecate: Founded, ids: tuple[UUID, UUID]) -> None:
    admin, address = trecate.as_("admin"), f"/{trecate.slug}/cases/{ids[0]}/merge"
    assert f"?other={ids[1]}" in admin.get(f"{address}?q=okafor").text
    page = admin.get(f"{address}?other={ids[1]}").text
    assert "Okafòr" in page
    assert "m@example.org" in page
    assert "Sensibil" not in page
    assert "Record" not in page
    answer = admin.post(
        f"{address}?other={ids[1]}", data={"once": str(uuid4()), "other_id": str(ids[1]), "email": "merged", "surname": "kept"}
    )
    assert answer.status_code == 303, answer.text
    done = admin.get(answer.location)
    assert done.status_code == 200
    assert admin.get(f"/{trecate.slug}/cases/{ids[1]}").status_code == 404
    assert answer.location in admin.get(f"/{trecate.slug}/cases/{ids[0]}").text
    told = admin.get(f"/{trecate.slug}/cases/{ids[0]}/history").text
    assert "Okafòr" in told
    assert "m@example.org" in told
    undone = admin.post(f"{answer.location}/undo")
    assert undone.status_code == 303
    assert admin.get(f"/{trecate.slug}/cases/{ids[1]}").status_code == 200


def test_programs_merge_and_undo(trecate: Founded, ids: tuple[UUID, UUID]) -> None:
    coordinator, address = trecate.as_("coordinator"), f"/api/v1/{trecate.slug}/cases/{ids[0]}/merge"
    answer = coordinator.post(address, json={"other_id": str(ids[1]), "email": "merged"})
    assert answer.status_code == 201, answer.text
    assert coordinator.get(answer.location).json == answer.json
    undone = coordinator.post(f"{answer.location}/undo", json={})
    assert (undone.status_code, bool((undone.json or {})["undone_on"])) == (200, True)
    assert coordinator.post(f"{answer.location}/undo", json={}).status_code == 409
    assert coordinator.post(address, json={"other_id": str(uuid4())}).status_code == 422


@pytest.mark.parametrize("who", ["cm1.trecate", "reader"])
def test_others_do_not_merge(trecate: Founded, ids: tuple[UUID, UUID], who: str) -> None:
    browser: FlaskClient = trecate.as_(who)
    assert browser.get(f"/{trecate.slug}/cases/{ids[0]}/merge?other={ids[1]}").status_code == 403
    assert browser.post(f"/{trecate.slug}/cases/{ids[0]}/merge?other={ids[1]}", data={}).status_code == 403
