-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The first schema of the library.  A released schema never changes: what comes
-- later is a further file beside this one.
--
-- Times are microseconds since the epoch.  A story is a tree of turns: a branch is a
-- straight run of turns, and a turn is found by its branch and its depth.

-- Everything that is played.  `branch` and `depth` are the head, `tip_*` is where
-- redo leads to.  `late` is the last number that was given to a late record.
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

-- The scenario as it was when the story began.  It is large and never changes, so it
-- has a row of its own: moving the head must not write it again.
CREATE TABLE story_scenario (
  story INTEGER PRIMARY KEY REFERENCES story (id) ON DELETE CASCADE,
  json  TEXT    NOT NULL
) STRICT;

-- `parent` owns the turn at `fork_depth`; a branch that begins with an opening has
-- no parent and forks at -1.
CREATE TABLE branch (
  id         INTEGER PRIMARY KEY,
  story      INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
  parent     INTEGER REFERENCES branch (id) ON DELETE CASCADE,
  fork_depth INTEGER NOT NULL CHECK (fork_depth >= -1),
  created    INTEGER NOT NULL,
  CHECK ((parent IS NULL) = (fork_depth = -1))
) STRICT;

-- Finds the forks after a turn, and the branches of a story.
CREATE INDEX branch_by_fork ON branch (story, parent, fork_depth);
CREATE INDEX branch_by_parent ON branch (parent);

-- The figures of a turn.  They are narrow, so that a chart over a whole story reads
-- little; the words are in `telling`.  `story` is that of the branch.
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

-- The words of a turn.
CREATE TABLE telling (
  turn      INTEGER PRIMARY KEY REFERENCES turn (id) ON DELETE CASCADE,
  input     TEXT    NOT NULL,
  text      TEXT    NOT NULL,
  reasoning TEXT
) STRICT;

-- What a turn made true; a value that is NULL takes the fact away.
CREATE TABLE fact (
  turn      INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  entity    TEXT    NOT NULL,
  attribute TEXT    NOT NULL,
  value     TEXT,
  call      TEXT,
  PRIMARY KEY (turn, entity, attribute)
) STRICT, WITHOUT ROWID;

-- The fold of all facts at a turn, so that no fold begins at the root.  It can be made
-- anew from the facts at any time.
CREATE TABLE snapshot (
  turn   INTEGER PRIMARY KEY REFERENCES turn (id) ON DELETE CASCADE,
  branch INTEGER NOT NULL,
  depth  INTEGER NOT NULL,
  UNIQUE (branch, depth)
) STRICT;

-- `source` is the turn that set the fact.
CREATE TABLE snapshot_fact (
  turn      INTEGER NOT NULL REFERENCES snapshot (turn) ON DELETE CASCADE,
  entity    TEXT    NOT NULL,
  attribute TEXT    NOT NULL,
  value     TEXT    NOT NULL,
  source    INTEGER NOT NULL,
  call      TEXT,
  PRIMARY KEY (turn, entity, attribute)
) STRICT, WITHOUT ROWID;

-- What is remembered.  `story`, `branch` and `depth` are those of the turn.  `terms` is the
-- text as it is searched where that is another: scripts without spaces, cut up.
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

-- The story is a column of the index, so that the memories of others are left out
-- before anything is ranked.
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

-- The half-told turn of a story, outside the tree; `branch` and `depth` are those of the
-- turn that it was to follow.
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

-- Work that a commit left to do; it is taken up again after a restart.
CREATE TABLE job (
  id      INTEGER PRIMARY KEY,
  turn    INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  kind    TEXT    NOT NULL,
  data    TEXT,
  created INTEGER NOT NULL
) STRICT;

CREATE INDEX job_by_turn ON job (turn);
