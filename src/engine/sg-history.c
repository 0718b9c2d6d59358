/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which turns a prompt holds.  A server reuses what it has read of the last prompt
 * up to the first byte that differs, so the history must not slide by a turn each turn: it
 * is appended to until it is too long, and then drops a block, down to KEEP_SHARE of
 * the limit.  Where it begins is stored with each turn (`history-first` in its
 * settings), so that a restart begins at the same place.
 *
 * A summary of the block is made while it is still there, in the background, when the limit
 * comes near; then the block leaves in the very turn in which its summary enters, so that both cost the
 * server one reading.  Each summary tells of all that came before, not of its block alone.
 */

#include "config.h"

#include "engine/sg-history.h"

#include <json-glib/json-glib.h>

#include "llm/sg-model-request.h"
#include "llm/sg-token-estimate.h"
#include "store/sg-tables.h"

/* How much of the limit is left after a block was dropped. */
#define KEEP_SHARE 0.6

/* How much of the limit is used when the next block is made a summary of. */
#define NEAR_SHARE 0.8

/* More turns than this are never read, whatever the limits are. */
#define MAX_TURNS 400

struct _SgHistory
{
  grefcount  references;
  GPtrArray *turns;
  gint64     branch;
  gint64     depth;

  /* What the turns are estimated at, as far as that was asked for: a turn never changes. */
  GArray    *tokens;

  /* Two messages of a prompt for each turn, as far as they were made. */
  GPtrArray *messages;

  /* What the last prompt said of the world. */
  SgPromptState state;

  /* Whether the library has nothing more for the turn that follows the last one, as long as no more late records
   * are stored than there were then. */
  gboolean   is_complete;
  guint      n_late;

  /* What the last of them is written in, where the verifier has said that. */
  const char *tongue;

  /* What the turn that is told may see, by the depth that they reach, and the number of the last late
   * record there was when they were read; and the limits that it kept to. */
  GPtrArray *summaries;
  gint64     seen;
  gboolean   has_meanings;
  int        max_turns;
  int        max_tokens;
};

/**
 * sg_history_new:
 *
 * Returns: (transfer full): a history that is current for no path yet
 */
SgHistory *
sg_history_new (void)
{
  SgHistory *self = g_new0 (SgHistory, 1);

  g_ref_count_init (&self->references);
  self->turns = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_turn_row_free);
  self->tokens = g_array_new (FALSE, FALSE, sizeof (int));
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_message_unref);
  self->depth = -1;

  return self;
}

/**
 * sg_history_ref:
 *
 * Returns: (transfer full): the same history
 */
SgHistory *
sg_history_ref (SgHistory *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->references);

  return self;
}

/**
 * sg_history_unref:
 * @self: (transfer full): a history
 */
void
sg_history_unref (SgHistory *self)
{
  if (!g_ref_count_dec (&self->references))
    return;

  g_ptr_array_unref (self->turns);
  g_array_unref (self->tokens);
  g_ptr_array_unref (self->messages);
  sg_prompt_state_clear (&self->state);
  g_clear_pointer (&self->summaries, g_ptr_array_unref);
  g_free (self);
}

/**
 * sg_history_is_current:
 * @path: a path
 *
 * Returns: whether the history ends with the turn at the end of @path
 */
gboolean
sg_history_is_current (SgHistory    *self,
                       const SgPath *path)
{
  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  return self->depth == path->depth && self->branch == sg_path_owner (path, path->depth);
}

/* Where the prompt of a turn began, or -1 where it had none: the opening, a draft that was kept, a
 * turn of the built-in storyteller. */
static gint64
read_history_first (const SgTurnRow *turn)
{
  g_autoptr (JsonNode) node = NULL;

  if (turn->settings == NULL)
    return -1;

  node = json_from_string (turn->settings, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return -1;

  return json_object_get_int_member_with_default (json_node_get_object (node), "history-first", -1);
}

/* Drops the turns before the place at which the last prompt began that is known. */
static void
drop_before_first (GPtrArray *turns)
{
  const SgTurnRow *oldest;
  gint64 first = -1;

  for (guint i = turns->len; i > 0 && first < 0; i--)
    first = read_history_first (g_ptr_array_index (turns, i - 1));
  if (first < 0 || turns->len == 0)
    return;

  oldest = g_ptr_array_index (turns, 0);
  first = MIN (first - oldest->depth, (gint64) turns->len - 1);
  if (first > 0)
    g_ptr_array_remove_range (turns, 0, (guint) first);
}

/* The turns are others now. */
static void
forget_made (SgHistory *self)
{
  g_array_set_size (self->tokens, 0);
  g_ptr_array_set_size (self->messages, 0);
  self->tongue = NULL;
  self->is_complete = FALSE;
}

/* Takes the turns. */
static void
take_turns (SgHistory    *self,
            GPtrArray    *turns,
            const SgPath *path)
{
  g_ptr_array_unref (self->turns);
  self->turns = turns;
  forget_made (self);
  self->branch = sg_path_owner (path, path->depth);
  self->depth = path->depth;
}

/**
 * sg_history_load_from:
 * @connection: a connection in a job
 * @path: a path
 * @first: the depth of the first turn that is wanted
 *
 * Returns: %FALSE with an %SG_LIBRARY_ERROR
 */
gboolean
sg_history_load_from (SgHistory    *self,
                      SgConnection *connection,
                      const SgPath *path,
                      gint64        first,
                      GError      **error)
{
  GPtrArray *turns;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  turns = sg_turns_list (connection, path, first, path->depth, error);
  if (turns == NULL)
    return FALSE;

  take_turns (self, turns, path);

  return TRUE;
}

/**
 * sg_history_load:
 * @connection: a connection in a job
 * @path: a path
 *
 * Reads the turns of a path from where the prompt of its last turn began.
 *
 * Returns: %FALSE with an %SG_LIBRARY_ERROR
 */
gboolean
sg_history_load (SgHistory    *self,
                 SgConnection *connection,
                 const SgPath *path,
                 GError      **error)
{
  g_autoptr (GPtrArray) last = NULL;
  gint64 oldest, first = -1;
  GPtrArray *turns;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  last = sg_turns_list (connection, path, path->depth, path->depth, error);
  if (last == NULL)
    return FALSE;

  if (last->len > 0)
    first = read_history_first (g_ptr_array_index (last, 0));
  oldest = MAX (0, path->depth - MAX_TURNS + 1);

  turns = sg_turns_list (connection, path, CLAMP (first, oldest, MAX (0, path->depth)),
                         path->depth, error);
  if (turns == NULL)
    return FALSE;
  if (first < 0)
    drop_before_first (turns);

  take_turns (self, turns, path);

  return TRUE;
}

/**
 * sg_history_replace:
 * @other: (transfer full): a history that was read on another thread
 */
void
sg_history_replace (SgHistory *self,
                    SgHistory *other)
{
  g_autoptr (SgHistory) taken = other;

  g_return_if_fail (self != NULL && other != NULL);

  g_ptr_array_unref (self->turns);
  self->turns = g_ptr_array_ref (taken->turns);
  forget_made (self);
  self->branch = taken->branch;
  self->depth = taken->depth;
}

/**
 * sg_history_append:
 * @turn: (transfer full): the turn that follows the last one
 * @tongue: (nullable): what it is written in, as sg_verifier_check() says it
 */
void
sg_history_append (SgHistory  *self,
                   SgTurnRow  *turn,
                   const char *tongue)
{
  g_return_if_fail (self != NULL && turn != NULL);

  self->branch = turn->branch;
  self->depth = turn->depth;
  self->tongue = tongue;
  self->is_complete = FALSE;
  g_ptr_array_add (self->turns, turn);
}

/**
 * sg_history_get_tongue:
 *
 * Returns: (nullable): what the last turn is written in, where that is known
 */
const char *
sg_history_get_tongue (SgHistory *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->tongue;
}

/**
 * sg_history_get_turns:
 *
 * Returns: (transfer none) (element-type SgTurnRow): the turns, oldest first
 */
GPtrArray *
sg_history_get_turns (SgHistory *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->turns;
}

/**
 * sg_history_get_messages:
 *
 * A turn is told in the same messages for as long as it is in the history, so that they need be made only once.
 *
 * Returns: (transfer none) (element-type SgMessage): the player's and the narrator's of the oldest turns, as far as
 *   somebody has added them
 */
GPtrArray *
sg_history_get_messages (SgHistory *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->messages;
}

/**
 * sg_history_get_first:
 *
 * Returns: the depth of the oldest turn
 */
gint64
sg_history_get_first (SgHistory *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->turns->len > 0 ? ((SgTurnRow *) g_ptr_array_index (self->turns, 0))->depth : 0;
}

/**
 * sg_history_set_summaries:
 * @summaries: (transfer full) (nullable) (element-type SgSummaryRow): those on the path that the next
 *   turn may see, by the depth that they reach
 * @seen: the number of the last late record that it may see
 */
void
sg_history_set_summaries (SgHistory *self,
                          GPtrArray *summaries,
                          gint64     seen)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->summaries, g_ptr_array_unref);
  self->summaries = summaries;
  self->seen = seen;
}

/**
 * sg_history_get_seen:
 *
 * A story has hundreds of summaries in time, and a new one comes only with a new number.
 *
 * Returns: the number of the last late record there was when the summaries were read; -1 where they were not
 */
gint64
sg_history_get_seen (SgHistory *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->summaries != NULL ? self->seen : -1;
}

/**
 * sg_history_get_state:
 *
 * Returns: (transfer none): what the last prompt said of the world, for the next one
 */
SgPromptState *
sg_history_get_state (SgHistory *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->state;
}

/**
 * sg_history_is_complete:
 * @n_late: see sg_after_get_n_late()
 *
 * Returns: whether the turn that follows the last one has nothing to read in the library, as far as is known
 */
gboolean
sg_history_is_complete (SgHistory *self,
                        guint      n_late)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_complete && self->n_late == n_late;
}

/**
 * sg_history_set_complete:
 * @n_late: see sg_after_get_n_late()
 *
 * Says that no turn follows the last one, that there are no memories, and no summaries but those that are here.
 */
void
sg_history_set_complete (SgHistory *self,
                         guint      n_late)
{
  g_return_if_fail (self != NULL);

  self->is_complete = TRUE;
  self->n_late = n_late;
}

/**
 * sg_history_doubt:
 *
 * The story went somewhere, or another turn was stored: what sg_history_set_complete() said may not be so any more.
 */
void
sg_history_doubt (SgHistory *self)
{
  g_return_if_fail (self != NULL);

  self->is_complete = FALSE;
}

/**
 * sg_history_get_has_meanings:
 *
 * Returns: whether it is worth asking at once what the player's words mean
 */
gboolean
sg_history_get_has_meanings (SgHistory *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->has_meanings;
}

/**
 * sg_history_set_has_meanings:
 * @has_meanings: what the library said
 */
void
sg_history_set_has_meanings (SgHistory *self,
                             gboolean   has_meanings)
{
  g_return_if_fail (self != NULL);

  self->has_meanings = has_meanings;
}

/* The last one, and so the newest, that reaches no further than that. */
static const SgSummaryRow *
find_summary (SgHistory *self,
              gint64     last)
{
  for (guint i = self->summaries != NULL ? self->summaries->len : 0; i > 0; i--)
    {
      const SgSummaryRow *summary = g_ptr_array_index (self->summaries, i - 1);

      if (summary->last <= last)
        return summary;
    }

  return NULL;
}

/**
 * sg_history_get_summary:
 *
 * Returns: (transfer none) (nullable): what stands before the turns
 */
const SgSummaryRow *
sg_history_get_summary (SgHistory *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return find_summary (self, sg_history_get_first (self) - 1);
}

/**
 * sg_history_get_n_lost:
 *
 * Returns: how many turns lie between the summary, or the beginning, and the oldest turn
 */
gint64
sg_history_get_n_lost (SgHistory *self)
{
  const SgSummaryRow *summary;

  g_return_val_if_fail (self != NULL, 0);

  summary = sg_history_get_summary (self);

  return sg_history_get_first (self) - (summary != NULL ? summary->last + 1 : 0);
}

/**
 * sg_history_get_summary_tokens:
 *
 * Returns: how many tokens the summary may have that will stand before the turns, as estimated
 */
int
sg_history_get_summary_tokens (SgHistory *self)
{
  const SgSummaryRow *now, *next;

  g_return_val_if_fail (self != NULL, 0);

  now = sg_history_get_summary (self);
  next = find_summary (self, G_MAXINT64);

  return MAX (now != NULL ? sg_token_estimate (now->text, -1) : 0,
              next != NULL ? sg_token_estimate (next->text, -1) : 0);
}

static int
estimate_turn (const SgTurnRow *turn)
{
  return sg_token_estimate (turn->input, -1) + sg_token_estimate (turn->text, -1) + 8;
}

/* Estimates the turns that came since the last time; returns what all of them have together. */
static int
estimate_all (SgHistory *self)
{
  int sum = 0;

  for (guint i = self->tokens->len; i < self->turns->len; i++)
    {
      int tokens = estimate_turn (g_ptr_array_index (self->turns, i));

      g_array_append_val (self->tokens, tokens);
    }

  for (guint i = 0; i < self->tokens->len; i++)
    sum += g_array_index (self->tokens, int, i);

  return sum;
}

/* Whether the last @keep turns are within the limits. */
static gboolean
fits (SgHistory *self,
      guint      keep)
{
  gint64 tokens = 0;

  for (guint i = self->tokens->len - keep; i < self->tokens->len; i++)
    tokens += g_array_index (self->tokens, int, i);

  return (self->max_turns <= 0 || keep <= (guint) self->max_turns)
         && (self->max_tokens <= 0 || tokens <= self->max_tokens);
}

/* How many turns stay where a block leaves whose summary is there; 0 where there is none that helps. */
static guint
keep_after_summary (SgHistory *self)
{
  gint64 first = sg_history_get_first (self);

  for (guint i = 0; self->summaries != NULL && i < self->summaries->len; i++)
    {
      const SgSummaryRow *summary = g_ptr_array_index (self->summaries, i);
      gint64 keep = self->turns->len - (summary->last + 1 - first);

      if (summary->last >= first && keep > 0 && fits (self, (guint) keep))
        return (guint) keep;
    }

  return 0;
}

/* How many turns stay where nothing tells where to cut. */
static guint
keep_by_limits (SgHistory *self,
                double     share)
{
  gint64 turns =
    self->max_turns > 0 ? MAX (1, (gint64) (self->max_turns * share)) : G_MAXINT64;
  gint64 tokens = self->max_tokens > 0 ? (gint64) (self->max_tokens * share) : G_MAXINT64;
  guint keep;

  for (keep = 0; keep < self->turns->len && keep < turns; keep++)
    {
      tokens -= g_array_index (self->tokens, int, self->tokens->len - 1 - keep);
      if (tokens < 0 && keep > 0)
        break;
    }

  return keep;
}

/**
 * sg_history_trim:
 * @max_turns: how many turns there may be; 0 for no limit
 * @max_tokens: how many tokens they may have, as estimated; 0 for no limit
 * @in_blocks: whether more is dropped than has to be, so that the rest is only appended to for many turns
 *
 * Drops the oldest turns where a limit is passed: in blocks, those that a summary tells of, if there is
 * one that is enough.  The last turn always stays.
 *
 * Returns: whether anything was dropped
 */
gboolean
sg_history_trim (SgHistory *self,
                 int        max_turns,
                 int        max_tokens,
                 gboolean   in_blocks)
{
  guint keep;

  g_return_val_if_fail (self != NULL, FALSE);

  self->max_turns = max_turns;
  self->max_tokens = max_tokens;
  estimate_all (self);
  if (fits (self, self->turns->len))
    return FALSE;

  keep = in_blocks ? keep_after_summary (self) : 0;
  if (keep == 0)
    keep = keep_by_limits (self, in_blocks ? KEEP_SHARE : 1);
  if (keep >= self->turns->len)
    return FALSE;

  g_array_remove_range (self->tokens, 0, self->turns->len - keep);
  g_ptr_array_remove_range (self->messages, 0, MIN (self->messages->len, 2 * (self->turns->len - keep)));
  g_ptr_array_remove_range (self->turns, 0, self->turns->len - keep);

  return TRUE;
}

/* How many of the oldest turns leave when a limit is passed that is near; 0 while none is. */
static guint
count_leaving (SgHistory *self,
               int        tokens,
               guint      n_turns)
{
  guint n = 0;

  if (self->max_turns > 0 && n_turns >= (guint) (self->max_turns * NEAR_SHARE))
    n = (guint) (self->max_turns + 1 - MAX (1, (int) (self->max_turns * KEEP_SHARE)));

  if (self->max_tokens > 0 && tokens >= (int) (self->max_tokens * NEAR_SHARE))
    {
      int surplus = self->max_tokens - (int) (self->max_tokens * KEEP_SHARE);
      guint leaving = 0;

      while (surplus > 0 && leaving < self->tokens->len)
        surplus -= g_array_index (self->tokens, int, leaving++);
      n = MAX (n, leaving);
    }

  return n;
}

/**
 * sg_history_get_leaving:
 * @told: the turn that is added next
 * @first: (out): the depth of the first turn of the block
 * @last: (out): the depth of its last turn
 *
 * Returns: whether a block leaves before long that has no summary yet
 */
gboolean
sg_history_get_leaving (SgHistory       *self,
                        const SgTurnRow *told,
                        gint64          *first,
                        gint64          *last)
{
  int tokens;
  guint n;

  g_return_val_if_fail (self != NULL && told != NULL, FALSE);

  tokens = estimate_all (self) + estimate_turn (told);
  n = MIN (count_leaving (self, tokens, self->turns->len + 1), self->turns->len);
  *first = sg_history_get_first (self);
  *last = *first + n - 1;

  return n > 0 && find_summary (self, G_MAXINT64) == sg_history_get_summary (self);
}
