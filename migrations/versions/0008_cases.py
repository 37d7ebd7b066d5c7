"""Running numbers, and the indexes that cases and pathways are found by.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WAITING = "taken_in_charge_on IS NULL AND returned_on IS NULL"


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_counters_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_counters")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_counters_tenant_id_name")),
    )
    op.execute("SELECT app.wall('counters', trailed => false)")
    op.execute("GRANT SELECT, INSERT, UPDATE ON counters TO member")
    op.create_index("ix_people_born_on", "people", ["tenant_id", "born_on"])
    op.create_index("ix_assignments_waiting", "assignments", ["tenant_id", "desk_id", "assigned_on"], postgresql_where=sa.text(WAITING))
    op.create_index("ix_pathways_code_order", "pathways", ["tenant_id", sa.text("length(code)"), "code"])
    op.create_index("ix_pathways_newest", "pathways", ["tenant_id", sa.text("activated_on DESC NULLS LAST"), sa.text("id DESC")])
    op.create_index("ix_pathways_case_manager", "pathways", ["tenant_id", "case_manager_id"])


def downgrade() -> None:
    op.drop_index("ix_pathways_case_manager", "pathways")
    op.drop_index("ix_pathways_newest", "pathways")
    op.drop_index("ix_pathways_code_order", "pathways")
    op.drop_index("ix_assignments_waiting", "assignments")
    op.drop_index("ix_people_born_on", "people")
    op.drop_table("counters")
