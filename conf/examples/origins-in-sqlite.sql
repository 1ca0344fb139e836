-- SPDX-License-Identifier: Apache-2.0
--
-- The table that origins-in-sqlite.conf asks. The constraints catch what is
-- written wrong most often as it is entered; mod_cors checks every row again,
-- and names in the error log what it leaves out.
CREATE TABLE origins (
    pattern    TEXT NOT NULL PRIMARY KEY
               CONSTRAINT in_lower_case CHECK (pattern = lower(pattern))
               CONSTRAINT scheme_and_host CHECK (pattern LIKE '_%://_%')
               CONSTRAINT no_path_no_slash CHECK (pattern NOT LIKE '%://%/%')
               CONSTRAINT one_origin_a_row CHECK (pattern NOT GLOB '*[ ,;]*')
               CONSTRAINT not_that_long CHECK (length(pattern) <= 300),
    enabled    INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    note       TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

INSERT INTO origins (pattern, enabled, note) VALUES
    ('https://app.example.com',   1, 'our front end'),
    ('https://*.partner.example', 1, 'every subdomain of a partner'),
    ('https://old.example.com',   0, 'until its pages have moved');
