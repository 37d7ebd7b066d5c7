"""A PDF of a room's template: `pdf("pathways/papers/register.typ", {...}, head)`.

Templates lie in the room that they belong to and share `web/papers/look.typ`. What they are given is data and never markup: it
reaches them as JSON, so that “#” and “*” in a name are a “#” and a “*”. Signs that no typeface has are replaced: the standards refuse
a paper with a box in place of a letter.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from babel.dates import format_date

from consortium.web.assets import FONTS, AssetsMissing
from consortium.web.listing import formats
from consortium.web.papers.coverage import printable

BUILDING = Path(__file__).parents[2]
# At the foot of each page, in the languages that papers are made in.
PAGES = {
    "it": "Pagina {x} di {y}",
    "en": "Page {x} of {y}",
    "fr": "Page {x} sur {y}",
    "ar": "صفحة {x} من {y}",
    "uk": "Сторінка {x} з {y}",
    "ro": "Pagina {x} din {y}",
}


@dataclass(frozen=True)
class Letterhead:
    """Whose paper it is, and when it is made."""

    consortium: str
    lead_body: str
    at: datetime


def pdf(template: str, data: Mapping[str, Any], head: Letterhead, *, language: str = "it", drawing: str = "") -> bytes:
    """The paper; the same data at the same moment give the same bytes. `drawing`: an SVG. Raises AssetsMissing."""
    made = typst.compile(
        str(BUILDING / template),
        root=str(BUILDING),
        font_paths=_fonts(),
        sys_inputs={"data": as_data(data, head, language), "drawing": drawing},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=head.at,
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one piece")
    return made


def as_data(data: Mapping[str, Any], head: Letterhead, language: str) -> str:
    """What the template reads: JSON with signs that can be printed, and what `look.typ` prints on every paper."""
    day = formats.at_desk(head.at).date()
    look = {
        "language": language,
        "consortium": head.consortium,
        "lead_body": head.lead_body,
        "made": {"year": day.year, "month": day.month, "day": day.day},
        "date": long_day(day, language),
        "page": PAGES[language],
    }
    return json.dumps(printable({**look, **data}), ensure_ascii=False)


# Whose customs a language follows; in Europe English says the day first.
LOCALES = {"en": "en_GB"}


def long_day(day: date, language: str) -> str:
    """31 ottobre 2023, in the language of the paper and in the digits of Italian forms. No article goes before it: il 7, but l'8."""
    return format_date(day, "long", locale=LOCALES.get(language, language))


@cache
def _fonts() -> typst.Fonts:
    """Read once a process."""
    if not any(FONTS.glob("*.ttf")):
        raise AssetsMissing("the typefaces of the papers are not built: run `make run`, or `capofila prepare`")
    return typst.Fonts(font_paths=[str(FONTS)], include_system_fonts=False, include_embedded_fonts=False)
