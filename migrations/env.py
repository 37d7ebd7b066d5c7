"""Alembic's door: migrations run as the owner, on a connection of their own, never as superuser and never as the application."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, pool

from tenants.database import Base


def ours(name: str | None, kind: str, parents: object) -> bool:
    """Tables of the job queue are its library's own: they have no model here."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


def run() -> None:
    engine = create_engine(current_app.config["OWNER_DATABASE_URL"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        settings = {"target_metadata": Base.metadata, "include_name": ours, "compare_type": True}
        context.configure(connection=connection, transaction_per_migration=True, **settings)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
