"""Counter-entries in figures: booked today, they count from today on; number, lists, files and API agree as of any day."""

import csv
import io
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from consortium.pathways.models import SessionCorrection
from consortium.web.listing.formats import today
from tenants.database import db
from tenants.models import new_id
from tests.cases.people import at_work, begin
from tests.factories import Founded
from tests.pathways.ground import MAY, close, cost, record

WINDOW = "from=2023-01-01&to=2023-12-31"


def hours_everywhere(browser: FlaskClient, slug: str, as_of: date) -> set[Decimal]:
    """The delivered hours as of a day, as each door tells them."""
    asked = f"{WINDOW}&as_of={as_of}"
    figures: Any = browser.get(f"/api/v1/{slug}/figures?{asked}").json
    page = browser.get(f"/{slug}/sessions?as_of={as_of}").text
    sheets = [browser.get(f"/{slug}/{path}&format=csv") for path in (f"figures/hours?{asked}", f"sessions?as_of={as_of}")]
    rows = [list(csv.DictReader(io.StringIO(sheet.data.decode("utf-8-sig")), delimiter=";")) for sheet in sheets]
    listed: Any = browser.get(f"/api/v1/{slug}/sessions?as_of={as_of}&rows=100").json
    months: Any = browser.get(f"/api/v1/{slug}/months?as_of={as_of}&rows=100").json
    total = Decimal(str(figures["hours"]))
    assert f"{total.normalize():f} ore".replace(".", ",") in page
    return {
        total,
        *(sum((Decimal(row["Ore"].replace(",", ".")) for row in each), Decimal(0)) for each in rows),
        sum((Decimal(str(row["hours"])) for row in listed["items"]), Decimal(0)),
        sum((Decimal(str(row["hours"])) for row in months["items"]), Decimal(0)),
    }


def test_a_counter_entry_changes_no_old_answer(trecate: Founded) -> None:
    admin, yesterday = trecate.as_("admin"), today() - timedelta(days=1)
    with at_work(trecate):
        cost("40")
        pathway = begin(trecate)
        made = [record(trecate, pathway, date(2023, 5, day)).id for day in (2, 3)]
        close(trecate, MAY)
        db.session.commit()
    assert hours_everywhere(admin, trecate.slug, today()) == {Decimal(3)}
    answer = admin.post(f"/api/v1/{trecate.slug}/sessions/{made[0]}/correct", json={"hours": -0.5, "reason": "Firma mancante"})
    told: Any = answer.json
    assert (answer.status_code, told["hours"], told["value"], len(told["corrections"])) == (201, 1, 40, 1)
    assert hours_everywhere(admin, trecate.slug, today()) == {Decimal("2.5")}
    assert hours_everywhere(admin, trecate.slug, yesterday) == {Decimal(3)}
    months = [admin.get(f"/api/v1/{trecate.slug}/months?as_of={day}").json or {} for day in (today(), yesterday)]
    assert [each["items"][0]["value"] for each in months] == [100, 120]


BOOKED = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 40), st.decimals("-0.5", "0.5", places=2).filter(bool)), max_size=5)
# Of each consortium, whatever the example before left there: (day, hours).
ledger: dict[Any, list[tuple[date, Decimal]]] = {}


@given(BOOKED, st.integers(0, 45))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_as_of_any_day_every_door_tells_the_same_hours(trecate: Founded, booked: list[tuple[int, int, Decimal]], asked: int) -> None:
    """Three sessions of three hours, and counter-entries of any days, straight into the table: as of a day, those booked by then count."""
    start, known = date(2024, 1, 10), ledger.setdefault(trecate.id, [])
    with at_work(trecate):
        pathway, day = begin(trecate), date(2023, 5, 2) + timedelta(days=len(known))
        made = [record(trecate, pathway, day, starts=time(8 + 4 * number), ends=time(11 + 4 * number)) for number in range(3)]
        rows = [
            {"id": new_id(), "session_id": made[which].id, "booked_on": start + timedelta(days=after), "hours": hours, "reason": "Prova"}
            for which, after, hours in booked
        ]
        if rows:
            db.session.execute(insert(SessionCorrection), rows)
        db.session.commit()
    known += [(day, Decimal(9)), *((row["booked_on"], row["hours"]) for row in rows)]
    as_of = start + timedelta(days=asked)
    assert hours_everywhere(trecate.as_("admin"), trecate.slug, as_of) == {sum(hours for on, hours in known if on <= as_of)}
