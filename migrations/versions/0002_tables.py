"""The first tables.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), server_default="it", nullable=False),
        sa.Column("demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_accounts_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_table(
        "birthplaces",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cadastral", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_birthplaces")),
    )
    op.create_index(op.f("ix_birthplaces_cadastral"), "birthplaces", ["cadastral"], unique=False)
    op.create_table(
        "regions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regions")),
        sa.UniqueConstraint("slug", name=op.f("uq_regions_slug")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    op.create_index("ix_sign_in_failures_address", "sign_in_failures", ["address_hash", "at"], unique=False)
    op.create_index("ix_sign_in_failures_email", "sign_in_failures", ["email_hash", "at"], unique=False)
    op.create_table(
        "account_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('password_reset', 'invitation')", name=op.f("ck_account_tokens_purpose")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_tokens_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_tokens_token_hash")),
    )
    op.create_index(op.f("ix_account_tokens_account_id"), "account_tokens", ["account_id"], unique=False)
    op.create_table(
        "municipalities",
        sa.Column("istat", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("region_id", sa.Text(), nullable=False),
        sa.Column("cadastral", sa.Text(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("population_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_municipalities_region_id")),
        sa.PrimaryKeyConstraint("istat", name=op.f("pk_municipalities")),
    )
    op.create_table(
        "platform_mandates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_platform_mandates_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_mandates")),
        sa.UniqueConstraint("account_id", name=op.f("uq_platform_mandates_account_id")),
    )
    op.create_table(
        "region_mandates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_region_mandates_account_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_region_mandates_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_mandates")),
        sa.UniqueConstraint("account_id", "region_id", name=op.f("uq_region_mandates_account_id_region_id")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    op.create_index("ix_sign_ins_account_id", "sign_ins", ["account_id"], unique=False)
    op.create_table(
        "tenants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region_id", sa.Text(), nullable=False),
        sa.Column("lead_body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('active', 'suspended')", name=op.f("ck_tenants_state")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_tenants_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
        sa.UniqueConstraint("id", "region_id", name=op.f("uq_tenants_id_region_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenants_slug")),
    )
    op.create_table(
        "agreements",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_note", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reimbursed_up_to", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('convention_art30', 'convention', 'protocol', 'pact', 'network_accord', 'ats')", name=op.f("ck_agreements_kind")
        ),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_agreements_period")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_agreements_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agreements")),
    )
    op.create_table(
        "measures",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("gol_paths", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("services", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("act", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_measures_period")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_measures_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_measures")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_measures_tenant_id_code")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_measures_tenant_id_name")),
    )
    op.create_table(
        "members",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("istat", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("population_on", sa.Date(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("pec", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("region_id", sa.Text(), server_default=sa.text("app.current_region()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('municipality', 'province', 'union')", name=op.f("ck_members_kind")),
        sa.CheckConstraint("(population IS NULL) = (population_on IS NULL)", name=op.f("ck_members_population_dated")),
        sa.CheckConstraint("left_on >= joined_on", name=op.f("ck_members_period")),
        sa.CheckConstraint("population >= 0", name=op.f("ck_members_population")),
        sa.ForeignKeyConstraint(["istat"], ["municipalities.istat"], name=op.f("fk_members_istat")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "region_id"], ["tenants.id", "tenants.region_id"], name=op.f("fk_members_tenant_id_region_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_members_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_members")),
        sa.UniqueConstraint("tenant_id", "istat", "kind", name=op.f("uq_members_tenant_id_istat_kind")),
    )
    op.create_index("uq_members_lead", "members", ["tenant_id"], unique=True, postgresql_where=sa.text("is_lead"))
    op.create_table(
        "memberships",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('administrator', 'coordinator', 'case_manager', 'reader')", name=op.f("ck_memberships_role")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_memberships_period")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_memberships_account_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_memberships_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("tenant_id", "account_id", name=op.f("uq_memberships_tenant_id_account_id")),
    )
    op.create_index("ix_memberships_account_id", "memberships", ["account_id"], unique=False)
    op.create_table(
        "partners",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("services", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('training_body', 'union', 'trade_association', 'work_agency', 'job_centre', 'chamber_of_commerce', "
            "'social_cooperative', 'school', 'university', 'professional_order', 'health_authority', 'eures', 'equality_body', "
            "'association', 'public_body', 'other')",
            name=op.f("ck_partners_kind"),
        ),
        sa.CheckConstraint("status IN ('consulted', 'invited', 'adherent', 'left')", name=op.f("ck_partners_status")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_partners_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_partners")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_partners_tenant_id_name")),
    )
    op.create_table(
        "people",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("codice_fiscale", sa.Text(), nullable=True),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("birthplace", sa.Text(), nullable=False),
        sa.Column("citizenship", sa.Text(), nullable=False),
        sa.Column("residence", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("education", sa.Text(), nullable=True),
        sa.Column("occupation", sa.Text(), nullable=True),
        sa.Column(
            "search_key",
            sa.Text(),
            sa.Computed(
                "app.fold(' ' || surname || ' ' || first_name || ' ' || coalesce(codice_fiscale, '') || ' ' || coalesce(phone, ''))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("codice_fiscale ~ '^[A-Z0-9]{16}$'", name=op.f("ck_people_codice_fiscale")),
        sa.CheckConstraint("sex IN ('F', 'M')", name=op.f("ck_people_sex")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_people_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_people")),
        sa.UniqueConstraint("tenant_id", "codice_fiscale", name=op.f("uq_people_tenant_id_codice_fiscale")),
    )
    op.create_index("ix_people_name", "people", ["tenant_id", "surname", "first_name", "id"], unique=False)
    op.create_index(
        "ix_people_search",
        "people",
        ["tenant_id", "search_key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_key": "extensions.gin_trgm_ops"},
    )
    op.create_table(
        "submissions",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_submissions_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_submissions")),
    )
    op.create_table(
        "trail",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("action IN ('insert', 'update', 'delete')", name=op.f("ck_trail_action")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_trail_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_trail")),
    )
    op.create_index("ix_trail_request", "trail", ["tenant_id", "request_id"], unique=False)
    op.create_index("ix_trail_row", "trail", ["tenant_id", "table_name", "row_id", "id"], unique=False)
    op.create_table(
        "agreement_addenda",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agreement_id"],
            ["agreements.tenant_id", "agreements.id"],
            name=op.f("fk_agreement_addenda_tenant_id_agreement_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_agreement_addenda_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agreement_addenda")),
    )
    op.create_index("ix_agreement_addenda_agreement", "agreement_addenda", ["tenant_id", "agreement_id"], unique=False)
    op.create_table(
        "agreement_parties",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agreement_id"],
            ["agreements.tenant_id", "agreements.id"],
            name=op.f("fk_agreement_parties_tenant_id_agreement_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_agreement_parties_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agreement_parties")),
        sa.UniqueConstraint("tenant_id", "agreement_id", "name", name=op.f("uq_agreement_parties_tenant_id_agreement_id_name")),
    )
    op.create_table(
        "desks",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("istat", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("floor_note", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("services", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("by_appointment", sa.Boolean(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("region_id", sa.Text(), server_default=sa.text("app.current_region()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("channels <@ ARRAY['in_person', 'phone', 'video']", name=op.f("ck_desks_channels")),
        sa.CheckConstraint("closed_on >= opened_on", name=op.f("ck_desks_period")),
        sa.ForeignKeyConstraint(["istat"], ["municipalities.istat"], name=op.f("fk_desks_istat")),
        sa.ForeignKeyConstraint(["tenant_id", "member_id"], ["members.tenant_id", "members.id"], name=op.f("fk_desks_tenant_id_member_id")),
        sa.ForeignKeyConstraint(["tenant_id", "region_id"], ["tenants.id", "tenants.region_id"], name=op.f("fk_desks_tenant_id_region_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_desks_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_desks")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_desks_tenant_id_slug")),
    )
    op.create_table(
        "sensitive_records",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("disability", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["people.tenant_id", "people.id"], name=op.f("fk_sensitive_records_tenant_id_person_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_sensitive_records_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sensitive_records")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_sensitive_records_tenant_id_person_id")),
    )
    op.create_table(
        "cases",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("case_manager_id", sa.Uuid(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_manager_id"], ["memberships.tenant_id", "memberships.id"], name=op.f("fk_cases_tenant_id_case_manager_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id", "desk_id"], ["desks.tenant_id", "desks.id"], name=op.f("fk_cases_tenant_id_desk_id")),
        sa.ForeignKeyConstraint(["tenant_id", "person_id"], ["people.tenant_id", "people.id"], name=op.f("fk_cases_tenant_id_person_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_cases_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_cases")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_cases_tenant_id_number")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_cases_tenant_id_person_id")),
    )
    op.create_index("ix_cases_desk", "cases", ["tenant_id", "desk_id"], unique=False)
    op.create_table(
        "desk_staff",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_desk_staff_period")),
        sa.ForeignKeyConstraint(["tenant_id", "desk_id"], ["desks.tenant_id", "desks.id"], name=op.f("fk_desk_staff_tenant_id_desk_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"], ["memberships.tenant_id", "memberships.id"], name=op.f("fk_desk_staff_tenant_id_membership_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_desk_staff_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_desk_staff")),
        sa.UniqueConstraint(
            "tenant_id", "membership_id", "desk_id", "valid_from", name=op.f("uq_desk_staff_tenant_id_membership_id_desk_id_valid_from")
        ),
    )
    op.create_index("ix_desk_staff_desk", "desk_staff", ["tenant_id", "desk_id"], unique=False)
    op.create_table(
        "measure_desks",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "desk_id"], ["desks.tenant_id", "desks.id"], name=op.f("fk_measure_desks_tenant_id_desk_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "measure_id"], ["measures.tenant_id", "measures.id"], name=op.f("fk_measure_desks_tenant_id_measure_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_measure_desks_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_measure_desks")),
        sa.UniqueConstraint("tenant_id", "measure_id", "desk_id", name=op.f("uq_measure_desks_tenant_id_measure_id_desk_id")),
    )
    op.create_table(
        "opening_hours",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("region_id", sa.Text(), server_default=sa.text("app.current_region()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("closes > opens", name=op.f("ck_opening_hours_window")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_opening_hours_period")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_opening_hours_weekday")),
        sa.ForeignKeyConstraint(["tenant_id", "desk_id"], ["desks.tenant_id", "desks.id"], name=op.f("fk_opening_hours_tenant_id_desk_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_opening_hours_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_opening_hours")),
    )
    op.create_index("ix_opening_hours_desk", "opening_hours", ["tenant_id", "desk_id"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("job_centre", sa.Text(), nullable=True),
        sa.Column("gol_path", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assigned_on", sa.Date(), nullable=False),
        sa.Column("contacted_on", sa.Date(), nullable=True),
        sa.Column("taken_in_charge_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(source = 'job_centre') = (job_centre IS NOT NULL)", name=op.f("ck_assignments_job_centre")),
        sa.CheckConstraint("return_reason IN ('no_show', 'refused', 'out_of_scope')", name=op.f("ck_assignments_return_reason")),
        sa.CheckConstraint("source IN ('job_centre', 'walk_in')", name=op.f("ck_assignments_source")),
        sa.CheckConstraint("state IN ('assigned', 'contacted', 'taken_in_charge', 'returned')", name=op.f("ck_assignments_state")),
        sa.CheckConstraint("(returned_on IS NULL) = (return_reason IS NULL)", name=op.f("ck_assignments_return_has_reason")),
        sa.CheckConstraint("contacted_on >= assigned_on", name=op.f("ck_assignments_contacted_after")),
        sa.CheckConstraint("gol_path BETWEEN 1 AND 5", name=op.f("ck_assignments_gol_path")),
        sa.CheckConstraint("returned_on >= assigned_on", name=op.f("ck_assignments_returned_after")),
        sa.CheckConstraint("taken_in_charge_on >= assigned_on", name=op.f("ck_assignments_taken_in_charge_after")),
        sa.CheckConstraint("taken_in_charge_on IS NULL OR returned_on IS NULL", name=op.f("ck_assignments_one_end")),
        sa.ForeignKeyConstraint(["tenant_id", "case_id"], ["cases.tenant_id", "cases.id"], name=op.f("fk_assignments_tenant_id_case_id")),
        sa.ForeignKeyConstraint(["tenant_id", "desk_id"], ["desks.tenant_id", "desks.id"], name=op.f("fk_assignments_tenant_id_desk_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_assignments_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_assignments")),
        sa.UniqueConstraint(
            "tenant_id", "case_id", "assigned_on", "source", name=op.f("uq_assignments_tenant_id_case_id_assigned_on_source")
        ),
    )
    op.create_index("ix_assignments_assigned_on", "assignments", ["tenant_id", "assigned_on"], unique=False)
    op.create_table(
        "pathways",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("case_manager_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("activated_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(state = 'concluded') = (outcome IS NOT NULL)", name=op.f("ck_pathways_outcome_told")),
        sa.CheckConstraint("(state IN ('concluded', 'cancelled')) = (ended_on IS NOT NULL)", name=op.f("ck_pathways_ended")),
        sa.CheckConstraint(
            "outcome IN ('completed', 'placed', 'training_started', 'internship_started', 'dropped_out', 'moved', 'excluded', 'deceased')",
            name=op.f("ck_pathways_outcome"),
        ),
        sa.CheckConstraint("state = 'draft' OR state = 'cancelled' OR activated_on IS NOT NULL", name=op.f("ck_pathways_activated")),
        sa.CheckConstraint("state IN ('draft', 'activated', 'suspended', 'concluded', 'cancelled')", name=op.f("ck_pathways_state")),
        sa.CheckConstraint("ended_on >= activated_on", name=op.f("ck_pathways_period")),
        sa.ForeignKeyConstraint(["tenant_id", "case_id"], ["cases.tenant_id", "cases.id"], name=op.f("fk_pathways_tenant_id_case_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "case_manager_id"],
            ["memberships.tenant_id", "memberships.id"],
            name=op.f("fk_pathways_tenant_id_case_manager_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id", "desk_id"], ["desks.tenant_id", "desks.id"], name=op.f("fk_pathways_tenant_id_desk_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "measure_id"], ["measures.tenant_id", "measures.id"], name=op.f("fk_pathways_tenant_id_measure_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_pathways_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_pathways")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_pathways_tenant_id_code")),
    )
    op.create_index("ix_pathways_activated_on", "pathways", ["tenant_id", "activated_on"], unique=False)
    op.create_index("ix_pathways_case", "pathways", ["tenant_id", "case_id"], unique=False)
    op.create_index("ix_pathways_desk", "pathways", ["tenant_id", "desk_id"], unique=False)
    op.create_table(
        "pathway_events",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("pathway_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'activated', 'suspended', 'concluded', 'cancelled')", name=op.f("ck_pathway_events_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pathway_id"], ["pathways.tenant_id", "pathways.id"], name=op.f("fk_pathway_events_tenant_id_pathway_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_pathway_events_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_pathway_events")),
    )
    op.create_index("ix_pathway_events_pathway", "pathway_events", ["tenant_id", "pathway_id", "on_date"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("pathway_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("tenant_id"), "="),
            (sa.column("case_id"), "="),
            (sa.text("tsrange(on_date + starts, on_date + ends)"), "&&"),
            using="gist",
            name="ex_sessions_case_id",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("tenant_id"), "="),
            (sa.column("operator_id"), "="),
            (sa.text("tsrange(on_date + starts, on_date + ends)"), "&&"),
            using="gist",
            name="ex_sessions_operator_id",
        ),
        sa.CheckConstraint("mode IN ('in_person', 'video', 'phone', 'back_office')", name=op.f("ck_sessions_mode")),
        sa.CheckConstraint("ends > starts", name=op.f("ck_sessions_window")),
        sa.ForeignKeyConstraint(["tenant_id", "case_id"], ["cases.tenant_id", "cases.id"], name=op.f("fk_sessions_tenant_id_case_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "operator_id"], ["memberships.tenant_id", "memberships.id"], name=op.f("fk_sessions_tenant_id_operator_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pathway_id"], ["pathways.tenant_id", "pathways.id"], name=op.f("fk_sessions_tenant_id_pathway_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_sessions_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("tenant_id", "pathway_id", "on_date", "starts", name=op.f("uq_sessions_tenant_id_pathway_id_on_date_starts")),
    )
    op.create_index("ix_sessions_on_date", "sessions", ["tenant_id", "on_date"], unique=False)


def downgrade() -> None:
    for table in sa.inspect(op.get_bind()).get_table_names():
        if table != "alembic_version":
            op.execute(f'DROP TABLE "{table}" CASCADE')
