/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The storyteller as a model: events, dice, seeds, pace, cancelling. */

#include "config.h"

#include <string.h>

#include "player.h"

typedef struct
{
  GString      *text;
  guint         n_events;
  guint         n_texts;
  guint         n_tools;
  guint         stop_after;
  gboolean      started;
  gboolean      finished;
  gboolean      done;
  SgUsage       usage;
  GCancellable *cancellable;
  GError       *error;
} Heard;

static void
heard_clear (Heard *heard)
{
  g_string_free (heard->text, TRUE);
  g_clear_object (&heard->cancellable);
  g_clear_error (&heard->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Heard, heard_clear)

static void
heard_cb (const SgModelEvent *event,
          gpointer            user_data)
{
  Heard *heard = user_data;

  g_assert_false (heard->done);
  g_assert_false (g_cancellable_is_cancelled (heard->cancellable));
  heard->n_events++;
  if (event->type == SG_MODEL_EVENT_STARTED)
    heard->started = TRUE;
  else if (event->type == SG_MODEL_EVENT_TEXT)
    {
      heard->n_texts++;
      g_string_append_len (heard->text, event->text, event->length);
    }
  else if (event->type == SG_MODEL_EVENT_TOOL_COMPLETE)
    heard->n_tools++;
  else if (event->type == SG_MODEL_EVENT_USAGE)
    heard->usage = event->usage;
  else if (event->type == SG_MODEL_EVENT_FINISHED)
    heard->finished = TRUE;

  if (heard->stop_after > 0 && heard->n_events == heard->stop_after)
    g_cancellable_cancel (heard->cancellable);
}

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Heard *heard = user_data;

  heard->done = TRUE;
  sg_model_generate_finish (SG_MODEL (source), result, &heard->error);
}

static SgModelRequest *
make_request (SgScenario *scenario,
              SgWorld    *world,
              const char *mode,
              const char *input,
              guint64     seed)
{
  SgModelRequest *request = sg_model_request_new (SG_REQUEST_NARRATION);
  SgScene scene = { scenario, world, (char *) mode, (char *) input, 1, seed, (char *) "en" };

  sg_model_request_set_scene (request, &scene);
  sg_model_request_add_message (request, sg_message_new (SG_ROLE_USER, input));

  return request;
}

static void
listen (SgStoryteller  *storyteller,
        SgModelRequest *request,
        Heard          *heard)
{
  heard->text = g_string_new (NULL);
  heard->cancellable = g_cancellable_new ();
  sg_model_generate_async (SG_MODEL (storyteller), request, heard_cb, heard, heard->cancellable, done_cb, heard);
  g_assert_cmpuint (heard->n_events, ==, 0);
  while (!heard->done)
    g_main_context_iteration (NULL, TRUE);
}

static SgWorld *
fresh_world (SgScenario *scenario)
{
  SgWorld *world = sg_world_new ();

  sg_scenario_fill_world (scenario, world);

  return world;
}

static void
test_model (void)
{
  g_autoptr (SgStoryteller) storyteller = sg_storyteller_new ();
  g_autoptr (SgScenario) scenario = player_load ("cellar");
  g_autoptr (SgWorld) world = fresh_world (scenario);
  g_autoptr (SgModelRequest) request = make_request (scenario, world, "do", "take the lamp", 1);
  g_autoptr (SgTrace) trace = sg_trace_new ();
  guint span = sg_trace_begin (trace, 0, SG_SPAN_MODEL, "storyteller");
  g_auto (Heard) heard = { 0 };
  const SgSpan *write;

  g_assert_false (sg_model_is_language_model (SG_MODEL (storyteller)));
  g_assert_cmpstr (sg_model_get_name (SG_MODEL (storyteller)), ==, "Storyglass storyteller");

  sg_model_request_set_trace (request, trace, span);
  listen (storyteller, request, &heard);
  g_assert_no_error (heard.error);
  g_assert_true (heard.started && heard.finished);
  g_assert_cmpuint (heard.n_tools, >=, 2);
  g_assert_cmpint (heard.usage.input, ==, -1);
  g_assert_cmpint (heard.usage.output, ==, -1);
  g_assert_false (heard.usage.estimated);

  write = sg_trace_find (trace, SG_SPAN_PHASE, "write");
  g_assert_nonnull (write);
  g_assert_cmpuint (write->parent, ==, span);
  g_assert_cmpint (write->end_us, !=, SG_SPAN_RUNNING);
  g_assert_nonnull (sg_trace_find (trace, SG_SPAN_PHASE, "compose"));

  /* The world itself was only read. */
  g_assert_cmpstr (sg_world_get_string (world, "lamp", "place"), ==, "kitchen");
}

static char *
tell (SgScenario *scenario,
      const char *input,
      guint64     seed)
{
  g_autoptr (SgStoryteller) storyteller = sg_storyteller_new ();
  g_autoptr (SgWorld) world = fresh_world (scenario);
  g_autoptr (SgModelRequest) request = make_request (scenario, world, "do", input, seed);
  g_auto (Heard) heard = { 0 };

  listen (storyteller, request, &heard);
  g_assert_no_error (heard.error);

  return g_strdup (heard.text->str);
}

static void
test_same_seed_same_words (void)
{
  g_autoptr (SgScenario) scenario = player_load ("cellar");
  g_autoptr (GHashTable) different = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint64 seed = 0; seed < 20; seed++)
    {
      g_autofree char *once = tell (scenario, "look", seed);
      g_autofree char *again = tell (scenario, "look", seed);

      g_assert_cmpstr (once, ==, again);
      g_hash_table_add (different, g_steal_pointer (&once));
    }

  /* Another seed varies the prose: all three ways of the rain are told. */
  g_assert_cmpuint (g_hash_table_size (different), ==, 3);
}

static void
test_prose_does_not_repeat (void)
{
  g_autoptr (SgScenario) scenario = player_load ("cellar");
  g_autoptr (Player) player = player_new (scenario, 3);
  g_autofree char *before = NULL;

  for (guint i = 0; i < 12; i++)
    {
      player_turn (player, "do", "look");
      g_assert_cmpstr (player->text->str, !=, before);
      g_free (before);
      before = g_strdup (player->text->str);
    }
}

static void
test_dice (void)
{
  g_autoptr (SgScenario) scenario = player_load ("cellar");
  g_autoptr (Player) player = player_new (scenario, 3);

  g_queue_push_tail (player->dice, GINT_TO_POINTER (1));
  g_queue_push_tail (player->dice, GINT_TO_POINTER (1));
  player_turn (player, "do", "take the lamp and juggle the onions on one foot");

  g_assert_cmpuint (player->n_requests, ==, 2);
  g_assert_cmpuint (player->n_rolls, ==, 1);
  g_assert_nonnull (strstr (player->text->str, "brass lamp"));
  g_assert_nonnull (strstr (player->text->str, "You try to juggle the onions on one foot."));
  g_assert_nonnull (strstr (player->text->str, "the river has used the time"));
  /* What was told before the roll is not told twice. */
  g_assert_null (strstr (strstr (player->text->str, "You try to juggle") + 1, "You try to juggle"));
  g_assert_true (player_holds (player, "has lamp and tide.value == 2"));
}

/* Nothing of the world is written before the dice are known, and then all of it. */
static void
test_no_writes_before_dice (void)
{
  g_autoptr (SgScenario) scenario = player_load ("cellar");
  g_autoptr (Player) player = player_new (scenario, 3);
  const SgMessageCall *first;

  player_turn (player, "do", "take the lamp and juggle the onions");
  g_assert_cmpuint (player->calls->len, >, 2);
  first = g_ptr_array_index (player->calls, 0);
  g_assert_cmpstr (first->name, ==, "roll_dice");
}

/* Where the tool could not roll, the storyteller does, and the turn comes to its end. */
static void
test_dice_fail (void)
{
  g_autoptr (SgStoryteller) storyteller = sg_storyteller_new ();
  g_autoptr (SgScenario) scenario = player_load ("cellar");
  g_autoptr (SgWorld) world = fresh_world (scenario);
  g_autoptr (SgModelRequest) request = make_request (scenario, world, "do", "outwit the rain", 1);
  SgMessage *message = sg_message_new (SG_ROLE_ASSISTANT, "You try to outwit the rain.");
  SgMessage *answer = sg_message_new (SG_ROLE_TOOL, "{\"error\":\"no dice\"}");
  g_auto (Heard) heard = { 0 };

  sg_message_add_call (message, "c1", "roll_dice", "{\"dice\":\"2d6\"}");
  sg_model_request_add_message (request, message);
  answer->call_id = g_strdup ("c1");
  sg_model_request_add_message (request, answer);

  listen (storyteller, request, &heard);
  g_assert_no_error (heard.error);
  g_assert_cmpuint (heard.text->len, >, 0);
  g_assert_null (strstr (heard.text->str, "You try to outwit"));
}

static void
test_no_more_to_tell (void)
{
  g_autoptr (SgStoryteller) storyteller = sg_storyteller_new ();
  g_autoptr (SgScenario) scenario = player_load ("cellar");
  g_autoptr (SgWorld) world = fresh_world (scenario);
  g_autoptr (SgModelRequest) request = make_request (scenario, world, "do", "wait", 1);
  SgMessage *message = sg_message_new (SG_ROLE_ASSISTANT, "You wait.");
  SgMessage *answer = sg_message_new (SG_ROLE_TOOL, "{\"ok\":true}");
  g_auto (Heard) heard = { 0 };

  sg_message_add_call (message, "c1", "update_state", "{\"entity\":\"story\",\"set\":{\"turn\":1}}");
  sg_model_request_add_message (request, message);
  answer->call_id = g_strdup ("c1");
  sg_model_request_add_message (request, answer);

  listen (storyteller, request, &heard);
  g_assert_true (heard.finished);
  g_assert_cmpuint (heard.text->len, ==, 0);
  g_assert_cmpuint (heard.n_tools, ==, 0);
}

/* A draft is told on from where it ends. */
static void
test_continue_draft (void)
{
  g_autoptr (SgStoryteller) storyteller = sg_storyteller_new ();
  g_autoptr (SgScenario) scenario = player_load ("cellar");
  g_autoptr (SgWorld) world = fresh_world (scenario);
  g_autofree char *whole = tell (scenario, "look", 5);
  g_autofree char *half = g_strndup (whole, strlen (whole) / 2);
  g_autoptr (SgModelRequest) request = make_request (scenario, world, "continue", "look", 5);
  g_auto (Heard) heard = { 0 };
  g_autofree char *joined = NULL;

  sg_model_request_add_message (request, sg_message_new (SG_ROLE_ASSISTANT, half));
  listen (storyteller, request, &heard);
  joined = g_strconcat (g_strchomp (half), heard.text->str, NULL);
  g_assert_cmpstr (joined, ==, whole);
}

static void
test_cancel_everywhere (void)
{
  g_autoptr (SgScenario) scenario = player_load ("cellar");
  g_autoptr (SgStoryteller) storyteller = sg_storyteller_new ();
  guint n_events = 0;

  sg_storyteller_set_pace (storyteller, 1000);
  for (guint at = 1; at < 60; at++)
    {
      g_autoptr (SgWorld) world = fresh_world (scenario);
      g_autoptr (SgModelRequest) request = make_request (scenario, world, "do", "take the lamp", 1);
      g_auto (Heard) heard = { 0 };

      heard.stop_after = at;
      listen (storyteller, request, &heard);
      if (heard.finished && heard.n_events < at)
        {
          g_assert_no_error (heard.error);
          n_events = heard.n_events;
          break;
        }
      g_assert_error (heard.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (heard.n_events, ==, at);
    }
  g_assert_cmpuint (n_events, >, 8);
}

static gboolean
cancel_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);

  return G_SOURCE_REMOVE;
}

/* A slow telling stops at once, in the middle of a pause. */
static void
test_cancel_in_pause (void)
{
  g_autoptr (SgStoryteller) storyteller = sg_storyteller_new ();
  g_autoptr (SgScenario) scenario = player_load ("cellar");
  g_autoptr (SgWorld) world = fresh_world (scenario);
  g_autoptr (SgModelRequest) request = make_request (scenario, world, "do", "look", 1);
  g_auto (Heard) heard = { 0 };
  gint64 begin = g_get_monotonic_time ();

  sg_storyteller_set_pace (storyteller, 1);
  heard.text = g_string_new (NULL);
  heard.cancellable = g_cancellable_new ();
  sg_model_generate_async (SG_MODEL (storyteller), request, heard_cb, &heard, heard.cancellable, done_cb, &heard);
  g_timeout_add (30, cancel_cb, heard.cancellable);
  while (!heard.done)
    g_main_context_iteration (NULL, TRUE);

  g_assert_error (heard.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (heard.n_texts, ==, 1);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 500 * 1000);
}

static void
test_pace (void)
{
  g_autoptr (SgStoryteller) storyteller = sg_storyteller_new ();
  g_autoptr (SgScenario) scenario = player_load ("cellar");
  g_autoptr (SgWorld) world = fresh_world (scenario);
  g_autoptr (SgModelRequest) request = make_request (scenario, world, "do", "inventory", 1);
  g_auto (Heard) fast = { 0 };
  g_auto (Heard) slow = { 0 };
  gint64 begin;

  g_assert_cmpuint (sg_storyteller_get_pace (storyteller), ==, 0);
  listen (storyteller, request, &fast);
  g_assert_cmpuint (fast.n_texts, ==, 1);

  sg_storyteller_set_pace (storyteller, 100);
  begin = g_get_monotonic_time ();
  listen (storyteller, request, &slow);
  /* Word by word: "You have a silver coin with you." */
  g_assert_cmpuint (slow.n_texts, ==, 7);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 6 * 10 * 1000);
  g_assert_cmpstr (slow.text->str, ==, fast.text->str);
}

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          gpointer    user_data)
{
  (*(guint *) user_data)++;
}

static void
test_properties (void)
{
  g_autoptr (SgStoryteller) storyteller = sg_storyteller_new ();
  guint n_notifies = 0;
  guint pace;

  g_signal_connect (storyteller, "notify::pace", G_CALLBACK (count_cb), &n_notifies);
  g_object_set (storyteller, "pace", 12, NULL);
  g_object_set (storyteller, "pace", 12, NULL);
  g_object_get (storyteller, "pace", &pace, NULL);
  g_assert_cmpuint (pace, ==, 12);
  g_assert_cmpuint (n_notifies, ==, 1);
}

static void
test_no_scenario (void)
{
  g_autoptr (SgStoryteller) storyteller = sg_storyteller_new ();
  g_autoptr (SgModelRequest) request = sg_model_request_new (SG_REQUEST_NARRATION);
  g_auto (Heard) heard = { 0 };

  listen (storyteller, request, &heard);
  g_assert_error (heard.error, SG_MODEL_ERROR, SG_MODEL_ERROR_REQUEST);
  g_assert_nonnull (strstr (heard.error->message, "language model"));
}

/* Words that a player may use: small ones, verbs, and all the names that the scenario has. */
static GPtrArray *
list_words (SgScenario *scenario)
{
  static const char *const small[] = {
    "take", "the", "and", "go", "down", "up", "ask", "about", "open", "with", "light", "it", "look", "give", "to", "her",
    "wait", "break", "say", "hello", "all", "back", "out", "read", "who", "is", "here", "?", ",", ".", "help", "attack",
    "climb", "drop", "draw", "slip", "interpret", "pray", "north", "search", "him", "put", "on", "use", "sit", "i",
  };
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *entities = sg_scenario_get_entities (scenario);
  g_autoptr (SgView) view = sg_view_new (scenario, NULL, "en", 0);

  for (guint i = 0; i < G_N_ELEMENTS (small); i++)
    g_ptr_array_add (words, g_strdup (small[i]));
  for (guint i = 0; i < entities->len; i++)
    g_ptr_array_add (words, sg_view_dup_name (view, ((const SgEntity *) entities->pdata[i])->id, SG_NAME_BARE));

  return words;
}

/* Random lines of plausible typing against a scenario: the storyteller always has an answer, and never
 * shows the inside of a text. */
static void
test_endless_evening (gconstpointer data)
{
  static const char *const modes[] = { "do", "do", "do", "do", "say", "story", "continue" };
  SgScenario *scenario = (SgScenario *) data;
  g_autoptr (GPtrArray) words = list_words (scenario);
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  guint n_turns = g_test_slow () ? 5000 : 300;
  g_autoptr (Player) player = player_new (scenario, 9);

  for (guint i = 0; i < n_turns; i++)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      for (int n = g_rand_int_range (rand, 1, 9); n > 0; n--)
        g_string_append_printf (line, "%s ", (char *) words->pdata[g_rand_int_range (rand, 0, (int) words->len)]);
      player_turn (player, modes[g_rand_int_range (rand, 0, G_N_ELEMENTS (modes))], line->str);
      if (player->text->len == 0 || strpbrk (player->text->str, "{}") != NULL)
        g_error ("“%s” tells “%s”", line->str, player->text->str);

      if (player_get_ending (player) != NULL)
        {
          g_clear_pointer (&player, player_free);
          player = player_new (scenario, i);
        }
    }
}

/* Every button is a sentence that leads somewhere: a player who only clicks is never told that they were
 * not understood. */
static void
test_choices_are_understood (gconstpointer data)
{
  static const char *const lost[] = {
    "You hesitate. Perhaps", "does not quite become a deed", "You look around for that, but", "There is nothing of the kind",
    "You find no way there", "There is no way in that direction",
  };
  SgScenario *scenario = (SgScenario *) data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (Player) player = player_new (scenario, 2);
  guint n_turns = g_test_slow () ? 3000 : 200;

  player_turn (player, "do", "look");
  for (guint i = 0; i < n_turns; i++)
    {
      g_autofree char *choice = NULL;

      if (player_get_ending (player) != NULL)
        {
          g_clear_pointer (&player, player_free);
          player = player_new (scenario, i);
          player_turn (player, "do", "look");
        }

      g_assert_cmpuint (player->choices->len, >=, 2);
      choice = g_strdup (g_ptr_array_index (player->choices, g_rand_int_range (rand, 0, (int) player->choices->len)));
      player_turn (player, "do", choice);
      for (guint j = 0; j < G_N_ELEMENTS (lost); j++)
        {
          if (strstr (player->text->str, lost[j]) != NULL)
            g_error ("The choice “%s” tells “%s”", choice, player->text->str);
        }
    }
}

/* What is here is played as it is, and each of it has the same to stand. */
static void
add_scenario_tests (GPtrArray *scenarios)
{
  for (guint i = 0; i < scenarios->len; i++)
    {
      SgScenario *scenario = g_ptr_array_index (scenarios, i);
      g_autofree char *evening = g_strconcat ("/storyteller/endless-evening/", sg_scenario_get_id (scenario), NULL);
      g_autofree char *choices = g_strconcat ("/storyteller/choices-are-understood/", sg_scenario_get_id (scenario), NULL);

      g_test_add_data_func (evening, scenario, test_endless_evening);
      g_test_add_data_func (choices, scenario, test_choices_are_understood);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GPtrArray) scenarios = NULL;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/storyteller/model", test_model);
  g_test_add_func ("/storyteller/same-seed-same-words", test_same_seed_same_words);
  g_test_add_func ("/storyteller/prose-does-not-repeat", test_prose_does_not_repeat);
  g_test_add_func ("/storyteller/dice", test_dice);
  g_test_add_func ("/storyteller/no-writes-before-dice", test_no_writes_before_dice);
  g_test_add_func ("/storyteller/dice-fail", test_dice_fail);
  g_test_add_func ("/storyteller/no-more-to-tell", test_no_more_to_tell);
  g_test_add_func ("/storyteller/continue-draft", test_continue_draft);
  g_test_add_func ("/storyteller/cancel-everywhere", test_cancel_everywhere);
  g_test_add_func ("/storyteller/cancel-in-pause", test_cancel_in_pause);
  g_test_add_func ("/storyteller/pace", test_pace);
  g_test_add_func ("/storyteller/properties", test_properties);
  g_test_add_func ("/storyteller/no-scenario", test_no_scenario);

  scenarios = sg_scenario_list_installed ();
  g_ptr_array_add (scenarios, player_load ("cellar"));
  g_ptr_array_add (scenarios, player_load ("rules"));
  add_scenario_tests (scenarios);

  return g_test_run ();
}
