"""A founding document (TOML) read into validated plain data: `[consortium]`, and the sections that rooms have registered.

A room describes its part with a `Section` and `app.py` registers it, in floor order. `read()` reports everything that is wrong at once,
each error with the line and the field (`desks[2].hours[0].opens`, counted from 0), so that nothing is founded on half a document.
"""

import dataclasses
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from tenants import gazetteer, positions
from tenants.positions import Where, dotted

Row = dict[str, Any]

SLUG = r"[a-z][a-z0-9-]{1,38}[a-z0-9]"
MAX_BYTES = 1_000_000
RESERVED = frozenset(
    "accessibility account accounts admin api assets auth consortia demo docs errors favicon feedback healthz help invitations "
    "jobs language login logout mail metrics new openapi operator password-reset privacy public readyz regions robots search "
    "security sessions sign-in sign-out sitemap static system tenants version well-known".split()
)
"""Words that the application uses, or may come to use, as the first segment of an address: no consortium can be called so."""


def N_(msgid: str) -> str:
    """Marks a message for the catalogues; it is translated where it is shown."""
    return msgid


@dataclass(frozen=True)
class CharterError:
    """`msgid` may hold `%(name)s`, filled from `values` after translation; `field` is empty where no field is meant."""

    line: int
    field: str
    msgid: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def message(self) -> str:
        return self.text(str)

    def text(self, translate: Callable[[str], str]) -> str:
        written = translate(self.msgid)
        return written % self.values if self.values else written

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.message}" if self.field else f"line {self.line}: {self.message}"


class CharterInvalid(Exception):
    """The document cannot found a consortium; `errors` are all its errors, in order of lines."""

    def __init__(self, errors: list[CharterError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = errors


@dataclass(frozen=True)
class Charter:
    """`consortium` and `rows` are loaded by the schemas; `written` is the document as it stands. Absent sections are empty lists."""

    consortium: Row
    rows: Mapping[str, list[Row]]
    written: Mapping[str, Any]

    def found(self, sections: "Iterable[Section]") -> None:
        """Hands each room its rows, in the order given; the caller has opened the new consortium's scope."""
        for section in sections:
            section.found(self.rows[section.name])


Check = Callable[[Charter], Iterable[tuple[Where, str]]]


@dataclass(frozen=True)
class Section:
    """One `[[name]]` of the document.

    `unique`: combinations of fields that no two rows may share, case ignored. `refers`: field (one value or a list) → "section.field"
    where it must stand. `check`: any further rule, as (place, message); it also sees documents with errors, where `rows` hold only
    the fields that are valid: read them with `.get`.
    """

    name: str
    schema: Schema
    found: Callable[[list[Row]], None]
    check: Check | None = None
    unique: tuple[tuple[str, ...], ...] = ()
    refers: Mapping[str, str] = dataclasses.field(default_factory=dict)


_registered: dict[str, Section] = {}


def section(new: Section) -> Section:
    """Registers a room's section after those of the lower floors. The same one again is fine, another of its name is a mistake."""
    if _registered.setdefault(new.name, new) is not new or new.name == "consortium":
        raise ValueError(f"two sections of a charter are called {new.name}")
    return new


def registered() -> tuple[Section, ...]:
    return tuple(_registered.values())


def _is_region(code: str) -> None:
    if not gazetteer.is_region(code):
        raise ValidationError(N_("No region has this two-digit ISTAT code."))


def _is_municipality(code: str) -> None:
    if gazetteer.region_of(code) is None:
        raise ValidationError(N_("No municipality has this six-digit ISTAT code."))


class ConsortiumSchema(Schema):
    """`[consortium]`. ISTAT codes are text, as their zeros count; a province or a union goes by the code of its seat's municipality."""

    slug = fields.String(
        required=True,
        validate=[
            validate.Regexp(rf"{SLUG}\Z", error=N_("Use 3 to 40 lower-case letters, digits and hyphens, a letter first.")),
            validate.NoneOf(RESERVED, error=N_("The application uses this word itself: choose another.")),
        ],
    )
    name = fields.String(required=True, validate=validate.Length(1, 200))
    region = fields.String(required=True, validate=_is_region)
    lead_body = fields.String(required=True, validate=validate.Length(1, 200))
    lead_body_kind = fields.String(required=True, validate=validate.OneOf(["municipality", "province", "union"]))
    lead_body_istat = fields.String(required=True, validate=_is_municipality)
    agreement_kind = fields.String(
        required=True, validate=validate.OneOf(["convention_art30", "convention", "protocol", "pact", "network_accord", "ats"])
    )

    @validates_schema
    def _lies_in_region(self, data: Row, **_: Any) -> None:
        if gazetteer.region_of(data["lead_body_istat"]) != data["region"]:
            raise ValidationError(N_("This municipality is not in the consortium's region."), "lead_body_istat")


@dataclass(frozen=True)
class _Finding:
    where: Where
    msgid: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)


def read(source: Path | str, sections: Iterable[Section]) -> Charter:
    """The charter in a file (`Path`) or in a text (`str`). Raises `CharterInvalid`; a file that cannot be opened raises `OSError`."""
    text = _text(source)
    written = _parsed(text)
    charter, findings = _load(written, list(sections))
    if findings:
        lines = positions.lines(text)
        errors = [CharterError(positions.line(lines, found.where), dotted(found.where), found.msgid, found.values) for found in findings]
        raise CharterInvalid(sorted(errors, key=lambda error: (error.line, error.field)))
    return charter


def line_of(source: Path | str, where: Where) -> int:
    """The line, from 1, of a place in a document that could be read: for what is wrong with it elsewhere than in itself."""
    return positions.line(positions.lines(_text(source)), where)


def _text(source: Path | str) -> str:
    raw = source.read_bytes() if isinstance(source, Path) else source.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_BYTES:
        raise CharterInvalid([CharterError(1, "", N_("The document is too long: a charter has at most 1 MB."))])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CharterInvalid([CharterError(line, "", N_("The text is not UTF-8: save the document in that encoding."))]) from error


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise CharterInvalid([CharterError(1, "", N_("Values are nested too deeply."))]) from error
    except ValueError as error:  # TOMLDecodeError, or Python's own limit on the digits of an integer
        raise CharterInvalid([_syntax_error(text, str(error))]) from error


def _syntax_error(text: str, message: str) -> CharterError:
    """tomllib ends its messages with "(at line 3, column 11)" or "(at end of document)"."""
    lines = text.split("\n")
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)\Z", message)
    line = (int(found[1]) if found[1] else len(lines)) if found else 1
    key = re.match(r"\s*([\w.-]+)\s*=", lines[min(line, len(lines)) - 1])
    reason = message[: found.start()] if found else message
    return CharterError(line, key[1] if key else "", N_("This is not TOML: %(reason)s."), {"reason": reason})


def _load(written: dict[str, Any], sections: list[Section]) -> tuple[Charter, list[_Finding]]:
    known = {"consortium", *(section.name for section in sections)}
    findings = [_Finding((name,), N_("There is no such section.")) for name in written if name not in known]
    consortium, wrong = _consortium(written)
    findings += wrong
    rows: dict[str, list[Row]] = {}
    for section in sections:
        rows[section.name], wrong = _rows(section, written.get(section.name, []))
        findings += wrong
    charter = Charter(consortium, rows, written)
    return charter, [*findings, *(found for section in sections for found in _crossed(section, charter))]


def _consortium(written: dict[str, Any]) -> tuple[Row, list[_Finding]]:
    table = written.get("consortium")
    if not isinstance(table, dict):
        return {}, [_Finding(("consortium",), N_("A charter has one table [consortium]."))]
    try:
        loaded: Row = ConsortiumSchema().load(table, unknown=RAISE)
        return loaded, []
    except ValidationError as error:
        return dict(error.valid_data or {}), list(_flat(error.messages, ("consortium",)))


def _rows(section: Section, written: Any) -> tuple[list[Row], list[_Finding]]:
    if not isinstance(written, list):
        return [], [_Finding((section.name,), N_("Write double brackets, [[%(section)s]], before each entry."), {"section": section.name})]
    try:
        return section.schema.load(written, many=True, unknown=RAISE), []
    except ValidationError as error:
        valid = error.valid_data if isinstance(error.valid_data, list) else []
        return valid, list(_flat(error.messages, (section.name,)))


def _flat(messages: Any, where: Where) -> Iterator[_Finding]:
    """marshmallow's nested messages as places; "_schema" is its word for the thing itself."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flat(inner, where if key == "_schema" else (*where, key))
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield _Finding(where, str(message))


def _crossed(section: Section, charter: Charter) -> Iterator[_Finding]:
    """Rules between rows. They look at what is written, so that a row with another error does not cause errors in those that name it."""
    rows = _tables(charter.written, section.name)
    for combination in section.unique:
        yield from _repeated(section.name, rows, combination)
    for name, target in section.refers.items():
        yield from _dangling(section.name, rows, name, target, charter.written)
    if section.check is not None:
        yield from (_Finding(where, message) for where, message in section.check(charter))


def _tables(written: Mapping[str, Any], name: str) -> list[tuple[int, Row]]:
    rows = written.get(name)
    return [(index, row) for index, row in enumerate(rows) if isinstance(row, dict)] if isinstance(rows, list) else []


def _repeated(name: str, rows: list[tuple[int, Row]], combination: tuple[str, ...]) -> Iterator[_Finding]:
    first: dict[tuple[str, ...], int] = {}
    for index, row in rows:
        key = tuple(str(row[part]).casefold() for part in combination if part in row)
        if len(key) == len(combination) and first.setdefault(key, index) != index:
            earlier = dotted((name, first[key], combination[0]))
            yield _Finding((name, index, combination[0]), N_("The same stands at %(earlier)s already."), {"earlier": earlier})


def _dangling(name: str, rows: list[tuple[int, Row]], part: str, target: str, written: Mapping[str, Any]) -> Iterator[_Finding]:
    section, _, key = target.partition(".")
    known = [row.get(key) for _, row in _tables(written, section)]
    for index, row in rows:
        for where, value in _references((name, index, part), row.get(part)):
            if value not in known:
                values = {"section": section, "key": key, "value": value}
                yield _Finding(where, N_("No [[%(section)s]] of this document has the %(key)s “%(value)s”."), values)


def _references(where: Where, value: Any) -> list[tuple[Where, str]]:
    """The texts of one value or of a list; what is not a text is the schema's business."""
    if isinstance(value, list):
        return [((*where, index), one) for index, one in enumerate(value) if isinstance(one, str)]
    return [(where, value)] if isinstance(value, str) else []
