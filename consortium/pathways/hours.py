"""Hours as papers and sentences write them."""

from collections.abc import Iterable
from datetime import time
from decimal import Decimal

from flask_babel import ngettext

from consortium.web.listing.formats import number


def between(starts: time, ends: time) -> Decimal:
    """The hours of a session, to the hundredth, as the figures count them."""
    minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    return round(Decimal(minutes) / 60, 2)


def total(hours: Iterable[Decimal]) -> Decimal:
    return sum(hours, Decimal())


def shown(hours: Decimal) -> str:
    """1,50 (with a true minus sign)"""
    return f"{hours:.2f}".replace(".", ",").replace("-", "−")


def plain(hours: Decimal) -> str:
    """1,5 · 2: without needless zeros."""
    return f"{hours.normalize():f}".replace(".", ",")


def counted(hours: Decimal, language: str = "it") -> str:
    """1 hour · 1,5 hours · 1.100 hours"""
    return str(ngettext("%(hours)s hour", "%(hours)s hours", 1 if hours == 1 else 2, hours=number(hours.normalize(), language)))


def span(starts: time, ends: time) -> str:
    """09:00–10:30"""
    return f"{starts:%H:%M}–{ends:%H:%M}"
