"""Rejected rows of imports keep no health data: neither their cells nor what was said of them.

Revision ID: 0024
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OF_HEALTH = "file.headings[place] ~* 'disabil|invalid|handicap'"
SHOWN = f"""
    SELECT coalesce(array_agg(CASE WHEN {OF_HEALTH} OR place - 1 = (file.columns ->> 'disability')::int
                                     OR NOT EXISTS (SELECT FROM jsonb_each_text(file.columns) AS told WHERE told.value::int = place - 1)
                                   THEN '' ELSE cell END ORDER BY place), '{{}}')
    FROM unnest(line.cells) WITH ORDINALITY AS each (cell, place)
    WHERE cardinality(line.cells) = cardinality(file.headings)
"""
SAID = """
    SELECT coalesce(jsonb_agg(CASE WHEN fault ->> 'column' = 'disability' THEN fault || '{"value": ""}' || CASE
        WHEN fault ->> 'code' = 'no_choice' THEN '{"code": "no_choice_unseen"}'::jsonb ELSE '{}' END ELSE fault END ORDER BY place), '[]')
    FROM jsonb_array_elements(line.details) WITH ORDINALITY AS each (fault, place)
"""


def upgrade() -> None:
    for table in ("import_rows", "import_files"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        UPDATE import_rows AS line
        SET cells = ({SHOWN}), details = ({SAID}),
            key = CASE WHEN cardinality(line.cells) = cardinality(file.headings) THEN line.key ELSE '' END
        FROM import_files AS file
        WHERE file.tenant_id = line.tenant_id AND file.id = line.file_id AND line.verdict = 'rejected'
    """)
    for table in ("import_rows", "import_files"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """What was forgotten stays so."""
