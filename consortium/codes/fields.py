"""Fields of forms that hold a code: the code itself, or, of a long table, what was typed into a field with suggestions."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from marshmallow import ValidationError, fields, validate

from consortium.codes import queries
from consortium.codes.models import Scheme
from consortium.codes.schemas import LONGEST_LABEL
from consortium.codes.tables import Table
from consortium.web.fields import REQUIRED, Spoken, storable

SHOWN = 5
MOST = 30


class Coded(Spoken, fields.String):
    """A code of a scheme. One that is hidden is taken too: a row that has it already may be saved again."""

    default_error_messages = {
        **REQUIRED,
        "invalid": _l("Choose one of the answers."),
        "unknown": _l("Choose one of the answers."),
        "unfound": _l("Nothing in the table is called so: try another word, or a wider one."),
    }

    def __init__(self, scheme: Scheme, **options: Any) -> None:
        super().__init__(**options)
        self.scheme = scheme

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        text = str(super()._deserialize(value, attr, data, **options))
        if self.scheme in queries.LONG:
            return self._meant(text)
        if text not in Table(self.scheme):
            raise self.make_error("unknown")
        return text

    def _meant(self, text: str) -> str:
        if len(text) > LONGEST_LABEL or not storable(text):
            raise self.make_error("unfound")
        found = queries.resolve(self.scheme, text)
        if isinstance(found, str):
            return found
        if not found:
            raise self.make_error("unfound")
        error = self.make_error("unknown")
        error.messages = [_several(found)]
        raise error


class SeveralCoded(fields.List[str]):
    """Several codes of a scheme; what is wrong with one is said of them all, for they are one question."""

    def __init__(self, scheme: Scheme, at_most: int = MOST, **options: Any) -> None:
        super().__init__(Coded(scheme), load_default=list, validate=validate.Length(max=at_most), **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **options)
        except ValidationError as error:
            told = error.messages.values() if isinstance(error.messages, dict) else [error.messages]
            raise ValidationError(list(dict.fromkeys(str(each) for messages in told for each in messages))) from error


def _several(found: list[queries.Entry]) -> str:
    shown = "; ".join(entry.words for entry in found[:SHOWN])
    more = len(found) - SHOWN
    rest = " " + str(ngettext("(and %(num)s more)", "(and %(num)s more)", more)) if more > 0 else ""
    return str(_l("It may be one of these, write which: %(names)s", names=shown)) + rest
