"""The kinds of file that can be brought in: their columns, how each is read, under which headings it is found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from consortium.cases.models import Sex
from consortium.exchange import cells
from consortium.exchange.cells import Reader, Unreadable, fold
from consortium.exchange.faults import Fault
from consortium.exchange.models import Kind
from consortium.pathways.models import Mode, Outcome

YES_NO = {"sì": True, "no": False, "si": True, "s": True, "n": False, "true": True, "false": False, "1": True, "0": False}
SEXES = {"F": Sex.FEMALE, "M": Sex.MALE, "Femmina": Sex.FEMALE, "Maschio": Sex.MALE}
GOL_PATHS = {str(number): number for number in range(1, 6)}
OUTCOMES = {
    "Percorso completato": Outcome.COMPLETED,
    "Inserimento lavorativo": Outcome.PLACED,
    "Formazione avviata": Outcome.TRAINING_STARTED,
    "Tirocinio avviato": Outcome.INTERNSHIP_STARTED,
    "Abbandono": Outcome.DROPPED_OUT,
    "Trasferimento": Outcome.MOVED,
    "Esclusione": Outcome.EXCLUDED,
    "Decesso": Outcome.DECEASED,
}
MODES = {"presenza": Mode.IN_PERSON, "video": Mode.VIDEO, "telefono": Mode.PHONE, "back-office": Mode.BACK_OFFICE}


@dataclass(frozen=True)
class Field:
    """A column: our name, words for people, how its cells are read, the headings it goes by (capitals, accents and signs ignored)."""

    name: str
    label: LazyString
    read: Reader
    headings: tuple[str, ...]
    required: bool = True


@dataclass(slots=True)
class Line:
    """A row of a file: `number` as a spreadsheet counts (the heading is 1), cells as written, values as read, what is wrong."""

    number: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Layout:
    """A kind of file. `key`: the fields that tell two rows apart, and a row from what is known."""

    kind: Kind
    label: LazyString
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {each.name: each for each in self.fields}

    def mapped(self, headings: Sequence[str]) -> dict[str, int]:
        """Field → place of its column, for those whose heading is known."""
        places = {fold(heading): place for place, heading in reversed(list(enumerate(headings)))}
        found = {each.name: next((places[name] for name in map(fold, each.headings) if name in places), -1) for each in self.fields}
        return {name: place for name, place in found.items() if place >= 0}

    def missing(self, columns: Mapping[str, int]) -> list[Field]:
        """The columns that a file must have and this one does not."""
        return [each for each in self.fields if each.required and each.name not in columns]

    def key_of(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(values[name] for name in self.key)


def read(line: Line, layout: Layout, columns: Mapping[str, int], width: int) -> None:
    """Read the cells of a line into its values; all that is wrong goes to its faults. Columns the file lacks read as empty."""
    if len(line.cells) != width:
        line.faults.append(Fault("row_length", facts={"found": str(len(line.cells)), "expected": str(width)}))
        return
    for each in layout.fields:
        place = columns.get(each.name)
        text = line.cells[place].strip() if place is not None else ""
        line.values[each.name] = _value(line, each, text)


def _value(line: Line, each: Field, text: str) -> Any:
    if not text:
        if each.required and each.name not in _MAY_BE_EMPTY:
            line.faults.append(Fault("missing", each.name))
        return None
    try:
        if cells.is_formula(text):
            raise Unreadable("formula")
        return each.read(text)
    except Unreadable as wrong:
        line.faults.append(_unseen(wrong) if each is DISABILITY else Fault(wrong.code, each.name, text[: cells.LONGEST], wrong.facts))
        return None


def _unseen(wrong: Unreadable) -> Fault:
    """What is wrong with a cell of health data, which is not repeated."""
    return Fault("no_choice_unseen" if wrong.code == "no_choice" else wrong.code, DISABILITY.name, facts=wrong.facts)


def concealed(headings: Sequence[str], columns: Mapping[str, int]) -> set[int]:
    """Places of the columns whose cells no page repeats: health data, by what a column is told to be or by its heading."""
    by_heading = {place for place, heading in enumerate(headings) if any(word in fold(heading) for word in _OF_HEALTH)}
    return by_heading | {place for name, place in columns.items() if name == DISABILITY.name}


def recognise(headings: Sequence[str]) -> tuple[Kind | None, dict[str, int]]:
    """The kind whose required columns are all there (of several, the one with more columns found), and its columns; else (None, {})."""
    found = [(layout, layout.mapped(headings)) for layout in LAYOUTS.values()]
    whole = [(len(columns), layout.kind, columns) for layout, columns in found if not layout.missing(columns)]
    if not whole:
        return None, {}
    _, kind, columns = max(whole, key=lambda each: each[0])
    return kind, columns


FISCAL_CODE = Field("codice_fiscale", _l("Codice fiscale"), cells.code, ("codice_fiscale", "cod_fiscale", "codfisc", "cf"))
PATHWAY_CODE = Field(
    "code", _l("Pathway code"), cells.code, ("codice_progetto", "progetto", "id_progetto", "codice_percorso", "codice_pai")
)
DESK = Field("desk", _l("Desk"), cells.words, ("sportello", "sede", "desk"))

# Health data: brought in, and not shown to whoever opens the import (see `concealed`).
DISABILITY = Field("disability", _l("Disability"), cells.choice(YES_NO), ("disabilita", "disabile"), required=False)
_OF_HEALTH = ("disabil", "invalid", "handicap")

# Columns that must be there, whose cells may be empty: "not yet".
_MAY_BE_EMPTY = frozenset({"taken_in_charge_on", "ended_on", "outcome"})

ASSIGNMENTS = Layout(
    Kind.ASSIGNMENTS,
    _l("Assignments"),
    (
        FISCAL_CODE,
        Field("surname", _l("Surname"), cells.words, ("cognome",)),
        Field("first_name", _l("First name"), cells.words, ("nome",)),
        Field("sex", _l("Sex"), cells.choice(SEXES), ("sesso", "genere")),
        Field("born_on", _l("Date of birth"), cells.day, ("data_nascita", "data_di_nascita", "nato_il")),
        Field("birthplace", _l("Place of birth"), cells.words, ("luogo_nascita", "comune_nascita", "luogo_di_nascita")),
        Field("citizenship", _l("Citizenship"), cells.words, ("cittadinanza", "nazionalita")),
        Field("residence", _l("Residence"), cells.words, ("comune_residenza", "residenza", "comune_di_residenza")),
        Field("phone", _l("Phone"), cells.words, ("telefono", "cellulare", "tel"), required=False),
        Field("email", _l("E-mail"), cells.email, ("email", "e_mail", "mail", "posta_elettronica"), required=False),
        Field("education", _l("Education"), cells.words, ("titolo_studio", "titolo_di_studio"), required=False),
        Field("occupation", _l("Occupational status"), cells.words, ("condizione", "condizione_occupazionale"), required=False),
        DISABILITY,
        Field("job_centre", _l("Job centre"), cells.words, ("cpi", "centro_impiego", "centro_per_l_impiego")),
        Field("assigned_on", _l("Assigned on"), cells.day, ("data_assegnazione", "assegnato_il")),
        DESK,
        Field("gol_path", _l("GOL path"), cells.choice(GOL_PATHS), ("percorso_gol", "percorso", "cluster_gol"), required=False),
        Field("taken_in_charge_on", _l("Taken in charge on"), cells.day, ("data_presa_in_carico", "presa_in_carico")),
    ),
    ("codice_fiscale", "assigned_on"),
)
PATHWAYS = Layout(
    Kind.PATHWAYS,
    _l("Pathways"),
    (
        PATHWAY_CODE,
        FISCAL_CODE,
        Field("measure", _l("Measure"), cells.words, ("misura",)),
        DESK,
        Field("case_manager", _l("Case manager"), cells.email, ("case_manager", "operatore", "email_operatore")),
        Field("activated_on", _l("Activated on"), cells.day, ("data_attivazione", "attivato_il", "data_inizio")),
        Field("ended_on", _l("Concluded on"), cells.day, ("data_conclusione", "concluso_il", "data_fine")),
        Field("outcome", _l("Outcome"), cells.choice(OUTCOMES), ("esito",)),
    ),
    ("code",),
)
SESSIONS = Layout(
    Kind.SESSIONS,
    _l("Sessions"),
    (
        PATHWAY_CODE,
        Field("on_date", _l("Date"), cells.day, ("data", "data_sessione", "giorno")),
        Field("starts", _l("From"), cells.clock, ("ora_inizio", "dalle", "inizio")),
        Field("ends", _l("To"), cells.clock, ("ora_fine", "alle", "fine")),
        Field("service", _l("Service"), cells.words, ("servizio",)),
        Field("mode", _l("Mode"), cells.choice(MODES), ("modalita",)),
    ),
    ("code", "on_date", "starts"),
)
LAYOUTS: Mapping[Kind, Layout] = {each.kind: each for each in (ASSIGNMENTS, PATHWAYS, SESSIONS)}
