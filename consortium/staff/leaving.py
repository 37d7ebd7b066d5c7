"""What somebody has in hand, and what of it waits for another once they end here, or go to other desks: rooms above say it; this one
knows nothing of it.

`leaving.of(app).append(source)`: membership → `InHand`, each part in words and where it is; what there is none of is not told.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias
from uuid import UUID

from flask import Flask, current_app

EXTENSION = "in-hand"


class Left(NamedTuple):
    """How many, the same in words, and the address of their list."""

    many: int
    text: str
    url: str


class InHand(NamedTuple):
    """All that is theirs to do; and that of it which waits for somebody else."""

    held: Left
    left: Left


Source: TypeAlias = Callable[[UUID], InHand]


def of(app: Flask) -> list[Source]:
    sources: list[Source] = app.extensions.setdefault(EXTENSION, [])
    return sources


def in_hand(membership_id: UUID) -> tuple[list[Left], list[Left]]:
    """(held, left) of all rooms."""
    found = [source(membership_id) for source in of(current_app)]
    return [each.held for each in found if each.held.many], [each.left for each in found if each.left.many]
