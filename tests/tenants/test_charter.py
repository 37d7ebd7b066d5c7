"""Charters: the three samples against what is publicly known, and documents with errors against what they must be told."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, fields, validate

from tenants import charter, positions
from tenants.charter import CharterInvalid, Section, read

CHARTERS = Path(charter.__file__).parent / "charters"
TRECATE, LA_SPEZIA, LECCE = (CHARTERS / f"{slug}.toml" for slug in ("trecate", "la-spezia", "lecce"))
SAMPLE = LECCE.read_text(encoding="utf-8")


class MemberSchema(Schema):
    istat = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["municipality", "province", "union"]))
    name = fields.String(required=True)
    lead = fields.Boolean(load_default=False)
    joined_on = fields.Date()


class PartnerSchema(Schema):
    name = fields.String(required=True)
    kind = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["consulted", "invited", "adherent", "left"]))
    services = fields.String()


class PartySchema(Schema):
    name = fields.String(required=True)
    role = fields.String(required=True)


class AddendumSchema(Schema):
    title = fields.String(required=True)
    valid_until = fields.Date(required=True)


class AgreementSchema(Schema):
    kind = fields.String(required=True)
    title = fields.String(required=True)
    signed_note = fields.String()
    valid_until = fields.Date()
    reimbursed_up_to = fields.Decimal(places=2)
    summary = fields.String()
    parties = fields.List(fields.Nested(PartySchema))
    addenda = fields.List(fields.Nested(AddendumSchema), load_default=list)


class HoursSchema(Schema):
    weekday = fields.Integer(required=True, strict=True, validate=validate.Range(1, 7))
    opens = fields.Time(required=True, format="%H:%M")
    closes = fields.Time(required=True, format="%H:%M")


class DeskSchema(Schema):
    slug = fields.String(required=True, validate=validate.Regexp(charter.SLUG))
    name = fields.String(required=True)
    istat = fields.String(required=True)
    member = fields.String()
    floor_note = fields.String()
    phone = fields.String()
    email = fields.Email()
    opened_on = fields.Date()
    channels = fields.List(fields.String(validate=validate.OneOf(["in_person", "phone", "video"])))
    by_appointment = fields.Boolean()
    services = fields.List(fields.String())
    hours = fields.List(fields.Nested(HoursSchema))


class MeasureSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    desks = fields.List(fields.String(), required=True)
    services = fields.List(fields.String(), required=True)


class StaffSchema(Schema):
    email = fields.Email(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(["administrator", "coordinator", "case_manager", "reader"]))
    sensitive = fields.Boolean(load_default=False)
    desks = fields.List(fields.String(), required=True)
    valid_from = fields.Date()


def one_lead(data: charter.Charter) -> list[tuple[positions.Where, str]]:
    leads = [index for index, row in enumerate(data.rows["members"]) if row.get("lead")]
    return [(("members", index, "lead"), "There is one lead body.") for index in leads[1:]]


def nowhere(_: list[dict[str, Any]]) -> None:
    """A founding that keeps nothing: these tests read."""


SECTIONS = [
    Section("members", MemberSchema(), nowhere, check=one_lead, unique=(("istat", "kind"),)),
    Section("partners", PartnerSchema(), nowhere, unique=(("name",),)),
    Section("agreements", AgreementSchema(), nowhere),
    Section("desks", DeskSchema(), nowhere, unique=(("slug",),), refers={"member": "members.istat"}),
    Section("measures", MeasureSchema(), nowhere, unique=(("code",), ("name",)), refers={"desks": "desks.slug"}),
    Section("staff", StaffSchema(), nowhere, unique=(("email",),), refers={"desks": "desks.slug"}),
]

CONSORTIUM = """\
[consortium]
slug = "novara"
name = "Sportelli"
region = "01"
lead_body = "Comune di Trecate"
lead_body_kind = "municipality"
lead_body_istat = "003149"
agreement_kind = "convention"
"""


def errors(text: str | Path) -> list[tuple[int, str, str]]:
    with pytest.raises(CharterInvalid) as caught:
        read(text, SECTIONS)
    return [(error.line, error.field, error.message) for error in caught.value.errors]


def line_of(text: str, fragment: str) -> int:
    """The line of the only occurrence of a fragment."""
    assert text.count(fragment) == 1
    return text[: text.index(fragment)].count("\n") + 1


# What is publicly known


def test_trecate_is_ten_municipalities_and_four_desks() -> None:
    trecate = read(TRECATE, SECTIONS)
    assert trecate.consortium["region"] == "01"
    assert [row["name"] for row in trecate.rows["members"] if row["lead"]] == ["Comune di Trecate"]
    codes = {"003149", "003023", "003049", "003069", "003104", "003131", "003141", "003144", "003146", "003158"}
    assert {row["istat"] for row in trecate.rows["members"]} == codes
    assert [row["name"] for row in trecate.rows["desks"]] == ["Trecate", "Cerano", "Romentino", "Vespolate"]


def test_trecates_measures_are_worked_at_its_four_desks() -> None:
    measures = read(TRECATE, SECTIONS).rows["measures"]
    names = ("Orientamento specialistico", "Ricerca attiva", "Tirocinio", "Incontro domanda offerta", "Avvio a formazione")
    assert [row["name"] for row in measures] == [f"Buono Servizi Lavoro GOL - {name}" for name in names]
    assert {tuple(row["desks"]) for row in measures} == {("trecate", "cerano", "romentino", "vespolate")}
    assert {(row["valid_from"], row["valid_to"]) for row in measures} == {(date(2022, 1, 1), date(2025, 12, 31))}


def test_trecates_case_managers_served_during_the_whole_demo_year() -> None:
    staff = read(TRECATE, SECTIONS).rows["staff"]
    case_managers = [row for row in staff if row["role"] == "case_manager"]
    expected = {f"cm{number}.{desk}@trecate.example" for desk in ("trecate", "cerano", "romentino", "vespolate") for number in (1, 2)}
    assert {row["email"] for row in case_managers} == expected
    assert all(row["valid_from"] <= date(2022, 11, 1) for row in case_managers)


def test_la_spezias_desk_is_open_17_hours_by_appointment() -> None:
    [desk] = read(LA_SPEZIA, SECTIONS).rows["desks"]
    day = date(2024, 1, 1)
    spans = [datetime.combine(day, window["closes"]) - datetime.combine(day, window["opens"]) for window in desk["hours"]]
    assert sum(spans, timedelta()) == timedelta(hours=17)
    assert (desk["by_appointment"], desk["phone"], desk["email"]) == (True, "0187727248", "infolavoro@comune.sp.it")


def test_la_spezias_agreements_with_addendum_and_cap() -> None:
    by_kind = {row["kind"]: row for row in read(LA_SPEZIA, SECTIONS).rows["agreements"]}
    assert by_kind["protocol"]["addenda"][0]["valid_until"] == date(2027, 9, 21)
    assert (by_kind["convention"]["reimbursed_up_to"], by_kind["convention"]["valid_until"]) == (Decimal("350000.00"), date(2021, 12, 31))
    assert "Comune di Sarzana" in {party["name"] for party in by_kind["pact"]["parties"]}


def test_la_spezia_consulted_33_organisations_and_who_joined_is_another_list() -> None:
    statuses = Counter(row["status"] for row in read(LA_SPEZIA, SECTIONS).rows["partners"])
    assert statuses == {"consulted": 33, "adherent": 6}


def test_lecces_lead_is_a_province_and_the_signatories_are_its_partners() -> None:
    lecce = read(LECCE, SECTIONS)
    assert lecce.consortium["lead_body_kind"] == "province"
    [accord] = lecce.rows["agreements"]
    assert {party["name"] for party in accord["parties"]} == {"Provincia di Lecce", *(row["name"] for row in lecce.rows["partners"])}
    assert Counter(row["kind"] for row in lecce.rows["partners"])["school"] == 5


# What is wrong is told by line and field


def test_all_errors_come_at_once_in_order_of_lines() -> None:
    text = (
        CONSORTIUM.replace('"novara"', '"regions"').replace('region = "01"', 'region = "07"')
        + """
[[members]]
istat = "003149"
kind = "town"

[[desks]]
slug = "cerano"
name = "Cerano"
istat = "003049"
member = "003999"
hours = [
  { weekday = 1, opens = "08:30", closes = "12:00" },
  { weekday = 2, opens = "25:00", closes = "12:00" },
]

[[staff]]
email = "a@novara.example"
name = "A"
role = "reader"
desks = ["cerano", "oleggio"]
colour = "red"
"""
    )
    assert errors(text) == [
        (2, "consortium.slug", "The application uses this word itself: choose another."),
        (line_of(text, "[[members]]"), "members[0].name", "Missing data for required field."),
        (line_of(text, '"town"'), "members[0].kind", "Must be one of: municipality, province, union."),
        (line_of(text, '"003999"'), "desks[0].member", "No [[members]] of this document has the istat “003999”."),
        (line_of(text, '"25:00"'), "desks[0].hours[1].opens", "Not a valid time."),
        (line_of(text, '"oleggio"'), "staff[0].desks[1]", "No [[desks]] of this document has the slug “oleggio”."),
        (line_of(text, '"red"'), "staff[0].colour", "Unknown field."),
    ]


def test_a_lead_body_of_another_region() -> None:
    text = CONSORTIUM.replace('"003149"', '"075035"')
    assert errors(text) == [(7, "consortium.lead_body_istat", "This municipality is not in the consortium's region.")]


def test_codes_that_do_not_exist() -> None:
    text = CONSORTIUM.replace('"003149"', '"003999"').replace('"01"', '"21"')
    assert [(line, field) for line, field, _ in errors(text)] == [(4, "consortium.region"), (7, "consortium.lead_body_istat")]


@pytest.mark.parametrize("slug", ["Trecate", "tr", "3cate", "tre_cate", "trecate-", "a" * 41, "trecate\\n"])
def test_a_slug_that_is_none(slug: str) -> None:
    assert [(line, field) for line, field, _ in errors(CONSORTIUM.replace("novara", slug))] == [(2, "consortium.slug")]


@pytest.mark.parametrize("word", sorted(charter.RESERVED))
def test_the_applications_own_words_are_no_slugs(word: str) -> None:
    assert [(line, field) for line, field, _ in errors(CONSORTIUM.replace("novara", word))] == [(2, "consortium.slug")]


def test_duplicates_name_the_earlier_one() -> None:
    staff = '[[staff]]\nemail = "{}"\nname = "A"\nrole = "reader"\ndesks = []\n'
    text = CONSORTIUM + staff.format("a@novara.example") + staff.format("A@novara.example")
    assert errors(text) == [(15, "staff[1].email", "The same stands at staff[0].email already.")]


def test_a_combination_repeats_only_as_a_whole() -> None:
    body = '[[members]]\nistat = "075035"\nkind = "{}"\nname = "A"\n'
    assert len(read(CONSORTIUM + body.format("province") + body.format("municipality"), SECTIONS).rows["members"]) == 2
    assert [row[1] for row in errors(CONSORTIUM + body.format("union") * 2)] == ["members[1].istat"]


def test_a_rooms_own_check_is_placed_too() -> None:
    body = '[[members]]\nistat = "00314{0}"\nkind = "municipality"\nname = "A"\nlead = true\n'
    assert errors(CONSORTIUM + body.format(1) + body.format(4)) == [(18, "members[1].lead", "There is one lead body.")]


def test_a_bad_row_causes_no_error_in_those_that_name_it() -> None:
    text = CONSORTIUM + '[[desks]]\nslug = "Cerano!"\nname = "C"\nistat = "003049"\n[[measures]]\ncode = "A"\nname = "A"\n'
    text += 'valid_from = 2022-01-01\nvalid_to = 2025-12-31\nservices = []\ndesks = ["Cerano!"]\n'
    assert [row[1] for row in errors(text)] == ["desks[0].slug"]


def test_sections_that_do_not_exist_or_have_the_wrong_brackets() -> None:
    assert errors(CONSORTIUM + "[[grants]]\n[desks]\nslug = 'a'\n") == [
        (9, "grants", "There is no such section."),
        (10, "desks", "Write double brackets, [[desks]], before each entry."),
    ]


@pytest.mark.parametrize("text", ["", "consortium = 3\n", "[[consortium]]\n"])
def test_no_table_of_the_consortium(text: str) -> None:
    assert errors(text) == [(1, "consortium", "A charter has one table [consortium].")]


def test_elements_of_the_wrong_type() -> None:
    text = "members = [\n  3,\n  { istat = 3149 },\n]\n" + CONSORTIUM
    found = errors(text)
    assert (2, "members[0]", "Invalid input type.") in found
    assert (3, "members[1].istat", "Not a valid string.") in found


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ('[consortium]\nslug = "a\n', 2, "slug"),
        ("[consortium]\nlead_body_istat = 003149\n", 2, "lead_body_istat"),
        ("[consortium\n", 1, ""),
        ("[consortium]\na = 1\na = 2\n", 3, "a"),
        ("a = [\n1,\n", 3, ""),
        ("a = 2022-13-45\n", 1, "a"),
        ("a = " + "9" * 5000, 1, "a"),
        ("a = " + "[" * 5000, 1, ""),
        ("# a\n\ud800", 2, ""),
    ],
)
def test_what_is_not_toml(text: str, line: int, field: str) -> None:
    [(found_line, found_field, message)] = errors(text)
    assert (found_line, found_field) == (line, field)
    assert message


def test_files_of_another_encoding_or_size(tmp_path: Path) -> None:
    path = tmp_path / "charter.toml"
    path.write_bytes(b'[consortium]\nname = "Citt\xe0"\n')
    assert errors(path)[0][0] == 2
    path.write_bytes(b"#" * (charter.MAX_BYTES + 1))
    assert "too long" in errors(path)[0][2]
    with pytest.raises(OSError, match="nothing"):
        read(tmp_path / "nothing", SECTIONS)


def test_files_as_windows_saves_them(tmp_path: Path) -> None:
    path = tmp_path / "charter.toml"
    path.write_bytes(b"\xef\xbb\xbf" + (CONSORTIUM + "[[desks]]\nname = 3\n").replace("\n", "\r\n").encode())
    assert (10, "desks[0].name", "Not a valid string.") in errors(path)


@given(
    at=st.integers(0, len(SAMPLE)),
    length=st.integers(0, 40),
    put=st.text(max_size=8) | st.sampled_from(["[", "]", "{", '"', "=", "3", "\n"]),
)
def test_no_damage_to_a_charter_gets_past_as_another_exception(at: int, length: int, put: str) -> None:
    damaged = SAMPLE[:at] + put + SAMPLE[at + length :]
    try:
        read(damaged, SECTIONS)
    except CharterInvalid as invalid:
        assert all(1 <= error.line <= damaged.count("\n") + 1 and error.message for error in invalid.errors)


# Lines of places


HOSTILE = """\
top.inner = 1                    # top.inner
"quoted.key" = { a = 1, b.c = [  # quoted.key
  [ 1, 2 ], # not = "a key"
  [
    { deep = "x = 1" },          # deep
  ],
] }

text = '''
[not.a.table]
key = "no"
'''
after = \"\"\"a \\
[[desks]]\"\"\"                      # end
[a."b c".d] # [[comment]]
[[rows]]

[[rows]]                         # second
[[rows.cells]]
[rows.cells.style]
colour = "red"                   # red
[[rows.cells]]
  "è" = 2022-01-01               # grave
"""


@pytest.mark.parametrize(
    ("where", "fragment"),
    [
        (("top", "inner"), "# top.inner"),
        (("quoted.key", "b", "c"), "# quoted.key"),
        (("quoted.key", "b", "c", 1, 0, "deep"), "# deep"),
        (("after",), "after ="),
        (("a", "b c", "d"), "# [[comment]]"),
        (("rows", 1), "# second"),
        (("rows", 1, "cells", 0, "style", "colour"), "# red"),
        (("rows", 1, "cells", 1, "è"), "# grave"),
        (("rows", 1, "cells", 1, "missing", 4), "[[rows.cells]]\n  "),
        (("nothing",), "top.inner ="),
    ],
)
def test_the_line_of_a_place(where: positions.Where, fragment: str) -> None:
    assert positions.line(positions.lines(HOSTILE), where) == line_of(HOSTILE, fragment)


def places(value: Any, where: positions.Where = ()) -> list[positions.Where]:
    """Every place inside a parsed value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    return [place for key, inner in inside for place in ((*where, key), *places(inner, (*where, key)))]


@pytest.mark.parametrize("text", [HOSTILE, *(path.read_text(encoding="utf-8") for path in (TRECATE, LA_SPEZIA, LECCE))])
def test_every_place_that_tomllib_reads_has_a_line_and_no_other_has(text: str) -> None:
    assert set(positions.lines(text)) == set(places(charter._parsed(text)))


# Sections


def test_sections_are_founded_in_floor_order() -> None:
    seen: list[tuple[str, int]] = []
    sections = [
        Section("desks", DeskSchema(), lambda rows: seen.append(("desks", len(rows)))),
        Section("staff", StaffSchema(), lambda rows: seen.append(("staff", len(rows)))),
    ]
    read(CONSORTIUM + '[[staff]]\nemail = "a@novara.example"\nname = "A"\nrole = "reader"\ndesks = []\n', sections).found(sections)
    assert seen == [("desks", 0), ("staff", 1)]


def test_a_section_is_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charter, "_registered", {})
    members, desks = SECTIONS[0], SECTIONS[3]
    for each in (members, desks, members):
        charter.section(each)
    assert charter.registered() == (members, desks)
    with pytest.raises(ValueError, match="members"):
        charter.section(Section("members", MemberSchema(), nowhere))
    with pytest.raises(ValueError, match="consortium"):
        charter.section(Section("consortium", MemberSchema(), nowhere))


def test_a_message_is_filled_after_translation() -> None:
    error = charter.CharterError(3, "desks[0].slug", "The same stands at %(earlier)s already.", {"earlier": "desks[1].slug"})
    assert error.text(lambda _: "Sta già in %(earlier)s.") == "Sta già in desks[1].slug."
    assert str(error) == "line 3, desks[0].slug: The same stands at desks[1].slug already."
