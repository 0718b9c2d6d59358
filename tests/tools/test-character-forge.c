/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Characters from a brief: side by side, each for itself, and once more what failed. */

#include "config.h"

#include <string.h>

#include "../llm/fake-model.h"
#include "tools/sg-character-forge.h"

#define CAST(a, b, c) \
  "{\"characters\":[{\"name\":\"" a "\",\"role\":\"one\"},{\"name\":\"" b "\",\"role\":\"two\"}," \
  "{\"name\":\"" c "\",\"role\":\"three\"}]}"
#define SHEET(name) \
  "{\"name\":\"" name "\",\"role\":\"smith\",\"description\":\"Strong.\",\"appearance\":\"Tall.\"," \
  "\"voice\":\"Low.\",\"goal\":\"Rest.\",\"secret\":\"None.\"}"

typedef struct
{
  SgFakeModel      *model;
  SgTrace          *trace;
  SgAsker          *asker;
  SgCharacterForge *forge;
  GCancellable     *cancellable;
  guint             n_changes;
  gboolean          returned;
  gboolean          ok;
  GError           *error;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->model = sg_fake_model_new ();
  fixture->trace = sg_trace_new ();
  fixture->asker = sg_asker_new (SG_MODEL (fixture->model), fixture->trace, 0);
  fixture->cancellable = g_cancellable_new ();
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_clear_error (&fixture->error);
  g_assert_finalize_object (fixture->forge);
  g_assert_finalize_object (fixture->asker);
  g_object_unref (fixture->trace);
  g_object_unref (fixture->model);
  g_object_unref (fixture->cancellable);
}

static void
answer (Fixture    *fixture,
        const char *text)
{
  sg_fake_model_answer (fixture->model, SG_REQUEST_CHARACTER, text);
}

static void
changed_cb (SgCharacterForge *forge,
            guint             position,
            Fixture          *fixture)
{
  g_assert_cmpuint (position, <, sg_character_forge_get_count (forge));
  fixture->n_changes++;
}

static void
ran_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  Fixture *fixture = user_data;

  g_clear_error (&fixture->error);
  fixture->ok =
    sg_character_forge_run_finish (SG_CHARACTER_FORGE (object), result, &fixture->error);
  fixture->returned = TRUE;
}

static void
start (Fixture *fixture,
       guint    count)
{
  if (fixture->forge == NULL)
    {
      fixture->forge = sg_character_forge_new (fixture->asker, "villagers", count);
      g_signal_connect (fixture->forge, "changed", G_CALLBACK (changed_cb), fixture);
    }
  fixture->returned = FALSE;
  sg_character_forge_run_async (fixture->forge, fixture->cancellable, ran_cb, fixture);
}

static void
run (Fixture *fixture,
     guint    count)
{
  start (fixture, count);
  while (!fixture->returned)
    g_main_context_iteration (NULL, TRUE);
}

static const SgForged *
get (Fixture *fixture,
     guint    position)
{
  return sg_character_forge_get (fixture->forge, position);
}

static void
test_side_by_side (Fixture       *fixture,
                   gconstpointer  data)
{
  const char *prompt;

  answer (fixture, CAST ("Ada", "Bo", "Cy"));
  answer (fixture, SHEET ("Ada"));
  answer (fixture, "```json\n" SHEET ("Bo") "\n```");
  answer (fixture, SHEET ("Cy"));
  run (fixture, 3);

  g_assert_no_error (fixture->error);
  g_assert_true (fixture->ok);
  g_assert_cmpuint (sg_character_forge_get_n_done (fixture->forge), ==, 3);
  g_assert_cmpuint (sg_fake_model_most_at_once (fixture->model), ==, 3);
  g_assert_cmpuint (fixture->n_changes, >=, 6);
  g_assert_cmpstr (get (fixture, 1)->name, ==, "Bo");
  g_assert_cmpstr (json_object_get_string_member (get (fixture, 1)->sheet, "voice"), ==, "Low.");

  /* Each knows the others. */
  prompt = g_ptr_array_index (sg_fake_model_prompts (fixture->model), 1);
  g_assert_nonnull (strstr (prompt, "2. Bo: two"));
  g_assert_nonnull (strstr (prompt, "Write character 1, Ada (one)"));
  g_assert_nonnull (sg_trace_find (fixture->trace, SG_SPAN_MODEL, "Cy"));
}

static void
test_at_once (Fixture       *fixture,
              gconstpointer  data)
{
  fixture->forge = sg_character_forge_new (fixture->asker, "villagers", 3);
  sg_character_forge_set_at_once (fixture->forge, 2);
  answer (fixture, CAST ("Ada", "Bo", "Cy"));
  answer (fixture, SHEET ("Ada"));
  answer (fixture, SHEET ("Bo"));
  answer (fixture, SHEET ("Cy"));
  run (fixture, 3);

  g_assert_cmpuint (sg_character_forge_get_n_done (fixture->forge), ==, 3);
  g_assert_cmpuint (sg_fake_model_most_at_once (fixture->model), ==, 2);
}

static void
test_repair (Fixture       *fixture,
             gconstpointer  data)
{
  const char *second;

  answer (fixture, "{\"name\":\"Ada\"}");
  answer (fixture, SHEET ("Ada"));
  run (fixture, 1);

  g_assert_cmpint (get (fixture, 0)->state, ==, SG_FORGE_DONE);
  second = g_ptr_array_index (sg_fake_model_prompts (fixture->model), 1);
  g_assert_nonnull (strstr (second, "An earlier answer could not be used: "));
  g_assert_nonnull (strstr (second, "role"));
}

/* One that cannot be made leaves the others, and is made the next time. */
static void
test_one_fails (Fixture       *fixture,
                gconstpointer  data)
{
  guint n_asked;

  fixture->forge = sg_character_forge_new (fixture->asker, "villagers", 3);
  sg_character_forge_set_at_once (fixture->forge, 1);
  answer (fixture, CAST ("Ada", "Bo", "Cy"));
  answer (fixture, SHEET ("Ada"));
  answer (fixture, "I would rather not.");
  answer (fixture, "Still not.");
  answer (fixture, SHEET ("Cy"));
  run (fixture, 3);

  g_assert_true (fixture->ok);
  g_assert_cmpuint (sg_character_forge_get_n_done (fixture->forge), ==, 2);
  g_assert_cmpint (get (fixture, 1)->state, ==, SG_FORGE_FAILED);
  g_assert_cmpstr (get (fixture, 1)->error, ==,
                   "The model did not answer in the form that was asked for.");

  n_asked = sg_fake_model_prompts (fixture->model)->len;
  answer (fixture, SHEET ("Bo"));
  run (fixture, 3);
  g_assert_cmpuint (sg_character_forge_get_n_done (fixture->forge), ==, 3);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, n_asked + 1);
}

/* What is kept answers the same brief, but not a repair; and what could not be used is not kept. */
static void
test_kept (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (SgResponseCache) cache = sg_response_cache_new (SG_RESPONSE_CACHE_SIZE);

  sg_asker_set_cache (fixture->asker, cache);
  answer (fixture, CAST ("Ada", "Bo", "Cy"));
  for (guint i = 0; i < 2; i++)
    answer (fixture, SHEET ("Ada"));
  answer (fixture, SHEET ("Cy"));
  run (fixture, 3);
  g_assert_cmpuint (sg_character_forge_get_n_done (fixture->forge), ==, 2);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 5);
  g_assert_cmpuint (sg_response_cache_get_n (cache), ==, 3);

  answer (fixture, SHEET ("Bo"));
  run (fixture, 3);
  g_assert_cmpuint (sg_character_forge_get_n_done (fixture->forge), ==, 3);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 6);
  g_assert_cmpuint (sg_response_cache_get_n_hits (cache), ==, 0);

  g_assert_finalize_object (g_steal_pointer (&fixture->forge));
  answer (fixture, SHEET ("Bo"));
  run (fixture, 3);
  g_assert_cmpuint (sg_character_forge_get_n_done (fixture->forge), ==, 3);
  g_assert_cmpuint (sg_fake_model_prompts (fixture->model)->len, ==, 7);
  g_assert_cmpuint (sg_response_cache_get_n_hits (cache), ==, 3);
  g_assert_finalize_object (g_steal_pointer (&fixture->forge));
  sg_asker_set_cache (fixture->asker, NULL);
  fixture->forge = sg_character_forge_new (fixture->asker, "nobody", 1);
}

static void
test_no_cast (Fixture       *fixture,
              gconstpointer  data)
{
  answer (fixture, "What characters?");
  answer (fixture, SHEET ("Ada"));
  answer (fixture, SHEET ("Bo"));
  run (fixture, 2);

  g_assert_cmpuint (sg_character_forge_get_n_done (fixture->forge), ==, 2);
}

static void
test_names (Fixture       *fixture,
            gconstpointer  data)
{
  fixture->forge = sg_character_forge_new (fixture->asker, "a villager", 1);
  sg_character_forge_add_taken (fixture->forge, "Ada");
  answer (fixture, SHEET ("ADA"));
  answer (fixture, SHEET ("Ida"));
  run (fixture, 1);

  g_assert_cmpstr (get (fixture, 0)->name, ==, "Ida");
}

static void
test_none (Fixture       *fixture,
           gconstpointer  data)
{
  run (fixture, 3);
  g_assert_false (fixture->ok);
  g_assert_error (fixture->error, SG_MODEL_ERROR, SG_MODEL_ERROR_SERVER);
  g_assert_cmpstr (get (fixture, 2)->error, ==, "No answer");
}

/* At each moment: what is done by then stays, and the rest can be made later. */
static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  for (guint moment = 0; moment < 12; moment++)
    {
      guint n_done;

      answer (fixture, CAST ("Ada", "Bo", "Cy"));
      answer (fixture, SHEET ("Ada"));
      sg_fake_model_answer_after (fixture->model, SG_REQUEST_CHARACTER, 3, SHEET ("Bo"));
      sg_fake_model_answer_after (fixture->model, SG_REQUEST_CHARACTER, 5, SHEET ("Cy"));
      start (fixture, 3);
      for (guint i = 0; i < moment && !fixture->returned; i++)
        g_main_context_iteration (NULL, TRUE);
      n_done = sg_character_forge_get_n_done (fixture->forge);
      if (!fixture->returned)
        {
          g_cancellable_cancel (fixture->cancellable);
          while (!fixture->returned)
            g_main_context_iteration (NULL, TRUE);
          g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        }
      g_assert_cmpuint (sg_character_forge_get_n_done (fixture->forge), ==, n_done);
      for (guint i = 0; i < 3; i++)
        g_assert_cmpint (get (fixture, i)->state, !=, SG_FORGE_RUNNING);

      g_assert_finalize_object (g_steal_pointer (&fixture->forge));
      g_cancellable_reset (fixture->cancellable);
      g_clear_object (&fixture->model);
      g_clear_object (&fixture->asker);
      fixture->model = sg_fake_model_new ();
      fixture->asker = sg_asker_new (SG_MODEL (fixture->model), fixture->trace, 0);
    }
  fixture->forge = sg_character_forge_new (fixture->asker, "nobody", 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/character-forge/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("side-by-side", test_side_by_side);
  ADD ("at-once", test_at_once);
  ADD ("repair", test_repair);
  ADD ("one-fails", test_one_fails);
  ADD ("kept", test_kept);
  ADD ("no-cast", test_no_cast);
  ADD ("names", test_names);
  ADD ("none", test_none);
  ADD ("stop", test_stop);
#undef ADD

  return g_test_run ();
}
