"""The place in a list, as an opaque word of the address: the sort in force and the sort keys of the last row seen.

It is not signed, because it grants nothing: it is only compared with. It is validated, because it comes from outside:
what does not decode to exactly the keys in force, each of its column's type and range, counts as no cursor.
"""

import base64
import binascii
import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy.types import BigInteger, SmallInteger, TypeEngine

# gunicorn refuses request lines over 4,094 bytes, so a longer cursor cannot have come from a link of ours.
LONGEST = 3000
_DECIMAL = re.compile(r"-?\d{1,60}(\.\d{1,60})?")


def write(sort: str, values: Sequence[Any]) -> str:
    """The cursor of a row: base64url of JSON [sort, key, key, …]."""
    body = json.dumps([sort, *map(_plain, values)], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def read(text: str, sort: str, types: Sequence[TypeEngine[Any]]) -> list[Any] | None:
    """The keys a cursor holds, or None where it is not a cursor of this sort (garbage included)."""
    if not text or len(text) > LONGEST:
        return None
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        if not isinstance(found, list) or len(found) != len(types) + 1 or found[0] != sort:
            return None
        return [typed(value, kind) for value, kind in zip(found[1:], types, strict=True)]
    except (binascii.Error, ValueError, OverflowError, RecursionError):
        return None


def typed(value: Any, kind: TypeEngine[Any]) -> Any:
    """`value`, as it stands in JSON or in an address, as a value that a column of this type can be compared with.

    Raises ValueError for any other; TypeError where lists cannot handle the type at all.
    """
    if value is None:
        return None
    python = kind.python_type
    if issubclass(python, Enum):
        return python(value)
    if python is int:
        return _integer(value, kind)
    if python not in _READERS:
        raise TypeError(f"a list cannot be ordered or filtered by a {python.__name__}")
    return _READERS[python](value)


def _integer(value: Any, kind: TypeEngine[Any]) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value):
        value = int(value)
    bits = 15 if isinstance(kind, SmallInteger) else 63 if isinstance(kind, BigInteger) else 31
    if type(value) is not int or not -(2**bits) <= value < 2**bits:
        raise ValueError("not an integer of this column")
    return value


def _decimal(value: Any) -> Decimal:
    if not _DECIMAL.fullmatch(_string(value)):
        raise ValueError("not a decimal")
    return Decimal(value)


def _real(value: Any) -> float:
    found = float(_string(value))
    if math.isnan(found):
        raise ValueError("not a number")
    return found


def _boolean(value: Any) -> bool:
    if value not in ("true", "false"):
        raise ValueError("neither true nor false")
    return bool(value == "true")


def _string(value: Any) -> str:
    """A string that the database takes: no NUL, no lone surrogate (UnicodeEncodeError is a ValueError)."""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not a text")
    value.encode()
    return value


_READERS: dict[type, Callable[[Any], Any]] = {
    bool: _boolean,
    str: _string,
    Decimal: _decimal,
    float: _real,
    date: lambda value: date.fromisoformat(_string(value)),
    datetime: lambda value: datetime.fromisoformat(_string(value)),
    time: lambda value: time.fromisoformat(_string(value)),
    UUID: lambda value: UUID(_string(value)),
}


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int):
        return value
    return repr(value) if isinstance(value, float) else _dated(value)


def _dated(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)
