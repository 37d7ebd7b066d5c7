"""Names are found by the beginnings of their words, each kept as it is, so that names which thousands have cost no more than others; a
hyphenated word among others is found in one too, with a typo: "de visconti-sforsa".

Revision ID: 0029
"""

import runpy
from pathlib import Path

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# As in 0027; each word with a hyphen in it is kept in one too, beside other words ("de viscontisforza").
WAYS = """
    CREATE OR REPLACE FUNCTION app.ways_of(surname text, first_name text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100 AS $$
    DECLARE
        given text := app.fold(surname || ' ' || first_name);
        signs text := '[^[:alnum:]]+';
        ways text[];
    BEGIN
        ways := ARRAY[
            given, regexp_replace(translate(given, '''`', ''), signs, ' ', 'g'), regexp_replace(given, signs, ' ', 'g'),
            regexp_replace(translate(given, '''`-.', ''), signs, ' ', 'g'),
            regexp_replace(app.fold(surname), signs, '', 'g'), regexp_replace(app.fold(first_name), signs, '', 'g')];
        RETURN (
            SELECT string_agg(word, ' ' ORDER BY place) FROM (
                SELECT word, min(place) AS place
                FROM regexp_split_to_table(array_to_string(ways, ' '), '\\s+') WITH ORDINALITY AS each (word, place)
                WHERE word <> '' GROUP BY word
            ) AS those);
    END $$
"""
# What a person is found by: each beginning of a word of their names ("ros*") and of the six letters of their codice fiscale, the words
# themselves, and the words with each of their letters in turn left open ("ro_si"), as in 0015. Each goes with a mark of its consortium, so
# that what one has is read apart from what the others have: a list of everybody in it, to be compared with all others, took most of the
# time, and so did three letters in a row, which thousands have. (Two consortia may have the same mark: who is found is asked for by
# `tenant_id` all the same.)
SEARCH_WORDS = """
    CREATE FUNCTION app.search_words(tenant uuid, surname text, first_name text, code text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
    DECLARE
        mark text := app.mark(tenant);
        names text[] := string_to_array(app.names(surname, first_name), ' ');
        made text[] := '{}';
        word text;
    BEGIN
        FOREACH word IN ARRAY names || coalesce(left(app.fold(code), 6), '') LOOP
            FOR place IN 1..length(word) LOOP
                made := made || (mark || left(word, place) || '*');
            END LOOP;
        END LOOP;
        FOREACH word IN ARRAY names LOOP
            CONTINUE WHEN length(word) < 4 OR word ~ '[^[:alnum:]]';
            made := made || (mark || word);
            FOR place IN 1..length(word) LOOP
                made := made || (mark || overlay(word PLACING '_' FROM place FOR 1));
            END LOOP;
        END LOOP;
        RETURN made;
    END $$
"""
MARK = """
    CREATE FUNCTION app.mark(tenant uuid) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT right(tenant::text, 6)
    $$
"""
# The condition on a person of whom a word is the beginning of one of theirs. With a digit in it, it is a code's or a phone's: those are
# looked for by three signs in a row, for their beginnings would be as many as they are.
BEGINS = """
    CREATE FUNCTION app.begins(word text) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
        SELECT CASE WHEN word ~ '[0-9]'
            THEN format('p.search_key LIKE %L', '% ' || regexp_replace(word, '([\\\\%_])', '\\\\\\1', 'g') || '%')
            ELSE format('app.search_words(p.tenant_id, p.surname, p.first_name, p.codice_fiscale) @> %L::text[]',
                ARRAY[app.mark(app.current_tenant()) || word || '*']) END
    $$
"""
# As in 0027, but for where names are looked up.
NEAR = """
    CREATE OR REPLACE FUNCTION app.near(word text) RETURNS text LANGUAGE plpgsql STABLE STRICT AS $$
    DECLARE
        half integer := length(word) / 2;
        -- The one typo that leaves neither half as it should be: its six middle signs are looked up (each more costs half a millisecond).
        swapped text := left(word, half - 1) || substr(word, half + 1, 1) || substr(word, half, 1) || substr(word, half + 2);
        spelt text[] := ARRAY(SELECT '% ' || spelling || ' %' FROM unnest(app.misspelt(word)) AS each (spelling));
        name text := translate(word, '''`-.', '');
    BEGIN
        IF word !~ '[0-9]' AND length(name) >= 4 THEN
            RETURN format('app.search_words(p.tenant_id, p.surname, p.first_name, p.codice_fiscale) && %L::text[]',
                ARRAY(SELECT app.mark(app.current_tenant()) || spelling FROM unnest(app.misspelt(name)) AS each (spelling)));
        ELSIF word ~ '^[a-z0-9]{8,}$' AND word ~ '[0-9]' THEN
            RETURN format('(p.search_key LIKE %L OR p.search_key LIKE %L OR p.search_key LIKE %L)
                AND (p.search_key || '' '') LIKE ANY (%L::text[])',
                '%' || left(word, half) || '%', '%' || right(word, half) || '%', '%' || substr(swapped, half - 2, 6) || '%', spelt);
        END IF;
        RETURN NULL;
    END $$
"""
# As in 0015, in three steps. Of the people found, who may be thousands, no more are fetched than are put in order; the order is asked for
# outside (MATERIALIZED), or the planner would walk the surnames until it met ten rare ones.
SEARCH = """
    CREATE OR REPLACE FUNCTION app.search_people(words text[], only_desks uuid[], at_most integer, enough integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, extensions
    -- To start a second process takes longer than the search.
    SET max_parallel_workers_per_gather = 0 AS $$
    DECLARE
        begins text[] := ARRAY(SELECT app.begins(word) FROM unnest(words) WITH ORDINALITY AS each (word, place) ORDER BY place);
        chosen text[] := begins;
        nearly text;
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
                nearly := app.near(words[place]);
                -- Of a code that somebody has exactly, others who have nearly the same are of no use.
                CONTINUE WHEN nearly IS NULL OR (words[place] ~ '[0-9]' AND found <> '{}');
                -- Last: its thirty spellings are compared with those alone of whom the other words are.
                chosen := begins[1:place - 1] || begins[place + 1:] || nearly;
            END IF;
            EXECUTE format(
                'WITH those AS MATERIALIZED (
                    SELECT p.id, p.surname, p.first_name FROM people p
                    WHERE p.tenant_id = $1 AND %s AND p.id <> ALL ($4) AND ($2 IS NULL OR (SELECT c.desk_id FROM cases c
                          WHERE c.tenant_id = $1 AND c.person_id = p.id) = ANY ($2))
                    LIMIT greatest(200, $3)
                 )
                 SELECT ARRAY(SELECT id FROM those ORDER BY surname, first_name, id LIMIT $3)', array_to_string(chosen, ' AND '))
            INTO more USING app.current_tenant(), only_desks, at_most - cardinality(found), found;
            found := found || more;
        END LOOP;
        RETURN QUERY SELECT unnest(found);
    END $$
"""
KEY = "' ' || app.names(surname, first_name) || app.fold(' ' || coalesce(codice_fiscale, '') || ' ' || coalesce(phone, ''))"
WORDS = "app.search_words(tenant_id, surname, first_name, codice_fiscale)"


def upgrade() -> None:
    for function in (WAYS, MARK, SEARCH_WORDS, BEGINS, NEAR):
        op.execute(function)
    op.execute("REVOKE ALL ON FUNCTION app.mark, app.search_words, app.begins FROM PUBLIC")
    # Whoever writes a person writes what they are searched by.
    op.execute("GRANT EXECUTE ON FUNCTION app.mark, app.search_words TO member, searcher")
    op.execute("GRANT EXECUTE ON FUNCTION app.begins TO searcher")
    op.execute("GRANT SELECT (codice_fiscale) ON people TO searcher")
    # Conditions are compared in the order of the columns: with everybody of a consortium after the few whom the signs leave.
    _key("search_key extensions.gin_trgm_ops, tenant_id")
    op.execute(f"CREATE INDEX ix_people_words ON people USING gin ({WORDS})")
    _search_by(SEARCH)
    op.execute("DROP FUNCTION app.spellings")


def downgrade() -> None:
    folder = Path(__file__).parent
    forgiving = runpy.run_path(str(folder / "0015_handovers.py"))
    as_typed = runpy.run_path(str(folder / "0027_names_as_typed.py"))
    op.execute(as_typed["SPELLINGS"].format(**as_typed["BARE"]).replace("CREATE OR REPLACE", "CREATE"))
    op.execute("REVOKE ALL ON FUNCTION app.spellings FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION app.spellings TO member, searcher")
    op.execute(as_typed["WAYS"].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.drop_index("ix_people_words", "people")
    _key("tenant_id, search_key extensions.gin_trgm_ops, app.spellings(app.names(surname, first_name))")
    op.execute(as_typed["NEAR"].format(name=as_typed["WITHOUT_SIGNS"], names="app.names(p.surname, p.first_name)"))
    _search_by(forgiving["FORGIVING_SEARCH"].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute("REVOKE SELECT (codice_fiscale) ON people FROM searcher")
    op.execute("DROP FUNCTION app.begins, app.search_words, app.mark")


def _key(indexed: str) -> None:
    """The key made anew, as names are written now. The column takes its index with it, and what its reader was granted."""
    op.drop_column("people", "search_key")
    op.execute(f"ALTER TABLE people ADD COLUMN search_key text NOT NULL GENERATED ALWAYS AS ({KEY}) STORED")
    op.execute("GRANT SELECT (search_key) ON people TO searcher")
    op.execute(f"CREATE INDEX ix_people_search ON people USING gin ({indexed})")


def _search_by(function: str) -> None:
    """It is its reader's."""
    op.execute("GRANT CREATE ON SCHEMA app TO searcher")
    op.execute("SET LOCAL ROLE searcher")
    op.execute(function)
    op.execute("RESET ROLE")
    op.execute("REVOKE CREATE ON SCHEMA app FROM searcher")
