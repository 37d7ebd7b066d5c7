"""Folders brought in: what is written, what is refused and why, what a second time does."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from consortium.cases.models import Assignment, Case, Person
from consortium.exchange import services
from consortium.exchange.loading import Source
from consortium.exchange.services import RowsRejected, load_folder
from consortium.pathways import closing, queries, undoing
from consortium.pathways.models import MeasureService, Pathway, PathwayEvent, Session
from consortium.sensitive.models import SensitiveRecord
from consortium.web.listing.formats import ROME
from tenants.database import db
from tests.exchange.papers import folder, papers
from tests.factories import Founded
from tests.pathways.ground import incompatible


class Kept:
    """A watcher that keeps what it is told."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, int, str, str]] = []
        self.changes: list[tuple[str, str | None, str | None]] = []

    def rejected(self, source: Source, lines: Any) -> None:
        self.faults += [(source.kind, line.number, fault.code, fault.column) for line in lines for fault in line.faults]
        with force_locale("it"):
            assert all(fault.reason and fault.remedy for line in lines for fault in line.faults)

    def changed(self, source: Source, plans: Any) -> None:
        self.changes += [tuple(change) for plan in plans for change in plan.changes]

    def progressed(self, source: Source) -> None:
        assert 0 < source.tally.read <= source.found.rows


def loaded(consortium: Founded, place: Path, **options: Any) -> tuple[list[Source], Kept]:
    """Load a folder and commit."""
    kept = Kept()
    with consortium.scope():
        sources = load_folder(place, watchers=[kept], **options)
        db.session.commit()
    return sources, kept


def count(consortium: Founded, model: Any) -> int:
    with consortium.scope():
        return db.session.scalar(select(func.count(model.id))) or 0


def refused(consortium: Founded, place: Path) -> list[tuple[str, int, str, str]]:
    kept = Kept()
    with consortium.scope(), pytest.raises(RowsRejected):
        load_folder(place, watchers=[kept])
    assert count(consortium, Person) == 0
    return kept.faults


def test_three_files_become_people_cases_pathways_sessions(trecate: Founded, tmp_path: Path) -> None:
    loaded(trecate, folder(tmp_path, papers(trecate)))
    assert [count(trecate, each) for each in (Person, Case, Assignment, Pathway, PathwayEvent, Session)] == [3, 3, 3, 2, 3, 3]
    with trecate.scope():
        assert dict(db.session.execute(select(Assignment.state, func.count()).group_by(Assignment.state)).all()) == {
            "taken_in_charge": 2,
            "assigned": 1,
        }
        assert dict(db.session.execute(select(Pathway.state, Pathway.outcome)).all()) == {"activated": None, "concluded": "completed"}
        assert set(db.session.scalars(select(Session.operator_id))) == {trecate.staff[trecate.email("cm1.trecate")]}
        assert db.session.scalar(select(func.count()).where(SensitiveRecord.disability)) == 1


def test_a_temporary_code_agrees_with_everything(trecate: Founded, tmp_path: Path) -> None:
    files = {name: text.replace("KFRMRA79R59Z138M", "00000100164") for name, text in papers(trecate).items()}
    loaded(trecate, folder(tmp_path, files))
    with trecate.scope():
        assert db.session.scalar(select(Person.surname).where(Person.codice_fiscale == "00000100164")) == "Okafor"


def test_the_same_folder_twice_changes_nothing(trecate: Founded, tmp_path: Path) -> None:
    place = folder(tmp_path, papers(trecate))
    loaded(trecate, place)
    sources, kept = loaded(trecate, place)
    assert [source.tally.unchanged for source in sources] == [3, 2, 3]
    assert not kept.changes
    assert sum(source.tally.inserted + source.tally.updated for source in sources) == 0


def test_a_later_export_updates_what_has_changed(trecate: Founded, tmp_path: Path) -> None:
    files = papers(trecate)
    loaded(trecate, folder(tmp_path, files))
    files["progetti.csv"] = files["progetti.csv"].replace("23/05/2023;;", "23/05/2023;30/09/2023;Abbandono")
    files["assegnazioni.csv"] = files["assegnazioni.csv"].replace("08/12/2022;Cerano;1;", "08/12/2022;Cerano;1;20/12/2022")
    sources, kept = loaded(trecate, folder(tmp_path, files))
    assert [source.tally.updated for source in sources] == [1, 1, 0]
    assert ("outcome", None, "dropped_out") in kept.changes
    assert ("taken_in_charge_on", None, "2022-12-20") in kept.changes
    with trecate.scope():
        states = db.session.execute(select(PathwayEvent.state, PathwayEvent.on_date).order_by(PathwayEvent.on_date)).all()
    assert [state for state, _ in states] == ["activated", "activated", "concluded", "concluded"]


def test_a_corrected_date_moves_the_event(trecate: Founded, tmp_path: Path) -> None:
    files = papers(trecate)
    loaded(trecate, folder(tmp_path, files))
    files["progetti.csv"] = files["progetti.csv"].replace("05/09/2023", "07/09/2023")
    loaded(trecate, folder(tmp_path, files))
    with trecate.scope():
        concluded = db.session.scalars(select(PathwayEvent.on_date).where(PathwayEvent.state == "concluded")).all()
    assert [f"{day:%d/%m}" for day in concluded] == ["07/09"]


def test_a_conclusion_that_was_taken_back_is_concluded_anew(trecate: Founded, tmp_path: Path) -> None:
    """Its first event stays as it was taken back: the file's is another one."""
    place = folder(tmp_path, papers(trecate))
    loaded(trecate, place)
    with trecate.scope():
        pathway = db.session.scalars(select(Pathway).where(Pathway.state == "concluded")).one()
        undoing.undo_step(pathway=pathway, event=queries.events_of(pathway.id)[-1].id, reason="Ancora in corso")
        db.session.commit()
    loaded(trecate, place)
    with trecate.scope():
        pathway = db.session.scalars(select(Pathway).where(Pathway.state == "concluded")).one()
        assert [each.state for each in queries.events_of(pathway.id)] == ["activated", "concluded"]
        assert [each.undone_reason for each in queries.steps_of(pathway.id)] == [None, "Ancora in corso", None]


def test_an_empty_cell_erases_nothing(trecate: Founded, tmp_path: Path) -> None:
    files = papers(trecate)
    loaded(trecate, folder(tmp_path, files))
    files["progetti.csv"] = files["progetti.csv"].replace("05/09/2023;Percorso completato", ";")
    files["assegnazioni.csv"] = files["assegnazioni.csv"].replace("3842338031", "")
    sources, _ = loaded(trecate, folder(tmp_path, files))
    assert sum(source.tally.updated for source in sources) == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_signs_and_separators(trecate: Founded, tmp_path: Path, encoding: str, delimiter: str) -> None:
    files = {name: text.replace(";", delimiter) for name, text in papers(trecate).items()}
    loaded(trecate, folder(tmp_path, files, encoding=encoding))
    assert count(trecate, Session) == 3
    with trecate.scope():
        assert db.session.scalar(select(func.count()).where(SensitiveRecord.disability)) == 1  # sì, read with its accent


def test_iso_dates_and_other_headings(trecate: Founded, tmp_path: Path) -> None:
    files = papers(trecate)
    files["sessioni.csv"] = files["sessioni.csv"].replace("06/06/2023", "2023-06-06").replace("modalita", "Modalità")
    files["progetti.csv"] = files["progetti.csv"].replace("codice_progetto", "Codice progetto")
    loaded(trecate, folder(tmp_path, files))
    assert count(trecate, Session) == 3


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("assegnazioni.csv", "KFRMRA79R59Z138M", "KFRMRA79R59Z138X", ("assignments", 2, "fiscal_check", "codice_fiscale")),
        ("assegnazioni.csv", "KFRMRA79R59Z138M", "=1+1", ("assignments", 2, "formula", "codice_fiscale")),
        ("assegnazioni.csv", "Okafor", "Rossi", ("assignments", 2, "fiscal_surname", "surname")),
        ("assegnazioni.csv", "Maria;F", "Maria;M", ("assignments", 2, "fiscal_sex", "sex")),
        ("assegnazioni.csv", "19/10/1979", "18/10/1979", ("assignments", 2, "fiscal_date", "born_on")),
        ("assegnazioni.csv", "19/10/1979;Ucraina", "19/10/1979;Napoli", ("assignments", 2, "fiscal_place", "birthplace")),
        ("assegnazioni.csv", "04/04/2023;Trecate", "04/04/2023;Novara", ("assignments", 2, "no_desk", "desk")),
        ("assegnazioni.csv", "14/04/2023", "14/03/2023", ("assignments", 2, "intake_before_assignment", "taken_in_charge_on")),
        ("assegnazioni.csv", "04/04/2023;Trecate;1", "04/04/2023;Trecate;7", ("assignments", 2, "no_choice", "gol_path")),
        ("assegnazioni.csv", "04/04/2023;", "31/02/2023;", ("assignments", 2, "no_date", "assigned_on")),
        ("progetti.csv", "Orientamento specialistico;Trecate", "Navigazione;Trecate", ("pathways", 2, "no_measure", "measure")),
        ("progetti.csv", "05/09/2023;Percorso completato", "05/09/2023;", ("pathways", 3, "end_without_outcome", "outcome")),
        ("progetti.csv", "05/09/2023", "05/08/2023", ("pathways", 3, "end_before_start", "ended_on")),
        ("progetti.csv", "23/05/2023", "23/05/2021", ("pathways", 2, "outside_measure", "activated_on")),
        ("progetti.csv", "23/05/2023", "10/04/2023", ("pathways", 2, "before_intake", "activated_on")),
        ("sessioni.csv", "TRE-00002;", "TRE-09999;", ("sessions", 4, "no_pathway", "code")),
        ("sessioni.csv", "04/09/2023", "14/09/2023", ("sessions", 4, "outside_pathway", "on_date")),
        ("sessioni.csv", "07/06/2023;10:00;11:00", "06/06/2023;15:00;17:00", ("sessions", 3, "operator_busy", "starts")),
        ("sessioni.csv", "10:00;11:00", "11:00;10:00", ("sessions", 3, "ends_before_starts", "ends")),
        (
            "sessioni.csv",
            "04/09/2023;16:00;17:00;Orientamento",
            "04/09/2023;16:00;17:00;Altro",
            ("sessions", 4, "service_not_allowed", "service"),
        ),
        ("sessioni.csv", "telefono", "piccione", ("sessions", 4, "no_choice", "mode")),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(
    trecate: Founded, tmp_path: Path, name: str, old: str, new: str, fault: tuple[str, int, str, str]
) -> None:
    files = papers(trecate)
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    assert fault in refused(trecate, folder(tmp_path, files))


def test_a_session_that_is_not_over_is_not_brought_in(trecate: Founded, tmp_path: Path) -> None:
    now = datetime.now(ROME)
    if (now + timedelta(minutes=40)).date() > now.date():
        pytest.skip("at this hour a session that is not over ends on another day")
    files, hours = papers(trecate), f"{now:%d/%m/%Y};{now:%H:%M};{now + timedelta(minutes=40):%H:%M}"
    files["sessioni.csv"] = files["sessioni.csv"].replace("07/06/2023;10:00;11:00", hours)
    assert ("sessions", 3, "future_date", "ends") in refused(trecate, folder(tmp_path, files))


def test_the_good_ones_only_by_choice(trecate: Founded, tmp_path: Path) -> None:
    files = papers(trecate)
    files["assegnazioni.csv"] = files["assegnazioni.csv"].replace("Okafor", "Rossi")
    sources, kept = loaded(trecate, folder(tmp_path, files), good_only=True)
    assert count(trecate, Person) == 2
    # What hangs on a refused row is refused too, each with its own reason.
    assert [code for *_, code, _ in kept.faults] == ["fiscal_surname", "no_person", "no_pathway", "no_pathway"]
    assert [source.tally.rejected for source in sources] == [1, 1, 2]


def test_one_key_twice_in_a_file(trecate: Founded, tmp_path: Path) -> None:
    files = papers(trecate)
    files["sessioni.csv"] += "TRE-00001;06/06/2023;14:30;15:00;Orientamento specialistico;presenza\n"
    assert ("sessions", 5, "repeated", "code") in refused(trecate, folder(tmp_path, files))


def test_two_assignments_of_one_person(trecate: Founded, tmp_path: Path) -> None:
    files = papers(trecate)
    again = (
        files["assegnazioni.csv"].splitlines()[1].replace("04/04/2023", "04/09/2023").replace("14/04/2023", "").replace("3842338031", "333")
    )
    files["assegnazioni.csv"] += again + "\n"
    place = folder(tmp_path, files)
    loaded(trecate, place)
    assert [count(trecate, each) for each in (Person, Case, Assignment)] == [3, 3, 4]
    sources, kept = loaded(trecate, place)
    assert not kept.changes  # the person's data are those of the later assignment, whichever row is read last
    assert sources[0].tally.unchanged == 4


def test_somebody_in_another_session_already(trecate: Founded, tmp_path: Path) -> None:
    files = papers(trecate)
    loaded(trecate, folder(tmp_path, files))
    files["sessioni.csv"] = (
        files["sessioni.csv"].splitlines()[0] + "\nTRE-00001;06/06/2023;15:30;17:00;Orientamento specialistico;presenza\n"
    )
    with trecate.scope(), pytest.raises(RowsRejected):
        load_folder(folder(tmp_path, files), watchers=[kept := Kept()])
    assert kept.faults == [("sessions", 2, "operator_busy", "starts")]


def test_a_check_spends_no_case_number(trecate: Founded, tmp_path: Path) -> None:
    place = folder(tmp_path, papers(trecate))
    with trecate.scope():
        load_folder(place, numbers=services.placeholders)
        db.session.rollback()
    loaded(trecate, place)
    with trecate.scope():
        assert sorted(db.session.scalars(select(Case.number))) == ["2022-000001", "2023-000001", "2023-000002"]


def test_what_is_of_another_consortium_stays_there(trecate: Founded, other: Founded, tmp_path: Path) -> None:
    loaded(trecate, folder(tmp_path, papers(trecate)))
    assert [count(other, each) for each in (Person, Pathway, Session)] == [0, 0, 0]
    with other.scope(), pytest.raises(RowsRejected):
        load_folder(folder(tmp_path / "other", papers(other), without=["assegnazioni.csv"]), watchers=[kept := Kept()])
    assert [code for *_, code, _ in kept.faults] == ["no_person", "no_person", "no_pathway", "no_pathway", "no_pathway"]


def faults_of(consortium: Founded, place: Path) -> list[tuple[str, int, str, str]]:
    """What a later file is refused for."""
    kept = Kept()
    with consortium.scope(), pytest.raises(RowsRejected):
        load_folder(place, watchers=[kept])
    return kept.faults


def test_a_closed_month_takes_no_rows_and_minds_none_that_say_nothing_new(trecate: Founded, tmp_path: Path) -> None:
    files = papers(trecate)
    loaded(trecate, folder(tmp_path, files))
    with trecate.scope():
        closing.close_month(desk_id=trecate.desks["trecate"], month=date(2023, 6, 1), closed_by_id=None)
        db.session.commit()
    _, kept = loaded(trecate, folder(tmp_path, files))
    assert kept.faults == []
    more = "TRE-00001;08/06/2023;14:30;16:00;Orientamento specialistico;presenza\n"
    later = {"sessioni.csv": files["sessioni.csv"] + more}
    assert faults_of(trecate, folder(tmp_path, later)) == [("sessions", 5, "month_closed", "on_date")]
    longer = {"sessioni.csv": files["sessioni.csv"].replace("14:30;16:00", "14:30;17:00")}
    assert faults_of(trecate, folder(tmp_path, longer)) == [("sessions", 2, "month_closed", "on_date")]
    # The pathway would take its closed month along to another desk.
    moved = {**files, "progetti.csv": files["progetti.csv"].replace("specialistico;Trecate;", "specialistico;Cerano;", 1)}
    assert faults_of(trecate, folder(tmp_path, moved)) == [("pathways", 2, "month_closed_meanwhile", "")]
    assert count(trecate, Session) == 3


def test_hours_over_a_budget_and_hours_that_the_clock_skipped(trecate: Founded, tmp_path: Path) -> None:
    files = papers(trecate)
    loaded(trecate, folder(tmp_path, files))
    with trecate.scope():
        named = select(MeasureService).where(MeasureService.name == "Orientamento specialistico")
        db.session.scalars(named).one().hours_budget = Decimal("3.5")
        db.session.commit()
    head = files["sessioni.csv"].splitlines()[0]

    def row(day: str, starts: str, ends: str) -> str:
        return f"TRE-00001;{day};{starts};{ends};ORIENTAMENTO specialistico;presenza\n"

    two = f"{head}\n{row('20/06/2023', '18:00', '19:00')}{row('20/06/2023', '19:00', '20:00')}"
    assert faults_of(trecate, folder(tmp_path, {"sessioni.csv": two})) == [("sessions", 3, "hours_used_up", "ends")]
    night = f"{head}\n{row('29/10/2023', '02:30', '03:30')}"
    assert faults_of(trecate, folder(tmp_path, {"sessioni.csv": night})) == [("sessions", 2, "clock_change", "starts")]


@pytest.mark.parametrize("effect", ["stop", "warn"])
def test_nobody_is_paid_for_twice(trecate: Founded, tmp_path: Path, effect: str) -> None:
    """Two measures that do not go together: against what is recorded, and between rows of one file, where the first stays."""
    files = papers(trecate)
    loaded(trecate, folder(tmp_path, files))
    with trecate.scope():
        incompatible(effect)
        db.session.commit()
    head, manager = files["progetti.csv"].splitlines()[0], trecate.email("cm1.cerano")

    def row(code: str, person: str, first: str, last: str, measure: str = "Ricerca attiva") -> str:
        outcome = "Percorso completato" if last else ""
        return f"{code};{person};Buono Servizi Lavoro GOL - {measure};Cerano;{manager};{first};{last};{outcome}\n"

    ended, ongoing = "FRRNDR72H03F839K", "KFRMRA79R59Z138M"  # from 31/08 to 05/09/2023; since 23/05/2023
    rows = (
        row("TRE-00010", ended, "05/09/2023", "30/09/2023"),
        row("TRE-00011", ended, "01/09/2023", "04/09/2023"),
        row("TRE-00012", ongoing, "22/04/2023", "23/05/2023"),
        row("TRE-00013", ongoing, "24/05/2023", ""),
        row("TRE-00014", ended, "29/09/2023", "", "Orientamento specialistico"),
    )
    place = folder(tmp_path, {"progetti.csv": f"{head}\n{''.join(rows)}"})
    if effect == "stop":
        assert faults_of(trecate, place) == [("pathways", number, "paid_twice", "measure") for number in (3, 5, 6)]
        return
    loaded(trecate, place)
    with trecate.scope():
        told = select(Pathway.code, PathwayEvent.reason).join(PathwayEvent, PathwayEvent.pathway_id == Pathway.id)
        reasons = dict(db.session.execute(told.where(PathwayEvent.reason.is_not(None))).all())
    assert set(reasons) == {"TRE-00011", "TRE-00013", "TRE-00014"}
    assert "Buono Servizi Lavoro GOL - Ricerca attiva" in reasons["TRE-00014"]
    assert "Cerano" in reasons["TRE-00014"]
    assert "Quel giorno la persona era in" in reasons["TRE-00014"]
    assert "30/09/2023" not in reasons["TRE-00014"], "of the other pathway measure and desk only"


def test_the_command_line_counts_in_singular_and_plural(trecate: Founded, tmp_path: Path) -> None:
    files = papers(trecate)
    first = "\n".join(files["assegnazioni.csv"].splitlines()[:2])
    place = folder(tmp_path / "files", {"assegnazioni.csv": f"{first}\n"})
    for told in ("1 nuova, 0 cambiate, 0 invariate, 0 scartate", "0 nuove, 0 cambiate, 1 invariata, 0 scartate"):
        done = trecate.app.test_cli_runner().invoke(args=["exchange", "load", "--tenant", trecate.slug, str(place)])
        assert (done.exit_code, told in done.output) == (0, True), done.output
