/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a prompt says of the past: which turns it holds, what stands for those before them, and that
 * all of it can be put together again from the library. */

#include "config.h"

#include <string.h>

#include "engine-fixture.h"
#include "engine/sg-prompt-rebuild.h"
#include "store/sg-tables.h"

typedef struct
{
  gint64      branch;
  gint64      depth;
  gint64      last;
  const char *text;
} NewSummary;

static gboolean
add_summary_job (SgConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  const NewSummary *summary = data;
  g_autoptr (SgPath) path =
    sg_branches_load_path (connection, summary->branch, summary->depth, error);
  SgSummaryRow row = { .last = summary->last, .text = (char *) summary->text };

  return path != NULL && sg_stories_take_late (connection, path->story, &row.late, error)
         && sg_summaries_insert (connection, path, &row, error) != 0;
}

/* As a job in the background would. */
static void
add_summary (Fixture    *fixture,
             gint64      last,
             const char *text)
{
  const SgPath *path = sg_story_get_path (fixture->story);
  NewSummary summary = { path->branch, path->depth, last, text };
  g_autoptr (GError) error = NULL;

  sg_library_write (fixture->library, SG_DURABILITY_JOURNAL, add_summary_job, &summary, &error);
  g_assert_no_error (error);
}

static const char *
last_prompt (Fixture *fixture)
{
  g_autoptr (GPtrArray) prompts = fixture_list_narrations (fixture);

  return g_ptr_array_index (prompts, prompts->len - 1);
}

static char *
rebuild (Fixture *fixture,
         gint64   turn)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgModelRequest) request = NULL;
  GAsyncResult *kept = NULL;

  sg_prompt_rebuild_async (fixture->story, turn,
                           sg_session_get_catalog (fixture->session), NULL, keep_cb, &kept);
  result = wait_result (&kept);
  request = sg_prompt_rebuild_finish (fixture->story, result, &error);
  g_assert_no_error (error);

  return sg_fake_model_dup_prompt (request);
}

static void
set_history (Fixture *fixture,
             int      turns)
{
  g_object_set (sg_session_get_settings (fixture->session), "history-turns", turns, NULL);
}

/* Plays turns that each say where they are. */
static void
play_to (Fixture *fixture,
         guint    depth)
{
  for (gint64 next = sg_story_get_depth (fixture->story) + 1; next <= depth; next++)
    {
      g_autofree char *words = g_strdup_printf ("do %d.", (int) next);
      g_autofree char *reply = g_strdup_printf ("Told %d.", (int) next);

      fixture_play_plain (fixture, words, reply);
    }
}

/* The block leaves in the turn in which its summary enters, and not before. */
static void
test_summary_enters (Fixture       *fixture,
                     gconstpointer  data)
{
  set_history (fixture, 5);
  play_to (fixture, 4);
  add_summary (fixture, 2, "Three turns of it.");

  play_to (fixture, 5);
  g_assert_null (strstr (last_prompt (fixture), "Three turns of it."));
  g_assert_nonnull (strstr (last_prompt (fixture), "Told 1."));

  play_to (fixture, 6);
  g_assert_nonnull (strstr (last_prompt (fixture),
                            "[The story so far]\nThree turns of it.\n\nuser: Action: do 3."));
  g_assert_null (strstr (last_prompt (fixture), "Told 2."));
  g_assert_null (sg_trace_find (sg_turn_run_get_trace (sg_session_get_run (fixture->session)),
                                SG_SPAN_STAGE, "turns left without a summary"));

  /* What was read stays as it is, for as long as there is room. */
  play_to (fixture, 7);
  g_assert_nonnull (strstr (last_prompt (fixture), "Three turns of it.\n\nuser: Action: do 3."));
}

static void
test_no_summary (Fixture       *fixture,
                 gconstpointer  data)
{
  const SgSpan *span;

  set_history (fixture, 5);
  play_to (fixture, 6);
  g_assert_null (strstr (last_prompt (fixture), "Told 1."));
  g_assert_nonnull (strstr (last_prompt (fixture), "Told 3."));
  span = sg_trace_find (sg_turn_run_get_trace (sg_session_get_run (fixture->session)),
                        SG_SPAN_STAGE, "turns left without a summary");
  g_assert_nonnull (span);
  g_assert_cmpint (sg_span_get_int (span, "turns", 0), ==, 3);

  /* One that comes late still says what left before. */
  add_summary (fixture, 2, "Better late.");
  fixture_restart (fixture);
  set_history (fixture, 5);
  play_to (fixture, 7);
  g_assert_nonnull (strstr (last_prompt (fixture), "Better late.\n\nuser: Action: do 3."));
}

/* Nothing of one branch is told on another, and undo takes it along. */
static void
test_summary_branches (Fixture       *fixture,
                       gconstpointer  data)
{
  set_history (fixture, 3);
  play_to (fixture, 4);
  add_summary (fixture, 1, "Shared.");
  add_summary (fixture, 4, "Of the first branch.");
  fixture_move (fixture, sg_story_undo_async);
  fixture_move (fixture, sg_story_undo_async);

  fixture_play_plain (fixture, "another way.", "Told elsewhere.");
  fixture_play_plain (fixture, "on.", "Told elsewhere.");
  fixture_play_plain (fixture, "on.", "Told elsewhere.");
  fixture_play_plain (fixture, "on.", "Told elsewhere.");
  g_assert_null (strstr (last_prompt (fixture), "Of the first branch."));
  g_assert_nonnull (strstr (last_prompt (fixture), "Shared."));
}

/* Whatever has come since, each turn's prompt is what it was. */
static void
test_rebuild (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GPtrArray) prompts = NULL;
  g_autoptr (GPtrArray) turns = NULL;

  g_object_set (sg_session_get_settings (fixture->session), "history-turns", 4, NULL);
  for (guint depth = 1; depth <= 16; depth++)
    {
      g_autofree char *words = g_strdup_printf ("look for the lantern and door %u.", depth);
      g_autofree char *memory =
        g_strdup_printf ("{\"text\":\"Behind door %u is a lantern.\"}", depth);
      g_autofree char *state = g_strdup_printf (
        "{\"entity\":\"lamp\",\"set\":{\"oil\":%u}}", depth);

      sg_fake_model_text (fixture->model, "A lantern, behind a door.");
      sg_fake_model_call (fixture->model, "call_1", "add_memory", memory);
      sg_fake_model_call (fixture->model, "call_2", "update_state", state);
      sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
      fixture_play (fixture, words);

      if (depth % 3 == 0)
        add_summary (fixture, depth - 2, words);
      if (depth == 8)
        g_object_set (sg_session_get_settings (fixture->session), "stable-prefix", FALSE, NULL);
      if (depth == 11)
        fixture_restart (fixture);
    }

  prompts = fixture_list_narrations (fixture);
  g_assert_cmpuint (prompts->len, ==, 16);
  turns = fixture_load_turns (fixture);
  g_assert_nonnull (strstr (g_ptr_array_index (prompts, 15), "[What may matter]"));
  g_assert_nonnull (strstr (g_ptr_array_index (prompts, 15), "[The story so far]"));
  for (guint depth = 1; depth <= 16; depth++)
    {
      g_autofree char *again = rebuild (fixture, turn_at (turns, depth)->id);

      g_assert_cmpstr (again, ==, g_ptr_array_index (prompts, depth - 1));
    }
}

/* Also that of a turn that went on from words that were told before. */
static void
test_rebuild_continued (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;

  sg_fake_model_text (fixture->model, "It grows dark. A ");
  sg_fake_model_fail (fixture->model, SG_MODEL_ERROR_CUT_OFF, "Cut off");
  fixture_play (fixture, "wait");
  sg_fake_model_text (fixture->model, "bell rings.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  g_assert_true (sg_session_continue_draft (fixture->session, &error));
  g_assert_no_error (error);
  fixture_wait_idle (fixture);

  again = rebuild (fixture, sg_turn_run_get_turn (sg_session_get_run (fixture->session)));
  g_assert_cmpstr (again, ==, last_prompt (fixture));
  g_assert_nonnull (strstr (again, "assistant: It grows dark. A"));
}

#define ADD(path, func) \
  g_test_add ("/past/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("summary/enters", test_summary_enters);
  ADD ("summary/missing", test_no_summary);
  ADD ("summary/branches", test_summary_branches);
  ADD ("rebuild/all", test_rebuild);
  ADD ("rebuild/continued", test_rebuild_continued);

  return g_test_run ();
}
