"""A consortium comes to be, rests and ends, in an operator's scope; the caller commits.

A charter becomes a registered tenant with all that the charter says, or nothing. Whoever is deleted leaves nothing behind.
"""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, func, select, text, update
from sqlalchemy.exc import DBAPIError

from tenants import charter as charters
from tenants import scope
from tenants.charter import Charter, CharterError, CharterInvalid, Row, Section, registered
from tenants.database import db
from tenants.errors import Problem, told_by, violated
from tenants.models import Tenant, TenantState, new_id
from tenants.positions import Where, dotted

# A large consortium has millions of rows, and all of them go in one statement.
_TAKES_LONG = text("SET LOCAL statement_timeout = 0")
# What rooms do when a consortium is deleted, in the transaction that deletes it: leave a job, say, for what is outside the database.
departures: list[Callable[[UUID], None]] = []


class SlugTaken(Problem):
    title = _l("Another consortium has this slug")
    remedy = _l("Choose another name for its address.")


class NotSuspended(Problem):
    title = _l("The consortium is at work")
    remedy = _l("Suspend it first, so that nobody writes while it is deleted.")


class NotExported(Problem):
    title = _l("There is no fresh export of this consortium")
    remedy = _l("Export it first: an export counts for 24 hours, and only as long as nothing changes.")


class RowRefused(Exception):
    """A row of a charter, well formed, that a room or the database does not take. `where`: its place in the document."""

    def __init__(self, where: Where, reason: Problem | DBAPIError) -> None:
        super().__init__(str(where))
        self.where = where
        self.reason = reason


def establish(source: Path | str, *, tenant_id: UUID | None = None) -> Tenant:
    """Found a consortium from the charter in a file or a text. Raises CharterInvalid with line and field of what is wrong, OSError.

    After an error the caller rolls back: nothing was founded.
    """
    document = charters.read(source, registered())
    try:
        return found(document, tenant_id=tenant_id)
    except SlugTaken as taken:
        raise _invalid(source, ("consortium", "slug"), str(taken.title)) from taken
    except RowRefused as refused:
        raise _invalid(source, refused.where, _words(refused.reason)) from refused


def _invalid(source: Path | str, where: Where, words: str) -> CharterInvalid:
    return CharterInvalid([CharterError(charters.line_of(source, where), dotted(where), f"{words.removesuffix('.')}.")])


def _words(reason: Problem | DBAPIError) -> str:
    if isinstance(reason, Problem):
        return ". ".join(str(part).removesuffix(".") for part in (reason.title, reason.detail, reason.remedy) if str(part))
    check = _check(reason)
    rule = check.sqltext if check is not None else violated(reason) or type(reason).__name__
    return str(_("The database does not take this (%(rule)s)", rule=rule))


def _check(reason: DBAPIError) -> CheckConstraint | None:
    """The rule between the columns of one row that was broken, if it was one."""
    rules = (rule for table in db.Model.metadata.tables.values() for rule in table.constraints if isinstance(rule, CheckConstraint))
    return next((rule for rule in rules if rule.name == violated(reason)), None)


def _field(reason: Problem | DBAPIError, row: Row) -> str | None:
    """The field of a charter's row that was refused: a rule is about the first column that it names (`valid_to >= valid_from`)."""
    if isinstance(reason, Problem):
        return reason.field
    check = _check(reason)
    named = re.findall(r"\w+", str(check.sqltext)) if check is not None else []
    return next((name for name in named if name in row), None)


def found(charter: Charter, *, tenant_id: UUID | None = None) -> Tenant:
    """Register and furnish a consortium, of a given id or a new one. Raises RowRefused, and SlugTaken, also where the id is taken."""
    facts = charter.consortium
    taken = SlugTaken(facts["slug"], field="slug")
    of_charter = {"slug": facts["slug"], "name": facts["name"], "region_id": facts["region"], "lead_body": facts["lead_body"]}
    tenant = Tenant(id=tenant_id or new_id(), **of_charter)
    with told_by({"uq_tenants_slug": taken, "pk_tenants": taken}):
        db.session.add(tenant)
        db.session.flush()
    with scope.founding(tenant.id, tenant.region_id):
        for section in registered():
            _furnish(section, charter.rows[section.name])
    return tenant


def _furnish(section: Section, rows: list[Row]) -> None:
    try:
        _found(section, rows)
    except (Problem, DBAPIError) as error:
        raise _blame(section, rows) or RowRefused((section.name, 0), error) from error


def _found(section: Section, rows: list[Row]) -> None:
    """All of them or none; the room gets rows of its own, to take apart."""
    with db.session.begin_nested():
        section.found([dict(row) for row in rows])


def _blame(section: Section, rows: list[Row]) -> RowRefused | None:
    """Rooms found all their rows at once: one by one, the first that is refused shows which it was."""
    for number, row in enumerate(rows):
        try:
            _found(section, [row])
        except (Problem, DBAPIError) as error:
            where = (section.name, number)
            field = _field(error, row)
            return RowRefused((*where, field) if field else where, error)
    return None


def suspend(tenant_id: UUID) -> None:
    """Keep its people out until it is resumed; nothing is lost."""
    _turn(tenant_id, TenantState.SUSPENDED)


def resume(tenant_id: UUID) -> None:
    _turn(tenant_id, TenantState.ACTIVE)


def _turn(tenant_id: UUID, state: TenantState) -> None:
    db.session.execute(update(Tenant).where(Tenant.id == tenant_id).values(state=state))


def delete(tenant_id: UUID, *, forced: bool = False) -> None:
    """Delete all of a suspended consortium, and the accounts that were nobody else's.

    Raises NotSuspended and, unless forced, NotExported.
    """
    with told_by({"tenant_suspended": NotSuspended(), "tenant_exported": NotExported()}):
        db.session.execute(_TAKES_LONG)
        db.session.execute(select(func.app.delete_tenant(tenant_id, forced)))
    for depart in departures:
        depart(tenant_id)
