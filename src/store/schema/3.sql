-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Less to write for each turn: its spans are one row, and its model calls have no number
-- besides their place, which would be a second tree.  What belongs to a turn that is not there
-- is reached by nobody, and must not keep the library from being opened.

-- What a turn spent its time on.  It is written and read as a whole.  `spans` is the inside of
-- a JSON array; a span is [number, parent, kind, name, begin_us, duration_us, attributes], the
-- last null or left out where it has none.  What is told later is appended, and what is said
-- last of a number counts.
CREATE TABLE trace (
  turn  INTEGER PRIMARY KEY REFERENCES turn (id) ON DELETE CASCADE,
  spans TEXT    NOT NULL
) STRICT;

INSERT INTO trace (turn, spans)
  SELECT turn, group_concat (json_array (number, parent, kind, name, begin_us, duration_us,
                               CASE WHEN json_valid (attributes) THEN json (attributes) END))
    FROM span WHERE turn IN (SELECT id FROM turn) GROUP BY turn;

DROP TABLE span;

ALTER TABLE model_call RENAME TO numbered_call;

CREATE TABLE model_call (
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
  PRIMARY KEY (turn, position)
) STRICT, WITHOUT ROWID;

INSERT INTO model_call
  SELECT turn, position, kind, model, server, begin_us, first_token_us, duration_us, tokens_in,
         tokens_out, tokens_cached, tokens_reasoning, estimated, finish, error
    FROM numbered_call WHERE turn IN (SELECT id FROM turn);

DROP TABLE numbered_call;
