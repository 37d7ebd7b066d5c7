"""The privacy notice: its versions, and which of them each person has acknowledged.

Revision ID: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_notices_number")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_notices_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notices")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_notices_tenant_id_number")),
        sa.UniqueConstraint("tenant_id", "in_force_from", name=op.f("uq_notices_tenant_id_in_force_from")),
    )
    op.execute("SELECT app.wall('notices')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON notices TO member")
    op.create_table(
        "acknowledgements",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("how IN ('signed', 'read', 'mailed')", name=op.f("ck_acknowledgements_how")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "notice_id"], ["notices.tenant_id", "notices.id"], name=op.f("fk_acknowledgements_tenant_id_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["people.tenant_id", "people.id"], name=op.f("fk_acknowledgements_tenant_id_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recorded_by_id"],
            ["memberships.tenant_id", "memberships.id"],
            name=op.f("fk_acknowledgements_tenant_id_recorded_by_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_acknowledgements_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_acknowledgements")),
        sa.UniqueConstraint("tenant_id", "person_id", "notice_id", name=op.f("uq_acknowledgements_tenant_id_person_id_notice_id")),
    )
    op.create_index("ix_acknowledgements_notice", "acknowledgements", ["tenant_id", "notice_id"])
    op.execute("SELECT app.wall('acknowledgements')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON acknowledgements TO member")
    # They are parts of a person (as in 0017), so that one that was removed is found in the history of the case.
    op.execute("DROP TRIGGER trail ON acknowledgements")
    op.execute(
        "CREATE TRIGGER trail AFTER INSERT OR UPDATE OR DELETE ON acknowledgements "
        "FOR EACH ROW EXECUTE FUNCTION app.record_change('acknowledgements', 'person_id')"
    )


def downgrade() -> None:
    op.drop_table("acknowledgements")
    op.drop_table("notices")
