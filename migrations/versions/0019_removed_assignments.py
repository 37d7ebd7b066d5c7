"""Assignments are parts of their case: one that was a mistake can be removed, and the history of the case still tells of it.

Revision ID: 0019
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _trail("'assignments', 'case_id'")
    # As in 0017: births and ends say whose part a row was; the changes between go by them.
    _mark("""
        UPDATE trail SET part_of = known.whole FROM (
            SELECT tenant_id, row_id, (max(coalesce(after, before) ->> 'case_id'))::uuid AS whole
            FROM trail WHERE table_name = 'assignments' AND action <> 'update' GROUP BY tenant_id, row_id) known
        WHERE trail.table_name = 'assignments' AND trail.tenant_id = known.tenant_id AND trail.row_id = known.row_id
    """)


def downgrade() -> None:
    _trail("'assignments'")
    _mark("UPDATE trail SET part_of = NULL WHERE table_name = 'assignments'")


def _trail(told: str) -> None:
    """The trail's trigger of assignments, made anew with what they are parts by."""
    op.execute("DROP TRIGGER trail ON assignments")
    op.execute(
        f"CREATE TRIGGER trail AFTER INSERT OR UPDATE OR DELETE ON assignments FOR EACH ROW EXECUTE FUNCTION app.record_change({told})"
    )


def _mark(statement: str) -> None:
    """In the trail of every consortium."""
    op.execute("ALTER TABLE trail NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    op.execute("ALTER TABLE trail FORCE ROW LEVEL SECURITY")
