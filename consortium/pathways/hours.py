"""Hours as papers and sentences write them."""

from collections.abc import Iterable
from datetime import time
from decimal import Decimal


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


def span(starts: time, ends: time) -> str:
    """09:00–10:30"""
    return f"{starts:%H:%M}–{ends:%H:%M}"
