"""Versions are parts of their document: what came meanwhile is found by the document, however many files there are.

Revision ID: 0030
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _trail("'document_versions', 'document_id'")
    # As in 0017: births and ends say whose part a row was; the changes between go by them.
    _mark("""
        UPDATE trail SET part_of = known.whole FROM (
            SELECT tenant_id, row_id, (max(coalesce(after, before) ->> 'document_id'))::uuid AS whole
            FROM trail WHERE table_name = 'document_versions' AND action <> 'update' GROUP BY tenant_id, row_id) known
        WHERE trail.table_name = 'document_versions' AND trail.tenant_id = known.tenant_id AND trail.row_id = known.row_id
    """)


def downgrade() -> None:
    _trail("'document_versions'")
    _mark("UPDATE trail SET part_of = NULL WHERE table_name = 'document_versions'")


def _trail(told: str) -> None:
    """The trail's trigger of versions, made anew with what they are parts by."""
    op.execute("DROP TRIGGER trail ON document_versions")
    trigger = "CREATE TRIGGER trail AFTER INSERT OR UPDATE OR DELETE ON document_versions"
    op.execute(f"{trigger} FOR EACH ROW EXECUTE FUNCTION app.record_change({told})")


def _mark(statement: str) -> None:
    """In the trail of every consortium."""
    op.execute("ALTER TABLE trail NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    op.execute("ALTER TABLE trail FORCE ROW LEVEL SECURITY")
