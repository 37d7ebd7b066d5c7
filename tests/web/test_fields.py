"""Numbers as people type them: read as they meant it, or asked again."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from consortium.web.fields import Quantity, written
from consortium.web.listing.formats import number

AMOUNT = Quantity("-99999999.99", "99999999.99")
AMOUNTS = st.decimals(-99_999_999, 99_999_999, places=2)


def read(text: str) -> Decimal | None:
    """What the field makes of a text; None where it refuses it."""
    try:
        return Decimal(AMOUNT.deserialize(text))
    except ValidationError:
        return None


def readings(text: str) -> set[Decimal]:
    """All that somebody may mean by it who writes thousands apart with one of the signs, and decimals after the other."""
    found = set()
    for apart, before in (".,", ",."):
        whole = rf"(?:\d+|[1-9]\d{{0,2}}(?:\{apart}\d{{3}})+)"
        if re.fullmatch(rf"{whole}(\{before}\d*)?|\{before}\d+", text):
            found.add(Decimal(text.replace(apart, "").replace(before, ".")))
    return found


@pytest.fixture(scope="module", autouse=True)
def _in_italian(app: Flask) -> Iterator[None]:
    with app.app_context(), force_locale("it"):
        yield


@given(AMOUNTS)
def test_what_pages_show_is_read_as_it_is(amount: Decimal) -> None:
    assert read(number(amount, "it")) == read(number(amount, "en")) == read(written(amount)) == amount


@given(st.text("0123456789.,", min_size=1, max_size=10))
def test_nothing_is_read_otherwise_than_it_was_meant(text: str) -> None:
    value = read(text)
    assert value is None or readings(text) == {value}


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.041,50", "1041.5"), ("1.250.000", "1250000"), ("1,041.50", "1041.5"), ("−1.250,5", "-1250.5"), ("0.250", "0.25")],
)
def test_thousands_may_stand_apart(text: str, value: str) -> None:
    assert read(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1.250", "1,250", "-10.500"])
def test_what_reads_in_two_ways_is_asked_again(text: str) -> None:
    with pytest.raises(ValidationError, match="1250 oppure come 1,25"):
        AMOUNT.deserialize(text)


@pytest.mark.parametrize("text", ["12.34.56", "1.25,000", "1.2.3", "1,2,3", "dieci", "1.250.00", "NaN", "1,005"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    assert read(text) is None
