"""Which signs the typefaces of the papers have, read from their character maps (OpenType, table `cmap`, formats 4 and 12)."""

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any

from consortium.web.assets import FONTS

MISSING = "?"
# A word as long as this may not fit a column: it may be broken (at a blank of no width); not an address, to be copied.
_LONG, _BREAK = re.compile(r"[^\s@]{20,}(?![^\s]*@)"), "\u200b"
# After these signs; and what is longer than a narrow column at every so many.
_JOINTS, _LONGEST, _CUT = re.compile(r"(?<=[-/–])"), 19, 12
# They move the text, and are not drawn.
_LAYOUT = frozenset("\n\t\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069")


def printable(value: Any) -> Any:
    """Texts, and lists and mappings of them, so that every sign is in a typeface (ﬂ → fl, 😀 → ?) and no word too long for a line."""
    if isinstance(value, str):
        drawn = value if _signs().issuperset(value) else "".join(map(_sign, unicodedata.normalize("NFC", value)))
        return _LONG.sub(_broken, drawn)
    if isinstance(value, dict):
        return {name: printable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [printable(each) for each in value]
    return value


def _broken(word: re.Match[str]) -> str:
    return _BREAK.join(map(_cut, _JOINTS.split(word[0])))


def _cut(piece: str) -> str:
    if len(piece) <= _LONGEST:
        return piece
    return _BREAK.join(piece[at : at + _CUT] for at in range(0, len(piece), _CUT))


def _sign(sign: str) -> str:
    if sign in _signs():
        return sign
    if unicodedata.category(sign) == "Cf":
        return ""
    if sign.isspace():
        return " "
    near = "".join(each for each in unicodedata.normalize("NFKD", sign) if each in _signs() and not unicodedata.combining(each))
    return near or MISSING


@cache
def _signs() -> frozenset[str]:
    """A sign counts where all weights that a paper may set it in have it."""
    found: dict[str, set[str]] = {}
    for path in sorted(FONTS.glob("*.ttf")):
        mapped = set(map(chr, _mapped(path.read_bytes())))
        family = path.name.partition("_")[0]
        found[family] = found[family] & mapped if family in found else mapped
    drawn = set(chain.from_iterable(found.values()))
    return frozenset({each for each in drawn if unicodedata.category(each) not in ("Cc", "Cf", "Co", "Cs", "Cn")} | _LAYOUT)


def _mapped(font: bytes) -> Iterator[int]:
    """Code points of all character maps of a typeface."""
    (tables,) = struct.unpack_from(">H", font, 4)
    places = {font[at : at + 4]: struct.unpack_from(">II", font, at + 8)[0] for at in range(12, 12 + 16 * tables, 16)}
    cmap = places[b"cmap"]
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    for at in range(cmap + 4, cmap + 4 + 8 * count, 8):
        start = cmap + struct.unpack_from(">I", font, at + 4)[0]
        (form,) = struct.unpack_from(">H", font, start)
        if form == 4:
            yield from _segments(font, start)
        elif form == 12:
            yield from _groups(font, start)


def _segments(font: bytes, start: int) -> Iterator[int]:
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    starts = struct.unpack_from(f">{count}H", font, start + 16 + 2 * count)
    for first, last in zip(starts, ends, strict=True):
        if first != 0xFFFF:
            yield from range(first, last + 1)


def _groups(font: bytes, start: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">I", font, start + 12)
    for at in range(start + 16, start + 16 + 12 * count, 12):
        first, last = struct.unpack_from(">II", font, at)
        yield from range(first, last + 1)
