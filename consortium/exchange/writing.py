"""Plans into the database, many at a time. What it refuses is found by halving, so one bad row costs a few statements, not the lot."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from consortium.cases.models import Assignment, Case, Person
from consortium.exchange.faults import Fault
from consortium.exchange.plans import Plan, Update
from consortium.pathways.models import Pathway, PathwayEvent, Session
from consortium.sensitive.models import SensitiveRecord
from tenants.database import db, tenant_parameter
from tenants.errors import Problem, violated

# Parents before children.
ORDER: tuple[Any, ...] = (Person, SensitiveRecord, Case, Assignment, Pathway, PathwayEvent, Session)
# What the database's own rules say of a row.
RULES = {
    "ex_sessions_operator_id": Fault("operator_busy", "starts"),
    "ex_sessions_case_id": Fault("person_busy", "starts"),
    "ck_sessions_month_open": Fault("month_closed_meanwhile"),
}


class ChangedMeanwhile(Problem):
    """Somebody saved a row between our reading and our writing."""


def write(plans: Sequence[Plan]) -> None:
    """Write all plans that the database takes; the others get its fault in their line."""
    try:
        with db.session.begin_nested():
            _write(plans)
    except IntegrityError as error:
        if len(plans) == 1:
            plans[0].line.faults.append(_fault(error))
            return
        middle = len(plans) // 2
        write(plans[:middle])
        write(plans[middle:])


def _fault(error: DBAPIError) -> Fault:
    rule = violated(error) or ""
    return RULES.get(rule) or Fault("refused", facts={"rule": rule})


def _write(plans: Sequence[Plan]) -> None:
    rows: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    updates: dict[tuple[Any, tuple[str, ...]], list[Update]] = defaultdict(list)
    for plan in plans:
        for model, values in plan.inserts:
            rows[model].append(values)
        for each in plan.updates:
            updates[each.model, tuple(sorted(each.values))].append(each)
    for model in ORDER:
        if rows[model]:
            db.session.execute(insert(model), rows[model])
    for (model, names), changed in updates.items():
        _change(model, names, changed)


def _change(model: Any, names: tuple[str, ...], changed: Sequence[Update]) -> None:
    """One statement for all rows that change in the same columns; each only if it is as it was."""
    table = model.__table__
    where = (table.c.tenant_id == tenant_parameter(), table.c.id == bindparam("row_id"), table.c.revision == bindparam("row_revision"))
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    statement = update(table).where(*where).values(revision=table.c.revision + 1, **values)
    parameters = [
        {"row_id": each.id, "row_revision": each.revision, **{f"new_{name}": each.values[name] for name in names}} for each in changed
    ]
    result: Any = db.session.connection().execute(statement, parameters)
    if result.rowcount != len(changed):
        raise ChangedMeanwhile
