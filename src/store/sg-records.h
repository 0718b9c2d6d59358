/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Plain rows of the library.  Times are microseconds since the epoch (g_get_real_time()),
 * ids are row ids, 0 where there is none yet, strings are owned and may be NULL where the
 * comment says so. */

/**
 * SgPathSegment:
 *
 * The turns of @branch from @first to @last (both included) lie on the path.
 */
typedef struct
{
  gint64 branch;
  gint64 first;
  gint64 last;
} SgPathSegment;

/**
 * SgPath:
 * @segments: (element-type SgPathSegment): from the root; none is empty but, of a
 *   branch that has just been forked, the last (its last is then its first - 1)
 *
 * The way from the root of a story to one of its turns.
 */
typedef struct
{
  gint64  story;
  gint64  branch;
  gint64  depth;
  GArray *segments;
} SgPath;

SgPath   *sg_path_copy     (const SgPath *self) G_GNUC_WARN_UNUSED_RESULT;
void      sg_path_free     (SgPath       *self);
gboolean  sg_path_contains (const SgPath *self,
                            gint64        branch,
                            gint64        depth);
gint64    sg_path_owner    (const SgPath *self,
                            gint64        depth);

/**
 * SgStoryRow:
 * @uid: a UUID, stable over export and import
 * @scenario: the whole scenario as JSON: a story stays playable when the file goes; %NULL in lists,
 *   which would be large with it
 * @branch: the branch that is being played
 * @depth: the depth of its head: -1 for none, 0 for the opening
 * @tip_branch: where redo leads to
 * @excerpt: (nullable): the end of the last turn's text, a line of it; read only
 * @turns: how many turns lie on the path to the head; read only
 */
typedef struct
{
  gint64   id;
  char    *uid;
  char    *title;
  char    *scenario_id;
  char    *scenario;
  char    *language;
  guint64  seed;
  gint64   branch;
  gint64   depth;
  gint64   tip_branch;
  gint64   tip_depth;
  gint64   created;
  gint64   played;
  char    *excerpt;
  gint64   turns;
} SgStoryRow;

/**
 * SgTurnRow:
 * @depth: 0 for the opening
 * @alternative: which of the turns at this depth after the same parent it is, from 0
 * @mode: `opening`, `do`, `say`, `story` or `continue`
 * @input: the player's words
 * @text: what was told
 * @reasoning: (nullable): what the model thought
 * @choices: (nullable): a JSON array of strings
 * @model: (nullable): the name of the model
 * @settings: (nullable): preset and switches, a JSON object
 * @finish: (nullable): why the model ended: `stop`, `length`, `stopped` (by the player), ...
 * @duration_us: from submission to narrated; -1 where it is not known (the opening)
 * @first_token_us: from submission to the first token; -1 likewise
 * @tokens_in: as the server counted; -1 where it did not
 * @estimated: whether the token counts are estimates
 * @rate: tokens a second while the model wrote; below 0 where it is not known
 * @seen: the number of the last late record that its prompt could see
 * @siblings: how many alternatives there are at this place, itself included; read only
 * @findings: (nullable): what was found wrong with it and is not repaired, a line each; read only
 * @told_again: (nullable): where it tells what an earlier turn told, a JSON object: the `turn`, and the `words`
 *   with which the player gets another answer; read only
 */
typedef struct
{
  gint64   id;
  gint64   story;
  gint64   branch;
  gint64   depth;
  int      alternative;
  char    *mode;
  char    *input;
  char    *text;
  char    *reasoning;
  char    *choices;
  char    *model;
  char    *settings;
  char    *finish;
  gint64   created;
  gint64   duration_us;
  gint64   first_token_us;
  gint64   tokens_in;
  gint64   tokens_out;
  gint64   tokens_cached;
  gboolean estimated;
  double   rate;
  gint64   seen;
  int      siblings;
  char    *findings;
  char    *told_again;
} SgTurnRow;

/**
 * SgFactRow:
 * @value: (nullable): JSON; %NULL where the fact was removed
 * @call: (nullable): the id of the tool call that set it
 */
typedef struct
{
  gint64  turn;
  char   *entity;
  char   *attribute;
  char   *value;
  char   *call;
} SgFactRow;

/**
 * SgMemoryRow:
 * @keywords: (nullable)
 * @call: (nullable)
 * @late: the number of a late record, or 0 for one that its turn committed
 * @score: how well it matched a search, higher is better; read only
 */
typedef struct
{
  gint64  id;
  gint64  turn;
  char   *text;
  char   *keywords;
  int     importance;
  char   *call;
  gint64  late;
  double  score;
} SgMemoryRow;

/**
 * SgSummaryRow:
 * @turn: the turn at @last; read only
 * @first: the depth of the first turn that it tells of, and
 * @last: that of the last
 * @late: the number of a late record, or 0 for one that a turn committed
 *
 * The turns of a path from @first to @last in few words.
 */
typedef struct
{
  gint64  id;
  gint64  turn;
  gint64  first;
  gint64  last;
  gint64  late;
  char   *text;
} SgSummaryRow;

/**
 * SgFindingRow:
 * @rule: which rule it breaks, such as `dead-acts`
 * @source: who found it: `rules` or `model`
 * @message: what is wrong, for the player
 * @critical: whether the turn was told anew at once because of such a thing
 * @repaired: whether the player has had the turn told anew because of it
 * @late: the number of a late record, or 0 for one that its turn committed
 */
typedef struct
{
  gint64   id;
  gint64   turn;
  char    *rule;
  char    *source;
  char    *message;
  gboolean critical;
  gboolean repaired;
  gint64   late;
} SgFindingRow;

/**
 * SgToolCallRow:
 * @position: the order in which the model made the calls, from 0
 * @level: its level in the graph of dependencies, from 0
 * @result: JSON as it went back to the model
 * @status: `ok`, `error`, `timeout` or `cancelled`
 */
typedef struct
{
  gint64  id;
  gint64  turn;
  int     position;
  int     level;
  char   *call;
  char   *name;
  char   *arguments;
  char   *result;
  char   *status;
  gint64  begin_us;
  gint64  duration_us;
} SgToolCallRow;

/**
 * SgModelCallRow:
 * @kind: `narration`, `summary`, ...
 * @position: the order in which the calls of the turn were made, from 0
 * @finish: (nullable)
 * @error: (nullable): what went wrong, for the player
 *
 * Times are microseconds since the submission of the turn; tokens are -1 where
 * the server did not count.
 */
typedef struct
{
  gint64   turn;
  int      position;
  char    *kind;
  char    *model;
  char    *server;
  gint64   begin_us;
  gint64   first_token_us;
  gint64   duration_us;
  gint64   tokens_in;
  gint64   tokens_out;
  gint64   tokens_cached;
  gint64   tokens_reasoning;
  gboolean estimated;
  char    *finish;
  char    *error;
} SgModelCallRow;

/**
 * SgSpanRow:
 * @number: the number of the span in its trace, from 1
 * @parent: the number of its parent, or 0
 * @kind: an SgSpanKind
 * @attributes: (nullable): a JSON object, and nothing else: it is stored inside of other JSON
 */
typedef struct
{
  gint64  turn;
  int     number;
  int     parent;
  int     kind;
  char   *name;
  gint64  begin_us;
  gint64  duration_us;
  char   *attributes;
} SgSpanRow;

/**
 * SgDraftRow:
 * @branch: the branch and
 * @depth: the depth of the turn that it was to follow
 * @stopped: whether the player stopped it (else it failed or the program was killed)
 * @error: (nullable): what went wrong, for the player
 *
 * The half-told turn of a story: at most one, outside the tree.
 */
typedef struct
{
  gint64   story;
  gint64   branch;
  gint64   depth;
  char    *mode;
  char    *input;
  char    *text;
  char    *reasoning;
  char    *model;
  gboolean stopped;
  char    *error;
  gint64   updated;
} SgDraftRow;

/**
 * SgJobRow:
 * @turn: the turn whose commit left it to do
 * @kind: `remember`, `verify`, ...
 * @data: (nullable): what it needs besides, a JSON object
 *
 * Work in the background that is taken up again after a restart.
 */
typedef struct
{
  gint64  id;
  gint64  turn;
  char   *kind;
  char   *data;
  gint64  created;
} SgJobRow;

/**
 * SgQueuedRow:
 * @position: the order in which they are to be played, from 0; -1 for words that were not handed in
 *
 * Words of the player's that are no turn yet.
 */
typedef struct
{
  gint64  story;
  int     position;
  char   *mode;
  char   *text;
} SgQueuedRow;

SgStoryRow     *sg_story_row_new      (void) G_GNUC_WARN_UNUSED_RESULT;
void            sg_story_row_free     (SgStoryRow     *self);
SgTurnRow      *sg_turn_row_new       (void) G_GNUC_WARN_UNUSED_RESULT;
SgTurnRow      *sg_turn_row_copy      (const SgTurnRow *self) G_GNUC_WARN_UNUSED_RESULT;
void            sg_turn_row_free      (SgTurnRow      *self);
SgFactRow      *sg_fact_row_new       (void) G_GNUC_WARN_UNUSED_RESULT;
void            sg_fact_row_free      (SgFactRow      *self);
SgMemoryRow    *sg_memory_row_new     (void) G_GNUC_WARN_UNUSED_RESULT;
void            sg_memory_row_free    (SgMemoryRow    *self);
SgFindingRow   *sg_finding_row_new    (void) G_GNUC_WARN_UNUSED_RESULT;
void            sg_finding_row_free   (SgFindingRow   *self);
SgSummaryRow   *sg_summary_row_new    (void) G_GNUC_WARN_UNUSED_RESULT;
void            sg_summary_row_free   (SgSummaryRow   *self);
SgToolCallRow  *sg_tool_call_row_new  (void) G_GNUC_WARN_UNUSED_RESULT;
void            sg_tool_call_row_free (SgToolCallRow  *self);
SgModelCallRow *sg_model_call_row_new (void) G_GNUC_WARN_UNUSED_RESULT;
void            sg_model_call_row_free (SgModelCallRow *self);
SgSpanRow      *sg_span_row_new       (void) G_GNUC_WARN_UNUSED_RESULT;
void            sg_span_row_free      (SgSpanRow      *self);
SgDraftRow     *sg_draft_row_new      (void) G_GNUC_WARN_UNUSED_RESULT;
void            sg_draft_row_free     (SgDraftRow     *self);
SgJobRow       *sg_job_row_new        (void) G_GNUC_WARN_UNUSED_RESULT;
void            sg_job_row_free       (SgJobRow       *self);
SgQueuedRow    *sg_queued_row_new     (void) G_GNUC_WARN_UNUSED_RESULT;
void            sg_queued_row_free    (SgQueuedRow    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPath, sg_path_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgStoryRow, sg_story_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTurnRow, sg_turn_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgFactRow, sg_fact_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgMemoryRow, sg_memory_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgFindingRow, sg_finding_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSummaryRow, sg_summary_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgToolCallRow, sg_tool_call_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgModelCallRow, sg_model_call_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSpanRow, sg_span_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgDraftRow, sg_draft_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgJobRow, sg_job_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgQueuedRow, sg_queued_row_free)

G_END_DECLS
