"""The trail says what a row is a part of, so that what was removed is found by what it belonged to, however many rows there are.

Revision ID: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Table → the column that says whose part a row is.
PARTS = {
    "profiles": "person_id",
    "educations": "person_id",
    "trainings": "person_id",
    "work_experiences": "person_id",
    "language_skills": "person_id",
    "desired_occupations": "person_id",
    "sessions": "pathway_id",
}
# A column rather than an expression over what was written down: under row security no index serves an operator of jsonb.
RECORD_CHANGE = """
    CREATE OR REPLACE FUNCTION app.record_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE
        was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - 'search_key' END;
        is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - 'search_key' END;
        row_id uuid := coalesce(is_now ->> 'id', was ->> 'id')::uuid;
        {whole}
    BEGIN
        IF TG_OP = 'DELETE' AND current_setting('role') = 'operator' THEN RETURN NULL; END IF;
        IF TG_OP = 'UPDATE' THEN
            SELECT jsonb_object_agg(key, was -> key), jsonb_object_agg(key, value) INTO was, is_now
            FROM jsonb_each(is_now) WHERE value IS DISTINCT FROM was -> key AND key <> 'revision';
            IF is_now IS NULL THEN RETURN NULL; END IF;
        END IF;
        INSERT INTO public.trail (tenant_id, id, actor_id, request_id, table_name, row_id, action, before, after{column})
        VALUES (app.current_tenant(), app.uuid7(), nullif(current_setting('app.actor'), '')::uuid,
                nullif(current_setting('app.request'), ''), TG_ARGV[0], row_id, lower(TG_OP), was, is_now{value});
        RETURN NULL;
    END $$
"""
WHOLE = "whole uuid := CASE WHEN TG_NARGS > 1 THEN (coalesce(is_now, was) ->> TG_ARGV[1])::uuid END;"


def upgrade() -> None:
    op.add_column("trail", sa.Column("part_of", sa.Uuid(), nullable=True))
    op.create_index("ix_trail_part", "trail", ["tenant_id", "part_of", "table_name", "id"], postgresql_where=sa.text("part_of IS NOT NULL"))
    op.execute(RECORD_CHANGE.format(whole=WHOLE, column=", part_of", value=", whole"))
    op.execute("ALTER TABLE trail NO FORCE ROW LEVEL SECURITY")
    for table, key in PARTS.items():
        _trail(table, key)
        # Births and ends say whose part a row was; the changes between go by them.
        op.execute(f"""
            UPDATE trail SET part_of = known.whole FROM (
                SELECT tenant_id, row_id, (max(coalesce(after, before) ->> '{key}'))::uuid AS whole
                FROM trail WHERE table_name = '{table}' AND action <> 'update' GROUP BY tenant_id, row_id) known
            WHERE trail.table_name = '{table}' AND trail.tenant_id = known.tenant_id AND trail.row_id = known.row_id
        """)
    op.execute("ALTER TABLE trail FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    for table in PARTS:
        _trail(table)
    op.execute(RECORD_CHANGE.format(whole="", column="", value=""))
    op.drop_index("ix_trail_part", table_name="trail")
    op.drop_column("trail", "part_of")


def _trail(table: str, *key: str) -> None:
    """The trail's trigger of a table, made anew with what its rows are parts by."""
    told = ", ".join(f"'{each}'" for each in (table, *key))
    op.execute(f"DROP TRIGGER trail ON {table}")
    op.execute(f"CREATE TRIGGER trail AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION app.record_change({told})")
