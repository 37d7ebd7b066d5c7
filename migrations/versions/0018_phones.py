"""Phones are looked up among the phones: of one typed whole, the trigrams are those of thousands.

Revision ID: 0018
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# That a word is the beginning of one of a person's: of a phone, as a range of its index (COLLATE "C": by bytes).
WORD = r"""format('p.search_key LIKE %L', '% ' || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%')"""
WORD_OR_PHONE = f"""CASE WHEN word ~ '^[0-9]+$'
                THEN format('p.phone COLLATE "C" >= %L AND p.phone COLLATE "C" < %L', word, word || ':')
                ELSE {WORD} END"""
# As in 0015 but for the beginnings of words.
SEARCH = """
    CREATE FUNCTION app.search_people(words text[], only_desks uuid[], at_most integer, enough integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, extensions
    -- To start a second process takes longer than the search.
    SET max_parallel_workers_per_gather = 0 AS $$
    DECLARE
        begins text[] := ARRAY(
            SELECT {begins}
            FROM unnest(words) WITH ORDINALITY AS each (word, place) ORDER BY place);
        chosen text[] := begins;
        found uuid[] := '{{}}';
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
                CONTINUE WHEN chosen[place] IS NULL OR (words[place] ~ '[0-9]' AND found <> '{{}}');
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


def upgrade() -> None:
    op.execute("GRANT SELECT (phone) ON people TO searcher")
    op.execute('CREATE INDEX ix_people_phone_beginning ON people (tenant_id, phone COLLATE "C")')
    _search_by(WORD_OR_PHONE)


def downgrade() -> None:
    _search_by(WORD)
    op.execute("DROP INDEX ix_people_phone_beginning")
    op.execute("REVOKE SELECT (phone) ON people FROM searcher")


def _search_by(begins: str) -> None:
    """The function is the searcher's own: it is made anew, and handed back to them."""
    op.execute("DROP FUNCTION app.search_people")
    op.execute(SEARCH.format(begins=begins))
    op.execute("REVOKE ALL ON FUNCTION app.search_people FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION app.search_people TO member")
    op.execute("GRANT CREATE ON SCHEMA app TO searcher")
    op.execute("ALTER FUNCTION app.search_people OWNER TO searcher")
    op.execute("REVOKE CREATE ON SCHEMA app FROM searcher")
