/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What has changed since a reader last looked.  The mark of a reader is a fact of the turn in which it looked, so
 * that undo and branches take it along: facts of later turns are new, those of earlier ones are not.  Of the
 * facts of that very turn it says which were there already, with a hash of the value; so those that changed
 * later in the turn are new the next time, in this turn or another.
 *
 * The mark changes the world, but the call is made for what it returns: the model always hears it.
 */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "store/sg-tables.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"

/* The entity that has the marks, one attribute for each reader and what it looked at. */
#define MARKS "_seen"

/* From here on only names are given, and of these so many. */
#define VALUES_MAX 4096
#define NAMES_MAX 100

/* How many facts of its own turn a mark tells apart; what is beyond is told twice. */
#define SEEN_MAX 200

/* What a mark says of a fact that was taken away. */
#define GONE "-"

struct _SgStatefulReadTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgStatefulReadTool, sg_stateful_read_tool, SG_TYPE_TOOL)

typedef struct
{
  SgToolContext *context;
  SgWorld       *world;
  char          *call;
  char          *reader;
  char          *entity;

  /* Borrowed from the world: the mark for the whole, and that for the entity. */
  const SgFact  *marks[2];

  SgPath        *path;
  gint64         turn;
  GPtrArray     *rows;

  JsonObject    *changed;
  JsonObject    *removed;
  JsonArray     *others;
  gsize          size;
  guint          n_left;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->context);
  g_clear_pointer (&reading->path, sg_path_free);
  g_clear_pointer (&reading->rows, g_ptr_array_unref);
  g_clear_pointer (&reading->changed, json_object_unref);
  g_clear_pointer (&reading->removed, json_object_unref);
  g_clear_pointer (&reading->others, json_array_unref);
  g_free (reading->call);
  g_free (reading->reader);
  g_free (reading->entity);
  g_free (reading);
}

static char *
dup_reader (JsonObject *arguments)
{
  const char *reader = sg_tool_get_string (arguments, "reader");

  return sg_tool_name_normalise (reader != NULL ? reader : "narrator", NULL);
}

static char **
sg_stateful_read_tool_dup_keys (SgTool     *tool,
                                JsonObject *arguments)
{
  const char *entity = sg_tool_get_string (arguments, "entity");
  g_autofree char *name = entity != NULL ? sg_tool_name_normalise (entity, NULL) : NULL;
  g_autofree char *reader = dup_reader (arguments);
  char **keys = g_new0 (char *, 3);

  keys[0] = name != NULL ? g_strconcat ("state:", name, NULL) : g_strdup ("state:*");
  keys[1] = g_strconcat ("reader:", reader != NULL ? reader : "*", NULL);

  return keys;
}

/* No name has a space in it. */
static char *
dup_mark_name (const char *reader,
               const char *entity)
{
  return entity != NULL ? g_strconcat (reader, " ", entity, NULL) : g_strdup (reader);
}

static char *
dup_hash (JsonNode *value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (value == NULL)
    return g_strdup (GONE);

  sg_tool_json_append_canonical (text, value);

  return g_strdup_printf ("%08x", g_str_hash (text->str));
}

/* The turn that set a fact: 0 for the one that is being told, -1 where the world does not say. */
static gint64
get_turn (Reading      *reading,
          const SgFact *fact)
{
  SgWorld *bottom = reading->world;

  while (sg_world_get_base (bottom) != NULL)
    bottom = sg_world_get_base (bottom);

  return fact->turn == 0 && sg_world_lookup (bottom, fact->entity, fact->attribute) == fact ? -1
                                                                                            : fact->turn;
}

/* Whether a mark was set after what happened in @turn to a fact that now has @value. */
static gboolean
mark_has_seen (Reading      *reading,
               const SgFact *mark,
               const char   *entity,
               const char   *attribute,
               JsonNode     *value,
               gint64        turn)
{
  gint64 marked = get_turn (reading, mark);
  g_autofree char *name = NULL;
  g_autofree char *hash = NULL;
  const char *seen;

  if (turn != marked)
    return marked == 0 || (turn != 0 && turn < marked);
  if (!JSON_NODE_HOLDS_OBJECT (mark->value))
    return FALSE;

  name = g_strconcat (entity, ".", attribute, NULL);
  seen = sg_tool_get_string (json_node_get_object (mark->value), name);
  hash = dup_hash (value);

  return g_strcmp0 (seen, hash) == 0;
}

static gboolean
is_new (Reading    *reading,
        const char *entity,
        const char *attribute,
        JsonNode   *value,
        gint64      turn)
{
  for (guint i = 0; i < G_N_ELEMENTS (reading->marks); i++)
    {
      if (reading->marks[i] != NULL
          && mark_has_seen (reading, reading->marks[i], entity, attribute, value, turn))
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_in_scope (Reading    *reading,
             const char *entity)
{
  return !sg_world_is_note (entity) && (reading->entity == NULL || g_str_equal (reading->entity, entity));
}

/* The facts of an entity that are new; as long as there is room their values, then its name alone. */
static void
add_entity (Reading    *reading,
            const char *entity)
{
  g_auto (GStrv) attributes = sg_world_list_attributes (reading->world, entity);
  g_autoptr (JsonObject) facts = json_object_new ();

  for (guint i = 0; attributes[i] != NULL; i++)
    {
      const SgFact *fact = sg_world_lookup (reading->world, entity, attributes[i]);

      if (is_new (reading, entity, attributes[i], fact->value, get_turn (reading, fact)))
        {
          json_object_set_member (facts, attributes[i], json_node_copy (fact->value));
          reading->size += sg_tool_json_measure (fact->value) + strlen (attributes[i]);
        }
    }

  if (json_object_get_size (facts) == 0)
    return;
  if (reading->size < VALUES_MAX || json_object_get_size (reading->changed) == 0)
    json_object_set_object_member (reading->changed, entity, g_steal_pointer (&facts));
  else if (json_array_get_length (reading->others) < NAMES_MAX)
    json_array_add_string_element (reading->others, entity);
  else
    reading->n_left++;
}

/* A fact that was taken away in a turn, and has not come back. */
static void
add_removed (Reading    *reading,
             const char *entity,
             const char *attribute,
             gint64      turn)
{
  JsonArray *array;

  if (!is_in_scope (reading, entity) || sg_world_get (reading->world, entity, attribute) != NULL
      || !is_new (reading, entity, attribute, NULL, turn))
    return;

  if (!json_object_has_member (reading->removed, entity))
    json_object_set_array_member (reading->removed, entity, json_array_new ());
  array = json_object_get_array_member (reading->removed, entity);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      if (g_str_equal (json_array_get_string_element (array, i), attribute))
        return;
    }
  json_array_add_string_element (array, attribute);
}

/* The changes of the turn that is being told lie in the layers above the world at its beginning. */
static void
for_each_change (Reading  *reading,
                 void    (*func) (Reading *, const SgFact *, gpointer),
                 gpointer  data)
{
  for (SgWorld *layer = reading->world; sg_world_get_base (layer) != NULL; layer = sg_world_get_base (layer))
    {
      GPtrArray *changes = sg_world_get_changes (layer);

      for (guint i = 0; i < changes->len; i++)
        func (reading, g_ptr_array_index (changes, i), data);
    }
}

static void
add_removed_cb (Reading      *reading,
                const SgFact *fact,
                gpointer      data)
{
  add_removed (reading, fact->entity, fact->attribute, 0);
}

static void
note_seen_cb (Reading      *reading,
              const SgFact *fact,
              gpointer      data)
{
  JsonObject *seen = data;
  g_autofree char *name = g_strconcat (fact->entity, ".", fact->attribute, NULL);
  g_autofree char *hash = dup_hash (sg_world_get (reading->world, fact->entity, fact->attribute));

  if (is_in_scope (reading, fact->entity) && json_object_get_size (seen) < SEEN_MAX)
    json_object_set_string_member (seen, name, hash);
}

static void
set_mark (Reading *reading)
{
  g_autoptr (JsonObject) seen = json_object_new ();
  g_autofree char *name = dup_mark_name (reading->reader, reading->entity);

  for_each_change (reading, note_seen_cb, seen);
  sg_world_set (reading->world, MARKS, name, json_node_init_object (json_node_alloc (), seen),
                reading->call);
}

static void
find_marks (Reading *reading)
{
  for (guint i = 0; i < G_N_ELEMENTS (reading->marks); i++)
    {
      g_autofree char *name = dup_mark_name (reading->reader, i == 0 ? NULL : reading->entity);

      reading->marks[i] = sg_world_lookup (reading->world, MARKS, name);
      if (reading->marks[i] != NULL && reading->marks[i]->turn > reading->turn)
        reading->turn = reading->marks[i]->turn;
    }
}

static void
collect (Reading *reading)
{
  /* Other calls have gone on while the library was read. */
  find_marks (reading);
  reading->changed = json_object_new ();
  reading->removed = json_object_new ();
  reading->others = json_array_new ();

  if (reading->entity != NULL)
    add_entity (reading, reading->entity);
  else
    {
      g_auto (GStrv) entities = sg_world_list_entities (reading->world);

      for (guint i = 0; entities[i] != NULL; i++)
        {
          if (is_in_scope (reading, entities[i]))
            add_entity (reading, entities[i]);
        }
    }

  if (reading->marks[0] == NULL && reading->marks[1] == NULL)
    return;

  for (guint i = 0; reading->rows != NULL && i < reading->rows->len; i++)
    {
      const SgFactRow *row = g_ptr_array_index (reading->rows, i);

      if (row->value == NULL)
        add_removed (reading, row->entity, row->attribute, row->turn);
    }
  for_each_change (reading, add_removed_cb, NULL);
}

static JsonNode *
write_reading (Reading *reading)
{
  JsonObject *result = json_object_new ();

  collect (reading);
  if (reading->marks[0] == NULL && reading->marks[1] == NULL)
    json_object_set_boolean_member (result, "first", TRUE);
  json_object_set_object_member (result, "changed", g_steal_pointer (&reading->changed));
  if (json_object_get_size (reading->removed) > 0)
    json_object_set_object_member (result, "removed", g_steal_pointer (&reading->removed));
  if (json_array_get_length (reading->others) > 0)
    json_object_set_array_member (result, "others", g_steal_pointer (&reading->others));
  if (reading->n_left > 0)
    json_object_set_int_member (result, "more", reading->n_left);

  set_mark (reading);
  sg_tool_context_set_heard (reading->context);

  return sg_tool_json_take_object (result);
}

/* On a reader's thread. */
static gboolean
read_changes (SgConnection  *connection,
              gpointer       data,
              GCancellable  *cancellable,
              GError       **error)
{
  Reading *reading = g_task_get_task_data (data);

  reading->rows = sg_facts_list_changes (connection, reading->path, reading->turn, error);

  return reading->rows != NULL;
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (sg_library_read_finish (SG_LIBRARY (source), result, &error))
    g_task_return_pointer (task, write_reading (g_task_get_task_data (task)),
                           (GDestroyNotify) json_node_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static Reading *
make_reading (SgToolContext  *context,
              const char     *call,
              JsonObject     *arguments,
              GError        **error)
{
  Reading *reading = g_new0 (Reading, 1);
  const char *entity = sg_tool_get_string (arguments, "entity");
  g_autoptr (GError) local = NULL;

  reading->context = g_object_ref (context);
  reading->world = sg_tool_context_get_world (context);
  reading->call = g_strdup (call);
  reading->reader = dup_reader (arguments);
  if (reading->reader == NULL)
    g_set_error_literal (&local, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                         "`reader` is no name: a name has 1 to 64 characters, without `*` and `$`");
  else if (entity != NULL)
    reading->entity = sg_tool_subject_find_id (context, entity, SG_SUBJECT_ANYTHING, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      reading_free (reading);
      return NULL;
    }

  find_marks (reading);
  if (sg_tool_context_get_path (context) != NULL)
    reading->path = sg_path_copy (sg_tool_context_get_path (context));

  return reading;
}

static void
sg_stateful_read_tool_run_async (SgTool              *tool,
                                 SgToolContext       *context,
                                 const char          *call,
                                 JsonObject          *arguments,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (tool, cancellable, callback, user_data);
  SgLibrary *library = sg_tool_context_get_library (context);
  GError *error = NULL;
  Reading *reading = make_reading (context, call, arguments, &error);

  g_task_set_source_tag (task, sg_stateful_read_tool_run_async);
  if (reading == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_task_set_task_data (task, reading, reading_free);

  /* What was taken away in turns since is known to the library alone. */
  if (reading->turn > 0 && library != NULL && reading->path != NULL)
    sg_library_read_async (library, read_changes, g_object_ref (task), g_object_unref, cancellable,
                           read_cb, g_object_ref (task));
  else
    g_task_return_pointer (task, write_reading (reading), (GDestroyNotify) json_node_unref);
}

static JsonNode *
sg_stateful_read_tool_run_finish (SgTool        *tool,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, tool), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
sg_stateful_read_tool_class_init (SgStatefulReadToolClass *klass)
{
  static const char *const key_arguments[] = { "entity", "reader", NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "stateful_read";
  tool_class->description = "What has changed since `reader` last looked, of `entity` or of everything.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"entity\":{\"type\":\"string\"},"
    "\"reader\":{\"type\":\"string\",\"description\":\"default narrator\"}},"
    "\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_stateful_read_tool_dup_keys;
  tool_class->run_async = sg_stateful_read_tool_run_async;
  tool_class->run_finish = sg_stateful_read_tool_run_finish;
}

static void
sg_stateful_read_tool_init (SgStatefulReadTool *self)
{
}
