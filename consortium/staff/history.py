"""The history of somebody's work here: the membership's, with that of their service at desks, each told by the desk's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consortium.identity.models import Membership
from consortium.staff import queries
from consortium.trail import labels
from consortium.trail.queries import Change, Entry, history
from tenants.database import db


@dataclass(frozen=True)
class Told:
    """An entry as the macro `history(entries)` shows it."""

    who: labels.Label
    moment: datetime
    what: str
    changes: Sequence[Change]

    @property
    def when(self) -> str:
        return labels.moment(self.moment)

    @property
    def at(self) -> str:
        return self.moment.isoformat()


def told(membership_id: UUID, name: str) -> list[Told]:
    """Newest first; `name`: the person's, which need not be said again of their desks."""
    desks = queries.desk_names(db.session())
    entries = history("memberships", membership_id, parts={"desk_staff": "membership_id"}, names={str(membership_id): name})
    where = {each.row_id: desk for each in entries if (desk := desks.get({**each.before, **each.after}.get("desk_id", "")))}
    return [_told(each, where.get(each.row_id, ""), name) for each in entries]


def _told(entry: Entry, desk: str, name: str) -> Told:
    changes = [change for change in entry.changes if not desk or name not in change[1:]]
    return Told(entry.who, entry.moment, f"{entry.what} ({desk})" if desk else entry.what, changes)


def since_revision(membership: Membership, revision: int) -> list[Told]:
    """What was saved since a form of that revision was opened: each save is one request, and one revision."""
    entries = told(membership.id, membership.name)
    saves = list(dict.fromkeys(each.at for each in entries))[: membership.revision - revision]
    return [each for each in entries if each.at in saves]
