"""`capofila tenants …`: the register of consortia, and the walls between them, for who runs the platform."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from tenants import archive, founding, isolation, registry
from tenants.charter import CharterInvalid
from tenants.database import db
from tenants.errors import Problem
from tenants.isolation import DOORS, Walls
from tenants.registry import Entry
from tenants.scope import operator_scope, tenant_scope

group = AppGroup("tenants", help="Consortia: found, suspend, export, delete them; audit the walls between them.")
HEADINGS = ("SLUG", "NAME", "REGION", "LEAD BODY", "STATE", "MEMBERS", "DESKS", "ACCOUNTS")
LEGEND = "S select, I insert, U update, D delete; small letters: some columns only."


@contextmanager
def _operating() -> Iterator[None]:
    """A transaction of the operator's, committed at its end; a rule that says no is told in words and fails the command."""
    with force_locale("en"), operator_scope():
        try:
            yield
            db.session.commit()
        except Problem as problem:
            words = (str(part) for part in (problem.title, problem.detail) if str(part))
            raise click.ClickException(f"{': '.join(words)}. {problem.remedy}") from problem


@contextmanager
def in_consortium(slug: str) -> Iterator[None]:
    """A consortium's scope, for commands of rooms, which commit; a rule that says no fails the command, in words."""
    with operator_scope():
        found = registry.entry(slug)
        key = (found.id, found.region_id) if found else None
    if key is None:
        raise click.ClickException(f"There is no consortium {slug!r}: see `capofila tenants list`.")
    try:
        with tenant_scope(*key):
            yield
    except Problem as problem:
        words = [problem.title, problem.detail, problem.remedy]
        raise click.ClickException(". ".join(str(each).removesuffix(".") for each in words if str(each)) + ".") from problem


def _entry(slug: str) -> Entry:
    found = registry.entry(slug)
    if found is None:
        known = ", ".join(each.slug for each in registry.every()) or "none yet"
        raise click.ClickException(f"There is no consortium {slug!r}. Consortia: {known}.")
    return found


@group.command("create")
@click.argument("charter", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def create(charter: Path) -> None:
    """Found a consortium from CHARTER, a document in TOML: all that it says, or nothing."""
    with _operating():
        try:
            tenant = founding.establish(charter)
        except CharterInvalid as invalid:
            wrong = "\n".join(f"  {error}" for error in invalid.errors)
            raise click.ClickException(f"{charter} founds nothing:\n{wrong}") from invalid
        click.echo(f"Founded: {tenant.slug}, {tenant.name}.")


@group.command("list")
def show_all() -> None:
    """The consortia, and how many members, desks and accounts each has."""
    with _operating():
        rows = [_cells(each) for each in registry.every()]
    click.echo("\n".join(_aligned([HEADINGS, *rows])))


def _cells(entry: Entry) -> tuple[str, ...]:
    counts = (str(count) for count in (entry.members, entry.desks, entry.accounts))
    return (entry.slug, entry.name, entry.region, entry.lead_body, entry.state, *counts)


@group.command("show")
@click.argument("slug")
def show(slug: str) -> None:
    """What the register says of one consortium, and its exports."""
    with _operating():
        entry = _entry(slug)
        exports = [
            f"{each.asked_at:%Y-%m-%d %H:%M}  {each.state}  {each.file}  {each.sha256 or ''}" for each in registry.archives(entry.id)
        ]
    facts = list(zip((heading.lower() for heading in HEADINGS), _cells(entry), strict=True))
    facts += [("founded", f"{entry.created_at:%Y-%m-%d %H:%M}"), ("exports", "\n".join(exports) or "none")]
    click.echo("\n".join(f"{name}: {value}" if "\n" not in value else f"{name}:\n{value}" for name, value in facts))


@group.command("suspend")
@click.argument("slug")
def suspend(slug: str) -> None:
    """Keep the people of a consortium out until it is resumed. Nothing is lost."""
    with _operating():
        founding.suspend(_entry(slug).id)
    click.echo(f"Suspended: {slug}.")


@group.command("resume")
@click.argument("slug")
def resume(slug: str) -> None:
    """Let the people of a suspended consortium in again."""
    with _operating():
        founding.resume(_entry(slug).id)
    click.echo(f"At work again: {slug}.")


@group.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(slug: str, file: Path) -> None:
    """Write all that a consortium has to FILE: a zip of JSON lines that only you can read."""
    if file.exists():
        raise click.ClickException(f"{file} is there already: name another file.")
    if not file.parent.is_dir():
        raise click.ClickException(f"There is no folder {file.parent}.")
    with _operating():
        asked = archive.ask(tenant_id=_entry(slug).id, slug=slug, file=file.name).id
    try:
        written = archive.take(asked, file)
    except Exception:
        with _operating():
            archive.give_up(asked)
        raise
    click.echo(f"Exported: {slug}, {written.size} bytes, SHA-256 {written.sha256}.")


@group.command("delete")
@click.argument("slug")
@click.option("--force", "forced", is_flag=True, help="Even without an export of the last 24 hours that holds the latest changes.")
def delete(slug: str, forced: bool) -> None:
    """Delete a suspended consortium with all that it has. Asks for its slug."""
    with _operating():
        entry = _entry(slug)
    click.echo(f"{entry.name}: {entry.members} members, {entry.desks} desks, {entry.accounts} accounts, and all their work will be gone.")
    if click.prompt("Type the slug to delete it") != slug:
        raise click.ClickException("This is another slug: nothing was deleted.")
    with _operating():
        founding.delete(entry.id, forced=forced)
    click.echo(f"Deleted: {slug}.")


@group.command("audit")
def audit() -> None:
    """Every table with its kind, its policies and what each door may do; exits 1 if a wall is missing."""
    with _operating():
        tables = isolation.audit(db.session.connection())
    gaps = [f"{walls.table}: {gap}" for walls in tables for gap in walls.gaps]
    click.echo("\n".join(_aligned([("TABLE", "KIND", *(door.upper() for door in DOORS), "POLICIES"), *map(_audited, tables)])))
    click.echo(f"\n{LEGEND}\n{len(tables)} tables, {len(gaps)} walls missing.")
    if gaps:
        raise click.ClickException("walls missing:\n" + "\n".join(f"  {gap}" for gap in gaps))


def _audited(walls: Walls) -> tuple[str, ...]:
    return (walls.table, walls.kind, *(walls.grants[door] or "-" for door in DOORS), "; ".join(walls.policies) or "-")


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns as wide as their longest value."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
