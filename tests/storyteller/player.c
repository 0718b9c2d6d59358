/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "player.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  Player    *player;
  GPtrArray *calls;
  GString   *text;
  gboolean   done;
  gboolean   started;
  gboolean   finished;
  GError    *error;
} Reply;

static void
call_free (gpointer data)
{
  SgMessageCall *call = data;

  g_free (call->id);
  g_free (call->name);
  g_free (call->arguments);
  g_free (call);
}

static void
event_cb (const SgModelEvent *event,
          gpointer            user_data)
{
  Reply *reply = user_data;

  g_assert_false (reply->finished);
  if (event->type == SG_MODEL_EVENT_STARTED)
    {
      g_assert_false (reply->started);
      reply->started = TRUE;
    }
  g_assert_true (reply->started);

  if (event->type == SG_MODEL_EVENT_TEXT)
    {
      g_assert_true (g_utf8_validate (event->text, event->length, NULL));
      g_string_append_len (reply->text, event->text, event->length);
    }
  else if (event->type == SG_MODEL_EVENT_TOOL_COMPLETE)
    {
      SgMessageCall *call = g_new0 (SgMessageCall, 1);

      g_assert_cmpuint (event->index, ==, reply->calls->len);
      call->id = g_strdup (event->id);
      call->name = g_strdup (event->name);
      call->arguments = g_strdup (event->text);
      g_ptr_array_add (reply->calls, call);
    }
  else if (event->type == SG_MODEL_EVENT_FINISHED)
    {
      reply->finished = TRUE;
      g_assert_cmpint (event->reason, ==, reply->calls->len > 0 ? SG_FINISH_TOOL_CALLS : SG_FINISH_STOP);
    }
}

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Reply *reply = user_data;

  reply->done = TRUE;
  sg_model_generate_finish (SG_MODEL (source), result, &reply->error);
}

Player *
player_new (SgScenario *scenario,
            guint64     seed)
{
  Player *player = g_new0 (Player, 1);

  player->scenario = g_object_ref (scenario);
  player->storyteller = sg_storyteller_new ();
  player->world = sg_world_new ();
  sg_scenario_fill_world (scenario, player->world);
  player->seed = seed;
  player->language = g_strdup ("en");
  player->dice = g_queue_new ();
  player->text = g_string_new (NULL);
  player->choices = g_ptr_array_new_with_free_func (g_free);
  player->calls = g_ptr_array_new_with_free_func (call_free);

  return player;
}

void
player_free (Player *player)
{
  g_object_unref (player->scenario);
  g_object_unref (player->storyteller);
  g_object_unref (player->world);
  g_free (player->language);
  g_queue_free (player->dice);
  g_string_free (player->text, TRUE);
  g_ptr_array_unref (player->choices);
  g_ptr_array_unref (player->calls);
  g_free (player);
}

static int
next_total (Player     *player,
            const char *dice)
{
  int n_dice = 0;
  int n_sides = 0;
  int plus = 0;
  int total;
  guint64 z;

  g_assert_cmpint (sscanf (dice, "%dd%d%d", &n_dice, &n_sides, &plus), >=, 2);
  total = plus;
  for (int i = 0; i < n_dice; i++)
    {
      if (!g_queue_is_empty (player->dice))
        {
          total += GPOINTER_TO_INT (g_queue_pop_head (player->dice));
          continue;
        }
      z = (player->seed + 1) * 6364136223846793005u + (guint64) player->depth * 1442695040888963407u
          + player->n_rolls * 2654435761u + (guint64) i * 40503u;
      z ^= z >> 29;
      z *= 0xbf58476d1ce4e5b9u;
      z ^= z >> 32;
      total += 1 + (int) (z % (guint) n_sides);
    }

  return total;
}

static void
apply_update (Player     *player,
              SgWorld    *overlay,
              JsonObject *arguments,
              const char *id)
{
  const char *entity = json_object_get_string_member (arguments, "entity");
  JsonObject *set = json_object_get_object_member (arguments, "set");
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  g_assert_nonnull (entity);
  g_assert_cmpuint (json_object_get_size (set), >, 0);
  json_object_iter_init (&iter, set);
  while (json_object_iter_next (&iter, &name, &value))
    sg_world_set (overlay, entity, name, json_node_copy (value), id);
}

static void
apply_choices (Player     *player,
               JsonObject *arguments)
{
  JsonArray *array = json_object_get_array_member (arguments, "choices");

  g_assert_cmpuint (json_array_get_length (array), >=, 2);
  g_assert_cmpuint (json_array_get_length (array), <=, 4);
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_ptr_array_add (player->choices, g_strdup (json_array_get_string_element (array, i)));
}

/* Does one call; returns what the tool answers. */
static char *
run_call (Player              *player,
          SgWorld             *overlay,
          const SgMessageCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (call->arguments, &error);
  JsonObject *arguments;

  g_assert_no_error (error);
  arguments = json_node_get_object (node);
  if (g_str_equal (call->name, "roll_dice"))
    {
      int total = next_total (player, json_object_get_string_member (arguments, "dice"));

      g_assert_true (json_object_has_member (arguments, "reason"));
      player->n_rolls++;
      return g_strdup_printf ("{\"total\":%d,\"rolls\":[]}", total);
    }

  if (g_str_equal (call->name, "update_state"))
    apply_update (player, overlay, arguments, call->id);
  else if (g_str_equal (call->name, "offer_choices"))
    apply_choices (player, arguments);
  else if (g_str_equal (call->name, "add_memory"))
    sg_world_add_memory (overlay, json_object_get_string_member (arguments, "text"), NULL,
                         (int) json_object_get_int_member (arguments, "importance"), call->id);
  else
    g_assert_not_reached ();

  return g_strdup ("{\"ok\":true}");
}

static SgModelRequest *
make_request (Player     *player,
              SgWorld    *overlay,
              const char *mode,
              const char *input)
{
  SgModelRequest *request = sg_model_request_new (SG_REQUEST_NARRATION);
  SgScene scene = {
    player->scenario, overlay, (char *) mode, (char *) input, player->depth, player->seed, player->language,
  };

  sg_model_request_set_scene (request, &scene);
  sg_model_request_add_message (request, sg_message_new (SG_ROLE_USER, input));

  return request;
}

static void
reply_clear (Reply *reply)
{
  g_ptr_array_unref (reply->calls);
  g_string_free (reply->text, TRUE);
  g_clear_error (&reply->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reply, reply_clear)

/* One request with its answers added to it; returns whether dice were rolled, so that more is to come. */
static gboolean
run_request (Player         *player,
             SgWorld        *overlay,
             SgModelRequest *request)
{
  g_auto (Reply) reply = { player, g_ptr_array_new_with_free_func (call_free), g_string_new (NULL) };
  SgMessage *message;
  gboolean rolled = FALSE;

  player->n_requests++;
  sg_model_generate_async (SG_MODEL (player->storyteller), request, event_cb, &reply, NULL, done_cb, &reply);
  while (!reply.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (reply.error);
  g_assert_true (reply.finished);

  g_string_append (player->text, reply.text->str);
  message = sg_message_new (SG_ROLE_ASSISTANT, reply.text->str);
  for (guint i = 0; i < reply.calls->len; i++)
    {
      const SgMessageCall *call = g_ptr_array_index (reply.calls, i);

      sg_message_add_call (message, call->id, call->name, call->arguments);
    }
  sg_model_request_add_message (request, message);

  for (guint i = 0; i < reply.calls->len; i++)
    {
      const SgMessageCall *call = g_ptr_array_index (reply.calls, i);
      g_autofree char *result = run_call (player, overlay, call);
      SgMessage *answer = sg_message_new (SG_ROLE_TOOL, result);

      answer->call_id = g_strdup (call->id);
      sg_model_request_add_message (request, answer);
      rolled |= g_str_equal (call->name, "roll_dice");
    }
  while (reply.calls->len > 0)
    g_ptr_array_add (player->calls, g_ptr_array_steal_index (reply.calls, 0));

  return rolled;
}

void
player_turn (Player     *player,
             const char *mode,
             const char *input)
{
  g_autoptr (SgWorld) overlay = sg_world_new_overlay (player->world);
  g_autoptr (SgModelRequest) request = NULL;

  g_string_truncate (player->text, 0);
  g_ptr_array_set_size (player->choices, 0);
  g_ptr_array_set_size (player->calls, 0);
  player->n_rolls = 0;
  player->n_requests = 0;
  player->depth++;

  request = make_request (player, overlay, mode, input);
  while (run_request (player, overlay, request))
    g_assert_cmpuint (player->n_requests, <, 12);

  sg_world_merge (player->world, overlay, player->depth);
}

gboolean
player_holds (Player     *player,
              const char *condition)
{
  g_autoptr (SgView) view = sg_view_new (player->scenario, player->world, "en", player->seed);

  return sg_view_holds_text (view, condition);
}

const char *
player_get_ending (Player *player)
{
  return sg_world_get_string (player->world, "story", "ending");
}

/* From the scenarios of the project, or from the test data. */
SgScenario *
player_load (const char *name)
{
  g_autofree char *file_name = g_strconcat (name, ".json", NULL);
  g_autofree char *own = g_test_build_filename (G_TEST_DIST, "storyteller", "data", file_name, NULL);
  g_autofree char *shipped = g_test_build_filename (G_TEST_DIST, "..", "data", "scenarios", file_name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (g_file_test (own, G_FILE_TEST_EXISTS) ? own : shipped);
  g_autoptr (GError) error = NULL;
  SgScenario *scenario = sg_scenario_new_from_file (file, &error);

  g_assert_no_error (error);

  return scenario;
}
