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
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_month_closings_first_day")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "closed_by_id"],
            ["memberships.tenant_id", "memberships.id"],
            name=op.f("fk_month_closings_tenant_id_closed_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "desk_id"], ["desks.tenant_id", "desks.id"], name=op.f("fk_month_closings_tenant_id_desk_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_month_closings_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_month_closings")),
        sa.UniqueConstraint("tenant_id", "desk_id", "month", name=op.f("uq_month_closings_tenant_id_desk_id_month")),
    )
    op.execute("SELECT app.wall('month_closings')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON month_closings TO member")
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


def _never_twice(who: str) -> None:
    op.drop_constraint("ex_sessions_operator_id", "sessions")
    span = "tsrange(on_date + starts, on_date + ends) WITH &&"
    op.execute(f"ALTER TABLE sessions ADD CONSTRAINT ex_sessions_operator_id EXCLUDE USING gist (tenant_id WITH =, {who}, {span})")


def downgrade() -> None:
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
