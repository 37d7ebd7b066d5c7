"""Shared reference tables (regions, municipalities, consortia), the base of every tenant table, and the hook that names the tenant.

Each table is of one kind, kept in `Table.info["kind"]`: *tenant* (rows of one consortium, behind walls), *reference* (the same for all)
or *local* (the platform's own: accounts, sign-ins). Reference and local tables never refer to tenant ones.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint, Uuid, event, func, text
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, declared_attr, mapped_column, with_loader_criteria

from tenants.database import Base, scope, tenant_parameter


def new_id() -> UUID:
    """A UUID version 7: in order of time, so that B-trees grow at one end."""
    return uuid_utils.compat.uuid7()


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """`text` + CHECK in place of a database ENUM: a new value is one migration line, and no lock."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def belongs_to(**columns: str) -> tuple[ForeignKeyConstraint, ...]:
    """Composite foreign keys to tenant tables: `belongs_to(desk_id="desks")`. A plain one could point into another tenant."""
    return tuple(ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"]) for column, table in columns.items())


class TenantState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"


class Region(Base):
    """An Italian region; `id` is its two-digit ISTAT code."""

    __tablename__ = "regions"
    __table_args__ = ({"info": {"kind": "reference"}},)

    id: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Municipality(Base):
    """An Italian municipality in force; `istat` is its six-digit code, `cadastral` the code used in the codice fiscale."""

    __tablename__ = "municipalities"
    __table_args__ = ({"info": {"kind": "reference"}},)

    istat: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    province: Mapped[str]
    region_id: Mapped[str] = mapped_column(ForeignKey("regions.id"))
    cadastral: Mapped[str]
    population: Mapped[int | None]
    population_on: Mapped[date | None]


class Birthplace(Base):
    """A place one can be born in, by cadastral code: municipalities (suppressed ones too) and foreign states."""

    __tablename__ = "birthplaces"
    __table_args__ = ({"info": {"kind": "reference"}},)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    cadastral: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    province: Mapped[str]
    kind: Mapped[str]
    since: Mapped[date | None]
    until: Mapped[date | None]


class Tenant(Base):
    """A consortium: its place in the address (`slug`), its region, its lead body."""

    __tablename__ = "tenants"
    __table_args__ = (one_of("state", TenantState), UniqueConstraint("id", "region_id"), {"info": {"kind": "reference"}})

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    region_id: Mapped[str] = mapped_column(ForeignKey("regions.id"))
    lead_body: Mapped[str]
    state: Mapped[str] = mapped_column(default=TenantState.ACTIVE)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    exported_at: Mapped[datetime | None]


class Tenanted:
    """Base of tenant tables: key (tenant_id, id), the tenant filled from the scope, a revision against lost updates."""

    __table__: ClassVar[Any]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__tablename__" in cls.__dict__:
            cls.__table__.info["kind"] = "tenant"

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.revision, "eager_defaults": False}

    tenant_id: Mapped[UUID] = mapped_column(
        Uuid,
        ForeignKey("tenants.id"),
        primary_key=True,
        default=lambda: scope().tenant_id,
        server_default=text("app.current_tenant()"),
        sort_order=-9,
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, server_default=text("app.uuid7()"), sort_order=-8)
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"), sort_order=-7)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=99)


class Regional(Tenanted):
    """Base of tenant tables that the region's auditors read as well."""

    region_id: Mapped[str] = mapped_column(default=lambda: scope().region_id, server_default=text("app.current_region()"), sort_order=98)


@event.listens_for(Session, "do_orm_execute")
def _name_the_tenant(state: ORMExecuteState) -> None:
    """Name `tenant_id` in every ORM statement: row security guards, it does not plan (indexes lead with tenant_id).

    In the doors that look across tenants (gatekeeper, operator, auditor) there is no tenant to name: their policies decide.
    """
    if state.is_column_load or state.is_relationship_load or scope().tenant_id is None:
        return
    criteria = with_loader_criteria(
        Tenanted, lambda cls: cls.tenant_id == tenant_parameter(), include_aliases=True, track_closure_variables=False
    )
    state.statement = state.statement.options(criteria)
