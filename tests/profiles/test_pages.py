"""The SAP at the door: its one page, the long form, its lists; what each field was before."""

import json
import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from consortium.cases.models import Case, Person
from consortium.profiles import services
from consortium.profiles.kinds import KINDS
from consortium.profiles.models import DesiredOccupation, Education, LanguageSkill, Profile, WorkExperience
from consortium.web.listing.formats import today
from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.factories import Founded
from tests.forms import standing


@pytest.fixture
def case_id(trecate: Founded) -> UUID:
    with at_work(trecate):
        case, _ = take_in(trecate, surname="Okafor", citizenship="Ucraina", occupation="Disoccupato")
        db.session.commit()
        return case.id


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


def at(founded: Founded, case_id: UUID, page: str = "personal-data") -> str:
    return f"/{founded.slug}/cases/{case_id}/{page}"


def profile(**facts: str | list[str]) -> dict[str, str | list[str]]:
    """The long form, opened before anything was written in it."""
    opened = json.dumps({"occupation": "Disoccupato"})
    return {"once": str(uuid4()), "revision": "0", "opened": opened, "occupation": "Disoccupato", **facts}


def test_the_page_has_every_section_and_says_what_is_missing(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    page = cm.get(at(trecate, case_id)).text
    for kind in KINDS.values():
        assert f'id="{kind.name}"' in page
    for section in ("personal", "stay", "status", "availability", "skills"):
        assert f'id="{section}"' in page
    to_do = page.partition('class="to-do"')[2].partition("</nav>")[0]
    assert all(f"/{kind.address}/new" in to_do for kind in KINDS.values() if kind.asked)
    assert "/trainings/new" not in to_do


def test_the_long_form_is_saved_and_shown(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    sent = profile(occupation="NASpI", did_on="01/03/2024", licences=["B", "CE"], travel_km="30", shifts="true", permit_kind="familiari")
    answer = cm.post(at(trecate, case_id, "profile/edit"), data=sent)
    assert answer.status_code == 303, answer.text
    page = cm.get(answer.location.partition("#")[0]).text
    for words in ("Disoccupato, percettore di NASpI", "01/03/2024", "B (autovetture), CE (autocarri con rimorchio)", "Motivi familiari"):
        assert words in page
    with trecate.scope():
        assert db.session.scalars(select(Person.occupation)).one() == "NASpI"


@pytest.mark.parametrize(
    ("days", "told"),
    [(-1, 'state-danger">Scaduto<'), (0, "Scade oggi"), (1, "Scade fra 1 giorno"), (60, "Scade fra 60 giorni"), (61, None)],
)
def test_a_permit_that_expires_is_marked(trecate: Founded, cm: FlaskClient, case_id: UUID, days: int, told: str | None) -> None:
    sent = profile(permit_kind="familiari", permit_expires_on=(today() + timedelta(days=days)).isoformat())
    assert cm.post(at(trecate, case_id, "profile/edit"), data=sent).status_code == 303
    stay = cm.get(at(trecate, case_id)).text.partition('id="stay"')[2].partition("</section>")[0]
    assert (told in stay) if told else 'class="state' not in stay


def test_what_is_wrong_is_said_beside_its_field(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    sent = profile(did_on="01/03/2999", travel_km="-1", permit_kind="boh", licences=["Z"], other_phone="tre")
    page = cm.post(at(trecate, case_id, "profile/edit"), data=sent)
    assert page.status_code == 422
    for field in ("did_on", "travel_km", "permit_kind", "other_phone", "licences"):
        assert f'id="field-{field}-error"' in page.text, field


def test_the_second_of_two_sees_both_versions_and_saves_theirs(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    """The row was made meanwhile: what the second did not touch stays as the first wrote it."""
    there, second = at(trecate, case_id, "profile/edit"), trecate.as_("cm2.trecate")
    mine = standing(cm.get(there).text, travel_km="50", occupation="NASpI")
    theirs = standing(second.get(there).text, travel_km="30", skills="Saldatura", occupation="Studente", own_vehicle="true")
    assert second.post(there, data=theirs).status_code == 303
    answer = cm.post(there, data=mine)
    assert answer.status_code == 409
    told = answer.text.partition('class="conflict"')[2]
    for words in ("30", "Saldatura", "Cm2.Trecate", "<ins>50</ins>", "Disoccupato, percettore di NASpI", "Studente"):
        assert words in told, words
    for noise in ("Patenti", "turni", "occupation", "skills"):
        assert noise not in told.partition("<form")[0], noise
    assert "Okafor" in answer.text.partition('class="breadcrumb"')[2].partition("</ol>")[0]
    assert "<h1>Stato, disponibilità e competenze</h1>" in answer.text
    saved = cm.post(there, data=standing(answer.text))
    assert saved.status_code == 303, saved.text
    with trecate.scope():
        kept = db.session.scalars(select(Profile)).one()
        assert (kept.travel_km, kept.skills, kept.own_vehicle) == (50, "Saldatura", True)
        assert db.session.scalars(select(Person.occupation)).one() == "NASpI"


def test_a_box_that_is_not_ticked_says_no_in_a_conflict(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    there = at(trecate, case_id, "profile/edit")
    assert cm.post(there, data=profile(own_vehicle="true")).status_code == 303
    ticked = standing(cm.get(there).text, shifts="true")
    unticked = {name: values for name, values in standing(cm.get(there).text).items() if name != "own_vehicle"}
    assert cm.post(there, data=standing(cm.get(there).text, skills="Cucina")).status_code == 303
    for mine, now, then in ((ticked, "No", "Sì"), (unticked, "Sì", "No")):
        answer = cm.post(there, data={**mine, "once": str(uuid4())})
        assert answer.status_code == 409
        assert re.search(rf'<td role="cell">{now}</td>\s*<td role="cell"><ins>{then}</ins></td>', answer.text)


def test_a_third_save_while_one_chooses_is_told_too(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    there, second = at(trecate, case_id, "profile/edit"), trecate.as_("cm2.trecate")
    mine = standing(cm.get(there).text, travel_km="50")
    assert second.post(there, data=standing(second.get(there).text, travel_km="30")).status_code == 303
    chosen = standing(cm.post(there, data=mine).text)
    assert second.post(there, data=standing(second.get(there).text, skills="Saldatura")).status_code == 303
    again = cm.post(there, data=chosen)
    assert again.status_code == 409
    assert "Saldatura" in again.text
    assert cm.post(there, data=standing(again.text)).status_code == 303
    with trecate.scope():
        kept = db.session.scalars(select(Profile)).one()
        assert (kept.travel_km, kept.skills) == (50, "Saldatura")


def test_the_conflict_of_a_job_is_told_in_words(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    facts = {"role": "Operaio", "employer": "Rossi srl", "begins_on": "2020-01-01"}
    sent = standing(cm.get(at(trecate, case_id, "work-experiences/new")).text, occupation="72", **facts)
    assert cm.post(at(trecate, case_id, "work-experiences/new"), data=sent).status_code == 303
    with trecate.scope():
        there = f"/{trecate.slug}/work-experiences/{db.session.scalars(select(WorkExperience.id)).one()}/edit"
    mine = standing(cm.get(there).text, occupation="82", duties="Montaggio")
    assert cm.post(there, data=standing(cm.get(there).text, occupation="93", ends_on="2022-01-01")).status_code == 303
    answer = cm.post(there, data=mine)
    assert answer.status_code == 409
    told = answer.text.partition('class="conflict"')[2].partition("<form")[0]
    for words in ("metalmeccanici", "Personale non qualificato", "Assemblatori"):
        assert words in told, words
    assert not re.search(r">(72|82|93)<", told)
    assert cm.post(there, data=standing(answer.text)).status_code == 303
    with trecate.scope():
        row = db.session.scalars(select(WorkExperience)).one()
        assert (row.occupation, row.duties, str(row.ends_on)) == ("82", "Montaggio", "2022-01-01")


def test_a_status_changed_among_the_personal_data_is_not_overwritten_unseen(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    with trecate.scope():
        db.session.scalars(select(Person)).one().occupation = "Studente"
        db.session.commit()
    there = at(trecate, case_id, "profile/edit")
    refused = cm.post(there, data=profile(occupation="NASpI"))
    assert refused.status_code == 409
    assert re.search(r"Nel frattempo .+ ha scritto “Studente” \(\d\d/\d\d/\d{4} \d\d:\d\d\)", refused.text)
    assert cm.post(there, data=profile(travel_km="10")).status_code == 303
    with trecate.scope():
        assert db.session.scalars(select(Person.occupation)).one() == "Studente"


def test_a_row_is_added_changed_removed_and_brought_back(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    sent = {"once": str(uuid4()), "level": "Diploma", "title": "Ragioneria", "completed": "true"}
    assert cm.post(at(trecate, case_id, "educations/new"), data=sent).status_code == 303
    with trecate.scope():
        row_id = db.session.scalars(select(Education.id)).one()
    there = f"/{trecate.slug}/educations/{row_id}"
    changed = {"once": str(uuid4()), "revision": "1", "level": "Diploma", "title": "Perito chimico", "completed": "true"}
    assert cm.post(f"{there}/edit", data=changed).status_code == 303
    page = cm.get(at(trecate, case_id)).text
    assert "Perito chimico" in page
    story = page.partition('class="story"')[2].partition("</details>")[0]
    assert "<del>Ragioneria</del>" in story
    assert "Cm1.Trecate" in story
    gone = cm.post(f"{there}/remove")
    after = cm.get(gone.location.partition("#")[0]).text
    assert "Perito chimico" not in after
    assert cm.post(at(trecate, case_id, "educations/bring-back"), data={"row": str(row_id)}).status_code == 303
    with trecate.scope():
        back = db.session.scalars(select(Education)).one()
        assert (back.id, back.title, back.completed) == (row_id, "Perito chimico", True)
    assert cm.post(at(trecate, case_id, "educations/bring-back"), data={"row": str(row_id)}).status_code == 303


def test_a_row_removed_while_one_writes_in_it_is_put_back_with_what_was_written(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    with at_work(trecate):
        person_id = db.session.get_one(Case, (trecate.id, case_id)).person_id
        facts = {"employer": "Rossi srl", "role": "Operaio", "begins_on": date(2020, 1, 1)}
        row_id = services.add_item(kind=KINDS["work_experiences"], person_id=person_id, **facts).id
        db.session.commit()
    there = f"/{trecate.slug}/work-experiences/{row_id}"
    mine = standing(cm.get(f"{there}/edit").text, duties="Saldatura a filo")
    assert trecate.as_("cm2.trecate").post(f"{there}/remove").status_code == 303
    answer = cm.post(f"{there}/edit", data=mine)
    assert answer.status_code == 409
    assert "Cm2.Trecate" in answer.text and "Saldatura a filo" in answer.text and "Rimetti" in answer.text
    assert trecate.as_("cm1.cerano").post(f"{there}/edit", data=mine).status_code == 404
    wrong = cm.post(f"{there}/edit", data={**standing(answer.text), "begins_on": ["mai"], "put_back": ["true"]})
    assert "field-begins_on-error" in wrong.text and "Cm2.Trecate" in wrong.text
    back = cm.post(f"{there}/edit", data={**standing(answer.text), "put_back": ["true"]})
    assert back.status_code == 303
    with trecate.scope():
        row = db.session.scalars(select(WorkExperience)).one()
        assert (row.id, row.employer, row.duties) == (row_id, "Rossi srl", "Saldatura a filo")


def test_what_was_removed_stays_in_the_history(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    """With the words of its codes, and of this person alone."""
    with at_work(trecate):
        other, _ = take_in(trecate, surname="Greco")
        person_id = db.session.get_one(Case, (trecate.id, case_id)).person_id
        services.remove_item(row=services.add_item(kind=KINDS["desired_occupations"], person_id=person_id, occupation="2"))
        db.session.commit()
        theirs = other.id
    page = cm.get(at(trecate, case_id, "history")).text
    assert "Professione desiderata: eliminazione" in page
    assert "Professione desiderata" not in cm.get(at(trecate, theirs, "history")).text


def test_a_row_comes_back_to_its_own_person_only(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    with at_work(trecate):
        other, _ = take_in(trecate)
        row = services.add_item(kind=KINDS["trainings"], person_id=other.person_id, title="Saldatura", begins_on=None, hours=None)
        db.session.commit()
        row_id = row.id
        services.remove_item(row=row)
        db.session.commit()
    cm.post(at(trecate, case_id, "trainings/bring-back"), data={"row": str(row_id)})
    assert "Saldatura" not in cm.get(at(trecate, case_id)).text


def test_an_occupation_is_found_by_its_words(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    there = at(trecate, case_id, "desired-occupations/new")
    several = cm.post(there, data={"once": str(uuid4()), "occupation": "specialisti"})
    assert several.status_code == 422
    assert "21 · Specialisti in scienze e ingegneria" in several.text
    assert 'value="specialisti"' in several.text
    assert cm.post(there, data={"once": str(uuid4()), "occupation": "assemblatori", "experience": "0,5"}).status_code == 303
    with trecate.scope():
        assert [(row.occupation, row.experience) for row in db.session.scalars(select(DesiredOccupation))] == [("82", 0.5)]
    again = cm.post(there, data={"once": str(uuid4()), "occupation": "82"})
    assert again.status_code == 422
    assert "field-occupation-error" in again.text


def test_suggestions_come_as_options(trecate: Founded, cm: FlaskClient) -> None:
    page = cm.get(f"/{trecate.slug}/codes/occupations/suggestions?occupation=metalm").text
    assert 'value="72 · Operai metalmeccanici specializzati ed assimilati"' in page


def test_past_values_of_the_profile_are_told_with_who_and_when(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    there = at(trecate, case_id, "profile/edit")
    cm.post(there, data=profile(licences=["B"], occupation="Disoccupato"))
    cm.post(there, data=profile(licences=["B", "C"], occupation="NASpI", revision="1"))
    page = cm.get(at(trecate, case_id)).text
    assert "<del>B (autovetture)</del>" in page
    assert "<del>Disoccupato</del>" in page


def test_a_case_of_another_desk_is_not_there(trecate: Founded, case_id: UUID) -> None:
    stranger = trecate.as_("cm1.cerano")
    with at_work(trecate):
        person = db.session.scalars(select(Case.person_id)).one()
        row = services.add_item(kind=KINDS["language_skills"], person_id=person, language="de", level="B1")
        db.session.commit()
        row_id = row.id
    assert stranger.get(at(trecate, case_id, "profile/edit")).status_code == 404
    assert stranger.get(at(trecate, case_id, "educations/new")).status_code == 404
    assert stranger.post(f"/{trecate.slug}/language-skills/{row_id}/remove").status_code == 404
    with trecate.scope():
        assert db.session.scalars(select(LanguageSkill)).one()
