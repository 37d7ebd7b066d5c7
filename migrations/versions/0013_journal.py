"""Notes and tasks.

Revision ID: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "author_id"], ["memberships.tenant_id", "memberships.id"], name=op.f("fk_notes_tenant_id_author_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id", "case_id"], ["cases.tenant_id", "cases.id"], name=op.f("fk_notes_tenant_id_case_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_notes_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_case", "notes", ["tenant_id", "case_id", "on_date"])
    op.execute("SELECT app.wall('notes')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO member")
    op.create_table(
        "tasks",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("doer", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("doer IN ('desk', 'person')", name=op.f("ck_tasks_doer")),
        sa.CheckConstraint("(done_on IS NULL) = (done_by_id IS NULL)", name=op.f("ck_tasks_done")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "assignee_id"], ["memberships.tenant_id", "memberships.id"], name=op.f("fk_tasks_tenant_id_assignee_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id", "case_id"], ["cases.tenant_id", "cases.id"], name=op.f("fk_tasks_tenant_id_case_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "done_by_id"], ["memberships.tenant_id", "memberships.id"], name=op.f("fk_tasks_tenant_id_done_by_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_tasks_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_case", "tasks", ["tenant_id", "case_id"])
    op.create_index("ix_tasks_open", "tasks", ["tenant_id", "due_on"], postgresql_where=sa.text("done_on IS NULL"))
    op.execute("SELECT app.wall('tasks')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON tasks TO member")


def downgrade() -> None:
    op.drop_table("tasks")
    op.drop_table("notes")
