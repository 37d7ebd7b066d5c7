"""Writes: two people made one, field by field, and the undoing of it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from consortium.cases import codice_fiscale, merging, parting
from consortium.cases.models import Assignment, AssignmentState, Case, Merge, Person
from consortium.cases.queries import same
from consortium.desks.models import Desk
from consortium.trail import labels
from consortium.web.listing.formats import day as shown
from consortium.web.listing.formats import today
from tenants.database import db
from tenants.errors import Problem

# What rooms above know against a merge, in sentences, from the cases (kept, merged): `unions.CLASHES.append(…)`.
CLASHES: list[Callable[[UUID, UUID], list[str]]] = []
# And what they know that does not stop a merge, but is to be known before it.
WARNINGS: list[Callable[[UUID, UUID], list[str]]] = []
_WAITING = (AssignmentState.ASSIGNED, AssignmentState.CONTACTED)


class SamePerson(Problem):
    title = _l("These are one and the same case")
    remedy = _l("Choose another person.")


class CannotMerge(Problem):
    title = _l("These two cannot be made one as they are")
    remedy = _l("Correct or remove one of the two records first, then merge.")


class CodeDisagrees(Problem):
    title = _l("The codice fiscale that was chosen does not agree with the rest")
    remedy = _l("Choose the data that go together.")


class ChangedSince(Problem):
    title = _l("This merge can no longer be undone: there is later work on it")
    remedy = _l("Correct the data by hand, or undo the later work first.")


class AlreadyUndone(Problem):
    title = _l("This merge was undone already")
    remedy = _l("There is nothing left to do: both cases are there, each with its number.")


def merge(
    *,
    kept: Case,
    merged: Case,
    fields: tuple[str, ...],
    parts: merging.Sides | None = None,
    follows: str | None = None,
    reason: str | None,
) -> Merge:
    """`merged` and its person go into `kept` and its own; `fields`: the person's columns whose value is the merged one's.

    `parts`: the same of what is known of the person in both (a profile, a language): of which nothing is said, what the kept one has not
    itself is taken.
    `follows`: "kept" or "merged", whose desk and case manager the case has (None: see `followed`).
    Raises SamePerson, CannotMerge, CodeDisagrees; then nothing was done, once the caller has rolled back.
    """
    if kept.person_id == merged.person_id:
        raise SamePerson
    ours, theirs = _locked(kept, merged)
    chosen = {name: getattr(theirs, name) for name in fields if getattr(theirs, name) != getattr(ours, name)}
    _agree(ours, theirs, chosen)
    made = merging.plan(ours.id, theirs.id, {**(parts or {}), "cases": dict.fromkeys(merging.FOLLOWED, follows or followed(kept, merged))})
    if against := objections(kept.id, merged.id):
        raise CannotMerge(" ".join(against))
    gone = {"merged_id": theirs.id, "merged_case_id": merged.id, "number": merged.number}
    for row in (merged, theirs):
        db.session.expunge(row)
    with _refused(lambda what: CannotMerge(_("Both have a record that can be there only once: %(what)s.", what=what))):
        steps = merging.carry_out(made)
        before = {name: getattr(ours, name) for name in chosen}
        for name, value in chosen.items():
            setattr(ours, name, value)
        db.session.flush()
    undo = {**steps, "before": _json(before), "after": _json(chosen)}
    done = Merge(kept_id=ours.id, **gone, reason=reason, undo=undo)
    db.session.add(done)
    db.session.flush()
    db.session.expire_all()
    return done


def followed(kept: Case, merged: Case) -> str:
    """Whose case manager is proposed, with the desk: that of the merged one where nobody follows the kept one."""
    return "merged" if kept.case_manager_id is None and merged.case_manager_id else "kept"


def _locked(kept: Case, merged: Case) -> tuple[Person, Person]:
    """Both people, locked with their cases, always in the same order: of two merges at once the second finds the first done."""
    for model, ids in ((Person, (kept.person_id, merged.person_id)), (Case, (kept.id, merged.id))):
        chosen: Any = select(model).where(model.id.in_(ids)).order_by(model.id).with_for_update()
        found = {row.id: row for row in db.session.scalars(chosen, execution_options={"populate_existing": True})}
        if len(found) < 2:
            raise SamePerson(_("One of the two is no longer there: somebody has merged it meanwhile."))
        if model is Person:
            people = found
    return people[kept.person_id], people[merged.person_id]


def _agree(ours: Person, theirs: Person, chosen: Mapping[str, Any]) -> None:
    """A mixture of the two must be one person: what either had already is not questioned."""
    facts = {name: chosen.get(name, getattr(ours, name)) for name in ("surname", "first_name", "sex", "born_on", "birthplace")}
    code = chosen.get("codice_fiscale", ours.codice_fiscale)
    if not chosen or not code or all(getattr(theirs, name) == value for name, value in {**facts, "codice_fiscale": code}.items()):
        return
    if wrong := codice_fiscale.contradictions(code, facts):
        raise CodeDisagrees(" ".join(dict.fromkeys(map(str, wrong.values()))))


def objections(kept_id: UUID, merged_id: UUID) -> list[str]:
    """What stands against a merge (of cases), in sentences."""
    return [words for clash in CLASHES for words in clash(kept_id, merged_id)]


def warnings(kept_id: UUID, merged_id: UUID) -> list[str]:
    """What is to be known before a merge (of cases), in sentences."""
    return _waiting(kept_id, merged_id) + [words for warned in WARNINGS for words in warned(kept_id, merged_id)]


def _waiting(kept_id: UUID, merged_id: UUID) -> list[str]:
    """Assignments of one that go on waiting, though the other was taken in charge: but for those that become one with a further one."""
    statement = select(Assignment, Desk.name).join(Desk, same(Assignment.desk_id, Desk)).where(Assignment.case_id.in_((kept_id, merged_id)))
    rows = db.session.execute(statement.order_by(Assignment.assigned_on)).all()
    followed = {each.case_id for each, _desk in rows if each.state == AssignmentState.TAKEN_IN_CHARGE}
    further = {(each.case_id, each.assigned_on, each.source) for each, _desk in rows if each.state not in _WAITING}
    others = {kept_id: merged_id, merged_id: kept_id}
    waiting = [(each, desk, others[each.case_id]) for each, desk in rows if each.state in _WAITING and others[each.case_id] in followed]
    return [
        _(
            "The assignment of %(day)s at the desk of %(desk)s goes on waiting, though the person is taken in charge: once they are one, "
            "take it in charge too, return it, or remove it if it was told twice.",
            day=shown(each.assigned_on),
            desk=desk,
        )
        for each, desk, other_id in waiting
        if (other_id, each.assigned_on, each.source) not in further
    ]


@contextmanager
def _refused(told: Callable[[str], Problem]) -> Iterator[None]:
    """Two rows that the database will not have beside each other, told by what they are."""
    try:
        yield
    except IntegrityError as error:
        table = getattr(getattr(error.orig, "diag", None), "table_name", None) or ""
        raise told(str(labels.words_of(table).thing)) from error


def undo(*, merge: Merge) -> Merge:
    """Both are there again, as they were; what was recorded since stays with the kept one. Raises AlreadyUndone, ChangedSince."""
    db.session.refresh(merge, with_for_update=True)
    if merge.undone_on:
        raise AlreadyUndone
    steps = merge.undo
    if merge.kept_id != UUID(steps["removed"][-1]["kept"]):
        raise ChangedSince(_("The person was later merged into another one: undo that merge first."))
    person = db.session.scalars(select(Person).where(Person.id == merge.kept_id).with_for_update()).one()
    _refuse_changed(person, steps)
    _refuse_astray(steps)
    with _refused(lambda what: ChangedSince(_("Something recorded since stands in its place: %(what)s.", what=what))):
        for name, value in steps["before"].items():
            setattr(person, name, _value(name, value))
        db.session.flush()
        parting.give_back(steps.get("joined", []))
        parting.bring_back(steps["removed"])
        parting.move_back(steps["moved"], steps["removed"])
        merge.undone_on = today()
        db.session.flush()
    db.session.expire_all()
    return merge


def _refuse_changed(person: Person, steps: Mapping[str, Any]) -> None:
    chosen = [labels.column("people", name) for name, value in steps["after"].items() if getattr(person, name) != _value(name, value)]
    taken = [labels.column(table, name) for table, name in parting.changed(steps.get("joined", []))]
    if fields := ", ".join([*chosen, *taken]):
        raise ChangedSince(_("These data, chosen in the merge, have been changed since: %(fields)s.", fields=fields))


def _refuse_astray(steps: Mapping[str, Any]) -> None:
    if found := parting.astray(steps["moved"]):
        rows = ", ".join(f"{labels.words_of(table).thing} ({many})" for table, many in found.items())
        raise ChangedSince(_("These records have gone to another case since: %(rows)s.", rows=rows))


def _json(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}


def _value(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name == "born_on" else value
