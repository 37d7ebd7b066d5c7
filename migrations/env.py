"""Alembic's door: migrations run as the owner, on a connection of their own, never as superuser and never as the application."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, pool

from tenants.database import Base


def run() -> None:
    engine = create_engine(current_app.config["OWNER_DATABASE_URL"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
