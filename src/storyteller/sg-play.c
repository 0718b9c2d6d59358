/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "storyteller/sg-play-private.h"

#include <string.h>

static void
note_free (gpointer data)
{
  SgNote *note = data;

  g_free (note->text);
  g_free (note->keywords);
  g_free (note);
}

/* The seed of the turn, stirred with the words, so that the same seed does not pick the same variant for
 * whatever is done. */
static guint64
stir (const SgScene *scene)
{
  return scene->seed * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)
         + ((guint64) g_str_hash (scene->input != NULL ? scene->input : "") << 8) + (guint64) scene->depth;
}

/**
 * sg_play_new:
 * @scene: the scene of a request; with a scenario and a world; lives longer than the play
 *
 * Returns: (transfer full): a turn that has not been played
 */
SgPlay *
sg_play_new (const SgScene *scene)
{
  SgPlay *self = g_new0 (SgPlay, 1);

  self->scene = scene;
  self->scenario = g_object_ref (scene->scenario);
  self->world = sg_world_new_overlay (scene->world);
  self->view = sg_view_new (scene->scenario, self->world, scene->language, stir (scene));
  self->text = g_string_new (NULL);
  self->notes = g_ptr_array_new_with_free_func (note_free);
  self->choices = g_ptr_array_new_with_free_func (g_free);
  self->rolls = g_array_new (FALSE, FALSE, sizeof (SgRoll));

  sg_view_set_phrases (self->view, sg_phrases_get ());
  sg_view_set_recent (self->view, sg_view_get_word (self->view, "storyteller", "recent"));

  return self;
}

void
sg_play_free (SgPlay *self)
{
  if (self == NULL)
    return;

  sg_view_free (self->view);
  g_object_unref (self->world);
  g_object_unref (self->scenario);
  g_string_free (self->text, TRUE);
  g_ptr_array_unref (self->notes);
  g_ptr_array_unref (self->choices);
  g_array_unref (self->rolls);
  g_free (self->dice);
  g_free (self->reason);
  g_free (self->intent);
  g_free (self);
}

/**
 * sg_play_add_roll:
 * @total: what the dice show
 * @known: whether the tool could tell; otherwise the storyteller rolls for itself
 *
 * Adds the result of a roll, in the order in which they were asked for.
 */
void
sg_play_add_roll (SgPlay   *self,
                  int       total,
                  gboolean  known)
{
  SgRoll roll = { total, known };

  g_array_append_val (self->rolls, roll);
}

/* A paragraph of its own.  Nothing is told after a roll that has not come yet. */
void
sg_play_tell (SgPlay     *self,
              const char *text)
{
  g_autofree char *trimmed = NULL;

  if (self->waiting || text == NULL)
    return;

  trimmed = g_strstrip (g_strdup (text));
  if (trimmed[0] == '\0')
    return;

  if (self->text->len > 0)
    g_string_append (self->text, "\n\n");
  g_string_append (self->text, trimmed);
}

/* A sentence that goes on with the paragraph. */
void
sg_play_tell_inline (SgPlay     *self,
                     const char *text)
{
  if (self->waiting || text == NULL || text[0] == '\0')
    return;

  if (self->text->len > 0)
    g_string_append_c (self->text, ' ');
  g_string_append (self->text, text);
}

void
sg_play_tell_node (SgPlay   *self,
                   JsonNode *text)
{
  g_autofree char *rendered = NULL;

  if (self->waiting || text == NULL)
    return;

  rendered = sg_view_render (self->view, text);
  sg_play_tell (self, rendered);
}

/* One of the phrases that a scenario may replace. */
void
sg_play_say (SgPlay     *self,
             const char *phrase)
{
  sg_play_tell_node (self, sg_view_get_rule (self->view, phrase));
}

/* What `{thing}` and its like stand for. */
void
sg_play_set_vars (SgPlay     *self,
                  const char *name,
                  const char *id)
{
  g_autofree char *id_var = g_strconcat (name, ":id", NULL);
  g_autofree char *words = id != NULL ? sg_view_dup_name (self->view, id, SG_NAME_DEFINITE) : NULL;

  sg_view_set_var (self->view, id_var, id);
  sg_view_set_var (self->view, name, words);
}

/* What pronouns stand for from here on. */
void
sg_play_mention (SgPlay     *self,
                 const char *id)
{
  const SgEntity *entity = sg_play_lookup (self, id);
  g_autofree char *before = NULL;
  const char *pronoun;

  if (entity == NULL || self->waiting || entity->kind == SG_ENTITY_PLACE)
    return;

  pronoun = sg_view_get_pronoun (self->view, id, SG_PRONOUN_OBJECT);
  before = g_strdup (sg_view_get_word (self->view, "storyteller", pronoun));
  if (g_strcmp0 (before, id) == 0)
    return;

  sg_world_set_string (self->world, "storyteller", pronoun, id);
  /* What was "it" before may still be meant, if it fits better: "take the lamp and the key; light it". */
  if (before != NULL && g_str_equal (pronoun, "it"))
    sg_world_set_string (self->world, "storyteller", "it_before", before);
}

static void
remember_variants (SgPlay *self)
{
  g_autofree char *recent = sg_view_dup_recent (self->view);

  if (g_strcmp0 (recent, sg_view_get_word (self->view, "storyteller", "recent")) != 0 && recent[0] != '\0')
    sg_world_set_string (self->world, "storyteller", "recent", recent);
}

static gboolean
has_ended (SgPlay *self)
{
  return sg_view_is_set (self->view, "story", "ending");
}

/* A turn without words: time passes. */
static void
run_continue (SgPlay *self)
{
  self->takes_time = TRUE;
  sg_play_do_plain (self, "wait");
}

/* Whoever just wants to read on goes nowhere. */
static gboolean
wants_more (const char *input)
{
  static const char *const words[] = {
    "continue", "go on", "proceed", "carry on", "keep going", "read on", "next", "continue the story", "what happens next", NULL
  };
  g_autofree char *plain = g_utf8_strdown (input != NULL ? input : "", -1);

  g_strdelimit (plain, ".!?\n", ' ');
  return g_strv_contains (words, g_strstrip (plain));
}

static void
run_commands (SgPlay *self)
{
  g_autoptr (GPtrArray) commands = NULL;

  if (g_strcmp0 (self->scene->mode, "say") != 0 && wants_more (self->scene->input))
    {
      run_continue (self);
      return;
    }

  commands = sg_command_parse (self->scene->input, self->scene->mode,
                               sg_scenario_get_section (self->scenario, "verbs"), sg_play_names_person, self);
  if (commands->len == 0)
    run_continue (self);

  for (guint i = 0; i < commands->len && !self->waiting && !self->stop; i++)
    {
      sg_play_command (self, g_ptr_array_index (commands, i));
      if (has_ended (self))
        break;
    }
}

/**
 * sg_play_run:
 *
 * Plays the turn to its end, or to the first roll of dice that has not come yet: then
 * `waiting` is set, with the dice and the reason.
 */
void
sg_play_run (SgPlay *self)
{
  sg_view_set_var (self->view, "words", self->scene->input);

  if (has_ended (self))
    {
      sg_play_say (self, "ended");
      return;
    }

  if (g_strcmp0 (self->scene->mode, "continue") == 0 && (self->scene->input == NULL || self->scene->input[0] == '\0'))
    run_continue (self);
  else
    run_commands (self);

  if (self->waiting)
    return;

  if (self->takes_time && !has_ended (self))
    sg_play_pass_time (self);
  if (!self->waiting)
    sg_play_finish (self);
  if (self->waiting)
    return;

  if (self->text->len == 0)
    sg_play_say (self, "nothing_happens");
  sg_play_offer (self);
  remember_variants (self);
}

static gboolean
is_news (SgPlay       *self,
         const SgFact *fact)
{
  const SgFact *before = sg_world_lookup (self->scene->world, fact->entity, fact->attribute);

  if (before == NULL || JSON_NODE_HOLDS_NULL (before->value))
    return !JSON_NODE_HOLDS_NULL (fact->value);

  return !json_node_equal (before->value, fact->value);
}

/**
 * sg_play_list_updates:
 *
 * Returns: (transfer full) (element-type JsonNode): for each entity that the turn
 *   changed, the arguments of a call of update_state
 */
GPtrArray *
sg_play_list_updates (SgPlay *self)
{
  GPtrArray *updates = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  GPtrArray *changes = sg_world_get_changes (self->world);
  g_autoptr (GHashTable) sets = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < changes->len; i++)
    {
      const SgFact *fact = g_ptr_array_index (changes, i);
      JsonObject *set = g_hash_table_lookup (sets, fact->entity);

      if (!is_news (self, fact))
        continue;

      if (set == NULL)
        {
          JsonObject *arguments = json_object_new ();
          JsonNode *node = json_node_new (JSON_NODE_OBJECT);

          set = json_object_new ();
          json_object_set_string_member (arguments, "entity", fact->entity);
          json_object_set_object_member (arguments, "set", set);
          json_node_take_object (node, arguments);
          g_ptr_array_add (updates, node);
          g_hash_table_insert (sets, fact->entity, set);
        }
      json_object_set_member (set, fact->attribute, json_node_copy (fact->value));
    }

  return updates;
}
