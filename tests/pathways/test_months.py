"""Months: closed and reopened, what stays as it is, counter-entries; under any haste, and at the door."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from html import escape
from io import BytesIO
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from consortium.cases.models import Case, Person
from consortium.pathways import books, closing, correcting, funding, months, recording, services, standing
from consortium.pathways.closing import LaterMonthClosed, MonthAlreadyClosed, MonthNotOver
from consortium.pathways.correcting import CorrectionRefused
from consortium.pathways.models import MonthClosing, Pathway, Session, SessionCorrection
from consortium.pathways.rules import HoursUsedUp, MonthClosed, SessionRefused
from consortium.web.listing.formats import today
from tenants.database import db
from tenants.errors import violated
from tests.cases.people import at_work, begin, measure
from tests.factories import Founded
from tests.forms import standing as standing_of
from tests.pathways.ground import JUNE, MAY, again, at_once, close, cost, grant, record

OPEN = "ck_sessions_month_open"


def test_a_closed_month_takes_nothing_and_gives_nothing_up(trecate: Founded) -> None:
    with at_work(trecate):
        pathway = begin(trecate)
        made = record(trecate, pathway)
        june = record(trecate, pathway, date(2023, 6, 6))
        close(trecate)
        told = {name: getattr(made, name) for name in ("starts", "ends", "service", "mode", "operator_id")}
        for work in (
            lambda: record(trecate, pathway, date(2023, 5, 31)),
            lambda: recording.edit_session(session=made, on_date=date(2023, 6, 8), **told),
            lambda: recording.edit_session(session=june, on_date=date(2023, 5, 8), **told),
            lambda: recording.remove_session(session=made),
        ):
            with pytest.raises(MonthClosed) as refused:
                work()
            assert "05/2023" in str(refused.value.detail)
            assert "Trecate" in str(refused.value.detail)
        other = begin(trecate, "cerano")
        operator = trecate.staff[trecate.email("cm1.cerano")]
        assert record(trecate, other, operator_id=operator)
        assert record(trecate, pathway, date(2023, 6, 7))


def test_the_database_keeps_it_whoever_writes(trecate: Founded) -> None:
    with at_work(trecate):
        pathway, elsewhere = begin(trecate), begin(trecate, "cerano")
        made, june = record(trecate, pathway), record(trecate, pathway, date(2023, 6, 6))
        record(trecate, elsewhere, operator_id=trecate.staff[trecate.email("cm1.cerano")])
        close(trecate)
        row = {"id": uuid4(), "pathway_id": pathway.id, "case_id": pathway.case_id, "operator_id": made.operator_id, "on_date": MAY}
        statements: list[Any] = [
            insert(Session).values(**row, starts=time(9), ends=time(10), service="X", mode="phone"),
            update(Session).where(Session.id == made.id).values(ends=time(12)),
            update(Session).where(Session.id == made.id).values(on_date=date(2023, 6, 2)),
            update(Session).where(Session.id == june.id).values(on_date=date(2023, 5, 2)),
            Session.__table__.delete().where(Session.id == made.id),
            # Out of a closed month with the whole pathway, and into one.
            update(Pathway).where(Pathway.id == pathway.id).values(desk_id=trecate.desks["cerano"]),
            update(Pathway).where(Pathway.id == elsewhere.id).values(desk_id=trecate.desks["trecate"]),
        ]
        for statement in statements:
            with pytest.raises(IntegrityError) as refused, db.session.begin_nested():
                db.session.execute(statement)
            assert violated(refused.value) == OPEN


def test_a_merge_of_people_changes_no_month(trecate: Founded) -> None:
    with at_work(trecate):
        pathway, other = begin(trecate), begin(trecate)
        made = record(trecate, pathway)
        close(trecate)
        db.session.execute(update(Session).where(Session.id == made.id).values(case_id=other.case_id))


def test_closing_waits_for_whoever_is_recording_and_who_comes_later_finds_it_closed(trecate: Founded) -> None:
    """Sessions and one closing, all at once, many times over: a session is in the books that were closed, or was refused."""
    with at_work(trecate):
        ids = [begin(trecate).id for _ in range(6)]
        db.session.commit()
    months = [date(2023, month, 1) for month in range(5, 11)]

    def one(pathway_id: Any, number: int, month: date) -> Any:
        return lambda: record(trecate, again(pathway_id), month.replace(day=8), starts=time(8 + number), ends=time(9 + number)).id

    for month in months:

        def shut(month: date = month) -> int:
            close(trecate, month)
            counted = select(func.count()).select_from(Session).where(func.date_trunc("month", Session.on_date) == month)
            found = db.session.scalar(counted) or 0
            sleep(0.05)
            return found

        found = at_once(trecate, [*(one(each, number, month) for number, each in enumerate(ids)), shut])
        counted, made = found[-1], [each for each in found[:-1] if not isinstance(each, Exception)]
        assert all(isinstance(each, MonthClosed) for each in found[:-1] if isinstance(each, Exception)), found
        assert counted == len(made)


def test_a_month_is_closed_once_when_it_is_over(trecate: Founded) -> None:
    with at_work(trecate):
        with pytest.raises(MonthNotOver):
            close(trecate, today().replace(day=1))
        db.session.commit()
    found = at_once(trecate, [lambda: close(trecate)] * 4)
    assert sorted(type(each).__name__ for each in found) == ["MonthAlreadyClosed"] * 3 + ["NoneType"]
    assert MonthAlreadyClosed.remedy


def test_months_are_reopened_from_the_last_and_closed_again(trecate: Founded) -> None:
    reopen = {"desk_id": trecate.desks["trecate"], "reason": "Foglio firma arrivato tardi", "reopened_by_id": None}
    with at_work(trecate):
        pathway = begin(trecate)
        close(trecate, MAY)
        close(trecate, JUNE)
        with pytest.raises(LaterMonthClosed) as refused:
            closing.reopen_month(month=MAY, **reopen)
        assert "06/2023" in str(refused.value.detail)
        closing.reopen_month(month=JUNE, **reopen)
        closing.reopen_month(month=MAY, **reopen)
        record(trecate, pathway)
        with pytest.raises(closing.MonthOpen):
            closing.reopen_month(month=MAY, **reopen)
        close(trecate, MAY)
        kept = books.closings(trecate.desks["trecate"], MAY)
        assert [row.MonthClosing.reason for row in kept] == [None, "Foglio firma arrivato tardi"]


def test_a_closing_is_not_deleted(trecate: Founded) -> None:
    with at_work(trecate):
        close(trecate)
        with pytest.raises(Exception, match="permission denied"), db.session.begin_nested():
            db.session.execute(MonthClosing.__table__.delete())


# -- Counter-entries ---------------------------------------------------------------------------------------------------------------------


def correct(session: Session, hours: str) -> SessionCorrection:
    return correcting.correct_session(session=session, hours=Decimal(hours), reason="Firma mancante", made_by_id=None)


def test_a_counter_entry_is_for_closed_months(trecate: Founded) -> None:
    with at_work(trecate):
        made = record(trecate, begin(trecate))
        with pytest.raises(CorrectionRefused):
            correct(made, "-0.5")
        close(trecate)
        with pytest.raises(CorrectionRefused) as refused:
            correct(made, "-1.51")
        assert refused.value.field == "hours"
        grant("2")
        with pytest.raises(HoursUsedUp) as beyond:
            correct(made, "0.51")
        assert "Accorcia" not in str(beyond.value.remedy)
        correct(made, "0.5")
        correct(made, "-2")
        assert standing.hours_today(made.id) == 0
        closing.reopen_month(desk_id=trecate.desks["trecate"], month=MAY, reason="Prova", reopened_by_id=None)
        with pytest.raises(SessionRefused) as refused:
            recording.remove_session(session=made)
        assert "con un'altra" in str(refused.value.remedy)
        correct(made, "0.25")
        assert standing.hours_today(made.id) == Decimal("0.25")


def test_who_was_not_there_leaves_a_group_in_which_another_was_corrected(trecate: Founded) -> None:
    with at_work(trecate):
        one, two = begin(trecate), begin(trecate)
        made = record(trecate, one, others=[two.id])
        theirs = db.session.scalars(select(Session).where(Session.pathway_id == two.id)).one()
        close(trecate)
        correct(theirs, "-0.5")
        closing.reopen_month(desk_id=trecate.desks["trecate"], month=MAY, reason="Prova", reopened_by_id=None)
        for session, everybody in ((made, True), (theirs, False)):
            with pytest.raises(SessionRefused) as refused:
                recording.remove_session(session=session, everybody=everybody)
            assert "con un'altra" in str(refused.value.remedy)
        recording.remove_session(session=made)
        assert db.session.scalars(select(Session)).all() == [theirs]
        assert standing.hours_today(theirs.id) == 1


@given(st.lists(st.decimals("-3", "3", places=2).filter(bool), max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_booked_hours_are_never_below_zero(trecate: Founded, wanted: list[Decimal]) -> None:
    with at_work(trecate):
        made, stand = record(trecate, begin(trecate)), Decimal("1.5")
        close(trecate)
        for hours in wanted:
            try:
                correct(made, str(hours))
                accepted = True
            except CorrectionRefused:
                accepted = False
            assert accepted == (stand + hours >= 0)
            stand += hours if accepted else 0
            assert standing.hours_today(made.id) == stand
        db.session.rollback()


def test_two_counter_entries_at_once_take_no_more_than_there_is(trecate: Founded) -> None:
    with at_work(trecate):
        made = record(trecate, begin(trecate)).id
        close(trecate)
        db.session.commit()

    def take() -> None:
        # Straight into the table, as whoever forgets the service would.
        row = {"id": uuid4(), "session_id": made, "booked_on": today(), "hours": Decimal(-1), "reason": "Prova"}
        db.session.execute(insert(SessionCorrection), row)

    found = at_once(trecate, [take] * 5)
    assert sum(each is None for each in found) == 1
    assert {violated(each) for each in found if isinstance(each, IntegrityError)} == {"ck_session_corrections_never_below_zero"}


# -- At the door -------------------------------------------------------------------------------------------------------------------------


def filled(founded: Founded) -> None:
    """Three hours at Trecate in May in two sessions, one of a half in June; orientation costs 37,50 euros an hour."""
    with at_work(founded):
        cost("37.50")
        pathway = begin(founded)
        for day in (date(2023, 5, 2), date(2023, 5, 3), date(2023, 6, 6)):
            record(founded, pathway, day)
        db.session.commit()


def test_hours_and_value_month_by_month(trecate: Founded) -> None:
    filled(trecate)
    coordinator = trecate.as_("coordinator")
    rows = coordinator.get(f"/{trecate.slug}/months?format=json").get_json()["items"]
    assert [(row["month"], row["desk"], row["sessions"], row["hours"], row["value"], row["state"]) for row in rows] == [
        ("06/2023", "Trecate", 1, 1.5, 56.25, "open"),
        ("05/2023", "Trecate", 2, 3, 112.5, "open"),
    ]
    assert coordinator.get(f"/api/v1/{trecate.slug}/months").get_json()["items"] == rows
    assert {who: trecate.as_(who).get(f"/{trecate.slug}/months").status_code for who in ("admin", "cm1.trecate", "reader")} == {
        "admin": 200,
        "cm1.trecate": 403,
        "reader": 403,
    }
    page = coordinator.get(f"/{trecate.slug}/months").text
    for row in rows:
        month = row["month"][:2]
        address = (
            f"/{trecate.slug}/sessions?desk=trecate&amp;on_from=2023-{month}-01&amp;on_to=2023-{month}-{'30' if month == '06' else '31'}"
        )
        assert page.count(address) == 3
        listed = coordinator.get(f"{address.replace('&amp;', '&')}&format=json").get_json()
        assert (listed["total"], sum(each["hours"] for each in listed["items"])) == (row["sessions"], row["hours"])
        assert sum(each["value"] for each in listed["items"]) == row["value"]


def test_a_month_is_closed_and_reopened_at_the_door(trecate: Founded) -> None:
    filled(trecate)
    address = f"/{trecate.slug}/desks/{trecate.desks['trecate']}/months/2023-05"
    coordinator, admin, cm = trecate.as_("coordinator"), trecate.as_("admin"), trecate.as_("cm1.trecate")
    assert "112,50" in coordinator.get(address).text
    assert "112,50" in coordinator.get(f"{address}/close").text
    assert coordinator.post(f"{address}/close", data={"once": str(uuid4())}).status_code == 303
    assert coordinator.post(f"{address}/close", data={"once": str(uuid4())}).status_code == 409
    assert coordinator.get(f"{address}/reopen").status_code == 403
    with trecate.scope():
        session = db.session.scalars(select(Session.id).order_by(Session.on_date)).first()
    page = f"/{trecate.slug}/sessions/{session}"
    assert "Rettifica" in cm.get(page).text
    assert cm.post(f"{page}/remove", data=standing_of(cm.get(f"{page}/remove").text)).status_code == 409
    half = {"hours": "-0,5", "reason": "Firma mancante", "once": str(uuid4())}
    assert [cm.post(f"{page}/correct", data=half).status_code for _ in range(2)] == [303, 303]
    assert cm.post(f"{page}/correct", data={**half, "hours": "-2", "once": str(uuid4())}).status_code == 422
    assert "due decimali" in cm.post(f"{page}/correct", data={**half, "hours": "0,333", "once": str(uuid4())}).text
    assert cm.post(f"{page}/correct", data={**half, "hours": "−0,25", "once": str(uuid4())}).status_code == 303
    assert cm.post(f"{page}/correct", data={**half, "hours": "0,25", "once": str(uuid4())}).status_code == 303
    assert "Firma mancante" in cm.get(page).text
    assert "93,75" in coordinator.get(address).text
    assert admin.post(f"{address}/reopen", data={"once": str(uuid4())}).status_code == 422
    assert admin.post(f"{address}/reopen", data={"reason": "Errore", "once": str(uuid4())}).status_code == 303
    page = coordinator.get(address).text
    assert "Errore" in page
    assert len(re.findall(r'timeline-when">\d\d/\d\d/\d{4} \d\d:\d\d · ', page)) == 2
    assert f'href="/{trecate.slug}/pathways"' in page.partition("breadcrumb")[2].partition("</nav>")[0]
    for wrong in ("2023-13", "maggio", "2023-5", "2023-05-01"):
        assert admin.get(address.replace("2023-05", wrong)).status_code == 404, wrong


def test_months_for_programs(trecate: Founded) -> None:
    filled(trecate)
    root, admin = f"/api/v1/{trecate.slug}/desks/{trecate.desks['trecate']}", trecate.as_("admin")
    closed = admin.post(f"{root}/close-month", json={"month": "2023-05"})
    assert (closed.status_code, closed.get_json()["closed"], closed.get_json()["value"]) == (201, True, 112.5)
    assert admin.post(f"{root}/close-month", json={"month": "2023-05"}).status_code == 409
    month = admin.get(closed.location).get_json()
    assert (month["month"], month["closed"], month["value"], month["people"]) == ("2023-05", True, 112.5, closed.get_json()["people"])
    assert [(each["closed_by"], each["reopened_on"], each["reason"]) for each in month["closings"]] == [("Admin", None, None)]
    assert trecate.as_("coordinator").post(f"{root}/reopen-month", json={"month": "2023-05", "reason": "x"}).status_code == 403
    assert admin.post(f"{root}/reopen-month", json={"month": "2023-05", "reason": "x"}).get_json()["closed"] is False
    (reopened,) = admin.get(closed.location).get_json()["closings"]
    assert (reopened["reopened_on"], reopened["reopened_by"], reopened["reason"]) == (today().isoformat(), "Admin", "x")
    assert reopened["reopened_at"] > reopened["closed_at"]
    assert trecate.as_("cm1.trecate").get(closed.location).status_code == 403
    for wrong in ("2023-13", "2023", "maggio", "1899-01", "9999-12"):
        assert admin.get(f"{root}/months/{wrong}").status_code == 404, wrong
    assert admin.post(f"{root}/close-month", json={"month": "9999-12"}).status_code == 409
    for wrong in ("2023-13", "2023", "2023-05-01", "2023-05-17", "1899-01"):
        told = admin.post(f"{root}/close-month", json={"month": wrong})
        assert (told.status_code, list(told.get_json()["errors"]["json"])) == (422, ["month"]), wrong


def test_what_is_unfinished_is_told_to_programs(trecate: Founded) -> None:
    with at_work(trecate):
        waiting = begin(trecate)
        db.session.commit()
        expected = {"id": str(waiting.id), "code": waiting.code, "case_manager": "Cm1.Trecate"}
        who = db.session.execute(select(Person.surname, Person.first_name).join(Case).where(Case.id == waiting.case_id)).one()
    coordinator, root = trecate.as_("coordinator"), f"/api/v1/{trecate.slug}/desks/{trecate.desks['trecate']}"
    month = coordinator.get(f"{root}/months/2023-05").get_json()
    assert (month["unfinished"], month["sessions"], month["closings"]) == ([{**expected, **who._mapping}], 0, [])
    page = coordinator.get(f"/{trecate.slug}/desks/{trecate.desks['trecate']}/months/2023-05").text
    assert escape(f"{who.surname} {who.first_name}") in page
    assert coordinator.post(f"{root}/close-month", json={"month": "2023-05"}).status_code == 201
    assert coordinator.get(f"{root}/months/2023-05").get_json()["unfinished"] == []


def test_all_months_of_a_list_come_to_a_sum(trecate: Founded) -> None:
    filled(trecate)
    page = trecate.as_("coordinator").get(f"/{trecate.slug}/months").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "4,5 ore in tutto, del valore di € 168,75" in page


def test_a_file_says_what_the_screen_sums(trecate: Founded) -> None:
    filled(trecate)
    book = load_workbook(BytesIO(trecate.as_("coordinator").get(f"/{trecate.slug}/sessions?format=xlsx&on_to=2023-05-31").data))
    told = {row[0].value: row[1].value for row in book["Filtri"].iter_rows()}
    assert (told["Ore in tutto"], told["Valore in tutto"].replace("\N{NO-BREAK SPACE}", " "), told["Righe"]) == ("3", "€ 112,50", "2")


@pytest.mark.parametrize("by", ["hours", "value"])
def test_sessions_in_order_of_their_hours_and_value_page_by_page(trecate: Founded, by: str) -> None:
    """Some are worth nothing yet, many the same: each is on one page."""
    with at_work(trecate):
        cost("37.50", date(2023, 5, 10))
        pathway = begin(trecate)
        for day in range(30):
            record(trecate, pathway, date(2023, 5, 1) + timedelta(days=day), ends=time(10 + day % 3))
        db.session.commit()
    met, address = list[Any](), f"/api/v1/{trecate.slug}/sessions?rows=25&sort=-{by}"
    while address:
        page = trecate.as_("cm1.trecate").get(address).get_json()
        met, address = [*met, *page["items"]], page["next"]
    values = [row[by] for row in met if row[by] is not None]
    assert (len({row["id"] for row in met}), len(met)) == (30, 30)
    assert values == sorted(values, reverse=True)
    assert len(values) == (30 if by == "hours" else 21)


def test_a_month_stands_as_it_stood_on_the_day_that_is_asked(trecate: Founded) -> None:
    filled(trecate)
    with at_work(trecate):
        close(trecate)
        db.session.commit()
    coordinator, address = trecate.as_("coordinator"), f"/{trecate.slug}/months"
    before = today() - timedelta(days=1)

    def states(asked: str) -> dict[str, str]:
        return {row["month"]: row["state"] for row in coordinator.get(f"{address}?format=json{asked}").get_json()["items"]}

    assert states("") == {"06/2023": "open", "05/2023": "closed"}
    assert states(f"&as_of={before}") == {"06/2023": "open", "05/2023": "open"}
    assert states(f"&as_of={before}&state=closed") == {}
    with at_work(trecate):
        closing.reopen_month(desk_id=trecate.desks["trecate"], month=MAY, reason="Prova", reopened_by_id=None)
        db.session.commit()
    assert states("&state=closed") == {}


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("month_from=2023-05-15&month_to=2023-05-20", ["05/2023"]),
        ("month_from=2023-06", ["06/2023"]),
        ("month_to=05/2023", ["05/2023"]),
        ("month_from=15/05/2023", ["06/2023", "05/2023"]),
    ],
)
def test_months_are_asked_for_by_month(trecate: Founded, asked: str, shown: list[str]) -> None:
    filled(trecate)
    address = f"/{trecate.slug}/months?{asked}"
    assert [row["month"] for row in trecate.as_("coordinator").get(f"{address}&format=json").get_json()["items"]] == shown


def test_the_fields_of_months_are_fields_of_months(trecate: Founded) -> None:
    filled(trecate)
    coordinator, address = trecate.as_("coordinator"), f"/{trecate.slug}/months"
    page = coordinator.get(f"{address}?month_from=2023-05-15&month_to=2023-06").text
    assert re.findall(r'type="month"[^>]*name="(\w+)"\s*value="([^"]*)"', page) == [("month_from", "2023-05"), ("month_to", "2023-06")]
    assert "Mese: dal 05/2023 al 06/2023" in page
    wrong = coordinator.get(f"{address}?month_from=maggio")
    assert (wrong.status_code, "“maggio” non è un mese" in wrong.text) == (422, True)


def test_a_month_without_sessions_is_reached_from_the_next(trecate: Founded) -> None:
    filled(trecate)
    coordinator, address = trecate.as_("coordinator"), f"/{trecate.slug}/desks/{trecate.desks['trecate']}/months"
    assert f"{address}/2023-04" in coordinator.get(f"{address}/2023-05").text
    assert coordinator.post(f"{address}/2023-04/close", data={"once": str(uuid4())}).status_code == 303
    now = f"{today():%Y-%m}"
    assert "Mese successivo" not in coordinator.get(f"{address}/{now}").text
    later = today().replace(day=1) + timedelta(days=31)
    assert coordinator.get(f"{address}/{later:%Y-%m}").status_code == 404


def test_what_waits_in_a_month_is_counted_whole_until_it_is_closed(trecate: Founded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(months, "NAMED", 2)
    with at_work(trecate):
        for _ in range(5):
            begin(trecate)
        made = record(trecate, begin(trecate))
        db.session.commit()
    coordinator, address = trecate.as_("coordinator"), f"/{trecate.slug}/desks/{trecate.desks['trecate']}/months/2023-05"
    page = coordinator.get(address).text
    assert page.count("PRO-0000") == 2
    assert "e altri 3" in page
    assert "<dd>5</dd>" in coordinator.get(f"{address}/close").text
    with at_work(trecate):
        close(trecate)
        correct(db.session.merge(made), "-0.5")
        db.session.commit()
    page = coordinator.get(address).text
    assert "ancora qualcosa da registrare" not in page
    assert re.search(r"Di cui per rettifiche</dt>\s*<dd>-0,5</dd>", page)


def test_what_is_unfinished_in_a_month(trecate: Founded) -> None:
    with at_work(trecate):
        served, waiting = begin(trecate), begin(trecate)
        record(trecate, served)
        found = books.unfinished(trecate.desks["trecate"], MAY, 10)
        assert [row.code for row in found] == [waiting.code]


def test_what_is_unfinished_in_a_month_is_told_by_its_days_not_by_what_came_later(trecate: Founded) -> None:
    with at_work(trecate):
        concluded, paused, resumed, ended, gone = (begin(trecate) for _ in range(5))
        services.conclude(pathway=concluded, on_date=date(2023, 7, 3), outcome="moved")
        services.cancel(pathway=ended, on_date=date(2023, 5, 31), reason="Prova")
        services.suspend(pathway=paused, on_date=date(2023, 4, 30), reason="Malattia")
        services.suspend(pathway=resumed, on_date=date(2023, 4, 30), reason="Malattia")
        services.resume(pathway=resumed, on_date=date(2023, 5, 31))
        services.suspend(pathway=gone, on_date=JUNE, reason="Malattia")

        def unfinished(month: date) -> set[str]:
            return {row.code for row in books.unfinished(trecate.desks["trecate"], month, 10)}

        assert unfinished(MAY) == {concluded.code, resumed.code, gone.code}
        services.resume(pathway=paused, on_date=date(2023, 6, 30))
        assert unfinished(JUNE) == {concluded.code, paused.code, resumed.code, gone.code}
        assert unfinished(date(2023, 7, 1)) == {paused.code, resumed.code}
        facts = {"code": "OS", "name": "OS", "valid_from": date(2023, 1, 1), "gol_paths": [], "act": None}
        told = {**facts, "contact_days": None, "intake_days": None, "desks": trecate.desks.values()}
        funding.change_measure(measure=measure(), valid_to=date(2023, 6, 30), **told)
        assert unfinished(date(2023, 7, 1)) == set()
        assert unfinished(JUNE) == {concluded.code, paused.code, resumed.code, gone.code}


def test_sessions_without_a_cost_are_spoken_of_before_the_month_is_closed(trecate: Founded) -> None:
    address = f"/{trecate.slug}/desks/{trecate.desks['trecate']}/months/2023-05/close"
    with at_work(trecate):
        record(trecate, begin(trecate))
        db.session.commit()
    assert "I colloqui senza costo unitario restano senza valore" in trecate.as_("coordinator").get(address).text


def test_the_lock_of_a_month_is_the_same_for_everybody(trecate: Founded) -> None:
    """The key is of consortium, desk and month: other desks and months do not wait."""
    with trecate.scope():
        keys = {
            db.session.scalar(text("SELECT app.month_key(app.current_tenant(), :desk, :month)"), {"desk": desk, "month": month})
            for desk in trecate.desks.values()
            for month in (MAY, JUNE)
        }
        assert len(keys) == 4
