"""Accounts from the command line, as the owner of the database: auditors, platform operators, a forgotten password."""

from collections.abc import Callable

import click
from flask import current_app
from flask.cli import AppGroup
from marshmallow import ValidationError
from sqlalchemy import Connection, create_engine, func, select, update

from consortium.identity.models import SignIn
from consortium.identity.schemas import ResetSchema
from consortium.identity.services import SHORTEST, PasswordWeak, endow, refuse_weak
from tenants.models import Region

group = AppGroup("identity", help="Accounts: who audits a region, who runs the platform, passwords.")


def _email(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        return str(ResetSchema().load({"email": value})["email"])
    except ValidationError as error:
        raise click.BadParameter(f"{value!r} is not an e-mail") from error


email_argument = click.argument("email", callback=_email)


@group.command("grant-region")
@email_argument
@click.argument("region")
def grant_region(email: str, region: str) -> None:
    """Let EMAIL audit the consortia of REGION (its name in the address, like piemonte). They set a password by "new password"."""
    _as_owner(lambda connection: endow(connection, email=email, name=email, region_id=_region(connection, region)))
    click.echo(f"{email} audits {region}.")


@group.command("grant-platform")
@email_argument
def grant_platform(email: str) -> None:
    """Let EMAIL run the platform. They set a password by "new password"."""
    _as_owner(lambda connection: endow(connection, email=email, name=email, operator=True))
    click.echo(f"{email} runs the platform.")


@group.command("set-password")
@email_argument
@click.password_option(help="Asked for where it is not given.")
def set_password(email: str, password: str) -> None:
    """Set the password of EMAIL, making the account if there is none; its sign-ins end."""
    try:
        refuse_weak(password, email)
    except PasswordWeak as weak:
        raise click.ClickException(f"Choose at least {SHORTEST} characters, and not the e-mail.") from weak
    _as_owner(lambda connection: _replace_password(connection, email, password))
    click.echo(f"{email} has a new password.")


def _replace_password(connection: Connection, email: str, password: str) -> None:
    account_id = endow(connection, email=email, name=email, password=password)
    open_ones = (SignIn.account_id == account_id, SignIn.revoked_at.is_(None))
    connection.execute(update(SignIn).where(*open_ones).values(revoked_at=func.now()))


def _as_owner(work: Callable[[Connection], object]) -> None:
    url = current_app.config["OWNER_DATABASE_URL"]
    if not url:
        raise click.ClickException("Accounts are given as the owner of the database: set OWNER_DATABASE_URL.")
    engine = create_engine(url, hide_parameters=True)
    with engine.begin() as connection:
        work(connection)
    engine.dispose()


def _region(connection: Connection, slug: str) -> str:
    found: str | None = connection.scalar(select(Region.id).where(Region.slug == slug))
    if found is None:
        known = ", ".join(connection.scalars(select(Region.slug).order_by(Region.slug)))
        raise click.ClickException(f"There is no region {slug!r}. Regions: {known}.")
    return found
