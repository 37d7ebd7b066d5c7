"""`capofila documents …`: the store of documents, for who runs the platform."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale

from consortium.documents import upkeep
from consortium.documents.upkeep import Wrong
from consortium.storage.door import store
from tenants import registry, scope
from tenants.errors import Problem
from tenants.registry import Entry

group = AppGroup("documents", help="Documents: sweep the store, verify it, copy a consortium's files.")
_tenant = click.option("--tenant", "slug", help="One consortium, as in its address; all of them where it is not given.")


@group.command("sweep")
@_tenant
@with_appcontext
def sweep(slug: str | None) -> None:
    """Delete files older than a day that no document names: what interrupted uploads left behind. Once a day is right."""
    for entry in _entries(slug):
        with _in(entry):
            click.echo(f"{entry.slug}: {upkeep.sweep(store())} swept")


@group.command("verify")
@_tenant
@with_appcontext
def verify(slug: str | None) -> None:
    """Read every file through: it must be there, and be what was received. Exits 1 where one is not."""
    wrong = 0
    for entry in _entries(slug):
        with _in(entry):
            wrong += _report(entry, upkeep.verify(store()))
    if wrong:
        raise click.ClickException(f"{wrong} files are not as they should be: bring them back from the backup of the store.")


@group.command("copy")
@click.argument("slug")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def copy(slug: str, folder: Path) -> None:
    """Copy all files of a consortium into FOLDER, with an index: what goes with its export."""
    (entry,) = _entries(slug)
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty: name another folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _in(entry):
        wrong = _report(entry, upkeep.copy(store(), folder))
    if wrong:
        raise click.ClickException(f"{wrong} files could not be copied as they were received.")


def _report(entry: Entry, found: Iterator[Wrong | None]) -> int:
    """Print what is wrong, line by line, then the counts; how many are wrong."""
    count = wrong = 0
    for each in found:
        count += 1
        if each:
            wrong += 1
            click.echo(f"{entry.slug}: version {each.version_id}: {each.reason}")
    click.echo(f"{entry.slug}: {count} files, {wrong} wrong")
    return wrong


def _entries(slug: str | None) -> list[Entry]:
    with scope.operator_scope():
        entries = registry.every()
    chosen = [entry for entry in entries if slug in (None, entry.slug)]
    if slug and not chosen:
        raise click.ClickException(f"There is no consortium {slug!r}: see `capofila tenants list`.")
    return chosen


@contextmanager
def _in(entry: Entry) -> Iterator[None]:
    """In a consortium's scope; what the store says no to is told in words."""
    with force_locale("en"), scope.tenant_scope(entry.id, entry.region_id):
        try:
            yield
        except Problem as problem:
            raise click.ClickException(f"{problem.title}. {problem.remedy}") from problem
