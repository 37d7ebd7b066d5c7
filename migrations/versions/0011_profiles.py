"""The sections of the SAP beyond the personal one.

Revision ID: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("permit_kind", sa.Text(), nullable=True),
        sa.Column("permit_number", sa.Text(), nullable=True),
        sa.Column("permit_expires_on", sa.Date(), nullable=True),
        sa.Column("domicile", sa.Text(), nullable=True),
        sa.Column("other_phone", sa.Text(), nullable=True),
        sa.Column("status_since", sa.Date(), nullable=True),
        sa.Column("did_on", sa.Date(), nullable=True),
        sa.Column("working_time", sa.Text(), nullable=True),
        sa.Column("shifts", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("weekends", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("travel_km", sa.Integer(), nullable=True),
        sa.Column("own_vehicle", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("licences", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("it_skills", sa.Text(), nullable=True),
        sa.Column("skills", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("working_time IN ('full', 'part', 'any')", name=op.f("ck_profiles_working_time")),
        sa.CheckConstraint("travel_km BETWEEN 0 AND 1000", name=op.f("ck_profiles_travel_km")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["people.tenant_id", "people.id"], name=op.f("fk_profiles_tenant_id_person_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_profiles_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_profiles")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_profiles_tenant_id_person_id")),
    )
    op.execute("SELECT app.wall('profiles')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON profiles TO member")
    op.create_table(
        "educations",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("completed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("year BETWEEN 1920 AND 2100", name=op.f("ck_educations_year")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["people.tenant_id", "people.id"], name=op.f("fk_educations_tenant_id_person_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_educations_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_educations")),
    )
    op.create_index("ix_educations_person", "educations", ["tenant_id", "person_id"])
    op.execute("SELECT app.wall('educations')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON educations TO member")
    op.create_table(
        "trainings",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_trainings_period")),
        sa.CheckConstraint("hours > 0", name=op.f("ck_trainings_hours")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["people.tenant_id", "people.id"], name=op.f("fk_trainings_tenant_id_person_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_trainings_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_trainings")),
    )
    op.create_index("ix_trainings_person", "trainings", ["tenant_id", "person_id"])
    op.execute("SELECT app.wall('trainings')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON trainings TO member")
    op.create_table(
        "work_experiences",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("occupation", sa.Text(), nullable=True),
        sa.Column("contract", sa.Text(), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("duties", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_work_experiences_period")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["people.tenant_id", "people.id"], name=op.f("fk_work_experiences_tenant_id_person_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_work_experiences_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_work_experiences")),
    )
    op.create_index("ix_work_experiences_person", "work_experiences", ["tenant_id", "person_id"])
    op.execute("SELECT app.wall('work_experiences')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON work_experiences TO member")
    op.create_table(
        "language_skills",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("level IN ('A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'mother_tongue')", name=op.f("ck_language_skills_level")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["people.tenant_id", "people.id"], name=op.f("fk_language_skills_tenant_id_person_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_language_skills_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_language_skills")),
        sa.UniqueConstraint("tenant_id", "person_id", "language", name=op.f("uq_language_skills_tenant_id_person_id_language")),
    )
    op.execute("SELECT app.wall('language_skills')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON language_skills TO member")
    op.create_table(
        "desired_occupations",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("occupation", sa.Text(), nullable=False),
        sa.Column("experience", sa.Numeric(precision=4, scale=1, asdecimal=False), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("experience >= 0", name=op.f("ck_desired_occupations_experience")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"], ["people.tenant_id", "people.id"], name=op.f("fk_desired_occupations_tenant_id_person_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_desired_occupations_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_desired_occupations")),
        sa.UniqueConstraint("tenant_id", "person_id", "occupation", name=op.f("uq_desired_occupations_tenant_id_person_id_occupation")),
    )
    op.execute("SELECT app.wall('desired_occupations')")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON desired_occupations TO member")


def downgrade() -> None:
    op.drop_table("desired_occupations")
    op.drop_table("language_skills")
    op.drop_table("work_experiences")
    op.drop_table("trainings")
    op.drop_table("educations")
    op.drop_table("profiles")
