"""`capofila codes load`: a whole classification from the command line."""

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale
from flask_babel import gettext as _

from consortium.codes import files, queries, services, words
from consortium.codes.models import Scheme
from tenants.commands import in_consortium
from tenants.database import db

group = AppGroup("codes", help="Code tables of a consortium.")


@group.command("load")
@click.option("--tenant", "slug", required=True, help="The consortium, as in its address.")
@click.option("--scheme", required=True, type=click.Choice([each.value for each in Scheme]), help="The code table.")
@click.option("--language", type=click.Choice(["it", "en"]), default="it", help="Of the names, where the file has one name only.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def load(slug: str, scheme: str, language: str, dry_run: bool, file: Path) -> None:
    """Load the codes of FILE (CSV): all of them or none. Again, it changes nothing."""
    with force_locale("it"), in_consortium(slug):
        found = files.read(file.read_bytes(), language=language, known=queries.groups(scheme))
        if found.faults:
            _refuse(found.faults)
        if dry_run:
            click.echo(f"{file.name}: {words.loaded(services.plan(scheme=scheme, rows=found.rows).counts)}")
            click.echo(_("Nothing was written: this was a check."))
            return
        done = services.load_codes(scheme=scheme, rows=found.rows)
        db.session.commit()
        click.echo(f"{file.name}: {words.loaded(done)}")


def _refuse(faults: list[files.Fault]) -> None:
    for fault in faults[: files.MOST_FAULTS]:
        click.echo(str(fault), err=True)
    raise click.ClickException(words.nothing_loaded(len(faults)))
