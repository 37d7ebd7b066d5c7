"""Services of measures with budgets and costs, incompatible measures, group sessions, months closed and their corrections.

Revision ID: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# A closed month, kept by the database whoever writes. Writers of sessions share a lock of the desk's month until they commit; who closes
# the month takes it alone, so waits for them, and they find the closing when their turn comes (each statement of READ COMMITTED looks
# anew). A lock of the transaction rather than a row's: there is no row to lock for a month that is open, and thousands of inserts of an
# import share one entry of the lock table. The pathway is held too, so that it does not go to another desk meanwhile.
GUARDS = (
    """
    CREATE FUNCTION app.month_key(tenant uuid, desk uuid, month date) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT uuid_hash_extended(desk, uuid_hash_extended(tenant, (month - date '2000-01-01')::bigint))
    $$
    """,
    """
    CREATE FUNCTION app.refuse_closed(tenant uuid, of_desk uuid, of_month date) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM public.month_closings closed
                   WHERE closed.tenant_id = tenant AND closed.desk_id = of_desk AND closed.month = of_month AND closed.reopened_on IS NULL)
        THEN
            RAISE EXCEPTION 'the month of this desk is closed'
                USING ERRCODE = 'check_violation', SCHEMA = 'public', TABLE = 'sessions', CONSTRAINT = 'ck_sessions_month_open';
        END IF;
    END $$
    """,
    # The lock first, by a statement of its own: the look that follows must be newer than the wait.
    """
    CREATE FUNCTION app.guard_session() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        of_desk uuid;
        of_month date;
    BEGIN
        -- A consortium that goes takes its closed months with it (as in 0007: the operator deletes no row but by app.delete_tenant).
        IF TG_OP = 'DELETE' AND current_setting('role') = 'operator' THEN RETURN OLD; END IF;
        IF TG_OP <> 'INSERT' THEN
            of_month := OLD.on_date - extract(day FROM OLD.on_date)::integer + 1;
            SELECT p.desk_id, pg_advisory_xact_lock_shared(app.month_key(p.tenant_id, p.desk_id, of_month)) INTO of_desk
            FROM public.pathways p WHERE p.tenant_id = OLD.tenant_id AND p.id = OLD.pathway_id FOR SHARE;
            PERFORM app.refuse_closed(OLD.tenant_id, of_desk, of_month);
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        of_month := NEW.on_date - extract(day FROM NEW.on_date)::integer + 1;
        SELECT p.desk_id, pg_advisory_xact_lock_shared(app.month_key(p.tenant_id, p.desk_id, of_month)) INTO of_desk
        FROM public.pathways p WHERE p.tenant_id = NEW.tenant_id AND p.id = NEW.pathway_id FOR SHARE;
        PERFORM app.refuse_closed(NEW.tenant_id, of_desk, of_month);
        RETURN NEW;
    END $$
    """,
    # A pathway takes its sessions along to another desk: not out of a closed month, nor into one.
    """
    CREATE FUNCTION app.guard_pathway() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        months date[];
    BEGIN
        months := ARRAY(SELECT DISTINCT s.on_date - extract(day FROM s.on_date)::integer + 1 FROM public.sessions s
                        WHERE s.tenant_id = OLD.tenant_id AND s.pathway_id = OLD.id ORDER BY 1);
        PERFORM pg_advisory_xact_lock_shared(app.month_key(OLD.tenant_id, desk, month))
        FROM unnest(months) month, unnest(ARRAY[OLD.desk_id, NEW.desk_id]) desk;
        PERFORM app.refuse_closed(OLD.tenant_id, desk, month) FROM unnest(months) month, unnest(ARRAY[OLD.desk_id, NEW.desk_id]) desk;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION app.close_month() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(app.month_key(NEW.tenant_id, NEW.desk_id, NEW.month));
        RETURN NEW;
    END $$
    """,
    # A counter-entry takes no more than there is: two at once come one after the other, on the session's row.
    """
    CREATE FUNCTION app.guard_correction() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        delivered numeric;
    BEGIN
        SELECT round(extract(epoch FROM ends - starts) / 3600, 2) INTO delivered FROM public.sessions
        WHERE tenant_id = NEW.tenant_id AND id = NEW.session_id FOR UPDATE;
        IF delivered + NEW.hours + (SELECT coalesce(sum(hours), 0) FROM public.session_corrections
                                    WHERE tenant_id = NEW.tenant_id AND session_id = NEW.session_id) < 0
        THEN
            RAISE EXCEPTION 'more hours than there are'
                USING ERRCODE = 'check_violation', SCHEMA = 'public', TABLE = 'session_corrections',
                      CONSTRAINT = 'ck_session_corrections_never_below_zero';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    REVOKE ALL ON FUNCTION app.month_key, app.refuse_closed, app.guard_session, app.guard_pathway, app.close_month, app.guard_correction
        FROM PUBLIC
    """,
    "GRANT EXECUTE ON FUNCTION app.month_key, app.refuse_closed TO member",
    # A merge of two people gives a session another case: that changes no month.
    """
    CREATE TRIGGER month BEFORE INSERT OR DELETE OR UPDATE OF pathway_id, operator_id, on_date, starts, ends, service, mode, note, group_id
        ON sessions FOR EACH ROW EXECUTE FUNCTION app.guard_session()
    """,
    """
    CREATE TRIGGER month BEFORE UPDATE OF desk_id ON pathways
        FOR EACH ROW WHEN (OLD.desk_id IS DISTINCT FROM NEW.desk_id) EXECUTE FUNCTION app.guard_pathway()
    """,
    "CREATE TRIGGER month BEFORE INSERT OR UPDATE ON month_closings FOR EACH ROW EXECUTE FUNCTION app.close_month()",
    "CREATE TRIGGER hours BEFORE INSERT ON session_corrections FOR EACH ROW EXECUTE FUNCTION app.guard_correction()",
)
UNGUARDED = (
    "DROP TRIGGER month ON sessions",
    "DROP TRIGGER month ON pathways",
    "DROP TRIGGER month ON month_closings",
    "DROP TRIGGER hours ON session_corrections",
    "DROP FUNCTION app.guard_session, app.guard_pathway, app.close_month, app.guard_correction, app.refuse_closed, app.month_key",
)


def upgrade() -> None:
    op.create_table(
        "measure_services",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hours_budget", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("hours_budget > 0", name=op.f("ck_measure_services_hours_budget")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "measure_id"], ["measures.tenant_id", "measures.id"], name=op.f("fk_measure_services_tenant_id_measure_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_measure_services_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_measure_services")),
        sa.UniqueConstraint("tenant_id", "measure_id", "name", name=op.f("uq_measure_services_tenant_id_measure_id_name")),
    )
    op.execute("SELECT app.wall('measure_services')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON measure_services TO member")
    op.create_table(
        "unit_costs",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("tenant_id"), "="),
            (sa.column("service_id"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            using="gist",
            name="ex_unit_costs_period",
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_unit_costs_amount")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_unit_costs_period")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_id"],
            ["measure_services.tenant_id", "measure_services.id"],
            name=op.f("fk_unit_costs_tenant_id_service_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_unit_costs_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_unit_costs")),
    )
    op.execute("SELECT app.wall('unit_costs')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON unit_costs TO member")
    op.create_table(
        "measure_conflicts",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("effect IN ('stop', 'warn')", name=op.f("ck_measure_conflicts_effect")),
        sa.CheckConstraint("measure_id <= other_id", name=op.f("ck_measure_conflicts_in_order")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "measure_id"], ["measures.tenant_id", "measures.id"], name=op.f("fk_measure_conflicts_tenant_id_measure_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "other_id"], ["measures.tenant_id", "measures.id"], name=op.f("fk_measure_conflicts_tenant_id_other_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_measure_conflicts_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_measure_conflicts")),
        sa.UniqueConstraint("tenant_id", "measure_id", "other_id", name=op.f("uq_measure_conflicts_tenant_id_measure_id_other_id")),
    )
    op.execute("SELECT app.wall('measure_conflicts')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON measure_conflicts TO member")
    op.create_table(
        "session_corrections",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("hours <> 0", name=op.f("ck_session_corrections_hours")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "made_by_id"],
            ["memberships.tenant_id", "memberships.id"],
            name=op.f("fk_session_corrections_tenant_id_made_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "session_id"], ["sessions.tenant_id", "sessions.id"], name=op.f("fk_session_corrections_tenant_id_session_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_session_corrections_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_session_corrections")),
    )
    op.create_index("ix_session_corrections_booked_on", "session_corrections", ["tenant_id", "booked_on"])
    op.create_index("ix_session_corrections_session", "session_corrections", ["tenant_id", "session_id", "booked_on"])
    op.execute("SELECT app.wall('session_corrections')")
    op.execute("GRANT SELECT, INSERT ON session_corrections TO member")
    op.create_table(
        "month_closings",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("reopened_on", sa.Date(), nullable=True),
        sa.Column("reopened_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_month_closings_first_day")),
        sa.CheckConstraint("(reopened_on IS NULL) = (reason IS NULL)", name=op.f("ck_month_closings_reopened")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "closed_by_id"],
            ["memberships.tenant_id", "memberships.id"],
            name=op.f("fk_month_closings_tenant_id_closed_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reopened_by_id"],
            ["memberships.tenant_id", "memberships.id"],
            name=op.f("fk_month_closings_tenant_id_reopened_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "desk_id"], ["desks.tenant_id", "desks.id"], name=op.f("fk_month_closings_tenant_id_desk_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_month_closings_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_month_closings")),
    )
    op.create_index(
        "uq_month_closings_in_force",
        "month_closings",
        ["tenant_id", "desk_id", "month"],
        unique=True,
        postgresql_where=sa.text("reopened_on IS NULL"),
    )
    op.execute("SELECT app.wall('month_closings')")
    op.execute("GRANT SELECT, INSERT, UPDATE ON month_closings TO member")
    op.add_column("measures", sa.Column("contact_days", sa.Integer(), nullable=True))
    op.add_column("measures", sa.Column("intake_days", sa.Integer(), nullable=True))
    op.add_column("pathways", sa.Column("goal", sa.Text(), nullable=True))
    op.add_column("pathways", sa.Column("register_closed_on", sa.Date(), nullable=True))
    op.add_column("sessions", sa.Column("group_id", sa.Uuid(), nullable=True))
    op.create_index("ix_sessions_operator", "sessions", ["tenant_id", "operator_id", "on_date"])
    op.create_check_constraint(op.f("ck_measures_contact_days"), "measures", "contact_days >= 0")
    op.create_check_constraint(op.f("ck_measures_intake_days"), "measures", "intake_days >= 0")
    # Rows of one group session are one session of its operator.
    _never_twice("operator_id WITH =, coalesce(group_id, id) WITH <>")
    for statement in GUARDS:
        op.execute(statement)
    _in_each_consortium("""
        INSERT INTO measure_services (tenant_id, measure_id, name, position)
        SELECT m.tenant_id, m.id, written.name, min(written.place) FROM measures m, unnest(m.services) WITH ORDINALITY written (name, place)
        WHERE m.tenant_id = app.current_tenant() GROUP BY m.tenant_id, m.id, written.name
    """)
    op.drop_column("measures", "services")


def _in_each_consortium(statement: str) -> None:
    """Row security holds for the owner too, and the trail asks who: a statement over rows of consortia is run in each, as the system."""
    op.execute(f"""
        DO $do$
        DECLARE consortium uuid;
        BEGIN
            SET LOCAL app.actor = '';
            SET LOCAL app.request = 'migration-0016';
            FOR consortium IN SELECT id FROM tenants LOOP
                EXECUTE format('SET LOCAL app.tenant = %L', consortium);
                {statement};
            END LOOP;
            SET LOCAL app.tenant = '';
        END $do$
    """)


def _never_twice(who: str) -> None:
    op.drop_constraint("ex_sessions_operator_id", "sessions")
    span = "tsrange(on_date + starts, on_date + ends) WITH &&"
    op.execute(f"ALTER TABLE sessions ADD CONSTRAINT ex_sessions_operator_id EXCLUDE USING gist (tenant_id WITH =, {who}, {span})")


def downgrade() -> None:
    op.add_column("measures", sa.Column("services", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    _in_each_consortium("""
        UPDATE measures m SET services = array(
            SELECT s.name FROM measure_services s WHERE s.tenant_id = m.tenant_id AND s.measure_id = m.id AND NOT s.withdrawn
            ORDER BY s.position, s.name)
        WHERE m.tenant_id = app.current_tenant()
    """)
    op.alter_column("measures", "services", server_default=None)
    for statement in UNGUARDED:
        op.execute(statement)
    _never_twice("operator_id WITH =")
    op.drop_index("ix_sessions_operator", "sessions")
    op.drop_column("sessions", "group_id")
    op.drop_column("pathways", "register_closed_on")
    op.drop_column("pathways", "goal")
    op.drop_constraint("ck_measures_intake_days", "measures")
    op.drop_constraint("ck_measures_contact_days", "measures")
    op.drop_column("measures", "intake_days")
    op.drop_column("measures", "contact_days")
    op.drop_table("month_closings")
    op.drop_table("session_corrections")
    op.drop_table("measure_conflicts")
    op.drop_table("unit_costs")
    op.drop_table("measure_services")
