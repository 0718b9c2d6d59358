/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "world/sg-fortune.h"

static JsonArray *
get_slips (SgScenario *scenario)
{
  JsonObject *fortunes = sg_scenario_get_section (scenario, "fortunes");

  return fortunes != NULL ? sg_member_array (fortunes, "slips") : NULL;
}

/**
 * sg_fortune_find_slip:
 * @id: (nullable): the id of a slip
 *
 * Returns: (transfer none) (nullable): the slip
 */
JsonObject *
sg_fortune_find_slip (SgScenario *scenario,
                      const char *id)
{
  JsonArray *slips = get_slips (scenario);

  for (guint i = 0; slips != NULL && id != NULL && i < json_array_get_length (slips); i++)
    {
      JsonObject *slip = json_array_get_object_element (slips, i);

      if (g_strcmp0 (sg_member_string (slip, "id"), id) == 0)
        return slip;
    }

  return NULL;
}

static gboolean
has_place (JsonArray  *places,
           const char *place)
{
  for (guint i = 0; i < json_array_get_length (places); i++)
    {
      if (g_strcmp0 (json_array_get_string_element (places, i), place) == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * sg_fortune_is_here:
 * @view: the scenario in the state of its world
 * @deity: (nullable): the id of a deity; %NULL for whichever
 *
 * Returns: whether slips are drawn where the player is: in a place that the scenario names, else where a deity is
 */
gboolean
sg_fortune_is_here (SgView     *view,
                    const char *deity)
{
  SgScenario *scenario = sg_view_get_scenario (view);
  JsonObject *fortunes = sg_scenario_get_section (scenario, "fortunes");
  JsonArray *places = fortunes != NULL ? sg_member_array (fortunes, "at") : NULL;
  g_autoptr (GPtrArray) deities = NULL;

  if (places != NULL)
    return has_place (places, sg_view_get_place (view));
  if (deity != NULL)
    return sg_view_is_here (view, deity);

  deities = sg_view_list_here (view, SG_ENTITY_DEITY);

  return deities->len > 0;
}

static char *
dup_drawn_attribute (JsonObject *slip)
{
  return g_strconcat ("drawn_", sg_member_string (slip, "id"), NULL);
}

/**
 * sg_fortune_list_slips:
 * @view: the scenario in the state of its world
 * @deity: (nullable): the id of the deity whose slips are wanted; %NULL for those of all
 *
 * Returns: (transfer full) (element-type JsonObject): the slips that may be drawn: those that were drawn
 *   before only where there are no others
 */
GPtrArray *
sg_fortune_list_slips (SgView     *view,
                       const char *deity)
{
  JsonArray *slips = get_slips (sg_view_get_scenario (view));
  GPtrArray *fresh = g_ptr_array_new ();
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (guint i = 0; slips != NULL && i < json_array_get_length (slips); i++)
    {
      JsonObject *slip = json_array_get_object_element (slips, i);
      g_autofree char *attribute = dup_drawn_attribute (slip);

      if (deity != NULL && g_strcmp0 (sg_member_string (slip, "deity"), deity) != 0)
        continue;
      g_ptr_array_add (all, slip);
      if (!sg_view_is_set (view, "story", attribute))
        g_ptr_array_add (fresh, slip);
    }

  if (fresh->len == 0)
    {
      g_ptr_array_unref (fresh);
      return g_steal_pointer (&all);
    }

  return fresh;
}

/**
 * sg_fortune_dup_head:
 * @view: the scenario in the state of its world
 * @slip: a slip
 *
 * Returns: (transfer full): the line that a slip is called by: "Slip 7. The Boat Comes Home (great fortune)"
 */
char *
sg_fortune_dup_head (SgView     *view,
                     JsonObject *slip)
{
  g_autofree char *title = sg_view_render (view, sg_member (slip, "title"));
  g_autofree char *rank = sg_view_render (view, sg_member (slip, "rank"));
  gint64 number = sg_member_int (slip, "number", 0);
  GString *head = g_string_new (NULL);

  if (number > 0)
    g_string_append_printf (head, "Slip %" G_GINT64_FORMAT ". ", number);
  g_string_append (head, title);
  if (rank[0] != '\0')
    g_string_append_printf (head, " (%s)", rank);

  return g_string_free (head, FALSE);
}

/**
 * sg_fortune_hold:
 * @world: where it becomes true
 * @slip: a slip that was drawn
 * @call: (nullable): the id of the tool call that drew it
 *
 * Puts a slip into the player's hand.
 */
void
sg_fortune_hold (SgWorld    *world,
                 JsonObject *slip,
                 const char *call)
{
  g_autofree char *attribute = dup_drawn_attribute (slip);
  gint64 n_drawn = sg_world_get_int (world, "player", "slips_drawn", 0) + 1;

  sg_world_set (world, "player", "slip",
                json_node_init_string (json_node_alloc (), sg_member_string (slip, "id")), call);
  sg_world_set (world, "player", "slip_deity",
                json_node_init_string (json_node_alloc (), sg_member_string (slip, "deity")), call);
  sg_world_set (world, "player", "slips_drawn", json_node_init_int (json_node_alloc (), n_drawn),
                call);
  sg_world_set (world, "player", "slip_read", json_node_init_boolean (json_node_alloc (), FALSE),
                call);
  sg_world_set (world, "story", attribute, json_node_init_boolean (json_node_alloc (), TRUE), call);
}

/**
 * sg_fortune_tell_again:
 * @world: where it becomes true
 * @earlier: the depth of the turn that gave a reading
 * @now: the depth of the turn that gives it again
 * @words: what the player has to do for another
 * @call: (nullable): the id of the tool call that gives it
 *
 * Notes that a turn gives a reading that was given before, so that the turn can say so and offer another.
 */
void
sg_fortune_tell_again (SgWorld    *world,
                       gint64      earlier,
                       gint64      now,
                       const char *words,
                       const char *call)
{
  JsonObject *note = json_object_new ();
  JsonNode *node = json_node_alloc ();

  json_object_set_int_member (note, "turn", earlier);
  json_object_set_int_member (note, "at", now);
  json_object_set_string_member (note, "words", words);
  json_node_init_object (node, note);
  json_object_unref (note);
  sg_world_set (world, "storyteller", "told_again", node, call);
}

static JsonNode *
get_value (JsonObject *object,
           const char *name,
           GType       type)
{
  JsonNode *member = json_object_get_member (object, name);

  return member != NULL && JSON_NODE_HOLDS_VALUE (member) && json_node_get_value_type (member) == type ? member : NULL;
}

/**
 * sg_fortune_read_again:
 * @node: (nullable): what is stored where a turn tells what an earlier one told; may be foreign
 * @turn: (out) (optional): the depth of the earlier turn, or 0
 *
 * Returns: (transfer none) (nullable): what to say for something else; %NULL where the note makes no sense
 */
const char *
sg_fortune_read_again (JsonNode *node,
                       gint64   *turn)
{
  JsonObject *note = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *words = note != NULL ? get_value (note, "words", G_TYPE_STRING) : NULL;
  JsonNode *earlier = note != NULL ? get_value (note, "turn", G_TYPE_INT64) : NULL;

  if (turn != NULL)
    *turn = earlier != NULL ? json_node_get_int (earlier) : 0;

  return words != NULL ? json_node_get_string (words) : NULL;
}

/**
 * sg_fortune_is_afresh:
 * @world: the world
 * @input: (nullable): the player's words
 *
 * Returns: whether the words are those that sg_fortune_tell_again() offered
 */
gboolean
sg_fortune_is_afresh (SgWorld    *world,
                      const char *input)
{
  JsonNode *node = sg_world_get (world, "storyteller", "told_again");

  return input != NULL && g_strcmp0 (sg_fortune_read_again (node, NULL), input) == 0;
}
