"""Finding people by the beginnings of words (names, codici fiscali, phones, in any order), forgiving one typo; cases by their number."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, func, select, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY

from consortium.cases import queries
from consortium.cases.birthplaces import folded
from consortium.cases.models import Assignment, Case, Person
from consortium.cases.policy import Cases
from consortium.desks.models import Desk
from consortium.identity.models import Membership
from consortium.web.visitor import Visitor
from tenants.database import db

WORDS = 6
EVERYBODY = 1_000_000
NUMBER = re.compile(r"\d{4}-\d{0,6}")
PHONE = re.compile(r"[\d\s./+()-]{5,}")
_ITALY = re.compile(r"^\s*(\+|00)39(?=\D*\d{2})")
_UNIT = "\x1f"  # parts the words: none has it


def words(text: str) -> list[str]:
    """The words of a search, folded, the most selective (longest) first; a phone is one, without the prefix of Italy, as it is kept."""
    if PHONE.fullmatch(text.strip()):
        text = re.sub(r"\D", "", _ITALY.sub("", text))
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
    return numbered(text) if NUMBER.fullmatch(text.strip()) else Person.id.in_(matching(text, None, EVERYBODY, enough=1))


def numbered(text: str) -> ColumnElement[bool]:
    """Cases whose number begins so: a range of the index, which LIKE could not use behind the walls."""
    prefix = text.strip()
    return Case.number.between(prefix, prefix + "~")


def people(text: str, visitor: Visitor, at_most: int = 10) -> list[queries.Found]:
    """Cases of people found: `case_id`, `number`, `surname`, `first_name`, `codice_fiscale`, `desk`, `case_manager`, `state`.

    By surname, those with a typo last.
    """
    found: list[UUID] = []
    if NUMBER.fullmatch(text.strip()):
        which: ColumnElement[bool] = numbered(text)
    elif words(text):
        which = Person.id.in_(found := _found(text, visitor, at_most))
    else:
        return []
    columns = (Case.id.label("case_id"), Case.number, Person.surname, Person.first_name, Person.codice_fiscale, Person.born_on)
    followed = (Desk.name.label("desk"), Membership.name.label("case_manager"), Assignment.state)
    statement = queries.with_people(select(*columns, Person.id, *followed)).where(which, queries.visible(visitor))
    rows = db.session.execute(statement.order_by(Person.surname, Person.first_name, Case.number).limit(at_most)).all()
    return sorted(rows, key=lambda row: found.index(row.id)) if found else list(rows)


def _found(text: str, visitor: Visitor, at_most: int) -> list[UUID]:
    desks = None if visitor.may(Cases.ALL) else list(db.session.execute(queries.served(visitor)).scalars())
    return list(db.session.execute(matching(text, desks, at_most, enough=at_most)).scalars())
