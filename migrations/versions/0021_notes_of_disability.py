"""What checks of imports noted of disability is forgotten: that it changed said of whom it was recorded.

Revision ID: 0021
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NOTED = """verdict = 'changed' AND details @> '[{"field": "disability"}]'"""


def upgrade() -> None:
    for table in ("import_rows", "import_files"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        UPDATE import_rows SET details = (
            SELECT coalesce(jsonb_agg(each ORDER BY place), '[]') FROM jsonb_array_elements(details) WITH ORDINALITY AS told (each, place)
            WHERE each ->> 'field' <> 'disability')
        WHERE {NOTED}
    """)
    op.execute("""
        WITH gone AS (DELETE FROM import_rows WHERE verdict = 'changed' AND details = '[]' RETURNING tenant_id, file_id),
             counted AS (SELECT tenant_id, file_id, count(*) AS number FROM gone GROUP BY tenant_id, file_id)
        UPDATE import_files SET updated = updated - number, unchanged = unchanged + number FROM counted
        WHERE import_files.tenant_id = counted.tenant_id AND import_files.id = counted.file_id
    """)
    for table in ("import_rows", "import_files"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """What was forgotten stays so."""
