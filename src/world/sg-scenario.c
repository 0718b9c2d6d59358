/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A scenario is read once, checked as a whole, and never changes after that: it
 * can be shared by all that play it.  The JSON is kept as it came, because each
 * story takes its own copy with it, so that a later edition of the file does not
 * change a story that has begun.
 */

#include "config.h"

#include "world/sg-scenario-data.h"

#include <string.h>

#include "world/sg-view.h"

/* What a scenario may measure; far above any real one. */
#define MAX_BYTES (4 * 1024 * 1024)
#define MAX_NESTING 40

struct _SgScenario
{
  GObject     parent_instance;

  char       *json;
  JsonNode   *node;
  JsonObject *root;
  char       *title;
  char       *summary;
  char       *language;

  GPtrArray  *entities;
  GHashTable *by_id;

  /* Sentences that have been parsed, by their text; whoever shares the scenario may be on another thread. */
  GMutex      lock;
  GHashTable *conditions;
  GHashTable *effects;
};

G_DEFINE_QUARK (sg-scenario-error-quark, sg_scenario_error)

G_DEFINE_FINAL_TYPE (SgScenario, sg_scenario, G_TYPE_OBJECT)

static void
sg_scenario_finalize (GObject *object)
{
  SgScenario *self = SG_SCENARIO (object);

  g_clear_pointer (&self->conditions, g_hash_table_unref);
  g_clear_pointer (&self->effects, g_hash_table_unref);
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->entities, g_ptr_array_unref);
  g_clear_pointer (&self->node, json_node_unref);
  g_free (self->json);
  g_free (self->title);
  g_free (self->summary);
  g_free (self->language);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (sg_scenario_parent_class)->finalize (object);
}

static void
sg_scenario_class_init (SgScenarioClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_scenario_finalize;
}

static void
condition_free_cb (gpointer data)
{
  if (data != NULL)
    sg_condition_free (data);
}

static void
effect_free_cb (gpointer data)
{
  if (data != NULL)
    sg_effect_free (data);
}

static void
sg_scenario_init (SgScenario *self)
{
  g_mutex_init (&self->lock);
  self->entities = g_ptr_array_new_with_free_func (g_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->conditions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, condition_free_cb);
  self->effects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, effect_free_cb);
}

/* The parser descends by recursion: what is nested absurdly is refused before it sees it. */
static gboolean
check_nesting (const char  *data,
               gsize        length,
               const char  *name,
               GError     **error)
{
  gboolean quoted = FALSE;
  guint depth = 0;
  guint line = 1;

  for (gsize i = 0; i < length; i++)
    {
      char c = data[i];

      if (c == '\n')
        line++;
      if (quoted && c == '\\')
        i++;
      else if (c == '"')
        quoted = !quoted;
      else if (!quoted && (c == '{' || c == '['))
        depth++;
      else if (!quoted && (c == '}' || c == ']') && depth > 0)
        depth--;

      if (depth > MAX_NESTING)
        {
          g_set_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_SYNTAX,
                       "%s, line %u: nested more than %d deep", name, line, MAX_NESTING);
          return FALSE;
        }
    }

  return TRUE;
}

/* The line of a byte, for what is no UTF-8. */
static guint
line_of (const char *data,
         const char *at)
{
  guint line = 1;

  for (const char *c = data; c < at; c++)
    line += *c == '\n';

  return line;
}

/* The parser has forgotten its position when it returns; its message is
 * `<data>:LINE:COLUMN: Parse error: what`. */
static void
set_syntax_error (GError       **error,
                  const char    *name,
                  const GError  *reason)
{
  const char *place = reason != NULL ? strstr (reason->message, "<data>:") : NULL;
  const char *what = reason != NULL ? strstr (reason->message, "error: ") : NULL;
  gint64 line = place != NULL ? g_ascii_strtoll (place + strlen ("<data>:"), NULL, 10) : 1;

  what = what != NULL ? what + strlen ("error: ") : reason != NULL ? reason->message : "there is nothing in it";
  g_set_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_SYNTAX,
               "%s, line %" G_GINT64_FORMAT ": %s", name, MAX (1, line), what);
}

static JsonNode *
parse (const char  *data,
       gsize        length,
       const char  *name,
       GError     **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) reason = NULL;
  const char *bad = NULL;

  if (length > MAX_BYTES)
    {
      g_set_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_INVALID,
                   "%s is larger than the %d MB that a scenario may measure", name, MAX_BYTES / 1024 / 1024);
      return NULL;
    }

  if (!g_utf8_validate_len (data, length, &bad))
    {
      g_set_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_SYNTAX,
                   "%s, line %u: not UTF-8 text", name, line_of (data, bad));
      return NULL;
    }

  if (!check_nesting (data, length, name, error))
    return NULL;

  if (!json_parser_load_from_data (parser, data, length, &reason) || json_parser_get_root (parser) == NULL)
    {
      set_syntax_error (error, name, reason);
      return NULL;
    }

  if (!JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      g_set_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_INVALID, "%s is not a JSON object", name);
      return NULL;
    }

  return json_parser_steal_root (parser);
}

static gboolean
check (JsonObject  *root,
       const char  *name,
       GError     **error)
{
  g_autoptr (GPtrArray) faults = sg_scenario_check (root);
  g_autoptr (GString) message = NULL;

  if (faults->len == 0)
    return TRUE;

  message = g_string_new (NULL);
  g_string_printf (message, "%s: ", name);
  for (guint i = 0; i < faults->len; i++)
    g_string_append_printf (message, "%s%s", i > 0 ? "\n" : "", (const char *) g_ptr_array_index (faults, i));
  g_set_error_literal (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_INVALID, message->str);

  return FALSE;
}

static void
index_entities (SgScenario *self)
{
  for (int kind = 0; kind < SG_N_ENTITY_KINDS; kind++)
    {
      JsonObject *section = sg_member_object (self->root, sg_entity_kind_get_section (kind));
      JsonObjectIter iter;
      const char *id;
      JsonNode *node;

      if (section == NULL)
        continue;

      json_object_iter_init_ordered (&iter, section);
      while (json_object_iter_next_ordered (&iter, &id, &node))
        {
          SgEntity *entity;

          if (id[0] == '#')
            continue;

          entity = g_new0 (SgEntity, 1);
          entity->id = id;
          entity->kind = kind;
          entity->data = json_node_get_object (node);
          entity->order = self->entities->len;
          g_ptr_array_add (self->entities, entity);
          g_hash_table_insert (self->by_id, (char *) entity->id, entity);
        }
    }
}

static char *
dup_plain (SgScenario *self,
           const char *member)
{
  g_autoptr (SgView) view = sg_view_new (self, NULL, NULL, 0);

  return sg_view_render (view, sg_member (self->root, member));
}

/**
 * sg_scenario_new_from_data:
 * @data: JSON text
 * @length: its length in bytes, or -1 where it ends with a NUL
 * @name: what errors call it: the name of a file, or an id
 *
 * Reads a scenario and checks all of it.
 *
 * Returns: (transfer full) (nullable): the scenario, or %NULL with an error of
 *   %SG_SCENARIO_ERROR that names the line or the paths of what is wrong
 */
SgScenario *
sg_scenario_new_from_data (const char  *data,
                           gssize       length,
                           const char  *name,
                           GError     **error)
{
  g_autoptr (SgScenario) self = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonArray *languages;

  g_return_val_if_fail (data != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (length < 0)
    length = strlen (data);

  node = parse (data, length, name, error);
  if (node == NULL || !check (json_node_get_object (node), name, error))
    return NULL;

  self = g_object_new (SG_TYPE_SCENARIO, NULL);
  self->json = g_strndup (data, length);
  self->root = json_node_get_object (node);
  self->node = g_steal_pointer (&node);
  languages = sg_member_array (self->root, "languages");
  self->language = g_strdup (languages != NULL && json_array_get_length (languages) > 0
                             ? json_array_get_string_element (languages, 0) : "en");
  index_entities (self);
  self->title = dup_plain (self, "title");
  self->summary = dup_plain (self, "summary");

  return g_steal_pointer (&self);
}

/**
 * sg_scenario_new_from_file:
 * @file: a JSON file
 *
 * Reads a scenario from a file and checks all of it.
 *
 * Returns: (transfer full) (nullable): the scenario, or %NULL with a
 *   %SG_SCENARIO_ERROR, or the #GIOErrorEnum of the reading
 */
SgScenario *
sg_scenario_new_from_file (GFile   *file,
                           GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *data = NULL;
  gsize length = 0;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  if (!g_file_load_contents (file, NULL, &data, &length, NULL, error))
    return NULL;

  name = g_file_get_basename (file);

  return sg_scenario_new_from_data (data, length, name, error);
}

/**
 * sg_scenario_get_id:
 *
 * Returns: the id, by which it is chosen
 */
const char *
sg_scenario_get_id (SgScenario *self)
{
  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  return sg_member_string (self->root, "id");
}

/**
 * sg_scenario_get_title:
 *
 * Returns: the title, in the first language of the scenario
 */
const char *
sg_scenario_get_title (SgScenario *self)
{
  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  return self->title;
}

/**
 * sg_scenario_get_summary:
 *
 * Returns: a sentence or two, in the first language of the scenario
 */
const char *
sg_scenario_get_summary (SgScenario *self)
{
  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  return self->summary;
}

/**
 * sg_scenario_get_author:
 *
 * Returns: who wrote it
 */
const char *
sg_scenario_get_author (SgScenario *self)
{
  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  return sg_member_string (self->root, "author");
}

/**
 * sg_scenario_get_json:
 *
 * Returns: the JSON text, byte by byte as it was read
 */
const char *
sg_scenario_get_json (SgScenario *self)
{
  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  return self->json;
}

/**
 * sg_scenario_get_root:
 *
 * Returns: (transfer none): the object; not to be changed
 */
JsonObject *
sg_scenario_get_root (SgScenario *self)
{
  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  return self->root;
}

/**
 * sg_scenario_get_language:
 *
 * Returns: the tag of the language that the texts fall back to
 */
const char *
sg_scenario_get_language (SgScenario *self)
{
  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  return self->language;
}

/**
 * sg_scenario_get_entities:
 *
 * Returns: (transfer none) (element-type SgEntity): all entities
 */
GPtrArray *
sg_scenario_get_entities (SgScenario *self)
{
  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  return self->entities;
}

/**
 * sg_scenario_lookup:
 * @id: (nullable): an id
 *
 * Returns: (transfer none) (nullable): the entity of that id
 */
const SgEntity *
sg_scenario_lookup (SgScenario *self,
                    const char *id)
{
  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  return id != NULL ? g_hash_table_lookup (self->by_id, id) : NULL;
}

/**
 * sg_scenario_get_section:
 * @section: the name of a member such as `grammar`
 *
 * Returns: (transfer none) (nullable): the object of that name
 */
JsonObject *
sg_scenario_get_section (SgScenario *self,
                         const char *section)
{
  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  return sg_member_object (self->root, section);
}

/**
 * sg_scenario_get_condition:
 * @text: a sentence
 *
 * Returns: (transfer none) (nullable): what it says, parsed once and kept
 */
const SgCondition *
sg_scenario_get_condition (SgScenario *self,
                           const char *text)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = NULL;
  gpointer value;

  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  locker = g_mutex_locker_new (&self->lock);
  if (g_hash_table_lookup_extended (self->conditions, text, NULL, &value))
    return value;

  value = sg_condition_parse (text, NULL);
  g_hash_table_insert (self->conditions, g_strdup (text), value);

  return value;
}

/**
 * sg_scenario_get_effect:
 * @text: a sentence
 *
 * Returns: (transfer none) (nullable): what it says, parsed once and kept
 */
const SgEffect *
sg_scenario_get_effect (SgScenario *self,
                        const char *text)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = NULL;
  gpointer value;

  g_return_val_if_fail (SG_IS_SCENARIO (self), NULL);

  locker = g_mutex_locker_new (&self->lock);
  if (g_hash_table_lookup_extended (self->effects, text, NULL, &value))
    return value;

  value = sg_effect_parse (text, NULL);
  g_hash_table_insert (self->effects, g_strdup (text), value);

  return value;
}
