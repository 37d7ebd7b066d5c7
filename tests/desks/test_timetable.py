"""A week's hours as people write them."""

from datetime import date, time
from decimal import Decimal

import pytest

from consortium.desks.models import OpeningHours
from consortium.desks.timetable import Unreadable, next_change, read, week


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("8:30-12:00, 14:30-17:30", ["8:30–12:00", "14:30–17:30"]),
        ("8.30 – 12 e 14,30-17.30", ["8:30–12:00", "14:30–17:30"]),
        ("14-18; 9-13", ["9:00–13:00", "14:00–18:00"]),
        ("9-10 10-11 11-12", ["9:00–10:00", "10:00–11:00", "11:00–12:00"]),
        ("", []),
        ("  ", []),
    ],
)
def test_hours_are_read_as_they_are_written_on_doors(text: str, windows: list[str]) -> None:
    assert [str(window) for window in read(text)] == windows


@pytest.mark.parametrize("text", ["mattina", "8:30", "25-26", "8:70-9", "12-9", "9-9", "9-12, 11-13", "9-12 su appuntamento", "9-12-14"])
def test_what_is_no_hours_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


def window(weekday: int, opens: str, closes: str, valid_from: date | None = None, valid_to: date | None = None) -> OpeningHours:
    return OpeningHours(
        weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes), valid_from=valid_from, valid_to=valid_to
    )


def test_la_spezia_opens_seventeen_hours_a_week() -> None:
    rows = [window(2, "14:30", "17:30"), *(window(day, "08:30", "12:00") for day in (2, 3, 4, 5))]
    found = week(rows, date(2026, 1, 1))
    assert str(found.total) == "17"
    assert found.text(2) == "8:30–12:00, 14:30–17:30"
    assert [day for day, _, _ in found.days] == [1, 2, 3, 4, 5]


def test_a_week_is_that_of_a_day() -> None:
    rows = [window(1, "09:00", "12:00", None, date(2025, 6, 30)), window(6, "09:00", "12:15", date(2025, 7, 1))]
    assert week(rows, date(2025, 6, 30)).total == Decimal(3)
    assert week(rows, date(2025, 7, 1)).total == Decimal("3.25")
    assert next_change(rows, date(2025, 6, 30)) == date(2025, 7, 1)
    assert next_change(rows, date(2025, 7, 1)) is None
