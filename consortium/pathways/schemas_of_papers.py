"""What papers are asked by: a month, a language, a day."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields

from consortium.pathways.packs import LANGUAGES
from consortium.web.fields import REQUIRED, Id, OneOf, Spoken


class Month(Spoken, fields.Field[date]):
    """A month, written 2023-10: its first day."""

    default_error_messages = {**REQUIRED, "invalid": _l("This is not a month: write it like 2023-10.")}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> date:
        try:
            month = date.fromisoformat(f"{value}-01")
        except ValueError:
            raise self.make_error("invalid") from None
        if month.year < 1900:
            raise self.make_error("invalid")
        return month


class TimesheetSchema(Schema):
    """Without an operator one's own, without a month this one."""

    operator_id = Id(load_default=None, allow_none=True)
    month = Month(load_default=None, allow_none=True, metadata={"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"})


class PackSchema(Schema):
    language = OneOf(LANGUAGES, load_default="it")


class AttendanceSchema(Schema):
    whole_day = OneOf(("yes", "no"), load_default=None, allow_none=True)
