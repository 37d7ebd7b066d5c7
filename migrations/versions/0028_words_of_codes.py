"""Codes are found by any word of their names: one after an apostrophe, a slash, a bracket or a quotation mark is a word too.

Revision ID: 0028
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

WORDS = "app.fold(' ' || code || ' ' || coalesce(label_it, '') || ' ' || coalesce(label_en, ''))"


def upgrade() -> None:
    _search_by(rf"regexp_replace({WORDS}, '[^[:alnum:].]|\.(?![0-9])|(?<![0-9])\.', ' ', 'g')")


def downgrade() -> None:
    _search_by(WORDS)


def _search_by(key: str) -> None:
    op.drop_column("codes", "search_key")
    op.execute(f"ALTER TABLE codes ADD COLUMN search_key text NOT NULL GENERATED ALWAYS AS ({key}) STORED")
