-- SPDX-License-Identifier: Apache-2.0
--
-- The table that origins-in-postgresql.conf asks, and the role that asks.
-- Run it as the owner of a new database named cors:
--
--   createdb cors
--   psql -d cors -v ON_ERROR_STOP=1 -f origins-in-postgresql.sql
--   psql -d cors -c '\password cors_reader'
--
-- The constraints catch what is written wrong most often as it is entered;
-- mod_cors checks every row again, and names in the error log what it leaves
-- out.
BEGIN;

CREATE TABLE origins (
    pattern    text PRIMARY KEY
               CONSTRAINT in_lower_case CHECK (pattern = lower(pattern))
               CONSTRAINT scheme_and_host CHECK (pattern ~ '^[^/]+://[^/]')
               CONSTRAINT no_path_no_slash CHECK (pattern !~ '://.*/')
               CONSTRAINT one_origin_a_row CHECK (pattern !~ '[[:space:],;]')
               CONSTRAINT not_that_long CHECK (length(pattern) <= 300),
    enabled    boolean NOT NULL DEFAULT true,
    note       text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO origins (pattern, enabled, note) VALUES
    ('https://app.example.com',   true,  'our front end'),
    ('https://*.partner.example', true,  'every subdomain of a partner'),
    ('https://old.example.com',   false, 'until its pages have moved');

-- It reads these two columns and can do nothing else. One connection at a time
-- is what it takes; during a restart of httpd, two.
CREATE ROLE cors_reader LOGIN CONNECTION LIMIT 4;
ALTER ROLE cors_reader SET default_transaction_read_only = on;
ALTER ROLE cors_reader SET statement_timeout = '2s';
REVOKE ALL ON DATABASE cors FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE cors TO cors_reader;
GRANT SELECT (pattern, enabled) ON origins TO cors_reader;

COMMIT;
