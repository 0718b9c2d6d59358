/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Questions beside the narration: their answers, their figures, and their end at every moment. */

#include "config.h"

#include "fake-model.h"
#include "llm/sg-asker.h"
#include "llm/sg-model-attributes.h"

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
changed_cb (SgAsker *asker,
            guint   *n_changes)
{
  (*n_changes)++;
}

static void
wait_for_words (Fixture    *fixture,
                const char *words)
{
  while (g_strcmp0 (sg_asker_get_waiting (fixture->asker), words) != 0)
    g_main_context_iteration (NULL, TRUE);
}

/* Of several that wait the latest is told; each wait is over when its own question goes on. */
static void
test_waits (Fixture       *fixture,
            gconstpointer  data)
{
  guint n_changes = 0;

  g_signal_connect (fixture->asker, "changed", G_CALLBACK (changed_cb), &n_changes);
  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER, "\vIt loads.\fA");
  sg_fake_model_answer_after (fixture->model, SG_REQUEST_CHARACTER, 5, "\vIt is busy.\fB");
  g_assert_false (sg_asker_is_held_up (fixture->asker, 0));
  ask (fixture, SG_REQUEST_CHARACTER, "anna", NULL);
  g_assert_true (sg_asker_is_asking (fixture->asker, 0));
  g_assert_false (sg_asker_is_held_up (fixture->asker, 0));
  wait_for_words (fixture, "It loads.");
  g_assert_true (sg_asker_is_held_up (fixture->asker, 0));
  g_assert_false (sg_asker_is_held_up (fixture->asker, 1));

  /* One that works is enough. */
  ask (fixture, SG_REQUEST_CHARACTER, "ben", NULL);
  g_assert_false (sg_asker_is_held_up (fixture->asker, 0));
  wait_for_words (fixture, "It is busy.");
  g_assert_true (sg_asker_is_held_up (fixture->asker, 0));

  sg_fake_model_go_on (fixture->model);
  while (fixture->n_left > 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (sg_asker_get_waiting (fixture->asker));
  sg_fake_model_go_on (fixture->model);
  wait (fixture);
  g_assert_null (sg_asker_get_waiting (fixture->asker));
  g_assert_false (sg_asker_is_asking (fixture->asker, 0));
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (n_changes, ==, 8);
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

static void
ask_again (Fixture       *fixture,
           SgRequestKind  kind,
           const char    *words,
           gboolean       cacheable)
{
  g_autoptr (SgModelRequest) request = sg_asker_make_request (kind, "Be brief.", words, NULL);

  g_clear_pointer (&fixture->answers[0], g_free);
  sg_model_request_set_cacheable (request, cacheable);
  fixture->n_left = 1;
  sg_asker_ask_async (fixture->asker, request, words, 0, NULL, NULL, NULL, answered_cb, fixture);
  g_assert_null (fixture->answers[0]);
  wait (fixture);
}

static void
test_kept_answers (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (SgResponseCache) cache = sg_response_cache_new (SG_RESPONSE_CACHE_SIZE);
  const SgSpan *span;

  sg_asker_set_cache (fixture->asker, cache);
  sg_fake_model_answer_after (fixture->model, SG_REQUEST_PLANNING, 5, "Go north.");
  sg_fake_model_answer (fixture->model, SG_REQUEST_PLANNING, "Go south.");
  sg_fake_model_answer (fixture->model, SG_REQUEST_PLANNING, "Go west.");
  sg_fake_model_answer (fixture->model, SG_REQUEST_SUMMARY, "They went.");
  sg_fake_model_answer (fixture->model, SG_REQUEST_SUMMARY, "They went on.");

  ask_again (fixture, SG_REQUEST_PLANNING, "Where?", TRUE);
  g_assert_cmpstr (fixture->answers[0], ==, "Go north.");
  ask_again (fixture, SG_REQUEST_PLANNING, "Where?", TRUE);
  g_assert_cmpstr (fixture->answers[0], ==, "Go north.");
  g_assert_cmpuint (sg_response_cache_get_n_hits (cache), ==, 1);
  g_assert_cmpuint (sg_response_cache_get_n_misses (cache), ==, 1);
  g_assert_cmpint (sg_response_cache_get_saved (cache), >=, 5000);

  /* Nobody was called, and the span says so. */
  g_assert_cmpuint (sg_asker_get_calls (fixture->asker)->len, ==, 1);
  span = sg_trace_get_span (fixture->trace, sg_trace_get_n_spans (fixture->trace));
  g_assert_cmpint (span->kind, ==, SG_SPAN_MODEL);
  g_assert_true (sg_span_get_attribute (span, SG_ATTRIBUTE_CACHED)->value.boolean);
  g_assert_cmpint (sg_span_get_int (span, SG_ATTRIBUTE_SAVED, 0), ==, sg_response_cache_get_saved (cache));
  g_assert_cmpint (span->end_us, >=, span->begin_us);

  /* Another question, and the same where an answer from before will not do. */
  ask_again (fixture, SG_REQUEST_PLANNING, "Where to?", TRUE);
  g_assert_cmpstr (fixture->answers[0], ==, "Go south.");
  ask_again (fixture, SG_REQUEST_PLANNING, "Where?", FALSE);
  g_assert_cmpstr (fixture->answers[0], ==, "Go west.");

  /* A summary is of its own time. */
  ask_again (fixture, SG_REQUEST_SUMMARY, "And?", TRUE);
  ask_again (fixture, SG_REQUEST_SUMMARY, "And?", TRUE);
  g_assert_cmpstr (fixture->answers[0], ==, "They went on.");
  g_assert_no_error (fixture->error);

  /* What went wrong is not kept. */
  ask_again (fixture, SG_REQUEST_CHARACTER, "Who?", TRUE);
  g_assert_error (fixture->error, SG_MODEL_ERROR, SG_MODEL_ERROR_SERVER);
  g_assert_cmpuint (sg_response_cache_get_n (cache), ==, 2);
  sg_asker_set_cache (fixture->asker, NULL);
}

static void
test_cancel_kept_answer (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (SgResponseCache) cache = sg_response_cache_new (2);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (SgModelRequest) request =
    sg_asker_make_request (SG_REQUEST_PLANNING, "Be brief.", "Where?", NULL);

  sg_asker_set_cache (fixture->asker, cache);
  sg_fake_model_answer (fixture->model, SG_REQUEST_PLANNING, "Go north.");
  ask_again (fixture, SG_REQUEST_PLANNING, "Where?", TRUE);

  g_clear_pointer (&fixture->answers[0], g_free);
  sg_model_request_set_cacheable (request, TRUE);
  fixture->n_left = 1;
  sg_asker_ask_async (fixture->asker, request, "Where?", 0, NULL, NULL, cancellable, answered_cb, fixture);
  g_cancellable_cancel (cancellable);
  wait (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  sg_asker_set_cache (fixture->asker, NULL);
}

static void
test_cache_order (void)
{
  g_autoptr (SgResponseCache) cache = sg_response_cache_new (2);
  g_autofree char *long_answer = g_strnfill (300 * 1024, 'a');
  gint64 saved_us = 0;

  sg_response_cache_store (cache, "a", "A", 10);
  sg_response_cache_store (cache, "b", "B", 20);
  g_assert_cmpstr (sg_response_cache_lookup (cache, "a", &saved_us), ==, "A");
  sg_response_cache_store (cache, "c", "C", 30);
  g_assert_cmpuint (sg_response_cache_get_n (cache), ==, 2);
  g_assert_null (sg_response_cache_lookup (cache, "b", &saved_us));
  g_assert_cmpstr (sg_response_cache_lookup (cache, "c", &saved_us), ==, "C");
  g_assert_cmpint (saved_us, ==, 30);

  sg_response_cache_store (cache, "a", "other", 40);
  g_assert_cmpuint (sg_response_cache_get_n (cache), ==, 2);
  g_assert_cmpstr (sg_response_cache_lookup (cache, "a", &saved_us), ==, "other");
  sg_response_cache_store (cache, "d", long_answer, 50);
  g_assert_null (sg_response_cache_lookup (cache, "d", &saved_us));
  g_assert_cmpint (sg_response_cache_get_saved (cache), ==, 10 + 30 + 40);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/asker/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("side-by-side", test_side_by_side);
  ADD ("waits", test_waits);
  ADD ("budget", test_budget);
  ADD ("failure", test_failure);
  ADD ("endless-answer", test_endless_answer);
  ADD ("cancel", test_cancel);
  ADD ("kept-answers", test_kept_answers);
  ADD ("cancel-kept-answer", test_cancel_kept_answer);
#undef ADD
  g_test_add_func ("/asker/cache-order", test_cache_order);

  return g_test_run ();
}
