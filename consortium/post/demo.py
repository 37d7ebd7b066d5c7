"""The mail of a demo: files in a folder, read back for a page."""

from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

NEWEST = 100


class Copy(NamedTuple):
    """A mail as it was left in the folder."""

    id: UUID
    recipient: str
    subject: str
    written_at: datetime
    text: str
    html: str


def copies(folder: Path) -> list[Copy]:
    """The newest mails, at most a hundred; files that are no mail of ours are passed over."""
    found = [(file, _id(file)) for file in folder.glob("*.eml")]
    newest = sorted(((id, file) for file, id in found if id is not None), reverse=True)[:NEWEST]
    return [_copy(id, file) for id, file in newest]


def copy(folder: Path, id: UUID) -> Copy | None:
    file = folder / f"{id}.eml"
    return _copy(id, file) if file.is_file() else None


def _id(file: Path) -> UUID | None:
    try:
        return UUID(file.stem)
    except ValueError:
        return None


def _copy(id: UUID, file: Path) -> Copy:
    mail = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
    return Copy(id, mail["To"], mail["Subject"], parsedate_to_datetime(mail["Date"]), _body(mail, "plain"), _body(mail, "html"))


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
