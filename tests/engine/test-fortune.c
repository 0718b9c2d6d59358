/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fortune slips that a model lets the player draw: told as they come, kept with the turn, found again. */

#include "config.h"

#include "engine-fixture.h"

#include <string.h>

static void
answer (Fixture    *fixture,
        guint       ms,
        const char *text)
{
  sg_fake_model_answer_after (fixture->model, SG_REQUEST_CHARACTER, ms, text);
}

static void
become (Fixture    *fixture,
        const char *facts)
{
  g_autofree char *arguments = g_strdup_printf ("{\"entity\":\"player\",\"set\":%s}", facts);

  sg_fake_model_text (fixture->model, "So it is.");
  sg_fake_model_call (fixture->model, "b", "update_state", arguments);
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  g_assert_no_error (sg_turn_run_get_error (fixture_play (fixture, "go on")));
}

/* Slips are drawn in the hall. */
static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture_set_up_temple (fixture, data);
  become (fixture, "{\"place\":\"hall\"}");
}

/* Tells a turn that draws a slip; a model that has told it is not called again. */
static SgTurnRun *
say_and_draw (Fixture    *fixture,
              const char *words,
              const char *arguments)
{
  sg_fake_model_text (fixture->model, "You shake the cylinder.");
  sg_fake_model_call (fixture->model, "f", "draw_fortune", arguments);
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);

  return fixture_play (fixture, words);
}

static SgTurnRun *
draw (Fixture    *fixture,
      const char *arguments)
{
  return say_and_draw (fixture, "draw a slip", arguments);
}

#define ASK "{\"question\":\"Will my mother's debt ever be forgiven?\"}"

static void
test_sections (Fixture       *fixture,
               gconstpointer  data)
{
  SgWorld *world;
  const char *text;
  SgTurnRun *run;

  answer (fixture, 30, "It means patience.");
  answer (fixture, 5, "Pay the small thing first.");
  answer (fixture, 10, "Do not ask the tailor.");
  run = draw (fixture, ASK);
  g_assert_no_error (sg_turn_run_get_error (run));

  /* Side by side, and told in the order in which they came. */
  text = sg_turn_run_get_text (run);
  g_assert_cmpuint (sg_fake_model_most_at_once (fixture->model), ==, 3);
  g_assert_true (g_str_has_prefix (text, "You shake the cylinder.\n\nSlip "));
  g_assert_nonnull (strstr (text, "\n\nCounsel: Pay the small thing first.\n\nWarning: Do not ask the "
                                  "tailor.\n\nMeaning: It means patience."));
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 5);

  world = sg_story_get_world (fixture->story);
  g_assert_nonnull (sg_world_get_string (world, "player", "slip"));
  g_assert_true (sg_world_get_boolean (world, "player", "slip_read"));
  g_assert_cmpint (sg_world_get_int (world, "player", "slips_drawn", 0), ==, 1);

  /* What the scenario has for a slip happens as with the storyteller: it costs a copper, and has an effect. */
  g_assert_cmpint (sg_world_get_int (world, "player", "coppers", 0), ==, 14);
  g_assert_cmpstr (sg_world_get_string (world, "player", "luck"), !=, "none");
  g_assert_null (sg_turn_run_get_choices (run));
}

/* Nowhere but where the scenario says, and not for nothing. */
static void
test_conditions (Fixture       *fixture,
                 gconstpointer  data)
{
  const char *last;

  become (fixture, "{\"place\":\"quay\"}");
  sg_fake_model_call (fixture->model, "f", "draw_fortune", ASK);
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "There is no cylinder on the quay.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  g_assert_no_error (sg_turn_run_get_error (fixture_play (fixture, "draw a slip")));
  last = g_ptr_array_index (sg_fake_model_prompts (fixture->model),
                            (int) sg_fake_model_prompts (fixture->model)->len - 1);
  g_assert_nonnull (strstr (last, "No fortune slips are drawn where the player is, but at: hall."));

  /* The model hears it even where it has told something. */
  become (fixture, "{\"place\":\"hall\",\"coppers\":0}");
  sg_fake_model_text (fixture->model, "You turn to the bowl.");
  sg_fake_model_call (fixture->model, "f", "draw_fortune", ASK);
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "You have no copper.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  g_assert_no_error (sg_turn_run_get_error (fixture_play (fixture, "draw a slip")));
  last = g_ptr_array_index (sg_fake_model_prompts (fixture->model),
                            (int) sg_fake_model_prompts (fixture->model)->len - 1);
  g_assert_nonnull (strstr (last, "{\"drawn\":false,\"happens\":[\"You turn out your purse."));
  g_assert_null (sg_world_get_string (sg_story_get_world (fixture->story), "player", "slip"));
}

/* A slip that was drawn and not read is the one that is read. */
static void
test_unread (Fixture       *fixture,
             gconstpointer  data)
{
  SgWorld *world;
  SgTurnRun *run;

  become (fixture, "{\"slip\":\"slip_1\",\"slip_deity\":\"lamp_aunt\",\"slip_read\":false}");
  for (guint i = 0; i < 3; i++)
    answer (fixture, 0, "Tea.");
  run = draw (fixture, ASK);
  world = sg_story_get_world (fixture->story);
  g_assert_nonnull (strstr (sg_turn_run_get_text (run), "The Kettle Is Already On"));
  g_assert_true (sg_world_get_boolean (world, "player", "slip_read"));
  g_assert_cmpint (sg_world_get_int (world, "player", "coppers", 0), ==, 15);
}

static void
test_asked_before (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *slip = NULL;
  SgTurnRun *run;

  for (guint i = 0; i < 3; i++)
    answer (fixture, 0, "Patience.");
  draw (fixture, ASK);
  slip = g_strdup (sg_world_get_string (sg_story_get_world (fixture->story), "player", "slip"));

  /* Much the same question finds the reading, and no model is asked. */
  fixture_restart (fixture);
  run = draw (fixture, "{\"question\":\"will the debt of my mother ever be forgiven\"}");
  g_assert_nonnull (strstr (sg_turn_run_get_text (run), "Meaning: Patience."));
  g_assert_nonnull (strstr (sg_turn_run_get_text (run), "You asked much the same on turn 2."));
  g_assert_cmpstr (sg_turn_run_get_choices (run)[0], ==,
                   "Draw another slip and ask afresh: will the debt of my mother ever be forgiven");
  g_assert_cmpstr (sg_world_get_string (sg_story_get_world (fixture->story), "player", "slip"), ==,
                   slip);

  /* Afresh is another slip, and nothing that was answered before will do. */
  for (guint i = 0; i < 3; i++)
    answer (fixture, 0, "Haste.");
  run = draw (fixture, "{\"question\":\"Will my mother's debt ever be forgiven?\",\"afresh\":true}");
  g_assert_nonnull (strstr (sg_turn_run_get_text (run), "Haste."));
  g_assert_cmpuint (sg_response_cache_get_n_misses (sg_session_get_responses (fixture->session)), ==, 0);
  g_assert_cmpstr (sg_world_get_string (sg_story_get_world (fixture->story), "player", "slip"), !=,
                   slip);

  /* Where it was never asked it is not known: a reading goes with its turn. */
  for (guint i = 0; i < 3; i++)
    fixture_move (fixture, sg_story_undo_async);
  for (guint i = 0; i < 3; i++)
    answer (fixture, 0, "Anew.");
  run = draw (fixture, ASK);
  g_assert_nonnull (strstr (sg_turn_run_get_text (run), "Anew."));
}

/* The words that are offered for another slip draw one, also where the model does not notice what they ask for. */
static void
test_asked_afresh (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *slip = NULL;
  g_autofree char *offered = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  SgTurnRun *run;

  for (guint i = 0; i < 3; i++)
    answer (fixture, 0, "Patience.");
  draw (fixture, ASK);
  run = draw (fixture, ASK);
  slip = g_strdup (sg_world_get_string (sg_story_get_world (fixture->story), "player", "slip"));
  offered = g_strdup (sg_turn_run_get_choices (run)[0]);

  rows = fixture_load_turns (fixture);
  g_assert_null (((SgTurnRow *) g_ptr_array_index (rows, 2))->told_again);
  g_assert_cmpstr (((SgTurnRow *) g_ptr_array_index (rows, 3))->told_again, ==,
                   "{\"turn\":2,\"at\":3,\"words\":\"Draw another slip and ask afresh: Will my mother's debt "
                   "ever be forgiven?\"}");

  for (guint i = 0; i < 3; i++)
    answer (fixture, 0, "Haste.");
  run = say_and_draw (fixture, offered, ASK);
  g_assert_nonnull (strstr (sg_turn_run_get_text (run), "Haste."));
  g_assert_cmpstr (sg_world_get_string (sg_story_get_world (fixture->story), "player", "slip"), !=, slip);
}

static void
test_other_question (Fixture       *fixture,
                     gconstpointer  data)
{
  SgTurnRun *run;

  for (guint i = 0; i < 6; i++)
    answer (fixture, 0, i < 3 ? "Patience." : "A wedding.");
  draw (fixture, ASK);
  run = draw (fixture, "{\"question\":\"Shall I marry the ferryman?\"}");
  g_assert_nonnull (strstr (sg_turn_run_get_text (run), "A wedding."));
}

/* A section that fails leaves the others, and says so. */
static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  SgResponseCache *responses = sg_session_get_responses (fixture->session);
  SgTurnRun *run;

  answer (fixture, 0, "It means patience.");
  run = draw (fixture, ASK);
  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_nonnull (strstr (sg_turn_run_get_text (run), "Meaning: It means patience."));
  g_assert_nonnull (strstr (sg_turn_run_get_text (run), "Warning: the ink has run"));

  /* Asked again, the same slip is read in full; what could be made out of it is not asked for twice. */
  for (guint i = 0; i < 2; i++)
    answer (fixture, 0, "All of it.");
  run = draw (fixture, ASK);
  g_assert_cmpuint (sg_response_cache_get_n_hits (responses), ==, 1);
  g_assert_nonnull (strstr (sg_turn_run_get_text (run), "Meaning: It means patience."));
  g_assert_nonnull (strstr (sg_turn_run_get_text (run), "Warning: All of it."));
  g_assert_cmpint (sg_world_get_int (sg_story_get_world (fixture->story), "player", "slips_drawn", 0), ==, 1);
}

static void
test_deity (Fixture       *fixture,
            gconstpointer  data)
{
  SgTurnRun *run;
  const char *last;

  sg_fake_model_call (fixture->model, "f", "draw_fortune",
                      "{\"question\":\"Will it rain?\",\"deity\":\"Zeus\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "There is no such god here.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  run = fixture_play (fixture, "draw a slip from Zeus");
  g_assert_no_error (sg_turn_run_get_error (run));
  last = g_ptr_array_index (sg_fake_model_prompts (fixture->model), 2);
  g_assert_nonnull (strstr (last, "There is no deity `Zeus`; there are: "));
  g_assert_nonnull (strstr (last, "lamp_aunt"));

  for (guint i = 0; i < 3; i++)
    answer (fixture, 0, "Rain.");
  draw (fixture, "{\"question\":\"Will it rain?\",\"deity\":\"the Lamp Aunt\"}");
  g_assert_cmpstr (sg_world_get_string (sg_story_get_world (fixture->story), "player", "slip_deity"),
                   ==, "lamp_aunt");
}

static gboolean
over_cb (gpointer over)
{
  *(gboolean *) over = TRUE;

  return G_SOURCE_REMOVE;
}

static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  gboolean over = FALSE;

  answer (fixture, 100, "Too late.");
  answer (fixture, 0, "In time.");
  sg_fake_model_text (fixture->model, "You shake the cylinder.");
  sg_fake_model_call (fixture->model, "f", "draw_fortune", ASK);
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_session_submit (fixture->session, SG_INPUT_DO, "draw", 0);
  while (strstr (sg_turn_run_get_text (sg_session_get_run (fixture->session)), "In time.") == NULL)
    g_main_context_iteration (NULL, TRUE);
  sg_session_stop (fixture->session);
  fixture_wait_idle (fixture);

  g_assert_cmpint (sg_turn_run_get_stage (sg_session_get_run (fixture->session)), ==,
                   SG_STAGE_STOPPED);
  g_assert_null (sg_world_get_string (sg_story_get_world (fixture->story), "player", "slip"));
  g_assert_nonnull (strstr (sg_story_get_draft (fixture->story)->text, "In time."));

  /* The answer that comes too late harms nothing. */
  g_timeout_add (120, over_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/fortune/" name, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("sections", test_sections);
  ADD ("conditions", test_conditions);
  ADD ("unread", test_unread);
  ADD ("asked-before", test_asked_before);
  ADD ("asked-afresh", test_asked_afresh);
  ADD ("other-question", test_other_question);
  ADD ("failure", test_failure);
  ADD ("deity", test_deity);
  ADD ("stop", test_stop);
#undef ADD

  return g_test_run ();
}
