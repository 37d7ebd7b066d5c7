"""The walls: schema `app`, the functions that bind a transaction, the tool that walls a table, the trail's trigger.

Revision ID: 0001
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FUNCTIONS = (
    """
    CREATE FUNCTION app.enter(door text, tenant uuid, region text, actor uuid, request text) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
        -- SET LOCAL rather than set_config(): a distributed PostgreSQL forwards only the former to its workers.
        EXECUTE format('SET LOCAL app.tenant = %L', coalesce(tenant::text, ''));
        EXECUTE format('SET LOCAL app.region = %L', coalesce(region, ''));
        EXECUTE format('SET LOCAL app.actor = %L', coalesce(actor::text, ''));
        EXECUTE format('SET LOCAL app.request = %L', coalesce(request, ''));
        EXECUTE format('SET LOCAL ROLE %I', door);
    END $$
    """,
    # Without a scope both raise (an unset parameter, or '' that is no uuid): never an empty answer.
    "CREATE FUNCTION app.current_tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT current_setting('app.tenant')::uuid $$",
    """
    CREATE FUNCTION app.current_region() RETURNS text LANGUAGE plpgsql STABLE AS $$
    BEGIN
        IF current_setting('app.region') = '' THEN
            RAISE EXCEPTION 'no region in scope' USING ERRCODE = 'invalid_text_representation';
        END IF;
        RETURN current_setting('app.region');
    END $$
    """,
    # uuidv7() is built in from PostgreSQL 18 only.
    """
    CREATE FUNCTION app.uuid7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
        SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
            PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
            FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
    $$
    """,
    # unaccent() is only STABLE because its dictionary could be replaced; ours is named and is not.
    """
    CREATE FUNCTION app.fold(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT lower(extensions.unaccent('extensions.unaccent'::regdictionary, words))
    $$
    """,
    # Written as the owner, so that no door needs (or has) the right to write a trail.
    """
    CREATE FUNCTION app.record_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE
        was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - 'search_key' END;
        is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - 'search_key' END;
        row_id uuid := coalesce(is_now ->> 'id', was ->> 'id')::uuid;
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            SELECT jsonb_object_agg(key, was -> key), jsonb_object_agg(key, value) INTO was, is_now
            FROM jsonb_each(is_now) WHERE value IS DISTINCT FROM was -> key AND key <> 'revision';
            IF is_now IS NULL THEN RETURN NULL; END IF;
        END IF;
        INSERT INTO public.trail (tenant_id, id, actor_id, request_id, table_name, row_id, action, before, after)
        VALUES (app.current_tenant(), app.uuid7(),
                nullif(current_setting('app.actor'), '')::uuid, nullif(current_setting('app.request'), ''),
                TG_ARGV[0], row_id, lower(TG_OP), was, is_now);
        RETURN NULL;
    END $$
    """,
    # Walls a tenant table: forced row security, one policy for the consortium's own doors, the trail's trigger.
    """
    CREATE FUNCTION app.wall(tenant_table regclass, trailed boolean DEFAULT true) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tenant_table);
        EXECUTE format('CREATE POLICY tenant ON %s TO owner, member, visitor
            USING (tenant_id = app.current_tenant()) WITH CHECK (tenant_id = app.current_tenant())', tenant_table);
        IF trailed THEN
            EXECUTE format('CREATE TRIGGER trail AFTER INSERT OR UPDATE OR DELETE ON %s
                FOR EACH ROW EXECUTE FUNCTION app.record_change(%L)', tenant_table, tenant_table::text);
        END IF;
    END $$
    """,
    # A table that the region's auditors read: their policy goes by region.
    """
    CREATE FUNCTION app.open_to_auditor(tenant_table regclass) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format('CREATE POLICY region ON %s FOR SELECT TO auditor USING (region_id = app.current_region())', tenant_table);
        EXECUTE format('GRANT SELECT ON %s TO auditor', tenant_table);
    END $$
    """,
)
DOORS = "gatekeeper, member, visitor, auditor, operator, postman"


def upgrade() -> None:
    op.execute("CREATE SCHEMA app")
    for function in FUNCTIONS:
        op.execute(function)
    op.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC")
    op.execute(f"GRANT USAGE ON SCHEMA app TO capofila, searcher, {DOORS}")
    op.execute(f"GRANT EXECUTE ON FUNCTION app.enter TO capofila, {DOORS}")
    op.execute(f"GRANT EXECUTE ON FUNCTION app.current_tenant, app.current_region, app.uuid7, app.fold TO searcher, {DOORS}")


def downgrade() -> None:
    op.execute("DROP SCHEMA app CASCADE")
