/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A fortune slip, and what it means.  The slip is settled by the dice of the turn among those of the
 * deity, where and for what the scenario lets slips be drawn, or is the one that was drawn and not read yet; the sections of its reading are written side by side, each by a call of its own, and told as
 * each arrives.  A reading is kept among the facts of the story, so that it is there on its own branch
 * and goes with its turn; a question that is much like one that was asked before finds it again.
 */

#include "config.h"

#include "tools/sg-story-tools.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "tools/sg-dice.h"
#include "tools/sg-tool-happening.h"
#include "tools/sg-tool-json.h"
#include "tools/sg-tool-text.h"
#include "world/sg-fortune.h"

/* Who has the readings: an attribute for each slip. */
#define READINGS "_fortune_readings"

/* The share of the words of two questions that has to be the same. */
#define SIMILAR 0.6

#define SECTION_TOKENS 160
#define SECTION_MAX 1200

/* How much of a question stands on a button, in characters. */
#define OFFERED_MAX 80

/* The most choices that a turn offers. */
#define CHOICES_MAX 6

struct _SgDrawFortuneTool
{
  SgTool parent_instance;
};

G_DEFINE_FINAL_TYPE (SgDrawFortuneTool, sg_draw_fortune_tool, SG_TYPE_TOOL)

static const struct
{
  const char *name;
  const char *title;
  const char *ask;
} sections[] = {
  { "meaning", N_ ("Meaning"), "what the slip means for the question" },
  { "counsel", N_ ("Counsel"), "what the asker should do" },
  { "warning", N_ ("Warning"), "what the asker should beware of" },
};

#define N_SECTIONS G_N_ELEMENTS (sections)

/* A reading that is being written; the task of the call owns it. */
typedef struct
{
  SgToolContext *context;
  SgHappening   *happening;
  JsonObject    *slip;
  gboolean       drawn;
  gboolean       afresh;
  char          *call;
  char          *question;
  char          *head;
  char          *verse;
  char          *texts[N_SECTIONS];
  gboolean       told[N_SECTIONS];
  guint          next;
  guint          n_running;
  guint          n_left;
  guint          n_failed;
} Reading;

typedef struct
{
  GTask *task;
  guint  section;
} Part;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_clear_object (&reading->context);
  g_clear_pointer (&reading->happening, sg_happening_free);
  g_free (reading->call);
  g_free (reading->question);
  g_free (reading->head);
  g_free (reading->verse);
  for (guint i = 0; i < N_SECTIONS; i++)
    g_free (reading->texts[i]);
  g_free (reading);
}

static char **
sg_draw_fortune_tool_dup_keys (SgTool     *tool,
                               JsonObject *arguments)
{
  /* What a slip sets off may be anything. */
  static const char *const keys[] = {
    "state:*", "choices", NULL,
  };

  return g_strdupv ((char **) keys);
}

/* A deity by id or by name; NULL with an error where there is none like it. */
static const SgEntity *
find_deity (SgScenario  *scenario,
            const char  *name,
            GError     **error)
{
  GPtrArray *entities = sg_scenario_get_entities (scenario);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autofree char *known = NULL;

  for (guint i = 0; i < entities->len; i++)
    {
      const SgEntity *entity = g_ptr_array_index (entities, i);

      if (entity->kind != SG_ENTITY_DEITY)
        continue;
      if (g_ascii_strcasecmp (entity->id, name) == 0
          || g_ascii_strcasecmp (sg_member_string (entity->data, "name"), name) == 0)
        return entity;
      g_ptr_array_add (ids, (gpointer) entity->id);
    }

  g_ptr_array_add (ids, NULL);
  known = sg_tool_join_names ((const char *const *) ids->pdata, 40);
  g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
               "There is no deity `%s`; there are: %s. Leave `deity` out to draw from all slips", name,
               known);

  return NULL;
}

/* The share of all words of both that both have (Jaccard 1912), short words left out. */
static double
compare_questions (const char *a,
                   const char *b)
{
  g_auto (GStrv) words_a = g_str_tokenize_and_fold (a, NULL, NULL);
  g_auto (GStrv) words_b = g_str_tokenize_and_fold (b, NULL, NULL);
  g_autoptr (GHashTable) all = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_both = 0;

  for (guint i = 0; words_a[i] != NULL; i++)
    if (g_utf8_strlen (words_a[i], -1) > 3)
      g_hash_table_add (all, words_a[i]);
  for (guint i = 0; words_b[i] != NULL; i++)
    if (g_utf8_strlen (words_b[i], -1) > 3 && !g_hash_table_add (all, words_b[i]))
      n_both++;

  if (g_hash_table_size (all) == 0)
    return g_ascii_strcasecmp (a, b) == 0;

  return (double) n_both / g_hash_table_size (all);
}

/* The reading that answers a question like this one; NULL for none. */
static JsonObject *
find_similar (SgWorld    *world,
              const char *deity,
              const char *question)
{
  g_auto (GStrv) slips = sg_world_list_attributes (world, READINGS);
  JsonObject *best = NULL;
  double best_score = SIMILAR;

  for (guint i = 0; slips[i] != NULL; i++)
    {
      JsonNode *node = sg_world_get (world, READINGS, slips[i]);
      JsonObject *reading = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                                                         : NULL;
      double score;

      if (reading == NULL
          || (deity != NULL
              && g_strcmp0 (json_object_get_string_member_with_default (reading, "deity", ""), deity) != 0))
        continue;
      score = compare_questions (
        json_object_get_string_member_with_default (reading, "question", ""), question);
      if (score >= best_score)
        {
          best = reading;
          best_score = score;
        }
    }

  return best;
}

static void
report_section (SgToolContext *context,
                const char    *section,
                const char    *text)
{
  for (guint i = 0; i < N_SECTIONS; i++)
    {
      g_autofree char *titled = NULL;

      if (!g_str_equal (sections[i].name, section))
        continue;
      titled = g_strdup_printf ("%s: %s", _(sections[i].title), text);
      sg_tool_context_report (context, section, titled);
    }
}

static gint64
get_depth (SgToolContext *context)
{
  const SgPath *path = sg_tool_context_get_path (context);

  return path != NULL ? path->depth + 1 : 0;
}

/* Puts a way to ask anew among what the turn offers, and notes that the turn tells what was told on an earlier
 * one. */
static void
offer_afresh (SgToolContext *context,
              const char    *call,
              const char    *question,
              gint64         earlier)
{
  SgWorld *world = sg_tool_context_get_world (context);
  const char *const *offered = sg_world_get_choices (sg_world_get_base (world));
  g_autoptr (GPtrArray) choices = g_ptr_array_new ();
  g_autofree char *asked = sg_tool_excerpt (question, OFFERED_MAX);
  g_autofree char *afresh = NULL;

  /* Translators: what the player does; the text is a question to the oracle */
  afresh = g_strdup_printf (_("Draw another slip and ask afresh: %s"), asked);
  for (guint i = 0; offered != NULL && offered[i] != NULL && i < CHOICES_MAX - 1; i++)
    g_ptr_array_add (choices, (gpointer) offered[i]);
  g_ptr_array_add (choices, afresh);
  g_ptr_array_add (choices, NULL);
  sg_world_set_choices (world, (const char *const *) choices->pdata);
  sg_fortune_tell_again (world, earlier, get_depth (context), afresh, call);
}

/* Tells an earlier reading again, and says that it is one. */
static JsonNode *
tell_again (SgToolContext *context,
            const char    *call,
            JsonObject    *reading,
            const char    *question)
{
  gint64 earlier = json_object_get_int_member_with_default (reading, "turn", 0);
  g_autofree char *note = NULL;
  JsonObject *result = json_object_new ();

  note = g_strdup_printf (
    /* Translators: a number */
    _("You asked much the same on turn %" G_GINT64_FORMAT
      ". The slip has not changed its mind; ask afresh to draw another."),
    earlier);
  sg_tool_context_report (context, "slip",
                          json_object_get_string_member_with_default (reading, "slip", ""));
  for (guint i = 0; i < N_SECTIONS; i++)
    {
      const char *text =
        json_object_get_string_member_with_default (reading, sections[i].name, NULL);

      if (text != NULL)
        report_section (context, sections[i].name, text);
    }
  sg_tool_context_report (context, "note", note);
  offer_afresh (context, call, question, earlier);

  json_object_set_object_member (result, "reading", json_object_ref (reading));
  json_object_set_boolean_member (result, "asked_before", TRUE);
  json_object_set_string_member (result, "told", "The player has read all of this. Do not repeat it.");

  return sg_tool_json_take_object (result);
}

static JsonObject *
make_reading (Reading *reading)
{
  JsonObject *object = json_object_new ();
  g_autofree char *slip = g_strdup_printf ("%s\n%s", reading->head, reading->verse);

  json_object_set_string_member (object, "deity", sg_member_string (reading->slip, "deity"));
  json_object_set_string_member (object, "question", reading->question);
  json_object_set_string_member (object, "slip", slip);
  json_object_set_int_member (object, "turn", get_depth (reading->context));
  for (guint i = 0; i < N_SECTIONS; i++)
    if (reading->texts[i] != NULL)
      json_object_set_string_member (object, sections[i].name, reading->texts[i]);

  return object;
}

/* The slip is in the player's hand, and what comes with it happens. */
static void
take_slip (Reading *reading)
{
  JsonObject *fortunes =
    sg_scenario_get_section (sg_tool_context_get_scenario (reading->context), "fortunes");

  sg_fortune_hold (sg_tool_context_get_world (reading->context), reading->slip, reading->call);
  sg_happening_apply (reading->happening, sg_member (fortunes, "do"));
  sg_happening_apply (reading->happening, sg_member (reading->slip, "do"));
}

static JsonNode *
write_reading (Reading *reading)
{
  SgWorld *world = sg_tool_context_get_world (reading->context);
  g_autoptr (JsonObject) object = make_reading (reading);
  JsonObject *result = json_object_new ();

  if (reading->drawn)
    take_slip (reading);
  sg_world_set (world, "player", "slip_read",
                json_node_init_boolean (json_node_alloc (), reading->n_failed == 0),
                reading->call);

  /* What is missing can be made out when the slip, unread as it is, is asked about again. */
  if (reading->n_failed == 0)
    sg_world_set (world, READINGS, sg_member_string (reading->slip, "id"),
                  json_node_init_object (json_node_alloc (), object), reading->call);

  json_object_set_object_member (result, "reading", g_steal_pointer (&object));
  if (reading->n_failed > 0)
    json_object_set_string_member (result, "missing", "A part of the reading could not be made out.");
  json_object_set_string_member (result, "told", "The player has read all of this. Do not repeat it.");
  sg_happening_add_to (reading->happening, result);

  return sg_tool_json_take_object (result);
}

static void
tell_section (Reading *reading,
              guint    section)
{
  gboolean failed = reading->texts[section] == NULL;

  reading->told[section] = TRUE;
  reading->n_failed += failed;
  report_section (reading->context, sections[section].name,
                  failed ? _("the ink has run; this part cannot be made out.") : reading->texts[section]);
}

/* The player has read the slip and some of the sections: the others are left out, and it is said so. */
static JsonNode *
take_reading (gpointer data)
{
  Reading *reading = data;

  for (guint i = 0; i < N_SECTIONS; i++)
    if (!reading->told[i])
      tell_section (reading, i);

  return write_reading (reading);
}

static void
part_done (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);

  if (--reading->n_left > 0)
    return;

  sg_tool_context_set_partial (reading->context, NULL, NULL);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, write_reading (reading), (GDestroyNotify) json_node_unref);
}

static void ask_more (GTask   *task,
                      SgAsker *asker);

static void
section_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Part *part = user_data;
  g_autoptr (GTask) task = part->task;
  Reading *reading = g_task_get_task_data (task);
  guint section = part->section;
  g_autofree char *answer = sg_asker_ask_finish (SG_ASKER (object), result, NULL, NULL);

  g_free (part);
  reading->n_running--;
  if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      if (answer != NULL && *g_strstrip (answer) != '\0')
        reading->texts[section] = sg_tool_excerpt (answer, SECTION_MAX);
      tell_section (reading, section);
    }
  /* Whoever heard that may have stopped the turn. */
  if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    ask_more (task, SG_ASKER (object));
  part_done (task);
}

static void
ask_section (GTask   *task,
             SgAsker *asker,
             guint    section)
{
  Reading *reading = g_task_get_task_data (task);
  g_autofree char *system = NULL;
  g_autofree char *user = NULL;
  g_autoptr (SgModelRequest) request = NULL;
  Part *part = g_new0 (Part, 1);

  system = g_strdup_printf (
    "You read fortune slips in the story “%s”. Write one part of a reading: %s. Two sentences, spoken to the "
    "asker, in the language of the question, without a heading; the other parts are written by others.",
    sg_scenario_get_title (sg_tool_context_get_scenario (reading->context)), sections[section].ask);
  user = g_strdup_printf ("The slip: %s\n%s\n\nThe question: %s", reading->head, reading->verse,
                          reading->question);
  request = sg_asker_make_request (SG_REQUEST_CHARACTER, system, user, NULL);
  sg_model_request_set_max_tokens (request, SECTION_TOKENS);
  sg_model_request_set_cacheable (request, !reading->afresh);

  part->task = g_object_ref (task);
  part->section = section;
  reading->n_running++;
  reading->n_left++;
  sg_asker_ask_async (asker, request, sections[section].name,
                      sg_tool_context_get_span (reading->context), NULL, NULL,
                      g_task_get_cancellable (task), section_cb, part);
}

/* All of them side by side, or one after the other where nothing is to be done at once. */
static void
ask_more (GTask   *task,
          SgAsker *asker)
{
  Reading *reading = g_task_get_task_data (task);

  while (reading->next < N_SECTIONS && reading->n_running < sg_asker_get_characters_at_once (asker))
    ask_section (task, asker, reading->next++);
}

/* Without a language model the author's own words have to do. */
static void
take_authored (Reading *reading)
{
  JsonObject *meanings = sg_member_object (reading->slip, "meanings");
  JsonNode *general = meanings != NULL ? sg_member (meanings, "general") : NULL;

  if (general == NULL)
    return;

  reading->texts[0] = sg_view_render (sg_happening_get_view (reading->happening), general);
  report_section (reading->context, sections[0].name, reading->texts[0]);
}

static JsonObject *
draw_slip (SgToolContext  *context,
           SgView         *view,
           const char     *deity,
           GError        **error)
{
  g_autoptr (GPtrArray) slips = sg_fortune_list_slips (view, deity);
  g_autofree char *dice = NULL;
  g_autoptr (SgDiceRoll) roll = NULL;

  if (slips->len == 0)
    {
      g_set_error_literal (error, SG_TOOL_ERROR, SG_TOOL_ERROR_FAILED,
                           "There are no fortune slips here");
      return NULL;
    }

  dice = g_strdup_printf ("1d%u", slips->len);
  roll = sg_dice_roll (dice, sg_tool_context_get_seed (context),
                       sg_tool_context_get_position (context), error);

  return roll != NULL ? g_ptr_array_index (slips, (guint) (roll->total - 1)) : NULL;
}

static void
begin_reading (GTask      *task,
               JsonObject *slip,
               gboolean    drawn)
{
  Reading *reading = g_task_get_task_data (task);
  SgView *view = sg_happening_get_view (reading->happening);
  SgAsker *asker = sg_tool_context_get_asker (reading->context);
  g_autofree char *told = NULL;

  reading->slip = slip;
  reading->drawn = drawn;
  reading->head = sg_fortune_dup_head (view, slip);
  reading->verse = sg_view_render (view, sg_member (slip, "text"));
  told = g_strdup_printf ("%s\n%s", reading->head, reading->verse);
  sg_tool_context_report (reading->context, "slip", told);

  /* One for this function, so that an answer that comes at once ends nothing early. */
  reading->n_left = 1;
  if (asker == NULL)
    take_authored (reading);
  else
    {
      sg_tool_context_set_partial (reading->context, take_reading, reading);
      ask_more (task, asker);
    }
  part_done (task);
}

/* A slip that was drawn and that nobody has read yet; NULL for none. */
static JsonObject *
find_unread (SgToolContext  *context,
             const SgEntity *deity)
{
  SgWorld *world = sg_tool_context_get_world (context);
  JsonObject *slip = sg_fortune_find_slip (sg_tool_context_get_scenario (context),
                                           sg_world_get_string (world, "player", "slip"));

  if (slip == NULL || sg_world_get_boolean (world, "player", "slip_read")
      || (deity != NULL && g_strcmp0 (sg_member_string (slip, "deity"), deity->id) != 0))
    return NULL;

  return slip;
}

/* What the scenario asks for is not there, such as a coin: the model tells what the author has for that. */
static JsonNode *
refuse (SgHappening *happening)
{
  SgScenario *scenario = sg_view_get_scenario (sg_happening_get_view (happening));
  JsonObject *result = json_object_new ();

  json_object_set_boolean_member (result, "drawn", FALSE);
  sg_happening_tell (happening, sg_member (sg_scenario_get_section (scenario, "fortunes"), "blocked"));
  sg_happening_add_to (happening, result);

  return sg_tool_json_take_object (result);
}

static void
set_not_here (SgToolContext  *context,
              GError        **error)
{
  JsonArray *places = sg_member_array (
    sg_scenario_get_section (sg_tool_context_get_scenario (context), "fortunes"), "at");
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autofree char *listed = NULL;

  for (guint i = 0; places != NULL && i < json_array_get_length (places); i++)
    g_ptr_array_add (ids, (gpointer) json_array_get_string_element (places, i));
  g_ptr_array_add (ids, NULL);
  listed = sg_tool_join_names ((const char *const *) ids->pdata, 10);
  g_set_error (error, SG_TOOL_ERROR, SG_TOOL_ERROR_ARGUMENTS,
               "No fortune slips are drawn where the player is%s%s. Tell the player so",
               ids->len > 1 ? ", but at: " : "", listed);
}

/* Whoever is wanted, and whether slips are drawn here. */
static gboolean
check_draw (SgToolContext   *context,
            SgView          *view,
            const char      *name,
            const SgEntity **deity,
            GError         **error)
{
  *deity = name != NULL ? find_deity (sg_tool_context_get_scenario (context), name, error) : NULL;
  if (name != NULL && *deity == NULL)
    return FALSE;

  if (sg_fortune_is_here (view, *deity != NULL ? (*deity)->id : NULL))
    return TRUE;

  set_not_here (context, error);

  return FALSE;
}

static void
draw (GTask          *task,
      const SgEntity *deity)
{
  Reading *reading = g_task_get_task_data (task);
  SgToolContext *context = reading->context;
  SgView *view = sg_happening_get_view (reading->happening);
  JsonObject *fortunes = sg_scenario_get_section (sg_tool_context_get_scenario (context), "fortunes");
  const char *id = deity != NULL ? deity->id : NULL;
  JsonObject *earlier =
    reading->afresh ? NULL : find_similar (sg_tool_context_get_world (context), id, reading->question);
  JsonObject *unread = reading->afresh ? NULL : find_unread (context, deity);
  JsonObject *slip;
  GError *error = NULL;

  if (unread != NULL)
    begin_reading (task, unread, FALSE);
  else if (earlier != NULL)
    g_task_return_pointer (task, tell_again (context, reading->call, earlier, reading->question),
                           (GDestroyNotify) json_node_unref);
  else if (!sg_view_holds (view, sg_member (fortunes, "if")))
    g_task_return_pointer (task, refuse (reading->happening), (GDestroyNotify) json_node_unref);
  else if ((slip = draw_slip (context, view, id, &error)) != NULL)
    begin_reading (task, slip, TRUE);
  else
    g_task_return_error (task, error);
}

static void
sg_draw_fortune_tool_run_async (SgTool              *tool,
                                SgToolContext       *context,
                                const char          *call,
                                JsonObject          *arguments,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (tool, cancellable, callback, user_data);
  SgScenario *scenario = sg_tool_context_get_scenario (context);
  const SgEntity *deity = NULL;
  Reading *reading;
  GError *error = NULL;

  g_task_set_source_tag (task, sg_draw_fortune_tool_run_async);
  if (scenario == NULL || sg_scenario_get_section (scenario, "fortunes") == NULL)
    {
      g_task_return_new_error (task, SG_TOOL_ERROR, SG_TOOL_ERROR_FAILED,
                               "There are no fortune slips in this story");
      return;
    }

  reading = g_new0 (Reading, 1);
  g_task_set_task_data (task, reading, reading_free);
  reading->context = g_object_ref (context);
  reading->happening = sg_happening_new (context, call);
  reading->call = g_strdup (call);
  reading->question = g_strdup (sg_tool_get_string (arguments, "question"));

  /* A model may not notice that the player asks for another. */
  reading->afresh =
    json_object_get_boolean_member_with_default (arguments, "afresh", FALSE)
    || sg_fortune_is_afresh (sg_tool_context_get_world (context), sg_tool_context_get_input (context));
  if (check_draw (context, sg_happening_get_view (reading->happening), sg_tool_get_string (arguments, "deity"),
                  &deity, &error))
    draw (task, deity);
  else
    g_task_return_error (task, error);
}

static JsonNode *
sg_draw_fortune_tool_run_finish (SgTool        *tool,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, tool), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
sg_draw_fortune_tool_class_init (SgDrawFortuneToolClass *klass)
{
  static const char *const key_arguments[] = { NULL };
  SgToolClass *tool_class = SG_TOOL_CLASS (klass);

  tool_class->name = "draw_fortune";
  tool_class->description =
    "Let the player draw a fortune slip, or have the slip read that they hold. The slip and its reading are told to "
    "the player by this tool. `afresh` draws anew where much the same was asked before.";
  tool_class->schema =
    "{\"type\":\"object\",\"properties\":{"
    "\"deity\":{\"type\":\"string\",\"maxLength\":64},"
    "\"question\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":300},"
    "\"afresh\":{\"type\":\"boolean\"}},"
    "\"required\":[\"question\"],\"additionalProperties\":false}";
  tool_class->access = SG_TOOL_WRITES;
  tool_class->timeout_ms = 120000;
  tool_class->key_arguments = key_arguments;
  tool_class->dup_keys = sg_draw_fortune_tool_dup_keys;
  tool_class->run_async = sg_draw_fortune_tool_run_async;
  tool_class->run_finish = sg_draw_fortune_tool_run_finish;
}

static void
sg_draw_fortune_tool_init (SgDrawFortuneTool *self)
{
}
