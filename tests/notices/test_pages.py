"""The privacy notice at the door: versions that stay as they are, who has seen which, mistakes taken out, two people made one."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from consortium.cases import unions
from consortium.cases.models import Case, Merge
from consortium.notices.models import Acknowledgement, How, Notice
from consortium.web.listing.formats import day, today
from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.factories import Founded
from tests.forms import standing
from tests.states import AcknowledgementFactory, CaseFactory, NoticeFactory

TOMORROW = today() + timedelta(days=1)
TEXT = "Titolare è il Comune.\r\nScriva a noi.\r\n\r\n\r\nI suoi diritti."


@pytest.fixture
def admin(trecate: Founded) -> FlaskClient:
    return trecate.as_("admin")


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


@pytest.fixture
def case_id(trecate: Founded) -> UUID:
    with at_work(trecate):
        case, _ = take_in(trecate)
        db.session.commit()
        return case.id


def written(founded: Founded, *first_days: date) -> list[UUID]:
    """Versions in force from these days."""
    with at_work(founded):
        made = [NoticeFactory(in_force_from=each).id for each in first_days]
        db.session.commit()
    return made


def sent(**facts: Any) -> dict[str, Any]:
    return {"once": str(uuid4()), **facts}


def rows(founded: Founded, model: Any) -> list[Any]:
    with founded.scope():
        return list(db.session.scalars(select(model).order_by(model.id)))


def test_the_first_version_is_offered_written_once_and_read(trecate: Founded, admin: FlaskClient) -> None:
    there = f"/{trecate.slug}/notices"
    empty = admin.get(there).text
    assert "Qui ci sono le versioni dell&#39;informativa" in empty
    assert f'href="{there}/new"' in empty
    data = sent(title="Informativa", body=TEXT, in_force_from=today().isoformat())
    pages = [admin.post(f"{there}/new", data=data) for _ in range(2)]
    assert [page.status_code for page in pages] == [303, 303]
    (made,) = rows(trecate, Notice)
    assert made.number == 1
    page = admin.get(pages[0].location).text
    assert f"Versione 1 del {day(today())}" in page
    assert [" ".join(part.split()) for part in re.findall(r"<p>([^<]*)</p>", page.split('class="prose"')[1])][:2] == [
        "Titolare è il Comune. Scriva a noi.",
        "I suoi diritti.",
    ]
    assert "Firma per presa visione" in page
    assert "Consorzio" in page.split('class="print-header"')[1].split("</div>")[0]


def test_versions_follow_one_another(trecate: Founded, admin: FlaskClient) -> None:
    written(trecate, date(2026, 3, 1))
    address = f"/{trecate.slug}/notices/new"
    refused = admin.post(address, data=sent(title="Due", body="Testo", in_force_from="2026-03-01"))
    assert refused.status_code == 422
    assert "La versione 1 è in vigore dal 01/03/2026. Scrivi un giorno successivo." in refused.text
    assert admin.post(address, data=sent(title="Due", body="Testo", in_force_from="2026-03-02")).status_code == 303
    assert [each.number for each in rows(trecate, Notice)] == [1, 2]
    listed = admin.get(f"/{trecate.slug}/notices").text
    assert listed.index("Non più in vigore") > listed.index("In vigore")


def test_a_version_to_come_is_changed_moved_and_removed(trecate: Founded, admin: FlaskClient) -> None:
    _, coming, later = written(trecate, date(2026, 3, 1), TOMORROW, TOMORROW + timedelta(days=9))
    there = f"/{trecate.slug}/notices/{coming}"
    form = standing(admin.get(f"{there}/edit").text, title="Corretta", in_force_from=(TOMORROW + timedelta(days=1)).isoformat())
    assert admin.post(f"{there}/edit", data=form).location == there
    assert "Corretta" in admin.get(there).text
    behind = admin.post(f"{there}/edit", data={**form, "once": str(uuid4())})
    assert behind.status_code == 409
    crossing = standing(admin.get(f"{there}/edit").text, in_force_from=(TOMORROW + timedelta(days=20)).isoformat())
    assert "Scrivi un giorno precedente" in admin.post(f"{there}/edit", data=crossing).text
    assert "Togliere la versione 3?" in admin.get(f"/{trecate.slug}/notices/{later}/remove").text
    assert admin.post(f"/{trecate.slug}/notices/{later}/remove?revision=9").location == f"/{trecate.slug}/notices/{later}"
    assert admin.post(f"/{trecate.slug}/notices/{later}/remove?revision=1").location == f"/{trecate.slug}/notices"
    assert [each.number for each in rows(trecate, Notice)] == [1, 2]


@pytest.mark.parametrize("first", [date(2026, 3, 1), today()])
def test_a_version_in_force_stays_as_it_is(trecate: Founded, admin: FlaskClient, first: date) -> None:
    (notice_id,) = written(trecate, first)
    there = f"/{trecate.slug}/notices/{notice_id}"
    data = sent(title="Altra", body="Altro", in_force_from=TOMORROW.isoformat(), revision=1)
    answers = [admin.get(f"{there}/edit"), admin.post(f"{there}/edit", data=data), admin.post(f"{there}/remove?revision=1")]
    assert [answer.status_code for answer in answers] == [409] * 3
    for answer in answers:
        assert f"La versione 1 è in vigore dal {day(first)}" in answer.text
        assert "Scrivi una nuova versione" in answer.text
    page = admin.get(there).text
    assert "/edit" not in page
    assert "/remove" not in page
    assert rows(trecate, Notice)[0].title != "Altra"


def test_a_version_that_came_into_force_while_it_was_edited_stays_too(trecate: Founded, admin: FlaskClient) -> None:
    (notice_id,) = written(trecate, TOMORROW)
    address = f"/{trecate.slug}/notices/{notice_id}/edit"
    form = standing(admin.get(address).text, title="Tardi")
    with at_work(trecate):
        db.session.get_one(Notice, (trecate.id, notice_id)).in_force_from = today()
        db.session.commit()
    assert admin.post(address, data=form).status_code == 409
    assert rows(trecate, Notice)[0].title != "Tardi"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"title": " "}, "Compila questo campo"),
        ({"body": ""}, "Compila questo campo"),
        ({"in_force_from": "31/02/2026"}, "Questo non è un giorno"),
        ({"title": "x" * 201}, "troppo lungo"),
    ],
)
def test_what_is_wrong_is_told_and_kept(trecate: Founded, admin: FlaskClient, wrong: dict[str, str], told: str) -> None:
    data = sent(**{"title": "Informativa", "body": "Un testo scritto", "in_force_from": "2026-03-01", **wrong})
    answer = admin.post(f"/{trecate.slug}/notices/new", data=data)
    assert answer.status_code == 422
    assert told in answer.text
    assert "body" in wrong or "Un testo scritto" in answer.text


def test_without_a_notice_in_force_cases_say_nothing_of_it(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    written(trecate, TOMORROW)
    case = f"/{trecate.slug}/cases/{case_id}"
    for page in (case, f"{case}/personal-data", f"/{trecate.slug}/cases"):
        assert "Informativa privacy" not in cm.get(page).text, page
    assert "Non c'è un'informativa privacy in vigore" in cm.get(f"{case}/acknowledgements").text
    answer = cm.post(f"{case}/acknowledgements", data=sent(on_date=today().isoformat(), how="signed"))
    assert (answer.status_code, "La scrive un amministratore" in answer.text) == (409, True)
    assert cm.get(f"/{trecate.slug}/acknowledgements?state=to_do&format=csv").text.count("\n") == 1


def test_it_is_recorded_from_the_overview_by_one_click(trecate: Founded, cm: FlaskClient, case_id: UUID) -> None:
    written(trecate, date(2026, 3, 1))
    case = f"/{trecate.slug}/cases/{case_id}"
    overview = cm.get(case).text
    part = overview[overview.index('id="privacy-notice"') :].split("</section>")[0]
    assert "Manca ancora" in part
    assert f'href="{case}/acknowledgements"' in cm.get(f"{case}/personal-data").text.split('class="to-do"')[1].split("</nav>")[0]
    form = standing(part)
    answers = [cm.post(f"{case}/acknowledgements", data=form) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, case)] * 2
    (made,) = rows(trecate, Acknowledgement)
    assert (made.on_date, made.how, made.recorded_by_id) == (today(), How.SIGNED, trecate.staff[trecate.email("cm1.trecate")])
    assert 'id="privacy-notice"' not in cm.get(case).text
    sap = cm.get(f"{case}/personal-data").text
    assert f"Versione 1 del 01/03/2026, presa visione il {day(today())}." in sap
    assert "/acknowledgements" not in (sap.split('class="to-do"')[1].split("</nav>")[0] if 'class="to-do"' in sap else "")
    page = cm.get(f"{case}/acknowledgements").text
    assert "Firmata su carta" in page
    assert "Cm1.Trecate" in page
    again = cm.post(f"{case}/acknowledgements", data={**form, "once": str(uuid4())})
    assert (again.status_code, "ha già preso visione" in again.text) == (409, True)
    assert len(rows(trecate, Acknowledgement)) == 1


def test_a_newer_version_is_told_and_the_earlier_ones_stay(trecate: Founded, cm: FlaskClient) -> None:
    first, second = written(trecate, date(2026, 3, 1), date(2026, 9, 1))
    with at_work(trecate):
        case = CaseFactory(at=trecate)
        AcknowledgementFactory(at=trecate, case=case, notice=db.session.get_one(Notice, (trecate.id, first)), on_date=date(2026, 3, 5))
        db.session.commit()
        there = f"/{trecate.slug}/cases/{case.id}"
    told = "Versione 1 del 01/03/2026, presa visione il 05/03/2026: c&#39;è una versione nuova."
    assert told in cm.get(there).text
    page = cm.get(f"{there}/acknowledgements").text
    assert told in page
    form = standing(page)
    assert form["notice_id"] == [str(second)]
    assert cm.post(f"{there}/acknowledgements", data=form).status_code == 303
    page = cm.get(f"{there}/acknowledgements").text
    assert page.index(f"/notices/{second}") < page.index(f"/notices/{first}")
    assert 'name="on_date"' not in page


@pytest.mark.parametrize(
    ("facts", "status", "told"),
    [
        ({"on_date": TOMORROW.isoformat()}, 422, "Questo giorno non è ancora arrivato"),
        ({"on_date": "2026-02-28"}, 422, "La versione 1 è in vigore dal 01/03/2026"),
        ({"on_date": "mai"}, 422, "Questo non è un giorno"),
        ({"how": "by-magic"}, 422, "Scegli una delle risposte"),
        ({"notice_id": str(uuid4())}, 422, "Scegli una delle risposte"),
    ],
)
def test_what_cannot_have_been_is_refused(
    trecate: Founded, cm: FlaskClient, case_id: UUID, facts: dict[str, str], status: int, told: str
) -> None:
    written(trecate, date(2026, 3, 1), TOMORROW)
    data = sent(**{"on_date": "2026-03-01", "how": "read", **facts})
    answer = cm.post(f"/{trecate.slug}/cases/{case_id}/acknowledgements", data=data)
    assert (answer.status_code, told in answer.text) == (status, True)
    assert rows(trecate, Acknowledgement) == []


def test_a_mistake_is_removed_after_a_question_and_stays_in_the_history(trecate: Founded, cm: FlaskClient) -> None:
    written(trecate, date(2026, 3, 1))
    with at_work(trecate):
        case = CaseFactory(at=trecate)
        made = AcknowledgementFactory(at=trecate, case=case, on_date=date(2026, 3, 5))
        db.session.commit()
        there, mistake = f"/{trecate.slug}/cases/{case.id}", f"/{trecate.slug}/acknowledgements/{made.id}/remove"
    assert "La presa visione della versione 1, il 05/03/2026, è stata registrata per errore" in cm.get(mistake).text
    assert trecate.as_("cm1.cerano").post(mistake, data={}).status_code == 404
    assert trecate.as_("reader").post(mistake, data={}).status_code == 403
    assert cm.post(mistake, data={}).location == f"{there}/acknowledgements"
    assert cm.post(mistake, data={}).status_code == 404
    assert rows(trecate, Acknowledgement) == []
    for page in (f"{there}/acknowledgements", f"{there}/history"):
        text = cm.get(page).text
        assert "Presa visione dell&#39;informativa privacy: eliminazione" in text, page
        assert "Versione 1" in text, page
        assert "05/03/2026" in text, page


def test_who_has_and_who_has_not_is_a_list(trecate: Founded, cm: FlaskClient, admin: FlaskClient) -> None:
    first, _second = written(trecate, date(2026, 3, 1), date(2026, 9, 1))
    with at_work(trecate):
        _nothing, earlier, done, elsewhere = (
            CaseFactory(at=trecate, desk=desk, person__surname=name)
            for name, desk in (("Niente", "trecate"), ("Prima", "trecate"), ("Adesso", "trecate"), ("Altrove", "cerano"))
        )
        AcknowledgementFactory(at=trecate, case=earlier, notice=db.session.get_one(Notice, (trecate.id, first)))
        for case in (done, elsewhere):
            AcknowledgementFactory(at=trecate, case=case, on_date=date(2026, 9, 2))
        db.session.commit()
    address = f"/{trecate.slug}/acknowledgements"
    assert f'href="{address}"' in cm.get(f"/{trecate.slug}/cases").text

    assert {name for name in ("Niente", "Prima", "Adesso") if name in cm.get(address, follow_redirects=True).text} == {"Niente", "Prima"}

    def names(client: FlaskClient, state: str) -> set[str]:
        sheet = client.get(f"{address}?state={state}&format=csv").text
        return {name for name in ("Niente", "Prima", "Adesso", "Altrove") if name in sheet}

    told = {state: names(cm, state) for state in ("to_do", "missing", "earlier", "acknowledged")}
    assert told == {"to_do": {"Niente", "Prima"}, "missing": {"Niente"}, "earlier": {"Prima"}, "acknowledged": {"Adesso"}}
    assert names(admin, "acknowledged") == {"Adesso", "Altrove"}
    versions = admin.get(f"/{trecate.slug}/notices?format=csv").text.splitlines()
    assert [line.split(";")[-1] for line in versions[1:]] == ["2", "1"]


def test_two_people_made_one_keep_what_they_have_seen(trecate: Founded, cm: FlaskClient) -> None:
    """What both have seen was seen on the earlier day; undone, each has their own again."""
    first, second = written(trecate, date(2026, 3, 1), date(2026, 9, 1))
    with at_work(trecate):
        kept, merged = (CaseFactory(at=trecate) for _ in range(2))
        versions = {each: db.session.get_one(Notice, (trecate.id, each)) for each in (first, second)}
        AcknowledgementFactory(at=trecate, case=kept, notice=versions[second], on_date=date(2026, 9, 20))
        AcknowledgementFactory(at=trecate, case=merged, notice=versions[second], on_date=date(2026, 9, 10), how=How.READ)
        AcknowledgementFactory(at=trecate, case=merged, notice=versions[first], on_date=date(2026, 3, 5))
        db.session.commit()
        before, person_id = seen(), kept.person_id
        done = unions.merge(kept=kept, merged=merged, fields=(), reason="La stessa persona")
        db.session.commit()
        assert seen() == {(person_id, 1, date(2026, 3, 5), How.SIGNED), (person_id, 2, date(2026, 9, 10), How.READ)}
        case_id, merge_id = db.session.scalars(select(Case.id)).one(), done.id
    history = cm.get(f"/{trecate.slug}/cases/{case_id}/acknowledgements").text
    assert "20/09/2026" in history
    with at_work(trecate):
        unions.undo(merge=db.session.get_one(Merge, (trecate.id, merge_id)))
        db.session.commit()
        assert seen() == before


def seen() -> set[tuple[UUID, int, date, str]]:
    joined = select(Acknowledgement.person_id, Notice.number, Acknowledgement.on_date, Acknowledgement.how).join(
        Notice, Notice.id == Acknowledgement.notice_id
    )
    return {tuple(row) for row in db.session.execute(joined)}


@pytest.mark.parametrize(
    ("who", "statuses"),
    [("admin", (200, 200, 200)), ("coordinator", (200, 403, 200)), ("cm1.trecate", (200, 403, 200)), ("reader", (403, 403, 403))],
)
def test_who_may(trecate: Founded, case_id: UUID, who: str, statuses: tuple[int, int, int]) -> None:
    written(trecate, date(2026, 3, 1))
    browser, root = trecate.as_(who), f"/{trecate.slug}"
    found = [browser.get(f"{root}/{page}").status_code for page in ("notices", "notices/new", f"cases/{case_id}/acknowledgements")]
    assert tuple(found) == statuses
    assert (f'href="{root}/notices"' in browser.get(f"{root}/desks").text) == (who == "admin")
