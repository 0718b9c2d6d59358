/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The player's words inside the storyteller's own sentences: "stand on my head" becomes "You try to stand
 * on your head", and names get their capitals back. */

#include "config.h"

#include "storyteller/sg-play-private.h"

#include "storyteller/sg-words.h"

static const char *
turn_to_player (const char *word)
{
  static const struct
  {
    const char *from;
    const char *to;
  } turns[] = {
    { "i", "you" }, { "me", "you" }, { "my", "your" }, { "mine", "yours" }, { "myself", "yourself" }, { "am", "are" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (turns); i++)
    {
      if (g_str_equal (word, turns[i].from))
        return turns[i].to;
    }

  return word;
}

/* The words of proper names, by how they look in lower case. */
static GHashTable *
list_capitals (SgPlay *self)
{
  GHashTable *capitals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GPtrArray *entities = sg_scenario_get_entities (self->scenario);

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);
      g_autofree char *name = NULL;
      g_auto (GStrv) words = NULL;

      if (entity->kind > SG_ENTITY_DEITY)
        continue;
      name = sg_view_dup_name (self->view, entity->id, SG_NAME_BARE);
      words = g_strsplit (name, " ", -1);
      for (guint j = 0; words[j] != NULL; j++)
        {
          if (g_unichar_isupper (g_utf8_get_char (words[j])))
            g_hash_table_insert (capitals, g_utf8_strdown (words[j], -1), g_strdup (words[j]));
        }
    }

  return capitals;
}

/**
 * sg_play_dup_wording:
 * @words: what the player typed, in plain words
 *
 * Returns: (transfer full): the words as the storyteller would say them to the player
 */
char *
sg_play_dup_wording (SgPlay     *self,
                     const char *words)
{
  g_autoptr (GHashTable) capitals = list_capitals (self);
  g_auto (GStrv) split = g_strsplit (words, " ", -1);
  GString *string = g_string_new (NULL);

  for (guint i = 0; split[i] != NULL; i++)
    {
      const char *capital = g_hash_table_lookup (capitals, split[i]);

      if (i > 0)
        g_string_append_c (string, ' ');
      g_string_append (string, capital != NULL ? capital : turn_to_player (split[i]));
    }

  return g_string_free (string, FALSE);
}
