"""How an entry of the trail reads: rooms give words to their tables, columns and values; what has none is shown as it is stored.

    describe("members", _l("Member"), {"name": _l("Name"), "kind": _l("Kind")}, {"kind": BODY_KINDS})

A column that is not described is shown by its name, so that nothing changes unseen; those of the house (`HIDDEN`) never are.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from flask_babel import LazyString, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.trail.models import Action

Label: TypeAlias = str | LazyString
# A row that is born or removed, in one line: (what it is, its value), from its columns as JSON.
Whole: TypeAlias = Callable[[Mapping[str, Any]], tuple[str, str]]
# Of a column: words of each value, or what makes words of any.
Values: TypeAlias = Mapping[Any, Label] | Callable[[Any], str]

HIDDEN = frozenset({"id", "tenant_id", "region_id", "revision", "created_at"})
ROME = ZoneInfo("Europe/Rome")
ACTIONS = {
    Action.INSERT: _l("%(thing)s: created"),
    Action.UPDATE: _l("%(thing)s: changed"),
    Action.DELETE: _l("%(thing)s: removed"),
}
_CLOCK = re.compile(r"([0-2]\d:[0-5]\d)(:\d\d(\.\d+)?)?")


@dataclass(frozen=True)
class Words:
    """Words of a table: the thing that a row is, its columns in the order of reading, the values of some of them.

    `hidden`: columns that say nothing to people (the key of the row that this one is a part of).
    `whole`: for small parts, a row in one line; what one save does to such rows is told together.
    """

    thing: Label
    fields: Mapping[str, Label] = field(default_factory=dict)
    values: Mapping[str, Values] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    whole: Whole | None = None


_described: dict[str, Words] = {}


def describe(
    table: str,
    thing: Label,
    fields: Mapping[str, Label],
    values: Mapping[str, Values] | None = None,
    *,
    hidden: tuple[str, ...] = (),
    whole: Whole | None = None,
) -> None:
    """Give a table its words (called by its room when it opens)."""
    _described[table] = Words(thing, fields, values or {}, frozenset(hidden), whole)


def words_of(table: str) -> Words:
    return _described.get(table) or Words(table.replace("_", " "))


def headline(table: str, action: str) -> str:
    """What was done to which kind of thing: "Member: changed"."""
    return str(ACTIONS[Action(action)] % {"thing": words_of(table).thing})


def changed_columns(table: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The columns that say something, described ones first, in their order; empty before and after: nothing to say."""
    words = words_of(table)
    seen = {name for name in (*before, *after) if before.get(name) is not None or after.get(name) is not None}
    told = seen - HIDDEN - words.hidden
    return [name for name in words.fields if name in told] + sorted(told - words.fields.keys())


def column(table: str, name: str) -> str:
    return str(words_of(table).fields.get(name) or name.replace("_", " "))


def shown(table: str, name: str, value: Any) -> str | None:
    """A value, as JSON or Python has it, in words; None for nothing."""
    known = words_of(table).values.get(name, {})
    if value is None or value == "":
        return None
    if callable(known):
        return known(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(known.get(each, each)) for each in value) or None
    return str(known[value]) if value in known else plain(value)


def plain(value: Any) -> str:
    """A value without words of its own: days as dd/mm/yyyy, moments on the clock of Rome, hours as hh:mm, amounts as 1.234,56."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, float | Decimal):
        return str(format_decimal(value, "#,##0.00"))
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    if clock := _CLOCK.fullmatch(text):
        return clock[1]
    return _dated(text) or str(value)


def moment(value: datetime) -> str:
    """31/10/2023 09:05, on the clock of Rome."""
    return f"{value.astimezone(ROME):%d/%m/%Y %H:%M}"


def _dated(text: str) -> str | None:
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}" if len(text) == 10 else moment(datetime.fromisoformat(text))
    except ValueError:
        return None
