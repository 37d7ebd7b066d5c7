"""Fields of forms whose errors are said in the language of the page."""

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate

REQUIRED = {"required": _l("Fill in this field."), "null": _l("Fill in this field.")}
LONGEST = 200


class Spoken(fields.Field[Any]):
    """Says its errors in the language of the request: marshmallow would take a lazy text for a list of letters."""

    def make_error(self, key: str, **values: Any) -> ValidationError:
        return ValidationError(str(self.error_messages[key]).format(input=values.get("input")))


class Words(Spoken, fields.String):
    """A line of text of at least `shortest` and at most `longest` characters."""

    default_error_messages = {**REQUIRED, "invalid": _l("This cannot be read: type it again.")}

    def __init__(self, longest: int = LONGEST, shortest: int = 0, **options: Any) -> None:
        too_long = _l("This is too long: at most %(max)s characters.", max=longest)
        too_short = _l("This is too short: at least %(min)s characters.", min=shortest)
        least = [validate.Length(min=shortest, error=too_short)] if shortest else []
        super().__init__(validate=[*least, validate.Length(max=longest, error=too_long), _readable], **options)


def storable(text: str) -> bool:
    """Whether the database takes it: no NUL, and no half of a pair of signs (a lone surrogate), which can come in JSON."""
    return not any(sign == "\0" or 0xD800 <= ord(sign) < 0xE000 for sign in text)


def _readable(value: str) -> None:
    if not storable(value) or any(ord(sign) < 32 and sign not in "\r\n\t" for sign in value):
        raise ValidationError([str(_l("There are signs in it that cannot be read: type it again."))])


class Day(Spoken, fields.Date):
    """A day, written 2023-10-31 or 31/10/2023, from 1900 on."""

    default_error_messages = {**REQUIRED, "invalid": _l("This is not a day: write it like 31/10/2023.")}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        if isinstance(value, str) and "/" in value:
            value = "-".join(reversed(value.strip().split("/")))
        day = super()._deserialize(value, attr, data, **options)
        if day is not None and day.year < 1900:
            raise self.make_error("invalid")
        return day


# What a browser's own control reads: it drops anything else.
_CONTROLS = {"date": r"\d{4}-\d\d-\d\d", "time": r"\d\d:\d\d(:\d\d)?", "number": r"-?\d+(\.\d+)?"}


def control(kind: str, value: Any) -> str:
    """The type of a control that shows what was typed: text, where one of its own would show nothing."""
    text = "" if value is None else str(value)
    is_read = not text or kind not in _CONTROLS or (re.fullmatch(_CONTROLS[kind], text) and _exists(kind, text))
    return kind if is_read else "text"


def _exists(kind: str, text: str) -> bool:
    """Not the thirtieth of February, nor 25 o'clock."""
    readers: dict[str, Callable[[str], Any]] = {"date": date.fromisoformat, "time": time.fromisoformat, "number": float}
    try:
        readers[kind](text)
    except ValueError:
        return False
    return True


class Month(Spoken, fields.Field[date]):
    """A month, written 2023-10: its first day."""

    default_error_messages = {**REQUIRED, "invalid": _l("This is not a month: write it like 2023-10.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}, **options)

    def _serialize(self, value: date | None, attr: Any, obj: Any, **options: Any) -> str | None:
        return None if value is None else f"{value:%Y-%m}"

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> date:
        try:
            month = date.fromisoformat(f"{value}-01")
        except ValueError:
            raise self.make_error("invalid") from None
        if month.year < 1900:
            raise self.make_error("invalid")
        return month


class Hour(Spoken, fields.Time):
    """A time of the day on the clock of the desks, written 09:30: one that names another clock (09:30Z) or a second is refused."""

    default_error_messages = {**REQUIRED, "invalid": _l("This is not an hour: write it like 09:30.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$"}, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        hour = super()._deserialize(value, attr, data, **options)
        if hour.tzinfo is not None or hour.second or hour.microsecond:
            raise self.make_error("invalid")
        return hour


class OneOf(Spoken, fields.String):
    """One of some values (strings)."""

    default_error_messages = REQUIRED

    def __init__(self, values: Any, **options: Any) -> None:
        super().__init__(validate=validate.OneOf(list(values), error=_l("Choose one of the answers.")), **options)


class Id(Spoken, fields.UUID):
    """The id of a row chosen from a list."""

    default_error_messages = {**REQUIRED, "invalid_uuid": _l("Choose one of the answers.")}


class Whole(Spoken, fields.Integer):
    """A whole number."""

    default_error_messages = {**REQUIRED, "invalid": _l("This is not a whole number.")}


# Points in thousands, and a comma (or the other way round): one or the other comes once at most, before the decimals.
_THOUSANDS = re.compile(r"(-?[1-9]\d{0,2}([.,])\d{3}(?:\2\d{3})*)(?:(?!\2)[.,](\d+))?")
# One thousand and two hundred fifty for whoever writes Italian, one and a quarter for a computer (or the other way round).
_AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")


class Quantity(Spoken, fields.Decimal):
    """A number with at most two decimals, between two bounds; typed with a comma or a point, with thousands apart (1.041,50) where they
    cannot be taken for decimals, and with the minus of papers (−0,5) too."""

    default_error_messages = {
        **REQUIRED,
        "invalid": _l("This is not a number: write it like 10,50."),
        "special": _l("This is not a number: write it like 10,50."),
        "decimals": _l("Write at most two decimals, like 10,50."),
        "ambiguous": _l("This can be read as thousands or as decimals: write it like 1250 or like 1,25."),
    }

    def __init__(self, least: str, most: str, **options: Any) -> None:
        told = _l("Write a number from %(least)s to %(most)s.", least=least.replace(".", ","), most=most.replace(".", ","))
        # As numbers: in JSON a Decimal is a text.
        described = {"minimum": float(least), "maximum": float(most), "multipleOf": 0.01}
        super().__init__(validate=validate.Range(Decimal(least), Decimal(most), error=told), metadata=described, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        number = super()._deserialize(self._plain(value) if isinstance(value, str) else value, attr, data, **options)
        if number is not None and number != round(number, 2):
            raise self.make_error("decimals")
        return number

    def _plain(self, text: str) -> str:
        """As a computer writes it."""
        text = text.strip().replace("\N{MINUS SIGN}", "-")
        if _AMBIGUOUS.fullmatch(text):
            raise self.make_error("ambiguous")
        if apart := _THOUSANDS.fullmatch(text):
            whole, _sign, decimals = apart.groups()
            return f"{whole.replace('.', '').replace(',', '')}.{decimals or 0}"
        return text.replace(",", ".")


def written(value: Any) -> Any:
    """A number as people type it (10,50 stays so, 6,00 is 6); anything else as it is."""
    if not isinstance(value, Decimal):
        return value
    return f"{value:.2f}".removesuffix(".00").replace(".", ",")


class RevisionSchema(Schema):
    """At which revision a row was read, by whoever changes or removes it."""

    revision = Whole(required=True)


class Mail(Spoken, fields.String):
    """An e-mail address."""

    default_error_messages = REQUIRED

    def __init__(self, **options: Any) -> None:
        wrong = _l("This is not an e-mail address: write it like name@example.it.")
        super().__init__(validate=[validate.Length(max=254, error=wrong), validate.Email(error=wrong)], **options)
