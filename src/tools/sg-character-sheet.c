/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "tools/sg-character-sheet.h"

#include <string.h>

#include "tools/sg-tool-text.h"

/* "Old Tom O'Hara" is `old_tom_o_hara`; names in other scripts are numbered. */
static char *
dup_id (const char *name)
{
  g_autofree char *ascii = g_str_to_ascii (name, NULL);
  GString *id = g_string_new (NULL);

  for (const char *p = ascii; *p != '\0' && id->len < SG_TOOL_NAME_MAX - 4; p++)
    {
      if (g_ascii_isalnum (*p))
        g_string_append_c (id, g_ascii_tolower (*p));
      else if (id->len > 0 && id->str[id->len - 1] != '_' && *p != '?')
        g_string_append_c (id, '_');
    }
  while (id->len > 0 && id->str[id->len - 1] == '_')
    g_string_truncate (id, id->len - 1);
  if (id->len == 0 || !g_ascii_isalpha (id->str[0]))
    g_string_prepend (id, id->len == 0 ? "character" : "c_");

  return g_string_free (id, FALSE);
}

static char *
dup_free_id (SgWorld    *world,
             const char *name)
{
  g_autofree char *id = dup_id (name);

  if (!sg_world_has_entity (world, id))
    return g_steal_pointer (&id);

  for (guint n = 2;; n++)
    {
      g_autofree char *other = g_strdup_printf ("%s_%u", id, n);

      if (!sg_world_has_entity (world, other))
        return g_steal_pointer (&other);
    }
}

/**
 * sg_character_sheet_write:
 * @world: where the character comes to be
 * @sheet: what a forge has made; every member becomes a fact
 * @place: (nullable): where they are
 * @call: (nullable): the id of the tool call
 *
 * Puts a character into the world, under an id that nobody has.
 *
 * Returns: (transfer full): the id
 */
char *
sg_character_sheet_write (SgWorld    *world,
                          JsonObject *sheet,
                          const char *place,
                          const char *call)
{
  char *id = dup_free_id (world, json_object_get_string_member (sheet, "name"));
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  sg_world_set (world, id, "kind", json_node_init_string (json_node_alloc (), "character"), call);
  json_object_iter_init_ordered (&iter, sheet);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    sg_world_set (world, id, name, json_node_copy (value), call);
  if (place != NULL)
    sg_world_set (world, id, "place", json_node_init_string (json_node_alloc (), place), call);

  return id;
}

/* A sentence ends with a mark of its own. */
static void
append_sentence (GString    *text,
                 const char *sentence)
{
  gsize length = strlen (sentence);

  if (length == 0)
    return;
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, sentence);
  if (g_ascii_isalnum (sentence[length - 1]))
    g_string_append_c (text, '.');
}

/**
 * sg_character_sheet_dup_text:
 * @sheet: what a forge has made
 *
 * Returns: (transfer full): a paragraph that introduces the character to the player; what the player
 *   has to find out is left out
 */
char *
sg_character_sheet_dup_text (JsonObject *sheet)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s, %s.", json_object_get_string_member (sheet, "name"),
                          json_object_get_string_member (sheet, "role"));
  append_sentence (text, json_object_get_string_member (sheet, "appearance"));
  append_sentence (text, json_object_get_string_member (sheet, "description"));

  return g_string_free (text, FALSE);
}
