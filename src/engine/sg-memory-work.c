/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "engine/sg-memory-work.h"

#include <string.h>

#include "engine/sg-prompt.h"
#include "engine/sg-turn-run-private.h"
#include "store/sg-tables.h"

/* No turn tells more that is worth keeping, and the model that reads it has a context, too. */
#define MAX_TURN_BYTES 6000

/* Whether a turn that was just told, and the story before it, have no memories, as far as is known; and those that are
 * drawn from it may bring what they need in the background. */
gboolean
sg_memory_work_has_none (SgTurnRun *run)
{
  return sg_engine_settings_is_on (run->settings, "background-memory")
         && sg_world_get_new_memories (run->overlay)->len == 0
         && sg_history_is_current (run->history, run->path)
         && sg_history_is_complete (run->history, sg_after_get_n_late (run->after));
}

/* Appends what the player said and what was told, as a model reads it. */
void
sg_memory_work_append_turn (GString         *text,
                            const SgTurnRow *turn)
{
  g_autofree char *input = sg_prompt_dup_input (turn->mode, turn->input);
  gsize length = strlen (turn->text);
  gsize begin = length > MAX_TURN_BYTES ? length - MAX_TURN_BYTES : 0;

  while ((turn->text[begin] & 0xc0) == 0x80)
    begin++;

  if (g_strcmp0 (turn->mode, "opening") != 0)
    g_string_append_printf (text, "%s\n", input);
  g_string_append_printf (text, "%s%s\n\n", begin > 0 ? "…" : "", turn->text + begin);
}

/* Where the limit of tokens cut a text, it ends with the last sentence that is whole. */
char *
sg_memory_work_cut_sentence (const char *text)
{
  static const char *const ends[] = { ".", "!", "?", "…", "。", "！", "？" };
  const char *last = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      const char *end = g_strrstr (text, ends[i]);

      if (end != NULL && (last == NULL || end + strlen (ends[i]) > last))
        last = end + strlen (ends[i]);
    }

  return last != NULL ? g_strndup (text, (gsize) (last - text)) : g_strdup (text);
}

/* The path to a turn. */
SgPath *
sg_memory_work_load_path (SgConnection  *connection,
                          gint64         turn,
                          GError       **error)
{
  g_autoptr (SgTurnRow) row = sg_turns_get (connection, turn, error);

  return row != NULL ? sg_branches_load_path (connection, row->branch, row->depth, error) : NULL;
}
