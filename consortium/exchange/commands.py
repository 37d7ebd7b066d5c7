"""`capofila exchange load`: files in from the command line, beside a running server."""

import csv
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from consortium.exchange import services, tasks
from consortium.exchange.kinds import Line
from consortium.exchange.loading import Source
from consortium.exchange.plans import Plan
from consortium.web.listing.sheets import field as safe
from tenants.commands import in_consortium
from tenants.database import db

group = AppGroup("exchange", help="Bring files in.")
SHOWN = 20  # faults and differences printed


class Printer:
    """Follows a load on the terminal; the rejected rows go to a file, where one is given."""

    def __init__(self, rejected_to: Path | None) -> None:
        self.folder, self.shown = rejected_to, 0

    def rejected(self, source: Source, lines: Sequence[Line]) -> None:
        for line in lines:
            for fault in line.faults:
                self._show(f"{source.name}:{line.number} {fault.column or '-'}: {fault.reason}. {fault.remedy}")
        if self.folder and lines:
            self._keep(self.folder / f"rejected-{source.name}", source, lines)

    def changed(self, source: Source, plans: Sequence[Plan]) -> None:
        for plan in plans:
            told = ", ".join(f"{each.field}: {each.before or '-'} → {each.after or '-'}" for each in plan.changes)
            self._show(f"{source.name}:{plan.line.number} {told}")

    def progressed(self, source: Source) -> None:
        click.echo(f"\r{source.name}: {source.tally.read} / {source.found.rows} ", nl=source.tally.read >= source.found.rows, err=True)

    def _show(self, text: str) -> None:
        self.shown += 1
        if self.shown <= SHOWN:
            click.echo(text)
        elif self.shown == SHOWN + 1:
            click.echo("…")

    def _keep(self, path: Path, source: Source, lines: Sequence[Line]) -> None:
        new = not path.exists()
        with path.open("a", encoding="utf-8-sig" if new else "utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            if new:
                writer.writerow([*source.found.headings, _("Row"), _("Errors")])
            for line in lines:
                reasons = " | ".join(f"{fault.column}: {fault.reason}. {fault.remedy}" for fault in line.faults)
                writer.writerow([safe(cell) for cell in [*line.cells, str(line.number), reasons]])


@group.command("load")
@click.option("--tenant", "slug", required=True, help="The consortium, as in its address.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--good-only", is_flag=True, help="Bring in the good rows, though others are refused.")
@click.option("--rejected", type=click.Path(file_okay=False, path_type=Path), help="A folder for the rejected rows.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def load(slug: str, folder: Path, dry_run: bool, good_only: bool, rejected: Path | None) -> None:
    """Load the CSV files of FOLDER (assignments, pathways, sessions), all rows or none."""
    if rejected:
        rejected.mkdir(parents=True, exist_ok=True)
    with force_locale("it"), in_consortium(slug):
        numbers = services.placeholders if dry_run else tasks.numbers
        sources = services.load_folder(folder, good_only=good_only or dry_run, watchers=[Printer(rejected)], numbers=numbers)
        if not dry_run:
            db.session.commit()
        _report(sources, dry_run)


def _report(sources: Sequence[Source], dry_run: bool) -> None:
    for source in sources:
        tally = source.tally
        counts = (
            ngettext("%(num)s new", "%(num)s new", tally.inserted),
            ngettext("%(num)s changed", "%(num)s changed", tally.updated),
            ngettext("%(num)s unchanged", "%(num)s unchanged", tally.unchanged),
            ngettext("%(num)s rejected", "%(num)s rejected", tally.rejected),
        )
        click.echo(f"{source.name}: " + ", ".join(map(str, counts)))
    if dry_run:
        click.echo(_("Nothing was written: this was a check."))
    elif not any(source.tally.inserted or source.tally.updated for source in sources):
        click.echo(_("Nothing has changed: everything was here already."))
