/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Questions beside the narration: their answers, their figures, and their end at every moment. */

#include "config.h"

#include "fake-model.h"
#include "llm/sg-asker.h"

typedef struct
{
  SgFakeModel *model;
  SgTrace     *trace;
  SgAsker     *asker;
  guint        n_left;
  char        *answers[4];
  GError      *error;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->model = sg_fake_model_new ();
  fixture->trace = sg_trace_new ();
  fixture->asker = sg_asker_new (SG_MODEL (fixture->model), fixture->trace, 0);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (fixture->answers); i++)
    g_free (fixture->answers[i]);
  g_clear_error (&fixture->error);
  g_assert_finalize_object (fixture->asker);
  g_assert_finalize_object (fixture->trace);
  g_assert_finalize_object (fixture->model);
}

static void
answered_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Fixture *fixture = user_data;

  fixture->answers[--fixture->n_left] =
    sg_asker_ask_finish (SG_ASKER (object), result, NULL,
                         fixture->error == NULL ? &fixture->error : NULL);
}

static void
ask (Fixture       *fixture,
     SgRequestKind  kind,
     const char    *name,
     GCancellable  *cancellable)
{
  g_autoptr (SgModelRequest) request = sg_asker_make_request (kind, "Be brief.", name, NULL);

  fixture->n_left++;
  sg_asker_ask_async (fixture->asker, request, name, 0, NULL, NULL, cancellable, answered_cb,
                      fixture);
}

static void
wait (Fixture *fixture)
{
  while (fixture->n_left > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_side_by_side (Fixture       *fixture,
                   gconstpointer  data)
{
  const SgModelCallRow *row;

  sg_fake_model_answer_after (fixture->model, SG_REQUEST_CHARACTER, 20, "Slow.");
  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER, "Quick.");
  ask (fixture, SG_REQUEST_CHARACTER, "anna", NULL);
  ask (fixture, SG_REQUEST_CHARACTER, "ben", NULL);
  wait (fixture);

  g_assert_no_error (fixture->error);
  g_assert_cmpuint (sg_fake_model_most_at_once (fixture->model), ==, 2);
  g_assert_cmpstr (fixture->answers[1], ==, "Quick.");
  g_assert_cmpstr (fixture->answers[0], ==, "Slow.");

  /* In the order in which they were asked, each with a span of its own. */
  g_assert_cmpuint (sg_asker_get_calls (fixture->asker)->len, ==, 2);
  row = g_ptr_array_index (sg_asker_get_calls (fixture->asker), 0);
  g_assert_cmpstr (row->kind, ==, "character");
  g_assert_cmpint (row->duration_us, >=, 15000);
  g_assert_cmpint (row->first_token_us, >=, row->begin_us);
  g_assert_nonnull (sg_trace_find (fixture->trace, SG_SPAN_MODEL, "anna"));
  g_assert_nonnull (sg_trace_find (fixture->trace, SG_SPAN_MODEL, "ben"));
}

static void
test_budget (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (SgModelRequest) request =
    sg_asker_make_request (SG_REQUEST_SUMMARY, NULL, "Sum up.", NULL);

  sg_asker_set_budget (fixture->asker, SG_REQUEST_SUMMARY, 123);
  sg_fake_model_answer (fixture->model, SG_REQUEST_SUMMARY, "All is well.");
  fixture->n_left = 1;
  sg_asker_ask_async (fixture->asker, request, "summary", 0, NULL, NULL, NULL, answered_cb,
                      fixture);
  wait (fixture);

  g_assert_cmpint (sg_model_request_get_max_tokens (request), ==, 123);
  g_assert_cmpstr (fixture->answers[0], ==, "All is well.");
}

static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  const SgModelCallRow *row;

  ask (fixture, SG_REQUEST_PLANNING, "plan", NULL);
  wait (fixture);

  g_assert_error (fixture->error, SG_MODEL_ERROR, SG_MODEL_ERROR_SERVER);
  row = g_ptr_array_index (sg_asker_get_calls (fixture->asker), 0);
  g_assert_cmpstr (row->error, ==, "No answer");
  g_assert_null (row->finish);
}

static void
test_endless_answer (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *words = g_strnfill (300 * 1024, 'a');

  sg_fake_model_answer (fixture->model, SG_REQUEST_PLANNING, words);
  ask (fixture, SG_REQUEST_PLANNING, "plan", NULL);
  wait (fixture);

  g_assert_error (fixture->error, SG_MODEL_ERROR, SG_MODEL_ERROR_TOO_LONG);
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  sg_fake_model_answer_after (fixture->model, SG_REQUEST_PLANNING, 10, "Too late.");
  ask (fixture, SG_REQUEST_PLANNING, "plan", cancellable);
  g_cancellable_cancel (cancellable);
  wait (fixture);

  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (fixture->answers[0]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/asker/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("side-by-side", test_side_by_side);
  ADD ("budget", test_budget);
  ADD ("failure", test_failure);
  ADD ("endless-answer", test_endless_answer);
  ADD ("cancel", test_cancel);
#undef ADD

  return g_test_run ();
}
