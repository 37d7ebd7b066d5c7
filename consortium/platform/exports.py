"""How archives look on the page: that they exist, and what they are checked by. What is in them no page shows."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _

from consortium.web.listing import formats
from consortium.web.listing.columns import Tone
from tenants.archive import Archive, ArchiveState


class Shown(NamedTuple):
    """An archive in words; `size` in kilobytes, as text."""

    when: str
    file: str
    state: str
    tone: Tone
    size: str
    sha256: str
    waiting: bool


def folder() -> Path:
    """Where archives lie on the server; nobody but the application's own user may look into it."""
    path = Path(current_app.config["INSTANCE"]) / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def shown(archives: Sequence[Archive]) -> list[Shown]:
    return [_shown(each) for each in archives]


def _shown(archive: Archive) -> Shown:
    state, tone = _state(archive)
    waiting = archive.state == ArchiveState.WAITING
    return Shown(formats.moment(archive.asked_at), archive.file, state, tone, _size(archive.size), archive.sha256 or "", waiting)


def _state(archive: Archive) -> tuple[str, Tone]:
    """One written by the command line lies wherever it was asked for; one of ours may have been taken away since."""
    if archive.state == ArchiveState.WAITING:
        return _("Being written"), "primary"
    if archive.state == ArchiveState.FAILED:
        return _("Failed: request it again"), "danger"
    return (_("On the server"), "success") if (folder() / archive.file).exists() else (_("Taken away"), "neutral")


def _size(size: int | None) -> str:
    return _("%(size)s kB", size=formats.number(-(-size // 1000))) if size is not None else ""
