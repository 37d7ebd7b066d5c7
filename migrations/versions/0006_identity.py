"""Invitations, and who among the staff has come in: what a consortium may ask about accounts, which it cannot read.

Revision ID: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# An invitation is a consortium's; its column is no key, since consortia are deleted and links to them just lapse.
TABLES = (
    "ALTER TABLE account_tokens ADD COLUMN consortium_id uuid",
    "CREATE INDEX ix_sign_in_failures_at ON sign_in_failures (at)",
    # Withdrawn before its first day, a membership has an empty period: it ends the day before it begins.
    "ALTER TABLE memberships DROP CONSTRAINT ck_memberships_period",
    "ALTER TABLE memberships ADD CONSTRAINT ck_memberships_period CHECK (valid_to >= valid_from - 1)",
)

# Only the caller's own people can be invited, and only an account without a password gets a link: whoever has one already keeps it.
FUNCTIONS = (
    """
    CREATE FUNCTION app.withdraw_invitation(membership uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
        UPDATE account_tokens t SET used_at = now() FROM memberships m
        WHERE m.tenant_id = app.current_tenant() AND m.id = membership
          AND t.account_id = m.account_id AND t.consortium_id = m.tenant_id AND t.purpose = 'invitation' AND t.used_at IS NULL
    $$
    """,
    """
    CREATE FUNCTION app.invite(membership uuid, hash bytea, lasts interval) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    BEGIN
        PERFORM app.withdraw_invitation(membership);
        INSERT INTO account_tokens (id, account_id, purpose, token_hash, expires_at, consortium_id)
        SELECT app.uuid7(), a.id, 'invitation', hash, now() + lasts, m.tenant_id
        FROM memberships m JOIN accounts a ON a.id = m.account_id
        WHERE m.tenant_id = app.current_tenant() AND m.id = membership AND a.password_hash IS NULL;
        RETURN FOUND;
    END $$
    """,
    # Whether somebody has used Capofila since they were added. It says the same of who was new and of who was not:
    # that a person worked elsewhere before is nobody's business here.
    """
    CREATE FUNCTION app.staff_seen() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
        SELECT m.id FROM memberships m WHERE m.tenant_id = app.current_tenant()
          AND EXISTS (SELECT FROM sign_ins s WHERE s.account_id = m.account_id AND s.seen_at >= m.created_at)
    $$
    """,
)
NAMES = "app.withdraw_invitation, app.invite, app.staff_seen"


def upgrade() -> None:
    for statement in (*TABLES, *FUNCTIONS):
        op.execute(statement)
    op.execute(f"REVOKE ALL ON FUNCTION {NAMES} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {NAMES} TO member")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {NAMES}")
    op.execute("ALTER TABLE memberships DROP CONSTRAINT ck_memberships_period")
    op.execute("ALTER TABLE memberships ADD CONSTRAINT ck_memberships_period CHECK (valid_to >= valid_from)")
    op.execute("DROP INDEX ix_sign_in_failures_at")
    op.execute("ALTER TABLE account_tokens DROP COLUMN consortium_id")
