"""The standard codes, the same for every consortium: classifications in codes/*.csv, filled by the owner, renewed when a file changes.

A file is a scheme ("occupations"), a line a code, in the order in which they are offered: code, its group, its names in both languages.
Occupations are the major and sub-major groups of ISCO-08, in the words of Recommendation 2009/824/EC.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Integer, Text, Uuid, column, delete, select, table, tuple_
from sqlalchemy.dialects.postgresql import insert

from tenants.models import new_id

FOLDER = Path(__file__).parent / "codes"
# The model stands in the building, which is not known here.
_TABLE = table(
    "standard_codes",
    column("id", Uuid()),
    *(column(name, Text()) for name in ("scheme", "code", "parent", "label_it", "label_en")),
    column("position", Integer()),
)
_FACTS = ("scheme", "code", "parent", "label_it", "label_en", "position")
_KEY = ("scheme", "code")


def standard() -> Iterator[dict[str, Any]]:
    """Every standard code, as the table keeps it."""
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for position, row in enumerate(csv.DictReader(lines, delimiter=";")):
                names = {"label_it": row["it"], "label_en": row["en"]}
                yield {"scheme": path.stem, "code": row["code"], "parent": row["parent"] or None, **names, "position": position}


def fill(owner: Connection) -> None:
    """Bring the table up to the files: what is no longer in them goes, what is new or was changed comes."""
    facts = [_TABLE.c[name] for name in _FACTS]
    kept = {tuple(row) for row in owner.execute(select(*facts))}
    wanted = {tuple(row[name] for name in _FACTS): row for row in standard()}
    if kept == wanted.keys():
        return
    gone = {row[:2] for row in kept} - {row[:2] for row in wanted}
    if gone:
        owner.execute(delete(_TABLE).where(tuple_(*(_TABLE.c[name] for name in _KEY)).in_(gone)))
    statement = insert(_TABLE)
    renewed = {name: statement.excluded[name] for name in _FACTS if name not in _KEY}
    changed = [{"id": new_id(), **row} for key, row in wanted.items() if key not in kept]
    if changed:
        owner.execute(statement.on_conflict_do_update(index_elements=list(_KEY), set_=renewed), changed)
