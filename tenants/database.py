"""The database handle, the naming convention, and the hook that binds every transaction to its scope.

No transaction starts unbound: `_bind` runs `app.enter(…)` as its first statement, or raises `OutsideScope`.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BindParameter, Connection, DateTime, MetaData, Text, Uuid, bindparam, event, text
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, registry

# One convention names every constraint, so that an error of the database is told by its name (`ck_people_sex`).
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class OutsideScope(RuntimeError):
    """A query was made without a scope, or a scope was opened inside a transaction: a programming error."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a transaction may see: the door's role, and the tenant or region it is bound to."""

    role: str
    tenant_id: UUID | None = None
    region_id: str | None = None
    actor_id: UUID | None = None
    request_id: str | None = None


class Base(DeclarativeBase):
    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={str: Text(), datetime: DateTime(timezone=True)})


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
current_scope: ContextVar[Scope | None] = ContextVar("capofila_scope", default=None)

_ENTER = text("SELECT app.enter(:role, :tenant, :region, :actor, :request)")


def scope() -> Scope:
    """The scope in force; raises OutsideScope where there is none."""
    found = current_scope.get()
    if found is None:
        raise OutsideScope("no scope: open one of tenants.scope first")
    return found


def bind(connection: Connection, to: Scope) -> None:
    """Bind the open transaction of `connection` to a scope (role, tenant or region, actor, request), until it ends."""
    values = {"role": to.role, "tenant": to.tenant_id, "region": to.region_id, "actor": to.actor_id, "request": to.request_id}
    connection.execute(_ENTER, values)


@event.listens_for(Session, "after_begin")
def _bind(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.nested:
        return
    bind(connection, scope())


def _bound_tenant() -> UUID | None:
    return scope().tenant_id


def tenant_parameter() -> BindParameter[UUID | None]:
    """A bound parameter that takes the tenant in scope at each execution, so statements can be built once."""
    return bindparam("scope_tenant_id", callable_=_bound_tenant, type_=Uuid())
