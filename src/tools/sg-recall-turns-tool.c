/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Earlier turns in their own words: those of a stretch of the story, or those that have certain words.  The words
 * are looked for in the texts themselves, from the latest turn back, in a reader of the library: an index
 * of all that was ever told would cost more than the few searches in a story.  How far back it goes has a bound in
 * bytes, and the result says where it ended. */

#include "config.h"

#include "tools/sg-story-tools.h"

#include "store/sg-tables.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"

#include <string.h>

#define LIMIT_DEFAULT 4

/* How much text one search reads; at some ten million characters a second that is a moment. */
#define SCANNED_MAX (4 * 1024 * 1024)

/* How much of a turn is shown, in characters, and how much of that stands before the first word found. */
#define EXCERPT 400
#define EXCERPT_BEFORE 120

struct _SgRecallTurnsTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgRecallTurnsTool, sg_recall_turns_tool, SG_TYPE_TOOL)

typedef struct
{
  gint64 depth;
  char  *input;
  char  *excerpt;
  guint  n_found;
} Found;

/* What the reader of the library works on; the task of the call owns it. */
typedef struct
{
  SgPath       *path;
  gint64        first;
  gint64        last;
  guint         limit;
  char        **words;
  GCancellable *cancellable;

  GPtrArray    *found;
  gsize         scanned;
  gint64        reached;
} Recall;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_free (found->input);
  g_free (found->excerpt);
  g_free (found);
}

static void
recall_free (gpointer data)
{
  Recall *recall = data;

  g_clear_pointer (&recall->path, sg_path_free);
  g_clear_object (&recall->cancellable);
  g_ptr_array_unref (recall->found);
  g_strfreev (recall->words);
  g_free (recall);
}

/* What was told does not change while a turn runs. */
static char **
sg_recall_turns_tool_dup_keys (SgTool     *tool,
                               JsonObject *arguments)
{
  return g_new0 (char *, 1);
}

/* The best first; of equal ones the latest. */
static int
compare_found (gconstpointer a,
               gconstpointer b)
{
  const Found *first = *(const Found *const *) a;
  const Found *second = *(const Found *const *) b;

  if (first->n_found != second->n_found)
    return first->n_found < second->n_found ? 1 : -1;

  return first->depth < second->depth ? 1 : first->depth > second->depth ? -1 : 0;
}

static int
compare_depth (gconstpointer a,
               gconstpointer b)
{
  const Found *first = *(const Found *const *) a;
  const Found *second = *(const Found *const *) b;

  return first->depth < second->depth ? -1 : first->depth > second->depth ? 1 : 0;
}

/* A piece of @text with the character at @offset in it. */
static char *
dup_excerpt (const char *text,
             glong       offset)
{
  glong begin = MAX (0, offset - EXCERPT_BEFORE);
  const char *from = g_utf8_offset_to_pointer (text, begin);
  g_autofree char *cut = NULL;

  /* Not in the middle of a word. */
  for (guint i = 0; begin > 0 && i < 20 && *from != '\0'; i++, from = g_utf8_next_char (from))
    {
      if (g_unichar_isspace (g_utf8_get_char (from)))
        break;
    }
  cut = sg_tool_excerpt (from, EXCERPT);
  g_strstrip (cut);

  return begin > 0 ? g_strconcat ("…", cut, NULL) : g_steal_pointer (&cut);
}

/* How many of the words the turn has; @offset takes where the first of them stands in the text, in characters. */
static guint
count_words (Recall     *recall,
             const char *input,
             const char *text,
             glong      *offset)
{
  g_autofree char *folded_input = g_utf8_casefold (input, -1);
  g_autofree char *folded = g_utf8_casefold (text, -1);
  const char *first = NULL;
  guint n_found = 0;

  for (guint i = 0; recall->words[i] != NULL; i++)
    {
      const char *at = strstr (folded, recall->words[i]);

      if (at == NULL && strstr (folded_input, recall->words[i]) == NULL)
        continue;
      n_found++;
      if (at != NULL && (first == NULL || at < first))
        first = at;
    }

  /* Folding hardly ever changes how many characters there are; an excerpt may well be off by one. */
  *offset = first != NULL ? MIN (g_utf8_pointer_to_offset (folded, first), g_utf8_strlen (text, -1)) : 0;

  return n_found;
}

static void
keep (Recall     *recall,
      gint64      depth,
      const char *input,
      const char *text,
      guint       n_found,
      glong       offset)
{
  Found *found = g_new0 (Found, 1);

  found->depth = depth;
  found->n_found = n_found;
  found->input = sg_tool_excerpt (input, 120);
  found->excerpt = dup_excerpt (text, offset);
  g_ptr_array_add (recall->found, found);

  if (recall->found->len <= recall->limit)
    return;

  g_ptr_array_sort (recall->found, compare_found);
  g_ptr_array_set_size (recall->found, (int) recall->limit);
}

static gboolean
scan_cb (gint64      depth,
         const char *input,
         const char *text,
         gpointer    data)
{
  Recall *recall = data;
  glong offset = 0;
  guint n_found;

  recall->reached = depth;
  recall->scanned += strlen (text);
  n_found = recall->words != NULL ? count_words (recall, input, text, &offset) : 1;
  if (n_found > 0)
    keep (recall, depth, input, text, n_found, offset);

  /* Without words the latest are the ones that are wanted. */
  if (recall->words == NULL && recall->found->len >= recall->limit)
    return FALSE;

  return recall->scanned < SCANNED_MAX && !g_cancellable_is_cancelled (recall->cancellable);
}

/* On a reader's thread. */
static gboolean
read_turns (SgConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  Recall *recall = g_task_get_task_data (data);

  return sg_turns_scan (connection, recall->path, recall->first, recall->last, scan_cb, recall, error);
}

static JsonNode *
write_found (Recall *recall)
{
  JsonObject *result = json_object_new ();
  JsonArray *array = json_array_new ();

  g_ptr_array_sort (recall->found, compare_depth);
  for (guint i = 0; i < recall->found->len; i++)
    {
      const Found *found = g_ptr_array_index (recall->found, i);
      JsonObject *object = json_object_new ();

      json_object_set_int_member (object, "turn", found->depth);
      if (*found->input != '\0')
        json_object_set_string_member (object, "input", found->input);
      json_object_set_string_member (object, "text", found->excerpt);
      json_array_add_object_element (array, object);
    }
  json_object_set_array_member (result, "turns", array);
  if (recall->words != NULL && recall->reached > recall->first)
    json_object_set_int_member (result, "searched_from", recall->reached);

  return sg_tool_json_take_object (result);
}

static void
return_found (GTask *task)
{
  g_task_return_pointer (task, write_found (g_task_get_task_data (task)),
                         (GDestroyNotify) json_node_unref);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (sg_library_read_finish (SG_LIBRARY (source), result, &error))
    return_found (task);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static Recall *
make_recall (SgToolContext *context,
             JsonObject    *arguments,
             GCancellable  *cancellable)
{
  const SgPath *path = sg_tool_context_get_path (context);
  const char *words = sg_tool_get_string (arguments, "words");
  gint64 last = path != NULL ? path->depth : -1;
  Recall *recall = g_new0 (Recall, 1);

  recall->limit = (guint) sg_tool_get_int (arguments, "limit", LIMIT_DEFAULT);
  recall->first = sg_tool_get_int (arguments, "from", 0);
  recall->last = MIN (sg_tool_get_int (arguments, "to", last), last);
  recall->reached = recall->last + 1;
  recall->found = g_ptr_array_new_with_free_func (found_free);
  recall->path = path != NULL ? sg_path_copy (path) : NULL;
  if (cancellable != NULL)
    recall->cancellable = g_object_ref (cancellable);
  if (words != NULL)
    recall->words = g_str_tokenize_and_fold (words, NULL, NULL);

  return recall;
}

static void
sg_recall_turns_tool_run_async (SgTool              *tool,
                                SgToolContext       *context,
                                const char          *call,
                                JsonObject          *arguments,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (tool, cancellable, callback, user_data);
  SgLibrary *library = sg_tool_context_get_library (context);
  Recall *recall = make_recall (context, arguments, cancellable);

  g_task_set_source_tag (task, sg_recall_turns_tool_run_async);
  g_task_set_task_data (task, recall, recall_free);

  if (recall->words != NULL && recall->words[0] == NULL)
    g_task_return_new_error (task, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                             "`words` has no word: give words that were told");
  else if (recall->first > recall->last)
    g_task_return_new_error (task, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
                             "There are no turns from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                             ": they are numbered from 0, and before this one came %" G_GINT64_FORMAT,
                             recall->first, sg_tool_get_int (arguments, "to", recall->last),
                             recall->path != NULL ? recall->path->depth : -1);
  else if (library == NULL || recall->path == NULL)
    return_found (task);
  else
    sg_library_read_async (library, read_turns, g_object_ref (task), g_object_unref, cancellable,
                           read_cb, g_object_ref (task));
}

static JsonNode *
sg_recall_turns_tool_run_finish (SgTool        *tool,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, tool), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
sg_recall_turns_tool_class_init (SgRecallTurnsToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "recall_turns";
  tool_class->description =
    "Read earlier turns again: those from one number to another, those with certain words, or the last.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"words\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200},"
    "\"from\":{\"type\":\"integer\",\"minimum\":0},"
    "\"to\":{\"type\":\"integer\",\"minimum\":0},"
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10}},"
    "\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_READS;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_recall_turns_tool_dup_keys;
  tool_class->run_async = sg_recall_turns_tool_run_async;
  tool_class->run_finish = sg_recall_turns_tool_run_finish;
}

static void
sg_recall_turns_tool_init (SgRecallTurnsTool *self)
{
}
