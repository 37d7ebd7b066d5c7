"""Office files by their structure: what the container says is in it has to be there, and no macros.

Containers: ECMA-376 part 2 (docx, xlsx, pptx), OpenDocument 1.3 part 2 (odt, ods), MS-CFB (doc, xls).
"""

import re
from collections.abc import Iterator
from typing import IO
from zipfile import BadZipFile, ZipFile

from flask_babel import gettext as _

from consortium.documents.refusals import broken, locked, refused, with_macros

_OPEN = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    ".docx": f"{_OPEN}wordprocessingml.document",
    ".xlsx": f"{_OPEN}spreadsheetml.sheet",
    ".pptx": f"{_OPEN}presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
}
# The main part of each, and the type that [Content_Types].xml gives it.
_PARTS = {
    ".docx": ("word/document.xml", f"{_OPEN}wordprocessingml.document.main+xml"),
    ".xlsx": ("xl/workbook.xml", f"{_OPEN}spreadsheetml.sheet.main+xml"),
    ".pptx": ("ppt/presentation.xml", f"{_OPEN}presentationml.presentation.main+xml"),
}
_TYPES, _LARGEST_LIST = "[Content_Types].xml", 1024 * 1024
_MACROS = re.compile(r"vbaproject|vbadata|macrosheets/|activex/|^basic/|^scripts/", re.IGNORECASE)
_RUN = re.compile(r"\.(exe|dll|com|scr|bat|cmd|ps1|vbs|js|jar|msi|lnk|hta)$", re.IGNORECASE)
_ENCRYPTED = 0x1

# Names of streams and storages in a compound file, as its directory has them: in entries of 128 bytes.
_ENTRY, _PIECE = 128, 256 * 1024
_STREAMS = {"WordDocument": ".doc", "Workbook": ".xls", "Book": ".xls"}
_COMPOUND_MACROS = ("Macros", "_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA")
_LOCKED = ("EncryptedPackage", "EncryptionInfo")


def in_zip(file: IO[bytes], name: str) -> str:
    """The ending of the office file that a zip is. Raises FileRefused. Nothing is unpacked but lists of at most a megabyte."""
    try:
        with ZipFile(file) as archive:
            return _packed(archive, name)
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise broken(name) from error


def _packed(archive: ZipFile, name: str) -> str:
    entries = {entry.filename: entry for entry in archive.infolist()}
    if any(_MACROS.search(entry) for entry in entries):
        raise with_macros(name)
    if any(_RUN.search(entry) for entry in entries):
        raise refused(name, _("an archive with a program in it"))
    if any(entry.flag_bits & _ENCRYPTED for entry in entries.values()):
        raise locked(name)
    kind = _of_microsoft(archive, name) if _TYPES in entries else _of_opendocument(archive)
    if kind is None:
        raise refused(name, _("an archive: send the files that are in it, one by one"))
    return kind


def _of_microsoft(archive: ZipFile, name: str) -> str | None:
    types = _listed(archive, _TYPES)
    if "macroEnabled" in types:
        raise with_macros(name)
    names = set(archive.namelist())
    return next((ending for ending, (part, kind) in _PARTS.items() if part in names and f'"{kind}"' in types), None)


def _of_opendocument(archive: ZipFile) -> str | None:
    """By its first entry, the type, beside which the content has to be there."""
    names = archive.namelist()
    if not names or names[0] != "mimetype" or not {"content.xml", "META-INF/manifest.xml"} <= set(names):
        return None
    kind = _listed(archive, "mimetype")
    return next((ending for ending in (".odt", ".ods") if MEDIA_TYPES[ending] == kind), None)


def _listed(archive: ZipFile, entry: str) -> str:
    with archive.open(entry) as file:
        return file.read(_LARGEST_LIST).decode("utf-8", "replace").strip().replace("'", '"')


def in_compound(file: IO[bytes], name: str) -> str:
    """The ending of the office file of before 2007 that a compound file is. Raises FileRefused."""
    names = set(_entries(file))
    if names.intersection(_LOCKED):
        raise locked(name)
    kind = next((ending for stream, ending in _STREAMS.items() if stream in names), None)
    if kind is None:
        raise refused(name, _("of a kind that is not known here"))
    if names.intersection(_COMPOUND_MACROS):
        raise with_macros(name)
    return kind


def _entries(file: IO[bytes]) -> Iterator[str]:
    """The names known here that stand where an entry of the directory would."""
    wanted = {known: f"{known}\0".encode("utf-16-le") for known in (*_STREAMS, *_COMPOUND_MACROS, *_LOCKED)}
    file.seek(0)
    while piece := file.read(_PIECE):
        for known, written in wanted.items():
            at = piece.find(written)
            while at >= 0:
                if at % _ENTRY == 0:
                    yield known
                at = piece.find(written, at + 2)
