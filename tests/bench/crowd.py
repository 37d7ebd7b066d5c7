"""A consortium of 200,000 people, with names as frequent as in Italy: few that many have, many that few have."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate, islice
from typing import Any

from faker.providers.person.it_IT import Provider
from sqlalchemy import Connection, text

from tests.factories import Founded

MANY = 200_000
_CHUNK = 20_000
# The most frequent first, as in Italy; the library has them in alphabetical order.
_SURNAMES = (
    "Rossi, Russo, Ferrari, Esposito, Bianchi, Romano, Colombo, Ricci, Marino, Greco, Bruno, Gallo, Conti, De Luca, Mancini, Costa, "
    "Giordano, Rizzo, Lombardi, Moretti, Barbieri, Fontana, Santoro, Mariani, Rinaldi, Caruso, D'Angelo"
).split(", ")
_FIRST_NAMES = (
    "Maria, Giuseppe, Anna, Antonio, Giovanni, Rosa, Francesco, Angela, Luigi, Giovanna, Mario, Teresa, Andrea, Lucia, Salvatore, "
    "Carmela, Marco, Caterina, Angelo, Francesca, Vincenzo, Anna Maria, Pietro, Antonietta, Carlo, Giulia"
).split(", ")
_SYLLABLES = (
    "ba bel bo bru ca ce chi co da di fa fer ga ghe gra la le li lo ma me mo na ni pa pe pi ra ri ro sa sca se so ta te to va ve vi zo"
).split()
_ENDS = "ni lli tti ssi cci ghi rdi zzi no ri to sco nte".split()

Ranked = tuple[list[str], list[float]]

_INSERT = text("""
    WITH told AS (
        INSERT INTO people (surname, first_name, sex, born_on, birthplace, citizenship, residence, phone, codice_fiscale)
        SELECT surname, first_name, 'F', born_on, 'Trecate', 'Italia', 'Trecate', phone, code
        FROM unnest(CAST(:surname AS text[]), CAST(:first_name AS text[]), CAST(:born_on AS date[]),
                    CAST(:phone AS text[]), CAST(:code AS text[])) AS row (surname, first_name, born_on, phone, code)
        RETURNING id
    ), opened AS (
        INSERT INTO cases (number, person_id, desk_id, case_manager_id, opened_on)
        SELECT '2024-' || lpad((:before + row_number() OVER ())::text, 6, '0'), id,
               (CAST(:desks AS uuid[]))[1 + (random() < 0.5)::int], :manager, '2024-01-08'
        FROM told RETURNING id, desk_id
    )
    INSERT INTO assignments (case_id, desk_id, source, state, assigned_on)
    SELECT id, desk_id, 'walk_in', 'assigned', '2024-01-08' FROM opened
""")

_SEARCHED = text("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'people' AND indexdef LIKE '% USING gin %'")


def people(seed: int = 7) -> Iterator[dict[str, Any]]:
    """Without end, and each time the same. Four in ten have one of the usual surnames; of these and of first names, the first are had far
    more often than in Italy, even: one in fifty is a Rossi, one in fifteen a Maria."""
    chance = random.Random(seed)
    surnames = _ranked(_SURNAMES, Provider.last_names)
    firsts = _ranked(_FIRST_NAMES, (*Provider.first_names_male, *Provider.first_names_female))
    while True:
        rare = "".join(chance.choices(_SYLLABLES, k=chance.choice([2, 2, 3]))) + chance.choice(_ENDS)
        first = _one(chance, firsts)
        yield {
            "surname": _one(chance, surnames) if chance.random() < 0.4 else rare.title(),
            "first_name": f"{first} {_one(chance, firsts)}" if chance.random() < 0.1 else first,
            "born_on": date(1955, 1, 1) + timedelta(days=chance.randrange(18_000)),
            "phone": f"3{chance.randrange(10**9):09}",
            "code": "".join(chance.choices("BCDFGLMNPRSTV", k=6))
            + f"{chance.randrange(100):02}R{chance.randrange(100):02}L{chance.randrange(1000):03}Q",
        }


def _ranked(most: Iterable[str], rest: Iterable[str]) -> Ranked:
    """Names, and how much of the whole has come with each of them."""
    names = list(dict.fromkeys((*most, *sorted(set(rest)))))
    return names, list(accumulate(1 / (rank + 3) for rank in range(len(names))))


def _one(chance: random.Random, ranked: Ranked) -> str:
    names, shares = ranked
    return chance.choices(names, cum_weights=shares)[0]


def settle(founded: Founded, owner: Connection, many: int = MANY) -> list[dict[str, Any]]:
    """Writes them, as the owner, without a trail, and makes the indexes of searches afterwards: a minute in place of twenty."""
    rows = list({row["code"]: row for row in islice(people(), many)}.values())
    owner.execute(text(f"SET LOCAL app.tenant = '{founded.id}'"))
    searched = owner.execute(_SEARCHED).all()
    for table in ("people", "cases", "assignments"):
        owner.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER trail"))
    for index in searched:
        owner.execute(text(f"DROP INDEX {index.indexname}"))
    manager, desks = founded.staff[founded.email("cm1.trecate")], list(founded.desks.values())
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        columns = {name: [row[name] for row in chunk] for name in chunk[0]}
        owner.execute(_INSERT, {**columns, "before": start, "desks": desks, "manager": manager})
    for index in searched:
        owner.execute(text(index.indexdef))
    for table in ("people", "cases", "assignments"):
        owner.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER trail"))
    owner.commit()
    return rows
