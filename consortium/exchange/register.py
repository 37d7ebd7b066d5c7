"""What rows name of the consortium: desks, measures, case managers. Read once a load; found by name, whatever its capitals."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select

from consortium.desks.models import Desk
from consortium.exchange.cells import fold
from consortium.exchange.faults import Fault
from consortium.exchange.kinds import Line
from consortium.identity.models import Membership
from consortium.pathways.models import Measure, MeasureConflict, MeasureDesk, MeasureService, MonthClosing
from tenants.database import db


@dataclass(frozen=True)
class KnownMeasure:
    id: UUID
    name: str
    valid_from: date
    valid_to: date
    services: dict[str, str]  # folded → as it is written; withdrawn ones too, which files of the past may name
    budgets: dict[str, Decimal]  # service, as it is written → hours that one person can have
    gol_paths: list[int]
    desks: set[UUID] = field(default_factory=set)


@dataclass(frozen=True)
class Register:
    desks: dict[str, UUID]
    desk_names: dict[UUID, str]
    measures: dict[str, KnownMeasure]
    measures_by_id: dict[UUID, KnownMeasure]
    managers: dict[str, UUID]
    closed: frozenset[tuple[UUID, date]]  # (desk, first day) of the months that are closed
    conflicts: dict[frozenset[UUID], str]  # two measures, or one with itself → effect

    @cached_property
    def incompatible(self) -> frozenset[UUID]:
        """The measures that do not go with every other."""
        return frozenset().union(*self.conflicts)

    def effect(self, measure_id: UUID, other_id: UUID) -> str | None:
        """What happens to a person who would be in both at once; None: nothing."""
        return self.conflicts.get(frozenset((measure_id, other_id)))

    def desk(self, line: Line) -> UUID | None:
        found: UUID | None = self._found(line, "desk", self.desks, "no_desk", self.desk_names.values())
        return found

    def measure(self, line: Line) -> KnownMeasure | None:
        found: KnownMeasure | None = self._found(
            line, "measure", self.measures, "no_measure", [m.name for m in self.measures_by_id.values()]
        )
        return found

    def manager(self, line: Line) -> UUID | None:
        found: UUID | None = self._found(line, "case_manager", self.managers, "no_manager", ())
        return found

    def _found(self, line: Line, name: str, among: dict[str, Any], fault: str, choices: Any) -> Any:
        """What the cell names; a fault in the line, and None, where there is no such thing."""
        written = line.values[name]
        if written is None:
            return None
        found = among.get(fold(written))
        if found is None:
            line.faults.append(Fault(fault, name, written, {"choices": ", ".join(sorted(choices))}))
        return found


def registered() -> Register:
    """The register of the consortium in scope: seven statements."""
    desks = db.session.execute(select(Desk.id, Desk.slug, Desk.name)).all()
    measures = _measures()
    closings = select(MonthClosing.desk_id, MonthClosing.month).where(MonthClosing.reopened_on.is_(None))
    staff = db.session.execute(select(Membership.email, Membership.id)).all()
    conflicts = select(MeasureConflict.measure_id, MeasureConflict.other_id, MeasureConflict.effect)
    return Register(
        desks={fold(name): row.id for row in desks for name in (row.slug, row.name)},
        desk_names={row.id: row.name for row in desks},
        measures={fold(name): measure for code, measure in measures for name in (code, measure.name)},
        measures_by_id={measure.id: measure for _, measure in measures},
        managers={fold(email): membership_id for email, membership_id in staff},
        closed=frozenset((row.desk_id, row.month) for row in db.session.execute(closings)),
        conflicts={frozenset((row.measure_id, row.other_id)): row.effect for row in db.session.execute(conflicts)},
    )


def _measures() -> list[tuple[str, KnownMeasure]]:
    desks: dict[UUID, set[UUID]] = defaultdict(set)
    for measure_id, desk_id in db.session.execute(select(MeasureDesk.measure_id, MeasureDesk.desk_id)):
        desks[measure_id].add(desk_id)
    services = defaultdict(list)
    for row in db.session.execute(select(MeasureService.measure_id, MeasureService.name, MeasureService.hours_budget)):
        services[row.measure_id].append(row)
    columns = (Measure.code, Measure.id, Measure.name, Measure.valid_from, Measure.valid_to, Measure.gol_paths)
    return [(row.code, _known(row, services[row.id], desks[row.id])) for row in db.session.execute(select(*columns))]


def _known(row: Any, services: list[Any], desks: set[UUID]) -> KnownMeasure:
    names = {fold(each.name): each.name for each in services}
    budgets = {each.name: each.hours_budget for each in services if each.hours_budget is not None}
    return KnownMeasure(row.id, row.name, row.valid_from, row.valid_to, names, budgets, row.gol_paths, desks)
