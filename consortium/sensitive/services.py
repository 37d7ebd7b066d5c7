"""Writes of sensitive data: they are opened for a reason, which stays; they are recorded and corrected."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from consortium.codes import queries as codes
from consortium.sensitive import queries
from consortium.sensitive.models import SensitiveReading, SensitiveRecord
from tenants.database import db
from tenants.errors import Problem, told_by

# The scheme of code tables in which they are.
PROTECTED_LISTS = "protected_lists"


class ChangedMeanwhile(Problem):
    title = _l("Somebody else has changed this meanwhile")
    remedy = _l("Open it again, compare, and write what is right.")


class ListUnknown(Problem):
    title = _l("There is no such protected list")
    remedy = _l("Choose one of the list.")


class NotOpened(Problem):
    title = _l("These data are not open")
    remedy = _l("Open them first, for a reason: then there are a few minutes to write.")


def open_for(*, person_id: UUID, membership_id: UUID, reason: str) -> SensitiveReading:
    """Somebody opens a person's sensitive data: who, when and why is kept, whether there are any or not."""
    reading = SensitiveReading(person_id=person_id, membership_id=membership_id, reason=reason)
    db.session.add(reading)
    db.session.flush()
    return reading


def record(*, person_id: UUID, revision: int | None, **facts: Any) -> SensitiveRecord:
    """What is true of a person now; `revision`: of what was read (0: nothing). Raises ChangedMeanwhile, ListUnknown."""
    now = queries.record_of(person_id)
    if facts["protected_list"] and facts["protected_list"] not in {*codes.labels(PROTECTED_LISTS), now and now.protected_list}:
        raise ListUnknown(field="protected_list")
    if (now.revision if now else 0) != (revision or 0):
        raise ChangedMeanwhile
    kept = now or SensitiveRecord(person_id=person_id)
    for name, value in facts.items():
        setattr(kept, name, value)
    with told_by({"uq_sensitive_records_tenant_id_person_id": ChangedMeanwhile()}):
        db.session.add(kept)
        db.session.flush()
    return kept
