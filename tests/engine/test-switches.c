/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a turn does with its switches off: that is what they are measured against. */

#include "config.h"

#include "engine-fixture.h"

#include <string.h>

#include "store/sg-tables.h"

static void
switch_off (Fixture    *fixture,
            const char *key)
{
  g_object_set (sg_session_get_settings (fixture->session), key, FALSE, NULL);
}

static gboolean
read_spans (SgConnection *connection,
            gpointer      data,
            GCancellable *cancellable,
            GError      **error)
{
  gint64 turn = **(gint64 **) data;

  *(GPtrArray **) data = sg_spans_list (connection, turn, error);

  return *(GPtrArray **) data != NULL;
}

static guint
count_spans (Fixture *fixture,
             gint64   turn)
{
  gpointer data = &turn;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *waiting = NULL;

  sg_library_read_async (fixture->library, read_spans, &data, NULL, NULL, keep_cb, &waiting);
  result = wait_result (&waiting);
  g_assert_true (sg_library_read_finish (fixture->library, result, NULL));
  rows = data;

  return rows->len;
}

static void
test_tracking (Fixture       *fixture,
               gconstpointer  data)
{
  SgTurnRun *run = fixture_play_plain (fixture, "look", "A room.");
  g_autoptr (GPtrArray) turns = NULL;

  g_assert_cmpuint (count_spans (fixture, sg_turn_run_get_turn (run)), >, 3);

  switch_off (fixture, "tracking");
  run = fixture_play_plain (fixture, "look again", "The same room.");
  g_assert_cmpuint (count_spans (fixture, sg_turn_run_get_turn (run)), ==, 0);

  /* The figures of the turn are there all the same, and it says what it was told with. */
  turns = fixture_load_turns (fixture);
  g_assert_cmpint (turn_at (turns, 2)->first_token_us, >, 0);
  g_assert_nonnull (strstr (turn_at (turns, 2)->settings, "\"tracking\":false"));
  g_assert_nonnull (strstr (turn_at (turns, 1)->settings, "\"tracking\":true"));
}

static void
count_stages_cb (SgTurnRun *run,
                 GString   *stages)
{
  g_string_append_printf (stages, "%s ", sg_stage_to_string (sg_turn_run_get_stage (run)));
}

static void
turn_started_cb (SgSession *session,
                 SgTurnRun *run,
                 GString   *stages)
{
  g_autofree char *words = sg_turn_run_dup_stage_text (run);

  g_string_append_printf (stages, "«%s» ", words);
  g_signal_connect (run, "stage-changed", G_CALLBACK (count_stages_cb), stages);
}

static void
test_eager_thinking (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GString) eager = g_string_new (NULL);
  g_autoptr (GString) late = g_string_new (NULL);
  gulong handler = g_signal_connect (fixture->session, "turn-started",
                                     G_CALLBACK (turn_started_cb), eager);

  fixture_play_plain (fixture, "look", "A room.");
  g_signal_handler_disconnect (fixture->session, handler);
  g_assert_true (g_str_has_prefix (eager->str, "«Thinking…» thinking retrieve prompt connect "));

  switch_off (fixture, "eager-thinking");
  handler = g_signal_connect (fixture->session, "turn-started", G_CALLBACK (turn_started_cb), late);
  fixture_play_plain (fixture, "look", "A room.");
  g_signal_handler_disconnect (fixture->session, handler);
  g_assert_true (g_str_has_prefix (late->str, "«» connect "));
}

/* The model is told that its writes went well, and has the last word. */
static void
test_second_call (Fixture       *fixture,
                  gconstpointer  data)
{
  SgTurnRun *run;

  switch_off (fixture, "end-after-writes");
  sg_fake_model_text (fixture->model, "You light the lamp.");
  sg_fake_model_call (fixture->model, "a", "update_state",
                      "{\"entity\":\"lamp\",\"set\":{\"lit\":true}}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "It burns.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  run = fixture_play (fixture, "light the lamp");

  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 2);
  g_assert_cmpstr (sg_turn_run_get_text (run), ==, "You light the lamp.\n\nIt burns.");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/switches/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("tracking", test_tracking);
  ADD ("eager-thinking", test_eager_thinking);
  ADD ("second-call", test_second_call);
#undef ADD

  return g_test_run ();
}
