"""Writes of sensitive data: they are opened for a reason, which stays; they are recorded and corrected."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from consortium.cases import joining
from consortium.codes import queries as codes
from consortium.sensitive import queries
from consortium.sensitive.models import SensitiveReading, SensitiveRecord
from consortium.sensitive.schemas import FACTS
from tenants.database import db
from tenants.errors import Problem, told_by

# The scheme of code tables in which they are.
PROTECTED_LISTS = "protected_lists"
# What is written in words, and what stands between two such texts.
TEXTS = {"certificate": " · ", "health": "\n\n", "limitations": "\n\n"}


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


def _made_one(kept: joining.Row, merged: joining.Row) -> dict[str, Any]:
    """Two records of people who become one, unseen by who merges: what one has and the other has not stands, and so do both where they say
    different things in words. Of a number, a day or a list that differ the kept one's stays: the history has the other."""
    # Since when, but of the same list.
    of_another_list = {"protected_since"} if kept["protected_list"] not in (None, merged["protected_list"]) else set()
    texts = {name: between.join(_both(kept[name], merged[name])) or None for name, between in TEXTS.items()}
    return {**joining.missing(kept, merged, {*FACTS} - of_another_list), **texts}


def _both(*texts: str | None) -> list[str]:
    """What is said, but for what is said in another of them too."""
    said = list(dict.fromkeys(text.strip() for text in texts if text and text.strip()))
    return [text for text in said if not any(text in other for other in said if other != text)]


joining.RULES[SensitiveRecord.__tablename__] = _made_one
