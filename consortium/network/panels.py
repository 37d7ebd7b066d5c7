"""What rooms above show on the page of a member: each hands in a function of the member's id that gives a piece of the page."""

from collections.abc import Callable
from uuid import UUID

from flask import Flask, current_app
from markupsafe import Markup

Panel = Callable[[UUID, str], Markup]

EXTENSION = "capofila-member-panels"


def add(app: Flask, panel: Panel) -> None:
    """`panel(member_id, istat)` gives markup, with one statement at most."""
    app.extensions.setdefault(EXTENSION, []).append(panel)


def of(member_id: UUID, istat: str) -> list[Markup]:
    return [panel(member_id, istat) for panel in current_app.extensions.get(EXTENSION, [])]
