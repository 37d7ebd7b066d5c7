"""Whole classifications from files: as ISTAT and ESCO publish them, all or nothing, again without effect."""

from pathlib import Path

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from consortium.codes import files, queries
from consortium.codes.models import Code
from tenants.database import db
from tests.factories import Founded

OURS = """code;parent;label_it;label_en
7212;72;Saldatori e tagliatori a fiamma;Welders and flame cutters
7212-1;7212;Saldatore TIG;TIG welder
"""
ESCO = """conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,code
Occupation,http://data.europa.eu/esco/occupation/1,7212,saldatore,"saldatrice
saldatore a filo",7212.3
Occupation,http://data.europa.eu/esco/occupation/2,7212,"saldatore, subacqueo",,7212.3.1
"""
# As the files of ESCO are headed and filled, their long texts made short.
PUBLISHED = (
    "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,regulatedProfessionNote,scopeNote,"
    "definition,inScheme,description,code"
)
AT = "http://data.europa.eu/esco"
SCHEMES = f'"{AT}/concept-scheme/occupations, {AT}/concept-scheme/member-occupations"'
RELEASED = f",released,2024-01-25T11:28:50.295Z,{AT}/regulated-professions/unregulated,,,{SCHEMES}"


def published(*rows: tuple[str, str, str, str]) -> str:
    """(code, preferred label, other labels, description) as ESCO publishes them in a language."""
    lines = [
        f"Occupation,{AT}/occupation/{code},{code[:4]},{label},{others},{RELEASED},{text},{code}" for code, label, others, text in rows
    ]
    return "\n".join((PUBLISHED, *lines, ""))


PUBLISHED_IT = published(
    ("2654.1.7", "direttore tecnico", '"direttrice tecnica\nregista tecnico"', '"Realizzano, con altri, le visioni artistiche."'),
    ("8121.2", "operatore di trafila/operatrice di trafila", "", "Lavorano i metalli."),
)
PUBLISHED_EN = published(
    ("2654.1.7", "technical director", '"technical and operations director\nhead of technical"', '"Realise, with others, visions."'),
    ("8121.2", "metal drawing machine operator", "", "They work metals."),
)
PUBLISHED_GROUPS = f"""conceptType,conceptUri,code,preferredLabel,status,altLabels,inScheme,description
ISCOGroup,{AT}/isco/C2654,2654,"Registi cinematografici, teatrali e affini",released,,{AT}/concept-scheme/isco,Dirigono film.
"""
ISCO = """conceptType,conceptUri,code,preferredLabel
ISCOGroup,http://data.europa.eu/esco/isco/C7212,7212,Saldatori e tagliatori a fiamma
"""
CP2021 = """Codice;Descrizione
6;ARTIGIANI, OPERAI SPECIALIZZATI E AGRICOLTORI
6.2;Artigiani ed operai metalmeccanici specializzati
6.2.1.7.0;Saldatori elettrici e a norme ASME
"""


def load(founded: Founded, folder: Path, text: str, *options: str, scheme: str = "occupations") -> tuple[int, str]:
    """Exit code and what was printed."""
    path = folder / "codici.csv"
    path.write_text(text, encoding="utf-8")
    arguments = ["codes", "load", "--tenant", founded.slug, "--scheme", scheme, *options, str(path)]
    done = founded.app.test_cli_runner().invoke(args=arguments)
    return done.exit_code, done.output


def own(founded: Founded) -> int:
    with founded.scope():
        return db.session.scalar(select(func.count()).select_from(Code)) or 0


def named(founded: Founded, code: str, language: str = "it") -> str | None:
    with founded.scope(), force_locale(language):
        return queries.named({"occupations": [code]})["occupations"][code]


def test_a_file_is_loaded_once_and_again_changes_nothing(trecate: Founded, tmp_path: Path) -> None:
    assert load(trecate, tmp_path, OURS) == (0, "codici.csv: 2 codici sono nuovi.\n")
    assert load(trecate, tmp_path, OURS) == (0, "codici.csv: 2 c'erano già.\n")
    assert named(trecate, "7212-1", "en") == "TIG welder"


def test_a_dry_run_writes_nothing(trecate: Founded, tmp_path: Path) -> None:
    code, told = load(trecate, tmp_path, OURS, "--dry-run")
    assert (code, own(trecate)) == (0, 0)
    assert "2 codici sono nuovi." in told and "Nulla è stato scritto" in told


def test_one_wrong_row_and_nothing_is_loaded(trecate: Founded, tmp_path: Path) -> None:
    code, told = load(trecate, tmp_path, OURS + ";72;Senza codice;\n7213;;;\n7212;72;Di nuovo;Again\n7299;Q;Senza gruppo;\n")
    assert (code, own(trecate)) == (1, 0)
    for words in (
        "riga 4: manca il codice",
        "riga 5: manca il nome",
        "riga 6: il codice 7212 è già alla riga 2",
        "riga 7: non c'è un gruppo Q",
    ):
        assert words in told


def test_esco_comes_a_language_a_file(trecate: Founded, tmp_path: Path) -> None:
    assert load(trecate, tmp_path, ISCO)[0] == 0
    assert load(trecate, tmp_path, ESCO)[0] == 0
    assert named(trecate, "7212.3.1", "en") == "saldatore, subacqueo"
    english = ESCO.replace("saldatore, subacqueo", "underwater welder").replace(",saldatore,", ",welder,")
    assert load(trecate, tmp_path, english, "--language", "en")[0] == 0
    assert (named(trecate, "7212.3.1"), named(trecate, "7212.3.1", "en")) == ("saldatore, subacqueo", "underwater welder")
    with trecate.scope(), force_locale("it"):
        assert queries.one("occupations", "7212.3").parent == "7212"


@pytest.mark.parametrize("order", [("it", "en"), ("en", "it")])
def test_esco_as_it_is_published_gives_both_languages_in_either_order(trecate: Founded, tmp_path: Path, order: tuple[str, str]) -> None:
    """And its groups of four digits, which come in a file of their own, need not be there."""
    texts = {"it": PUBLISHED_IT, "en": PUBLISHED_EN}
    for language, told in zip(order, (": 2 codici sono nuovi.", ": 2 hanno un altro nome o gruppo."), strict=True):
        code, said = load(trecate, tmp_path, texts[language], "--language", language)
        assert (code, told in said) == (0, True), said
    assert (named(trecate, "2654.1.7"), named(trecate, "2654.1.7", "en")) == ("direttore tecnico", "technical director")
    for language in order:
        assert "2 c'erano già" in load(trecate, tmp_path, texts[language], "--language", language)[1]
    with trecate.scope(), force_locale("it"):
        assert queries.one("occupations", "2654.1.7").parent == "26"
        assert [entry.code for entry in queries.search("occupations", "metal draw")] == ["8121.2"]
    assert load(trecate, tmp_path, PUBLISHED_GROUPS)[0] == 0
    assert "1 ha un altro nome o gruppo" in load(trecate, tmp_path, PUBLISHED_IT)[1]
    with trecate.scope(), force_locale("it"):
        assert [queries.one("occupations", code).parent for code in ("2654.1.7", "2654", "8121.2")] == ["2654", "26", "81"]


def test_a_name_in_one_language_is_shown_in_both(trecate: Founded, tmp_path: Path) -> None:
    load(trecate, tmp_path, PUBLISHED_EN, "--language", "en")
    assert (named(trecate, "8121.2"), named(trecate, "8121.2", "en")) == ("metal drawing machine operator",) * 2
    page = trecate.as_("admin").get(f"/{trecate.slug}/codes/occupations/edit?code=8121.2")
    assert page.text.count('value="metal drawing machine operator"') == 2


def test_cp2021_does_not_change_what_the_groups_of_isco_mean(trecate: Founded, tmp_path: Path) -> None:
    before = named(trecate, "6")
    assert load(trecate, tmp_path, CP2021)[0] == 0
    assert named(trecate, "6") == before
    assert named(trecate, "CP6.2.1.7.0") == "Saldatori elettrici e a norme ASME"
    with trecate.scope(), force_locale("it"):
        assert [queries.one("occupations", code).parent for code in ("CP6.2.1.7.0", "CP6.2", "CP6")] == ["CP6.2", "CP6", None]
        assert [entry.code for entry in queries.search("occupations", "saldatori asme")] == ["CP6.2.1.7.0"]


def test_a_consortium_loads_for_itself(trecate: Founded, other: Founded, tmp_path: Path) -> None:
    load(trecate, tmp_path, OURS)
    assert named(other, "7212-1") == "7212-1"


def test_the_description_of_istat_is_not_the_name(trecate: Founded, tmp_path: Path) -> None:
    text = "Codice CP2021;Denominazione;Descrizione\n6.2.1.7.0;Saldatori elettrici;Le professioni comprese in questa unità saldano\n"
    assert load(trecate, tmp_path, text)[0] == 0
    assert named(trecate, "CP6.2.1.7.0") == "Saldatori elettrici"
    assert load(trecate, tmp_path, "Codice;Nome della professione;Descrizione\n6.2.1.8.0;Lattonieri;Piegano lamiere\n")[0] == 0
    assert named(trecate, "CP6.2.1.8.0") == "Lattonieri"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('code;label_it\nT1;"primo"\nT2;"secondo\nT3;terzo\n', "Dalla riga 3 in poi"),
        ('code;label_it\nT1;"primo"\nT2;"secondo\nT3;terzo\nT4;"quarto"\n', "Dalla riga 3 in poi"),
        ('code;label_it\nT1;primo\nT2;"secondo\nT3;terzo"\n', "riga 3: il testo continua in un'altra riga"),
        ("code;parent;label_it\nE5;E5;cinque\n", "riga 2: il gruppo E5 sta dentro il codice E5"),
        ("code;parent;label_it\nA1;;uno\nF6;G7;sei\nG7;F6;sette\nH8;G7;otto\n", "riga 3: il gruppo G7 sta dentro il codice F6"),
        ("code;parent;label_it\n72;7212;Operai\n7212;72;Saldatori\n", "riga 2: il gruppo 7212 sta dentro il codice 72"),
        ("", "Il file è vuoto"),
        ("\ufeff\r\n;;\r\n", "Il file è vuoto"),
        ("PK\x03\x04", "CSV UTF-8"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused_whole(trecate: Founded, tmp_path: Path, text: str, told: str) -> None:
    code, said = load(trecate, tmp_path, text)
    assert (code, own(trecate)) == (1, 0)
    assert told in said and ".." not in said


@pytest.mark.parametrize("text", ["", "a;b\n1;2\n", "code;label_it\n", "\x00\x01", "code\n1\n"])
def test_what_is_no_classification_is_refused(trecate: Founded, tmp_path: Path, text: str) -> None:
    code, told = load(trecate, tmp_path, text)
    assert (code, own(trecate)) == (1, 0)
    assert "non può essere letto" in told or "non si può leggere" in told or "Questo file" in told


def test_windows_1252_and_tabs_are_read(trecate: Founded) -> None:
    found = files.read("code\tlabel_it\nX1\tAttività\n".encode("cp1252"), language="it", known={})
    assert [(row["code"], row["label_it"]) for row in found.rows] == [("X1", "Attività")]
