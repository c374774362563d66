-- Run once as a superuser in the new, empty database, before the first migration:
--   psql -v ON_ERROR_STOP=1 -v owner_password=… -v app_password=… -f roles.sql
--
-- peersafe_owner  owns the tables and runs migrations; never serves a request.
-- peersafe_app    serves requests and tasks; not an owner, so row security and revoked rights bind it.
-- peersafe_door   cannot log in; the few functions that must look before an organisation is known run as it.
-- peersafe_relay  cannot log in; the function that claims due messages of every organisation runs as it.

CREATE EXTENSION IF NOT EXISTS btree_gist;

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['peersafe_owner', 'peersafe_app', 'peersafe_door', 'peersafe_relay'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', role_name);
        END IF;
    END LOOP;
END
$$;

ALTER ROLE peersafe_owner LOGIN PASSWORD :'owner_password';
ALTER ROLE peersafe_app LOGIN PASSWORD :'app_password';

-- The owner hands a function over to a role it may become, and to no other.
GRANT peersafe_door TO peersafe_owner WITH INHERIT FALSE, SET TRUE;
GRANT peersafe_relay TO peersafe_owner WITH INHERIT FALSE, SET TRUE;

ALTER SCHEMA public OWNER TO peersafe_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO peersafe_app, peersafe_door, peersafe_relay;
ALTER DEFAULT PRIVILEGES FOR ROLE peersafe_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO peersafe_app;
ALTER DEFAULT PRIVILEGES FOR ROLE peersafe_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO peersafe_app;
ALTER DEFAULT PRIVILEGES FOR ROLE peersafe_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE peersafe_owner IN SCHEMA public
    GRANT EXECUTE ON FUNCTIONS TO peersafe_app;
