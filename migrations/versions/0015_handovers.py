"""Cases handed over, people merged, and a search that forgives a letter.

Revision ID: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# A word is kept with each of its letters in turn left open ("ro_si"): so a key finds the words that differ from it in that letter.
# Parts of a word with signs in it are words too ("d'angelo": "angelo").
SPELLINGS = """
    CREATE FUNCTION app.spellings(words text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    DECLARE
        made text[] := '{}';
        word text;
    BEGIN
        FOREACH word IN ARRAY regexp_split_to_array(words, '\\s+') || regexp_split_to_array(words, '[^[:alnum:]]+') LOOP
            CONTINUE WHEN length(word) < 4;
            made := made || word;
            FOR place IN 1..length(word) LOOP
                made := made || overlay(word PLACING '_' FROM place FOR 1);
            END LOOP;
        END LOOP;
        RETURN made;
    END $$
"""
# The spellings under which a word is found with one typo in it: a letter wrong, missing (both left open), one too many, two swapped.
MISSPELT = """
    CREATE FUNCTION app.misspelt(word text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT array_agg(DISTINCT spelling)
        FROM generate_series(0, length(word)) AS place,
             LATERAL (VALUES
                (left(word, place) || '_' || substr(word, place + 1)),
                (CASE WHEN place > 0 THEN overlay(word PLACING '_' FROM place FOR 1) END),
                (CASE WHEN place > 0 THEN overlay(word PLACING '' FROM place FOR 1) END),
                (CASE WHEN place > 1 THEN overlay(word PLACING reverse(substr(word, place - 1, 2)) FROM place - 1 FOR 2) END)
             ) AS made (spelling)
        WHERE spelling IS NOT NULL
    $$
"""
# The condition on a person with whom a word stands but for a typo; null of one too short to be missed. Names have an index of their
# spellings. Of a codice fiscale or a phone that index would be twice as large as the table: there one of the two halves is as it should
# be, and finds few people, who are then compared one by one (a letter left open is `_` to LIKE too; with a blank before it, a half would
# be looked up among all the phones that begin with 3).
NEAR = """
    CREATE FUNCTION app.near(word text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
    DECLARE
        half integer := length(word) / 2;
        -- The one typo that leaves neither half as it should be: its six middle signs are looked up (each more costs half a millisecond).
        swapped text := left(word, half - 1) || substr(word, half + 1, 1) || substr(word, half, 1) || substr(word, half + 2);
        spelt text[] := ARRAY(SELECT '% ' || spelling || ' %' FROM unnest(app.misspelt(word)) AS each (spelling));
    BEGIN
        IF word !~ '[0-9]' AND length(word) >= 4 THEN
            RETURN format('app.spellings(app.fold(p.surname || '' '' || p.first_name)) && %L::text[]', app.misspelt(word));
        ELSIF word ~ '^[a-z0-9]{8,}$' AND word ~ '[0-9]' THEN
            RETURN format('(p.search_key LIKE %L OR p.search_key LIKE %L OR p.search_key LIKE %L)
                AND (p.search_key || '' '') LIKE ANY (%L::text[])',
                '%' || left(word, half) || '%', '%' || right(word, half) || '%', '%' || substr(swapped, half - 2, 6) || '%', spelt);
        END IF;
        RETURN NULL;
    END $$
"""
# As in 0003 (the operators are not leakproof), in three steps, each for what is still missing:
# 1. of a single word, the surnames that begin so, in their order: "ma" has ten thousand others;
# 2. people of whom every word is the beginning of one of theirs: all words go to the index. What it finds is not put in order beyond the
#    first two hundred, and is found before it is limited (MATERIALIZED), or the planner would walk the surnames until it met ten rare ones;
# 3. where fewer than `enough` were found, one word after the other is taken for misspelt, and the rest still have to be there.
FORGIVING_SEARCH = """
    CREATE FUNCTION app.search_people(words text[], only_desks uuid[], at_most integer, enough integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, extensions
    -- To start a second process takes longer than the search.
    SET max_parallel_workers_per_gather = 0 AS $$
    DECLARE
        begins text[] := ARRAY(
            SELECT format('p.search_key LIKE %L', '% ' || regexp_replace(word, '([\\\\%_])', '\\\\\\1', 'g') || '%')
            FROM unnest(words) WITH ORDINALITY AS each (word, place) ORDER BY place);
        chosen text[] := begins;
        found uuid[] := '{}';
        more uuid[];
    BEGIN
        IF cardinality(words) = 1 AND at_most <= 200 THEN
            SELECT ARRAY(
                SELECT p.id FROM people p
                WHERE p.tenant_id = app.current_tenant() AND app.fold(p.surname) COLLATE "C" >= words[1]
                  AND app.fold(p.surname) COLLATE "C" < words[1] || chr(1114111)
                  AND (only_desks IS NULL OR (SELECT c.desk_id FROM cases c
                       WHERE c.tenant_id = app.current_tenant() AND c.person_id = p.id) = ANY (only_desks))
                ORDER BY app.fold(p.surname) COLLATE "C", p.first_name, p.id LIMIT at_most)
            INTO found;
        END IF;
        FOR place IN 0..cardinality(words) LOOP
            EXIT WHEN cardinality(found) >= CASE place WHEN 0 THEN at_most ELSE enough END;
            IF place > 0 THEN
                chosen := begins;
                chosen[place] := app.near(words[place]);
                -- Of a code that somebody has exactly, others who have nearly the same are of no use.
                CONTINUE WHEN chosen[place] IS NULL OR (words[place] ~ '[0-9]' AND found <> '{}');
            END IF;
            EXECUTE format(
                'WITH near AS MATERIALIZED (
                    SELECT p.id, p.surname, p.first_name FROM people p WHERE p.tenant_id = $1 AND %s
                 )
                 SELECT ARRAY(SELECT those.id FROM (
                    SELECT near.* FROM near
                    WHERE near.id <> ALL ($4) AND ($2 IS NULL OR (SELECT c.desk_id FROM cases c
                          WHERE c.tenant_id = $1 AND c.person_id = near.id) = ANY ($2))
                    LIMIT greatest(200, $3)
                 ) those ORDER BY those.surname, those.first_name, those.id LIMIT $3)', array_to_string(chosen, ' AND '))
            INTO more USING app.current_tenant(), only_desks, at_most - cardinality(found), found;
            found := found || more;
        END LOOP;
        RETURN QUERY SELECT unnest(found);
    END $$
"""
EXACT_SEARCH = """
    CREATE FUNCTION app.search_people(first_pattern text, other_patterns text[], only_desks uuid[], at_most integer) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, extensions AS $$
        SELECT p.id FROM people p JOIN cases c ON c.tenant_id = p.tenant_id AND c.person_id = p.id
        WHERE p.tenant_id = app.current_tenant() AND c.tenant_id = app.current_tenant()
          AND p.search_key LIKE first_pattern AND p.search_key LIKE ALL (other_patterns)
          AND (only_desks IS NULL OR c.desk_id = ANY (only_desks))
        ORDER BY p.surname, p.first_name, p.id LIMIT at_most
    $$
"""


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("from_desk_id", sa.Uuid(), nullable=False),
        sa.Column("to_desk_id", sa.Uuid(), nullable=False),
        sa.Column("from_manager_id", sa.Uuid(), nullable=True),
        sa.Column("to_manager_id", sa.Uuid(), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "case_id"], ["cases.tenant_id", "cases.id"], name=op.f("fk_handovers_tenant_id_case_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "from_desk_id"], ["desks.tenant_id", "desks.id"], name=op.f("fk_handovers_tenant_id_from_desk_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "from_manager_id"],
            ["memberships.tenant_id", "memberships.id"],
            name=op.f("fk_handovers_tenant_id_from_manager_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_desk_id"], ["desks.tenant_id", "desks.id"], name=op.f("fk_handovers_tenant_id_to_desk_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_manager_id"], ["memberships.tenant_id", "memberships.id"], name=op.f("fk_handovers_tenant_id_to_manager_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_handovers_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_handovers")),
    )
    op.create_index("ix_handovers_case", "handovers", ["tenant_id", "case_id"])
    op.execute("SELECT app.wall('handovers')")
    op.execute("GRANT SELECT, INSERT ON handovers TO member")
    # What a handover was is not rewritten; where two cases become one, it goes along.
    op.execute("GRANT UPDATE (case_id) ON handovers TO member")
    op.create_table(
        "merges",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("app.current_tenant()"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("app.uuid7()"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("undo", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "kept_id"], ["people.tenant_id", "people.id"], name=op.f("fk_merges_tenant_id_kept_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_merges_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_merges")),
    )
    op.execute("SELECT app.wall('merges')")
    op.execute("GRANT SELECT, INSERT, UPDATE ON merges TO member")
    for function in (SPELLINGS, MISSPELT, NEAR):
        op.execute(function)
    op.execute("REVOKE ALL ON FUNCTION app.spellings, app.misspelt, app.near FROM PUBLIC")
    # Whoever writes a person writes the index of its spellings.
    op.execute("GRANT EXECUTE ON FUNCTION app.spellings TO member, searcher")
    op.execute("GRANT EXECUTE ON FUNCTION app.misspelt, app.near TO searcher")
    # In one index, so that of "Rosssi Maria" the misspelt word and the other go to it together.
    op.drop_index("ix_people_search", "people")
    op.execute(
        "CREATE INDEX ix_people_search ON people USING gin "
        "(tenant_id, search_key extensions.gin_trgm_ops, app.spellings(app.fold(surname || ' ' || first_name)))"
    )
    op.execute('CREATE INDEX ix_people_surname ON people (tenant_id, app.fold(surname) COLLATE "C", first_name, id)')
    _search_by(FORGIVING_SEARCH)
    op.create_index("ix_people_phone", "people", ["tenant_id", "phone"])


def _search_by(function: str) -> None:
    op.execute("DROP FUNCTION app.search_people")
    op.execute(function)
    op.execute("REVOKE ALL ON FUNCTION app.search_people FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION app.search_people TO member")
    op.execute("GRANT CREATE ON SCHEMA app TO searcher")
    op.execute("ALTER FUNCTION app.search_people OWNER TO searcher")
    op.execute("REVOKE CREATE ON SCHEMA app FROM searcher")


def downgrade() -> None:
    _search_by(EXACT_SEARCH)
    op.drop_index("ix_people_phone", "people")
    op.drop_index("ix_people_surname", "people")
    op.drop_index("ix_people_search", "people")
    op.execute("CREATE INDEX ix_people_search ON people USING gin (tenant_id, search_key extensions.gin_trgm_ops)")
    op.execute("DROP FUNCTION app.near, app.misspelt, app.spellings")
    op.drop_table("merges")
    op.drop_table("handovers")
