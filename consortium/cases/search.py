"""Finding people by the beginnings of words: names, codici fiscali, phones, in any order; cases by the beginning of their number."""

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
from consortium.web.visitor import Visitor
from tenants.database import db

WORDS = 6
EVERYBODY = 1_000_000
NUMBER = re.compile(r"\d{4}-\d{0,6}")
PHONE = re.compile(r"[\d\s./+()-]{5,}")
_UNIT = "\x1f"  # parts the patterns: no word has it
_SPECIAL = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


def patterns(text: str) -> tuple[str, list[str]] | None:
    """The LIKE patterns of a search, the most selective (longest) first; None where there is nothing to look for."""
    if PHONE.fullmatch(text.strip()):
        text = re.sub(r"\D", "", text)
    words = sorted(set(words_of(text)), key=lambda word: (-len(word), word))[:WORDS]
    made = [f"% {word.translate(_SPECIAL)}%" for word in words]
    return (made[0], made[1:]) if made else None


def words_of(text: str) -> list[str]:
    """Words as `app.fold` leaves them, except for signs at their ends."""
    return [word for word in (_folded(each) for each in text.replace("\0", " ").replace(_UNIT, " ").split()) if word]


def _folded(word: str) -> str:
    """Letters folded one by one, signs inside kept (d'angelo): the search key keeps them too."""
    return "".join(folded(sign) or sign for sign in word).strip('.,;:"*')


def matching(text: str, only_desks: list[UUID] | None, at_most: int) -> Select[Any]:
    """The ids of the people found, as a subquery; `only_desks` None for those of every desk."""
    first, others = patterns(text) or ("", [])
    # Folded once more by the database, as the key was: only its dictionary knows that ł is an l.
    rest = func.string_to_array(func.app.fold(_UNIT.join(others)), _UNIT)
    return select(func.app.search_people(func.app.fold(first), rest, type_coerce(only_desks, ARRAY(Uuid)), at_most))


def condition(text: str) -> ColumnElement[bool]:
    """The condition on `Person` or `Case` of a list's text filter."""
    return numbered(text) if NUMBER.fullmatch(text.strip()) else Person.id.in_(matching(text, None, EVERYBODY))


def numbered(text: str) -> ColumnElement[bool]:
    """Cases whose number begins so: a range of the index, which LIKE could not use behind the walls."""
    prefix = text.strip()
    return Case.number.between(prefix, prefix + "~")


def people(text: str, visitor: Visitor, at_most: int = 10) -> list[queries.Found]:
    """Cases of people found: `case_id`, `number`, `surname`, `first_name`, `codice_fiscale`, `desk`, `state`; by surname."""
    if NUMBER.fullmatch(text.strip()):
        which: ColumnElement[bool] = numbered(text)
    elif patterns(text):
        which = Person.id.in_(_found(text, visitor, at_most))
    else:
        return []
    columns = (Case.id.label("case_id"), Case.number, Person.surname, Person.first_name, Person.codice_fiscale, Person.born_on)
    statement = queries.with_people(select(*columns, Desk.name.label("desk"), Assignment.state))
    ordered = statement.where(which, queries.visible(visitor)).order_by(Person.surname, Person.first_name, Case.number)
    return list(db.session.execute(ordered.limit(at_most)))


def _found(text: str, visitor: Visitor, at_most: int) -> list[UUID]:
    desks = None if visitor.may(Cases.ALL) else list(db.session.execute(queries.served(visitor)).scalars())
    return list(db.session.execute(matching(text, desks, at_most)).scalars())
