"""What the planner knows is brought up to date after a bulk load.

Revision ID: 0009
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Without statistics each condition on tenant_id is taken to leave one row, and nested loops over a year's sessions took 45 s where
# 0.05 s are enough (measured on Trecate's year, just loaded). Autovacuum comes a minute later; a door may not ANALYZE what it does not own.
REFRESH = """
    CREATE FUNCTION app.refresh_statistics() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    BEGIN
        ANALYZE public.people, public.cases, public.assignments, public.pathways, public.pathway_events, public.sessions;
    END $$
"""


def upgrade() -> None:
    op.execute(REFRESH)
    op.execute("REVOKE ALL ON FUNCTION app.refresh_statistics FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION app.refresh_statistics TO member")


def downgrade() -> None:
    op.execute("DROP FUNCTION app.refresh_statistics")
