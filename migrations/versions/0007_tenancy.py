"""Archives of consortia, and the end of a consortium.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

RECORD_CHANGE = """
    CREATE OR REPLACE FUNCTION app.record_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE
        was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - 'search_key' END;
        is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - 'search_key' END;
        row_id uuid := coalesce(is_now ->> 'id', was ->> 'id')::uuid;
    BEGIN
        {unless}
        IF TG_OP = 'UPDATE' THEN
            SELECT jsonb_object_agg(key, was -> key), jsonb_object_agg(key, value) INTO was, is_now
            FROM jsonb_each(is_now) WHERE value IS DISTINCT FROM was -> key AND key <> 'revision';
            IF is_now IS NULL THEN RETURN NULL; END IF;
        END IF;
        INSERT INTO public.trail (tenant_id, id, actor_id, request_id, table_name, row_id, action, before, after)
        VALUES (app.current_tenant(), app.uuid7(), nullif(current_setting('app.actor'), '')::uuid,
                nullif(current_setting('app.request'), ''), TG_ARGV[0], row_id, lower(TG_OP), was, is_now);
        RETURN NULL;
    END $$
"""
# A consortium that goes takes its trail with it. The operator may delete no row of any table, but by app.delete_tenant: this is a
# door, and not a setting that anybody could make.
UNLESS_ALL_GOES = "IF TG_OP = 'DELETE' AND current_setting('role') = 'operator' THEN RETURN NULL; END IF;"

# What changed since an archive is told by the number of its changes: the trail only grows, and of two transactions at once the one that
# began first may end last, so that no moment says what a snapshot has seen.
IS_EXPORTED = """
    CREATE FUNCTION app.is_exported(tenant uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE
        outer_tenant text := current_setting('app.tenant');
        fresh boolean;
    BEGIN
        EXECUTE format('SET LOCAL app.tenant = %L', tenant);
        SELECT a.changes = (SELECT count(*) FROM trail t WHERE t.tenant_id = tenant) INTO fresh
        FROM archives a WHERE a.consortium_id = tenant AND a.state = 'written' AND a.taken_at > now() - interval '24 hours'
        ORDER BY a.taken_at DESC LIMIT 1;
        EXECUTE format('SET LOCAL app.tenant = %L', outer_tenant);
        RETURN coalesce(fresh, false);
    END $$
"""

# Tables are found in the catalogue, so that those of later migrations go too; each after all that refer to it. What is forgotten is
# not left behind: the last DELETE would break the key to `tenants`.
DELETE_TENANT = """
    CREATE FUNCTION app.delete_tenant(tenant uuid, forced boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE
        outer_tenant text := current_setting('app.tenant');
        remaining oid[];
        free oid[];
        people uuid[];
        one oid;
        person uuid;
    BEGIN
        PERFORM FROM tenants WHERE id = tenant AND state = 'suspended' FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the consortium is not suspended' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tenant_suspended';
        END IF;
        IF NOT forced AND NOT app.is_exported(tenant) THEN
            RAISE EXCEPTION 'there is no fresh export' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tenant_exported';
        END IF;
        EXECUTE format('SET LOCAL app.tenant = %L', tenant);
        people := ARRAY(SELECT DISTINCT account_id FROM memberships WHERE tenant_id = tenant);
        remaining := ARRAY(
            SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition);
        WHILE remaining <> '{}' LOOP
            free := ARRAY(
                SELECT t FROM unnest(remaining) t WHERE NOT EXISTS (
                    SELECT FROM pg_constraint k
                    WHERE k.contype = 'f' AND k.confrelid = t AND k.conrelid <> t AND k.conrelid = ANY (remaining)));
            IF free = '{}' THEN
                RAISE EXCEPTION 'these tables refer to each other in a circle: %', remaining::regclass[];
            END IF;
            FOREACH one IN ARRAY free LOOP
                EXECUTE format('DELETE FROM %s WHERE tenant_id = $1', one::regclass) USING tenant;
            END LOOP;
            remaining := ARRAY(SELECT t FROM unnest(remaining) t WHERE t <> ALL (free));
        END LOOP;
        DELETE FROM procrastinate_jobs WHERE args -> 'scope' ->> 'tenant_id' = tenant::text AND status <> 'doing';
        DELETE FROM tenants WHERE id = tenant;
        FOREACH person IN ARRAY people LOOP
            PERFORM app.forget_account(person);
        END LOOP;
        EXECUTE format('SET LOCAL app.tenant = %L', outer_tenant);
    END $$
"""
# Who belongs elsewhere too is told by the keys, which see every consortium's rows: no query here may.
FORGET_ACCOUNT = """
    CREATE FUNCTION app.forget_account(account uuid) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        DELETE FROM sign_ins WHERE account_id = account;
        DELETE FROM account_tokens WHERE account_id = account;
        DELETE FROM account_messages m USING accounts a WHERE a.id = account AND m.recipient = a.email;
        DELETE FROM accounts WHERE id = account;
    EXCEPTION WHEN foreign_key_violation THEN
        NULL;
    END $$
"""
FUNCTIONS = "app.is_exported(uuid), app.delete_tenant(uuid, boolean), app.forget_account(uuid)"


def upgrade() -> None:
    op.create_table(
        "archives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consortium_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changes", sa.BigInteger(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'written', 'failed')", name=op.f("ck_archives_state")),
        sa.CheckConstraint("(state = 'written') = (num_nonnulls(taken_at, changes, size, sha256) = 4)", name=op.f("ck_archives_written")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archives")),
    )
    op.create_index("ix_archives_consortium", "archives", ["consortium_id", "asked_at"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON archives TO operator")
    # Whoever wants an archive leaves a job of the operator's, that opens the doors it needs.
    op.execute("GRANT EXECUTE ON FUNCTION app.defer TO operator")
    op.execute(RECORD_CHANGE.replace("{unless}", UNLESS_ALL_GOES))
    for function in (IS_EXPORTED, FORGET_ACCOUNT, DELETE_TENANT):
        op.execute(function)
    op.execute(f"REVOKE ALL ON FUNCTION {FUNCTIONS} FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION app.is_exported, app.delete_tenant TO operator")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {FUNCTIONS}")
    op.execute(RECORD_CHANGE.replace("{unless}", ""))
    op.execute("REVOKE EXECUTE ON FUNCTION app.defer FROM operator")
    op.drop_table("archives")
