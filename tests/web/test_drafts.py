"""Drafts of long forms: saved by the page's script, offered when the form is opened again, their author's alone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from consortium.web.drafts import DAYS, LONGEST, MOST
from consortium.web.models import Draft
from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.factories import Founded
from tests.forms import standing


@pytest.fixture
def form(trecate: Founded) -> str:
    """The address of a long form."""
    with at_work(trecate):
        case, _ = take_in(trecate)
        db.session.commit()
        return f"/{trecate.slug}/cases/{case.id}/profile/edit"


@pytest.fixture
def cm(trecate: Founded) -> FlaskClient:
    return trecate.as_("cm1.trecate")


def keep(browser: FlaskClient, founded: Founded, form: str, **values: Any) -> Any:
    return browser.post(f"/{founded.slug}/drafts", json={"form": form, "values": values})


def offered(browser: FlaskClient, form: str) -> str | None:
    """The draft that a form offers to go on with."""
    found = re.search(r'href="\?draft=([0-9a-f-]{36})"', browser.get(form).text)
    return found and found[1]


def resume(browser: FlaskClient, form: str) -> str:
    return browser.get(f"{form}?draft={offered(browser, form)}").text


def kept(founded: Founded) -> int:
    with founded.scope():
        return len(db.session.scalars(select(Draft)).all())


def test_a_draft_is_saved_and_offered(trecate: Founded, cm: FlaskClient, form: str) -> None:
    saved = keep(cm, trecate, form, skills="Saldatura", licences=["B", "C"], revision="0")
    assert saved.status_code == 200
    assert saved.json["words"].startswith("Bozza salvata alle ")
    page = cm.get(form).text
    assert "?draft=" in page
    assert "Saldatura" not in page
    resumed = resume(cm, form)
    assert "Saldatura" in resumed
    assert resumed.count('" checked') == 2


def test_a_box_that_was_unticked_stays_so(trecate: Founded, cm: FlaskClient, form: str) -> None:
    cm.post(form, data={"once": str(uuid4()), "revision": "0", "shifts": "true"})
    keep(cm, trecate, form, skills="Saldatura", revision="1")
    assert '" checked' not in resume(cm, form)


def test_it_goes_when_the_form_is_saved_and_does_not_come_back(trecate: Founded, cm: FlaskClient, form: str) -> None:
    once = str(uuid4())
    keep(cm, trecate, form, skills="Saldatura", once=once)
    assert kept(trecate) == 1
    assert cm.post(form, data={"once": once, "revision": "0", "skills": "Saldatura"}).status_code == 303
    assert kept(trecate) == 0
    late = keep(cm, trecate, form, skills="Salda", once=once)
    assert (late.status_code, late.json["words"]) == (200, "")
    assert kept(trecate) == 0


def test_two_windows_have_a_draft_each(trecate: Founded, cm: FlaskClient) -> None:
    """Somebody new in each: taking one in leaves the other's draft, which is offered then."""
    form, first, second = f"/{trecate.slug}/cases/new", str(uuid4()), str(uuid4())
    cm.get(f"/{trecate.slug}/search?q=Alfa")
    keep(cm, trecate, form, surname="Alfa", once=first)
    keep(cm, trecate, form, surname="Beta", once=second)
    assert kept(trecate) == 2
    assert 'value="Beta"' in resume(cm, form)
    assert cm.post(form, data=taking_in(trecate, surname="Beta", once=second)).status_code == 303
    cm.get(f"/{trecate.slug}/search?q=Alfa")
    assert 'value="Alfa"' in resume(cm, form)


def test_a_draft_that_was_gone_on_with_goes_with_the_form(trecate: Founded, cm: FlaskClient) -> None:
    form = f"/{trecate.slug}/cases/new"
    cm.get(f"/{trecate.slug}/search?q=Alfa")
    keep(cm, trecate, form, surname="Alfa", once=str(uuid4()))
    draft = offered(cm, form)
    assert f'name="draft" value="{draft}"' in resume(cm, form)
    once = str(uuid4())
    keep(cm, trecate, form, surname="Alfano", once=once, draft=draft)
    assert kept(trecate) == 1
    assert cm.post(form, data=taking_in(trecate, surname="Alfano", once=once, draft=draft)).status_code == 303
    assert kept(trecate) == 0
    keep(cm, trecate, form, surname="Alfieri", once=str(uuid4()))
    cm.get(f"/{trecate.slug}/search?q=Alfa")
    assert cm.post(form, data=taking_in(trecate, surname="Alfieri", draft=offered(cm, form))).status_code == 303
    assert kept(trecate) == 0


def test_of_one_form_the_last_ones_are_kept(trecate: Founded, cm: FlaskClient) -> None:
    for number in range(MOST + 3):
        keep(cm, trecate, f"/{trecate.slug}/cases/new", surname=f"Rossi{number}", once=str(uuid4()))
    assert kept(trecate) == MOST


def taking_in(founded: Founded, **other: Any) -> dict[str, str]:
    """A new person's form as it is sent."""
    who = {"first_name": "Ada", "sex": "F", "born_on": "1979-10-19", "birthplace": "Trecate"}
    lives = {"citizenship": "Italia", "residence": "Trecate", "distinct": "true"}
    sent = {"source": "walk_in", "desk_id": str(founded.desks["trecate"]), "assigned_on": "2023-04-04"}
    return {"once": str(uuid4()), **who, **lives, **sent, **other}


def test_a_form_that_is_refused_keeps_its_draft(trecate: Founded, cm: FlaskClient, form: str) -> None:
    keep(cm, trecate, form, travel_km="mille")
    assert cm.post(form, data={"once": str(uuid4()), "revision": "0", "travel_km": "mille"}).status_code == 422
    assert kept(trecate) == 1


def test_nobody_else_sees_it(trecate: Founded, cm: FlaskClient, form: str) -> None:
    keep(cm, trecate, form, skills="Saldatura")
    colleague = trecate.as_("cm2.trecate")
    draft = offered(cm, form)
    assert offered(colleague, form) is None
    assert "Saldatura" not in colleague.get(f"{form}?draft={draft}").text
    colleague.post(f"/{trecate.slug}/drafts/discarded", data={"form": form, "draft": draft})
    keep(colleague, trecate, form, skills="Cucina", once=draft)
    assert "Saldatura" in resume(cm, form)
    assert kept(trecate) == 1


def test_it_can_be_thrown_away(trecate: Founded, cm: FlaskClient, form: str) -> None:
    keep(cm, trecate, form, skills="Saldatura")
    answer = cm.post(f"/{trecate.slug}/drafts/discarded", data={"form": form, "draft": offered(cm, form)})
    assert (answer.status_code, answer.location) == (303, form)
    assert kept(trecate) == 0


def test_one_that_was_gone_on_with_is_thrown_away_whole(trecate: Founded, cm: FlaskClient, form: str) -> None:
    """What is typed on goes to another draft, in place of the first: the button of the page where it was typed knows both."""
    keep(cm, trecate, form, skills="Saldatura", once=str(uuid4()))
    page = resume(cm, form)
    (discard,) = re.findall(r'<form method="post" action="[^"]+/drafts/discarded"[^>]*>(.*?)</form>', page, re.DOTALL)
    opened = standing(page, skills="Saldatura TIG")
    keep(cm, trecate, form, **{name: values[0] for name, values in opened.items()})
    assert kept(trecate) == 1
    sent = {"form": form, "draft": re.findall(r'name="draft" value="([^"]+)"', discard)}
    assert cm.post(f"/{trecate.slug}/drafts/discarded", data=sent).status_code == 303
    assert kept(trecate) == 0


@pytest.mark.parametrize("place", ["/cases", "/measures/new", "/drafts", "https://elsewhere.example/", "//elsewhere.example", ""])
def test_only_forms_that_keep_drafts_have_them(trecate: Founded, cm: FlaskClient, place: str) -> None:
    address = f"/{trecate.slug}{place}" if place.startswith("/") and not place.startswith("//") else place
    assert keep(cm, trecate, address, name="x").status_code == 404
    assert cm.post(f"/{trecate.slug}/drafts/discarded", data={"form": address}).status_code == 404


def test_a_form_of_another_consortium_has_none_here(trecate: Founded, other: Founded, cm: FlaskClient) -> None:
    assert keep(cm, trecate, f"/{other.slug}/cases/new", surname="x").status_code == 404


def test_who_may_not_open_the_form_keeps_no_draft_of_it(trecate: Founded) -> None:
    assert keep(trecate.as_("reader"), trecate, f"/{trecate.slug}/cases/new", surname="x").status_code == 404


@pytest.mark.parametrize("body", [None, [], {"form": "x"}, {"form": "x", "values": {"a": 1}}, {"form": "x", "values": {"a": "\0"}}])
def test_what_is_no_draft_is_refused(trecate: Founded, cm: FlaskClient, body: Any) -> None:
    assert cm.post(f"/{trecate.slug}/drafts", json=body).status_code == 400


def test_it_is_not_longer_than_a_form(trecate: Founded, cm: FlaskClient, form: str) -> None:
    assert keep(cm, trecate, form, skills="x" * LONGEST).status_code == 413


def test_after_thirty_days_it_is_gone(trecate: Founded, cm: FlaskClient, form: str) -> None:
    keep(cm, trecate, form, skills="Saldatura")
    with trecate.scope():
        db.session.execute(update(Draft).values(saved_at=datetime.now(UTC) - timedelta(days=DAYS, minutes=1)))
        db.session.commit()
    assert offered(cm, form) is None
    keep(cm, trecate, f"/{trecate.slug}/cases/new", surname="Rossi")
    with trecate.scope():
        assert db.session.scalars(select(Draft.form)).all() == [f"/{trecate.slug}/cases/new"]


def test_a_draft_of_an_old_version_meets_the_conflict(trecate: Founded, cm: FlaskClient, form: str) -> None:
    """The draft holds what its form was opened with: what was not touched is what the other wrote."""
    opened = standing(cm.get(form).text)
    typed = {name: values[0] for name, values in standing(cm.get(form).text, skills="Saldatura").items() if name != "once"}
    keep(cm, trecate, form, **typed)
    trecate.as_("cm2.trecate").post(form, data={**opened, "skills": ["Cucina"], "it_skills": ["ECDL"]})
    resumed = standing(resume(cm, form))
    assert (resumed["revision"], resumed["opened"]) == (["0"], opened["opened"])
    answer = cm.post(form, data=resumed)
    assert answer.status_code == 409
    again = standing(answer.text)
    assert (again["skills"], again["it_skills"]) == (["Saldatura"], ["ECDL"])


def test_ids_of_nothing_have_no_draft_page(trecate: Founded, cm: FlaskClient) -> None:
    nothing = f"/{trecate.slug}/cases/{UUID(int=0)}/profile/edit"
    assert cm.get(nothing).status_code == 404
