"""Reads of code tables: the standard codes and the consortium's own as one, in the language of the page.

What other rooms ask: `options(scheme)` for a choice, `labels(scheme)` or, of a long scheme, `named({scheme: codes})` for pages,
`resolve(scheme, text)` for what was typed into a field with suggestions.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Integer,
    Row,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from consortium.codes.models import BETWEEN_WORDS, Code, Scheme, StandardCode
from tenants.database import Base, db, tenant_parameter

AT_MOST = 20
# Schemes in which one looks for a code: the others are chosen from a list.
LONG = frozenset({Scheme.OCCUPATIONS})
SEPARATOR = " · "
# As BETWEEN_WORDS has it, of what is typed.
_BETWEEN_WORDS = re.compile(r"[^\w.]|_|\.(?![0-9])|(?<![0-9])\.")


def _own() -> Select[Any]:
    """The consortium's own rows. Those of a code that is no standard one stand last, unless they were given a place."""
    pair = and_(StandardCode.scheme == Code.scheme, StandardCode.code == Code.code)
    place = func.coalesce(func.nullif(Code.position, 0), StandardCode.position, 1_000_000)
    standing = case((Code.hidden, "hidden"), (StandardCode.code.is_(None), "own"), else_="renamed")
    shown = (func.coalesce(Code.label_it, Code.label_en).label("label_it"), func.coalesce(Code.label_en, Code.label_it).label("label_en"))
    given = (Code.label_it.label("given_it"), Code.label_en.label("given_en"))
    told = (place.label("position"), Code.hidden, standing.label("standing"), Code.search_key)
    rows = select(Code.id, Code.revision, Code.scheme, Code.code, Code.parent, *shown, *given, *told).outerjoin(StandardCode, pair)
    return rows.where(Code.tenant_id == tenant_parameter())


def _standard() -> Select[Any]:
    """The standard rows of which the consortium has none of its own."""
    taken = select(Code.id).where(Code.tenant_id == tenant_parameter(), Code.scheme == StandardCode.scheme, Code.code == StandardCode.code)
    names = (StandardCode.scheme, StandardCode.code, StandardCode.parent, StandardCode.label_it, StandardCode.label_en)
    given = (StandardCode.label_it.label("given_it"), StandardCode.label_en.label("given_en"))
    told = func.app.fold(" " + StandardCode.code + " " + StandardCode.label_it + " " + StandardCode.label_en, type_=Text())
    key = func.regexp_replace(told, BETWEEN_WORDS, " ", "g", type_=Text())
    nothing = (cast(null(), Uuid).label("id"), cast(0, Integer).label("revision"))
    stands = (StandardCode.position, false().label("hidden"), literal("standard").label("standing"), key.label("search_key"))
    return select(*nothing, *names, *given, *stands).where(~taken.exists())


# Both tables as one, a row a code. A union, not a full join: a condition on the scheme reaches the index of each table.
BOTH = union_all(_own(), _standard()).subquery("both")
Both = BOTH.c


@dataclass(frozen=True)
class Entry:
    """A code as pages show it."""

    scheme: str
    code: str
    label: str
    hidden: bool = False

    @property
    def words(self) -> str:
        """What a field with suggestions shows, and reads back."""
        return f"{self.code}{SEPARATOR}{self.label}"


def united(*columns: Any) -> Select[Any]:
    """A statement on both tables."""
    return select(*columns).select_from(BOTH)


def label() -> ColumnElement[str]:
    """The name in the language of the page."""
    locale = get_locale()
    return Both.label_en if locale and locale.language == "en" else Both.label_it


def _entries(*conditions: ColumnElement[bool]) -> Select[Any]:
    columns = (Both.scheme, Both.code, label().label("label"), Both.hidden)
    return united(*columns).where(*conditions).order_by(Both.position, Both.code)


def _found(statement: Select[Any]) -> list[Entry]:
    return [Entry(*row) for row in db.session.execute(statement)]


def entries(*schemes: str) -> list[Entry]:
    """Every code of some schemes, hidden ones too, in the order in which they are offered; one statement."""
    return _found(_entries(Both.scheme.in_(schemes)))


def labels(scheme: str) -> dict[str, str]:
    """Code → name, hidden ones too: they keep their name where they were used."""
    return {entry.code: entry.label for entry in entries(scheme)}


def options(scheme: str, *, keep: Collection[str | None] = ()) -> list[tuple[str, str]]:
    """(code, name) of what is offered, and of those to `keep` (what a row has now) though they are hidden."""
    return options_of(scheme, keep=keep)[scheme]


def options_of(*schemes: str, keep: Collection[str | None] = ()) -> dict[str, list[tuple[str, str]]]:
    """The options of several schemes, in one statement."""
    offered: dict[str, list[tuple[str, str]]] = {scheme: [] for scheme in schemes}
    for entry in entries(*schemes):
        if not entry.hidden or entry.code in keep:
            offered[entry.scheme].append((entry.code, entry.label))
    return offered


def named(wanted: Mapping[str, Iterable[str | None]]) -> dict[str, dict[str, str]]:
    """Scheme → code → name, of some codes of each; a code that is known no more is its own name. One statement."""
    asked = {scheme: {code for code in codes if code} for scheme, codes in wanted.items()}
    made: dict[str, dict[str, str]] = {scheme: {code: code for code in codes} for scheme, codes in asked.items()}
    some = [and_(Both.scheme == scheme, Both.code.in_(codes)) for scheme, codes in asked.items() if codes]
    for entry in _found(_entries(or_(*some))) if some else ():
        made[entry.scheme][entry.code] = entry.label
    return made


def search(scheme: str, text: str, at_most: int = AT_MOST) -> list[Entry]:
    """Codes offered that have each word of `text` at the beginning of a word of their names, or of the code.

    What is called so, or has this code, comes first; then what begins so.
    """
    if not text.strip():
        return []
    found = _entries(Both.scheme == scheme, Both.hidden.is_(False), matching(text))
    return _found(found.order_by(None).order_by(_nearness(text), Both.position, Both.code).limit(at_most))


def matching(text: str) -> ColumnElement[bool]:
    """The condition of a search: each word begins a word of a name, or is the beginning of the code."""
    words = _BETWEEN_WORDS.sub(" ", text).split()[:8]
    return and_(*map(_has, words)) if words else false()


def _has(word: str) -> ColumnElement[bool]:
    return Both.search_key.like(_folded(f"% {word}%"))


def _nearness(text: str) -> ColumnElement[int]:
    told, typed = [func.app.fold(each) for each in (Both.code, Both.label_it, Both.label_en)], _folded(text.strip().replace("\0", ""))
    is_so, begins_so = (each == typed for each in told), (func.starts_with(each, typed) for each in told)
    return case((or_(*is_so), 0), (or_(*begins_so), 1), else_=2)


def _folded(text: str) -> ColumnElement[str]:
    return func.app.fold(cast(literal(text), Text), type_=Text())


def resolve(scheme: str, text: str) -> str | list[Entry]:
    """The code that a typed text means: its words as suggested, the code or the name alone; else what it may mean."""
    typed = text.strip()
    code = typed.partition(SEPARATOR)[0].strip()
    exact = or_(
        Both.code == typed, Both.code == code, func.lower(Both.label_it) == typed.lower(), func.lower(Both.label_en) == typed.lower()
    )
    found = _found(_entries(Both.scheme == scheme, exact).limit(AT_MOST))
    if len({entry.code for entry in found}) == 1:
        return found[0].code
    candidates = found or search(scheme, typed)
    return candidates[0].code if len(candidates) == 1 else candidates


def one(scheme: str, code: str) -> Row[Any] | None:
    """A code with both names as shown and as given, its parent, place, standing; `id` and `revision` of the consortium's row, if any."""
    return db.session.execute(united(*Both).where(Both.scheme == scheme, Both.code == code)).first()


def own(scheme: str, code: str) -> Code | None:
    """The consortium's own row of a code."""
    return db.session.scalars(select(Code).where(Code.scheme == scheme, Code.code == code)).first()


def added(scheme: str, code: str) -> Code | None:
    """The consortium's own row of a code that is no standard one."""
    return None if standard(scheme, code) else own(scheme, code)


def standard(scheme: str, code: str) -> StandardCode | None:
    return db.session.scalars(select(StandardCode).where(StandardCode.scheme == scheme, StandardCode.code == code)).first()


def comes_back(code: str, parents: Mapping[str, str | None]) -> bool:
    """Whether going up from a code, group by group (code → its group), one comes to it again."""
    passed, above = set[str](), parents.get(code)
    while above and above not in passed and above != code:
        passed.add(above)
        above = parents.get(above)
    return above == code


def groups(scheme: str) -> dict[str, str | None]:
    """Code → its group, of all codes of a table."""
    return {row.code: row.parent for row in db.session.execute(united(Both.code, Both.parent).where(Both.scheme == scheme))}


def known(scheme: str) -> dict[str, Row[Any]]:
    """Code → what is known of it, for an importer: parent, the names that were given."""
    columns = (Both.code, Both.parent, Both.given_it, Both.given_en)
    return {row.code: row for row in db.session.execute(united(*columns).where(Both.scheme == scheme))}


def is_used(scheme: str, code: str) -> bool:
    """Whether a row has a code: those that were removed and can be brought back too."""
    uses = [column.table.select().where(literal(code) == _one_of(column)).exists() for column in _holding(scheme)]
    return bool(db.session.scalar(select(or_(false(), *uses))))


def is_told(scheme: str) -> bool:
    """Whether it may be told that a code is used: not where the rows that have it are concealed."""
    return not any(column.table.info.get("concealed") for column in _holding(scheme))


def _holding(scheme: str) -> list[Column[Any]]:
    """The columns of the rooms that hold codes of a scheme."""
    return [column for table in Base.metadata.tables.values() for column in table.columns if column.info.get("scheme") == scheme]


def _one_of(column: Column[Any]) -> Any:
    return any_(column) if isinstance(column.type, ARRAY) else column


def counts() -> dict[str, int]:
    """Scheme → how many codes are offered."""
    statement = united(Both.scheme, func.count()).where(Both.hidden.is_(False)).group_by(Both.scheme)
    return {row[0]: row[1] for row in db.session.execute(statement)}
