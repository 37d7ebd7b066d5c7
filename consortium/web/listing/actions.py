"""What can be done to several rows of a list at once: the list says so, its page offers it, `consortium.web.several` does it.

TASKS = Listing(…, actions=(Action("done", _l("Mark as done"), Tasks.WRITE, "journal.several"),))
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from consortium.web.listing.columns import Label
from consortium.web.policy import Permission

# Rows at once: as many as somebody can still look through before saying yes.
MOST = 500
# Fields of the form around a list: the rows that were chosen; or all that match the filters, and which filters those are.
CHOSEN, EVERYTHING, FILTERS = "row", "everything", "filters"
# (what, as it is, as it will be), in words.
Change: TypeAlias = tuple[str, str | None, str | None]


@dataclass(frozen=True)
class Action:
    """Something that is done to several rows, at an endpoint that takes `verb`; offered to whoever holds the permission."""

    verb: str
    label: Label
    permission: Permission
    endpoint: str


@dataclass(frozen=True)
class Outlook:
    """What will become of a row; or why nothing can (`refusal`)."""

    id: UUID
    name: str
    url: str
    changes: Sequence[Change] = ()
    refusal: str = ""
