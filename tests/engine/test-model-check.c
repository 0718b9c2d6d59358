/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A model looks at what was told: after the commit or before it, and it is not believed blindly. */

#include "config.h"

#include <string.h>

#include "engine-fixture.h"
#include "engine/sg-model-check.h"
#include "engine/sg-turn-run-private.h"
#include "store/sg-tables.h"

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture_set_up (fixture, data);
  g_object_set (sg_session_get_settings (fixture->session), "model-checks", TRUE, NULL);
}

static void
answer (Fixture    *fixture,
        const char *text)
{
  sg_fake_model_answer (fixture->model, SG_REQUEST_VERIFICATION, text);
}

typedef struct
{
  gint64     turn;
  GPtrArray *findings;
  GPtrArray *spans;
} Found;

static gboolean
read_job (SgConnection *connection,
          gpointer      data,
          GCancellable *cancellable,
          GError      **error)
{
  Found *found = data;

  found->findings = sg_findings_list (connection, found->turn, error);
  found->spans = sg_spans_list (connection, found->turn, error);

  return found->findings != NULL && found->spans != NULL;
}

static void
found_clear (Found *found)
{
  g_clear_pointer (&found->findings, g_ptr_array_unref);
  g_clear_pointer (&found->spans, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static Found
find (Fixture *fixture)
{
  Found found = { .turn = sg_turn_run_get_turn (sg_session_get_run (fixture->session)) };
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *waiting = NULL;

  sg_library_read_async (fixture->library, read_job, &found, NULL, NULL, keep_cb, &waiting);
  result = wait_result (&waiting);
  g_assert_true (sg_library_read_finish (fixture->library, result, NULL));

  return found;
}

static gboolean
has_attribute (GPtrArray  *spans,
               const char *text)
{
  for (guint i = 0; i < spans->len; i++)
    {
      const SgSpanRow *span = g_ptr_array_index (spans, i);

      if (g_str_equal (span->name, SG_MODEL_CHECK_KIND) && span->attributes != NULL
          && strstr (span->attributes, text) != NULL)
        return TRUE;
    }

  return FALSE;
}

static const char *
find_question (Fixture *fixture)
{
  GPtrArray *prompts = sg_fake_model_prompts (fixture->model);

  for (guint i = prompts->len; i > 0; i--)
    {
      if (strstr (g_ptr_array_index (prompts, i - 1), "Which faults are in what was told then?") != NULL)
        return g_ptr_array_index (prompts, i - 1);
    }

  return NULL;
}

static void
stored_cb (SgAfter    *after,
           gint64      turn,
           const char *kind,
           GString    *stored)
{
  g_string_append_printf (stored, "%s ", kind);
}

static void
test_background (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GString) stored = g_string_new (NULL);
  g_auto (Found) found = { 0 };
  const SgFindingRow *row;
  const char *question;

  g_signal_connect (sg_session_get_after (fixture->session), "stored", G_CALLBACK (stored_cb), stored);
  answer (fixture, "Here:\n```json\n{\"findings\":[{\"rule\":\"thing\",\"quote\":\"you light, the LAMP\","
                   "\"why\":\"The lamp has no oil.\"},{\"rule\":\"dead\",\"quote\":\"Tom sings\","
                   "\"why\":\"Tom is dead.\"},7,{\"rule\":\"x\"}]}\n```");
  fixture_play_plain (fixture, "light it", "Slowly you light the lamp.");
  g_assert_null (find_question (fixture));
  fixture_wait_after (fixture);

  found = find (fixture);
  g_assert_cmpuint (found.findings->len, ==, 1);
  row = g_ptr_array_index (found.findings, 0);
  g_assert_cmpstr (row->rule, ==, "thing");
  g_assert_cmpstr (row->source, ==, "model");
  g_assert_cmpstr (row->message, ==, "The lamp has no oil. “you light, the LAMP”");
  g_assert_cmpint (row->late, ==, 1);
  g_assert_true (has_attribute (found.spans, "\"findings\":1"));
  g_assert_true (has_attribute (found.spans, "\"findings.ignored\":3"));
  g_assert_cmpstr (stored->str, ==, "verify ");

  question = find_question (fixture);
  g_assert_nonnull (strstr (question, "Action: light it"));
  g_assert_nonnull (strstr (question, "Slowly you light the lamp."));
  g_assert_nonnull (strstr (question, "You are in a room."));
  g_assert_nonnull (strstr (question, "lamp: {"));
}

/* The program ends before the model has answered, and the check is made when the story is opened
 * again. */
static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GPtrArray) turns = NULL;
  g_auto (Found) found = { 0 };
  const SgFindingRow *row;

  sg_fake_model_answer_after (fixture->model, SG_REQUEST_VERIFICATION, 500, "{\"findings\":[]}");
  fixture_play_plain (fixture, "light it", "You light the lamp.");
  found.turn = sg_turn_run_get_turn (sg_session_get_run (fixture->session));
  while (find_question (fixture) == NULL)
    g_main_context_iteration (NULL, TRUE);
  fixture_restart (fixture);

  answer (fixture, "{\"findings\":[{\"rule\":\"thing\",\"quote\":\"light the lamp\","
                   "\"why\":\"The lamp has no oil.\"}]}");
  fixture_wait_after (fixture);
  g_assert_true (sg_library_read (fixture->library, read_job, &found, NULL));
  g_assert_cmpuint (found.findings->len, ==, 1);
  row = g_ptr_array_index (found.findings, 0);
  g_assert_cmpint (row->turn, ==, found.turn);
  g_assert_cmpint (row->late, ==, 1);
  g_assert_true (has_attribute (found.spans, "\"findings\":1"));
  g_assert_nonnull (strstr (find_question (fixture), "lamp: {"));
  turns = fixture_load_turns (fixture);
  g_assert_cmpstr (turn_at (turns, 1)->findings, ==, "The lamp has no oil. “light the lamp”");

  /* Once is enough. */
  fixture_restart (fixture);
  fixture_wait_after (fixture);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 3);
}

static void
test_malformed (Fixture       *fixture,
                gconstpointer  data)
{
  static const char *const answers[] = { "All is well!", "{\"findings\":7}", "{\"findings\":[", "" };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_auto (Found) found = { 0 };

      answer (fixture, answers[i]);
      /* The last one is asked what the one before was: what made no sense is not kept. */
      fixture_play_plain (fixture, "look", "A room.");
      fixture_wait_after (fixture);
      found = find (fixture);
      g_assert_cmpuint (found.findings->len, ==, 0);
      g_assert_true (has_attribute (found.spans, "malformed"));
    }
}

/* Where it is not left for later, the finding is there when the turn is. */
static void
test_at_once (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GPtrArray) turns = NULL;

  g_object_set (sg_session_get_settings (fixture->session), "background-verification", FALSE, NULL);
  answer (fixture, "{\"findings\":[{\"rule\":\"thing\",\"quote\":\"light the lamp\","
                   "\"why\":\"The lamp has no oil.\"}]}");
  fixture_play_plain (fixture, "light it", "You light the lamp.");

  turns = fixture_load_turns (fixture);
  g_assert_cmpstr (turn_at (turns, 1)->findings, ==, "The lamp has no oil. “light the lamp”");
}

#define QUESTION "Which faults are in what was told then?"

/* The same words after the same words in the same world are not checked twice, except for a retry. */
static void
test_kept (Fixture       *fixture,
           gconstpointer  data)
{
  gboolean background = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  g_auto (Found) found = { 0 };

  g_object_set (sg_session_get_settings (fixture->session), "background-verification", background, NULL);
  for (guint i = 0; i < 4; i++)
    answer (fixture, "{\"findings\":[{\"rule\":\"thing\",\"quote\":\"a room\",\"why\":\"It is a hall.\"}]}");

  for (guint i = 0; i < 3; i++)
    {
      fixture_play_plain (fixture, "look", "A room.");
      fixture_wait_after (fixture);
    }
  g_assert_cmpuint (fixture_count_prompts (fixture, QUESTION), ==, 2);
  g_assert_cmpuint (sg_response_cache_get_n_hits (sg_session_get_responses (fixture->session)), ==, 1);
  found = find (fixture);
  g_assert_cmpuint (found.findings->len, ==, 1);

  sg_fake_model_text (fixture->model, "A room.");
  sg_fake_model_end (fixture->model, SG_FINISH_STOP);
  g_assert_true (sg_session_retry (fixture->session, &error));
  fixture_wait_idle (fixture);
  fixture_wait_after (fixture);
  g_assert_cmpuint (fixture_count_prompts (fixture, QUESTION), ==, 3);

  g_object_set (sg_session_get_settings (fixture->session), "response-cache", FALSE, NULL);
  fixture_play_plain (fixture, "look", "A room.");
  fixture_wait_after (fixture);
  g_assert_cmpuint (fixture_count_prompts (fixture, QUESTION), ==, 4);
}

static void
test_switched_off (Fixture       *fixture,
                   gconstpointer  data)
{
  g_object_set (sg_session_get_settings (fixture->session), "model-checks", FALSE, NULL);
  fixture_play_plain (fixture, "light it", "You light the lamp.");
  fixture_wait_after (fixture);
  g_assert_null (find_question (fixture));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/model-check/" name, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("background", test_background);
  ADD ("restart", test_restart);
  ADD ("malformed", test_malformed);
  ADD ("at-once", test_at_once);
  ADD ("switched-off", test_switched_off);
  g_test_add ("/model-check/kept", Fixture, GINT_TO_POINTER (TRUE), set_up, test_kept,
              fixture_tear_down);
  g_test_add ("/model-check/kept-before-commit", Fixture, GINT_TO_POINTER (FALSE), set_up, test_kept,
              fixture_tear_down);
#undef ADD

  return g_test_run ();
}
