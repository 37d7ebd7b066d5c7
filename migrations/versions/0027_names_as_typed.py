"""Names are found without their apostrophes, hyphens and blanks, with a typo too: "dalesandro quaranta" is D'Alessandro-Quaranta.

Revision ID: 0027
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# What a person's names are searched by: the words as they are written, and, of a name with signs or blanks in it, as other people write it:
# without the apostrophe ("dalessandro quaranta"), in its parts ("d alessandro quaranta"), in one ("dalessandroquaranta", "deluca").
# Most names have none of these: they are looked at first, in the statement itself, for the index compares hundreds of them in a search.
NAMES = """
    CREATE FUNCTION app.names(surname text, first_name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN surname ~ '[^[:alnum:]]' OR first_name ~ '[^[:alnum:]]' THEN app.ways_of(surname, first_name)
            ELSE app.fold(surname || ' ' || first_name) END
    $$
"""
WAYS = """
    CREATE FUNCTION app.ways_of(surname text, first_name text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100 AS $$
    DECLARE
        given text := app.fold(surname || ' ' || first_name);
        signs text := '[^[:alnum:]]+';
        ways text[];
    BEGIN
        ways := ARRAY[
            given, regexp_replace(translate(given, '''`', ''), signs, ' ', 'g'), regexp_replace(given, signs, ' ', 'g'),
            regexp_replace(app.fold(surname), signs, '', 'g'), regexp_replace(app.fold(first_name), signs, '', 'g')];
        RETURN (
            SELECT string_agg(word, ' ' ORDER BY place) FROM (
                SELECT word, min(place) AS place
                FROM regexp_split_to_table(array_to_string(ways, ' '), '\\s+') WITH ORDINALITY AS each (word, place)
                WHERE word <> '' GROUP BY word
            ) AS those);
    END $$
"""
# As in 0015, of words without signs: those with signs are among the names without them too.
SPELLINGS = """
    CREATE OR REPLACE FUNCTION app.spellings(words text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    DECLARE
        made text[] := '{{}}';
        word text;
    BEGIN
        FOREACH word IN ARRAY {words} LOOP
            CONTINUE WHEN {short};
            made := made || word;
            FOR place IN 1..length(word) LOOP
                made := made || overlay(word PLACING '_' FROM place FOR 1);
            END LOOP;
        END LOOP;
        RETURN made;
    END $$
"""
BARE = {"words": "string_to_array(words, ' ')", "short": "length(word) < 4 OR word ~ '[^[:alnum:]]'"}
WITH_SIGNS = {"words": "regexp_split_to_array(words, '\\s+') || regexp_split_to_array(words, '[^[:alnum:]]+')", "short": "length(word) < 4"}
# As in 0015, but that a name with a typo in it is looked up as it is without signs.
NEAR = """
    CREATE OR REPLACE FUNCTION app.near(word text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
    DECLARE
        half integer := length(word) / 2;
        -- The one typo that leaves neither half as it should be: its six middle signs are looked up (each more costs half a millisecond).
        swapped text := left(word, half - 1) || substr(word, half + 1, 1) || substr(word, half, 1) || substr(word, half + 2);
        spelt text[] := ARRAY(SELECT '% ' || spelling || ' %' FROM unnest(app.misspelt(word)) AS each (spelling));
        name text := {name};
    BEGIN
        IF word !~ '[0-9]' AND length(name) >= 4 THEN
            RETURN format('app.spellings({names}) && %L::text[]', app.misspelt(name));
        ELSIF word ~ '^[a-z0-9]{{8,}}$' AND word ~ '[0-9]' THEN
            RETURN format('(p.search_key LIKE %L OR p.search_key LIKE %L OR p.search_key LIKE %L)
                AND (p.search_key || '' '') LIKE ANY (%L::text[])',
                '%' || left(word, half) || '%', '%' || right(word, half) || '%', '%' || substr(swapped, half - 2, 6) || '%', spelt);
        END IF;
        RETURN NULL;
    END $$
"""
WITHOUT_SIGNS = "translate(word, '''`-.', '')"
KEY = "' ' || app.names(surname, first_name) || app.fold(' ' || coalesce(codice_fiscale, '') || ' ' || coalesce(phone, ''))"
KEY_BEFORE = "app.fold(' ' || surname || ' ' || first_name || ' ' || coalesce(codice_fiscale, '') || ' ' || coalesce(phone, ''))"


def upgrade() -> None:
    op.execute(WAYS)
    op.execute(NAMES)
    op.execute("REVOKE ALL ON FUNCTION app.names, app.ways_of FROM PUBLIC")
    # Whoever writes a person writes what they are searched by.
    op.execute("GRANT EXECUTE ON FUNCTION app.names, app.ways_of TO member, searcher")
    op.execute(SPELLINGS.format(**BARE))
    op.execute(NEAR.format(name=WITHOUT_SIGNS, names="app.names(p.surname, p.first_name)"))
    _search_by(KEY, "app.names(surname, first_name)")


def downgrade() -> None:
    op.execute(SPELLINGS.format(**WITH_SIGNS))
    op.execute(NEAR.format(name="word", names="app.fold(p.surname || '' '' || p.first_name)"))
    _search_by(KEY_BEFORE, "app.fold(surname || ' ' || first_name)")
    op.execute("DROP FUNCTION app.names")
    op.execute("DROP FUNCTION app.ways_of")


def _search_by(key: str, names: str) -> None:
    """The column takes its index with it, and what its reader was granted."""
    op.drop_column("people", "search_key")
    op.execute(f"ALTER TABLE people ADD COLUMN search_key text NOT NULL GENERATED ALWAYS AS ({key}) STORED")
    op.execute("GRANT SELECT (search_key) ON people TO searcher")
    op.execute(f"CREATE INDEX ix_people_search ON people USING gin (tenant_id, search_key extensions.gin_trgm_ops, app.spellings({names}))")
