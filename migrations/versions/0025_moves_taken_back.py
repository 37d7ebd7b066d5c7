"""Moves of a pathway that were taken back: the event stays, with the day and the reason.

Revision ID: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pathway_events", sa.Column("undone_on", sa.Date(), nullable=True))
    op.add_column("pathway_events", sa.Column("undone_reason", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_pathway_events_undone"), "pathway_events", "(undone_on IS NULL) = (undone_reason IS NULL)")


def downgrade() -> None:
    """What was taken back would count again: it goes."""
    op.execute("ALTER TABLE pathway_events NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER trail")
    op.execute("DELETE FROM pathway_events WHERE undone_on IS NOT NULL")
    op.execute("ALTER TABLE pathway_events FORCE ROW LEVEL SECURITY, ENABLE TRIGGER trail")
    op.drop_constraint(op.f("ck_pathway_events_undone"), "pathway_events")
    for column in ("undone_on", "undone_reason"):
        op.drop_column("pathway_events", column)
