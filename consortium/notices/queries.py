"""Reads of the notice's versions and of how people stand with them, bounded by the cases that the visitor may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, func, literal, not_, select
from sqlalchemy.orm import aliased

from consortium.cases.models import Case
from consortium.cases.queries import Found, same, visible
from consortium.identity.models import Membership
from consortium.notices.models import Acknowledgement, Notice, Seen, State
from consortium.web.listing.formats import today
from consortium.web.visitor import Visitor
from tenants.database import db, tenant_parameter

# Taken at each execution, so that statements can be built once.
TODAY: ColumnElement[date] = bindparam("today", callable_=today, type_=Date())

_newest = aliased(Notice)
# The first day of the version in force; null where there is none.
in_force_since = (
    select(func.max(_newest.in_force_from)).where(_newest.tenant_id == tenant_parameter(), _newest.in_force_from <= TODAY).scalar_subquery()
)
state = case(
    (Notice.in_force_from > TODAY, literal(State.TO_COME.value)),
    (Notice.in_force_from == in_force_since, literal(State.IN_FORCE.value)),
    else_=State.SUPERSEDED.value,
)
# By how many people a version is acknowledged.
acknowledged = (
    select(func.count())
    .select_from(Acknowledgement)
    .where(Acknowledgement.tenant_id == tenant_parameter(), Acknowledgement.notice_id == Notice.id)
    .correlate(Notice)
    .scalar_subquery()
)


def versions() -> Select[*tuple[UUID]]:
    """Every version, to be selected from."""
    return select(Notice.id)


def notice(notice_id: UUID) -> Found | None:
    """A version (`Notice`), how it stands (`state`), by how many people it is `acknowledged`."""
    statement = select(Notice, state.label("state"), acknowledged.label("acknowledged"))
    return db.session.execute(statement.where(Notice.id == notice_id)).first()


def is_any_in_force() -> bool:
    return db.session.execute(select(Notice.id).where(Notice.in_force_from <= today()).limit(1)).first() is not None


def numbers() -> Mapping[UUID, int]:
    """Of every version its number."""
    return {row.id: row.number for row in db.session.execute(select(Notice.id, Notice.number))}


def neighbours(number: int) -> tuple[Found | None, Found | None]:
    """The versions (`number`, `in_force_from`) before and after a number."""
    rows = list(db.session.execute(select(Notice.number, Notice.in_force_from).order_by(Notice.number)))
    earlier, later = ([row for row in rows if row.number < number], [row for row in rows if row.number > number])
    return (earlier[-1] if earlier else None), (later[0] if later else None)


def last_number() -> int:
    return db.session.execute(select(func.coalesce(func.max(Notice.number), 0))).scalar_one()


@dataclass(frozen=True)
class Standing:
    """How a person stands with the notice.

    `versions`: those that are or were in force, the newest first (`notice_id`, `number`, `in_force_from`, `title`), each with its
    acknowledgement (`id`, `on_date`, `how`, `recorded_by`, `recorded_at`: null where there is none).
    """

    versions: list[Found]

    @property
    def in_force(self) -> Found | None:
        return self.versions[0] if self.versions else None

    @property
    def acknowledged(self) -> list[Found]:
        return [row for row in self.versions if row.id]

    @property
    def unseen(self) -> list[Found]:
        return [row for row in self.versions if not row.id]

    @property
    def state(self) -> Seen | None:
        """None where no notice is in force."""
        if self.in_force is None:
            return None
        return Seen.ACKNOWLEDGED if self.in_force.id else Seen.EARLIER if self.acknowledged else Seen.MISSING


def standing(person_id: UUID) -> Standing:
    """How a person stands today; one statement."""
    mine = and_(
        Acknowledgement.tenant_id == Notice.tenant_id, Acknowledgement.notice_id == Notice.id, Acknowledgement.person_id == person_id
    )
    version = (Notice.id.label("notice_id"), Notice.number, Notice.in_force_from, Notice.title)
    seen = (Acknowledgement.id, Acknowledgement.on_date, Acknowledgement.how, Acknowledgement.created_at.label("recorded_at"))
    statement = select(*version, *seen, Membership.name.label("recorded_by")).select_from(Notice).outerjoin(Acknowledgement, mine)
    named = statement.outerjoin(Membership, same(Acknowledgement.recorded_by_id, Membership)).where(Notice.in_force_from <= today())
    return Standing(list(db.session.execute(named.order_by(Notice.in_force_from.desc()))))


def acknowledgement(acknowledgement_id: UUID, visitor: Visitor) -> Found | None:
    """That a person has seen a version (`Acknowledgement`, `on_date`, `case_id`, `number`), of a case that the visitor may see."""
    theirs = and_(Case.tenant_id == Acknowledgement.tenant_id, Case.person_id == Acknowledgement.person_id)
    columns = (Acknowledgement, Acknowledgement.on_date, Case.id.label("case_id"), Notice.number)
    numbered = select(*columns).join_from(Acknowledgement, Case, theirs).join(Notice, same(Acknowledgement.notice_id, Notice))
    return db.session.execute(numbered.where(Acknowledgement.id == acknowledgement_id, visible(visitor))).first()


_seen, _version, _other = aliased(Acknowledgement), aliased(Notice), aliased(Acknowledgement)
# On which day the person of `Case` acknowledged the version in force; null where they have not.
acknowledged_on = (
    select(_seen.on_date)
    .join(_version, and_(_version.tenant_id == _seen.tenant_id, _version.id == _seen.notice_id))
    .where(_seen.tenant_id == tenant_parameter(), _version.tenant_id == tenant_parameter(), _seen.person_id == Case.person_id)
    .where(_version.in_force_from == in_force_since)
    .correlate(Case)
)
_has_seen = acknowledged_on.exists()
_has_seen_any = select(_other.id).where(_other.tenant_id == tenant_parameter(), _other.person_id == Case.person_id).correlate(Case).exists()
# How the person of `Case` stands, and the condition of each way; "to_do": there is something to be shown to them.
seen = case((_has_seen, literal(Seen.ACKNOWLEDGED.value)), (_has_seen_any, literal(Seen.EARLIER.value)), else_=Seen.MISSING.value)
STANDS: Mapping[str, ColumnElement[bool]] = {
    "to_do": not_(_has_seen),
    Seen.MISSING: not_(_has_seen_any),
    Seen.EARLIER: and_(not_(_has_seen), _has_seen_any),
    Seen.ACKNOWLEDGED: _has_seen,
}
