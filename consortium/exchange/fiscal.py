"""A codice fiscale against what stands beside it, in microseconds: the same rules as `cases.codice_fiscale`, for a loop.

python-stdnum checks form and check letter; the rest is read off the letters. Each contradiction is a fault of the column that disagrees.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from codicefiscale import codicefiscale
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.it import codicefiscale as code_form

from consortium.cases import birthplaces, codice_fiscale
from consortium.exchange.faults import Fault

LENGTH = 16
MONTHS = "ABCDEHLMPRST"
WOMEN_ADD = 40  # to the day of birth
# Omocodia: where two people would have the same code, digits become letters.
_DIGITS = str.maketrans("LMNPQRSTUV", "0123456789")

surname_code = lru_cache(maxsize=8192)(codicefiscale.encode_lastname)
name_code = lru_cache(maxsize=8192)(codicefiscale.encode_firstname)


def faults(values: dict[str, Any]) -> list[Fault]:
    """What disagrees with `codice_fiscale` among surname, first_name, sex, born_on, birthplace (each as read from its cell)."""
    code = values["codice_fiscale"]
    if codice_fiscale.is_temporary(code):
        return []
    wrong = _malformed(code)
    return [Fault(wrong, "codice_fiscale", code)] if wrong else list(_disagreements(code, values))


def _malformed(code: str) -> str | None:
    if len(code) != LENGTH:
        return "fiscal_form"
    try:
        code_form.validate(code)
    except InvalidChecksum:
        return "fiscal_check"
    except ValidationError:
        return "fiscal_form"
    return None


def _disagreements(code: str, values: dict[str, Any]) -> Iterator[Fault]:
    for column, letters, encode, fault in (
        ("surname", code[:3], surname_code, "fiscal_surname"),
        ("first_name", code[3:6], name_code, "fiscal_name"),
    ):
        found = encode(values[column])
        if found != letters:
            yield Fault(fault, column, values[column], {"code": letters, "found": found})
    yield from _birth(code, values["sex"], values["born_on"])
    place = values["birthplace"]
    if not _is_place(code[11] + code[12:15].translate(_DIGITS), place):
        yield Fault("fiscal_place", "birthplace", place, {"code": _place_name(code[11] + code[12:15].translate(_DIGITS))})


def _birth(code: str, sex: str, born_on: date) -> Iterator[Fault]:
    """The code has two digits of the year: a hundred years more or less are no contradiction."""
    year, month, day = int(code[6:8].translate(_DIGITS)), MONTHS.index(code[8]) + 1, int(code[9:11].translate(_DIGITS))
    said = "F" if day > WOMEN_ADD else "M"
    day -= WOMEN_ADD if said == "F" else 0
    if sex != said:
        yield Fault("fiscal_sex", "sex", sex, {"code": said})
    if (born_on.year % 100, born_on.month, born_on.day) != (year, month, day):
        yield Fault("fiscal_date", "born_on", f"{born_on:%d/%m/%Y}", {"code": f"{day:02}/{month:02}/{born_on.year // 100:02}{year:02}"})


@lru_cache(maxsize=32768)
def _is_place(cadastral: str, written: str) -> bool:
    return any(place.cadastral == cadastral for place in birthplaces.named(written))


def _place_name(cadastral: str) -> str:
    known = birthplaces.coded(cadastral)
    return f"{known[-1].name} ({known[-1].province})" if known else cadastral
