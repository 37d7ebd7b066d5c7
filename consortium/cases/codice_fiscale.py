"""The codice fiscale: what it says, and where it disagrees with what was written beside it, field by field.

Omocodia (digits replaced by letters where two people would have the same code) is accepted. A form's check: decoding takes
a millisecond; imports check with python-stdnum. Who has none yet may have a temporary one, of digits that say nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from codicefiscale import codicefiscale
from flask_babel import gettext as _
from stdnum import luhn

from consortium.cases import birthplaces

LENGTH = 16
TEMPORARY = 11  # digits
ABROAD = "EE"  # the province of foreign states in the tax agency's list


@dataclass(frozen=True)
class Decoded:
    """What a code says. `places`: the names that its place has had; `birthplace` the one of the day of birth."""

    surname: str
    first_name: str
    sex: str
    born_on: date
    cadastral: str
    birthplace: str
    province: str

    @property
    def place(self) -> str:
        """Trecate (NO); of a foreign state the name alone."""
        return self.birthplace if self.province == ABROAD else f"{self.birthplace} ({self.province})"


class Malformed(ValueError):
    """Not a codice fiscale: the message, for people, says why."""


def tidy(code: str) -> str:
    """As it is kept: capital letters, no blanks."""
    return "".join(code.split()).upper()


def is_temporary(code: str) -> bool:
    """Whether a tidy code is one that the tax agency gives until the definitive one: 11 digits, the last of which checks the others."""
    return len(code) == TEMPORARY and code.isascii() and code.isdigit() and code.strip("0") != "" and luhn.is_valid(code)


def decode(code: str) -> Decoded:
    """What a tidy code says; raises Malformed."""
    if is_temporary(code):
        raise Malformed(_("A temporary codice fiscale says nothing of the person."))
    if len(code) == TEMPORARY and code.isdigit():
        raise Malformed(_("The last digit of this temporary code does not agree with the others: a digit was mistyped."))
    if len(code) != LENGTH:
        raise Malformed(_("A codice fiscale has 16 characters: this has %(count)s.", count=len(code)))
    if not code.isascii() or not codicefiscale.CODICEFISCALE_RE.match(code):
        raise Malformed(_("This is not a codice fiscale: check letters and digits one by one."))
    if codicefiscale.encode_cin(code) != code[-1]:
        raise Malformed(_("The last letter does not agree with the others: a character was mistyped."))
    return _read(code)


def _read(code: str) -> Decoded:
    try:
        found = codicefiscale.decode(code)
    except ValueError as error:
        if "birthplace" in str(error):
            raise Malformed(
                _("No place had the code %(place)s on the day of birth: check characters 12 to 15.", place=code[11:15])
            ) from None
        raise Malformed(_("The day of birth in this code does not exist: check characters 7 to 11.")) from None
    born_on = found["birthdate"].date()
    cadastral = found["birthplace"]["code"]
    place = birthplaces.on(birthplaces.coded(cadastral), born_on)
    name, province = (place.name, place.province) if place else (found["birthplace"]["name"], found["birthplace"]["province"])
    return Decoded(code[:3], code[3:6], found["gender"], born_on, cadastral, name, province)


def contradictions(code: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """Field → what the code says instead. `facts`: surname, first_name, sex, born_on, birthplace, those that are known.

    {} where all agree, or where the code says nothing (a temporary one). A code that is none is told under `codice_fiscale`.
    """
    if is_temporary(code):
        return {}
    try:
        said = decode(code)
    except Malformed as error:
        return {"codice_fiscale": str(error)}
    return {field: message for field, message in _disagreements(said, facts) if facts.get(field)}


def _disagreements(said: Decoded, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if codicefiscale.encode_lastname(facts.get("surname") or "") != said.surname:
        yield "surname", _("The codice fiscale has %(letters)s for the surname: check one of the two.", letters=said.surname)
    if codicefiscale.encode_firstname(facts.get("first_name") or "") != said.first_name:
        yield "first_name", _("The codice fiscale has %(letters)s for the name: check one of the two.", letters=said.first_name)
    if facts.get("sex") != said.sex:
        yield "sex", _("The codice fiscale is of a woman.") if said.sex == "F" else _("The codice fiscale is of a man.")
    if not _same_day(facts.get("born_on"), said.born_on):
        yield "born_on", _("The codice fiscale says %(day)s.", day=f"{said.born_on:%d/%m/%Y}")
    if not _same_place(facts.get("birthplace") or "", said):
        yield "birthplace", _("The codice fiscale says %(place)s.", place=said.place)


def _same_day(written: date | None, said: date) -> bool:
    """The code has two digits of the year: a hundred years more or less are no contradiction."""
    return written is not None and (written.year % 100, written.month, written.day) == (said.year % 100, said.month, said.day)


def _same_place(written: str, said: Decoded) -> bool:
    """Any name that the place has had will do: people know the one of today, papers the one of then."""
    return any(place.cadastral == said.cadastral for place in birthplaces.named(written))
