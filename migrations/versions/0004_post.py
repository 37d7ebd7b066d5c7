"""The outbox, procrastinate's own tables, and the one way to leave a job.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A job carries the scope it was left in: whoever leaves one cannot name another consortium. The doors have no right on the jobs' tables.
DEFER = """
    CREATE FUNCTION app.defer(task text, queue text, args jsonb, due timestamptz, one_at_a_time boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE
        tenant text := nullif(current_setting('app.tenant'), '');
        door text := current_setting('role');
        stamp jsonb := jsonb_build_object(
            'role', door,
            'tenant_id', tenant,
            'region_id', nullif(current_setting('app.region'), ''),
            'actor_id', nullif(current_setting('app.actor'), ''),
            'request_id', nullif(current_setting('app.request'), ''));
        turn text := CASE WHEN one_at_a_time THEN concat(task, ':', tenant) END;
    BEGIN
        IF (door = 'member') IS DISTINCT FROM (tenant IS NOT NULL) THEN
            RAISE EXCEPTION 'a job is left by one consortium, or at a door of none' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN (procrastinate_defer_jobs_v1(ARRAY[
            ROW(queue, task, 0, turn, NULL, jsonb_build_object('scope', stamp, 'args', args), due)::procrastinate_job_to_defer_v1
        ]))[1];
    END $$
"""

GRANTS = (
    "SELECT app.wall('messages', trailed => false)",
    "GRANT SELECT, INSERT, UPDATE ON messages TO member",
    "GRANT SELECT, INSERT, UPDATE ON account_messages TO gatekeeper",
    "REVOKE ALL ON FUNCTION app.defer FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION app.defer TO member, gatekeeper",
)
# Everything of procrastinate's is the postman's, who may see nothing else.
TO_POSTMAN = """
    DO $$
    DECLARE name text;
    BEGIN
        FOR name IN SELECT oid::regclass::text FROM pg_class
                    WHERE relnamespace = 'public'::regnamespace AND relname LIKE 'procrastinate%' AND relkind = 'r' LOOP
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO postman', name);
        END LOOP;
        FOR name IN SELECT oid::regclass::text FROM pg_class
                    WHERE relnamespace = 'public'::regnamespace AND relname LIKE 'procrastinate%' AND relkind = 'S' LOOP
            EXECUTE format('GRANT USAGE ON SEQUENCE %s TO postman', name);
        END LOOP;
        FOR name IN SELECT oid::regprocedure::text FROM pg_proc
                    WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'procrastinate%' LOOP
            EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', name);
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO postman', name);
        END LOOP;
    END $$
"""
FORGET_PROCRASTINATE = """
    DO $$
    DECLARE name text;
    BEGIN
        DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
        FOR name IN SELECT oid::regprocedure::text FROM pg_proc
                    WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'procrastinate%' LOOP
            EXECUTE format('DROP FUNCTION %s CASCADE', name);
        END LOOP;
        DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type;
    END $$
"""


def _letter(table: str) -> list[sa.schema.SchemaItem]:
    """Columns that both outboxes have: those of a consortium, and those of accounts."""
    return [
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("about_table", sa.Text(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f(f"ck_{table}_state")),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f(f"ck_{table}_sent")),
        sa.CheckConstraint("(state = 'sent') = (text IS NULL AND html IS NULL)", name=op.f(f"ck_{table}_body")),
        sa.CheckConstraint("(about_table IS NULL) = (about_id IS NULL)", name=op.f(f"ck_{table}_about")),
    ]


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        *_letter("messages"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_messages_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_about", "messages", ["tenant_id", "about_table", "about_id", "id"])
    op.create_table(
        "account_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_letter("account_messages"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_messages")),
    )
    op.create_index("ix_account_messages_about", "account_messages", ["about_table", "about_id", "id"])
    # Many statements, and words that Alembic takes for parameters: the driver runs them as they are. When procrastinate changes its
    # tables, a later migration brings those here to the new shape, and skips what a fresh database has already.
    op.get_bind().connection.cursor().execute(SchemaManager.get_schema())
    for statement in (TO_POSTMAN, DEFER, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION app.defer")
    op.execute(FORGET_PROCRASTINATE)
    op.drop_table("account_messages")
    op.drop_table("messages")
