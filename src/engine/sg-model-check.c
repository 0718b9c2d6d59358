/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A model reads what was told and says what contradicts what is true; rules see only what can be seen
 * in a sentence.  It is asked after the commit, while the player reads, and what it finds comes to the turn
 * as late records.  A model that finds fault with words that were not told is not believed. */

#include "config.h"

#include "engine/sg-model-check.h"

#include <string.h>

#include "engine/sg-prompt.h"
#include "engine/sg-turn-run-private.h"
#include "store/sg-tables.h"
#include "tools/sg-tool-answer.h"

/* What one check may find, and how long it may be about it, in bytes. */
#define MAX_FOUND 3
#define MAX_TEXT 300

/* What the model is shown of what was told before, in bytes. */
#define MAX_BEFORE 1500

static const char system_words[] =
  "You check one turn of an interactive story for faults. A fault is only: someone acts who is dead or "
  "elsewhere; a thing is used that nobody has; something contradicts what is true or was told; the "
  "player's character decides or says something important that the player did not. Style is no "
  "fault, nor is anything new. Mostly there is none. Quote the words exactly, and say why in one short "
  "sentence to the player, in the language of the story. Answer with JSON: "
  "{\"findings\":[{\"rule\":\"…\",\"quote\":\"…\",\"why\":\"…\"}]}";

static const char schema[] =
  "{\"type\":\"object\",\"properties\":{\"findings\":{\"type\":\"array\",\"maxItems\":3,\"items\":"
  "{\"type\":\"object\",\"properties\":{\"rule\":{\"type\":\"string\",\"enum\":[\"dead\",\"absent\","
  "\"thing\",\"contradiction\",\"player\"]},\"quote\":{\"type\":\"string\"},"
  "\"why\":{\"type\":\"string\"}},\"required\":[\"rule\",\"quote\",\"why\"],"
  "\"additionalProperties\":false}}},\"required\":[\"findings\"],\"additionalProperties\":false}";

/* The world as it is now and what was told before go with the job: after a restart they are not at hand. */
static char *
dup_data (SgTurnRun *run)
{
  GPtrArray *turns = sg_history_get_turns (run->history);
  const SgTurnRow *last = turns->len > 0 ? g_ptr_array_index (turns, turns->len - 1) : NULL;
  g_autofree char *state = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (!sg_model_is_language_model (run->model)
      || !sg_engine_settings_is_on (run->settings, "model-checks"))
    return NULL;

  object = json_object_new ();
  state = sg_prompt_dup_state (run->overlay);
  json_object_set_string_member (object, "state", state);
  if (last != NULL && last->text != NULL)
    {
      g_autofree char *before = g_strndup (last->text, MAX_BEFORE);
      g_autofree char *valid = g_utf8_make_valid (before, -1);

      json_object_set_string_member (object, "before", valid);
    }
  node = json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}

static const char *
get_text (JsonObject *object,
          const char *name)
{
  JsonNode *member = object != NULL ? json_object_get_member (object, name) : NULL;

  return member != NULL && JSON_NODE_HOLDS_VALUE (member)
             && json_node_get_value_type (member) == G_TYPE_STRING
           ? json_node_get_string (member)
           : NULL;
}

/* Letters and digits only: models change quotation marks and spaces when they quote. */
static char *
dup_letters (const char *text)
{
  GString *letters = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isalnum (c))
        g_string_append_unichar (letters, g_unichar_tolower (c));
    }

  return g_string_free (letters, FALSE);
}

static gboolean
is_told (const char *letters,
         const char *quote)
{
  g_autofree char *quoted = dup_letters (quote);

  return *quoted != '\0' && strstr (letters, quoted) != NULL;
}

static SgFindingRow *
make_row (JsonObject *object,
          const char *letters)
{
  const char *rule = get_text (object, "rule");
  const char *quote = get_text (object, "quote");
  const char *why = get_text (object, "why");
  g_autoptr (SgFinding) finding = NULL;
  SgFindingRow *row;

  if (rule == NULL || quote == NULL || why == NULL || *why == '\0' || strlen (rule) > MAX_TEXT
      || strlen (why) > MAX_TEXT || strlen (quote) > MAX_TEXT || !is_told (letters, quote))
    return NULL;

  finding = sg_finding_new (rule, why, quote, FALSE);
  row = sg_finding_row_new ();
  row->rule = g_strdup (rule);
  row->source = g_strdup ("model");
  row->message = sg_finding_dup_sentence (finding);

  return row;
}

static JsonArray *
parse_answer (const char *answer)
{
  g_autoptr (JsonNode) node = sg_tool_answer_parse (answer, NULL, NULL);
  JsonNode *list =
    node != NULL ? json_object_get_member (json_node_get_object (node), "findings") : NULL;

  return list != NULL && JSON_NODE_HOLDS_ARRAY (list) ? json_array_ref (json_node_get_array (list))
                                                      : NULL;
}

/* (element-type SgFindingRow): what the model says, as far as it makes sense; @array may be NULL. */
static GPtrArray *
read_answer (SgAfterJob *job,
             JsonArray  *array)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_finding_row_free);
  g_autofree char *letters = dup_letters (sg_after_job_get_turn (job)->text);
  SgTrace *trace = sg_after_job_get_trace (job);
  guint span = sg_after_job_get_span (job);
  guint n_elements = array != NULL ? json_array_get_length (array) : 0;

  for (guint i = 0; i < n_elements && rows->len < MAX_FOUND; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      SgFindingRow *row =
        JSON_NODE_HOLDS_OBJECT (element) ? make_row (json_node_get_object (element), letters) : NULL;

      if (row != NULL)
        g_ptr_array_add (rows, row);
    }

  if (array == NULL)
    sg_trace_set_string (trace, span, "answer", "malformed");
  sg_trace_set_int (trace, span, "findings", rows->len);
  if (n_elements > rows->len)
    sg_trace_set_int (trace, span, "findings.ignored", n_elements - rows->len);

  return rows;
}

static void
answered_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgAfterJob *job = g_task_get_source_object (task);
  GError *error = NULL;
  g_autofree char *answer = sg_asker_ask_finish (SG_ASKER (object), result, NULL, &error);
  g_autoptr (JsonArray) array = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  array = parse_answer (answer);
  if (array == NULL)
    sg_asker_reject (SG_ASKER (object), result);
  rows = read_answer (job, array);
  if (rows->len > 0)
    sg_after_job_set_result (job, g_steal_pointer (&rows), (GDestroyNotify) g_ptr_array_unref);
  g_task_return_boolean (task, TRUE);
}

static void
append_part (GString    *text,
             const char *title,
             const char *part)
{
  if (part != NULL && *part != '\0')
    g_string_append_printf (text, "[%s]\n%s\n\n", title, part);
}

static SgModelRequest *
make_request (SgAfterJob *job)
{
  const SgTurnRow *turn = sg_after_job_get_turn (job);
  JsonObject *data = sg_after_job_get_data (job);
  g_autofree char *input = sg_prompt_dup_input (turn->mode, turn->input);
  g_autoptr (GString) text = g_string_new (NULL);
  SgModelRequest *request;

  if (get_text (data, "state") != NULL)
    g_string_append (text, get_text (data, "state"));
  append_part (text, "What was told before", get_text (data, "before"));
  append_part (text, "What the player wrote", input);
  append_part (text, "What was told then", turn->text);
  g_string_append (text, "[Your task]\nWhich faults are in what was told then?");

  request = sg_asker_make_request (SG_REQUEST_VERIFICATION, system_words, text->str, schema);
  sg_model_request_set_cacheable (request, TRUE);

  return request;
}

static void
run_async (SgAfterJob          *job,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (job, cancellable, callback, user_data);
  g_autoptr (SgModelRequest) request = make_request (job);

  g_task_set_source_tag (task, run_async);
  sg_asker_ask_async (sg_after_job_get_asker (job), request, "check", 0, NULL, NULL, cancellable,
                      answered_cb, g_object_ref (task));
}

static gboolean
run_finish (SgAfterJob    *job,
            GAsyncResult  *result,
            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, job), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
store (SgAfterJob    *job,
       SgConnection  *connection,
       gint64         turn,
       gint64         late,
       GError       **error)
{
  GPtrArray *rows = sg_after_job_get_result (job);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      SgFindingRow *row = g_ptr_array_index (rows, i);

      row->turn = turn;
      row->late = late;
      if (sg_findings_insert (connection, row, error) == 0)
        return FALSE;
    }

  return TRUE;
}

/**
 * sg_model_check_get_handler:
 *
 * Returns: (transfer none): how a model checks what was told
 */
const SgAfterHandler *
sg_model_check_get_handler (void)
{
  static const SgAfterHandler handler = {
    .kind = SG_MODEL_CHECK_KIND,
    .setting = "background-verification",
    .stage = SG_STAGE_VERIFY,
    .needs_model = TRUE,
    .is_late = TRUE,
    .dup_data = dup_data,
    .run_async = run_async,
    .run_finish = run_finish,
    .store = store,
  };

  return &handler;
}
