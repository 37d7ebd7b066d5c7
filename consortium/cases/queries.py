"""Reads of people, cases and assignments. Every one is bounded by what the visitor may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, not_, or_, select, true, tuple_
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import InstrumentedAttribute

from consortium.cases.birthplaces import folded
from consortium.cases.models import Assignment, AssignmentState, Case, Handover, Merge, Person
from consortium.cases.policy import Cases
from consortium.desks.models import Desk, DeskStaff
from consortium.identity.models import Membership
from consortium.identity.queries import valid_on
from consortium.trail.models import Action, TrailEntry
from consortium.web.listing.formats import today
from consortium.web.policy import Role
from consortium.web.visitor import Visitor
from tenants.database import db, scope, tenant_parameter

Found: TypeAlias = Row[*tuple[Any, ...]]

# Two names are similar from here on: "Maria Rosa Bianchi" and "Bianchi Mariarosa" (0.94), not "Bianchi Marta" (0.76).
SIMILAR = 0.8


def same(column: InstrumentedAttribute[Any], model: Any) -> ColumnElement[bool]:
    """The join to the row of `model` that a composite key names: `join(Desk, same(Case.desk_id, Desk))`."""
    return and_(model.tenant_id == column.class_.tenant_id, model.id == column)


def served(visitor: Visitor) -> Select[Any]:
    """Ids of the desks that the visitor serves today."""
    return served_by(visitor.membership_id)


def served_by(membership_id: UUID | None) -> Select[Any]:
    """Ids of the desks that somebody serves today."""
    # A subquery names its tenant itself: the hook reaches the outer statement only.
    mine = (DeskStaff.tenant_id == tenant_parameter(), DeskStaff.membership_id == membership_id)
    return select(DeskStaff.desk_id).where(*mine, valid_on(DeskStaff, today()))


def visible(visitor: Visitor) -> ColumnElement[bool]:
    """The condition on `Case` of the cases that the visitor may see: all, or those of the desks that they serve."""
    return true() if visitor.may(Cases.ALL) else Case.desk_id.in_(served(visitor))


def of_latest_assignment(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """A column of a case's newest assignment, where `Case` is in the statement."""
    newest = aliased(Assignment)
    mine = (newest.tenant_id == tenant_parameter(), newest.tenant_id == Case.tenant_id, newest.case_id == Case.id)
    chosen = select(getattr(newest, column.key)).where(*mine).correlate(Case)
    return chosen.order_by(newest.assigned_on.desc(), newest.id.desc()).limit(1).scalar_subquery()


def with_people(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join, from `Case`, the person and the desk (always there), the case manager and the newest assignment (or nothing)."""
    own_assignment = and_(Assignment.tenant_id == Case.tenant_id, Assignment.case_id == Case.id)
    return (
        statement.select_from(Case)
        .join(Person, same(Case.person_id, Person))
        .join(Desk, same(Case.desk_id, Desk))
        .outerjoin(Membership, same(Case.case_manager_id, Membership))
        # The case is named too: by the id of a subquery alone, all assignments of the consortium would be read to find one.
        .outerjoin(Assignment, and_(own_assignment, Assignment.id == of_latest_assignment(Assignment.id)))
    )


def case_file(case_id: UUID, visitor: Visitor) -> Found | None:
    """Who a case is about and how it stands, in one row (`case`, `person`, `desk`, `case_manager`, `assignment`); None where hidden."""
    return _file(Case.id == case_id, visitor)


def file_of(person_id: UUID, visitor: Visitor) -> Found | None:
    """The case of a person, as `case_file` has it."""
    return _file(Case.person_id == person_id, visitor)


def _file(which: ColumnElement[bool], visitor: Visitor) -> Found | None:
    statement = with_people(select(Case, Person, Desk, Membership.name.label("case_manager"), Assignment))
    return db.session.execute(statement.where(which, visible(visitor))).first()


def merge(merge_id: UUID, visitor: Visitor) -> Merge | None:
    """A merge of two people of whom the visitor may see the one that was kept."""
    statement = select(Merge).join(Case, and_(Case.tenant_id == Merge.tenant_id, Case.person_id == Merge.kept_id))
    return db.session.execute(statement.where(Merge.id == merge_id, visible(visitor))).scalar_one_or_none()


def merged_into(case_id: UUID, visitor: Visitor) -> Found | None:
    """The case (`id`, `number`) into which one (`merged`, its number) was merged, that the visitor may see."""
    kept = and_(Merge.tenant_id == Case.tenant_id, Merge.kept_id == Case.person_id)
    statement = select(Case.id, Case.number, Merge.number.label("merged")).join(Merge, kept)
    return db.session.execute(statement.where(Merge.merged_case_id == case_id, Merge.undone_on.is_(None), visible(visitor))).first()


def merges_of(person_id: UUID) -> list[Merge]:
    """The merges that a person came of, those that were undone too."""
    return list(db.session.scalars(select(Merge).where(Merge.kept_id == person_id).order_by(Merge.id)))


def assignments_of(case_id: UUID) -> list[Found]:
    """A case's assignments (`Assignment`, `desk`), newest first."""
    statement = select(Assignment, Desk.name.label("desk")).join(Desk, same(Assignment.desk_id, Desk))
    newest_first = (Assignment.assigned_on.desc(), Assignment.id.desc())
    return list(db.session.execute(statement.where(Assignment.case_id == case_id).order_by(*newest_first)))


def assignment_ids(case_id: UUID, at_most: int) -> list[UUID]:
    """A case's newest assignments."""
    newest_first = (Assignment.assigned_on.desc(), Assignment.id.desc())
    statement = select(Assignment.id).where(Assignment.case_id == case_id).order_by(*newest_first)
    return list(db.session.scalars(statement.limit(at_most)))


def assigned_after(assignment: Assignment) -> date | None:
    """The day on which the person of an assignment was assigned again, if they were."""
    same_day = and_(Assignment.assigned_on == assignment.assigned_on, Assignment.id > assignment.id)
    later = (Assignment.case_id == assignment.case_id, or_(Assignment.assigned_on > assignment.assigned_on, same_day))
    return db.session.execute(select(func.min(Assignment.assigned_on)).where(*later)).scalar_one()


def names() -> dict[str, str]:
    """Id → name of the desks and of whoever works or worked here, for the history."""
    found = [*db.session.execute(select(Desk.id, Desk.name)), *db.session.execute(select(Membership.id, Membership.name))]
    return {str(row.id): row.name for row in found}


def assignment(assignment_id: UUID, visitor: Visitor) -> Assignment | None:
    """An assignment of a case that the visitor may see."""
    statement = select(Assignment).join(Case, same(Assignment.case_id, Case))
    return db.session.execute(statement.where(Assignment.id == assignment_id, visible(visitor))).scalar_one_or_none()


@dataclass(frozen=True)
class Known:
    """Somebody who is already in the consortium, and by what they are known. Of one that the visitor may not see, only the desk."""

    desk: str
    same_code: bool
    same_phone: bool
    case_id: UUID | None = None
    number: str = ""
    name: str = ""
    born_on: date | None = None
    codice_fiscale: str | None = None


_KNOWN = (
    Case.id.label("case_id"),
    Case.number,
    Case.desk_id,
    Desk.name.label("desk"),
    Person.id.label("person_id"),
    Person.surname,
    Person.first_name,
    Person.born_on,
    Person.codice_fiscale,
    Person.phone,
)


def known(
    visitor: Visitor, *, codice_fiscale: str | None, surname: str, first_name: str, born_on: date | None, phone: str | None = None
) -> list[Known]:
    """People already here with this code, with this birth date and a similar name (see SIMILAR), or with this phone; one statement."""
    given = {Person.codice_fiscale: codice_fiscale, Person.born_on: born_on, Person.phone: phone}
    alike = [column == value for column, value in given.items() if value]
    if not alike:
        return []
    statement = select(*_KNOWN, visible(visitor).label("seen")).select_from(Person).join(Case, same_person())
    rows = db.session.execute(statement.join(Desk, same(Case.desk_id, Desk)).where(or_(*alike)))
    name = f"{surname} {first_name}"
    return [
        _as_known(row, same_code=_is(codice_fiscale, row.codice_fiscale), same_phone=_is(phone, row.phone))
        for row in rows
        if _is(codice_fiscale, row.codice_fiscale) or _is(phone, row.phone) or (row.born_on == born_on and similar(name, _name(row)))
    ]


def same_person() -> ColumnElement[bool]:
    """The join from `Person` to `Case`."""
    return and_(Case.tenant_id == Person.tenant_id, Case.person_id == Person.id)


def similar(one: str, other: str) -> bool:
    """Whether two names may be one person's: accents, order and blanks ignored."""
    return SequenceMatcher(None, _sorted(one), _sorted(other)).ratio() >= SIMILAR


def _sorted(name: str) -> str:
    return "".join(sorted(folded(name).split()))


def _is(given: str | None, kept: str | None) -> bool:
    return bool(given) and given == kept


def _name(row: Found) -> str:
    return f"{row.surname} {row.first_name}"


def _as_known(row: Found, same_code: bool, same_phone: bool) -> Known:
    if not row.seen:
        return Known(row.desk, same_code, same_phone)
    return Known(row.desk, same_code, same_phone, row.case_id, row.number, _name(row), row.born_on, row.codice_fiscale)


def open_desks() -> list[tuple[UUID, str]]:
    """(id, name) of the desks open today."""
    statement = select(Desk.id, Desk.name).where(_open_today()).order_by(func.app.fold(Desk.name))
    return [(row.id, row.name) for row in db.session.execute(statement)]


def _open_today() -> ColumnElement[bool]:
    return or_(Desk.closed_on.is_(None), Desk.closed_on >= today())


def desks(visitor: Visitor) -> list[tuple[UUID, str]]:
    """(id, name) of the desks at which the visitor may take people in: those open today, all or those served."""
    return [(desk.id, desk.name) for desk in open_desks_of(visitor)]


def open_desks_of(visitor: Visitor) -> list[Found]:
    """The desks open today that the visitor sees (`id`, `slug`, `name`)."""
    statement = select(Desk.id, Desk.slug, Desk.name).where(_open_today())
    mine = statement if visitor.may(Cases.ALL) else statement.where(Desk.id.in_(served(visitor)))
    return list(db.session.execute(mine.order_by(func.app.fold(Desk.name))))


def desk_slugs(visitor: Visitor) -> list[tuple[str, str]]:
    """(slug, name) of the desks, closed ones too, whose cases the visitor may see: what a list can be filtered by."""
    statement = select(Desk.slug, Desk.name)
    mine = statement if visitor.may(Cases.ALL) else statement.where(Desk.id.in_(served(visitor)))
    return [(row.slug, row.name) for row in db.session.execute(mine.order_by(func.app.fold(Desk.name)))]


_FOLLOW = (Role.CASE_MANAGER, Role.COORDINATOR)


def follows(visitor: Visitor) -> bool:
    """Whether the visitor is somebody who follows cases: an administrator gives them to others."""
    return not visitor.roles.isdisjoint(_FOLLOW)


def case_managers() -> list[tuple[UUID, str]]:
    """(membership, name) of whoever follows cases today."""
    statement = select(Membership.id, Membership.name).where(Membership.role.in_(_FOLLOW), valid_on(Membership, today()))
    return [(row.id, row.name) for row in db.session.execute(statement.order_by(func.app.fold(Membership.name)))]


def case_managers_ever() -> list[Found]:
    """Whoever follows cases today, then whoever did until they left (`id`, `name`, `left`), by name."""
    follows = (Membership.role.in_(_FOLLOW), Membership.valid_from <= today())
    left = func.coalesce(Membership.valid_to < today(), False).label("left")
    return list(
        db.session.execute(select(Membership.id, Membership.name, left).where(*follows).order_by(left, func.app.fold(Membership.name)))
    )


def sees_desk(membership_id: UUID, desk_id: UUID) -> bool:
    """Whether somebody would see the cases of a desk: who serves it today, or whose role sees all."""
    serves = served_by(membership_id).where(DeskStaff.desk_id == desk_id).exists()
    role = select(Membership.role).where(Membership.id == membership_id, or_(Membership.role != "case_manager", serves))
    return db.session.execute(role).first() is not None


def desks_seen(membership_id: UUID) -> set[UUID] | None:
    """The desks whose cases somebody would see today; None: all."""
    role = db.session.execute(select(Membership.role).where(Membership.id == membership_id)).scalar_one_or_none()
    return set(db.session.scalars(served_by(membership_id))) if role == "case_manager" else None


def lines(ids: Collection[UUID]) -> list[Found]:
    """Cases by id, with what a page says of each (`id`, `number`, `surname`, `first_name`, `desk_id`, `desk`, `case_manager_id`,
    `case_manager`), by surname."""
    columns = (Case.id, Case.number, Case.desk_id, Case.case_manager_id, Person.surname, Person.first_name)
    names = (Desk.name.label("desk"), Membership.name.label("case_manager"))
    statement = select(*columns, *names).join(Person, same(Case.person_id, Person)).join(Desk, same(Case.desk_id, Desk))
    named = statement.outerjoin(Membership, same(Case.case_manager_id, Membership)).where(Case.id.in_(ids))
    return list(db.session.execute(named.order_by(Person.surname, Person.first_name, Case.number)))


def desk_name(desk_id: UUID) -> str:
    return db.session.execute(select(Desk.name).where(Desk.id == desk_id)).scalar_one_or_none() or ""


def out_of_reach(
    who: InstrumentedAttribute[Any], *desks: InstrumentedAttribute[Any], person: type[Membership] = Membership
) -> ColumnElement[bool]:
    """The condition that somebody (in the statement as `person`) does not see what is at any of some desks: they have left, they have
    figures only, or they serve none of them. As `sees_desk`, for rows."""
    serving = select(DeskStaff.membership_id, DeskStaff.desk_id).where(
        DeskStaff.tenant_id == tenant_parameter(), valid_on(DeskStaff, today())
    )
    elsewhere = and_(person.role == Role.CASE_MANAGER, *(tuple_(who, desk).not_in(serving) for desk in desks))
    return or_(person.valid_to < today(), person.role == Role.READER, elsewhere)


def unfollowed() -> ColumnElement[bool]:
    """The condition on a case (with its desk and case manager) that it has no case manager who sees it, or a desk that is closed."""
    return or_(Case.case_manager_id.is_(None), Desk.closed_on < today(), out_of_reach(Case.case_manager_id, Case.desk_id))


def to_reassign() -> ColumnElement[bool]:
    """The condition on a case (as in `unfollowed`) that somebody is to follow it: not if the person went back to who sent them."""
    state = of_latest_assignment(Assignment.state)
    return and_(unfollowed(), state.is_distinct_from(AssignmentState.RETURNED))


def count_to_reassign(visitor: Visitor) -> int:
    """How many cases wait for somebody to follow them."""
    return int(db.session.execute(_with_manager(func.count()).where(to_reassign(), visible(visitor))).scalar_one())


def in_hand(visitor: Visitor, case_manager_id: UUID) -> tuple[int, int]:
    """How many cases are somebody's, and how many of them wait for another."""
    counted = _with_manager(func.count(), func.count().filter(to_reassign()))
    row = db.session.execute(counted.where(Case.case_manager_id == case_manager_id, visible(visitor))).one()
    return row[0], row[1]


def _with_manager(*columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    statement = select(*columns).select_from(Case).join(Desk, same(Case.desk_id, Desk))
    return statement.outerjoin(Membership, same(Case.case_manager_id, Membership))


def nobodys(visitor: Visitor, at_most: int, *, at: UUID | None = None) -> list[Found]:
    """Cases that somebody is to follow, at a desk or at all that the visitor may see, the oldest first (`id`, `number`, `surname`,
    `first_name`, `phone`, `opened_on`, `desk`)."""
    columns = (Case.id, Case.number, Case.opened_on, Person.surname, Person.first_name, Person.phone, Desk.name.label("desk"))
    statement = select(*columns).join(Person, same(Case.person_id, Person)).join(Desk, same(Case.desk_id, Desk))
    followed = statement.outerjoin(Membership, same(Case.case_manager_id, Membership)).where(to_reassign(), visible(visitor))
    here = followed.where(Case.desk_id == at) if at else followed
    return list(db.session.execute(here.order_by(Case.opened_on, Case.id).limit(at_most)))


def follower(case_id: UUID) -> str | None:
    """The name of whoever follows a case; None where somebody may take it (see `unfollowed`)."""
    statement = select(Membership.name, unfollowed().label("free")).select_from(Case).join(Desk, same(Case.desk_id, Desk))
    followed = statement.outerjoin(Membership, same(Case.case_manager_id, Membership)).where(Case.id == case_id)
    row = db.session.execute(followed).one()
    return None if row.free else row.name


def handover_of_intake(assignment: Assignment) -> Handover | None:
    """The handover by which whoever took a person in charge began to follow them: the one recorded at the same moment."""
    told = (TrailEntry.table_name == Assignment.__tablename__, TrailEntry.row_id == assignment.id)
    intake = TrailEntry.after["state"].astext == AssignmentState.TAKEN_IN_CHARGE
    recorded = select(TrailEntry.created_at).where(*told, intake).order_by(TrailEntry.id.desc()).limit(1)
    moment = db.session.execute(recorded).scalar_one_or_none()
    statement = select(Handover).where(Handover.case_id == assignment.case_id, Handover.created_at == moment)
    return db.session.execute(statement.order_by(Handover.id.desc()).limit(1)).scalar_one_or_none()


def handovers_of(case_id: UUID) -> list[Found]:
    """A case's handovers (`on_date`, `note`, `from_desk`, `to_desk`, `from_manager`, `to_manager`, `recorded_by`), newest first."""
    from_desk, to_desk, from_manager, to_manager = aliased(Desk), aliased(Desk), aliased(Membership), aliased(Membership)
    desks = (from_desk.name.label("from_desk"), to_desk.name.label("to_desk"))
    managers = (from_manager.name.label("from_manager"), to_manager.name.label("to_manager"))
    statement = (
        select(Handover.id, Handover.on_date, Handover.note, *desks, *managers, _recorded_by())
        .join(from_desk, same(Handover.from_desk_id, from_desk))
        .join(to_desk, same(Handover.to_desk_id, to_desk))
        .outerjoin(from_manager, same(Handover.from_manager_id, from_manager))
        .outerjoin(to_manager, same(Handover.to_manager_id, to_manager))
    )
    return list(db.session.execute(statement.where(Handover.case_id == case_id).order_by(Handover.id.desc())))


def _recorded_by() -> ColumnElement[str | None]:
    """Who wrote down a `Handover`, and can be asked."""
    told, author = aliased(TrailEntry), aliased(Membership)
    written = (told.table_name == Handover.__tablename__, told.row_id == Handover.id, told.action == Action.INSERT)
    joined = select(author.name).join(told, and_(told.tenant_id == author.tenant_id, told.actor_id == author.account_id))
    return joined.where(told.tenant_id == Handover.tenant_id, *written).limit(1).correlate(Handover).scalar_subquery().label("recorded_by")


def latest_note(case_id: UUID) -> Found | None:
    """The newest handover of a case that came with a note (as `handovers_of` has them)."""
    return next((row for row in handovers_of(case_id) if row.note), None)


def received(visitor: Visitor, since: date, at_most: int) -> list[Found]:
    """Cases that others have handed to the visitor since a day, and that are still theirs, the newest first (`id`, `number`, `surname`,
    `first_name`, `phone`, `desk`, `on_date`, `from_manager`, `note`, `recorded_by`)."""
    me, newer, told, giver = visitor.membership_id, aliased(Handover), aliased(TrailEntry), aliased(Membership)
    written = (told.tenant_id == Handover.tenant_id, told.table_name == Handover.__tablename__, told.row_id == Handover.id)
    by_me = exists().where(*written, told.action == Action.INSERT, told.actor_id == scope().actor_id)
    later = exists().where(newer.tenant_id == Handover.tenant_id, newer.case_id == Handover.case_id, newer.id > Handover.id)
    columns = (Case.id, Case.number, Person.surname, Person.first_name, Person.phone, Desk.name.label("desk"))
    statement = select(*columns, Handover.on_date, Handover.note, giver.name.label("from_manager"), _recorded_by()).select_from(Handover)
    joined = (
        statement.join(Case, same(Handover.case_id, Case)).join(Person, same(Case.person_id, Person)).join(Desk, same(Case.desk_id, Desk))
    )
    to_me = (Handover.to_manager_id == me, Handover.from_manager_id.is_distinct_from(me), Case.case_manager_id == me)
    mine = joined.outerjoin(giver, same(Handover.from_manager_id, giver)).where(*to_me, Handover.on_date >= since, not_(later), not_(by_me))
    return list(db.session.execute(mine.where(visible(visitor)).order_by(Handover.id.desc()).limit(at_most)))


def usual_job_centre() -> str:
    """The job centre of the newest assignment: the one that most likely sends the next person; "" at first."""
    newest = select(Assignment.job_centre).where(Assignment.job_centre.is_not(None)).order_by(Assignment.assigned_on.desc()).limit(1)
    return db.session.execute(newest).scalar_one_or_none() or ""
