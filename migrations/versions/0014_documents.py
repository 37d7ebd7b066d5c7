"""Documents and their versions.

Revision ID: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("expires_on >= dated_on", name=op.f("ck_documents_period")),
        sa.ForeignKeyConstraint(["tenant_id", "case_id"], ["cases.tenant_id", "cases.id"], name=op.f("fk_documents_tenant_id_case_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_documents_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_case", "documents", ["tenant_id", "case_id"])
    op.create_index("ix_documents_expires_on", "documents", ["tenant_id", "expires_on"])
    op.execute("SELECT app.wall('documents')")
    op.execute("GRANT SELECT, INSERT, UPDATE ON documents TO member")
    op.create_table(
        "document_versions",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_document_versions_sha256")),
        sa.CheckConstraint("size > 0", name=op.f("ck_document_versions_size")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "document_id"], ["documents.tenant_id", "documents.id"], name=op.f("fk_document_versions_tenant_id_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "uploaded_by_id"],
            ["memberships.tenant_id", "memberships.id"],
            name=op.f("fk_document_versions_tenant_id_uploaded_by_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_document_versions_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_document_versions")),
        sa.UniqueConstraint("tenant_id", "document_id", "number", name=op.f("uq_document_versions_tenant_id_document_id_number")),
        sa.UniqueConstraint("tenant_id", "storage_key", name=op.f("uq_document_versions_tenant_id_storage_key")),
    )
    op.execute("SELECT app.wall('document_versions')")
    op.execute("GRANT SELECT, INSERT ON document_versions TO member")


def downgrade() -> None:
    op.drop_table("document_versions")
    op.drop_table("documents")
