"""Files as the regional system exports them, small: four persons, their pathways and sessions."""

from collections.abc import Sequence
from pathlib import Path

from tests.factories import Founded

PEOPLE = """codice_fiscale;cognome;nome;sesso;data_nascita;luogo_nascita;cittadinanza;comune_residenza;telefono;email;titolo_studio;\
condizione;disabilita;cpi;data_assegnazione;sportello;percorso_gol;data_presa_in_carico
KFRMRA79R59Z138M;Okafor;Maria;F;19/10/1979;Ucraina;Ucraina;Trecate;3842338031;;Licenza media;Disoccupato;sì;Centro per l'impiego di Novara;\
04/04/2023;Trecate;1;14/04/2023
FRRNDR72H03F839K;Ferraro;Andrea;M;03/06/1972;Napoli;Italia;Garbagna Novarese;3757005584;;Diploma;Disoccupato;no;\
Centro per l'impiego di Novara;04/07/2023;Trecate;4;15/07/2023
CLMGPP88M01Z330J;Colombo;Giuseppe;M;01/08/1988;Marocco;Marocco;Cerano;3795740933;;Diploma;NASpI;no;Centro per l'impiego di Novara;\
08/12/2022;Cerano;1;
"""
PATHWAYS = """codice_progetto;codice_fiscale;misura;sportello;case_manager;data_attivazione;data_conclusione;esito
TRE-00001;KFRMRA79R59Z138M;Buono Servizi Lavoro GOL - Orientamento specialistico;Trecate;{cm};23/05/2023;;
TRE-00002;FRRNDR72H03F839K;Buono Servizi Lavoro GOL - Orientamento specialistico;Trecate;{cm};31/08/2023;05/09/2023;Percorso completato
"""
SESSIONS = """codice_progetto;data;ora_inizio;ora_fine;servizio;modalita
TRE-00001;06/06/2023;14:30;16:00;Orientamento specialistico;presenza
TRE-00001;07/06/2023;10:00;11:00;Orientamento specialistico;back-office
TRE-00002;04/09/2023;16:00;17:00;Orientamento specialistico;telefono
"""


def papers(consortium: Founded) -> dict[str, str]:
    """The three files, by name."""
    manager = consortium.email("cm1.trecate")
    return {"assegnazioni.csv": PEOPLE, "progetti.csv": PATHWAYS.format(cm=manager), "sessioni.csv": SESSIONS}


def folder(place: Path, files: dict[str, str], *, encoding: str = "utf-8-sig", without: Sequence[str] = ()) -> Path:
    """Write the files to a folder, lines ended as Windows does."""
    place.mkdir(exist_ok=True)
    for name, text in files.items():
        if name not in without:
            (place / name).write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return place
