/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole phrases of a scenario, looked for before anything else. */

#include "config.h"

#include "storyteller/sg-play-private.h"

#include <string.h>

#include "storyteller/sg-words.h"

/* "knock thrice|trice door": all of it, in this order, whatever stands between. */
static gboolean
phrase_matches (const char         *phrase,
                const char * const *words)
{
  g_auto (GStrv) wanted = g_strsplit (phrase, " ", -1);
  guint at = 0;

  for (guint i = 0; wanted[i] != NULL; i++)
    {
      g_autofree char *lower = g_utf8_strdown (wanted[i], -1);
      g_auto (GStrv) ways = g_strsplit (lower, "|", -1);
      gboolean found = FALSE;

      if (wanted[i][0] == '\0' || sg_word_is_article (lower))
        continue;
      for (; words[at] != NULL && !found; at++)
        {
          for (guint j = 0; ways[j] != NULL && !found; j++)
            found = sg_word_is_same_stem (ways[j], words[at])
                    || (strlen (ways[j]) > 4 && sg_word_is_close (ways[j], words[at]));
        }
      if (!found)
        return FALSE;
    }

  return TRUE;
}

gboolean
sg_play_try_actions (SgPlay     *self,
                     const char *text)
{
  JsonObject *actions = sg_scenario_get_section (self->scenario, "actions");
  g_auto (GStrv) words = sg_words_split (text != NULL ? text : "");
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  if (actions == NULL || words[0] == NULL)
    return FALSE;

  json_object_iter_init_ordered (&iter, actions);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      JsonArray *phrases = id[0] != '#' ? sg_member_array (json_node_get_object (node), "phrases") : NULL;
      gboolean matches = FALSE;

      for (guint i = 0; phrases != NULL && i < json_array_get_length (phrases) && !matches; i++)
        matches = phrase_matches (json_array_get_string_element (phrases, i), (const char * const *) words);
      if (matches && sg_play_react (self, node, id) != SG_REACTED_NO)
        {
          self->takes_time = TRUE;
          return TRUE;
        }
    }

  return FALSE;
}
