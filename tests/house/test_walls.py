"""The walls: what one consortium's transaction can reach, by any SQL of the application's roles."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from consortium.config import Config
from consortium.desks.models import Desk, OpeningHours
from consortium.network.models import Member
from consortium.trail.models import TrailEntry
from tenants import isolation, scope
from tenants.database import Base, OutsideScope, bind, db
from tenants.models import Tenanted, new_id
from tests.factories import Founded

TENANT_TABLES = sorted(name for name, table in Base.metadata.tables.items() if table.info.get("kind") == "tenant")


def test_no_wall_is_missing(owner: Connection) -> None:
    assert {walls.table: walls.gaps for walls in isolation.audit(owner) if walls.gaps} == {}


@pytest.mark.parametrize(
    ("breach", "gap"),
    [
        ("ALTER TABLE desks NO FORCE ROW LEVEL SECURITY", "row security not enabled and forced"),
        ("DROP POLICY tenant ON desks", "no policy by tenant"),
        ("CREATE POLICY wide ON desks TO member USING (true)", "policy wide widens what a consortium's doors see"),
        ("ALTER TABLE desks ADD CONSTRAINT loose UNIQUE (slug, id)", "loose without tenant_id"),
        ("ALTER TABLE desks ALTER tenant_id DROP DEFAULT", "tenant_id is not NOT NULL with the scope's default"),
        ("DROP TRIGGER trail ON desks", "no trail"),
        ("GRANT SELECT ON people TO auditor", "personal data open to auditor"),
        ("GRANT SELECT (surname) ON people TO visitor", "personal data open to visitor"),
        ("GRANT UPDATE ON trail TO member", "member may alter the trail"),
        ("CREATE TABLE loose (id uuid)", "no model declares its kind"),
    ],
)
def test_the_audit_finds_each_breach(owner: Connection, breach: str, gap: str) -> None:
    owner.execute(text(breach))
    assert any(gap in walls.gaps for walls in isolation.audit(owner))
    owner.rollback()


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_door_sees_no_row_of_another_consortium(app: Flask, trecate: Founded, other: Founded, table: str) -> None:
    tenants = select(func.count()).select_from(Base.metadata.tables[table]).where(Base.metadata.tables[table].c.tenant_id == other.id)
    with trecate.scope():
        assert db.session.connection().execute(tenants).scalar_one() == 0


def test_rows_of_another_consortium_cannot_be_changed(trecate: Founded, other: Founded) -> None:
    with trecate.scope():
        connection = db.session.connection()
        for statement in ("UPDATE desks SET name = 'x' WHERE tenant_id = :other", "DELETE FROM desk_staff WHERE tenant_id = :other"):
            assert connection.execute(text(statement), {"other": other.id}).rowcount == 0


def test_a_row_cannot_be_planted_in_another_consortium(trecate: Founded, other: Founded) -> None:
    with trecate.scope(), pytest.raises(ProgrammingError, match="row-level security"):
        row = {"tenant_id": other.id, "id": new_id(), "slug": "x", "name": "x", "istat": "003149", "channels": [], "services": []}
        db.session.connection().execute(insert(Desk.__table__).values(**row, region_id="01"))


def test_a_row_cannot_point_into_another_consortium(trecate: Founded, other: Founded) -> None:
    with trecate.scope(), pytest.raises(DBAPIError, match="fk_opening_hours_tenant_id_desk_id"):
        hours = {"desk_id": other.desks["trecate"], "weekday": 1, "opens": "08:00", "closes": "09:00"}
        db.session.execute(insert(OpeningHours).values(**hours))


def test_a_plain_key_would_point_into_another_consortium(owner: Connection, trecate: Founded) -> None:
    """What the composite keys are for: the audit refuses the plain one."""
    bind(owner, scope.Scope("owner", trecate.id, "01"))
    owner.execute(text("CREATE UNIQUE INDEX plain ON desks (id)"))
    owner.execute(text("ALTER TABLE opening_hours ADD CONSTRAINT plain FOREIGN KEY (desk_id) REFERENCES desks (id)"))
    gaps = [gap for walls in isolation.audit(owner) for gap in walls.gaps]
    assert "plain is not composite: it can point into another tenant" in gaps
    assert any("unique index plain without tenant_id" in gap for gap in gaps)
    owner.rollback()


def test_without_a_scope_a_query_raises(app: Flask) -> None:
    with app.app_context(), pytest.raises(OutsideScope):
        db.session.execute(select(Desk.id))


def test_the_login_itself_may_do_nothing(config: Config) -> None:
    engine = create_engine(config.database_url)
    for table in Base.metadata.tables:
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(f'SELECT 1 FROM public."{table}"'))  # names of our own tables
    engine.dispose()


def test_a_door_without_its_tenant_raises(config: Config) -> None:
    engine = create_engine(config.database_url)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="invalid input syntax"):
        bind(connection, scope.Scope("member"))
        connection.execute(text("SELECT 1 FROM desks"))
    engine.dispose()


def test_the_scope_ends_with_the_transaction(config: Config, trecate: Founded) -> None:
    engine = create_engine(config.database_url)
    with engine.connect() as connection:
        bind(connection, scope.Scope("member", trecate.id, "01"))
        connection.commit()
        assert connection.execute(text("SELECT current_user, current_setting('app.tenant', true)")).one() == ("capofila", "")
    engine.dispose()


def test_a_scope_refuses_an_open_transaction(trecate: Founded, other: Founded) -> None:
    with trecate.scope():
        db.session.execute(select(Desk.id))
        with pytest.raises(OutsideScope), scope.tenant_scope(other.id, "01"):
            pass


def test_no_object_outlives_a_change_of_tenant(app: Flask, trecate: Founded, other: Founded) -> None:
    key = trecate.id, trecate.desks["trecate"]
    with app.app_context():
        with scope.tenant_scope(trecate.id, "01"):
            assert db.session.get(Desk, key) is not None
        with scope.tenant_scope(other.id, "01"):
            assert db.session.get(Desk, key) is None


def test_the_same_statement_serves_two_consortia(app: Flask, trecate: Founded, other: Founded) -> None:
    statement = select(Desk.tenant_id).distinct()
    with app.app_context():
        for each in (trecate, other):
            with scope.tenant_scope(each.id, "01"):
                assert db.session.scalars(statement).all() == [each.id]


def test_a_visitor_cannot_change_anything(app: Flask, trecate: Founded) -> None:
    with app.app_context(), scope.visitor_scope(trecate.id, "01"), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.connection().execute(text("UPDATE desks SET name = 'x'"))


def test_an_auditor_sees_the_region_and_no_other(app: Flask, trecate: Founded) -> None:
    counted = select(func.count()).select_from(Member).where(Member.tenant_id == trecate.id)
    with app.app_context():
        with scope.region_scope("01"):
            assert db.session.scalar(counted) == 3
        with scope.region_scope("07"):
            assert db.session.scalar(counted) == 0


def test_the_operator_counts_and_reads_nothing(app: Flask, trecate: Founded) -> None:
    with app.app_context(), scope.operator_scope():
        connection = db.session.connection()
        count = text("SELECT count(tenant_id) FROM desks WHERE tenant_id = :tenant")
        assert connection.execute(count, {"tenant": trecate.id}).scalar_one() == 2
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("SELECT name FROM desks"))


def test_the_trail_tells_who_what_and_when(app: Flask, trecate: Founded) -> None:
    actor = UUID(int=7)
    with app.app_context(), scope.tenant_scope(trecate.id, "01", actor_id=actor, request_id="r1"):
        desk = db.session.get_one(Desk, (trecate.id, trecate.desks["trecate"]))
        desk.name = "Trecate centro"
        db.session.flush()
        entry = db.session.scalars(select(TrailEntry).where(TrailEntry.row_id == desk.id).order_by(TrailEntry.id.desc())).first()
        assert entry is not None
        assert (entry.actor_id, entry.request_id, entry.table_name, entry.action) == (actor, "r1", "desks", "update")
        assert (entry.before, entry.after) == ({"name": "Trecate"}, {"name": "Trecate centro"})


@pytest.mark.parametrize(
    "statement", ["UPDATE trail SET table_name = 'x'", "DELETE FROM trail", "TRUNCATE trail", "INSERT INTO trail DEFAULT VALUES"]
)
@pytest.mark.parametrize("door", isolation.DOORS)
def test_no_door_may_alter_the_trail(config: Config, trecate: Founded, door: str, statement: str) -> None:
    engine = create_engine(config.database_url)
    with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        bind(connection, scope.Scope(door, trecate.id, "01"))
        connection.execute(text(statement))
    engine.dispose()


def test_no_function_of_ours_is_everybodys(owner: Connection) -> None:
    """PostgreSQL gives each new function to PUBLIC: a migration that forgets to take it back is found here."""
    ours = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'app'::regnamespace"
    assert owner.scalars(text(f"{ours} AND has_function_privilege('public', oid, 'execute')")).all() == []


def test_every_tenant_model_is_tenanted() -> None:
    models = {mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__table__ is not None}
    assert {model.__tablename__ for model in models if issubclass(model, Tenanted)} == set(TENANT_TABLES)
