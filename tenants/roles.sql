-- The roles, the database and its extensions, for PostgreSQL 16 or newer, as superuser; idempotent.
--     psql -v database=capofila -f tenants/roles.sql
-- `-v template=NAME` creates the database as a copy of another (nobody may be connected to that one).
-- Outside PostgreSQL, give the two logins a password afterwards: \password owner, \password capofila.
\set ON_ERROR_STOP on
\if :{?database}
\else
    \set database capofila
\endif
\if :{?template}
\else
    \set template template0
\endif
SET client_min_messages = warning;

-- Roles. `owner` runs the migrations. `capofila` is what the application logs in as: it may do nothing but enter a door.
SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['owner', 'capofila', 'searcher',
                  'gatekeeper', 'member', 'visitor', 'auditor', 'operator', 'postman']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec
SELECT format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS %s', name, attributes)
FROM (VALUES ('owner', 'LOGIN'), ('capofila', 'LOGIN NOINHERIT'), ('searcher', 'NOLOGIN'),
             ('gatekeeper', 'NOLOGIN'), ('member', 'NOLOGIN'), ('visitor', 'NOLOGIN'),
             ('auditor', 'NOLOGIN'), ('operator', 'NOLOGIN'), ('postman', 'NOLOGIN')) AS role (name, attributes)
\gexec
GRANT gatekeeper, member, visitor, auditor, operator, postman TO capofila WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;
-- `searcher` owns the search functions (SECURITY DEFINER); migrations hand them over with ALTER FUNCTION … OWNER TO searcher.
GRANT searcher TO owner WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;

-- Settings of the login. Generic plans were measured 8 times slower on a large tenant.
ALTER ROLE capofila SET plan_cache_mode = force_custom_plan;
ALTER ROLE capofila SET statement_timeout = '60s';
ALTER ROLE capofila SET lock_timeout = '10s';
ALTER ROLE capofila SET idle_in_transaction_session_timeout = '60s';

-- The database.
SELECT format('CREATE DATABASE %I TEMPLATE %I OWNER owner ENCODING ''UTF8''', :'database', :'template')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec
ALTER DATABASE :"database" OWNER TO owner;
ALTER DATABASE :"database" SET search_path = public, extensions;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
REVOKE ALL ON DATABASE :"database" FROM capofila;
GRANT CONNECT ON DATABASE :"database" TO capofila;

-- Inside the database.
\connect :"database"
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS extensions;
REVOKE ALL ON SCHEMA extensions FROM PUBLIC;
-- The doors too: app.fold() names unaccent in a text that PostgreSQL reads as whoever calls it (tried: it fails without).
GRANT USAGE ON SCHEMA extensions TO owner, searcher, gatekeeper, member, visitor, auditor, operator, postman;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA extensions;
ALTER SCHEMA public OWNER TO owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO searcher, gatekeeper, member, visitor, auditor, operator, postman;
