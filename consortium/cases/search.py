"""Finding people by the beginnings of words (names, codici fiscali, phones, in any order), forgiving one typo; cases by their number, those
that were merged too: papers have it."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, case, func, null, or_, select, true, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from consortium.cases import codice_fiscale, queries
from consortium.cases.birthplaces import folded
from consortium.cases.models import Assignment, Case, Merge, Person
from consortium.cases.policy import Cases
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.web.listing.formats import today
from consortium.web.visitor import Visitor
from tenants.database import db

WORDS = 6
EVERYBODY = 1_000_000
NUMBER = re.compile(r"\d{4}-\d{0,6}")
# A number without its year, of any of so many years.
RUNNING, YEARS = re.compile(r"\d{6}"), 30
PHONE = re.compile(r"[\d\s./+()-]{5,}")
# A codice fiscale, from its day of birth on perhaps not whole: one that is typed as cards print it, in parts, is one word.
CODE = re.compile(r"[A-Z]{6}\d\d[A-EHLMPRST][A-Z\d]{1,7}")
_ITALY = re.compile(r"^\s*(\+|00)39(?=\D*\d{2})")
_UNIT = "\x1f"  # parts the words: none has it


def words(text: str) -> list[str]:
    """The words of a search, folded, the most selective (longest) first; a phone is one, without the prefix of Italy, as it is kept, and a
    codice fiscale, however it is parted."""
    if PHONE.fullmatch(text.strip()):
        text = re.sub(r"\D", "", _ITALY.sub("", text))
    elif CODE.fullmatch(code := codice_fiscale.tidy(text)):
        text = code
    return sorted(set(words_of(text)), key=lambda word: (-len(word), word))[:WORDS]


def words_of(text: str) -> list[str]:
    """Words as `app.fold` leaves them, except for signs at their ends."""
    return [word for word in (_folded(each) for each in text.replace("\0", " ").replace(_UNIT, " ").split()) if word]


def _folded(word: str) -> str:
    """Letters folded one by one, signs inside kept (d'angelo): the search key keeps them too."""
    return "".join(folded(sign) or sign for sign in word).strip('.,;:"*')


def matching(text: str, only_desks: list[UUID] | None, at_most: int, enough: int) -> Select[Any]:
    """The ids of the people found, as a subquery, exact ones first; `only_desks` None for those of every desk.

    Where fewer than `enough` have words that begin so, those follow whom one typo hides (a letter wrong, missing, too many, two swapped).
    """
    # Folded once more by the database, as the key was: only its dictionary knows that ł is an l.
    folded_words = func.string_to_array(func.app.fold(_UNIT.join(words(text))), _UNIT)
    return select(func.app.search_people(folded_words, type_coerce(only_desks, ARRAY(Uuid)), at_most, enough))


def condition(text: str) -> ColumnElement[bool]:
    """The condition on `Person` or `Case` of a list's text filter."""
    text = text.strip()
    if NUMBER.fullmatch(text):
        merged = _once_numbered(text, true(), EVERYBODY)
        return or_(_numbered(Case.number, text), Case.person_id.in_(merged)) if merged else _numbered(Case.number, text)
    exactly = [*_once_numbered(text, true(), EVERYBODY), *_exactly(text, true(), EVERYBODY)]
    return Person.id.in_(exactly or matching(text, None, EVERYBODY, enough=1))


def _numbered(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Numbers that begin so, a range of the index, which LIKE could not use behind the walls; 2026-1 is 2026-000001 too, and 000001 is
    that of any year."""
    year, _, running = text.partition("-")
    if RUNNING.fullmatch(text):
        return column.in_([f"{each}-{text}" for each in range(today().year - YEARS, today().year + 1)])
    begins = column.between(text, text + "~")
    return or_(begins, column == f"{year}-{running:0>6}") if running else begins


def _exactly(text: str, seen: ColumnElement[bool], at_most: int) -> list[UUID]:
    """Ids of the people whose case has this number, or who have this temporary code; not asked of what looks like neither."""
    if NUMBER.fullmatch(text) or RUNNING.fullmatch(text):
        which = _numbered(Case.number, text)
    elif codice_fiscale.is_temporary(code := codice_fiscale.tidy(text)):
        which = Person.codice_fiscale == code
    else:
        return []
    statement = select(Person.id).join(Case, queries.same_person()).where(which, seen)
    # Without its year it is most likely the newest.
    order = Case.number.desc() if RUNNING.fullmatch(text) else Case.number
    return list(db.session.scalars(statement.order_by(order).limit(at_most)))


def _once_numbered(text: str, seen: ColumnElement[bool], at_most: int) -> dict[UUID, str]:
    """Person → the number, which looks so, of a case that was merged into theirs."""
    if not NUMBER.fullmatch(text) and not RUNNING.fullmatch(text):
        return {}
    statement = select(Merge.kept_id, Merge.number).join(Case, (Case.tenant_id == Merge.tenant_id) & (Case.person_id == Merge.kept_id))
    which = (_numbered(Merge.number, text), Merge.undone_on.is_(None), seen)
    return dict(db.session.execute(statement.where(*which).order_by(Merge.number.desc()).limit(at_most)).all())


def people(text: str, visitor: Visitor, at_most: int = 10) -> list[queries.Found]:
    """Cases of people found: `case_id`, `number`, `surname`, `first_name`, `codice_fiscale`, `desk`, `case_manager`, `state`, and
    `merged_number` where it is the number of a case that was merged into this one that was found.

    Those whom a number or a temporary code says first; then by surname, those with a typo last.
    """
    text, seen = text.strip(), queries.visible(visitor)
    merged = _once_numbered(text, seen, at_most)
    exactly = [*_exactly(text, seen, at_most), *merged]
    found = list(dict.fromkeys([*exactly, *([] if NUMBER.fullmatch(text) or not words(text) else _found(text, visitor, at_most))]))
    if not found:
        return []
    columns = (Case.id.label("case_id"), Case.number, Person.surname, Person.first_name, Person.codice_fiscale, Person.born_on)
    followed = (Desk.name.label("desk"), Membership.name.label("case_manager"), Assignment.state)
    once = case(*((Person.id == each, number) for each, number in merged.items())) if merged else null()
    statement = queries.with_people(select(*columns, Person.id, *followed, once.label("merged_number"))).where(Person.id.in_(found), seen)
    return sorted(db.session.execute(statement).all(), key=lambda row: found.index(row.id))[:at_most]


def _found(text: str, visitor: Visitor, at_most: int) -> list[UUID]:
    desks = None if visitor.may(Cases.ALL) else list(db.session.execute(queries.served(visitor)).scalars())
    return list(db.session.execute(matching(text, desks, at_most, enough=at_most)).scalars())
