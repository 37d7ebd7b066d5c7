"""The walls of a table, and the audit that finds one missing.

What each table should have is told by its model (kind, personal or not); what it has is read from PostgreSQL's catalogue.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, Table, bindparam, text

from tenants.database import Base

DOORS = ("gatekeeper", "member", "visitor", "auditor", "operator", "postman")
TENANT_POLICY = "(tenant_id = app.current_tenant())"
# Doors of people who must never see a person served.
NO_PERSONS = ("visitor", "auditor", "operator", "gatekeeper", "postman")


@dataclass(frozen=True)
class Walls:
    """A table as the database has it: its kind, its policies, what each door may do, and what is missing."""

    table: str
    kind: str
    policies: tuple[str, ...]
    grants: dict[str, str]
    gaps: tuple[str, ...] = field(default=())


_TABLES = text("""
    SELECT c.oid, c.relname AS name, c.relrowsecurity AS secured, c.relforcerowsecurity AS forced,
           pg_get_userbyid(c.relowner) AS owner,
           (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnotnull) AS tenant_default,
           EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'trail' AND t.tgenabled = 'O') AS trailed
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname
""")
_POLICIES = text("""
    SELECT polrelid AS oid, polname AS name, polcmd AS command, polpermissive AS permissive,
           pg_get_expr(polqual, polrelid) AS using_, pg_get_expr(polwithcheck, polrelid) AS check_,
           ARRAY(SELECT pg_get_userbyid(r) FROM unnest(polroles) r ORDER BY 1) AS roles
    FROM pg_policy ORDER BY polname
""")
_CONSTRAINTS = text("""
    SELECT c.conrelid AS oid, c.conname AS name, c.contype AS type, c.confrelid::regclass::text AS target, c.confdeltype AS on_delete,
           ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(n, o)
                 LEFT JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.o) AS columns
    FROM pg_constraint c WHERE c.contype IN ('p', 'u', 'x', 'f')
""")
_UNIQUE_INDEXES = text("""
    SELECT i.indrelid AS oid, i.indexrelid::regclass::text AS name,
           ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) k
                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k) AS columns
    FROM pg_index i WHERE i.indisunique
""")
_GRANTS = text("""
    SELECT t.oid, d.door, p.privilege,
           has_table_privilege(d.door, t.oid, p.privilege) AS whole,
           CASE WHEN p.privilege <> 'DELETE' THEN has_any_column_privilege(d.door, t.oid, p.privilege) ELSE false END AS some
    FROM pg_class t, unnest(CAST(:doors AS text[])) d(door), unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p(privilege)
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p')
""").bindparams(bindparam("doors"))


def audit(connection: Connection) -> list[Walls]:
    """Every table of the schema with its walls; `gaps` says in words what is missing (empty: sound)."""
    found = _Catalogue(connection)
    return [found.walls(row) for row in found.tables]


class _Catalogue:
    def __init__(self, connection: Connection) -> None:
        def rows(statement: object, **values: object) -> list[Row[tuple[object, ...]]]:
            return list(connection.execute(statement, values))  # type: ignore[call-overload]  # text() clauses only

        self.tables = rows(_TABLES)
        self.policies = _by_table(rows(_POLICIES))
        self.constraints = _by_table(rows(_CONSTRAINTS))
        self.unique = _by_table(rows(_UNIQUE_INDEXES))
        self.grants = _by_table(rows(_GRANTS, doors=list(DOORS)))

    def walls(self, row: Row[tuple[object, ...]]) -> Walls:
        model = Base.metadata.tables.get(str(row.name))
        kind = _kind(str(row.name), model)
        gaps = list(self._gaps(row, kind, model))
        policies = tuple(f"{p.name} → {', '.join(p.roles)}" for p in self.policies.get(row.oid, []))
        return Walls(str(row.name), kind, policies, self._held(row.oid), tuple(gaps))

    def _held(self, oid: object) -> dict[str, str]:
        """Door → letters: S I U D for the whole table, s i u for some columns."""
        held = dict.fromkeys(DOORS, "")
        for grant in self.grants[oid]:
            letter = grant.privilege[0]
            held[grant.door] += letter if grant.whole else letter.lower() if grant.some else ""
        return held

    def _gaps(self, row: Row[tuple[object, ...]], kind: str, model: Table | None) -> Iterator[str]:
        if kind == "unknown":
            yield "no model declares its kind"
        if row.owner != "owner":
            yield f"owned by {row.owner}"
        if kind == "tenant":
            yield from self._tenant_gaps(row)
            if not row.trailed and model is not None and model.info.get("trailed", True):
                yield "no trail"
        yield from self._reference_gaps(row, kind)
        if model is not None and model.info.get("personal"):
            yield from (f"personal data open to {door}" for door in NO_PERSONS if "S" in self._held(row.oid)[door].upper())
        if row.name == "trail":
            yield from (f"{door} may alter the trail" for door, held in self._held(row.oid).items() if set(held.upper()) & set("IUD"))

    def _tenant_gaps(self, row: Row[tuple[object, ...]]) -> Iterator[str]:
        if not (row.secured and row.forced):
            yield "row security not enabled and forced"
        if row.tenant_default != "app.current_tenant()":
            yield "tenant_id is not NOT NULL with the scope's default"
        yield from self._policy_gaps(row.oid)
        for constraint in self.constraints.get(row.oid, []):
            yield from _constraint_gaps(constraint)
        for index in self.unique.get(row.oid, []):
            if "tenant_id" not in index.columns:
                yield f"unique index {index.name} without tenant_id"

    def _policy_gaps(self, oid: object) -> Iterator[str]:
        policies = {policy.name: policy for policy in self.policies.get(oid, [])}
        own = policies.pop("tenant", None)
        if own is None or own.using_ != TENANT_POLICY or own.check_ != TENANT_POLICY:
            yield "no policy by tenant"
        for policy in policies.values():
            if {"member", "visitor", "public"} & set(policy.roles) and policy.permissive:
                yield f"policy {policy.name} widens what a consortium's doors see"

    def _reference_gaps(self, row: Row[tuple[object, ...]], kind: str) -> Iterator[str]:
        if kind == "tenant":
            return
        for constraint in self.constraints.get(row.oid, []):
            if constraint.type == "f" and _kind(constraint.target, Base.metadata.tables.get(constraint.target)) == "tenant":
                yield f"{constraint.name} refers to tenant table {constraint.target}"


def _constraint_gaps(constraint: Row[tuple[object, ...]]) -> Iterator[str]:
    columns = [str(name) for name in constraint.columns]
    to_tenant = constraint.type == "f" and _kind(constraint.target, Base.metadata.tables.get(constraint.target)) == "tenant"
    if constraint.type == "p" and columns != ["tenant_id", "id"]:
        yield "primary key is not (tenant_id, id)"
    if constraint.type in "ux" and "tenant_id" not in columns:
        yield f"{constraint.name} without tenant_id"
    if to_tenant and columns[0] != "tenant_id":
        yield f"{constraint.name} is not composite: it can point into another tenant"
    if to_tenant and constraint.on_delete == "n":
        yield f"{constraint.name} sets null on delete"


def _kind(name: str, model: Table | None) -> str:
    if name == "alembic_version" or name.startswith("procrastinate_"):
        return "local"
    return str(model.info.get("kind", "unknown")) if model is not None else "unknown"


def _by_table(rows: list[Row[tuple[object, ...]]]) -> dict[object, list[Row[tuple[object, ...]]]]:
    grouped: dict[object, list[Row[tuple[object, ...]]]] = {}
    for row in rows:
        grouped.setdefault(row.oid, []).append(row)
    return grouped
