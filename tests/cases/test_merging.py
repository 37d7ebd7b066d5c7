"""Two records of one person become one, field by field, and two again: nothing lost, no figure changed."""

import re
from collections.abc import Iterator
from datetime import date, time
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, literal_column, select, update

from consortium.cases import merging, services, unions
from consortium.cases.models import Assignment, Case, Handover, Merge, Person
from consortium.identity.models import Membership
from consortium.journal.models import Note
from consortium.pathways import services as pathways
from consortium.pathways.models import Pathway, Session
from consortium.profiles.models import DesiredOccupation, Education, LanguageSkill, Profile
from consortium.reporting import queries as reporting
from consortium.reporting.schemas import Window
from consortium.sensitive.models import SensitiveReading, SensitiveRecord
from tenants import isolation
from tenants.database import Base, db
from tests.cases.people import ASSIGNED, at_work, begin, open_pathway, take_in
from tests.factories import Founded
from tests.forms import standing

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
        assert db.session.scalars(select(SensitiveRecord)).one().disability is True
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


def assignments() -> list[Assignment]:
    return list(db.session.scalars(select(Assignment)))


def twice_sent(founded: Founded) -> tuple[Case, Case]:
    """Sent by the job centre on one day, as two people: to Trecate, where he was reached; to Cerano, where he was taken in charge."""
    kept, ours = take_in(founded, taken_on=None, surname="Okafor")
    services.contact(assignment=ours, on_date=date(2023, 4, 11))
    merged, theirs = take_in(founded, "cerano", taken_on=None, surname="Okafòr")
    ours.gol_path = None
    services.contact(assignment=theirs, on_date=date(2023, 4, 13))
    services.take_in_charge(assignment=theirs, on_date=date(2023, 4, 14))
    db.session.commit()
    return kept, merged


def test_two_assignments_of_one_day_become_one(trecate: Founded) -> None:
    """The commonest duplicate: the further state, and the earliest of the days that lead to it."""
    with at_work(trecate):
        kept, merged = twice_sent(trecate)
        kept_id, before = kept.id, everything()
        done = merge(kept, merged)
        (one,) = assignments()
        assert (one.case_id, one.desk_id, one.assigned_on, one.gol_path) == (kept_id, trecate.desks["trecate"], ASSIGNED, 1)
        assert (one.state, one.contacted_on, one.taken_in_charge_on) == ("taken_in_charge", date(2023, 4, 11), date(2023, 4, 14))
        assert figures()[0] == 1
        unions.undo(merge=done)
        db.session.commit()
        assert everything() == before


def test_the_page_tells_of_an_assignment_that_becomes_one(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = twice_sent(trecate)
        ids = kept.id, merged.id
    admin, address = trecate.as_("admin"), f"/{trecate.slug}/cases/{ids[0]}/merge?other={ids[1]}"
    page = admin.get(address).text
    assert "Assegnazione (Assegnata da un centro per l&#39;impiego, 04/04/2023)" in page
    assert "conta una volta sola" in page
    assert "Non si possono ancora unire" not in page
    answer = admin.post(address, data={"once": str(uuid4()), "other_id": str(ids[1])})
    assert answer.status_code == 303, answer.text
    told = admin.get(answer.location).text
    assert "Assegnazione (Assegnata da un centro per l&#39;impiego, 04/04/2023)" in told
    assert "14/04/2023" in told


def test_an_assignment_that_went_on_since_keeps_an_undo_from_losing_it(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = twice_sent(trecate)
        done = merge(kept, merged)
        (one,) = assignments()
        one.taken_in_charge_on = date(2023, 4, 20)
        db.session.commit()
        with pytest.raises(unions.ChangedSince, match="Presa in carico il"):
            unions.undo(merge=done)


steps = st.tuples(
    st.none() | st.integers(0, 20),
    st.none() | st.tuples(st.sampled_from(["taken_in_charge", "returned"]), st.integers(0, 20)),
    st.none() | st.integers(1, 5),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=steps, theirs=steps)
def test_whatever_the_two_went_through_they_become_one_and_two_again(trecate: Founded, ours: Any, theirs: Any) -> None:
    with at_work(trecate):
        cases = [take_in(trecate, desk, taken_on=None) for desk in ("trecate", "cerano")]
        for (_case, assignment), (reached, ended, path) in zip(cases, (ours, theirs), strict=True):
            _go_through(assignment, reached, ended, path)
        db.session.commit()
        (kept, one), (merged, other) = cases
        key, rows = (trecate.id, one.id), everything()
        ends = {each.state for each in (one, other)}
        done = merge(kept, merged)
        left = db.session.get_one(Assignment, key)
        assert left.state in ends
        assert ("taken_in_charge" in ends) == (left.state == "taken_in_charge")
        unions.undo(merge=done)
        db.session.commit()
        assert everything() == rows


def _go_through(assignment: Assignment, reached: int | None, ended: tuple[str, int] | None, path: int | None) -> None:
    assignment.gol_path = path
    if reached is not None:
        services.contact(assignment=assignment, on_date=date.fromordinal(ASSIGNED.toordinal() + reached))
    if ended:
        on_date = date.fromordinal(ASSIGNED.toordinal() + ended[1] + (reached or 0))
        if ended[0] == "returned":
            services.return_assignment(assignment=assignment, on_date=on_date, reason="no_show")
        else:
            services.take_in_charge(assignment=assignment, on_date=on_date)


def described(founded: Founded) -> tuple[Case, Case]:
    """Two records of one person, each with a profile and with what only the entrusted see."""
    kept, merged = two(founded)
    ours = {"domicile": "Novara", "skills": "Cucina", "licences": ["B"], "working_time": "full", "travel_km": 0}
    theirs = {
        "permit_number": "I123",
        "skills": "Saldatura",
        "licences": ["B", "C"],
        "working_time": "full",
        "shifts": True,
        "travel_km": 30,
    }
    db.session.add(Profile(person_id=kept.person_id, **ours))
    db.session.add(Profile(person_id=merged.person_id, **theirs))
    db.session.add(SensitiveRecord(person_id=kept.person_id, disability=False, health="Riservato: schiena", protected_list="art1"))
    certified = {"disability": True, "percentage": 67, "certificate": "ASL Novara", "protected_list": "art18"}
    db.session.add(SensitiveRecord(person_id=merged.person_id, health="Riservato: cuore", **certified))
    db.session.commit()
    return kept, merged


def test_a_merge_fills_what_the_kept_profile_has_not(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = described(trecate)
        before = everything()
        done = unions.merge(kept=kept, merged=merged, fields=(), parts={"profiles": {"licences": "merged", "skills": "kept"}}, reason=None)
        db.session.commit()
        profile = db.session.scalars(select(Profile)).one()
        assert (profile.domicile, profile.permit_number, profile.shifts, profile.travel_km) == ("Novara", "I123", True, 0)
        assert (profile.skills, profile.licences) == ("Cucina", ["B", "C"])
        unions.undo(merge=done)
        db.session.commit()
        assert everything() == before


def test_a_profile_is_chosen_field_by_field_on_the_page(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = described(trecate)
        ids = kept.id, merged.id
    admin, address = trecate.as_("admin"), f"/{trecate.slug}/cases/{ids[0]}/merge?other={ids[1]}"
    page = admin.get(address).text
    for words in ("Saldatura", "Cucina", 'name="profiles.skills"', "I123", 'name="profiles.permit_number"'):
        assert words in page
    assert 'name="profiles.domicile"' not in page
    assert "iservat" not in page
    answer = admin.post(
        address, data={"once": str(uuid4()), "other_id": str(ids[1]), "profiles.skills": "merged", "profiles.permit_number": "kept"}
    )
    assert answer.status_code == 303, answer.text
    with at_work(trecate):
        profile = db.session.scalars(select(Profile)).one()
        assert (profile.skills, profile.permit_number, profile.licences) == ("Saldatura", None, ["B"])
    assert "Cucina" in admin.get(f"/{trecate.slug}/cases/{ids[0]}/history").text


def test_what_the_other_profile_held_stays_in_the_history(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = described(trecate)
        case_id = kept.id
        merge(kept, merged)
    told = trecate.as_("admin").get(f"/{trecate.slug}/cases/{case_id}/history").text
    assert "Saldatura" in told
    assert "iservat" not in told


def test_what_only_the_entrusted_see_is_never_dropped(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = described(trecate)
        before = everything()
        done = merge(kept, merged)
        record = db.session.scalars(select(SensitiveRecord)).one()
        assert (record.disability, record.percentage, record.certificate) == (True, 67, "ASL Novara")
        assert record.protected_list == "art1"
        assert "schiena" in (record.health or "")
        assert "cuore" in (record.health or "")
        unions.undo(merge=done)
        db.session.commit()
        assert everything() == before


def test_the_entrusted_are_told_of_what_the_other_record_held(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = described(trecate)
        case_id = kept.id
        merge(kept, merged)
        db.session.execute(update(Membership).where(Membership.email == trecate.email("cm1.trecate")).values(sensitive=True))
        db.session.commit()
    browser, address = trecate.as_("cm1.trecate"), f"/{trecate.slug}/cases/{case_id}/sensitive"
    browser.post(address, data={"reason": "Collocamento mirato, colloquio", "once": str(uuid4())})
    told = browser.get(address).text
    assert "art. 18" in told


def test_an_undo_says_nothing_of_what_only_the_entrusted_see(trecate: Founded) -> None:
    """What they wrote since stays; what the merge brought goes back."""
    with at_work(trecate):
        kept, merged = described(trecate)
        person_id = kept.person_id
        done = merge(kept, merged)
        db.session.scalars(select(SensitiveRecord)).one().health = "Riservato: guarita"
        db.session.commit()
        unions.undo(merge=done)
        db.session.commit()
        record = db.session.scalars(select(SensitiveRecord).where(SensitiveRecord.person_id == person_id)).one()
        assert (record.disability, record.percentage, record.health) == (False, None, "Riservato: guarita")


def test_who_follows_the_one_case_is_chosen(trecate: Founded) -> None:
    """Where nobody follows the one that stays, the other's case manager is proposed; taken back, each has its own."""
    admin, names = trecate.as_("admin"), {trecate.staff[trecate.email(who)]: who for who in ("cm1.trecate", "cm1.cerano")}
    with at_work(trecate):
        kept, merged = two(trecate)
        kept_id, merged_id = kept.id, merged.id
        kept.case_manager_id = None
        db.session.commit()
        before = everything()
    address = f"/{trecate.slug}/cases/{kept_id}/merge?other={merged_id}"
    page = admin.get(address).text
    assert re.search(r'name="follows" value="merged"[^>]*checked', page)
    answer = admin.post(address, data=standing(page))
    assert "Sportello: Cerano" in admin.get(answer.location).text
    assert trecate.as_("cm1.cerano").get(f"/{trecate.slug}/cases/{kept_id}").status_code == 200
    assert admin.post(f"{answer.location}/undo").status_code == 303
    with at_work(trecate):
        assert everything() == before
        db.session.get_one(Case, (trecate.id, kept_id)).case_manager_id = trecate.staff[trecate.email("cm1.trecate")]
        db.session.commit()
    page = admin.get(address).text
    assert re.search(r'name="follows" value="kept"[^>]*checked', page)
    assert "avvisa l'altro" in unescape(page).casefold()
    there = f"/api/v1/{trecate.slug}/cases/{kept_id}/merge"
    assert admin.post(there, json={"other_id": str(merged_id), "follows": "merged"}).status_code == 201
    with at_work(trecate):
        assert names[db.session.get_one(Case, (trecate.id, kept_id)).case_manager_id] == "cm1.cerano"


def test_programs_choose_of_the_profile_too(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = described(trecate)
        ids = kept.id, merged.id
    admin, address = trecate.as_("admin"), f"/api/v1/{trecate.slug}/cases/{ids[0]}/merge"
    for parts in ({"profiles": {"person_id": "merged"}}, {"sensitive_records": {"health": "kept"}}, {"people": {"email": "merged"}}):
        assert admin.post(address, json={"other_id": str(ids[1]), "parts": parts}).status_code == 422, parts
    answer = admin.post(address, json={"other_id": str(ids[1]), "parts": {"profiles": {"skills": "merged"}}})
    assert answer.status_code == 201, answer.text
    with at_work(trecate):
        profile = db.session.scalars(select(Profile)).one()
        assert (profile.skills, profile.permit_number) == ("Saldatura", "I123")


def spoken(founded: Founded) -> tuple[UUID, UUID, str]:
    """Two records that know the same languages and occupation, better or worse; the ids of the cases, and the part of Arabic."""
    with at_work(founded):
        kept, merged = two(founded)
        for case, level, certificate, years in ((kept, "A1", None, 2.0), (merged, "B1", "Attestato 2021", 5.5)):
            arabic = LanguageSkill(person_id=case.person_id, language="ar", level=level, certificate=certificate)
            db.session.add_all([arabic, DesiredOccupation(person_id=case.person_id, occupation="5.2.2.1.0", experience=years)])
        db.session.commit()
        return kept.id, merged.id, f"language_skills:{arabic.id}"


def known(founded: Founded) -> tuple[Any, ...]:
    with at_work(founded):
        (one,), (other,) = db.session.scalars(select(LanguageSkill)).all(), db.session.scalars(select(DesiredOccupation)).all()
        return one.level, one.certificate, other.experience


def test_of_a_language_in_both_records_it_is_chosen_which_is_right(trecate: Founded) -> None:
    kept_id, merged_id, part = spoken(trecate)
    with at_work(trecate):
        before = everything()
    admin, address = trecate.as_("admin"), f"/{trecate.slug}/cases/{kept_id}/merge?other={merged_id}"
    page = admin.get(address).text
    for words in ("Lingua (Arabo): Livello", f'name="{part}.level"', f'name="{part}.certificate"', "Anni di esperienza", ">2<", ">5,5<"):
        assert words in page, words
    answer = admin.post(address, data=standing(page, **{f"{part}.level": "merged", f"{part}.certificate": "merged"}))
    assert answer.status_code == 303, answer.text
    assert known(trecate) == ("B1", "Attestato 2021", 2)
    assert admin.post(f"{answer.location}/undo").status_code == 303
    with at_work(trecate):
        assert everything() == before


def test_programs_choose_of_a_language_by_the_name_that_the_preview_tells(trecate: Founded) -> None:
    kept_id, merged_id, part = spoken(trecate)
    admin, address = trecate.as_("admin"), f"/api/v1/{trecate.slug}/cases/{kept_id}/merge"
    told = admin.post(f"{address}/preview", json={"other_id": str(merged_id)}).json or {}
    names = [column["name"] for one in told["becoming_one"] if one["is_offered"] for column in one["columns"]]
    assert f"{part}.level" in names
    of_nobody = f"language_skills:{uuid4()}"
    for parts in ({"language_skills": {"level": "merged"}}, {of_nobody: {"level": "merged"}}, {part: {"language": "kept"}}):
        assert admin.post(address, json={"other_id": str(merged_id), "parts": parts}).status_code == 422, parts
    answer = admin.post(address, json={"other_id": str(merged_id), "parts": {part: {"level": "merged"}}})
    assert answer.status_code == 201, answer.text
    assert known(trecate) == ("B1", "Attestato 2021", 2), "a certificate goes with its level"


def test_the_same_fact_told_twice_is_one(trecate: Founded) -> None:
    with at_work(trecate):
        kept, merged = two(trecate)
        ids = kept.id, merged.id
        for case in (kept, merged):
            db.session.add(Education(person_id=case.person_id, level="30", title="Licenza media", institution="Verdi", year=2009))
        db.session.add(Education(person_id=merged.person_id, level="30", title="Licenza media", institution="Verdi", year=2010))
        db.session.commit()
        before = everything()
    page = trecate.as_("admin").get(f"/{trecate.slug}/cases/{ids[0]}/merge?other={ids[1]}").text
    assert re.search(r"Titolo di studio \(.*Licenza media.*2009", page)
    assert "2010" not in page, "it moves"
    with at_work(trecate):
        done = merge(*(db.session.get_one(Case, (trecate.id, each)) for each in ids))
        assert sorted(db.session.scalars(select(Education.year))) == [2009, 2010]
        unions.undo(merge=done)
        db.session.commit()
        assert everything() == before


def test_an_assignment_that_still_waits_is_told_before_a_merge(trecate: Founded) -> None:
    """Another one of whom is taken in charge there: it goes on waiting among the work of its desk."""
    with at_work(trecate):
        (kept, waiting), (merged, _taken) = take_in(trecate, taken_on=None), take_in(trecate, "cerano")
        ids, waiting_id = (kept.id, merged.id), waiting.id
        waiting.assigned_on = date(2023, 4, 3)
        db.session.commit()
    admin = trecate.as_("admin")
    for ours, theirs in (ids, ids[::-1]):
        page = admin.get(f"/{trecate.slug}/cases/{ours}/merge?other={theirs}").text
        assert "L&#39;assegnazione del 03/04/2023 allo sportello di Trecate" in page
    with at_work(trecate):
        db.session.get_one(Assignment, (trecate.id, waiting_id)).assigned_on = ASSIGNED
        db.session.commit()
    assert "assegnazione del" not in admin.get(f"/{trecate.slug}/cases/{ids[0]}/merge?other={ids[1]}").text, "they become one"


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
    assert admin.get(f"/{trecate.slug}/cases/{ids[1]}").status_code == 302
    assert answer.location in admin.get(f"/{trecate.slug}/cases/{ids[0]}").text
    told = admin.get(f"/{trecate.slug}/cases/{ids[0]}/history").text
    assert "Okafòr" in told
    assert "m@example.org" in told
    undone = admin.post(f"{answer.location}/undo")
    assert undone.status_code == 303
    assert admin.get(f"/{trecate.slug}/cases/{ids[1]}").status_code == 200
    by_whom = admin.get(answer.location).text.partition('class="timeline"')[2]
    assert by_whom.count("Admin") == 2, "who made them one, and who two again"


def test_what_was_being_written_of_a_case_that_is_gone_stays_on_the_page(trecate: Founded, ids: tuple[UUID, UUID]) -> None:
    """Merged, or gone to another desk: nothing is saved, nothing is lost."""
    cm, address, written = trecate.as_("cm1.cerano"), f"/{trecate.slug}/cases/{ids[1]}/notes", {"body": "Ha trovato lavoro", "on_date": ""}
    with at_work(trecate):
        merge(*(db.session.get_one(Case, (trecate.id, each)) for each in ids), "email")
        number = db.session.scalars(select(Case.number).where(Case.id == ids[0])).one()
        db.session.commit()
    merged = trecate.as_("coordinator").post(address, data={**written, "once": str(uuid4())})
    assert (merged.status_code, f"Ora è il fascicolo {number}" in merged.text, "Ha trovato lavoro" in merged.text) == (404, True, True)
    assert 'name="once"' not in merged.text.partition("<main")[2]
    gone = cm.post(address, data={**written, "once": str(uuid4())})
    assert (gone.status_code, number in gone.text, "Ha trovato lavoro" in gone.text) == (404, False, True)


def test_an_undo_that_cannot_be_says_why_on_the_page_of_the_merge(trecate: Founded, ids: tuple[UUID, UUID]) -> None:
    admin = trecate.as_("admin")
    with at_work(trecate):
        done = merge(*(db.session.get_one(Case, (trecate.id, each)) for each in ids), "email")
        page, person = f"/{trecate.slug}/merges/{done.id}", db.session.scalars(select(Person)).one()
        person.email, email = "altra@example.org", person.email
        db.session.commit()
    refused = admin.post(f"{page}/undo")
    assert (refused.status_code, refused.location) == (303, page)
    told = admin.get(page).text
    for words in ("sono stati modificati dopo: E-mail", "Correggi i dati a mano", f"/cases/{ids[0]}", f'action="{page}/undo"'):
        assert words in told, words
    with at_work(trecate):
        db.session.scalars(select(Person)).one().email = email
        db.session.commit()
    assert admin.post(f"{page}/undo").location == page
    assert "Sono di nuovo due" in admin.get(page).text
    assert admin.post(f"{page}/undo").location == page
    again = admin.get(page).text
    assert "Questa unione è già stata annullata" in again
    assert "Non resta niente da fare" in again
    assert f"/cases/{ids[1]}" in again


def test_programs_merge_and_undo(trecate: Founded, ids: tuple[UUID, UUID]) -> None:
    coordinator, address = trecate.as_("coordinator"), f"/api/v1/{trecate.slug}/cases/{ids[0]}/merge"
    answer = coordinator.post(address, json={"other_id": str(ids[1]), "email": "merged"})
    assert answer.status_code == 201, answer.text
    assert coordinator.get(answer.location).json == answer.json
    undone = coordinator.post(f"{answer.location}/undo", json={})
    assert (undone.status_code, bool((undone.json or {})["undone_on"])) == (200, True)
    assert coordinator.post(f"{answer.location}/undo", json={}).status_code == 409
    assert coordinator.post(address, json={"other_id": str(uuid4())}).status_code == 422


def test_of_what_programs_say_nothing_the_kept_one_takes_what_it_has_not(trecate: Founded) -> None:
    """As on the page; what is said to be of the kept one stays empty."""
    facts = {"codice_fiscale": "KFRMRA79R59Z138M", "birthplace": "Ucraina", "phone": "3384445556", "email": "m@example.org"}
    with at_work(trecate):
        kept, _ = take_in(trecate, surname="Okafor", birthplace="Ucraina")
        merged, _ = take_in(trecate, "cerano", surname="Okafor", **facts)
        db.session.commit()
        kept_id, merged_id = kept.id, merged.id
    admin, address = trecate.as_("admin"), f"/api/v1/{trecate.slug}/cases/{kept_id}"
    for said, email in (({"email": "kept"}, None), ({}, facts["email"])):
        done = admin.post(f"{address}/merge", json={"other_id": str(merged_id), **said})
        assert done.status_code == 201, done.text
        person = (admin.get(address).json or {})["person"]
        assert {name: person[name] for name in facts} == {**facts, "email": email}
        assert admin.post(f"{done.location}/undo", json={}).status_code == 200
        assert (admin.get(address).json or {})["person"]["codice_fiscale"] is None


@pytest.mark.parametrize("who", ["cm1.trecate", "reader"])
def test_others_do_not_merge(trecate: Founded, ids: tuple[UUID, UUID], who: str) -> None:
    browser: FlaskClient = trecate.as_(who)
    assert browser.get(f"/{trecate.slug}/cases/{ids[0]}/merge?other={ids[1]}").status_code == 403
    assert browser.post(f"/{trecate.slug}/cases/{ids[0]}/merge?other={ids[1]}", data={}).status_code == 403
