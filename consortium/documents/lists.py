"""The list of documents: what expires, and where a paper is."""

from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select

from consortium.cases import queries as cases
from consortium.cases import search
from consortium.cases.lists import desks
from consortium.cases.models import Case, Person
from consortium.cases.pages import linker
from consortium.desks.models import Desk
from consortium.documents import queries, words
from consortium.documents.models import Document
from consortium.web.listing.columns import Column
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.filters import Choice, DateRange, Text, contains

DOCUMENTS = Listing(
    name="documents",
    title=_l("Documents"),
    tiebreak=Document.id,
    order=("expires_on", "surname"),
    columns=(
        Column("title", _l("Title"), Document.title, required=True, link=linker("documents.document", "document_id")),
        Column("kind", _l("Kind of document"), Document.kind, required=True, labels=words.KINDS),
        Column("surname", _l("Surname"), Person.surname, required=True),
        Column("first_name", _l("Name"), Person.first_name, required=True),
        Column("number", _l("Case"), Case.number, required=True, whole=True),
        Column("desk", _l("Desk"), Desk.name, required=True),
        Column("dated_on", _l("Date of the document"), Document.dated_on, kind="date"),
        Column("expires_on", _l("Expires on"), Document.expires_on, kind="date"),
        Column("standing", _l("State"), queries.STANDING, kind="state", labels=words.STANDINGS, tones=words.TONES, sortable=False),
    ),
    filters=(
        Text("q", _l("Title or person"), condition=lambda text: or_(contains(text, Document.title), search.condition(text))),
        Choice("standing", _l("State"), options=words.STANDINGS, condition=lambda values: queries.STANDINGS[values[0]]),
        Choice("kind", _l("Kind of document"), Document.kind, options=words.kinds),
        Choice("desk", _l("Desk"), Desk.slug, options=desks),
        DateRange("expires", _l("Expires"), Document.expires_on),
    ),
    phone=("title", "surname", "standing"),
    empty=Empty(_l("Here are the documents of the people you serve. Add the first one from a person's case.")),
)


def documents() -> Select[Any]:
    """Those that were not removed, of the cases that the visitor may see."""
    shown = (Document.removed_on.is_(None), cases.visible(g.visitor))
    return queries.with_people(select(Document.id)).where(*shown)
