"""Files as people send them, each as small as its kind allows."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from werkzeug.datastructures import FileStorage

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\ntrailer << >>\nstartxref\n9\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17) + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(20) + b"\xff\xd9"
EXIF = b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00" + bytes(20) + b"\xff\xd9"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8 " + bytes(16)
TIFF = b"II*\x00\x08\x00\x00\x00" + bytes(20)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(20)
PROGRAM = b"MZ\x90\x00" + bytes(60) + b"PE\x00\x00" + bytes(200)
OPEN = "application/vnd.openxmlformats-officedocument."
DOCX = ("word/document.xml", f"{OPEN}wordprocessingml.document.main+xml")
XLSX = ("xl/workbook.xml", f"{OPEN}spreadsheetml.sheet.main+xml")
PPTX = ("ppt/presentation.xml", f"{OPEN}presentationml.presentation.main+xml")


def zipped(entries: list[tuple[str, str]]) -> bytes:
    """A zip of (name, text)."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, text in entries:
            archive.writestr(name, text, ZIP_STORED if name == "mimetype" else None)
    return made.getvalue()


def office(part: str, kind: str, *more: tuple[str, str]) -> bytes:
    """An office file of 2007 or later."""
    types = f'<?xml version="1.0"?><Types><Override PartName="/{part}" ContentType="{kind}"/></Types>'
    return zipped([("[Content_Types].xml", types), ("_rels/.rels", "<x/>"), (part, "<x/>"), *more])


def opendocument(kind: str, *more: tuple[str, str]) -> bytes:
    whole = [("mimetype", f"application/vnd.oasis.opendocument.{kind}"), ("content.xml", "<x/>"), ("META-INF/manifest.xml", "<x/>")]
    return zipped([*whole, *more])


def compound(*names: str) -> bytes:
    """An office file of before 2007, of which only the directory is looked at."""
    entries = b"".join(name.encode("utf-16-le").ljust(64, b"\x00") + bytes(64) for name in ("Root Entry", *names))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\x00") + entries


GOOD: dict[str, tuple[bytes, str]] = {
    "curriculum.pdf": (PDF, "application/pdf"),
    "foto.png": (PNG, "image/png"),
    "foto.jpg": (JPEG, "image/jpeg"),
    "scatto.JPEG": (EXIF, "image/jpeg"),
    "foto-con-filmato.jpg": (EXIF + b"\x00\x00\x00\x20ftypisom" + bytes(9000), "image/jpeg"),
    "righe-vuote.pdf": (b"\xef\xbb\xbf\r\n\r\n" + PDF, "application/pdf"),
    "foto.webp": (WEBP, "image/webp"),
    "scansione.tif": (TIFF, "image/tiff"),
    "IMG_0001.HEIC": (HEIC, "image/heic"),
    "lettera.docx": (office(*DOCX), f"{OPEN}wordprocessingml.document"),
    "elenco.xlsx": (office(*XLSX), f"{OPEN}spreadsheetml.sheet"),
    "corso.pptx": (office(*PPTX), f"{OPEN}presentationml.presentation"),
    "lettera.odt": (opendocument("text"), "application/vnd.oasis.opendocument.text"),
    "elenco.ods": (opendocument("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
    "vecchia.doc": (compound("WordDocument"), "application/msword"),
    "vecchio.xls": (compound("Workbook"), "application/vnd.ms-excel"),
    "appunti.txt": ("Perché no: è così.\n".encode(), "text/plain"),
    "appunti-windows.txt": ("Perché no: è così.\n".encode("cp1252"), "text/plain"),
    "righe.csv": (b"a;b\n1;2\n", "text/csv"),
}
# Name → the file, and a word of what is said of it.
BAD: dict[str, tuple[bytes, str]] = {
    "fattura.pdf": (PROGRAM, "un programma"),
    "elf.pdf": (b"\x7fELF\x02\x01\x01" + bytes(100), "un programma"),
    "script.txt": (b"#!/bin/sh\nrm -rf /\n", "un programma"),
    "comandi.bat": (b"@echo off\r\ndel *\r\n", "un file di testo"),
    "pagina.txt": (b"  <!DOCTYPE html><script>alert(1)</script>", "una pagina web"),
    "disegno.png": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "una pagina web"),
    "disegno.svg": (b'<?xml version="1.0"?><svg/>', "una pagina web"),
    "macro.docx": (office(*DOCX, ("word/vbaProject.bin", "x")), "macro"),
    "macro.xlsx": (office("xl/workbook.xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "macro"),
    "macro.ods": (opendocument("spreadsheet", ("Basic/Standard/Module1.xml", "<x/>")), "macro"),
    "macro.doc": (compound("WordDocument", "Macros"), "macro"),
    "chiuso.docx": (compound("EncryptedPackage", "EncryptionInfo"), "password"),
    "installa.doc": (compound("!_StringData"), "di un tipo che qui non"),
    "archivio.docx": (zipped([("readme.txt", "ciao")]), "un archivio"),
    "finto.docx": (zipped([("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<x/>")]), "un archivio"),
    "programma.docx": (office(*DOCX, ("word/x.exe", "x")), "programma"),
    "tagliato.docx": (office(*DOCX)[:-30], "non è intero"),
    "tagliato.pdf": (PDF[:40], "non è intero"),
    # The end that it has is that of the small picture inside.
    "tagliata.jpg": (b"\xff\xd8\xff\xe1\x00\x20Exif\x00\x00" + JPEG[:8] + b"\xff\xd9" + bytes(60), "non è intero"),
    "tagliata.png": (PNG[:30], "non è intero"),
    "archivio.rar": (b"Rar!\x1a\x07\x01\x00" + bytes(40), "un archivio"),
    "film.mp4": (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00" + bytes(40), "un filmato"),
    "canzone.mp3": (b"ID3\x03\x00" + bytes(60), "una registrazione"),
    "animata.gif": (b"GIF89a" + bytes(60), "un'immagine di un altro tipo"),
    "boh.pdf": (bytes(range(256)) * 4, "di un tipo che qui non"),
    "vuoto.pdf": (b"", "vuoto"),
}


def upload(content: bytes, name: str) -> FileStorage:
    """A file as a browser sends it; the browser's word on its type is not believed."""
    return FileStorage(BytesIO(content), name, content_type="application/pdf")
