/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The part of playing a scenario that tools need: the storyteller beside this folder plays all of it.  Where
 * the author leaves it to dice, nothing is decided here: the model is told what is rolled for, and rolls. */

#include "config.h"

#include "tools/sg-tool-happening.h"

#include "tools/sg-tool-text.h"

/* Clocks set off effects that move clocks; a circle ends here. */
#define MAX_DEPTH 32
#define MAX_EFFECTS 1000

/* What one call tells at most. */
#define MAX_TEXTS 8
#define MAX_CHARACTERS 600

struct _SgHappening
{
  SgToolContext *context;
  SgView        *view;
  SgWorld       *world;
  char          *call;
  char          *ending;
  GPtrArray     *texts;
  guint          depth;
  guint          n_effects;
};

/**
 * sg_happening_new:
 * @context: the context of a call that writes, of a story with a scenario
 * @call: (nullable): the call
 *
 * Returns: (transfer full): what happens in that call, nothing yet
 */
SgHappening *
sg_happening_new (SgToolContext *context,
                  const char    *call)
{
  SgHappening *self = g_new0 (SgHappening, 1);

  self->context = g_object_ref (context);
  self->world = sg_tool_context_get_world (context);
  self->view = sg_view_new (sg_tool_context_get_scenario (context), self->world,
                            sg_tool_context_get_language (context), sg_tool_context_get_seed (context));
  self->call = g_strdup (call);
  self->ending = g_strdup (sg_world_get_string (self->world, "story", "ending"));
  self->texts = g_ptr_array_new_with_free_func (g_free);

  return self;
}

/**
 * sg_happening_free:
 * @self: (transfer full): what happened
 */
void
sg_happening_free (SgHappening *self)
{
  g_object_unref (self->context);
  sg_view_free (self->view);
  g_ptr_array_unref (self->texts);
  g_free (self->call);
  g_free (self->ending);
  g_free (self);
}

SgView *
sg_happening_get_view (SgHappening *self)
{
  return self->view;
}

/**
 * sg_happening_get_text:
 *
 * Returns: (transfer none) (nullable): what was told last
 */
const char *
sg_happening_get_text (SgHappening *self)
{
  return self->texts->len > 0 ? g_ptr_array_index (self->texts, self->texts->len - 1) : NULL;
}

/**
 * sg_happening_tell:
 * @text: (nullable): a text of the scenario
 *
 * Keeps a text for the model, where it says anything.
 */
void
sg_happening_tell (SgHappening *self,
                   JsonNode    *text)
{
  g_autofree char *rendered = text != NULL ? sg_view_render (self->view, text) : NULL;

  if (rendered == NULL || *g_strstrip (rendered) == '\0' || self->texts->len >= MAX_TEXTS)
    return;

  g_ptr_array_add (self->texts, sg_tool_excerpt (rendered, MAX_CHARACTERS));
}

static void
remember (SgHappening *self,
          JsonObject  *object)
{
  JsonArray *keywords = sg_member_array (object, "keywords");
  g_autofree char *text = NULL;
  g_autoptr (GString) all = g_string_new (NULL);

  if (!sg_view_holds (self->view, sg_member (object, "if")))
    return;

  for (guint i = 0; keywords != NULL && i < json_array_get_length (keywords); i++)
    g_string_append_printf (all, "%s%s", i > 0 ? " " : "", json_array_get_string_element (keywords, i));

  text = sg_view_render (self->view, sg_member (object, "remember"));
  sg_world_add_memory (self->world, text, all->len > 0 ? all->str : NULL,
                       (int) CLAMP (sg_member_int (object, "importance", 5), 1, 10), self->call);
}

static void
apply_sentence (SgHappening *self,
                const char  *sentence)
{
  const SgEffect *effect =
    sg_scenario_get_effect (sg_tool_context_get_scenario (self->context), sentence);

  if (effect == NULL || self->n_effects++ >= MAX_EFFECTS
      || sg_view_apply (self->view, effect, self->call))
    return;

  if (effect->type == SG_EFFECT_ADVANCE)
    sg_happening_advance (self, effect->entity, effect->number);
  else
    sg_happening_set_goal (self, effect->entity, effect->type == SG_EFFECT_OPEN   ? "open"
                                                 : effect->type == SG_EFFECT_DONE ? "done"
                                                                                  : "failed");
}

/**
 * sg_happening_apply:
 * @effects: (nullable): a sentence, an object, or an array of them
 *
 * Makes effects come about.
 */
void
sg_happening_apply (SgHappening *self,
                    JsonNode    *effects)
{
  const char *sentence = effects != NULL ? sg_node_string (effects) : NULL;

  if (effects == NULL || self->depth > MAX_DEPTH)
    return;

  self->depth++;
  if (sentence != NULL)
    apply_sentence (self, sentence);
  else if (JSON_NODE_HOLDS_ARRAY (effects))
    {
      JsonArray *array = json_node_get_array (effects);

      for (guint i = 0; i < json_array_get_length (array); i++)
        sg_happening_apply (self, json_array_get_element (array, i));
    }
  else if (JSON_NODE_HOLDS_OBJECT (effects))
    {
      JsonObject *object = json_node_get_object (effects);

      if (json_object_has_member (object, "remember"))
        remember (self, object);
      else
        sg_happening_apply (self, sg_member (object, sg_view_holds (self->view, sg_member (object, "if"))
                                                       ? "do" : "else"));
    }
  self->depth--;
}

/* What is left to dice: only the words before the roll are told. */
static void
leave_to_dice (SgHappening *self,
               JsonObject  *reaction)
{
  JsonObject *check = sg_member_object (reaction, "check");
  const char *dice = check != NULL ? sg_member_string (check, "dice") : NULL;

  sg_happening_tell (self, sg_member (reaction, "text"));
  if (self->texts->len < MAX_TEXTS)
    g_ptr_array_add (self->texts,
                     g_strdup_printf ("[Dice decide how this ends: call roll_dice with %s. 10 or more is a "
                                      "success, 7 to 9 one at a price, less a failure.]",
                                      dice != NULL ? dice : "2d6"));
}

static SgHappened
react_object (SgHappening *self,
              JsonObject  *reaction,
              const char  *key)
{
  g_autofree char *once = NULL;

  if (sg_member_boolean (reaction, "once", FALSE))
    once = sg_reaction_dup_once (reaction, key);

  if (!sg_view_holds (self->view, sg_member (reaction, "if"))
      || (once != NULL && sg_view_is_set (self->view, "storyteller", once)))
    return sg_happening_react (self, sg_member (reaction, "else"), key);

  if (once != NULL)
    sg_world_set (self->world, "storyteller", once, json_node_init_boolean (json_node_alloc (), TRUE),
                  self->call);

  if (sg_member (reaction, "check") != NULL)
    leave_to_dice (self, reaction);
  else
    {
      sg_happening_tell (self, sg_member (reaction, "text"));
      sg_happening_apply (self, sg_member (reaction, "do"));
    }
  sg_happening_react (self, sg_member (reaction, "then"), key);

  return sg_member_boolean (reaction, "go_on", FALSE) ? SG_HAPPENED_GO_ON : SG_HAPPENED;
}

/**
 * sg_happening_react:
 * @reaction: (nullable): a reaction of the scenario
 * @key: where it stands, for those that happen once
 *
 * Lets a reaction happen, if it holds.
 *
 * Returns: whether it happened
 */
SgHappened
sg_happening_react (SgHappening *self,
                    JsonNode    *reaction,
                    const char  *key)
{
  SgHappened happened = SG_HAPPENED_NOT;

  if (reaction == NULL || self->depth > MAX_DEPTH)
    return SG_HAPPENED_NOT;

  self->depth++;
  if (sg_reaction_is_plain_text (reaction))
    {
      sg_happening_tell (self, reaction);
      happened = SG_HAPPENED;
    }
  else if (JSON_NODE_HOLDS_ARRAY (reaction))
    {
      JsonArray *array = json_node_get_array (reaction);

      for (guint i = 0; i < json_array_get_length (array) && happened == SG_HAPPENED_NOT; i++)
        happened = sg_happening_react (self, json_array_get_element (array, i), key);
    }
  else if (JSON_NODE_HOLDS_OBJECT (reaction))
    happened = react_object (self, json_node_get_object (reaction), key);
  self->depth--;

  return happened;
}

/**
 * sg_happening_advance:
 * @clock: a clock of the scenario
 * @by: by how much; may be negative
 *
 * Moves a clock and lets happen what stands at the marks that it passes.
 *
 * Returns: where it stands now
 */
gint64
sg_happening_advance (SgHappening *self,
                      const char  *clock,
                      gint64       by)
{
  const SgEntity *entity =
    sg_scenario_lookup (sg_tool_context_get_scenario (self->context), clock);
  JsonObject *marks;
  gint64 before, after;

  if (entity == NULL || entity->kind != SG_ENTITY_CLOCK || self->depth > MAX_DEPTH)
    return 0;

  after = sg_view_move_clock (self->view, entity, by, self->call, &before);
  marks = sg_member_object (entity->data, "at");
  self->depth++;
  for (gint64 mark = before + 1; marks != NULL && mark <= after; mark++)
    {
      g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT, mark);
      g_autofree char *key = g_strconcat (clock, ":", name, NULL);

      sg_happening_react (self, sg_member (marks, name), key);
    }
  self->depth--;

  return sg_view_get_number (self->view, clock, "value");
}

/**
 * sg_happening_set_goal:
 * @goal: a goal of the scenario
 * @state: `open`, `done` or `failed`
 *
 * Sets the state of a goal and lets happen what comes with it.
 *
 * Returns: %FALSE where it was in that state already: then nothing happens
 */
gboolean
sg_happening_set_goal (SgHappening *self,
                       const char  *goal,
                       const char  *state)
{
  const SgEntity *entity =
    sg_scenario_lookup (sg_tool_context_get_scenario (self->context), goal);
  g_autofree char *member = g_strconcat ("on_", state, NULL);
  g_autofree char *key = g_strconcat (goal, ":", state, NULL);

  if (entity == NULL || entity->kind != SG_ENTITY_GOAL
      || g_strcmp0 (sg_view_get_word (self->view, goal, "state"), state) == 0)
    return FALSE;

  sg_world_set (self->world, goal, "state", json_node_init_string (json_node_alloc (), state), self->call);
  sg_happening_react (self, sg_member (entity->data, member), key);

  return TRUE;
}

/* The story has come to an end in this call. */
static void
add_ending (SgHappening *self,
            JsonObject  *result)
{
  const char *ending = sg_world_get_string (self->world, "story", "ending");
  JsonObject *endings =
    sg_scenario_get_section (sg_tool_context_get_scenario (self->context), "endings");
  JsonObject *reached = ending != NULL ? sg_member_object (endings, ending) : NULL;

  if (reached == NULL || g_strcmp0 (ending, self->ending) == 0)
    return;

  sg_happening_tell (self, sg_member (reached, "text"));
  json_object_set_string_member (result, "ending", ending);
}

/**
 * sg_happening_add_to:
 * @result: the result of the call
 *
 * Adds what happened to the result; where anything was told, the model has to hear it.
 */
void
sg_happening_add_to (SgHappening *self,
                     JsonObject  *result)
{
  JsonArray *array;

  add_ending (self, result);
  if (self->texts->len == 0)
    return;

  array = json_array_new ();
  for (guint i = 0; i < self->texts->len; i++)
    json_array_add_string_element (array, g_ptr_array_index (self->texts, i));
  json_object_set_array_member (result, "happens", array);
  sg_tool_context_set_heard (self->context);
}
