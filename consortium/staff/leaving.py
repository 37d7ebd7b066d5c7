"""What somebody leaves behind who ends here, or goes to other desks: rooms above say what waits for another; this one knows nothing of it.

`leaving.of(app).append(source)`: membership → what waits, in words, and where it is; None where nothing does.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias
from uuid import UUID

from flask import Flask, current_app

EXTENSION = "left-behind"


class Left(NamedTuple):
    """What waits for somebody else, in words, and the address of its list."""

    text: str
    url: str


Source: TypeAlias = Callable[[UUID], Left | None]


def of(app: Flask) -> list[Source]:
    sources: list[Source] = app.extensions.setdefault(EXTENSION, [])
    return sources


def left_by(membership_id: UUID) -> list[Left]:
    return [left for source in of(current_app) if (left := source(membership_id))]
