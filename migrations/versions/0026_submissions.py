"""A submission knows the request that it answered, and its id is that of a sender's key: those there were are of nobody.

Revision ID: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("TRUNCATE submissions")
    op.add_column("submissions", sa.Column("request", sa.Text(), nullable=False))


def downgrade() -> None:
    op.execute("TRUNCATE submissions")
    op.drop_column("submissions", "request")
