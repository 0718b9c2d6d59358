-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What a turn leaves behind besides its words and its facts: what was found wrong with
-- it, summaries, meanings of memories; and the words that wait for their turn.

-- What the player handed in while a turn ran, in the order in which it is to be played;
-- at -1 what was written and not handed in.
CREATE TABLE queued_input (
  story    INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  mode     TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  PRIMARY KEY (story, position)
) STRICT, WITHOUT ROWID;

-- What a check found in the words of a turn.  `late` as with memories; 0 for what was
-- found before the commit.  `repaired` is set once the player has had it told anew.
CREATE TABLE finding (
  id       INTEGER PRIMARY KEY,
  turn     INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  rule     TEXT    NOT NULL,
  source   TEXT    NOT NULL,
  message  TEXT    NOT NULL,
  critical INTEGER NOT NULL,
  repaired INTEGER NOT NULL DEFAULT 0,
  late     INTEGER NOT NULL
) STRICT;

CREATE INDEX finding_by_turn ON finding (turn);

-- The turns of the path from `first` to `last` (depths, both included) in few words.
-- `turn` is the one at `last`; `story`, `branch` and `depth` are its own.
CREATE TABLE summary (
  id     INTEGER PRIMARY KEY,
  turn   INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
  story  INTEGER NOT NULL,
  branch INTEGER NOT NULL,
  depth  INTEGER NOT NULL,
  first  INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  late   INTEGER NOT NULL,
  text   TEXT    NOT NULL
) STRICT;

CREATE INDEX summary_by_place ON summary (branch, depth);
CREATE INDEX summary_by_turn ON summary (turn);

-- The meaning of a memory, as a model of that name sees it: `dimensions` little-endian
-- 32-bit floats, of length 1.
CREATE TABLE embedding (
  memory     INTEGER NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
  model      TEXT    NOT NULL,
  dimensions INTEGER NOT NULL,
  vector     BLOB    NOT NULL,
  PRIMARY KEY (memory, model)
) STRICT, WITHOUT ROWID;
