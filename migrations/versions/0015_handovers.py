"""Cases handed over, and people merged.

Revision ID: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("from_desk_id", sa.Uuid(), nullable=False),
        sa.Column("to_desk_id", sa.Uuid(), nullable=False),
        sa.Column("from_manager_id", sa.Uuid(), nullable=True),
        sa.Column("to_manager_id", sa.Uuid(), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "case_id"], ["cases.tenant_id", "cases.id"], name=op.f("fk_handovers_tenant_id_case_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "from_desk_id"], ["desks.tenant_id", "desks.id"], name=op.f("fk_handovers_tenant_id_from_desk_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "from_manager_id"],
            ["memberships.tenant_id", "memberships.id"],
            name=op.f("fk_handovers_tenant_id_from_manager_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_desk_id"], ["desks.tenant_id", "desks.id"], name=op.f("fk_handovers_tenant_id_to_desk_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_manager_id"], ["memberships.tenant_id", "memberships.id"], name=op.f("fk_handovers_tenant_id_to_manager_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_handovers_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_handovers")),
    )
    op.create_index("ix_handovers_case", "handovers", ["tenant_id", "case_id"])
    op.execute("SELECT app.wall('handovers')")
    op.execute("GRANT SELECT, INSERT ON handovers TO member")
    op.create_table(
        "merges",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("undo", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "kept_id"], ["people.tenant_id", "people.id"], name=op.f("fk_merges_tenant_id_kept_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_merges_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_merges")),
    )
    op.execute("SELECT app.wall('merges')")
    op.execute("GRANT SELECT, INSERT, UPDATE ON merges TO member")


def downgrade() -> None:
    op.drop_table("merges")
    op.drop_table("handovers")
