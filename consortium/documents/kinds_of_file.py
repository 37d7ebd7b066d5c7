"""What a file is, by what is in it: its name is believed only between plain text and CSV, which look alike.

A file is one of those that a desk receives, whole in its outer structure, without macros; anything else is refused by what it is.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

import puremagic
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.documents import office
from consortium.documents.refusals import FileRefused, broken, refused

PIECE = 256 * 1024
# A text is looked through whole; of other files the beginning and the end tell enough.
_HEAD, _TAIL = 4096, 2048


@dataclass(frozen=True)
class KindOfFile:
    """A media type, and the ending that a file of it is given when it is sent back."""

    media_type: str
    ending: str


PDF = KindOfFile("application/pdf", ".pdf")
IMAGES = {
    "image/png": KindOfFile("image/png", ".png"),
    "image/jpeg": KindOfFile("image/jpeg", ".jpg"),
    "image/webp": KindOfFile("image/webp", ".webp"),
    "image/tiff": KindOfFile("image/tiff", ".tif"),
    "image/heif": KindOfFile("image/heic", ".heic"),
    "image/heic": KindOfFile("image/heic", ".heic"),
}
OFFICE = {kind.ending: kind for kind in (KindOfFile(media_type, ending) for ending, media_type in office.MEDIA_TYPES.items())}
TEXT = {".txt": KindOfFile("text/plain", ".txt"), ".csv": KindOfFile("text/csv", ".csv"), "": KindOfFile("text/plain", ".txt")}
EVERY = {kind.ending for kind in (PDF, *IMAGES.values(), *OFFICE.values(), *TEXT.values())}
# What a browser's chooser offers.
ACCEPT = ",".join(sorted({*EVERY, ".jpeg", ".tiff", ".heif"}))

# A byte-order mark and blank lines before the beginning of a PDF.
_BLANK = b"\xef\xbb\xbf\0\t\n\f\r "
# A marker of a JPEG: in the picture itself, where FF is followed by 00 or by a restart (D0 to D7), there is none.
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)
_STANDS_ALONE, _END = b"\x01\xd8", b"\xd9"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Signs that no text has.
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP = re.compile(r"\s*<(?:!|\?|[a-z])", re.IGNORECASE)
# What is run, by what it begins with: other signatures are in puremagic's tables.
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xfe\xed\xfa",
    b"\0asm",
    b"L\0\0\0\x01\x14\x02\0",
)
_FAMILIES = {"audio": _l("a recording"), "video": _l("a film"), "image": _l("an image of another kind"), "font": _l("a typeface")}
_ARCHIVES = {".rar", ".7z", ".cb7", ".gz", ".bz2", ".xz", ".tar", ".zst", ".cab", ".iso"}


def recognise(file: IO[bytes], name: str) -> KindOfFile:
    """What a file is; it is left at its beginning. Raises FileRefused."""
    head, tail = _ends(file)
    try:
        return _recognised(file, name, head, tail)
    finally:
        file.seek(0)


def _ends(file: IO[bytes]) -> tuple[bytes, bytes]:
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    file.seek(0)
    return file.read(_HEAD), tail


def _recognised(file: IO[bytes], name: str, head: bytes, tail: bytes) -> KindOfFile:
    if head.startswith(_PROGRAMS):
        raise refused(name, _("a program"))
    if head[:1024].lstrip(_BLANK).startswith(b"%PDF-"):
        return PDF if b"%%EOF" in tail else _cut_short(name)
    if head.startswith(_ZIP):
        return OFFICE[office.in_zip(file, name)]
    if head.startswith(_OLE):
        return OFFICE[office.in_compound(file, name)]
    return _image(file, name, head, tail) or _text(file, name) or _other(name, head)


def _image(file: IO[bytes], name: str, head: bytes, tail: bytes) -> KindOfFile | None:
    kind = next((IMAGES[match.mime_type] for match in _matches(head) if match.mime_type in IMAGES), None)
    if kind is None:
        return None
    whole: dict[str, Callable[[], bool]] = {
        "image/png": lambda: head[12:16] == b"IHDR" and b"IEND" in tail,
        "image/jpeg": lambda: _jpeg_ends(file),
        "image/webp": lambda: head[8:12] == b"WEBP",
    }
    return kind if whole.get(kind.media_type, lambda: True)() else _cut_short(name)


def _jpeg_ends(file: IO[bytes]) -> bool:
    """Whether the picture has its end: telephones write a film behind it, and a smaller picture, with an end of its own, inside."""
    file.seek(0)
    content, place = file.read(), 2
    while marker := _MARKER.search(content, place):
        if marker[1] == _END:
            return True
        length = 0 if marker[1] in _STANDS_ALONE else int.from_bytes(content[marker.end() : marker.end() + 2])
        place = marker.end() + length
    return False


def _cut_short(name: str) -> KindOfFile:
    raise broken(name)


def _text(file: IO[bytes], name: str) -> KindOfFile | None:
    """Plain text or CSV, by the name; None where it is no text. Markup and scripts are texts too, and refused."""
    file.seek(0)
    content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if _BINARY.search(text) or "\ufffd" in text:
        return None
    if _MARKUP.match(text):
        raise refused(name, _("a web page or a drawing made of text (HTML, SVG, XML)"))
    ending = PurePosixPath(name.lower()).suffix
    if ending not in TEXT:
        raise FileRefused(
            _("“%(name)s” is a file of text that is not named like one.", name=name),
            field="file",
            remedy=_("If it is a letter or a list, save it as .txt or .csv; scripts and settings are not accepted."),
        )
    return TEXT[ending]


def _other(name: str, head: bytes) -> KindOfFile:
    """Refused by what it looks like."""
    for match in _matches(head):
        if match.extension in _ARCHIVES:
            raise refused(name, _("an archive: send the files that are in it, one by one"))
        if word := _FAMILIES.get(match.mime_type.partition("/")[0]):
            raise refused(name, word)
    raise refused(name, _("of a kind that is not known here"))


def _matches(head: bytes) -> Iterator[puremagic.PureMagicWithConfidence]:
    try:
        yield from puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return
