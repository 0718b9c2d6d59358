/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A character answers in its own voice, from its own memory, through a model call of its own; see
 * sg-character-words.c for what it knows.  Several may be asked at once.
 */

#include "config.h"

#include "tools/sg-story-tools.h"

#include <string.h>

#include "store/sg-tables.h"
#include "tools/sg-character-words.h"
#include "tools/sg-tool-answer.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-subject.h"
#include "tools/sg-tool-text.h"
#include "world/sg-cast.h"

#define MAX_MEMORIES 12
#define MAX_TURNS 8
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
  GPtrArray     *turns;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_clear_object (&question->context);
  g_clear_pointer (&question->path, sg_path_free);
  g_clear_pointer (&question->memories, g_ptr_array_unref);
  g_clear_pointer (&question->turns, g_ptr_array_unref);
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
  g_strv_builder_add (builder, "state:player");
  g_strv_builder_add (builder, "memory:*");

  return g_strv_builder_end (builder);
}

/* Finds who is asked, and refuses those who cannot answer. */
static char *
find_character (SgToolContext  *context,
                const char     *name,
                GError        **error)
{
  g_autofree char *id = sg_tool_subject_find (context, name, SG_SUBJECT_CHARACTER, error);
  SgWorld *world = sg_tool_context_get_world (context);
  const char *place;

  if (id == NULL)
    return NULL;

  place = sg_world_get_string (world, id, "place");
  if (g_str_equal (id, "player"))
    g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                         "What the player's character says is the player's to decide. Ask somebody else");
  else if (sg_cast_is_dead (world, id))
    g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS, "`%s` is dead and does not answer", id);
  else if (sg_world_get_boolean (world, id, "asleep"))
    g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS, "`%s` is asleep and does not answer", id);
  else if (place != NULL && sg_world_get (world, "player", "place") != NULL && !sg_cast_is_here (world, id))
    g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                 "`%s` is not here but at `%s`. Ask somebody who is present, or tell what the player "
                 "finds instead", id, place);
  else
    return g_steal_pointer (&id);

  return NULL;
}

/* What came is JSON where the server keeps to schemas; else all of it was said, unless it is JSON that does not
 * end: NULL then, and where nothing was said or done. */
static JsonNode *
make_result (Question *question,
             char     *answer)
{
  g_autoptr (JsonNode) node = sg_tool_answer_parse (answer, NULL, NULL);
  JsonObject *said = node != NULL ? json_node_get_object (node) : NULL;
  const char *says = said != NULL ? sg_tool_get_string (said, "says") : answer;
  const char *does = said != NULL ? sg_tool_get_string (said, "does") : NULL;
  g_autofree char *kept = NULL;
  JsonObject *result;

  if (said == NULL && *answer == '{')
    return NULL;
  if ((says == NULL || *says == '\0') && (does == NULL || *does == '\0'))
    return NULL;

  result = json_object_new ();
  kept = sg_tool_excerpt (says != NULL ? says : "", SAYS_MAX);
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
  JsonNode *node = answer != NULL ? make_result (g_task_get_task_data (task), g_strstrip (answer)) : NULL;

  if (node == NULL && answer != NULL)
    sg_asker_reject (SG_ASKER (object), result);

  if (node != NULL)
    g_task_return_pointer (task, node, (GDestroyNotify) json_node_unref);
  else if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error (task, SG_TOOL_ERROR, SG_TOOL_ERROR_FAILED,
                             "Nothing that could be read was answered. Tell it yourself");
}

static void
ask (GTask *task)
{
  Question *question = g_task_get_task_data (task);
  const SgCharacterWords words = {
    .context = question->context,
    .id = question->id,
    .name = question->name,
    .about = question->about,
    .memories = question->memories,
    .turns = question->turns,
  };
  g_autofree char *system = sg_character_words_dup_system (&words);
  g_autoptr (SgModelRequest) request =
    sg_asker_make_request (SG_REQUEST_CHARACTER, system, question->about, answer_schema);

  sg_model_request_set_cacheable (request, TRUE);
  sg_asker_ask_async (sg_tool_context_get_asker (question->context), request, question->name,
                      sg_tool_context_get_span (question->context), NULL, NULL,
                      g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

/* On a reader's thread: what this character was part of. */
static gboolean
read_past (SgConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  Question *question = g_task_get_task_data (data);

  question->memories =
    sg_memories_search (connection, question->path, question->name, MAX_MEMORIES, error);
  if (question->memories == NULL)
    return FALSE;

  question->turns = sg_turns_list (connection, question->path, MAX (0, question->path->depth - MAX_TURNS + 1),
                                   question->path->depth, error);

  return question->turns != NULL;
}

static void
past_read_cb (GObject      *source,
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
  question->name = sg_tool_subject_dup_name (context, id);
  question->about = g_strdup (sg_tool_get_string (arguments, "about"));
  if (library == NULL || path == NULL)
    {
      ask (task);
      return;
    }

  question->path = sg_path_copy (path);
  sg_library_read_async (library, read_past, g_object_ref (task), g_object_unref, cancellable, past_read_cb,
                         g_object_ref (task));
}

static JsonNode *
sg_ask_character_tool_run_finish (SgTool        *tool,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, tool), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The turn can be told without an answer. */
static JsonNode *
sg_ask_character_tool_fallback (SgTool        *tool,
                                SgToolContext *context,
                                JsonObject    *arguments)
{
  JsonObject *result = json_object_new ();

  json_object_set_string_member (result, "character", sg_tool_get_string (arguments, "character"));
  json_object_set_string_member (result, "instead",
                                 "They do not answer just now. Let them be silent or be kept from answering, or "
                                 "tell yourself what little they say.");

  return sg_tool_json_take_object (result);
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
  tool_class->fallback = sg_ask_character_tool_fallback;
}

static void
sg_ask_character_tool_init (SgAskCharacterTool *self)
{
}
