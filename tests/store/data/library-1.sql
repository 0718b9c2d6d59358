-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A library as the first schema holds it, with a small story in it: a trunk of three turns, a fork
-- after the first, and a half-told turn.  It stays as it is: later versions have to open it.
PRAGMA journal_mode = WAL;
BEGIN;

CREATE TABLE story (
  id          INTEGER PRIMARY KEY,
  uid         TEXT    NOT NULL UNIQUE,
  title       TEXT    NOT NULL,
  scenario_id TEXT    NOT NULL,
  language    TEXT    NOT NULL,
  seed        INTEGER NOT NULL,
  branch      INTEGER REFERENCES branch (id) DEFERRABLE INITIALLY DEFERRED,
  depth       INTEGER NOT NULL CHECK (depth >= -1),
  tip_branch  INTEGER REFERENCES branch (id) DEFERRABLE INITIALLY DEFERRED,
  tip_depth   INTEGER NOT NULL CHECK (tip_depth >= -1),
  created     INTEGER NOT NULL,
  played      INTEGER NOT NULL,
  trashed     INTEGER,
  late        INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE story_scenario (
  story INTEGER PRIMARY KEY REFERENCES story (id) ON DELETE CASCADE,
  json  TEXT    NOT NULL
) STRICT;

CREATE TABLE branch (
  id         INTEGER PRIMARY KEY,
  story      INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
  parent     INTEGER REFERENCES branch (id) ON DELETE CASCADE,
  fork_depth INTEGER NOT NULL CHECK (fork_depth >= -1),
  created    INTEGER NOT NULL,
  CHECK ((parent IS NULL) = (fork_depth = -1))
) STRICT;

CREATE INDEX branch_by_fork ON branch (story, parent, fork_depth);
CREATE INDEX branch_by_parent ON branch (parent);

CREATE TABLE turn (
  id             INTEGER PRIMARY KEY,
  story          INTEGER NOT NULL,
  branch         INTEGER NOT NULL REFERENCES branch (id) ON DELETE CASCADE,
  depth          INTEGER NOT NULL CHECK (depth >= 0),
  alternative    INTEGER NOT NULL,
  mode           TEXT    NOT NULL,
  created        INTEGER NOT NULL,
  duration_us    INTEGER NOT NULL,
  first_token_us INTEGER NOT NULL,
  tokens_in      INTEGER NOT NULL,
  tokens_out     INTEGER NOT NULL,
  tokens_cached  INTEGER NOT NULL,
  estimated      INTEGER NOT NULL,
  rate           REAL    NOT NULL,
  seen           INTEGER NOT NULL,
  finish         TEXT,
  model          TEXT,
  settings       TEXT,
  choices        TEXT,
  UNIQUE (branch, depth)
) STRICT;

CREATE TABLE telling (
  turn      INTEGER PRIMARY KEY REFERENCES turn (id) ON DELETE CASCADE,
  input     TEXT    NOT NULL,
  text      TEXT    NOT NULL,
  reasoning TEXT
) STRICT;

CREATE TABLE fact (
  turn      INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  entity    TEXT    NOT NULL,
  attribute TEXT    NOT NULL,
  value     TEXT,
  call      TEXT,
  PRIMARY KEY (turn, entity, attribute)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
  turn   INTEGER PRIMARY KEY REFERENCES turn (id) ON DELETE CASCADE,
  branch INTEGER NOT NULL,
  depth  INTEGER NOT NULL,
  UNIQUE (branch, depth)
) STRICT;

CREATE TABLE snapshot_fact (
  turn      INTEGER NOT NULL REFERENCES snapshot (turn) ON DELETE CASCADE,
  entity    TEXT    NOT NULL,
  attribute TEXT    NOT NULL,
  value     TEXT    NOT NULL,
  source    INTEGER NOT NULL,
  call      TEXT,
  PRIMARY KEY (turn, entity, attribute)
) STRICT, WITHOUT ROWID;

CREATE TABLE memory (
  id         INTEGER PRIMARY KEY,
  turn       INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  story      INTEGER NOT NULL,
  branch     INTEGER NOT NULL,
  depth      INTEGER NOT NULL,
  importance INTEGER NOT NULL,
  late       INTEGER NOT NULL,
  text       TEXT    NOT NULL,
  keywords   TEXT,
  terms      TEXT,
  call       TEXT
) STRICT;

CREATE INDEX memory_by_place ON memory (branch, depth);
CREATE INDEX memory_by_turn ON memory (turn);

CREATE VIEW memory_terms AS
  SELECT id, story, coalesce(terms, text) AS text, keywords FROM memory;

CREATE VIRTUAL TABLE memory_index USING fts5 (
  story, text, keywords,
  content = 'memory_terms', content_rowid = 'id',
  tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER memory_inserted AFTER INSERT ON memory BEGIN
  INSERT INTO memory_index (rowid, story, text, keywords)
  VALUES (new.id, new.story, coalesce(new.terms, new.text), new.keywords);
END;

CREATE TRIGGER memory_deleted AFTER DELETE ON memory BEGIN
  INSERT INTO memory_index (memory_index, rowid, story, text, keywords)
  VALUES ('delete', old.id, old.story, coalesce(old.terms, old.text), old.keywords);
END;

CREATE TRIGGER memory_updated AFTER UPDATE ON memory BEGIN
  INSERT INTO memory_index (memory_index, rowid, story, text, keywords)
  VALUES ('delete', old.id, old.story, coalesce(old.terms, old.text), old.keywords);
  INSERT INTO memory_index (rowid, story, text, keywords)
  VALUES (new.id, new.story, coalesce(new.terms, new.text), new.keywords);
END;

CREATE TABLE tool_call (
  id          INTEGER PRIMARY KEY,
  turn        INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  position    INTEGER NOT NULL,
  level       INTEGER NOT NULL,
  call        TEXT    NOT NULL,
  name        TEXT    NOT NULL,
  arguments   TEXT    NOT NULL,
  result      TEXT    NOT NULL,
  status      TEXT    NOT NULL,
  begin_us    INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  UNIQUE (turn, position)
) STRICT;

CREATE TABLE model_call (
  id               INTEGER PRIMARY KEY,
  turn             INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  position         INTEGER NOT NULL,
  kind             TEXT    NOT NULL,
  model            TEXT    NOT NULL,
  server           TEXT    NOT NULL,
  begin_us         INTEGER NOT NULL,
  first_token_us   INTEGER NOT NULL,
  duration_us      INTEGER NOT NULL,
  tokens_in        INTEGER NOT NULL,
  tokens_out       INTEGER NOT NULL,
  tokens_cached    INTEGER NOT NULL,
  tokens_reasoning INTEGER NOT NULL,
  estimated        INTEGER NOT NULL,
  finish           TEXT,
  error            TEXT,
  UNIQUE (turn, position)
) STRICT;

CREATE TABLE span (
  turn        INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  number      INTEGER NOT NULL,
  parent      INTEGER NOT NULL,
  kind        INTEGER NOT NULL,
  name        TEXT    NOT NULL,
  begin_us    INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  attributes  TEXT,
  PRIMARY KEY (turn, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE draft (
  story     INTEGER PRIMARY KEY REFERENCES story (id) ON DELETE CASCADE,
  branch    INTEGER NOT NULL REFERENCES branch (id) ON DELETE CASCADE,
  depth     INTEGER NOT NULL,
  mode      TEXT    NOT NULL,
  stopped   INTEGER NOT NULL,
  updated   INTEGER NOT NULL,
  model     TEXT,
  error     TEXT,
  input     TEXT    NOT NULL,
  text      TEXT    NOT NULL,
  reasoning TEXT
) STRICT;

CREATE INDEX draft_by_branch ON draft (branch);

CREATE TABLE job (
  id      INTEGER PRIMARY KEY,
  turn    INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  kind    TEXT    NOT NULL,
  data    TEXT,
  created INTEGER NOT NULL
) STRICT;

CREATE INDEX job_by_turn ON job (turn);

INSERT INTO story VALUES
  (1, '3b0e8c64-6a4e-4f0f-9a53-0d5f3d9f4a11', 'The lamp on the quay', 'harbour', 'en', -8, 2, 1, 1, 2,
   1700000000000000, 1700000100000000, NULL, 1),
  (2, '9c1d1b0a-4a55-4a7e-8a1b-7b1f6d1c2e22', 'Put away', 'harbour', 'de', 7, 3, 0, 3, 0,
   1700000000000000, 1700000050000000, 1700000060000000, 0);
INSERT INTO story_scenario VALUES (1, '{"id":"harbour"}'), (2, '{"id":"harbour"}');
INSERT INTO branch VALUES
  (1, 1, NULL, -1, 1700000000000000),
  (2, 1, 1, 0, 1700000090000000),
  (3, 2, NULL, -1, 1700000000000000);
INSERT INTO turn VALUES
  (1, 1, 1, 0, 0, 'opening', 1700000000000000, -1, -1, -1, -1, -1, 0, -1.0, 0, NULL, NULL, NULL,
   '["Light the lamp","Wait"]'),
  (2, 1, 1, 1, 0, 'do', 1700000010000000, 4200000, 600000, 1800, 120, 1700, 0, 38.5, 0, 'stop', 'tiny',
   '{"preset":"fast"}', NULL),
  (3, 1, 1, 2, 0, 'say', 1700000020000000, 3000000, 500000, 1900, 90, 1800, 1, 40.0, 1, 'length', 'tiny',
   NULL, NULL),
  (4, 1, 2, 1, 1, 'do', 1700000090000000, 100, 50, -1, -1, -1, 0, -1.0, 1, 'stop', NULL, NULL, NULL),
  (5, 2, 3, 0, 0, 'opening', 1700000000000000, -1, -1, -1, -1, -1, 0, -1.0, 0, NULL, NULL, NULL, NULL);
INSERT INTO telling VALUES
  (1, '', 'The quay lies in the dark.', NULL),
  (2, 'light the lamp', 'The lamp takes, and the water shines.', 'They want light.'),
  (3, 'hello', 'Somebody answers from the', NULL),
  (4, 'wait', 'Nothing comes but the cold.', NULL),
  (5, '', 'Der Kai liegt im Dunkeln.', NULL);
INSERT INTO fact VALUES
  (1, 'lamp', 'lit', 'false', NULL),
  (1, 'player', 'place', '"quay"', NULL),
  (2, 'lamp', 'lit', 'true', 'call_1'),
  (3, 'player', 'place', NULL, 'call_2');
INSERT INTO snapshot VALUES (2, 1, 1);
INSERT INTO snapshot_fact VALUES
  (2, 'lamp', 'lit', 'true', 2, 'call_1'),
  (2, 'player', 'place', '"quay"', 1, NULL);
INSERT INTO memory VALUES
  (1, 2, 1, 1, 1, 5, 0, 'The lamp on the quay burns.', 'light harbour', NULL, 'call_1'),
  (2, 4, 1, 2, 1, 3, 1, 'The stranger waited in the cold.', NULL, NULL, NULL);
INSERT INTO tool_call VALUES
  (1, 2, 0, 0, 'call_1', 'update_state', '{"lamp.lit":true}', '{"ok":true}', 'ok', 3000000, 900);
INSERT INTO model_call VALUES
  (1, 2, 0, 'narration', 'tiny', 'http://127.0.0.1:8080', 5000, 600000, 4100000, 1800, 120, 1700, 0, 0,
   'stop', NULL),
  (2, 3, 0, 'narration', 'tiny', 'http://127.0.0.1:8080', 1, 2, 3, 4, 5, 6, 7, 1, 'length', NULL),
  (3, 2, 1, 'summary', 'small', 'http://127.0.0.1:8081', 9, -1, 8, -1, -1, -1, -1, 0, NULL, 'Refused.');
INSERT INTO span VALUES
  (2, 1, 0, 0, 'turn', 0, 4200000, NULL),
  (2, 2, 1, 2, 'tiny', 5000, 4100000, '{"tokens.in":1800}'),
  (2, 3, 1, 1, 'a "quoted", [odd] name', 5001, 7, '{"broken":'),
  (3, 1, 0, 0, 'turn', 0, 3000000, '{}');
INSERT INTO draft VALUES
  (1, 2, 1, 'do', 1, 1700000100000000, 'tiny', NULL, 'look up', 'Above you the', NULL);
INSERT INTO job VALUES (1, 4, 'remember', '{"since":1}', 1700000090000000);

COMMIT;
PRAGMA application_id = 1399286882;
PRAGMA user_version = 1;
