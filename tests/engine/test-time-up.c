/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tools that ask a model, when their time is up: what is ready by then is taken, the turn goes on, the player is told,
 * and it is not held against the tool.  Time in which the server makes them wait does not count. */

#include "config.h"

#include "engine-fixture.h"

#include <string.h>

#include "tools/sg-tool-runner.h"

#define SHEET(name) \
  "{\"name\":\"" name "\",\"role\":\"porter\",\"description\":\"Strong.\",\"appearance\":\"Tall.\"," \
  "\"voice\":\"Low.\",\"goal\":\"Rest.\",\"secret\":\"None.\"}"

/* Answers come at once or not at all, so this is long enough for those that come. */
#define TIME_MS 400

/* An answer that never comes, and one that comes when the server is ready. */
#define NEVER "\f"
#define LATER "\vThe server asks to wait.\f"

typedef struct
{
  Fixture  base;
  GString *warnings;
  SgTool  *tool;
  guint    timeout_ms;
} TimeUp;

static void
warning_cb (SgTurnRun  *run,
            const char *message,
            TimeUp     *self)
{
  g_string_append_printf (self->warnings, "%s|", message);
}

static void
started_cb (SgSession *session,
            SgTurnRun *run,
            TimeUp    *self)
{
  g_signal_connect (run, "warning", G_CALLBACK (warning_cb), self);
}

static void
set_up (TimeUp        *self,
        gconstpointer  data)
{
  SgToolCatalog *catalog;

  fixture_set_up_temple (&self->base, NULL);
  g_object_set (sg_session_get_settings (self->base.session), "tool-set", SG_TOOL_SET_ALL, NULL);
  self->warnings = g_string_new (NULL);
  g_signal_connect (self->base.session, "turn-started", G_CALLBACK (started_cb), self);

  catalog = sg_session_get_catalog (self->base.session);
  self->tool = g_object_ref (sg_tool_catalog_lookup (catalog, data));
  self->timeout_ms = sg_tool_get_timeout (self->tool);
  SG_TOOL_GET_CLASS (self->tool)->timeout_ms = TIME_MS;
}

static void
tear_down (TimeUp        *self,
           gconstpointer  data)
{
  SG_TOOL_GET_CLASS (self->tool)->timeout_ms = self->timeout_ms;
  g_clear_object (&self->tool);
  g_string_free (self->warnings, TRUE);
  fixture_tear_down (&self->base, NULL);
}

static void
answer (TimeUp     *self,
        const char *text)
{
  sg_fake_model_answer (self->base.model, SG_REQUEST_CHARACTER, text);
}

static void
say_call (TimeUp     *self,
          const char *text,
          const char *arguments)
{
  if (text != NULL)
    sg_fake_model_text (self->base.model, text);
  sg_fake_model_call (self->base.model, NULL, sg_tool_get_name (self->tool), arguments);
  sg_fake_model_end (self->base.model, SG_FINISH_TOOL_CALLS);
}

static void
say_end (TimeUp *self)
{
  sg_fake_model_text (self->base.model, "So it goes.");
  sg_fake_model_end (self->base.model, SG_FINISH_STOP);
}

static const char *
last_prompt (TimeUp *self)
{
  GPtrArray *prompts = sg_fake_model_prompts (self->base.model);

  return g_ptr_array_index (prompts, prompts->len - 1);
}

static const SgSpan *
find_call (TimeUp    *self,
           SgTurnRun *run)
{
  return sg_trace_find (sg_turn_run_get_trace (run), SG_SPAN_TOOL, sg_tool_get_name (self->tool));
}

static void
assert_reason (TimeUp     *self,
               SgTurnRun  *run,
               const char *status)
{
  const SgSpan *span = find_call (self, run);

  g_assert_nonnull (span);
  g_assert_cmpstr (sg_span_get_string (span, "status"), ==, status);
  g_assert_nonnull (strstr (sg_span_get_string (span, "reason"), "took longer than 0.4 s"));
}

/* Those who are done come to be. */
static void
test_characters (TimeUp        *self,
                 gconstpointer  data)
{
  SgTurnRun *run;
  SgWorld *world;

  answer (self, "{\"characters\":[{\"name\":\"Nan\",\"role\":\"porter\"},{\"name\":\"Issa\",\"role\":\"lamp boy\"},"
                "{\"name\":\"Bo\",\"role\":\"cook\"}]}");
  answer (self, SHEET ("Nan"));
  answer (self, NEVER);
  answer (self, SHEET ("Bo"));
  say_call (self, NULL, "{\"brief\":\"night porters\",\"count\":3}");
  say_end (self);
  run = fixture_play (&self->base, "look around");
  g_assert_no_error (sg_turn_run_get_error (run));

  world = sg_story_get_world (self->base.story);
  g_assert_cmpstr (sg_world_get_string (world, "nan", "voice"), ==, "Low.");
  g_assert_cmpstr (sg_world_get_string (world, "bo", "voice"), ==, "Low.");
  g_assert_false (sg_world_has_entity (world, "issa"));
  g_assert_nonnull (strstr (last_prompt (self), "\"not_made\":1"));
  g_assert_nonnull (strstr (last_prompt (self), "This is what was ready"));
  g_assert_cmpstr (self->warnings->str, ==,
                   "The tool generate_characters took too long; what was ready by then is kept.|");
  assert_reason (self, run, "ok");

  fixture_move (&self->base, sg_story_undo_async);
  g_assert_false (sg_world_has_entity (sg_story_get_world (self->base.story), "nan"));
}

/* Where nobody is, nobody comes to be. */
static void
test_no_characters (TimeUp        *self,
                    gconstpointer  data)
{
  SgTurnRun *run;

  answer (self, NEVER);
  say_call (self, NULL, "{\"brief\":\"night porters\",\"count\":3}");
  say_end (self);
  run = fixture_play (&self->base, "look around");
  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_nonnull (strstr (last_prompt (self), "Nothing was changed"));
  g_assert_cmpstr (self->warnings->str, ==,
                   "The tool generate_characters took too long; the turn goes on without it.|");
  assert_reason (self, run, "timeout");
}

/* The slip that the player has read is in their hand, with the parts of the reading that there are. */
static void
test_fortune (TimeUp        *self,
              gconstpointer  data)
{
  SgTurnRun *run;
  SgWorld *world;
  const char *text;

  sg_fake_model_text (self->base.model, "So it is.");
  sg_fake_model_call (self->base.model, "b", "update_state",
                      "{\"entity\":\"player\",\"set\":{\"place\":\"hall\"}}");
  sg_fake_model_end (self->base.model, SG_FINISH_TOOL_CALLS);
  fixture_play (&self->base, "go on");

  answer (self, "It means patience.");
  answer (self, NEVER);
  answer (self, NEVER);
  say_call (self, "You shake the cylinder.", "{\"question\":\"Will my mother's debt ever be forgiven?\"}");
  run = fixture_play (&self->base, "draw a slip");
  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_DONE);

  text = sg_turn_run_get_text (run);
  g_assert_nonnull (strstr (text, "Meaning: It means patience."));
  g_assert_nonnull (strstr (text, "Counsel: the ink has run"));
  g_assert_nonnull (strstr (text, "Warning: the ink has run"));
  world = sg_story_get_world (self->base.story);
  g_assert_nonnull (sg_world_get_string (world, "player", "slip"));
  g_assert_false (sg_world_get_boolean (world, "player", "slip_read"));
  g_assert_cmpint (sg_world_get_int (world, "player", "slips_drawn", 0), ==, 1);
  g_assert_nonnull (strstr (self->warnings->str, "The tool draw_fortune took too long; what was ready"));
  assert_reason (self, run, "ok");
}

#define ASK_ORU "{\"character\":\"oru\",\"about\":\"Well?\"}"

/* The narrator has something to go on with; and a server that is slow however often says nothing of the tool. */
static void
test_silent_character (TimeUp        *self,
                       gconstpointer  data)
{
  SgTurnRun *run;

  for (guint i = 0; i < SG_BREAKER_FAILURES; i++)
    {
      g_autofree char *arguments = g_strdup_printf ("{\"character\":\"oru\",\"about\":\"Well? %u\"}", i);

      answer (self, NEVER);
      sg_fake_model_call (self->base.model, NULL, "ask_character", arguments);
    }
  sg_fake_model_end (self->base.model, SG_FINISH_TOOL_CALLS);
  say_end (self);
  run = fixture_play (&self->base, "ask around");
  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_nonnull (strstr (last_prompt (self), "\"fallback\":true,\"character\":\"oru\",\"instead\":\"They do not answer"));
  assert_reason (self, run, "timeout");
  g_assert_cmpint (sg_breaker_get_state (sg_tool_get_breaker (self->tool)), ==, SG_BREAKER_CLOSED);

  /* However many there are, it is said once. */
  g_assert_cmpstr (self->warnings->str, ==,
                   "The tool ask_character took too long; the turn goes on without it.|");
}

static gboolean
over_cb (gpointer over)
{
  *(gboolean *) over = TRUE;

  return G_SOURCE_REMOVE;
}

static void
wait_longer_than_allowed (void)
{
  gboolean over = FALSE;

  g_timeout_add (TIME_MS * 3 / 2, over_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static SgTurnRun *
start_and_wait (TimeUp *self)
{
  SgTurnRun *run;

  sg_session_submit (self->base.session, SG_INPUT_DO, "ask him", 0);
  run = sg_session_get_run (self->base.session);
  while (sg_turn_run_get_waiting (run) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (sg_turn_run_get_waiting (run), ==, "The server asks to wait.");
  wait_longer_than_allowed ();

  return run;
}

/* While the server makes it wait, its time stands still. */
static void
test_held_up (TimeUp        *self,
              gconstpointer  data)
{
  SgTurnRun *run;

  answer (self, LATER "{\"says\":\"The river knows.\",\"does\":\"\"}");
  say_call (self, NULL, ASK_ORU);
  say_end (self);
  run = start_and_wait (self);
  g_assert_cmpint (sg_turn_run_get_stage (run), ==, SG_STAGE_TOOLS);
  sg_fake_model_go_on (self->base.model);
  fixture_wait_idle (&self->base);

  g_assert_no_error (sg_turn_run_get_error (run));
  g_assert_nonnull (strstr (last_prompt (self), "The river knows."));
  g_assert_cmpstr (sg_span_get_string (find_call (self, run), "status"), ==, "ok");
  g_assert_cmpint (sg_span_get_int (find_call (self, run), "held_us", 0), >, TIME_MS * 1000);
  g_assert_cmpuint (self->warnings->len, ==, 0);
}

/* And goes on after that. */
static void
test_held_up_and_silent (TimeUp        *self,
                         gconstpointer  data)
{
  SgTurnRun *run;

  answer (self, LATER "{\"says\":\"The" NEVER);
  say_call (self, NULL, ASK_ORU);
  say_end (self);
  run = start_and_wait (self);
  sg_fake_model_go_on (self->base.model);
  fixture_wait_idle (&self->base);

  g_assert_no_error (sg_turn_run_get_error (run));
  assert_reason (self, run, "timeout");
  g_assert_null (sg_turn_run_get_waiting (run));
}

/* Of several questions one that works is enough for the time to count. */
static void
test_partly_held_up (TimeUp        *self,
                     gconstpointer  data)
{
  SgTurnRun *run;

  answer (self, "{\"characters\":[{\"name\":\"Nan\",\"role\":\"porter\"},{\"name\":\"Issa\",\"role\":\"lamp boy\"}]}");
  answer (self, LATER SHEET ("Nan"));
  answer (self, NEVER);
  say_call (self, NULL, "{\"brief\":\"night porters\",\"count\":2}");
  say_end (self);
  run = fixture_play (&self->base, "look around");
  g_assert_no_error (sg_turn_run_get_error (run));
  assert_reason (self, run, "timeout");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, tool, func) g_test_add ("/time-up/" name, TimeUp, tool, set_up, func, tear_down)
  ADD ("characters", "generate_characters", test_characters);
  ADD ("no-characters", "generate_characters", test_no_characters);
  ADD ("fortune", "draw_fortune", test_fortune);
  ADD ("silent-character", "ask_character", test_silent_character);
  ADD ("held-up", "ask_character", test_held_up);
  ADD ("held-up-and-silent", "ask_character", test_held_up_and_silent);
  ADD ("partly-held-up", "generate_characters", test_partly_held_up);
#undef ADD

  return g_test_run ();
}
