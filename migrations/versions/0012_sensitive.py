"""Sensitive data in full, who may open them, and each opening.

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sensitive_readings",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["memberships.tenant_id", "memberships.id"],
            name=op.f("fk_sensitive_readings_tenant_id_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["people.tenant_id", "people.id"], name=op.f("fk_sensitive_readings_tenant_id_person_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_sensitive_readings_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sensitive_readings")),
    )
    op.create_index("ix_sensitive_readings_person", "sensitive_readings", ["tenant_id", "person_id", "created_at"])
    op.execute("SELECT app.wall('sensitive_readings')")
    op.execute("GRANT SELECT, INSERT ON sensitive_readings TO member")
    # A reading is not rewritten; where two people become one, it goes along.
    op.execute("GRANT UPDATE (person_id) ON sensitive_readings TO member")
    op.add_column("sensitive_records", sa.Column("percentage", sa.Integer(), nullable=True))
    op.add_column("sensitive_records", sa.Column("certificate", sa.Text(), nullable=True))
    op.add_column("sensitive_records", sa.Column("certificate_expires_on", sa.Date(), nullable=True))
    op.add_column("sensitive_records", sa.Column("protected_list", sa.Text(), nullable=True))
    op.add_column("sensitive_records", sa.Column("protected_since", sa.Date(), nullable=True))
    op.add_column("sensitive_records", sa.Column("health", sa.Text(), nullable=True))
    op.add_column("sensitive_records", sa.Column("limitations", sa.Text(), nullable=True))
    op.add_column("memberships", sa.Column("sensitive", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_check_constraint(op.f("ck_sensitive_records_percentage"), "sensitive_records", "percentage BETWEEN 0 AND 100")


def downgrade() -> None:
    op.drop_constraint("ck_sensitive_records_percentage", "sensitive_records")
    op.drop_column("memberships", "sensitive")
    op.drop_column("sensitive_records", "limitations")
    op.drop_column("sensitive_records", "health")
    op.drop_column("sensitive_records", "protected_since")
    op.drop_column("sensitive_records", "protected_list")
    op.drop_column("sensitive_records", "certificate_expires_on")
    op.drop_column("sensitive_records", "certificate")
    op.drop_column("sensitive_records", "percentage")
    op.drop_table("sensitive_readings")
