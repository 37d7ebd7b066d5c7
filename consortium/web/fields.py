"""Fields of forms whose errors are said in the language of the page."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate

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


class Hour(Spoken, fields.Time):
    """A time of the day on the clock of the desks, written 09:30: one that names another clock (09:30Z) is refused."""

    default_error_messages = {**REQUIRED, "invalid": _l("This is not an hour: write it like 09:30.")}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        hour = super()._deserialize(value, attr, data, **options)
        if hour.tzinfo is not None:
            raise self.make_error("invalid")
        return hour.replace(second=0, microsecond=0)


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


class Mail(Spoken, fields.String):
    """An e-mail address."""

    default_error_messages = REQUIRED

    def __init__(self, **options: Any) -> None:
        wrong = _l("This is not an e-mail address: write it like name@example.it.")
        super().__init__(validate=[validate.Length(max=254, error=wrong), validate.Email(error=wrong)], **options)
