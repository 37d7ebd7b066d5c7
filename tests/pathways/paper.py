"""What a PDF is, for the tests: its text, and whether it keeps the rules."""

from collections.abc import Iterator
from io import BytesIO

import page
import pikepdf
import pypdfium2

PROFILES = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
# It takes the last byte of a stream for the end of the line where the two look alike (one in a hundred streams): qpdf is asked instead.
LENGTHS = "PDFA2A-STREAM-LENGTH-001"


def text(made: bytes) -> str:
    """The text of all pages, one after the other."""
    document = pypdfium2.PdfDocument(made)
    return "\n".join(each.get_textpage().get_text_bounded() for each in document).replace("\r\n", "\n").replace("\u200b", "")


def seen(made: bytes) -> list[str]:
    """The lines of all pages as the eye has them, signs from left to right: numbers stay numbers in writings that go the other way."""
    lines: dict[tuple[int, int], list[tuple[float, str]]] = {}
    for number, height, sign, (left, bottom, _right, _top) in _signs(made, loose=True):
        lines.setdefault((number, round(height - bottom)), []).append((left, sign))
    return ["".join(sign for _left, sign in sorted(line)) for _place, line in sorted(lines.items())]


def overprinted(made: bytes) -> list[str]:
    """Signs that stand on others, or beyond the edge of the page; each with its page. The middle of none is inside another's box."""
    met: dict[tuple[int, int], list[tuple[float, float, float, float]]] = {}
    wrong = []
    for number, _height, sign, box in _signs(made):
        left, bottom, right, top = box
        x, y = (left + right) / 2, (bottom + top) / 2
        near = met.setdefault((number, round(y / 20)), [])
        if left < 0 or right > WIDEST or any(a < x < c and b < y < d for a, b, c, d in near):
            wrong.append(f"page {number}: {sign}")
        near.append(box)
    return wrong


# A4 lying down, in points.
WIDEST = 842


def _signs(made: bytes, *, loose: bool = False) -> Iterator[tuple[int, float, str, tuple[float, float, float, float]]]:
    """(page, its height, sign, box) of each sign that is drawn; boxes in points from below, of the ink or (`loose`) of the line."""
    for number, each in enumerate(pypdfium2.PdfDocument(made), start=1):
        words = each.get_textpage()
        for place in range(words.count_chars()):
            sign = words.get_text_range(place, 1)
            if sign.strip() and sign != "\u200b":
                yield number, each.get_height(), sign, words.get_charbox(place, loose=loose)


def pages(made: bytes) -> int:
    return len(pypdfium2.PdfDocument(made))


def faults(made: bytes) -> list[str]:
    """What is wrong with it as an accessible and archivable document: [] where nothing is."""
    reports = [page.validate_pdf_bytes(made, profile=profile) for profile in PROFILES]
    with pikepdf.open(BytesIO(made)) as pdf:
        syntax = pdf.check_pdf_syntax()
    return [*syntax, *(f"{each.rule_id}: {each.message}" for report in reports for each in report.failures if each.rule_id != LENGTHS)]


def is_tagged(made: bytes, language: str) -> None:
    """Seen apart from the validator: the marks, the language, the title, the structure, every typeface inside."""
    with pikepdf.open(BytesIO(made)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == language
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert len(pdf.Root.StructTreeRoot.K) > 0
        with pdf.open_metadata() as told:
            assert told["pdfuaid:part"] == "1"
            assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "A")
            assert told["dc:title"]
        fonts = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all(any(f"/FontFile{n}" in font for n in ("", 2, 3)) for font in fonts)


def is_right(made: bytes, language: str = "it") -> None:
    assert made.startswith(b"%PDF-1.7")
    found = faults(made)
    assert not found, found
    is_tagged(made, language)
