"""A name of a code that was not given is null, so that the files of a classification, one a language, may come in any order.

Revision ID: 0020
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("label_it", "label_en"):
        op.alter_column("codes", column, nullable=True)
    op.create_check_constraint(op.f("ck_codes_named"), "codes", "label_it IS NOT NULL OR label_en IS NOT NULL")
    _search_by("coalesce(label_it, '')", "coalesce(label_en, '')")
    # Until now a name that was not given was that in the other language.
    _all("UPDATE codes SET label_en = NULL WHERE label_en = label_it")


def downgrade() -> None:
    _all("UPDATE codes SET label_it = coalesce(label_it, label_en), label_en = coalesce(label_en, label_it)")
    _search_by("label_it", "label_en")
    op.drop_constraint(op.f("ck_codes_named"), "codes")
    for column in ("label_it", "label_en"):
        op.alter_column("codes", column, nullable=False)


def _search_by(italian: str, english: str) -> None:
    op.drop_column("codes", "search_key")
    key = f"app.fold(' ' || code || ' ' || {italian} || ' ' || {english})"
    op.execute(f"ALTER TABLE codes ADD COLUMN search_key text NOT NULL GENERATED ALWAYS AS ({key}) STORED")


def _all(statement: str) -> None:
    """Change the rows of every consortium: nobody did it, so it leaves no trail."""
    op.execute("ALTER TABLE codes NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER trail")
    op.execute(statement)
    op.execute("ALTER TABLE codes FORCE ROW LEVEL SECURITY, ENABLE TRIGGER trail")
