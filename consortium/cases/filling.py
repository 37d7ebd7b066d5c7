"""A person's form as its codice fiscale fills it in: what stands there because a code said so gives way to what the next one says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from consortium.cases import codice_fiscale, words
from consortium.web.intake import Form
from consortium.web.listing.formats import day

# What of a form came from the code, as the form carries it along: "born_on:1979-10-19". Once somebody has written something else there,
# it is theirs.
MARKS = "from_code"
FIELDS = ("sex", "born_on", "birthplace")


@dataclass(frozen=True)
class Filled:
    """A form's values, the marks of those that are the code's, what the code says, what is wrong with it."""

    values: Mapping[str, Any]
    marks: Collection[str] = ()
    note: str = ""
    wrong: str = ""


def filled(values: Mapping[str, Any], marks: Collection[str] = ()) -> Filled:
    """The values with what the code among them says, where nothing was written by hand."""
    code = codice_fiscale.tidy(values.get("codice_fiscale") or "")
    without = {**values, **{name: None for name in FIELDS if mark(name, values.get(name)) in marks}}
    if not code:
        return Filled(without)
    if codice_fiscale.is_temporary(code):
        return Filled(without, note=_("A temporary code: it says nothing of the person. Write the definitive one when there is one."))
    try:
        said = codice_fiscale.decode(code)
    except codice_fiscale.Malformed as malformed:
        return Filled(values, marks, wrong=str(malformed))
    free = {name: str(getattr(said, name)) for name in FIELDS if not without.get(name)}
    note = _("The code says: %(sex)s, %(day)s, %(place)s.", sex=words.SEXES[said.sex], day=day(said.born_on), place=said.place)
    return Filled({**without, **free}, [mark(*each) for each in free.items()], note)


class PersonForm(Form):
    """`coded`: the form as its code has filled it in. Whoever sends it before the browser was told what the code says sends that too."""

    coded = Filled({})

    def fill(self, values: Mapping[str, Any], marks: Collection[str] = ()) -> None:
        self.coded = filled(values, marks)
        self.values = dict(self.coded.values)

    def sent(self) -> dict[str, Any]:
        self.coded = filled(super().sent(), request.form.getlist(MARKS))
        return dict(self.coded.values)


def changed(values: Mapping[str, Any], marks: Collection[str], said: Filled) -> list[str]:
    """The fields that a code has filled in anew, or no longer says: the others are left alone, whoever is writing in them."""

    def standing(values: Mapping[str, Any], marks: Collection[str], name: str) -> tuple[str, bool]:
        return str(values.get(name) or ""), mark(name, values.get(name)) in marks

    return [name for name in FIELDS if standing(values, marks, name) != standing(said.values, said.marks, name)]


def mark(name: str, value: Any) -> str:
    return f"{name}:{value}"
