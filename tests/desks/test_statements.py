"""Few statements a page, however many rows: at most 6 on lists, 10 on details, the guard's own included."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from consortium.desks.services import open_desk
from consortium.network.models import Member
from consortium.network.services import add_partner, record_agreement
from tenants.database import Base, db
from tests.factories import Founded

TENANT_TABLES = {name for name, table in Base.metadata.tables.items() if table.info.get("kind") == "tenant"}
LISTS = ("members", "partners", "agreements", "desks", "desks/staff", "find-a-desk")


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database inside the block, the scope's own opening left out."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if "app.enter" not in statement:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def furnish(consortium: Founded, number: int) -> None:
    with consortium.scope():
        for each in range(number):
            open_desk(name=f"Sportello {each}", istat="003149", hours=[], channels=[], services=[])
            add_partner(name=f"Soggetto {each}", kind="school", status="adherent")
            record_agreement(kind="pact", title=f"Patto {each}", parties=[], addenda=[])
        db.session.commit()


def _unnamed(statement: str) -> list[str]:
    """The tables of a statement whose tenant it does not name by a bound parameter, those of subqueries included."""
    tables = set(re.findall(r"(?:FROM|JOIN|,) ([a-z_]+)(?: AS ([a-z_0-9]+))?(?=[ \n)]|$)", statement))
    names = {alias or table for table, alias in tables if table in TENANT_TABLES}
    return [name for name in names if not re.search(rf"\b{name}\.tenant_id = %\(", statement)]


@pytest.mark.parametrize("listed", LISTS)
def test_a_list_asks_the_same_for_many_rows(trecate: Founded, listed: str) -> None:
    client, counts = trecate.as_("admin"), []
    for rows in (1, 8):
        furnish(trecate, 0 if rows == 1 else rows)
        with statements() as seen:
            assert client.get(f"/{trecate.slug}/{listed}").status_code == 200
        counts.append(len(seen))
        assert [unnamed for each in seen[1:] for unnamed in _unnamed(each)] == []
    assert counts[0] == counts[1] <= 6


def test_a_detail_asks_at_most_ten(trecate: Founded) -> None:
    with trecate.scope():
        member = db.session.execute(select(Member.id).limit(1)).scalar_one()
        agreement = record_agreement(kind="pact", title="Patto", parties=[{"name": "A", "role": "B"}], addenda=[]).id
        partner = add_partner(name="Scuola", kind="school", status="adherent").id
        db.session.commit()
    client = trecate.as_("admin")
    for page in (f"members/{member}", f"agreements/{agreement}", f"partners/{partner}", f"desks/{trecate.desks['trecate']}"):
        with statements() as seen:
            assert client.get(f"/{trecate.slug}/{page}").status_code == 200
        assert len(seen) <= 10, (page, seen)
