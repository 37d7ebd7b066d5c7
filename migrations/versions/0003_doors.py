"""Walls of the first tables, and what each door may do with them.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "memberships members partners agreements agreement_parties agreement_addenda desks opening_hours desk_staff measures measure_desks "
    "people cases assignments sensitive_records pathways pathway_events sessions"
).split()
FOR_AUDITORS = ("members", "desks", "opening_hours")

ACCESS = (
    "GRANT SELECT ON regions, tenants TO gatekeeper, member, visitor, auditor, operator",
    "GRANT SELECT ON municipalities TO member, visitor, auditor, operator",
    "GRANT SELECT ON birthplaces TO member",
    # The gatekeeper: accounts and sign-ins, and who belongs where.
    "GRANT SELECT, UPDATE (name, locale, password_hash) ON accounts TO gatekeeper",
    "GRANT SELECT ON region_mandates, platform_mandates, memberships TO gatekeeper",
    "GRANT SELECT, INSERT, UPDATE ON sign_ins, account_tokens TO gatekeeper",
    "GRANT SELECT, INSERT, DELETE ON sign_in_failures TO gatekeeper",
    "CREATE POLICY gatekeeper ON memberships FOR SELECT TO gatekeeper USING (true)",
    # A consortium's own people.
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(TENANT_TABLES)} TO member",
    "REVOKE DELETE ON memberships FROM member",
    "GRANT SELECT, INSERT, UPDATE ON submissions TO member",
    "GRANT SELECT ON trail TO member",
    # The public: places, never persons.
    "GRANT SELECT ON members, desks, opening_hours TO visitor",
    # The operator registers consortia and counts what is in them: of their tables only the tenant's id can be read.
    "GRANT INSERT, UPDATE ON tenants TO operator",
    *(
        statement
        for table in ("members", "desks", "memberships")
        for statement in (
            f"GRANT SELECT (tenant_id) ON {table} TO operator",
            f"CREATE POLICY counts ON {table} FOR SELECT TO operator USING (true)",
        )
    ),
)

# A consortium cannot read accounts: it asks for the account of an e-mail, and gets an id whether there was one or not.
ACCOUNT_FOR = """
    CREATE FUNCTION app.account_for(address text, full_name text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE found uuid;
    BEGIN
        INSERT INTO accounts (email, name) VALUES (lower(address), full_name) ON CONFLICT (email) DO NOTHING;
        SELECT id INTO found FROM accounts WHERE email = lower(address);
        RETURN found;
    END $$
"""

# LIKE is not leakproof: under row security it could not use the index. This runs as `searcher`, whose policy lets all pass, and filters by
# tenant itself. The first pattern goes to the index, the others narrow.
SEARCH = """
    CREATE FUNCTION app.search_people(first_pattern text, other_patterns text[], only_desks uuid[], at_most integer) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, extensions AS $$
        SELECT p.id FROM people p JOIN cases c ON c.tenant_id = p.tenant_id AND c.person_id = p.id
        WHERE p.tenant_id = app.current_tenant() AND c.tenant_id = app.current_tenant()
          AND p.search_key LIKE first_pattern AND p.search_key LIKE ALL (other_patterns)
          AND (only_desks IS NULL OR c.desk_id = ANY (only_desks))
        ORDER BY p.surname, p.first_name, p.id LIMIT at_most
    $$
"""


def upgrade() -> None:
    for table in TENANT_TABLES:
        op.execute(f"SELECT app.wall('{table}')")
    for table in ("trail", "submissions"):
        op.execute(f"SELECT app.wall('{table}', trailed => false)")
    for table in FOR_AUDITORS:
        op.execute(f"SELECT app.open_to_auditor('{table}')")
    for statement in ACCESS:
        op.execute(statement)
    _teach()


def _teach() -> None:
    """Functions that reach further than their caller, each handed to the least role that can."""
    op.execute(ACCOUNT_FOR)
    op.execute(SEARCH)
    op.execute("REVOKE ALL ON FUNCTION app.account_for, app.search_people FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION app.account_for, app.search_people TO member")
    for table in ("people", "cases"):
        op.execute(f"CREATE POLICY search ON {table} FOR SELECT TO searcher USING (true)")
    op.execute("GRANT SELECT (tenant_id, id, search_key, surname, first_name) ON people TO searcher")
    op.execute("GRANT SELECT (tenant_id, person_id, desk_id) ON cases TO searcher")
    op.execute("GRANT CREATE ON SCHEMA app TO searcher")
    op.execute("ALTER FUNCTION app.search_people OWNER TO searcher")
    op.execute("REVOKE CREATE ON SCHEMA app FROM searcher")


def downgrade() -> None:
    op.execute("DROP FUNCTION app.account_for, app.search_people")
