/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which turns a prompt holds.  A server reuses what it has read of the last prompt
 * up to the first byte that differs, so the history must not slide by a turn each turn: it
 * is appended to until it is too long, and then drops a block, down to KEEP_SHARE of
 * the limit.  Where it begins is stored with each turn (`history-first` in its
 * settings), so that a restart begins at the same place.
 */

#include "config.h"

#include "engine/sg-history.h"

#include <json-glib/json-glib.h>

#include "llm/sg-token-estimate.h"
#include "store/sg-tables.h"

/* How much of the limit is left after a block was dropped. */
#define KEEP_SHARE 0.6

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

  g_ptr_array_unref (self->turns);
  self->turns = turns;
  g_array_set_size (self->tokens, 0);
  self->branch = sg_path_owner (path, path->depth);
  self->depth = path->depth;

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
  g_array_set_size (self->tokens, 0);
  self->branch = taken->branch;
  self->depth = taken->depth;
}

/**
 * sg_history_append:
 * @turn: (transfer full): the turn that follows the last one
 */
void
sg_history_append (SgHistory *self,
                   SgTurnRow *turn)
{
  g_return_if_fail (self != NULL && turn != NULL);

  self->branch = turn->branch;
  self->depth = turn->depth;
  g_ptr_array_add (self->turns, turn);
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

/**
 * sg_history_trim:
 * @max_turns: how many turns there may be; 0 for no limit
 * @max_tokens: how many tokens they may have, as estimated; 0 for no limit
 * @in_blocks: whether more is dropped than has to be, so that the rest is only appended to for many turns
 *
 * Drops the oldest turns where a limit is passed.  The last turn always stays.
 *
 * Returns: whether anything was dropped
 */
gboolean
sg_history_trim (SgHistory *self,
                 int        max_turns,
                 int        max_tokens,
                 gboolean   in_blocks)
{
  double share = in_blocks ? KEEP_SHARE : 1;
  guint keep;
  gint64 keep_turns, keep_tokens;
  int tokens;

  g_return_val_if_fail (self != NULL, FALSE);

  tokens = estimate_all (self);
  if ((max_turns <= 0 || self->turns->len <= (guint) max_turns)
      && (max_tokens <= 0 || tokens <= max_tokens))
    return FALSE;

  keep_turns = max_turns > 0 ? MAX (1, (gint64) (max_turns * share)) : G_MAXINT64;
  keep_tokens = max_tokens > 0 ? (gint64) (max_tokens * share) : G_MAXINT64;

  for (keep = 0; keep < self->turns->len && keep < keep_turns; keep++)
    {
      keep_tokens -= g_array_index (self->tokens, int, self->tokens->len - 1 - keep);
      if (keep_tokens < 0 && keep > 0)
        break;
    }

  if (keep >= self->turns->len)
    return FALSE;

  g_array_remove_range (self->tokens, 0, self->turns->len - keep);
  g_ptr_array_remove_range (self->turns, 0, self->turns->len - keep);

  return TRUE;
}
