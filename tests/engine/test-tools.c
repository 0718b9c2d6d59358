/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a model is offered, what comes back to it, and what is read once for several turns. */

#include "config.h"

#include <string.h>

#include "../llm/llm-fixture.h"
#include "engine-fixture.h"
#include "storyteller/sg-storyteller.h"

#define DATA(chunk) "data: " chunk "\n\n"
#define TEXT(words) DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" words "\"}}]}")
#define CALL(index, name, arguments)                                                              \
  DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":" index ",\"id\":\"id" index \
        "\",\"type\":\"function\",\"function\":{\"name\":\"" name "\",\"arguments\":\"" arguments    \
        "\"}}]}}]}")
#define FINISH(reason) DATA ("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" reason "\"}]}") \
  "data: [DONE]\n\n"
#define READ_LAMP "{\\\"entity\\\":\\\"lamp\\\"}"

static void
play_with (Fixture   *fixture,
           RawServer *server)
{
  g_autoptr (SgHttp) http = sg_http_new ();
  g_autoptr (SgModel) model =
    sg_openai_model_new (http, raw_server_get_address (server), "tiny", NULL);

  sg_openai_model_set_timeouts (SG_OPENAI_MODEL (model), 400, 400, 20000);
  sg_session_set_model (fixture->session, model);
  fixture_play (fixture, "look");
  g_assert_no_error (sg_turn_run_get_error (sg_session_get_run (fixture->session)));
  sg_session_set_model (fixture->session, SG_MODEL (fixture->model));
}

static void
switch_tools_off (Fixture    *fixture,
                  const char *names)
{
  g_object_set (sg_session_get_settings (fixture->session), "tools-off", names, NULL);
}

/* A tool that is switched off is nowhere in what the model reads, and is not run. */
static void
test_off (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *same = NULL;
  g_autofree char *all = NULL;

  switch_tools_off (fixture, "roll_dice, no_such_tool");
  raw_server_reply (server, CLOSE_HEAD CALL ("0", "roll_dice", "{\\\"dice\\\":\\\"1d6\\\"}") FINISH ("tool_calls"),
                    -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, CLOSE_HEAD TEXT ("No dice.") FINISH ("stop"), -1, PIECES_WHOLE, END_CLOSE);
  play_with (fixture, server);
  play_with (fixture, server);
  switch_tools_off (fixture, "");
  play_with (fixture, server);

  offer = raw_server_dup_request (server, 0);
  g_assert_nonnull (strstr (offer, "\"name\":\"update_state\""));
  g_assert_nonnull (strstr (offer, "call update_state"));
  g_assert_null (strstr (offer, "roll_dice"));
  answer = raw_server_dup_request (server, 1);
  g_assert_nonnull (strstr (answer, "There is no tool `roll_dice`"));
  g_assert_null (strstr (answer, "\"name\":\"roll_dice\",\"description\""));
  same = raw_server_dup_request (server, 2);
  g_assert_null (strstr (same, "roll_dice"));
  all = raw_server_dup_request (server, 3);
  g_assert_nonnull (strstr (all, "\"name\":\"roll_dice\""));
  g_assert_nonnull (strstr (all, "call roll_dice"));
}

static void
test_all_off (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (RawServer) server = raw_server_new ();
  const char *const *names = sg_tool_catalog_get_names (sg_session_get_catalog (fixture->session));
  g_autofree char *list = g_strjoinv (",", (char **) names);
  g_autofree char *offer = NULL;

  switch_tools_off (fixture, list);
  raw_server_reply (server, CLOSE_HEAD TEXT ("A room.") FINISH ("stop"), -1, PIECES_WHOLE, END_CLOSE);
  play_with (fixture, server);

  offer = raw_server_dup_request (server, 0);
  g_assert_null (strstr (offer, "\"tools\""));
  for (guint i = 0; names[i] != NULL; i++)
    g_assert_null (strstr (offer, names[i]));
  g_assert_null (strstr (offer, "tools"));
}

/* The storyteller is no model that is offered tools: it plays all the same. */
static void
test_storyteller (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (SgModel) storyteller = SG_MODEL (sg_storyteller_new ());
  const char *const *names = sg_tool_catalog_get_names (sg_session_get_catalog (fixture->session));
  g_autofree char *list = g_strjoinv (",", (char **) names);

  switch_tools_off (fixture, list);
  sg_session_set_model (fixture->session, storyteller);
  fixture_play (fixture, "take the lamp");
  g_assert_cmpstr (sg_world_get_string (sg_story_get_world (fixture->story), "lamp", "place"), ==, "player");
  sg_session_set_model (fixture->session, SG_MODEL (fixture->model));
}

/* A call that the length limit cut is not run, and neither it nor any piece of it is sent back; nor are
 * arguments that are no JSON, which the model only gets to know what is wrong with. */
static void
test_cut (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *second = NULL;
  g_autofree char *fourth = NULL;

  raw_server_reply (server,
                    CLOSE_HEAD TEXT ("The lamp.") CALL ("0", "read_state", READ_LAMP)
                      CALL ("1", "update_state", "{\\\"entity\\\":\\\"cutlass") FINISH ("length"),
                    -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, CLOSE_HEAD TEXT ("It is dark.") FINISH ("stop"), -1, PIECES_WHOLE, END_CLOSE);
  play_with (fixture, server);
  g_assert_cmpuint (raw_server_get_n_requests (server), ==, 2);
  second = raw_server_dup_request (server, 1);
  g_assert_nonnull (strstr (second, "\"id0\""));
  g_assert_nonnull (strstr (second, "\\\"entity\\\":\\\"lamp\\\""));
  g_assert_null (strstr (second, "id1"));
  g_assert_null (strstr (second, "cutlass"));
  g_assert_false (sg_world_has_entity (sg_story_get_world (fixture->story), "cutlass"));

  raw_server_reply (server, CLOSE_HEAD CALL ("0", "update_state", "{\\\"entity\\\":\\\"cutlass") FINISH ("tool_calls"),
                    -1, PIECES_WHOLE, END_CLOSE);
  raw_server_reply (server, CLOSE_HEAD TEXT ("It is dark.") FINISH ("stop"), -1, PIECES_WHOLE, END_CLOSE);
  play_with (fixture, server);
  fourth = raw_server_dup_request (server, 3);
  g_assert_nonnull (strstr (fourth, "\"arguments\":\"{}\""));
  g_assert_nonnull (strstr (fourth, "not valid JSON"));
  g_assert_null (strstr (fourth, "\"arguments\":\"{\\\"entity\\\":\\\"cutlass"));
}

static guint
get_hits (Fixture *fixture)
{
  SgToolCacheFigures figures;

  sg_tool_cache_get_figures (sg_session_get_tool_cache (fixture->session), "read_state", &figures);

  return figures.hits;
}

/* A turn that reads the lamp, after it has changed it where there is something to change. */
static void
play_read (Fixture    *fixture,
           const char *set)
{
  if (set != NULL)
    sg_fake_model_call (fixture->model, "w", "update_state", set);
  sg_fake_model_call (fixture->model, "r", "read_state", "{\"entity\":\"lamp\"}");
  sg_fake_model_end (fixture->model, SG_FINISH_TOOL_CALLS);
  fixture_play_plain (fixture, "look", "The lamp.");
}

/* What a turn has read answers the next one as long as it is true, and only while it is. */
static void
test_cache (Fixture       *fixture,
            gconstpointer  data)
{
  SgTrace *trace;

  play_read (fixture, NULL);
  g_assert_cmpuint (get_hits (fixture), ==, 0);
  play_read (fixture, NULL);
  g_assert_cmpuint (get_hits (fixture), ==, 1);
  trace = sg_turn_run_get_trace (sg_session_get_run (fixture->session));
  g_assert_nonnull (sg_span_get_attribute (sg_trace_find (trace, SG_SPAN_TOOL, "read_state"), "cached"));

  play_read (fixture, "{\"entity\":\"door\",\"set\":{\"open\":true}}");
  g_assert_cmpuint (get_hits (fixture), ==, 2);
  play_read (fixture, "{\"entity\":\"lamp\",\"set\":{\"lit\":true}}");
  play_read (fixture, NULL);
  g_assert_cmpuint (get_hits (fixture), ==, 2);
  play_read (fixture, NULL);
  g_assert_cmpuint (get_hits (fixture), ==, 3);

  /* Two turns back the lamp is not lit. */
  fixture_move (fixture, sg_story_undo_async);
  fixture_move (fixture, sg_story_undo_async);
  fixture_move (fixture, sg_story_undo_async);
  play_read (fixture, NULL);
  g_assert_cmpuint (get_hits (fixture), ==, 3);
  play_read (fixture, NULL);
  g_assert_cmpuint (get_hits (fixture), ==, 4);

  g_object_set (sg_session_get_settings (fixture->session), "tool-cache", FALSE, NULL);
  play_read (fixture, NULL);
  g_object_set (sg_session_get_settings (fixture->session), "tool-cache", TRUE, NULL);
  play_read (fixture, NULL);
  g_assert_cmpuint (get_hits (fixture), ==, 4);
}

/* A turn that calls no tool does not carry what was read elsewhere to where it stands. */
static void
test_cache_after_plain_turn (Fixture       *fixture,
                             gconstpointer  data)
{
  play_read (fixture, NULL);
  play_read (fixture, "{\"entity\":\"lamp\",\"set\":{\"lit\":true}}");
  play_read (fixture, NULL);
  play_read (fixture, NULL);
  g_assert_cmpuint (get_hits (fixture), ==, 1);

  fixture_move (fixture, sg_story_undo_async);
  fixture_move (fixture, sg_story_undo_async);
  fixture_move (fixture, sg_story_undo_async);
  fixture_play_plain (fixture, "wait", "Nothing.");
  play_read (fixture, NULL);
  g_assert_cmpuint (get_hits (fixture), ==, 1);
}

#define ADD(name, func) \
  g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/tools/off", test_off);
  ADD ("/tools/all-off", test_all_off);
  ADD ("/tools/storyteller", test_storyteller);
  ADD ("/tools/cut", test_cut);
  ADD ("/tools/cache", test_cache);
  ADD ("/tools/cache-after-plain-turn", test_cache_after_plain_turn);

  return g_test_run ();
}
