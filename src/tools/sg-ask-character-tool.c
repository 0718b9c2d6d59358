/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A character answers in its own voice, from its own memory, through a model call of its own.  It knows
 * what the scenario says of it, what has become true of it, and the memories that name it; nothing of
 * what others know.  Several may be asked at once.
 */

#include "config.h"

#include "tools/sg-story-tools.h"

#include <string.h>

#include "store/sg-tables.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"
#include "world/sg-view.h"

#define MAX_MEMORIES 6
#define SAYS_MAX 1200

static const char answer_schema[] =
  "{\"type\":\"object\",\"properties\":{"
  "\"says\":{\"type\":\"string\",\"description\":\"What is said aloud, without quotation marks\"},"
  "\"does\":{\"type\":\"string\",\"description\":\"What is done meanwhile, in a few words; may be empty\"}},"
  "\"required\":[\"says\",\"does\"],\"additionalProperties\":false}";

struct _SgAskCharacterTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgAskCharacterTool, sg_ask_character_tool, SG_TYPE_TOOL)

/* What is to be asked, and what the library remembers; the task of the call owns it. */
typedef struct
{
  SgToolContext *context;
  char          *id;
  char          *name;
  char          *about;
  SgPath        *path;
  GPtrArray     *memories;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_clear_object (&question->context);
  g_clear_pointer (&question->path, sg_path_free);
  g_clear_pointer (&question->memories, g_ptr_array_unref);
  g_free (question->id);
  g_free (question->name);
  g_free (question->about);
  g_free (question);
}

static char **
sg_ask_character_tool_dup_keys (SgTool     *tool,
                                JsonObject *arguments)
{
  const char *character = sg_tool_get_string (arguments, "character");
  g_autofree char *id = character != NULL ? sg_tool_name_normalise (character, NULL) : NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (id != NULL)
    {
      g_autofree char *key = g_strconcat ("state:", id, NULL);

      g_strv_builder_add (builder, key);
    }
  g_strv_builder_add (builder, "memory:*");

  return g_strv_builder_end (builder);
}

static const SgEntity *
find_person (SgToolContext *context,
             const char    *id)
{
  SgScenario *scenario = sg_tool_context_get_scenario (context);
  const SgEntity *entity = scenario != NULL ? sg_scenario_lookup (scenario, id) : NULL;

  return entity != NULL && (entity->kind == SG_ENTITY_PERSON || entity->kind == SG_ENTITY_DEITY)
           ? entity
           : NULL;
}

/* The people of the scenario, and whoever came later and has a name. */
static GPtrArray *
list_characters (SgToolContext *context)
{
  SgWorld *world = sg_tool_context_get_world (context);
  SgScenario *scenario = sg_tool_context_get_scenario (context);
  g_auto (GStrv) entities = sg_world_list_entities (world);
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; scenario != NULL && i < sg_scenario_get_entities (scenario)->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (sg_scenario_get_entities (scenario), i);

      if (entity->kind == SG_ENTITY_PERSON)
        g_ptr_array_add (ids, g_strdup (entity->id));
    }
  for (guint i = 0; entities[i] != NULL; i++)
    {
      if (find_person (context, entities[i]) == NULL
          && g_strcmp0 (sg_world_get_string (world, entities[i], "kind"), "character") == 0)
        g_ptr_array_add (ids, g_strdup (entities[i]));
    }
  g_ptr_array_add (ids, NULL);

  return ids;
}

/* Finds who is asked, and refuses those who cannot answer. */
static char *
find_character (SgToolContext  *context,
                const char     *name,
                GError        **error)
{
  g_autofree char *id = sg_tool_name_normalise (name, error);
  SgWorld *world = sg_tool_context_get_world (context);
  const char *here = sg_world_get_string (world, "player", "place");
  g_autoptr (GPtrArray) ids = NULL;
  const char *place;

  if (id == NULL)
    return NULL;

  ids = list_characters (context);
  if (!g_strv_contains ((const char *const *) ids->pdata, id) && find_person (context, id) == NULL)
    {
      const char *nearest = sg_tool_nearest (id, (const char *const *) ids->pdata);
      g_autofree char *known = sg_tool_join_names ((const char *const *) ids->pdata, 30);

      g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                   "There is no character `%s`%s%s%s; there are: %s", id,
                   nearest != NULL ? "; did you mean `" : "", nearest != NULL ? nearest : "",
                   nearest != NULL ? "`" : "", known);
      return NULL;
    }
  if (sg_world_get_boolean (world, id, "dead"))
    {
      g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS, "`%s` is dead and does not answer", id);
      return NULL;
    }
  place = sg_world_get_string (world, id, "place");
  if (place != NULL && here != NULL && !g_str_equal (place, here))
    {
      g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                   "`%s` is not here but at `%s`. Ask somebody who is present, or tell what the player "
                   "finds instead", id, place);
      return NULL;
    }

  return g_steal_pointer (&id);
}

static char *
dup_name (SgToolContext *context,
          const char    *id)
{
  const char *name = sg_world_get_string (sg_tool_context_get_world (context), id, "name");
  const SgEntity *person = find_person (context, id);

  if (name == NULL && person != NULL)
    name = sg_member_string (person->data, "name");

  return g_strdup (name != NULL ? name : id);
}

/* What the author wrote of the character, as it is now. */
static void
append_description (GString    *words,
                    Question   *question)
{
  SgToolContext *context = question->context;
  const SgEntity *person = find_person (context, question->id);
  g_autoptr (SgView) view = NULL;
  g_autofree char *description = NULL;

  if (person == NULL)
    return;

  view = sg_view_new (sg_tool_context_get_scenario (context), sg_tool_context_get_world (context),
                      sg_tool_context_get_language (context), sg_tool_context_get_seed (context));
  description = sg_view_render (view, sg_member (person->data, "description"));
  g_string_append_printf (words, "What others see of you: %s\n", description);
}

static char *
make_system_words (Question *question)
{
  SgScenario *scenario = sg_tool_context_get_scenario (question->context);
  g_autoptr (JsonNode) facts =
    sg_world_entity_to_json (sg_tool_context_get_world (question->context), question->id);
  g_autofree char *json = json_to_string (facts, FALSE);
  GString *words = g_string_new (NULL);

  g_string_append_printf (words, "You are %s", question->name);
  if (scenario != NULL)
    g_string_append_printf (words, ", a character in the interactive story “%s” (%s)",
                            sg_scenario_get_title (scenario), sg_scenario_get_summary (scenario));
  g_string_append (words, ".\n");
  append_description (words, question);
  g_string_append_printf (words, "What is true of you: %s\n", json);
  if (question->memories != NULL && question->memories->len > 0)
    {
      g_string_append (words, "What you remember:\n");
      for (guint i = 0; i < question->memories->len; i++)
        g_string_append_printf (words, "- %s\n",
                                ((SgMemoryRow *) g_ptr_array_index (question->memories, i))->text);
    }
  g_string_append (words,
                   "Answer as yourself, in your own voice, in one to three sentences. You know what is "
                   "written here and what anybody in your place would know; where you do not know, you "
                   "say so, evade or lie as suits you. Reply with JSON: says and does.");

  return g_string_free (words, FALSE);
}

/* What came is JSON where the server keeps to schemas; else all of it was said. */
static JsonNode *
make_result (Question *question,
             char     *answer)
{
  const char *begin = strchr (answer, '{');
  const char *end = strrchr (answer, '}');
  g_autofree char *object = begin != NULL && end > begin
                              ? g_strndup (begin, (gsize) (end - begin) + 1) : NULL;
  g_autoptr (JsonNode) node = object != NULL ? sg_tool_json_parse_object (object, NULL) : NULL;
  JsonObject *result = json_object_new ();
  const char *says = g_strstrip (answer);
  const char *does = NULL;
  g_autofree char *kept = NULL;

  if (node != NULL)
    {
      JsonObject *said = json_node_get_object (node);

      if (sg_tool_get_string (said, "says") != NULL)
        says = sg_tool_get_string (said, "says");
      does = sg_tool_get_string (said, "does");
    }

  kept = sg_tool_excerpt (says, SAYS_MAX);
  json_object_set_string_member (result, "character", question->id);
  json_object_set_string_member (result, "says", kept);
  if (does != NULL && *does != '\0')
    json_object_set_string_member (result, "does", does);

  return sg_tool_json_take_object (result);
}

static void
answered_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = sg_asker_ask_finish (SG_ASKER (object), result, NULL, &error);

  if (answer == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (*g_strstrip (answer) == '\0')
    g_task_return_new_error (task, SG_TOOL_ERROR, SG_TOOL_ERROR_FAILED,
                             "Nothing was answered. Tell it yourself");
  else
    g_task_return_pointer (task, make_result (g_task_get_task_data (task), answer),
                           (GDestroyNotify) json_node_unref);
}

static void
ask (GTask *task)
{
  Question *question = g_task_get_task_data (task);
  g_autofree char *system = make_system_words (question);
  g_autoptr (SgModelRequest) request =
    sg_asker_make_request (SG_REQUEST_CHARACTER, system, question->about, answer_schema);

  sg_model_request_set_cacheable (request, TRUE);
  sg_asker_ask_async (sg_tool_context_get_asker (question->context), request, question->name,
                      sg_tool_context_get_span (question->context), NULL, NULL,
                      g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

/* On a reader's thread: what this character was part of. */
static gboolean
read_memories (SgConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  Question *question = g_task_get_task_data (data);

  question->memories =
    sg_memories_search (connection, question->path, question->name, MAX_MEMORIES, error);

  return question->memories != NULL;
}

static void
memories_read_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (sg_library_read_finish (SG_LIBRARY (source), result, &error))
    ask (task);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
sg_ask_character_tool_run_async (SgTool              *tool,
                                 SgToolContext       *context,
                                 const char          *call,
                                 JsonObject          *arguments,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (tool, cancellable, callback, user_data);
  SgLibrary *library = sg_tool_context_get_library (context);
  const SgPath *path = sg_tool_context_get_path (context);
  GError *error = NULL;
  Question *question;
  char *id;

  g_task_set_source_tag (task, sg_ask_character_tool_run_async);
  if (sg_tool_context_get_asker (context) == NULL)
    {
      g_task_return_new_error (task, SG_TOOL_ERROR, SG_TOOL_ERROR_FAILED,
                               "No language model tells this story: tell yourself what is said");
      return;
    }

  id = find_character (context, sg_tool_get_string (arguments, "character"), &error);
  if (id == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  question = g_new0 (Question, 1);
  g_task_set_task_data (task, question, question_free);
  question->context = g_object_ref (context);
  question->id = id;
  question->name = dup_name (context, id);
  question->about = g_strdup (sg_tool_get_string (arguments, "about"));
  if (library == NULL || path == NULL)
    {
      ask (task);
      return;
    }

  question->path = sg_path_copy (path);
  sg_library_read_async (library, read_memories, g_object_ref (task), g_object_unref, cancellable,
                         memories_read_cb, g_object_ref (task));
}

static JsonNode *
sg_ask_character_tool_run_finish (SgTool        *tool,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, tool), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
sg_ask_character_tool_class_init (SgAskCharacterToolClass *klass)
{
  static const char *const key_arguments[] = { "character", NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "ask_character";
  tool_class->description =
    "Let a character who is present answer in their own voice. Ask several at once where several would speak.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"character\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":64},"
    "\"about\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":600,"
    "\"description\":\"What happens before them and what is said to them\"}},"
    "\"required\":[\"character\",\"about\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_READS;
  tool_class->timeout_ms = 60000;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_ask_character_tool_dup_keys;
  tool_class->run_async = sg_ask_character_tool_run_async;
  tool_class->run_finish = sg_ask_character_tool_run_finish;
}

static void
sg_ask_character_tool_init (SgAskCharacterTool *self)
{
}
