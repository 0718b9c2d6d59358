/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole turns through a session, with a real library and a model that says what the test has
 * written down. */

#include "config.h"

#include "engine/sg-session.h"

#include "engine-fixture.h"
#include "engine/sg-turn-run-private.h"
#include "store/sg-tables.h"

static void
test_plain_turn (Fixture      *fixture,
                 gconstpointer data)
{
  SgTurnRun *run;
  g_autoptr (GPtrArray) turns = NULL;

  sg_fake_model_usage (fixture->model, 120, 2, 100);
  run = fixture_play_plain (fixture, "look around", "\n Four walls.  ");

  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_DONE);
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 1);
  turns = fixture_load_turns (fixture);
  g_assert_cmpuint (turns->len, ==, 2);
  g_assert_cmpstr (turn_at (turns, 0)->text, ==, "You are in a room.");
  g_assert_cmpstr (turn_at (turns, 1)->input, ==, "look around");
  g_assert_cmpstr (turn_at (turns, 1)->text, ==, "Four walls.");
  g_assert_cmpint (turn_at (turns, 1)->id, ==, sg_turn_run_get_turn (run));
  g_assert_cmpint (turn_at (turns, 1)->tokens_in, ==, 120);
  g_assert_cmpint (turn_at (turns, 1)->tokens_cached, ==, 100);
  g_assert_cmpint (turn_at (turns, 1)->duration_us, >, 0);
  g_assert_null (sg_story_get_draft (fixture->story));
}

static void
test_prompt_is_append_only (Fixture      *fixture,
                            gconstpointer data)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);
  const char *first, *second;
  const char *words;

  fixture_play_plain (fixture, "take lamp", "You take it.");
  fixture_play_plain (fixture, "wait", "Time passes.");

  first = g_ptr_array_index (prompts, 0);
  second = g_ptr_array_index (prompts, 1);
  words = g_strstr_len (first, -1, "[What is true now]");
  g_assert_nonnull (words);
  g_assert_true (strncmp (first, second, (gsize) (words - first)) == 0);
  g_assert_nonnull (strstr (second, "user: Action: take lamp\nassistant: You take it.\n"));
  g_assert_true (g_str_has_suffix (second, "Action: wait\n"));
}

static void
test_writes_end_the_turn (Fixture      *fixture,
                          gconstpointer data)
{
  SgTurnRun *run;

  sg_fake_model_text (fixture->model, "You light the lamp.");
  sg_fake_model_call (fixture->model, "c1", "update_state",
                      "{\"entity\":\"lamp\",\"set\":{\"lit\":true}}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  run = fixture_play (fixture, "light the lamp");

  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_DONE);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 1);
  g_assert_true (sg_world_get_boolean (sg_story_get_world (fixture->story), "lamp", "lit"));
  g_assert_cmpint (sg_world_lookup (sg_story_get_world (fixture->story), "lamp", "lit")->turn, ==,
                   sg_turn_run_get_turn (run));
}

static void
test_reads_go_back (Fixture      *fixture,
                    gconstpointer data)
{
  SgTurnRun *run;
  const char *second;

  sg_fake_model_call (fixture->model, "c1", "roll_dice", "{\"dice\":\"1d6\"}");
  sg_fake_model_call (fixture->model, "c2", "no_such_tool", "{broken");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "The die rolls.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  run = fixture_play (fixture, "roll");

  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_DONE);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 2);
  second = g_ptr_array_index (sg_fake_model_prompts (fixture->model), 1);
  g_assert_nonnull (strstr (second, "call c1 roll_dice {\"dice\":\"1d6\"}"));
  g_assert_nonnull (strstr (second, "call c2 no_such_tool {}"));
  g_assert_nonnull (strstr (second, "\"total\":"));
  g_assert_nonnull (strstr (second, "\"error\":"));
}

/* Arguments that nest so deep that a parser would run out of stack are answered, and not sent back. */
static void
test_deep_arguments (Fixture      *fixture,
                     gconstpointer data)
{
  g_autofree char *deep = g_strnfill (60000, '[');
  const char *second;

  sg_fake_model_call (fixture->model, "c1", "read_state", deep);
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "A room.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  g_assert_no_error (sg_turn_run_get_error (fixture_play (fixture, "look")));

  second = g_ptr_array_index (sg_fake_model_prompts (fixture->model), 1);
  g_assert_nonnull (strstr (second, "call c1 read_state {}"));
}

static void
test_endless_tools_end (Fixture      *fixture,
                        gconstpointer data)
{
  SgTurnRun *run;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);

      sg_fake_model_call (fixture->model, id, "roll_dice", "{\"dice\":\"1d6\"}");
      sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
    }
  run = fixture_play (fixture, "roll for ever");

  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_FAILED);
  g_assert_error (sg_turn_run_get_error (run), SG_MODEL_ERROR, SG_MODEL_ERROR_GARBLED);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, <, 20);
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 0);
}

static gboolean
stop_cb (gpointer data)
{
  sg_session_stop (data);

  return G_SOURCE_REMOVE;
}

static void
test_stop_keeps_the_words (Fixture      *fixture,
                           gconstpointer data)
{
  gint64 asked_us;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  const SgDraftRow *draft;
  SgTurnRun *run;
  gint64 id = sg_story_get_id (fixture->story);

  sg_fake_model_text (fixture->model, "The door ");
  sg_fake_model_call (fixture->model, "c1", "update_state",
                      "{\"entity\":\"door\",\"set\":{\"open\":true}}");
  sg_fake_model_hang (fixture->model);
  sg_session_submit (fixture->session, SG_INPUT_DO, "open the door", 0);
  fixture_wait_told (fixture, "The door ");
  run = sg_session_get_run (fixture->session);
  while (sg_turn_run_get_n_calls (run) == 0 ||
         sg_tool_runner_get_call (run->runner, 0)->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  sg_session_stop (fixture->session);
  fixture_wait_idle (fixture);

  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_STOPPED);
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 0);
  g_assert_false (sg_world_has_entity (sg_story_get_world (fixture->story), "door"));
  draft = sg_story_get_draft (fixture->story);
  g_assert_nonnull (draft);
  g_assert_cmpstr (draft->text, ==, "The door ");

  /* It is there after a restart too, and can be told on. */
  fixture_close (fixture);
  g_object_unref (fixture->model);
  fixture->model = sg_fake_model_new ();
  fixture_open (fixture, id);
  g_assert_cmpstr (sg_story_get_draft (fixture->story)->text, ==, "The door ");

  sg_fake_model_text (fixture->model, "creaks.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  asked_us = g_get_monotonic_time ();
  g_assert_true (sg_session_continue_draft (fixture->session, &error));
  g_assert_cmpint (sg_trace_get_origin (sg_turn_run_get_trace (sg_session_get_run (fixture->session))),
                   >=, asked_us);
  g_assert_no_error (error);
  fixture_wait_idle (fixture);
  turns = fixture_load_turns (fixture);
  g_assert_cmpstr (turn_at (turns, 1)->text, ==, "The door creaks.");
  g_assert_null (sg_story_get_draft (fixture->story));
}

static void
test_stop_before_the_first_word (Fixture      *fixture,
                                 gconstpointer data)
{
  sg_fake_model_hang (fixture->model);
  g_timeout_add (10, stop_cb, fixture->session);
  fixture_play (fixture, "wait");

  g_assert_null (sg_story_get_draft (fixture->story));
}

static void
test_stop_at_once (Fixture      *fixture,
                   gconstpointer data)
{
  sg_session_submit (fixture->session, SG_INPUT_DO, "wait", 0);
  sg_session_stop (fixture->session);
  fixture_wait_idle (fixture);

  g_assert_cmpint (sg_turn_run_get_stage (sg_session_get_run (fixture->session)), ==,
                   SG_STAGE_STOPPED);
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 0);
}

static void
test_failure_keeps_the_words (Fixture      *fixture,
                              gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  GAsyncResult *kept = NULL;
  SgTurnRun *run;

  sg_fake_model_text (fixture->model, "It begins to ");
  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_CUT_OFF, "The server broke off.");
  run = fixture_play (fixture, "wait");

  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_FAILED);
  g_assert_cmpstr (sg_turn_run_get_error (run)->message, ==, "The server broke off.");
  g_assert_cmpstr (sg_story_get_draft (fixture->story)->error, ==, "The server broke off.");

  sg_session_keep_draft_async (fixture->session, NULL, keep_cb, &kept);
  result = wait_result (&kept);
  g_assert_true (sg_session_draft_finish (fixture->session, result, &error));
  g_assert_no_error (error);
  turns = fixture_load_turns (fixture);
  g_assert_cmpstr (turn_at (turns, 1)->text, ==, "It begins to ");
  g_assert_cmpstr (turn_at (turns, 1)->input, ==, "wait");
}

static void
test_discard (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;

  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_CONNECT, "Nothing answers.");
  fixture_play (fixture, "wait");
  g_assert_cmpstr (sg_story_get_draft (fixture->story)->input, ==, "wait");

  sg_session_discard_draft_async (fixture->session, NULL, keep_cb, &kept);
  result = wait_result (&kept);
  g_assert_true (sg_session_draft_finish (fixture->session, result, &error));
  g_assert_null (sg_story_get_draft (fixture->story));
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 0);
}

static void
test_nothing_told (Fixture      *fixture,
                   gconstpointer data)
{
  SgTurnRun *run = fixture_play_plain (fixture, "wait", " \n ");

  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_FAILED);
}

static void
test_undo_redo_retry (Fixture      *fixture,
                      gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) turns = NULL;

  fixture_play_plain (fixture, "one", "First.");
  sg_fake_model_text (fixture->model, "Second.");
  sg_fake_model_call (fixture->model, "c1", "update_state",
                      "{\"entity\":\"lamp\",\"set\":{\"lit\":true}}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  fixture_play (fixture, "two");

  fixture_move (fixture, sg_story_undo_async);
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 1);
  g_assert_false (sg_world_get_boolean (sg_story_get_world (fixture->story), "lamp", "lit"));
  g_assert_true (sg_story_get_can_redo (fixture->story));

  fixture_move (fixture, sg_story_redo_async);
  g_assert_true (sg_world_get_boolean (sg_story_get_world (fixture->story), "lamp", "lit"));
  g_assert_false (sg_story_get_can_redo (fixture->story));

  sg_fake_model_text (fixture->model, "Another second.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  g_assert_true (sg_session_retry (fixture->session, &error));
  g_assert_no_error (error);
  fixture_wait_idle (fixture);

  g_assert_false (sg_world_get_boolean (sg_story_get_world (fixture->story), "lamp", "lit"));
  turns = fixture_load_turns (fixture);
  g_assert_cmpuint (turns->len, ==, 3);
  g_assert_cmpstr (turn_at (turns, 2)->text, ==, "Another second.");
  g_assert_cmpstr (turn_at (turns, 2)->input, ==, "two");
  g_assert_cmpint (turn_at (turns, 2)->siblings, ==, 2);
  g_assert_cmpint (turn_at (turns, 2)->alternative, ==, 1);
}

static void
test_words_after_undo_are_a_sibling (Fixture      *fixture,
                                     gconstpointer data)
{
  g_autoptr (GPtrArray) turns = NULL;
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);
  const char *last;

  fixture_play_plain (fixture, "one", "First.");
  fixture_play_plain (fixture, "two", "Second.");
  fixture_move (fixture, sg_story_undo_async);
  fixture_play_plain (fixture, "three", "Third.");

  turns = fixture_load_turns (fixture);
  g_assert_cmpuint (turns->len, ==, 3);
  g_assert_cmpstr (turn_at (turns, 1)->text, ==, "First.");
  g_assert_cmpstr (turn_at (turns, 2)->text, ==, "Third.");
  g_assert_cmpint (turn_at (turns, 2)->siblings, ==, 2);

  /* Nothing from the other branch is in the prompt. */
  last = g_ptr_array_index (prompts, prompts->len - 1);
  g_assert_nonnull (strstr (last, "First."));
  g_assert_null (strstr (last, "Second."));
}

static void
test_queue (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (GPtrArray) turns = NULL;
  g_autofree char *taken_back = NULL;
  guint second, third;

  for (guint i = 0; i < 2; i++)
    {
      sg_fake_model_text (fixture->model, i == 0 ? "First." : "Third.");
      sg_fake_model_end (fixture->model, SG_FINISH_STOP);
    }

  sg_session_submit (fixture->session, SG_INPUT_DO, "one", 0);
  second = sg_session_submit (fixture->session, SG_INPUT_SAY, "two", 0);
  third = sg_session_submit (fixture->session, SG_INPUT_DO, "three", 0);
  g_assert_cmpuint (sg_session_get_n_queued (fixture->session), ==, 2);
  g_assert_cmpstr (sg_session_get_queued (fixture->session, 0).text, ==, "two");
  g_assert_cmpint (sg_session_get_queued (fixture->session, 0).mode, ==, SG_INPUT_SAY);

  taken_back = sg_session_withdraw (fixture->session, second);
  g_assert_cmpstr (taken_back, ==, "two");
  g_assert_null (sg_session_withdraw (fixture->session, second));
  while (sg_session_get_busy (fixture->session) || sg_session_get_n_queued (fixture->session) > 0)
    g_main_context_iteration (NULL, TRUE);

  g_assert_null (sg_session_withdraw (fixture->session, third));
  turns = fixture_load_turns (fixture);
  g_assert_cmpuint (turns->len, ==, 3);
  g_assert_cmpstr (turn_at (turns, 2)->input, ==, "three");
}

static void
test_stop_leaves_the_queue (Fixture      *fixture,
                            gconstpointer data)
{
  sg_fake_model_hang (fixture->model);
  sg_session_submit (fixture->session, SG_INPUT_DO, "one", 0);
  sg_session_submit (fixture->session, SG_INPUT_DO, "two", 0);
  g_timeout_add (10, stop_cb, fixture->session);
  fixture_wait_idle (fixture);

  g_assert_cmpuint (sg_session_get_n_queued (fixture->session), ==, 1);
}

/* The story as another process would find it. */
static SgStory *
open_elsewhere (SgLibrary *library,
                gint64     id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *kept = NULL;
  SgStory *story;

  sg_story_open_async (library, id, NULL, keep_cb, &kept);
  result = wait_result (&kept);
  story = sg_story_open_finish (result, &error);
  g_assert_no_error (error);

  return story;
}

/* The words are in the library while the turn is still being told. */
static void
test_journal (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLibrary) other = sg_library_open (fixture->path, &error);
  g_autoptr (SgStory) story = NULL;

  g_assert_no_error (error);
  sg_fake_model_text (fixture->model, "Long ago");
  sg_fake_model_wait (fixture->model);
  sg_fake_model_text (fixture->model, " it was.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  sg_session_submit (fixture->session, SG_INPUT_DO, "tell", 0);

  do
    {
      g_clear_object (&story);
      story = open_elsewhere (other, sg_story_get_id (fixture->story));
    }
  while (sg_story_get_draft (story) == NULL);
  g_assert_cmpstr (sg_story_get_draft (story)->text, ==, "Long ago");

  sg_fake_model_go_on (fixture->model);
  fixture_wait_idle (fixture);
  g_assert_cmpint (sg_story_get_depth (fixture->story), ==, 1);
  g_assert_null (sg_story_get_draft (fixture->story));
  sg_library_close (other);
}

static void
test_moved_on_elsewhere (Fixture      *fixture,
                         gconstpointer data)
{
  g_autoptr (GPtrArray) turns = NULL;
  Fixture other = { .library = fixture->library, .model = sg_fake_model_new () };

  fixture_open (&other, sg_story_get_id (fixture->story));
  fixture_play_plain (&other, "theirs", "Their turn.");
  fixture_play_plain (fixture, "mine", "My turn.");

  turns = fixture_load_turns (fixture);
  g_assert_cmpuint (turns->len, ==, 2);
  g_assert_cmpstr (turn_at (turns, 1)->text, ==, "My turn.");
  g_assert_cmpint (turn_at (turns, 1)->siblings, ==, 2);
  g_assert_cmpint (turn_at (turns, 1)->alternative, ==, 1);

  fixture_close (&other);
  g_object_unref (other.model);
}

/* The same where the turn before was told here, after which nothing is read. */
static void
test_moved_on_meanwhile (Fixture      *fixture,
                         gconstpointer data)
{
  g_autoptr (GPtrArray) turns = NULL;
  Fixture other = { .library = fixture->library, .model = sg_fake_model_new () };

  fixture_play_plain (fixture, "begin", "It begins.");
  fixture_open (&other, sg_story_get_id (fixture->story));
  fixture_play_plain (&other, "theirs", "Their turn.");
  fixture_play_plain (fixture, "mine", "My turn.");

  turns = fixture_load_turns (fixture);
  g_assert_cmpstr (turn_at (turns, 2)->text, ==, "My turn.");
  g_assert_cmpint (turn_at (turns, 2)->siblings, ==, 2);
  g_assert_cmpint (turn_at (turns, 2)->alternative, ==, 1);

  fixture_close (&other);
  g_object_unref (other.model);
}

/* In a story that remembers nothing the model is asked at once; once something is remembered, that is looked for. */
static void
test_nothing_to_read (Fixture      *fixture,
                      gconstpointer data)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  fixture_play_plain (fixture, "begin", "It begins.");
  sg_fake_model_text (fixture->model, "You note it.");
  sg_fake_model_call (fixture->model, "c1", "add_memory", "{\"text\":\"The lamp is of copper.\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_session_submit (fixture->session, SG_INPUT_DO, "note it", 0);
  g_assert_cmpuint (prompts->len, ==, 2);
  fixture_wait_idle (fixture);

  sg_fake_model_text (fixture->model, "It gleams.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  sg_session_submit (fixture->session, SG_INPUT_DO, "look at the lamp", 0);
  g_assert_cmpuint (prompts->len, ==, 2);
  fixture_wait_idle (fixture);
  g_assert_nonnull (strstr (g_ptr_array_index (prompts, 2), "- The lamp is of copper."));
}

static gboolean
count_spans_job (SgConnection *connection,
                 gpointer      data,
                 GCancellable *cancellable,
                 GError      **error)
{
  gint64 *turn = data;
  g_autoptr (GPtrArray) spans = sg_spans_list (connection, *turn, error);
  g_autoptr (SgTurnRow) row = sg_turns_get (connection, *turn, error);
  gboolean has_model = FALSE, has_tool = FALSE, has_commit = FALSE;

  g_assert_nonnull (spans);
  g_assert_nonnull (row);
  for (guint i = 0; i < spans->len; i++)
    {
      const SgSpanRow *span = g_ptr_array_index (spans, i);

      has_model |= span->kind == SG_SPAN_MODEL;
      has_tool |= span->kind == SG_SPAN_TOOL;
      if (span->kind == SG_SPAN_STAGE && g_str_equal (span->name, "commit"))
        {
          has_commit = TRUE;
          /* The turn took as long as it was told, in each figure of it. */
          g_assert_cmpint (span->begin_us, ==, row->duration_us);
          g_assert_true (span->attributes == NULL || strstr (span->attributes, "running") == NULL);
        }
    }
  g_assert_true (has_model && has_tool && has_commit);

  return TRUE;
}

static void
test_spans_are_stored (Fixture      *fixture,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 turn;

  sg_fake_model_text (fixture->model, "You light it.");
  sg_fake_model_call (fixture->model, "c1", "update_state",
                      "{\"entity\":\"lamp\",\"set\":{\"lit\":true}}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  turn = sg_turn_run_get_turn (fixture_play (fixture, "light"));

  /* The late spans are behind all that was handed in before. */
  sg_library_write (fixture->library, SG_DURABILITY_FULL, count_spans_job, &turn, &error);
  g_assert_no_error (error);
}

static void
test_same_dice_again (Fixture      *fixture,
                      gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *again = NULL;
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  for (guint i = 0; i < 2; i++)
    {
      sg_fake_model_call (fixture->model, "c1", "roll_dice", "{\"dice\":\"8d100\"}");
      sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
      sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_SERVER, "Broken.");
      fixture_play (fixture, "roll");
    }

  /* A turn that failed has the same dice when it is told again. */
  first = g_strdup (strstr (g_ptr_array_index (prompts, 1), "tool: "));
  again = g_strdup (strstr (g_ptr_array_index (prompts, 3), "tool: "));
  g_assert_cmpstr (first, ==, again);

  /* An alternative has others. */
  sg_fake_model_call (fixture->model, "c1", "roll_dice", "{\"dice\":\"8d100\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "Rolled.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  fixture_play (fixture, "roll");
  sg_fake_model_call (fixture->model, "c1", "roll_dice", "{\"dice\":\"8d100\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  sg_fake_model_text (fixture->model, "Rolled.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  g_assert_true (sg_session_retry (fixture->session, &error));
  fixture_wait_idle (fixture);
  g_assert_cmpstr (strstr (g_ptr_array_index (prompts, prompts->len - 1), "tool: "), !=, first);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/session/plain-turn", test_plain_turn);
  ADD ("/session/prompt-is-append-only", test_prompt_is_append_only);
  ADD ("/session/writes-end-the-turn", test_writes_end_the_turn);
  ADD ("/session/reads-go-back", test_reads_go_back);
  ADD ("/session/deep-arguments", test_deep_arguments);
  ADD ("/session/endless-tools-end", test_endless_tools_end);
  ADD ("/session/stop-keeps-the-words", test_stop_keeps_the_words);
  ADD ("/session/stop-before-the-first-word", test_stop_before_the_first_word);
  ADD ("/session/stop-at-once", test_stop_at_once);
  ADD ("/session/failure-keeps-the-words", test_failure_keeps_the_words);
  ADD ("/session/discard", test_discard);
  ADD ("/session/nothing-told", test_nothing_told);
  ADD ("/session/undo-redo-retry", test_undo_redo_retry);
  ADD ("/session/words-after-undo-are-a-sibling", test_words_after_undo_are_a_sibling);
  ADD ("/session/queue", test_queue);
  ADD ("/session/stop-leaves-the-queue", test_stop_leaves_the_queue);
  ADD ("/session/journal", test_journal);
  ADD ("/session/moved-on-elsewhere", test_moved_on_elsewhere);
  ADD ("/session/moved-on-meanwhile", test_moved_on_meanwhile);
  ADD ("/session/nothing-to-read", test_nothing_to_read);
  ADD ("/session/spans-are-stored", test_spans_are_stored);
  ADD ("/session/same-dice-again", test_same_dice_again);

  return g_test_run ();
}
